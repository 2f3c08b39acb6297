"""Electronic styles: the machine keeps time, the arrangement moves by layers coming and going."""

from __future__ import annotations

from libretto.corpus.score import Mix
from libretto.corpus.styles.style import Layer, Style

AMBIENT = Style(
    "ambient", "ambient", (54, 80),
    ("calm", "dreamy", "meditative", "spacious", "peaceful", "melancholic", "mysterious"),
    {
        "major": ("Imaj9 vim9 IVmaj9 Vsus4", "Iadd9 IVmaj9 Iadd9 iim9", "Imaj7 iim7 Imaj7 IVmaj9"),
        "lydian": ("Imaj7 II Imaj7 vim9", "Imaj9 II6 Imaj9 iiim7"),
        "minor": ("im9 bVImaj9 bIIImaj7 bVIIsus4", "im9 ivm9 im9 bVImaj9", "imadd9 bVImaj7 ivm9 bVImaj7"),
        "dorian": ("im9 IVadd9 im9 IVadd9", "im11 IV bIIImaj7 IV"),
    },
    (
        Layer("bass", "drone", ("sub_bass", "contrabass", "sub_bass"), chance=0.8, low=30, gain_db=-4),
        Layer("pad", "sustain", ("warm_pad", "glass_pad", "choir_pad", "sweep_pad", "bowed_pad",
              "string_pad"), low=50, high=78),
        Layer("arpeggio", "broken", ("bell", "harp", "pluck", "vibraphone", "glass_pad", "kalimba"),
              ("x---x---x---x---", "x-----x-----x---", "x-x-x-x-x-x-x-x-"), 0.5, 0.3, -3),
        Layer("melody", "sparse", ("piano", "bell", "flute", "electric_piano", "tubular_bells", "cello",
              "clean_guitar"),
              ("x-------........", "....x---x-------", "x-----------x---", "x---------------",
               "x-----x-----...."), 0.7, -0.15, -1),
    ),
    bars_per_chord=(1, 2, 2), humanise=0.012, rubato=0.02, fills=False, forms=("full", "build", "ebb"),
    mix=Mix(reverb=0.55, reverb_seconds=4.5, chorus=0.4, delay=0.15, lowpass_hz=9000),
)  # fmt: skip

HOUSE = Style(
    "house", "electronic", (118, 127),
    ("uplifting", "groovy", "energetic", "euphoric", "happy", "warm", "hypnotic"),
    {
        "major": ("vim7 IVmaj7 Imaj7 V", "Imaj7 iiim7 vim7 IVmaj7", "IVmaj7 V vim7 Imaj7"),
        "minor": ("im7 bVIImaj7 bVImaj7 v7", "im9 im9 ivm9 ivm9", "bVImaj7 bVII im7 im7"),
        "dorian": ("im7 IV7 im7 IV7", "im9 bVII IV9 im9"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass", "organ", "sub_bass"),
              ("..x...x...x...x.", "..x...x5..x...8.", "x..x..x...x..x8.", "x.x...x..x5.x..."), low=29),
        Layer("chords", "block", ("piano", "organ", "supersaw", "fm_piano", "pluck"),
              ("x..x..x...x.....", "..x...x...x...x.", "x..x..o.x..x....", "x.....x.....x..."), 0.9, -0.2),
        Layer("pad", "sustain", ("warm_pad", "strings", "string_pad"), chance=0.7, gain_db=-4),
        Layer("melody", "hook", ("pluck", "supersaw", "synth_voice", "lead_saw", "alto_sax"),
              ("x-x-..x-..x-x---", "x--x--x-........", "..x-..x-x--x--x-", "x-..x-..x-x-...."), 0.65, 0.1),
    ),
    (
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.",
        "hat": "gogogogogogogogo"},
        {"kick": "x...x...x...x...", "clap": "....x.......x..g", "open": "..x...x...x...x.",
        "conga": "x..x..x...x.x..."},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "..x...x...x...x.",
        "shaker": "oooooooooooooooo"},
    ),
    ("909", "909", "808"), forms=("full", "build", "drop"), humanise=0.002, eras=("90s", "modern"),
    mix=Mix(reverb=0.22, reverb_seconds=1.6, sidechain=0.7, saturation=0.2),
)  # fmt: skip

DEEP_HOUSE = Style(
    "deep house", "electronic", (116, 124),
    ("mellow", "groovy", "warm", "moody", "hypnotic", "relaxed", "soulful"),
    {
        "minor": ("im9 ivm9 im9 v7", "im9 bVImaj9 ivm9 v7", "im7 im7 bVImaj7 bVII"),
        "dorian": ("im9 im9 IV9 IV9", "im11 IV13 im11 IV13"),
        "major": ("Imaj9 vim9 iim9 V13", "IVmaj9 iiim7 vim9 vim9"),
    },
    (
        Layer("bass", "rows", ("sub_bass", "synth_bass", "triangle_bass"),
              ("x--...x-..x...x.", "x-....x-..8-..5.", "x-.x-...x-.x-.7."), low=29),
        Layer("chords", "block", ("electric_piano", "fm_piano", "organ", "vibraphone"),
              ("...x-..x......x-", "x--...x-..o-....", "..x-....x-..x-.."), 1.0, -0.2),
        Layer("pad", "sustain", ("warm_pad", "dark_pad", "choir_pad"), chance=0.75, gain_db=-4),
        Layer("melody", "lazy", ("muted_trumpet", "flute", "pluck", "synth_voice", "tenor_sax",
              "clean_guitar"),
              ("....x-x-x---....", "x--x--x-----....", "..x-x-..x-----.."), 0.55, 0.15, -1),
    ),
    (
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.",
        "shaker": "ogxgogxgogxgogxg"},
        {"kick": "x...x...x...x...", "rim": "....x..x....x...", "hat": "..x...x...x..gx.",
        "conga": "g.x..x..g.x..x.x"},
    ),
    ("909", "808"), swing=0.54, swing_unit=0.25, forms=("full", "build", "drop"), humanise=0.004,
    mix=Mix(reverb=0.3, reverb_seconds=2.0, sidechain=0.5, chorus=0.2, lowpass_hz=12000),
)  # fmt: skip

TECHNO = Style(
    "techno", "electronic", (126, 138),
    ("dark", "hypnotic", "driving", "intense", "tense", "menacing"),
    {
        "minor": ("i i bVI bVI", "im7 im7 im7 bVII", "i i iv i"),
        "phrygian": ("i i i bII", "i bII i bvii"),
        "dorian": ("im7 im7 im7 IV",),
    },
    (
        Layer("bass", "rows", ("saw_bass", "sub_bass", "reese_bass"),
              (".xxx.xxx.xxx.xxx", "..x...x...x...x.", ".x.x.xx..x.x.xx8", "x..x..x..x..x.x."), low=28),
        Layer("chords", "block", ("fm_stab", "supersaw", "organ"),
              ("...x..x.........", "x..x..x..x..x...", "..x.....x..x...."), 0.8, -0.2),
        Layer("arpeggio", "arpeggio", ("acid", "pluck", "fm_stab"),
              ("x.xxx.x.x.xxx.xx", "xxxxxxxxxxxxxxxx", "x..x..x..x..x.x."), 0.85, 0.2, low=45, high=67),
        Layer("pad", "sustain", ("dark_pad", "warm_pad"), chance=0.6, gain_db=-5),
    ),
    (
        {"kick": "x...x...x...x...", "open": "..x...x...x...x.", "hat": "oooooooooooooooo",
        "conga": "...x..x....x..x."},
        {"kick": "x...x...x...x...", "clap": "............x...", "hat": "..x.g.x...x.g.xg",
        "rim": "x..x..x..x..x.x."},
        {"kick": "x...x...x...x...", "hat": "..o...o...o...o.", "ride": "x.x.x.x.x.x.x.x.",
        "low_tom": "..x..x....x....."},
    ),
    ("909", "909", "808"), fills=False, forms=("full", "build", "drop"),
    humanise=0.001, eras=("90s", "modern"),
    mix=Mix(reverb=0.25, reverb_seconds=2.2, delay=0.2, sidechain=0.65, saturation=0.5),
)  # fmt: skip

TRANCE = Style(
    "trance", "electronic", (132, 142),
    ("euphoric", "uplifting", "dreamy", "energetic", "epic", "driving"),
    {
        "minor": ("i bVI bIII bVII", "bVI bVII i i", "i bVII bVI bVII", "i v bVI bVII"),
        "major": ("vi IV I V", "IV V vi I", "I V vi IV"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass"),
              ("..xx..xx..xx..xx", ".xxx.xxx.xxx.xxx", "..x...x...x...x."), low=29),
        Layer("chords", "block", ("supersaw",), ("x..x..x.x..x..x.", "x-.x-.x-.x-.x-x-", "x---------------"),
              0.8, -0.15, -2),
        Layer("arpeggio", "arpeggio", ("pluck", "thin_pulse", "bell"),
              ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"), 0.9, 0.3, low=60, high=84),
        Layer("pad", "sustain", ("warm_pad", "string_pad", "choir_pad"), chance=0.85, gain_db=-4),
        Layer("melody", "epic", ("supersaw", "lead_saw", "synth_voice"),
              ("x-----x-x---x---", "x---x---x-x-x---", "x-------x---x---", "x--x--x-x--x--x-"), 0.8, 0.05),
    ),
    (
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.",
        "hat": "oooooooooooooooo"},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.",
        "ride": "x...x...x...x..."},
    ),
    ("909",), forms=("full", "build", "drop"), humanise=0.001, eras=("90s", "modern"),
    mix=Mix(reverb=0.35, reverb_seconds=2.8, delay=0.3, sidechain=0.7, saturation=0.2),
)  # fmt: skip

DRUM_AND_BASS = Style(
    "drum and bass", "electronic", (168, 178),
    ("energetic", "intense", "dark", "driving", "dreamy", "uplifting"),
    {
        "minor": ("i bVI bIII bVII", "im9 bVImaj9 ivm9 v7", "im7 im7 bVImaj7 bVImaj7", "i iv bVI bVII"),
        "dorian": ("im9 IV9 im9 IV9", "im7 bIIImaj7 IV7 im7"),
        "major": ("Imaj9 vim9 IVmaj9 Vsus4", "IVmaj7 iiim7 vim7 Imaj7"),
    },
    (
        Layer("bass", "rows", ("reese_bass", "sub_bass", "reese_bass", "bass_808"),
              ("x-----x---x-----", "x--x------x--x--", "x---------x-8---", "x-....x-..x-..a."), low=28),
        Layer("pad", "sustain", ("warm_pad", "dark_pad", "strings", "choir_pad"), chance=0.85, gain_db=-2),
        Layer("chords", "block", ("electric_piano", "pluck", "piano", "fm_stab"),
              ("x--x--......x---", "..x-....x-......", "x-----x-----...."), 0.7, -0.25, -2),
        Layer("melody", "sparse", ("bell", "supersaw", "pluck", "synth_voice", "flute"),
              ("x-----x-----x---", "x-------........", "....x---x---x---"), 0.6, 0.15),
    ),
    (
        {"kick": "x.........x.....", "snare": "....x..g.g..x..g", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.......x.....", "snare": "....x..g....x.g.", "hat": "xoooxoooxoooxooo"},
        {"kick": "x.....x...x.....", "snare": "....x....g..x..g", "ride": "x.o.x.o.x.o.x.o."},
    ),
    ("breakbeat", "breakbeat", "909"), bars_per_chord=(1, 2), forms=("full", "build", "drop"), humanise=0.003,
    mix=Mix(reverb=0.25, reverb_seconds=1.8, sidechain=0.3, saturation=0.4),
)  # fmt: skip

DUBSTEP = Style(
    "dubstep", "electronic", (138, 144),
    ("heavy", "dark", "aggressive", "menacing", "intense", "moody"),
    {
        "minor": ("i i bVI bVII", "i bVI i bVII", "im7 bVImaj7 ivm7 im7"),
        "phrygian": ("i i bII i", "i bII i bvii"),
        "harmonic minor": ("i i bVI V",),
    },
    (
        Layer("bass", "rows", ("reese_bass", "reese_bass", "saw_bass"),
              ("x-----x-x-x-....x--x--x-x---8-5-", "x--x--x-....x-x-", "x-x-x-..x--x--x-x-------8---5---"),
               low=27),
        Layer("chords", "block", ("supersaw", "fm_stab"),
              ("x-......x-......", "x---....x--x--..", "....x-......x-.."), 0.75, -0.2, -2),
        Layer("pad", "sustain", ("dark_pad", "choir_pad", "warm_pad"), chance=0.8, gain_db=-4),
        Layer("melody", "sparse", ("bell", "lead_saw", "square_lead", "piano", "synth_voice"),
              ("x---x---x-------", "x-----x-........", "..x-..x-x-------"), 0.6, 0.15, -1),
    ),
    (
        {"kick": "x...............", "snare": "........x.......", "hat": "x.o.x.o.x.o.xrx."},
        {"kick": "x.....x.......x.", "snare": "........x.......", "hat": "..x...x...x...x."},
        {"kick": "x..x............", "snare": "........x......g", "hat": "xoxoxoxoxoxoxoxo"},
    ),
    ("808", "909", "breakbeat"), bars_per_chord=(1, 2), forms=("full", "build", "drop"),
    humanise=0.002, eras=("modern",),
    mix=Mix(reverb=0.25, reverb_seconds=2.0, sidechain=0.3, saturation=0.8),
)  # fmt: skip

SYNTHWAVE = Style(
    "synthwave", "electronic", (84, 116),
    ("nostalgic", "dramatic", "dreamy", "driving", "moody", "uplifting"),
    {
        "minor": ("i bVI bIII bVII", "i bVII bVI bVII", "bVI bVII i i", "i v bVI iv"),
        "dorian": ("i bIII bVII IV", "im7 IV im7 IV"),
        "major": ("I V vi IV", "IV V iii vi", "vi IV I V"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass"),
              ("x.x.x.x.x.x.x.x.", "x.8.x.8.x.8.x.8.", "xxxxxxxxxxxxxxxx", "x..x..x.x..x..8."), low=29),
        Layer("pad", "sustain", ("warm_pad", "supersaw", "synth_strings", "choir_pad"), gain_db=-2),
        Layer("arpeggio", "arpeggio", ("pluck", "pulse_lead", "bell"),
              ("xxxxxxxxxxxxxxxx", "x.x.x.x.x.x.x.x."), 0.75, 0.3, -1, 60, 84),
        Layer("chords", "block", ("fm_piano", "brass_section", "supersaw"),
              ("x---....x---....", "x--x--x-........"), 0.35, -0.3, -2),
        Layer("melody", "epic", ("lead_saw", "square_lead", "supersaw", "alto_sax", "fm_piano"),
              ("x-------x---x---", "x---x-x-x-------", "x-----x-x---x---", "x--x--x---------"), 0.8, 0.05),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "oooooooooooooooo"},
        {"kick": "x.....x.x.....x.", "snare": "....x.......x...", "hat": "o.o.o.o.o.o.o.o.",
        "open": "..............x."},
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "oogoogoooogoogoo",
        "low_tom": "..............xx"},
    ),
    ("eighties",), forms=("full", "build", "drop"), humanise=0.002, eras=("80s",),
    mix=Mix(reverb=0.3, reverb_seconds=2.0, chorus=0.4, sidechain=0.3, saturation=0.2, gated_reverb=True),
)  # fmt: skip

TRAP = Style(
    "trap", "electronic", (128, 156),
    ("dark", "menacing", "moody", "heavy", "mysterious", "confident"),
    {
        "minor": ("i bVI bVII i", "i i bVI bVII", "i bVI iv v", "im7 bVImaj7 ivm7 v7"),
        "phrygian": ("i i i bII", "i bII i bvii"),
        "harmonic minor": ("i iv V i", "i bVI V V"),
    },
    (
        Layer("bass", "rows", ("bass_808",),
              ("x------x--x-----", "x-----x-......x-x---------x-5---", "x--x------x-----"), low=26),
        Layer("arpeggio", "broken", ("bell", "piano", "music_box", "pluck", "harp", "vibraphone"),
              ("x---x---x---x---", "x--x--x-x--x--x-", "x-x-x---x-x-x---"), 0.9, 0.15, 0, 58, 82),
        Layer("pad", "sustain", ("dark_pad", "choir_pad", "choir", "strings"), chance=0.75, gain_db=-3),
        Layer("melody", "sparse", ("flute", "bell", "ocarina", "pluck", "synth_voice", "brass_section"),
              ("x-----x-x-------", "x---x---........", "..x-x---x-------"), 0.6, -0.15),
    ),
    (
        {"kick": "x......x..x.....", "snare": "........x.......", "hat": "x.x.x.x.x.x.xrxr"},
        {"kick": "x..x......x..x..", "snare": "........x.......", "hat": "x.x.xrx.x.x.x.xx",
        "open": "......x........."},
        {"kick": "x.....x...x.....", "clap": "........x......g", "hat": "xxx.xrx.xxx.x.rr"},
    ),
    ("808",), bars_per_chord=(1, 2), fills=False, forms=("full", "build", "break"),
    humanise=0.002, eras=("modern",),
    mix=Mix(reverb=0.25, reverb_seconds=1.8, saturation=0.5, sidechain=0.2),
)  # fmt: skip

LOFI = Style(
    "lo-fi hip hop", "electronic", (70, 90),
    ("relaxed", "nostalgic", "mellow", "sleepy", "dreamy", "wistful", "melancholic", "warm"),
    {
        "major": ("iim9 V13 Imaj9 vim7", "Imaj7 vim7 iim7 V9", "IVmaj9 iiim7 iim9 Imaj9",
        "IVmaj7 V7 iiim7 vim9"),
        "minor": ("im9 ivm9 bVIImaj7 bIIImaj7", "im9 bVImaj9 ivm9 v7", "bVImaj7 v7 im9 im9"),
        "dorian": ("im9 IV9 im9 IV13", "im9 bVIIadd9 IV9 im9"),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass", "fretless_bass", "sub_bass"),
              ("x-----x-..x-----", "x-------..5-x---", "x---...xx-----a-"), low=29),
        Layer("chords", "strum", ("electric_piano", "fm_piano", "piano", "jazz_guitar"),
              ("x---------......", "x-------..o-----", "x-----....x-----", "x-----------o---"), 1.0, -0.2),
        Layer("melody", "lazy", ("vibraphone", "jazz_guitar", "flute", "electric_piano", "nylon_guitar",
              "kalimba", "muted_trumpet"),
              ("....x-x-x---....", "x-----x-x---....", "..x-x-x-x-------", "x--x--x-----....",
               "........x-x-x---"), 0.8, 0.2),
        Layer("pad", "sustain", ("warm_pad", "choir_pad"), chance=0.3, gain_db=-6),
    ),
    (
        {"kick": "x.....x...x.....", "snare": "....x..g....x...", "hat": "x.o.x.o.x.o.x.oo"},
        {"kick": "x..x......x.....", "snare": "....x.......x..g", "hat": "x.oox.o.x.oox.o."},
        {"kick": "x......x.xx.....", "snare": "....x.......x...", "hat": "..o...o...o...o.",
        "ride": "x...x...x...x..."},
    ),
    ("lofi", "lofi", "room"), swing=0.58, swing_unit=0.25, humanise=0.012, fills=False, forms=("full",
    "build", "break"),
    mix=Mix(reverb=0.2, reverb_seconds=1.2, sidechain=0.3, saturation=0.3, lowpass_hz=5500, lofi=True),
)  # fmt: skip

STYLES = (AMBIENT, LOFI, HOUSE, DEEP_HOUSE, TECHNO, TRANCE, DRUM_AND_BASS, DUBSTEP, SYNTHWAVE, TRAP)
