"""Music for films, games and rooms: it paints a scene."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

CINEMATIC = Style(
    "orchestral cinematic", "screen", (76, 144),
    ("epic", "heroic", "dramatic", "tense", "triumphant", "ominous", "adventurous", "sad", "intense", "spacious", "uplifting",
    "romantic"),
    {
        "minor": ("i bVI bIII bVII", "i bVI iv bVII", "i iv bVI bVII", "i v bVI iv"),
        "harmonic minor": ("i bVI iv V", "i iv bVI V"),
        "dorian": ("i bIII bVII IV", "i bVII IV i"),
        "major": ("I V vi IV", "I IV vi V", "IV V iii vi"),
        "lydian": ("I II I II", "Imaj7 II vi II"),
    },
    (
        Layer("bass", "rows", ("contrabass", "cello", "contrabass"),
              ("x-x-x-x-x-x-x-x-", "x---------------", "x-------x-----x-", "x--x--x-x--x--x-", "x-----x-----",
              "x---x---x---x---x---"), low=28),
        Layer("arpeggio", "arpeggio", ("strings", "strings", "cello", "synth_strings"),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-xxx-xxx-xxx-xx", "xx.xx.xxxx.xx.xx"), 1.0, 0.2, 0, 45, 69),
        Layer("pad", "sustain", ("choir_aah", "choir", "strings", "tremolo_strings"), gain_db=-1),
        Layer("chords", "block", ("brass_section", "french_horn", "trombone"),
              ("x---------------", "x-------x-------", "x---x-x-x-------", "x-----------"), 0.7, -0.25, 0, 43, 67,
              sections=("verse", "build", "chorus")),
        Layer("melody", "epic", ("french_horn", "trumpet", "strings", "violin", "choir", "oboe"),
              ("x-------x-------", "x-----------x---", "x---x---x-------", "x-----x-x-------",
               "x-------x---x---"), 0.9, 0.05, 2),
    ),
    (
        {"low_tom": "x.....x.x.....x.", "bass_drum": "x.......x.......", "floor": "..oo..oo..oo..oo"},
        {"floor": "x..x..x.x..x..x.", "bass_drum": "x...............", "crash": "x..............."},
        {"low_tom": "x.ooxoo.x.ooxoox", "bass_drum": "x.......x.......", "mid_tom": "......x.......x."},
        {"timpani": "x.......x...x.x.", "bass_drum": "x...............", "snare": "..gg..gg..gg..gg"},
        {"low_tom": "x..x..x..x..", "bass_drum": "x.....x....."},
        {"low_tom": "x.oox.oox.oox.o.x.o.", "bass_drum": "x...........x......."},
    ),
    ("taiko", "taiko", "orchestral"), metres=("4/4", "4/4", "4/4", "3/4", "6/8", "5/4"), fills=False,
    humanise=0.009,
    rubato=0.008, ritardando=0.15, bars_per_chord=(1, 1, 2), forms=("full", "build", "build", "break"), song=("arc",),
    risers=True,
    modulations=(2, 3), eras=("modern",),
    character="The trailer orchestra: low strings saw an ostinato in eighths and sixteenths, great drums answer in threes "
    "against the four, a choir holds the chord and horns in unison lay a tune of few long notes and wide leaps over it. Four "
    "chords, i-VI-III-VII, no dominant to break the spell. It begins with a whisper and adds a layer every eight bars until "
    "everything plays, perhaps a third higher, then one last hit. Low, wide, enormous room.",
    mix=Mix(reverb=0.42, reverb_seconds=3.2, brightness=-1.0),
)  # fmt: skip

CHIPTUNE = Style(
    "chiptune", "game", (118, 172),
    ("playful", "bouncy", "adventurous", "energetic", "happy", "heroic", "tense", "mysterious", "quirky", "melancholic",
    "dreamy"),
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
              ("x-x-x-x-x---x---", "x--x--x-x---x---", "xxx-x-x-x-x-x---", "x-x-..x-x-x-....", "x-xxx-x-x---x-x-",
              "xxxx..x-xxxx..x-",
               "x-x-xxx-x---"), 1.0, -0.1, 1, 64, 91),
        Layer("counter", "hook", ("pulse_lead", "square_lead"), ("..x-..x-..x-..x-", "x-------x-------"),
              0.4, 0.2, -4, 55, 76),
    ),
    (
        {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x..x....x.x.....", "snare": "....x.......x..x", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "..x...x...x...x."},
        {"kick": "x.....x...x.....", "snare": "....x.......x.xx", "hat": "xxxxx.x.xxxxx.x."},
        {"kick": "x...........", "snare": "....x...x...", "hat": "x.x.x.x.x.x."},
    ),
    ("chip",), metres=("4/4", "4/4", "4/4", "4/4", "3/4"), humanise=0.0, forms=("full", "build", "break"), song=("loop", "rondo"),
    modulations=(1, 2), eras=("80s",), place="Japan",
    character="Four voices on a sound chip: two pulse waves, a triangle, noise. The triangle hops octaves in the bass, one "
    "pulse plays chords as arpeggios so fast that they blur, the other has a tune full of leaps and repeated notes that must "
    "never bore; noise does for hi-hat and snare. Pop progressions with the flat seventh, a sudden half step up. Sections "
    "loop for ever. No room, no dynamics, no human error.",
    mix=Mix(reverb=0.0, reverb_seconds=0.3),
)  # fmt: skip

ADVENTURE_GAME = Style(
    "adventure game", "game", (92, 144),
    ("adventurous", "heroic", "playful", "cheerful", "mysterious", "triumphant", "dreamy", "bouncy", "calm", "tense", "warm"),
    {
        "major": ("I V vi IV", "I IV V I", "I iii IV V"),
        "mixolydian": ("I bVII IV I", "I v bVII IV"),
        "lydian": ("I II I II", "I II vii I"),
        "dorian": ("i IV i IV", "i bIII IV i"),
        "minor": ("i bVII bVI bVII", "i bVI bVII i"),
    },
    (
        Layer("bass", "rows", ("pizzicato", "contrabass", "pizzicato"),
              ("x---5---x---5---", "x-----5-x---5---", "x-----5---5-", "x-x-x-x-x-x-x-x-"), low=36),
        Layer("arpeggio", "broken", ("harp", "marimba", "pizzicato", "harp", "steel_drums"),
              ("x-x-x-x-x-x-x-x-", "x--x--x-x--x--x-", "x-x-x-x-x-x-"), 0.9, 0.25, -1, 55, 79),
        Layer("pad", "sustain", ("strings", "warm_pad", "choir"), chance=0.75, gain_db=-4),
        Layer("melody", "hook", ("ocarina", "pan_flute", "flute", "whistle", "ocarina", "recorder", "oboe"),
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
    ("orchestral", "cajon"), drums_chance=0.85, metres=("4/4", "4/4", "3/4", "6/8"),
    fills=False, humanise=0.008, pentatonic=0.3, bars_per_chord=(1, 1, 2), song=("rondo", "loop"), modulations=(2, 3),
    eras=("90s", "modern"),
    place="Japan",
    character="A village, a forest, a map to walk on: harp, pizzicato and marimba pick cheerful arpeggios over a plucked "
    "bass, tambourine and little drums keep a trotting step. Ocarina, pan flute or oboe has a tune one can hum at the second "
    "hearing, with a dotted call at the front; a horn answers from the hill. Major with Lydian fourth and Mixolydian "
    "seventh, the flat sixth and seventh for courage. Sixteen bars, a middle part, and round again. Light, clear, storybook "
    "colours.",
    mix=Mix(reverb=0.22, reverb_seconds=1.5, brightness=1.5),
)  # fmt: skip

HORROR = Style(
    "horror", "screen", (44, 84),
    ("ominous", "eerie", "tense", "dark", "mysterious", "menacing", "lonely", "hypnotic", "intense", "dramatic", "quirky"),
    {
        "phrygian": ("i bII i bII", "i i bII i", "i bvii bII i"),
        "harmonic minor": ("i i bVI V", "i viidim7 i V", "i V viidim7 iv"),
        "minor": ("i iv i v", "i iv bVI i", "imadd9 bVImaj7 imadd9 bVImaj7"),
    },
    (
        Layer("bass", "drone", ("sub_bass", "contrabass", "sub_bass"), low=26, gain_db=0),
        Layer("pad", "cluster", ("tremolo_strings",), gain_db=4, low=60, high=86),
        Layer("pad", "sustain", ("dark_pad", "choir_pad", "church_organ", "bowed_pad"), chance=0.6, gain_db=-3, low=43, high=64),
        Layer("arpeggio", "broken", ("music_box", "celesta", "piano", "glass_pad", "pizzicato"),
              ("x---x---x---x---", "x-----x---x-----", "x---x-x-....x---", "x---x---x---"),
               0.7, 0.3, -1, 62, 86),
        Layer("melody", "sparse", ("theremin", "violin", "music_box", "piano", "cello", "fm_bell", "clarinet"),
              ("x-------........", "....x---x-------", "x-----x-x-------", "x---------------",
               "x-------x---"), 0.7, -0.15),
    ),
    (
        {"timpani": "x...............", "bass_drum": "..........x....."},
        {"bass_drum": "x.x.............", "low_tom": "........g...g..."},
        {"bass_drum": "x.x........."},
    ),
    ("orchestral",), drums_chance=0.65, metres=("4/4", "4/4", "3/4", "5/4"), fills=False, humanise=0.02, rubato=0.04,
    bars_per_chord=(1, 2, 2), forms=("full", "full", "ebb"), song=("arc",), eras=("modern",),
    character="Strings in clusters, semitone beside semitone, tremble at the bridge, slide in from nowhere and stab without "
    "warning; far below, a drone. A music box, celesta or detuned piano plays something for children in the wrong mode, a "
    "theremin or solo violin moans. Phrygian seconds, tritones, diminished sevenths; chords that never lead home. Single "
    "drum strokes like a heart. Long silence is part of it: no groove, no melody to trust. An empty building.",
    mix=Mix(reverb=0.5, reverb_seconds=3.8, brightness=2.5),
)  # fmt: skip

STYLES = (CINEMATIC, CHIPTUNE, ADVENTURE_GAME, HORROR)
