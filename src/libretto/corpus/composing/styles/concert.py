"""Many players: the symphony orchestra, the choir, the marching band."""

from __future__ import annotations

from libretto.corpus.composing.styles.classical import HARMONIC, MAJOR, MINOR, SONG, SONG_IN_THREE
from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

ORCHESTRAL = Style(
    "orchestral", "classical", (72, 152),
    ("stately", "graceful", "cheerful", "dramatic", "tender", "triumphant", "playful", "melancholic", "lively", "mysterious",
    "romantic",
     "peaceful"),
    {
        "major": (*MAJOR, "I V7 I IV I V7 I I", "I vi IV ii V7 V7 I I"),
        "minor": MINOR,
        "harmonic minor": (*HARMONIC, "i V7 i iv bVI iim7b5 V7 i"),
    },
    (
        Layer("bass", "rows", ("contrabass", "pizzicato", "contrabass"),
              ("x---....5---....", "x---x---5---x---", "x-------5-------", "x...x...5...a...", "x-----------", "x---5---5---",
              "x.....5....."),
               0.95, 0.3, low=28),
        Layer("chords", "block", ("strings", "pizzicato", "strings"),
              ("..x.x.x...x.x.x.", "..x...x...x...x.", "x.x.x.x.x.x.x.x.", "x-------x-------", "..x.x...x.x.", "....x...x...",
              "x-----------"),
               1.0, -0.1, -2, 52, 74),
        Layer("arpeggio", "alberti", ("viola", "clarinet", "viola"), chance=0.45, pan=0.1, gain_db=-5, low=50, high=69),
        Layer("pad", "sustain", ("french_horn", "bassoon", "oboe"), chance=0.35, gain_db=-5, low=48, high=67),
        Layer("melody", "classical", ("oboe", "flute", "clarinet", "violin", "oboe", "bassoon", "flute", "english_horn"),
              (*SONG, *SONG_IN_THREE, "x---xxx-x---x---", "x-x-xxx-x-x-x---", "xxxxx-x-x---x---"), 1.0, 0.1, 1, 58, 91),
        Layer("counter", "classical", ("flute", "violin", "bassoon", "cello", "piccolo", "clarinet"),
              ("..x-x-x-x---....", "x-------x---x---", "........x-x-x-x-", "x---x-x-x---", "......x-x-x-"), 0.7, -0.35, -2, 50,
              88),
        Layer("arpeggio", "shout", ("brass_section", "trumpet", "french_horn"), ("x---........x...", "x.x.x---........",
              "x---....x..."), 0.3, 0.35, -3, 55, 77, sections=("chorus", "bridge")),
    ),
    (
        {"timpani": "x..............."},
        {"timpani": "x.......x...x..."},
        {"timpani": "............x.x.x...............", "triangle": "....x.......x...x.......x......."},
        {"timpani": "x..........."},
    ),
    ("orchestral",), drums_chance=0.45, metres=("4/4", "4/4", "3/4", "6/8", "2/4"), rubato=0.03, humanise=0.011, drift=0.006,
    fills=False,
    forms=("full", "full", "trade", "build"), song=("rondo", "ternary"), cadences=("V7", "ii V7", "IV V7"), modulations=(7, 5),
    ritardando=0.2, eras=("classical", "romantic"), place="Vienna",
    character="Haydn's and Beethoven's orchestra: strings accompany in repeated eighths or pizzicato off-beats, one woodwind "
    "after another takes the tune, the violins answer, horns hold the fifth, trumpets and timpani appear only at the "
    "cadence. Functional harmony in four- and eight-bar periods, the second theme in the dominant, a broad ii-V-I to close. "
    "Oboe against bassoon, piano against forte. No drum kit, no loops, no thunder. A concert hall from the tenth row.",
    mix=Mix(reverb=0.24, reverb_seconds=1.8, brightness=2.0),
)  # fmt: skip

CHORAL = Style(
    "choral", "classical", (54, 96),
    ("stately", "peaceful", "sombre", "ethereal", "triumphant", "calm", "tender", "mysterious", "joyful", "melancholic", "warm"),
    {
        "major": ("I V vi iii IV I ii V", "I IV I V vi IV V I", "I iii IV V", "I vi ii V", "I IV V I", "Iadd9 IVmaj7 ii V"),
        "minor": ("i bVII bVI v", "i iv bVII bIII bVI iv v i", "i v bVI bIII iv i v v"),
        "harmonic minor": ("i iv V i", "i V i iv", "i bVI iv V"),
        "dorian": ("i IV i bVII", "i bVII IV i"),
        "mixolydian": ("I bVII IV I",),
        "lydian": ("I II I II",),
    },
    (
        Layer("pad", "chorale", ("choir_aah", "choir", "choir_ooh", "choir_aah"),
              ("x---x---x---x---", "x---x---x-------", "x-------x---x---", "x-------x-------", "x---x---x---", "x-------x---",
              "x-----x-x---x---",
               "x-----x-----", "x---------------"), 1.0, 0.0, 2),
        Layer("pad", "chorale", ("choir_ooh", "choir_aah"), ("x---------------", "x-------x-------", "x-----------"), 0.4, 0.0,
              -5),
        Layer("chords", "chorale", ("church_organ",), ("x---x---x---x---", "x---------------", "x-------x-------",
              "x-----------"), 0.6, 0.0, -4),
        Layer("bass", "drone", ("church_organ",), chance=0.4, low=36, gain_db=-5),
        Layer("melody", "singing", ("choir_aah", "choir_ooh", "choir_aah", "church_organ"),
              ("x---x---x---x---", "x-------x---x---", "x---x-x-x-------", "x---x---x---", "x-------x---", "x-----x-----",
              "x-----x-x---x---"),
               0.65, 0.0, 0, 62, 79),
    ),
    metres=("4/4", "4/4", "3/4", "6/8"), bars_per_chord=(0.5, 0.5, 1), rubato=0.04, humanise=0.016, fills=False, forms=("full",
    "build", "ebb"),
    song=("strophic", "ternary"), cadences=("V", "IV V", "ii V"), modulations=(1, 2), ritardando=0.3, eras=("baroque",
    "romantic"),
    character="Soprano, alto, tenor, bass: four voices in block harmony, moving together in quarters and halves on open "
    "vowels, with an organ doubling or holding the pedal. Each voice steps or stays, the bass leaps to the roots, chords "
    "change twice in a bar, and every phrase breathes after its fermata on I or V. Plagal and authentic cadences. No "
    "instruments with an attack, no drums, no pulse you could tap. The stone church answers for four seconds.",
    mix=Mix(reverb=0.55, reverb_seconds=4.0),
)  # fmt: skip

MARCH = Style(
    "march", "classical", (104, 132),
    ("triumphant", "cheerful", "confident", "stately", "heroic", "bouncy", "energetic", "sombre", "dramatic", "happy",
    "nostalgic"),
    {
        "major": ("I I V7 V7 V7 V7 I I", "I V7 I IV I II7 V7 I", "I IV V7 I", "I VI7 II7 V7", "I I IV IV V7 V7 I I"),
        "harmonic minor": ("i i V7 V7 V7 V7 i i", "i iv V7 i", "i V7 i V7"),
        "minor": ("i bVII bIII bVI iv v i i", "i bVI bIII bVII"),
    },
    (
        Layer("bass", "rows", ("tuba",),
              ("x...5...x...5...", "x...v...x...v...", "x...5...x...3.a.", "x.....5.....", "x...x.5...a."), low=31, gain_db=2),
        Layer("chords", "skank", ("french_horn", "trombone", "brass_section"),
              ("..x...x...x...x.", "..xx..x...xx..x.", "....x.....x.", "..x.x...x.x."), 1.0, -0.3, -1, 50, 68),
        Layer("melody", "classical", ("trumpet", "brass_section", "piccolo", "clarinet", "trumpet", "french_horn", "flute"),
              ("x--xx---x---x---", "x---x--xx---x---", "x-x-x-x-x---x---", "x--xx--xx-x-x---", "x-------x--xx---",
               "x---x-x---x-", "x-x-x-x-----", "x-----x---x-", "x---x-x-x-x-"), 1.0, 0.05, 2, 58, 88),
        Layer("counter", "singing", ("trombone", "baritone_sax", "tenor_sax", "french_horn"),
              ("x-------x-------", "....x-x-x---....", "x---x---x-x-x---", "x-----x-----"), 0.65, 0.35, -1, 45, 65),
        Layer("counter", "fast", ("piccolo", "flute", "clarinet"), ("xxxxx---xxxxx---", "........xxxxxxxx", "x-xxx-xxx-x-x---",
              "x-x-x-x-x-x-"), 0.35, -0.4, -4, 72, 96, sections=("chorus",)),
    ),
    (
        {"snare": "x.xxx.x.x.xxxxx.", "bass_drum": "x...o...x...o...", "cymbal": "x...o...x...o..."},
        {"snare": "x..xx.rrx..xx.rr", "bass_drum": "x.......x.......", "cymbal": "x.......x......."},
        {"snare": "x.x.xxx.x.x.xrrr", "bass_drum": "x...x...x...x..."},
        {"snare": "..x...x...x.x.x.", "bass_drum": "x...x...x...x...", "cymbal": "x...............",
         "triangle": "..x...x...x...x."},
        {"snare": "x.xx.xx.xx.x", "bass_drum": "x.....x.....", "cymbal": "x.....o....."},
        {"snare": "x...x.x...xr", "bass_drum": "x.....x....."},
    ),
    ("marching",), metres=("2/4", "2/4", "4/4", "6/8"), humanise=0.007, fills=False, forms=("full", "full", "build"),
    song=("march",),
    cadences=("V7", "IV V7"), modulations=(5,), ritardando=0.1, bars_per_chord=(1, 2, 2), eras=("romantic",),
    character="Sousa's band on its feet: tuba on the beats, root and fifth, horns and trombones on the after-beats, snare "
    "drums in rolls and dotted figures, bass drum and clashed cymbals together. Cornets and trumpets have a dotted, broad "
    "tune over tonic and dominant; piccolo and clarinets run above it, euphonium or trombone sing against it. Strain after "
    "strain of sixteen bars, a trio a fourth higher, the last time with everything. Two-four or six-eight, exactly at "
    "walking pace. Open air.",
    mix=Mix(reverb=0.2, reverb_seconds=1.5, brightness=1.5),
)  # fmt: skip

STYLES = (ORCHESTRAL, CHORAL, MARCH)
