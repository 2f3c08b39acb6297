"""Music for films, games and rooms: it paints a scene."""

from __future__ import annotations

from libretto.corpus.score import Mix
from libretto.corpus.styles.style import Layer, Style

CINEMATIC = Style(
    "orchestral cinematic", "screen", (72, 140),
    ("epic", "heroic", "dramatic", "tense", "triumphant", "ominous", "adventurous", "sad"),
    {
        "minor": ("i bVI bIII bVII", "i bVI iv bVII", "i iv bVI bVII", "i v bVI iv"),
        "harmonic minor": ("i bVI iv V", "i iv bVI V"),
        "dorian": ("i bIII bVII IV", "i bVII IV i"),
        "major": ("I V vi IV", "I IV vi V", "IV V iii vi"),
        "lydian": ("I II I II", "Imaj7 II vi II"),
    },
    (
        Layer("bass", "rows", ("contrabass", "cello", "contrabass"),
              ("x-x-x-x-x-x-x-x-", "x---------------", "x-------x-----x-", "x--x--x-x--x--x-"), low=28),
        Layer("arpeggio", "arpeggio", ("strings", "pizzicato", "cello"),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-xxx-xxx-xxx-xx"), 0.85, 0.2, -1, 48, 74),
        Layer("pad", "sustain", ("strings", "choir", "tremolo_strings", "brass_section"),
              chance=0.9, gain_db=-1),
        Layer("chords", "block", ("brass_section", "french_horn", "choir"),
              ("x---------------", "x-------x-------", "x---x-x-x-------"), 0.5, -0.25, -2, 48, 70),
        Layer("melody", "epic", ("french_horn", "trumpet", "strings", "violin", "choir", "oboe"),
              ("x-------x-------", "x-----------x---", "x---x---x-------", "x-----x-x-------",
               "x-------x---x---"), 0.9, 0.05, 2),
    ),
    (
        {"timpani": "x.....x.x.....x.", "bass_drum": "x.......x......."},
        {"timpani": "x..x..x.x..x..x.", "crash": "x..............."},
        {"timpani": "x.ooxoo.x.ooxoox", "bass_drum": "x..............."},
        {"timpani": "x...x.x.....", "bass_drum": "x..........."},
    ),
    ("orchestral",), drums_chance=0.8, metres=("4/4", "4/4", "4/4", "3/4"),
    fills=False, humanise=0.01, rubato=0.01,
    forms=("full", "build", "build", "break"), mix=Mix(reverb=0.4, reverb_seconds=3.0),
)  # fmt: skip

CHIPTUNE = Style(
    "chiptune", "game", (118, 168),
    ("playful", "bouncy", "adventurous", "energetic", "happy", "heroic", "tense"),
    {
        "major": ("I V vi IV", "IV V iii vi", "I IV I V", "I vi IV V"),
        "mixolydian": ("I bVII IV I", "I bVII I bVII"),
        "minor": ("i bVI bVII i", "bVI bVII i i", "i bVII bVI bVII"),
        "harmonic minor": ("i bVI iv V",),
    },
    (
        Layer("bass", "rows", ("triangle_bass",), ("x.8.x.8.x.8.x.8.", "x.x.8.x.5.x.8.a.",
              "x..x..8.x..x..8."), low=36),
        Layer("arpeggio", "arpeggio", ("thin_pulse", "pulse_lead"),
              ("xxxxxxxxxxxxxxxx", "x.x.x.x.x.x.x.x."), 0.9, 0.3, -3, 60, 84),
        Layer("melody", "hook", ("square_lead", "pulse_lead"),
              ("x-x-x-x-x---x---", "x--x--x-x---x---", "xxx-x-x-x-x-x---", "x-x-..x-x-x-....",
               "x-xxx-x-x---x-x-"), 1.0, -0.1, 1, 64, 91),
        Layer("counter", "hook", ("pulse_lead", "square_lead"), ("..x-..x-..x-..x-", "x-------x-------"),
              0.4, 0.2, -4, 55, 76),
    ),
    (
        {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x..x....x.x.....", "snare": "....x.......x..x", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "..x...x...x...x."},
    ),
    ("chip",), humanise=0.0, forms=("full", "build", "break"), eras=("80s",),
    mix=Mix(reverb=0.0, reverb_seconds=0.3),
)  # fmt: skip

ADVENTURE_GAME = Style(
    "adventure game", "game", (92, 144),
    ("adventurous", "heroic", "playful", "cheerful", "mysterious", "triumphant", "dreamy"),
    {
        "major": ("I V vi IV", "I IV V I", "I iii IV V"),
        "mixolydian": ("I bVII IV I", "I v bVII IV"),
        "lydian": ("I II I II", "I II vii I"),
        "dorian": ("i IV i IV", "i bIII IV i"),
        "minor": ("i bVII bVI bVII", "i bVI bVII i"),
    },
    (
        Layer("bass", "rows", ("pizzicato", "contrabass", "synth_bass"),
              ("x---5---x---5---", "x-----5-x---5---", "x-----5---5-", "x-x-x-x-x-x-x-x-"), low=36),
        Layer("arpeggio", "broken", ("harp", "pizzicato", "marimba", "celesta"),
              ("x-x-x-x-x-x-x-x-", "x--x--x-x--x--x-", "x-x-x-x-x-x-"), 0.9, 0.25, -1, 55, 79),
        Layer("pad", "sustain", ("strings", "warm_pad", "choir"), chance=0.75, gain_db=-4),
        Layer("melody", "hook", ("flute", "ocarina", "trumpet", "oboe", "clarinet", "pan_flute",
              "square_lead"),
              ("x---x-x-x---x---", "x--x--x-x-------", "x-x-x---x-x-x---", "x-----x-x---x---",
               "x---x-x-x---", "x-----x-x---"), 1.0, 0.05, 1),
        Layer("counter", "singing", ("french_horn", "clarinet", "cello"),
              ("x-------x-------", "x-----------x---", "x-----------"), 0.45, -0.3, -4, 48, 70),
    ),
    (
        {"timpani": "x.......x.....x.", "tambourine": "....x.......x...", "snare": "x.ggx.g.x.ggx.gg"},
        {"bass_drum": "x.......x.......", "shaker": "xoooxoooxoooxooo", "wood": "..x..x....x..x.."},
        {"bass_drum": "x...........", "tambourine": "....x...x...", "shaker": "x.o.x.o.x.o."},
    ),
    ("orchestral", "standard"), drums_chance=0.75, metres=("4/4", "4/4", "3/4", "6/8"),
    fills=False, humanise=0.008, pentatonic=0.3,
    mix=Mix(reverb=0.25, reverb_seconds=1.8),
)  # fmt: skip

HORROR = Style(
    "horror", "screen", (52, 92),
    ("ominous", "eerie", "tense", "dark", "mysterious", "menacing"),
    {
        "phrygian": ("i bII i bII", "i i bII i", "i bvii bII i"),
        "harmonic minor": ("i i bVI V", "i idim i V", "i V idim iv"),
        "minor": ("i iv i v", "i iv bVI i", "imadd9 bVImaj7 imadd9 bVImaj7"),
    },
    (
        Layer("bass", "drone", ("contrabass", "sub_bass", "cello"), low=28, gain_db=-1),
        Layer("pad", "sustain", ("tremolo_strings", "dark_pad", "choir_pad", "choir", "church_organ"),
              low=48, high=74),
        Layer("arpeggio", "broken", ("music_box", "celesta", "piano", "glass_pad", "pizzicato"),
              ("x---x---x---x---", "x-----x---x-----", "x---x-x-....x---", "x---x---x---"),
               0.7, 0.3, -1, 62, 86),
        Layer("melody", "sparse", ("violin", "music_box", "piano", "cello", "bell", "clarinet"),
              ("x-------........", "....x---x-------", "x-----x-x-------", "x---------------",
               "x-------x---"), 0.7, -0.15),
    ),
    (
        {"timpani": "x...............", "bass_drum": "..........x....."},
        {"bass_drum": "x.x.............", "low_tom": "........g...g..."},
        {"bass_drum": "x.x........."},
    ),
    ("orchestral",), drums_chance=0.4, metres=("4/4", "4/4", "3/4"),
    fills=False, humanise=0.015, rubato=0.03, bars_per_chord=(1, 2),
    forms=("full", "build", "ebb"), mix=Mix(reverb=0.5, reverb_seconds=3.6),
)  # fmt: skip

LULLABY = Style(
    "lullaby", "acoustic", (60, 88),
    ("gentle", "tender", "sleepy", "peaceful", "dreamy", "warm", "wistful"),
    {
        "major": ("I IV I V", "I vi IV V", "I iii IV I", "Iadd9 IVadd9 Iadd9 V"),
        "lydian": ("Imaj7 II Imaj7 vi",),
        "minor": ("i bVI bIII bVII", "i iv bVII bIII"),
    },
    (
        Layer("chords", "broken", ("harp", "nylon_guitar", "celesta", "piano", "music_box"),
              ("x---x---x---", "x-x-x-x-x-x-", "x---x---x---x---", "x-x-x-x-x-x-x-x-"),
               1.0, -0.2, -1, 52, 76),
        Layer("bass", "drone", ("cello", "warm_pad", "upright_bass"), chance=0.6, low=36, gain_db=-5),
        Layer("pad", "sustain", ("warm_pad", "strings", "choir_pad"), chance=0.45, gain_db=-6),
        Layer("melody", "singing", ("music_box", "flute", "celesta", "piano", "glockenspiel", "violin",
              "clarinet"),
              ("x-------x---", "x---x---x---", "x-----------", "x-----x-x---", "x---x---x-------",
               "x-------x---x---", "x-----x-x-------"), 1.0, 0.15, 1, 62, 90),
    ),
    metres=("3/4", "4/4", "6/8"), rubato=0.025, humanise=0.012, pentatonic=0.6, fills=False, forms=("full",
    "build", "ebb"),
    mix=Mix(reverb=0.35, reverb_seconds=2.2),
)  # fmt: skip

MEDITATION = Style(
    "meditation", "ambient", (50, 66),
    ("meditative", "peaceful", "calm", "spacious", "sleepy", "mysterious"),
    {
        "major": ("Iadd9 IVmaj9", "I Isus2 I Isus4", "Imaj9 IVmaj9 Imaj9 vim9"),
        "lydian": ("Imaj7 II", "Imaj9 II6"),
        "dorian": ("im11 IVadd9", "im9 IVadd9 im9 bVIIadd9"),
        "minor": ("im9 bVImaj9", "imadd9 ivm9 imadd9 bVImaj9"),
        "mixolydian": ("Iadd9 bVIIadd9", "I bVII IV I"),
    },
    (
        Layer("bass", "drone", ("sub_bass", "contrabass", "sub_bass"), low=31, gain_db=-3),
        Layer("pad", "sustain", ("warm_pad", "choir_pad", "bowed_pad", "glass_pad", "sweep_pad"),
              low=48, high=74),
        Layer("arpeggio", "sparse", ("bell", "tubular_bells", "harp", "kalimba", "sitar", "piano"),
              chance=0.7, pan=0.3, gain_db=-4, low=57, high=78),
        Layer("melody", "sparse", ("pan_flute", "flute", "sitar", "vibraphone", "clarinet"),
              ("x-------........", "x-----------....", "....x---x-------", "x---------------"),
               0.6, -0.1, -1),
    ),
    bars_per_chord=(2, 4), rubato=0.02, humanise=0.015, pentatonic=0.8, fills=False, forms=("full", "build",
    "ebb"),
    mix=Mix(reverb=0.6, reverb_seconds=5.0, chorus=0.2, lowpass_hz=8000),
)  # fmt: skip

STYLES = (CINEMATIC, CHIPTUNE, ADVENTURE_GAME, HORROR, LULLABY, MEDITATION)
