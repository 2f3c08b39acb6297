"""Broken beats made from samples and machines: lo-fi hip hop, trap, breakbeat, drum and bass, downtempo, dubstep, IDM."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

LOFI = Style(
    "lo-fi hip hop", "electronic", (68, 88),
    ("relaxed", "nostalgic", "mellow", "sleepy", "dreamy", "wistful", "melancholic", "warm", "cheeky", "laid-back", "moody",
     "happy"),
    {
        "major": ("iim9 V13 Imaj9 vim7", "Imaj7 vim7 iim7 V9", "IVmaj9 iiim7 iim9 Imaj9", "IVmaj7 V7 iiim7 vim9",
                  "Imaj9 iiim7 vim9 V13"),
        "minor": ("im9 ivm9 bVIImaj7 bIIImaj7", "im9 bVImaj9 ivm9 v7", "bVImaj7 v7 im9 im9"),
        "dorian": ("im9 IV9 im9 IV13", "im9 bVIIadd9 IV9 im9"),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass", "fretless_bass", "sub_bass"),
              ("x-----x-..x-----", "x-------..5-x---", "x---...xx-----a-", "x-....x-n-......"), low=29),
        Layer("chords", "strum", ("electric_piano", "wurlitzer", "piano", "jazz_guitar", "fm_piano"),
              ("x---------......", "x-------..o-----", "x-----....x-----", "x-----------o---", "x--..x----......"), 1.0, -0.2),
        Layer("melody", "lazy", ("vibraphone", "jazz_guitar", "flute", "electric_piano", "nylon_guitar", "kalimba",
              "muted_trumpet"),
              ("....x-x-x---....", "x-----x-x---....", "..x-x-x-x-------", "x--x--x-----....", "........x-x-x---"), 0.8, 0.2),
        Layer("pad", "sustain", ("warm_pad", "choir_pad"), chance=0.3, gain_db=-6),
    ),
    (
        {"kick": "x.....x...x.....", "snare": "....x..g....x...", "hat": "x.o.x.o.x.o.x.oo"},
        {"kick": "x..x......x.....", "snare": "....x.......x..g", "hat": "x.oox.o.x.oox.o."},
        {"kick": "x......x.xx.....", "snare": "....x.......x...", "hat": "..o...o...o...o.", "ride": "x...x...x...x..."},
        {"kick": "x.x....x..x..x..", "rim": "....x.......x...", "shaker": "o.x.o.x.o.x.o.x."},
    ),
    ("lofi", "lofi", "room"), swing=0.6, swing_unit=0.25, humanise=0.012, fills=False, forms=("full", "build", "break"),
    song=("loop",), eras=("modern", "90s"),
    character="A sampled bar of jazz, slowed, low-passed, on a tape that wobbles and crackles. Electric piano or guitar lay "
    "down ninth chords once or twice a bar and let them ring; ii-V-I turns go round without ever arriving. Kick, snare and "
    "swung sixteenth hats are loose, soft and dusty. The bass says little. A few notes of vibraphone, flute or guitar, then "
    "silence. Nothing above five kilohertz.",
    mix=Mix(reverb=0.2, reverb_seconds=1.2, sidechain=0.3, saturation=0.3, lowpass_hz=5500, lofi=True),
)  # fmt: skip

TRAP = Style(
    "trap", "electronic", (128, 156),
    ("dark", "menacing", "moody", "heavy", "mysterious", "confident", "epic", "melancholic", "hypnotic", "cheeky", "energetic"),
    {
        "minor": ("i bVI bVII i", "i i bVI bVII", "i bVI iv v", "im7 bVImaj7 ivm7 v7"),
        "phrygian": ("i i i bII", "i bII i bvii"),
        "harmonic minor": ("i iv V i", "i bVI V V"),
        "major": ("Imaj7 IVmaj7 vi V", "IVmaj7 V vi iii"),
    },
    (
        Layer("bass", "rows", ("bass_808",),
              ("x------x--x-----", "x-----x-......x-x---------x-5---", "x--x------x-----", "x---------s-----",
               "x-----s-..x---8-", "x------x......s-x--x--..8-----5-"), low=26, gain_db=2),
        Layer("arpeggio", "broken", ("bell", "piano", "music_box", "pluck", "harp", "vibraphone", "fm_bell", "koto"),
              ("x---x---x---x---", "x--x--x-x--x--x-", "x-x-x---x-x-x---", "x--x--x--x--x-x-"), 0.9, 0.15, 0, 58, 82),
        Layer("pad", "sustain", ("dark_pad", "choir_pad", "choir", "strings"), chance=0.75, gain_db=-4),
        Layer("melody", "sparse", ("flute", "bell", "ocarina", "pluck", "synth_voice", "brass_section", "pan_flute"),
              ("x-----x-x-------", "x---x---........", "..x-x---x-------"), 0.6, -0.15),
    ),
    (
        {"kick": "x......x..x.....", "snare": "........x.......", "hat": "x.x.x.x.x.x.xrxr"},
        {"kick": "x..x......x..x..", "snare": "........x.......", "hat": "x.x.xrx.x.x.x.xx", "open": "......x........."},
        {"kick": "x.....x...x.....", "clap": "........x......g", "hat": "xxx.xrx.xxx.x.rr"},
        {"kick": "x.........x..x..", "clap": "........x.......", "hat": "x.xxx.xxx.xrx.rr", "rim": "...x..x........."},
    ),
    ("808",), bars_per_chord=(1, 2), fills=False, forms=("full", "build", "break"), humanise=0.002, song=("loop",),
    risers=True, eras=("modern",),
    character="The 808: a kick drum tuned to the bass line that booms for a bar and slides to the next note. Snare or clap "
    "only on three, so that 140 feels like 70; above it hi-hats tick in eighths and burst into rolls of triplets and "
    "thirty-seconds. A bell, piano or plucked loop of two bars in minor or Phrygian repeats unchanged, choirs and dark pads "
    "behind. Few chords, much space for a rapper who is not there. Sub and sizzle, nothing in between.",
    mix=Mix(reverb=0.25, reverb_seconds=1.8, saturation=0.5, sidechain=0.2),
)  # fmt: skip

BREAKBEAT = Style(
    "breakbeat", "electronic", (124, 138),
    ("energetic", "funky", "gritty", "playful", "driving", "euphoric", "dark", "confident", "quirky", "rebellious", "epic"),
    {
        "minor": ("i i bVI bVII", "im7 im7 ivm7 im7", "i bVII bVI bVII", "im7 im7 bVImaj7 bVII"),
        "dorian": ("im7 im7 IV7 im7", "i i i IV", "im9 IV9 im9 IV9"),
        "blues": ("I7 I7 IV7 I7",),
        "mixolydian": ("I I bVII I", "I bVII IV I"),
    },
    (
        Layer("bass", "rows", ("fm_bass", "acid", "synth_bass", "saw_bass"),
              ("x.x...x..x....x.", "x..x..x...x.7.8.", "xx..x..x..x...5.", "x..x....x..x.x8.",
              "x.....xx....x.8.x.x...xx..8.7.5."),
               low=29, gain_db=1),
        Layer("chords", "skank", ("organ", "fm_stab", "piano", "orchestra_hit", "brass_section"),
              ("x..x..x.........", "..x..x....x.....", "x.....x..x......", "x...............", "x.x..x....x..x.."), 0.9, -0.25,
              0),
        Layer("arpeggio", "ratchet", ("pluck", "synth_voice", "clavinet"), ("x---..x---..x---", "..x-....x---..xo",
              "x-..x-......x-o-"),
              0.5, 0.4, -2, 60, 82),
        Layer("pad", "sustain", ("sweep_pad", "string_pad", "wavetable_pad"), chance=0.4, gain_db=-6),
        Layer("melody", "riff", ("lead_saw", "wah_guitar", "square_lead", "acid", "rotary_organ"),
              ("x-x-..x-x-......", "x--x--x-........", "xx-x-..xx-x-....", "x-..x-x-..x-...."), 0.55, 0.1, -1),
    ),
    (
        {"kick": "x.x.......xx....", "snare": "....x..g.g..x..g", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x..x..x...x.....", "snare": "....x..x....x.g.", "open": "..............x.", "hat": "x.o.x.o.x.o.x..."},
        {"kick": "x.....x.x.x.....", "snare": "....x..g.x..x..g", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.......x.x...", "snare": "....x..x.g..x..x", "shaker": "xoxoxoxoxoxoxoxo"},
        {"kick": "x..x......x..x..x.x.......x.....", "snare": "....x..g.g..x...g...x..x....x.xr",
         "hat": "x.o.x.o.x.o.x.o.x.o.x.o.x.o.x.o."},
    ),
    ("breakbeat",), swing=0.54, swing_unit=0.25, humanise=0.004, forms=("full", "build", "drop", "break"), song=("club",),
    risers=True, bars_per_chord=(1, 2), eras=("90s",),
    character="A drummer's break of two bars, sampled from an old funk record, sped up and chopped: kick in the gaps, "
    "ghosted snare, the back beat always there but never four to the floor. Under it a stabbing synth bass with an octave "
    "jump, above it one-shot chords: rave organ, orchestra hit, piano, cut off dry. One or two chords all night. Riffs "
    "instead of tunes, stutters into the phrase ends. Loud, compressed, sharp in the highs.",
    mix=Mix(reverb=0.12, reverb_seconds=0.9, saturation=0.6, delay=0.1, brightness=1.5),
)  # fmt: skip

DRUM_AND_BASS = Style(
    "drum and bass", "electronic", (168, 178),
    ("energetic", "intense", "dark", "driving", "dreamy", "uplifting", "menacing", "soulful", "epic", "melancholic"),
    {
        "minor": ("i bVI bIII bVII", "im9 bVImaj9 ivm9 v7", "im7 im7 bVImaj7 bVImaj7", "i iv bVI bVII"),
        "dorian": ("im9 IV9 im9 IV9", "im7 bIIImaj7 IV7 im7"),
        "major": ("Imaj9 vim9 IVmaj9 Vsus4", "IVmaj7 iiim7 vim7 Imaj7"),
    },
    (
        Layer("bass", "rows", ("reese_bass", "sub_bass", "reese_bass", "fm_bass"),
              ("x-----x---x-----", "x--x------x--x--", "x---------x-8---", "x-....x-..x-..a.", "x-----------s---"), low=28,
              gain_db=1),
        Layer("pad", "sustain", ("warm_pad", "dark_pad", "strings", "choir_pad", "wavetable_pad"), chance=0.85, gain_db=-2),
        Layer("chords", "block", ("electric_piano", "pluck", "piano", "fm_stab"),
              ("x--x--......x---", "..x-....x-......", "x-----x-----...."), 0.7, -0.25, -2),
        Layer("melody", "sparse", ("bell", "supersaw", "pluck", "synth_voice", "flute", "wavetable_lead"),
              ("x-----x-----x---", "x-------........", "....x---x---x---"), 0.6, 0.15),
    ),
    (
        {"kick": "x.........x.....", "snare": "....x..g.g..x..g", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.......x.....", "snare": "....x..g....x.g.", "hat": "xoooxoooxoooxooo"},
        {"kick": "x.....x...x.....", "snare": "....x....g..x..g", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.......xx....x.x.......x..x..", "snare": "....x..g.g..x..g....x..g.g....x.",
         "ride": "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x."},
    ),
    ("breakbeat", "breakbeat", "909"), bars_per_chord=(1, 2, 2), forms=("full", "build", "drop"), humanise=0.003,
    song=("club",), risers=True, eras=("90s", "modern"), place="London",
    character="Two speeds at once: breaks at 174 with snares on two and four and ghosts between, over a bass and chords that "
    "move at half that pace. The bass is a sub or a growling, detuned Reese of long notes. Pads and electric piano with "
    "minor ninths float on top, sometimes a bell, a flute, a scrap of voice. A breakdown empties the floor, then the drop "
    "brings drums and bass back together. Clean sub, crisp tops, wide middle.",
    mix=Mix(reverb=0.25, reverb_seconds=1.8, sidechain=0.3, saturation=0.4),
)  # fmt: skip

DOWNTEMPO = Style(
    "downtempo", "electronic", (78, 100),
    ("moody", "mysterious", "hypnotic", "mellow", "melancholic", "romantic", "spacious", "tense", "groovy", "sophisticated"),
    {
        "minor": ("im9 im9 bVImaj7 v7", "im7 im7 ivm9 im7", "im9 bVImaj9 im9 ivm9", "imadd9 bVII bVImaj7 bVImaj7"),
        "dorian": ("im9 im9 IV9 im9", "im11 IV9 im11 IV9"),
        "harmonic minor": ("im6 im6 iim7b5 V7b9", "i i bVI V"),
        "phrygian": ("im7 im7 bIImaj7 im7",),
        "major": ("Imaj9 iiim7 IVmaj9 Imaj9",),
    },
    (
        Layer("bass", "rows", ("sub_bass", "upright_bass", "fretless_bass", "fm_bass"),
              ("x-----x-........", "x--x--....5-8-..", "x-..x-....x-7-5-", "x-----....x-..s-x-----x-..5-3---",
              "x-------..x.x---"),
               low=28, gain_db=2),
        Layer("chords", "block", ("electric_piano", "wurlitzer", "rotary_organ", "vibraphone"),
              ("x-------......o-", "..x---....x-----", "x---........o---", "x---------------"), 0.9, -0.3, -1),
        Layer("pad", "sustain", ("strings", "string_pad", "wavetable_pad", "choir_ooh", "dark_pad"), gain_db=-2, low=52, high=79),
        Layer("arpeggio", "ostinato", ("wah_guitar", "muted_guitar", "kalimba", "sitar", "harp"),
              ("x-x-..g.x-..x-..", "..x-x-....x-..g.", "x-......x-x-...."), 0.45, 0.4, -3, 55, 79),
        Layer("melody", "sparse", ("muted_trumpet", "flute", "cello", "theremin", "synth_voice", "soprano_sax", "slide_guitar"),
              ("x-----x-x-------", "....x---x-------", "x-------..x-x---", "..x-x---x-------"), 0.7, 0.15),
    ),
    (
        {"kick": "x......x..x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x.x.......x.....", "snare": "....x..g....x...", "hat": "x.oox.oox.oox.oo", "rim": "..........x....."},
        {"kick": "x.......x.x.....", "snare": "....x.......x..g", "ride": "x...x...x...x..."},
        {"kick": "x.....x...x.....", "snare": "....x.......x...", "shaker": "oxooxoxooxooxoxo", "conga": "...x..x.....x.x."},
    ),
    ("breakbeat", "909", "room"), swing=0.56, swing_unit=0.25, humanise=0.006, fills=False, bars_per_chord=(1, 2),
    forms=("full", "build", "break"), song=("loop",), eras=("90s",), place="UK",
    character="Trip-hop's slow, heavy break: a dry cracking snare and a kick that lags, at walking pace, full range and not "
    "worn like lo-fi. Deep round bass leaves most of the bar empty. Minor ninths from a Rhodes with tremolo, a bed of film "
    "strings, spy-film cadences with the flat fifth and the flat ninth. Muted trumpet, theremin or slide guitar speak now "
    "and then through a long echo. Smoke, rain, neon.",
    mix=Mix(reverb=0.38, reverb_seconds=2.6, delay=0.3, saturation=0.3, brightness=-1.0),
)  # fmt: skip

DUBSTEP = Style(
    "dubstep", "electronic", (138, 144),
    ("heavy", "dark", "aggressive", "menacing", "intense", "moody", "epic", "energetic", "hypnotic"),
    {
        "minor": ("i i bVI bVII", "i bVI i bVII", "im7 bVImaj7 ivm7 im7"),
        "phrygian": ("i i bII i", "i bII i bvii"),
        "harmonic minor": ("i i bVI V",),
    },
    (
        Layer("bass", "rows", ("wobble_bass",),
              ("x-----x-x-x-....x--x--x-x---8-5-", "x--x--x-....x-x-", "x-x-x-..x--x--x-x-------8---5---", "x-------x---x-x-",
               "x---s---..x-x-x-x-x-x-..8-------"), low=27, gain_db=2),
        Layer("chords", "block", ("supersaw", "fm_stab"),
              ("x-......x-......", "x---....x--x--..", "....x-......x-.."), 0.75, -0.2, -2),
        Layer("pad", "sustain", ("dark_pad", "choir_pad", "wavetable_pad"), chance=0.7, gain_db=-5),
        Layer("melody", "sparse", ("bell", "lead_saw", "square_lead", "piano", "synth_voice"),
              ("x---x---x-------", "x-----x-........", "..x-..x-x-------"), 0.5, 0.15, -1),
    ),
    (
        {"kick": "x...............", "snare": "........x.......", "hat": "x.o.x.o.x.o.xrx."},
        {"kick": "x.....x.......x.", "snare": "........x.......", "hat": "..x...x...x...x."},
        {"kick": "x..x............", "snare": "........x......g", "hat": "xoxoxoxoxoxoxoxo"},
        {"kick": "x.........x.....", "snare": "........x.......", "ride": "x...x...x...x...", "rim": "...g..g....g..g."},
    ),
    ("909", "breakbeat", "eighties"), bars_per_chord=(1, 2, 2), forms=("full", "build", "drop"), humanise=0.002,
    song=("club",), risers=True, eras=("modern",), place="London",
    character="Half-time at 140: one kick, one huge snare on three, and the room between them filled by the wobble, a bass "
    "whose filter opens and shuts in eighths, triplets and sixteenths, and talks back to itself in two-bar phrases. Minor or "
    "Phrygian, one or two chords. Build-ups with rising noise and snare rolls, a beat of silence, then the drop. Supersaw "
    "stabs and a few bells above; everything driven into the limiter.",
    mix=Mix(reverb=0.25, reverb_seconds=2.0, sidechain=0.3, saturation=0.8),
)  # fmt: skip

IDM = Style(
    "IDM", "electronic", (104, 152),
    ("quirky", "mysterious", "dreamy", "hypnotic", "tense", "melancholic", "playful", "eerie", "intense", "gentle"),
    {
        "minor": ("imadd9 bVImaj7 imadd9 v7", "im9 bIIImaj7 bVImaj9 ivm9", "im11 bVIImaj7 im11 bVImaj7"),
        "lydian": ("Imaj7 II Imaj7 vii", "Imaj9 II6 vim9 II6"),
        "dorian": ("im9 IVadd9 bIIImaj7 im9", "im11 IV9 im11 bVII"),
        "phrygian": ("imin bIImaj7 imin bvii", "im7 bIImaj7 bvii bIImaj7"),
        "major": ("Imaj9 iiim7 IVmaj9 vim9",),
    },
    (
        Layer("bass", "rows", ("fm_bass", "sub_bass", "acid"),
              ("x..x.....x..5...", "x....x..8....xx.", "x.......x.xx..7.", "x..x.....x..5...8...", "x.......x..x....x.5."),
               low=29),
        Layer("arpeggio", "ratchet", ("fm_bell", "fm_bell", "pluck", "fm_bell", "kalimba"),
              ("x-x--x-x-x--x-xo", "x--xx-..x-x--xo-", "x-..x--x-rx-..xr", "x-x--x-x-x--x-xox-x-", "x--x--x-rx-..xrx--o-"), 1.0,
              0.35, 3, 60, 88),
        Layer("pad", "sustain", ("wavetable_pad", "glass_pad", "warm_pad", "bowed_pad"), gain_db=-2),
        Layer("chords", "ratchet", ("fm_stab", "wavetable_lead", "synth_voice"),
              ("x-......r-....x-", "..x-....x-..r---", "x---....r-......x-..", "..x-..r-....x-......"), 0.6, -0.4, -3, 48, 76),
        Layer("melody", "sparse", ("wavetable_lead", "music_box", "square_lead", "theremin", "piano"),
              ("x-----x-x-------", "x--x----..x-----", "....x-x-----x---", "x-----x-x-------x---", "x--x----..x---x-----"), 0.65,
              0.1),
    ),
    (
        {"kick": "x..x.....x..x...", "snare": "....x..r.....x.r", "hat": "xrx.x.rxx.xrx.xx"},
        {"kick": "x....x....x..x.x", "rim": "..x..x.r..x.r..x", "snare": "......x.....x..r", "hat": "x.rrx..xrx..x.rr"},
        {"kick": "x.x....x..x....r", "clap": "....x.........x.", "low_wood": "x..x.rx..x.r.x.x", "shaker": "xoxxoxxoxoxxoxxo"},
        {"kick": "x..x.....x..x...x...", "snare": "....x..r.....x.r..x.", "hat": "xrx.x.rxx.xrx.xxx.rr"},
        {"kick": "x.....x..x......x.x.", "rim": "..x..r.x..x.r..x...r", "snare": "....x.......x..r....",
         "hat": "x.xrx..xx.r.x.xrx.x."},
    ),
    ("808", "chip"), metres=("4/4", "4/4", "5/4"), humanise=0.001, fills=False, bars_per_chord=(1, 2),
    forms=("full", "build", "ebb"), song=("arc", "loop"), eras=("90s", "modern"),
    character="Drum programming as the soloist: grids that avoid the back beat, clicks and wood instead of drums, hits that "
    "stutter into rolls, now and then five beats to a bar. Over the machinery, naive and tender things: FM bells that "
    "ratchet and echo, slow wavetable pads, a music-box tune with long gaps. Harmony drifts between Lydian, Dorian and minor "
    "ninths without cadences. Rubbery FM bass in odd places. Very dry drums in front of very wet pads.",
    mix=Mix(reverb=0.34, reverb_seconds=2.6, delay=0.3, saturation=0.2, brightness=1.5),
)  # fmt: skip

STYLES = (LOFI, TRAP, BREAKBEAT, DRUM_AND_BASS, DOWNTEMPO, DUBSTEP, IDM)
