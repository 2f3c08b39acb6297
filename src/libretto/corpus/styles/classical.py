"""Concert music: one metre, breathing tempo, cadences; no drum kit but the orchestra's."""

from __future__ import annotations

from libretto.corpus.score import Mix
from libretto.corpus.styles.style import Layer, Style

MAJOR = ("I IV V7 I", "I vi ii V7", "I V vi iii IV I ii V7", "I IV ii V7 vi IV V7 I", "I ii V7 I")
MINOR = ("i bVI bIII bVII", "i bVII bIII bVI iv v i i", "i iv bVII bIII")
HARMONIC = ("i iv V7 i", "i bVI iv V7", "i V7 i V7", "i iv iim7b5 V7")
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
    "classical piano", "classical", (60, 132),
    ("elegant", "tender", "wistful", "graceful", "passionate", "cheerful", "melancholic", "dramatic"),
    {"major": MAJOR, "minor": MINOR, "harmonic minor": HARMONIC},
    (
        Layer("chords", "alberti", ("piano",), pan=-0.1, gain_db=-2, low=43, high=64),
        Layer("melody", "classical", ("piano",), (*SONG, *SONG_IN_THREE, "xxxxxxxxx---x---"),
              1.0, 0.1, 1, 64, 93),
    ),
    metres=("4/4", "3/4", "4/4"), rubato=0.045, humanise=0.011, fills=False, forms=("full",),
    mix=Mix(reverb=0.25, reverb_seconds=2.0),
)  # fmt: skip

ROMANTIC_PIANO = Style(
    "romantic piano", "classical", (56, 108),
    ("passionate", "melancholic", "dreamy", "tender", "dramatic", "nostalgic", "romantic"),
    {
        "major": ("Imaj7 vi IVmaj7 V7", "I iii IV iv I V7 I I", "I V vi iii IV I IV V"),
        "minor": ("i bVI bIII bVII", "i bVII bVI v", "im7 ivm7 bVIImaj7 bIIImaj7"),
        "harmonic minor": ("i iv V7 i", "i bVI iv V7", "i iim7b5 V7 i"),
    },
    (
        Layer("chords", "broken", ("piano",), ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-x-x-x-x-x-",
              "xxxxxxxxxxxx"), 1.0, -0.1, -2, 45, 69),
        Layer("bass", "rows", ("piano",), ("x---------------", "x-------8-------", "x-----------"),
              gain_db=-2, low=31),
        Layer("melody", "singing", ("piano",),
              ("x-------x---x---", "x-----x-x-------", "x---x---x-------", "x-----------x---",
               "x-------x---", "x-----x-x---"), 1.0, 0.1, 1, 64, 91),
    ),
    metres=("4/4", "4/4", "3/4", "6/8"), rubato=0.06, humanise=0.013, fills=False, forms=("full", "full",
    "ebb"),
    mix=Mix(reverb=0.32, reverb_seconds=2.4),
)  # fmt: skip

STRING_QUARTET = Style(
    "string quartet", "classical", (66, 132),
    ("elegant", "melancholic", "tender", "stately", "lively", "passionate", "graceful"),
    {"major": MAJOR, "minor": MINOR, "harmonic minor": HARMONIC},
    (
        Layer("bass", "rows", ("cello",),
              ("x---------------", "x-------5-------", "x---x---5---x---", "x.x.x.x.x.x.x.x.",
               "x-----------", "x---x---x---"), pan=0.35, low=36),
        Layer("chords", "inner", ("viola",),
              ("x-------x-------", "..x-x-x-..x-x-x-", "x---x---x---x---", "x-----------", "....x---x---"),
               1.0, 0.15, -3, 50, 69),
        Layer("counter", "inner", ("violin",),
              ("x---x---x-------", "x-x-x-x-x-x-x-x-", "x-------x---x---", "x-----x-x---", "x---x---x---"),
               1.0, -0.15, -3, 58, 76),
        Layer("melody", "classical", ("violin",), (*SONG, *SONG_IN_THREE), 1.0, -0.4, 1, 64, 90),
    ),
    metres=("4/4", "4/4", "3/4"), rubato=0.03, humanise=0.012, fills=False, forms=("full", "full", "trade"),
    mix=Mix(reverb=0.3, reverb_seconds=2.0),
)  # fmt: skip

BAROQUE = Style(
    "baroque", "classical", (72, 126),
    ("stately", "lively", "elegant", "graceful", "cheerful", "sombre"),
    {
        "major": ("I V vi iii IV I IV V", "I vi ii V7", "I IV vii V I IV V I", "I V I IV I V7 I I"),
        "harmonic minor": ("i V7 i V7", "i iv V7 i", "i iv bVI V7"),
        "minor": ("i bVII bIII bVI iv v i i", "i v bVI bIII iv i iv v", "i iv bVII bIII bVI iv v i"),
    },
    (
        Layer("bass", "walk", ("cello", "bassoon", "harpsichord"), pan=0.2, low=36),
        Layer("chords", "broken", ("harpsichord", "harpsichord", "church_organ"),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x---x---x---x---", "x-x-x-x-x-x-"),
               1.0, -0.25, -2, 52, 74),
        Layer("melody", "classical", ("violin", "flute", "oboe", "recorder", "trumpet", "harpsichord"),
              ("x-xxx-xxx-xxx-x-", "xxxxxxxxx-x-x---", "x-x-x-x-x-x-x-x-", "x---xxx-x---xxx-",
               "x-x-xxx-x-x-", "x-xxx-xxx---"), 1.0, 0.1, 1),
        Layer("counter", "classical", ("violin", "oboe", "recorder"),
              ("..x-x-x-x---x---", "x-------x-x-x-x-", "x---x-x-x---"), 0.6, -0.35, -2, 58, 79),
    ),
    metres=("4/4", "4/4", "3/4"), bars_per_chord=(0.5, 1),
    humanise=0.008, rubato=0.012, fills=False, forms=("full", "full", "trade"),
    mix=Mix(reverb=0.3, reverb_seconds=1.9),
)  # fmt: skip

WALTZ = Style(
    "waltz", "classical", (120, 176),
    ("elegant", "romantic", "graceful", "cheerful", "nostalgic", "playful", "wistful"),
    {
        "major": ("I I V7 V7 V7 V7 I I", "I vi ii V7", "I I IV V7", "I V7 V7 I"),
        "harmonic minor": ("i i V7 V7 V7 V7 i i", "i iv V7 i"),
        "minor": ("i bVI bIII bVII", "i iv bVII bIII"),
    },
    (
        Layer("chords", "stride", ("piano", "accordion", "strings", "piano"),
              pan=-0.2, gain_db=-2, low=50, high=70),
        Layer("bass", "rows", ("contrabass", "upright_bass"), ("x-----------", "x---........"),
              0.6, gain_db=-2, low=28),
        Layer("melody", "singing", ("violin", "piano", "accordion", "clarinet", "strings", "flute"),
              SONG_IN_THREE, 1.0, 0.15, 1, 62, 90),
        Layer("counter", "sparse", ("cello", "french_horn", "viola"), ("x-----------", "x-------x---"),
              0.45, 0.35, -4, 45, 67),
    ),
    metres=("3/4",), rubato=0.04, humanise=0.011, fills=False, forms=("full", "build", "trade"),
    mix=Mix(reverb=0.28, reverb_seconds=1.8),
)  # fmt: skip

STYLES = (CLASSICAL_PIANO, ROMANTIC_PIANO, STRING_QUARTET, BAROQUE, WALTZ)
