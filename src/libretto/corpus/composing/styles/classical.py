"""Chamber music: piano, quartet, baroque ensemble, waltz. One breathing tempo, cadences, no drums."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

MAJOR = ("I IV V7 I", "I vi ii V7", "I V vi iii IV I ii V7", "I IV ii V7 vi IV V7 I", "I ii V7 I", "I V7 I II7 V V7 I I")
MINOR = ("i bVI bIII bVII", "i bVII bIII bVI iv v i i", "i iv bVII bIII")
HARMONIC = ("i iv V7 i", "i bVI iv V7", "i V7 i V7", "i iv iim7b5 V7", "i iv viidim7 i")
SONG = ("x---x-x-x---x---", "x-----x-x---x---", "x-x-x-x-x---x---", "x-------x---x---", "x---x---x-------")
SONG_IN_THREE = (
    "x---x-x-x---",
    "x-----x-x---",
    "x-------x---",
    "x-x-x-x-x-x-",
    "x---x---x---",
    "x-----------",
)

CLASSICAL_PIANO = Style(
    "classical piano", "classical", (84, 152),
    ("elegant", "graceful", "cheerful", "playful", "tender", "wistful", "dramatic", "lively", "stately", "peaceful",
    "melancholic"),
    {"major": MAJOR, "minor": MINOR, "harmonic minor": HARMONIC},
    (
        Layer("chords", "alberti", ("piano",), pan=-0.1, gain_db=-3, low=48, high=67),
        Layer("melody", "classical", ("piano",),
              (*SONG, *SONG_IN_THREE, "xxxxxxxxx---x---", "x---xxxxx---x-x-", "x-xxxxx-x-x-x---", "x--xx-x-x---..x-",
              "xxxxx---xxxxx---",
               "x-x-x-xxxxx-", "x---xxxxx---"), 1.0, 0.1, 2, 67, 96),
    ),
    metres=("4/4", "3/4", "2/4", "4/4"), rubato=0.015, humanise=0.008, fills=False, forms=("full",), song=("rondo", "ternary"),
    cadences=("V7", "ii V7", "IV V7"), modulations=(7,), ritardando=0.15, bars_per_chord=(1, 1, 0.5), eras=("classical",),
    place="Vienna",
    character="Mozart's and Clementi's keyboard: the left hand breaks each triad into an Alberti figure, "
    "low-high-middle-high, light and even; the right sings above the treble stave in balanced phrases of four bars, scales "
    "and turns included. Tonic, subdominant, dominant seventh, a half cadence in the middle and a full one at the end; the "
    "minor raises its seventh. Clear articulation, no pedal to speak of, steady tempo with a little give at the close. One "
    "piano in a bright drawing room.",
    mix=Mix(reverb=0.15, reverb_seconds=1.2, brightness=1.5),
)  # fmt: skip

ROMANTIC_PIANO = Style(
    "romantic piano", "classical", (48, 92),
    ("passionate", "melancholic", "dreamy", "tender", "dramatic", "nostalgic", "romantic", "sombre", "calm", "intense",
    "mysterious"),
    {
        "major": ("Imaj7 vi IVmaj7 V7", "I iii IV iv I V7 I I", "I V vi iii IV I IV V", "I III7 vi IV", "I #ivdim7 V7 I"),
        "minor": ("i bVI bIII bVII", "i bVII bVI v", "im7 ivm7 bVIImaj7 bIIImaj7"),
        "harmonic minor": ("i iv V7 i", "i bVI iv V7", "i iim7b5 V7 i", "i viidim7 i V7"),
    },
    (
        Layer("chords", "nocturne", ("piano",),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-x-x-x-x---x-x-", "x-x-x-x-x-x-", "xxxxxxxxxxxx",
              "x-x-x-x-x-x-x-x-x-x-x-x-"), 1.0, -0.15, -1, 33, 69),
        Layer("chords", "block", ("piano",), ("x-----------....", "....x-......x-..", "x-----------", "......x-....x-....x-...."),
              0.35, 0.0, -7, 52, 71),
        Layer("melody", "singing", ("piano",),
              ("x-------x---x---", "x-----x-x-------", "x---x---x-------", "x-----------x---", "x-------x---", "x-----x-x---",
               "x-----x-xxxxx---", "x-----------x-----x-----", "x-----x-x-x-x-----------"), 1.0, 0.15, 2, 60, 89),
    ),
    metres=("4/4", "4/4", "3/4", "6/8", "12/8"), rubato=0.07, humanise=0.014, fills=False, forms=("full", "full", "ebb"),
    song=("ternary",), cadences=("V7", "iim7b5 V7"), ritardando=0.3, bars_per_chord=(1, 1, 0.5), eras=("romantic",),
    character="Chopin's and Schumann's piano: the pedal is down, the left hand sweeps from a deep root through fifth and "
    "tenth and back, the right hand sings a long line in the middle of the keyboard like a voice, with a held note on the "
    "strong beat and a turn before the next. Tempo breathes in every phrase and broadens at the end. Minor subdominants, "
    "diminished sevenths and secondary dominants colour slow chords. Twelve-eight nocturnes, waltz-like three, A-B-A. A "
    "large instrument in a hall.",
    mix=Mix(reverb=0.38, reverb_seconds=2.8, brightness=-2.0),
)  # fmt: skip

STRING_QUARTET = Style(
    "string quartet", "classical", (66, 138),
    ("elegant", "melancholic", "tender", "stately", "lively", "passionate", "graceful", "playful", "sombre", "dramatic",
    "mysterious"),
    {"major": MAJOR, "minor": MINOR, "harmonic minor": HARMONIC},
    (
        Layer("bass", "rows", ("cello",),
              ("x---------------", "x-------5-------", "x---x---5---x---", "x.x.x.x.x.x.x.x.", "x---3---5---a---",
               "x-----------", "x---x---x---", "x-----5-----"), pan=0.35, low=36),
        Layer("chords", "inner", ("viola",),
              ("x-------x-------", "..x-x-x-..x-x-x-", "x---x---x---x---", "x-x-x-x-x-x-x-x-", "x-----------", "....x---x---",
              "x-x-x-x-x-x-"),
               1.0, 0.15, -3, 50, 69),
        Layer("counter", "inner", ("violin",),
              ("x---x---x-------", "x-x-x-x-x-x-x-x-", "x-------x---x---", "..x-x-x-..x-x-x-", "x-----x-x---", "x---x---x---"),
               1.0, -0.15, -3, 58, 76),
        Layer("melody", "classical", ("violin",), (*SONG, *SONG_IN_THREE, "x---xxx-x---x-x-", "x-xxx-x-x-------", "x-x-x-xxx---"),
              1.0, -0.4, 1, 64, 90),
    ),
    metres=("4/4", "4/4", "3/4", "6/8"), rubato=0.03, humanise=0.012, drift=0.006, fills=False, forms=("full", "full", "trade"),
    song=("rondo", "ternary"), cadences=("V7", "ii V7", "IV V7"), modulations=(7, 5), ritardando=0.18, eras=("classical",
    "romantic"),
    place="Vienna",
    character="Four players and nothing else: two violins, viola, cello. The first violin has the tune in four-bar phrases "
    "with turns, the second and the viola fill the chord in moving eighths or sighs off the beat, the cello gives the roots "
    "and walks into cadences. Classical harmony, I-IV-V7-I, with a visit to the dominant. Every voice is a line. Bowed "
    "legato, small swells, a breath between phrases; seen from left to right in a wooden chamber.",
    mix=Mix(reverb=0.26, reverb_seconds=1.7),
)  # fmt: skip

BAROQUE = Style(
    "baroque", "classical", (72, 128),
    ("stately", "lively", "elegant", "graceful", "cheerful", "sombre", "playful", "dramatic", "driving", "calm", "tense"),
    {
        "major": ("I V vi iii IV I IV V", "I vi ii V7", "I IV vii V I IV V I", "I V I IV I V7 I I", "I IV viidim iii vi ii V7 I"),
        "harmonic minor": ("i V7 i V7", "i iv V7 i", "i iv bVI V7"),
        "minor": ("i bVII bIII bVI iv v i i", "i v bVI bIII iv i iv v", "i iv bVII bIII bVI iv v i"),
    },
    (
        Layer("bass", "walk", ("cello", "bassoon", "harpsichord", "cello"), pan=0.2, low=36),
        Layer("chords", "broken", ("harpsichord", "harpsichord", "harpsichord", "church_organ"),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x---x---x---x---", "x-xxx-xxx-xxx-xx", "x-x-x-x-x-x-",
              "x-x-x-x-x-x-x-x-x-x-x-x-"),
               1.0, -0.25, 1, 52, 76),
        Layer("melody", "classical", ("violin", "flute", "oboe", "recorder", "trumpet", "harpsichord"),
              ("x-xxx-xxx-xxx-x-", "xxxxxxxxx-x-x---", "x-x-x-x-x-x-x-x-", "x---xxx-x---xxx-", "xxxxxxxxxxxxx---",
              "..xxx-xxx-x-x-x-",
               "x-x-xxx-x-x-", "x-xxx-xxx---", "x---x-x---x-x---x-x-x-x-", "x-x-x-x-x-x-x---x-x-----"), 1.0, 0.1, 1),
        Layer("counter", "classical", ("violin", "oboe", "recorder", "flute"),
              ("..x-x-x-x---x---", "x-------x-x-x-x-", "....x-xxx-xxx-x-", "x---x-x-x---", "x-----x-----x---x-x-----"), 0.65,
              -0.35, -1, 58, 81),
    ),
    metres=("4/4", "4/4", "3/4", "12/8"), bars_per_chord=(0.5, 1, 0.5), humanise=0.007, rubato=0.01, fills=False,
    forms=("full", "full", "trade"), song=("rondo", "ternary"), cadences=("V7", "IV V7", "ii V7"), ritardando=0.22,
    eras=("baroque",),
    place="Germany",
    character="The continuo never rests: harpsichord chords broken into sixteenths, a cello or bassoon walking below in "
    "steady quarters. Harmony changes every half bar, in sequences down the circle of fifths, and closes with a broad "
    "cadence. Violin, oboe, recorder or trumpet spin one rhythmic cell of eighths and sixteenths through a whole movement, a "
    "second voice imitates it. Terraced loudness, no swells; gigues in twelve-eight. A church or a palace room, "
    "silver-bright.",
    mix=Mix(reverb=0.3, reverb_seconds=1.9, brightness=1.0),
)  # fmt: skip

WALTZ = Style(
    "waltz", "classical", (132, 184),
    ("elegant", "romantic", "graceful", "cheerful", "nostalgic", "playful", "wistful", "joyful", "melancholic", "dramatic",
    "dreamy"),
    {
        "major": ("I I V7 V7 V7 V7 I I", "I vi ii V7", "I I IV V7", "I V7 V7 I", "I I VI7 ii V7 V7 I I"),
        "harmonic minor": ("i i V7 V7 V7 V7 i i", "i iv V7 i"),
        "minor": ("i bVI bIII bVII", "i iv bVII bIII"),
    },
    (
        Layer("chords", "stride", ("strings", "accordion", "piano", "pizzicato"), pan=-0.2, gain_db=0, low=52, high=72),
        Layer("bass", "rows", ("contrabass", "upright_bass", "tuba"), ("x---........", "x-----......"), 0.85, gain_db=0, low=28),
        Layer("melody", "singing", ("violin", "strings", "accordion", "clarinet", "flute", "strings"),
              (*SONG_IN_THREE, "x-----x-x-x-", "..x-x-x-x---", "x---x-xxx---"), 1.0, 0.15, 1, 62, 90),
        Layer("counter", "inner", ("cello", "french_horn", "viola"), ("x-----------", "x-------x---", "....x---x---"),
              0.6, 0.35, -3, 48, 67),
        Layer("pad", "sustain", ("strings",), chance=0.4, gain_db=-6),
    ),
    (
        {"triangle": "x...........", "bass_drum": "x..........."},
        {"snare": "....g...g...", "bass_drum": "x..........."},
    ),
    ("orchestral",), drums_chance=0.4, metres=("3/4",), rubato=0.045, humanise=0.011, drift=0.006, fills=False,
    forms=("full", "build", "trade"), song=("rondo", "ternary"), cadences=("V7",), modulations=(5, 7), ritardando=0.25,
    bars_per_chord=(1, 2), eras=("romantic",), place="Vienna",
    character="Three in a bar, felt as one: bass on one, chords on two and three, the second beat a shade early in Vienna. "
    "Eight-bar strains on tonic and dominant, then a new strain in a neighbouring key. The tune lies in violins, clarinet or "
    "accordion, leaps up on the first beat and swoops down in thirds; cellos and horns sing a slow line underneath. It "
    "hesitates before each return and spins faster after. A ballroom with mirrors.",
    mix=Mix(reverb=0.28, reverb_seconds=1.8),
)  # fmt: skip

STYLES = (CLASSICAL_PIANO, ROMANTIC_PIANO, STRING_QUARTET, BAROQUE, WALTZ)
