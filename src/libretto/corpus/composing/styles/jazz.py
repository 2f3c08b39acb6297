"""Jazz and its relatives: seventh chords, swing, walking basses."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

COMP = ("x-----o-........", "..x-......x---..", "......x-......x-", "x-....x-----....", "....x-....x-....", "..............x-",
        "....x-....x-........", "x-....x-....x-......", "x-....x-....", "..x-..x-....")  # fmt: skip
TURNS = {
    "major": ("iim7 V7 Imaj7 VI7b9", "Imaj7 vim7 iim7 V7", "iiim7 VI7 iim7 V7 Imaj7 vim7 iim7 V7",
              "Imaj7 Imaj7 ivm7 bVII7 Imaj7 VI7b9 iim7 V7", "Imaj7 Imaj7 vm7 I7 IVmaj7 ivm6 iim7 V7"),
    "minor": ("im7 ivm7 bVIImaj7 bIIImaj7", "im7 bVI7 iim7b5 v7"),
    "harmonic minor": ("im6 iim7b5 V7b9 im6", "imin iim7b5 V7 imin"),
}  # fmt: skip
JAZZ_CADENCES = ("iim7 V7", "iim7b5 V7b9", "V7")

JAZZ_SWING = Style(
    "jazz swing", "jazz", (112, 184),
    ("lively", "playful", "sophisticated", "happy", "confident", "mellow", "groovy", "moody", "romantic", "wistful", "quirky"),
    {
        **TURNS,
        "dorian": ("im7 im7 iim7 im7", "im9 IV13 im9 IV13"),
        "blues": ("I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",),
    },
    (
        Layer("bass", "walk", ("upright_bass",), low=28, gain_db=1),
        Layer("chords", "comp", ("piano", "piano", "jazz_guitar", "hammond"), COMP, 1.0, -0.25, -2),
        Layer("melody", "jazz", ("piano", "vibraphone", "clarinet", "tenor_sax", "jazz_guitar", "muted_trumpet", "flute"),
              ("x-x-x-x-x-x-x-x-", "..x-x-x-x-x-x---", "x-x-x-x-x-----..", "....x-x-x-x-x-x-",
               "x--x--x-x-x-....", "x---x-x-..x-x---", "x-x-x-x-x-..x-x-x---", "x---x-x-x-x-", "..x-x-x-x---"), 0.95, 0.1, 1),
    ),
    (
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "kick": "g...g...g...g...", "snare": "......g.......g."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "snare": "..g.......g...g."},
        {"ride": "x...x.o.x.o.x...", "pedal": "....x.......x...", "kick": "......g...g.....", "snare": "...g............"},
        {"brush": "x.o.x.o.x.o.x.o.", "pedal": "....x.......x...", "ride": "x...x.o.x...x.o."},
        {"ride": "x...x.o.x...", "pedal": "....x.......", "snare": "......g...g."},
        {"ride": "x...x.o.x...x...x.o.", "pedal": "....x...........x...", "kick": "x...........g......."},
    ),
    ("jazz", "jazz", "brushes"), metres=("4/4", "4/4", "4/4", "4/4", "3/4", "5/4"),
    swing=0.64, humanise=0.01, drift=0.01, bars_per_chord=(1, 1, 0.5), fills=False, forms=("full", "full", "break", "trade"),
    song=("jazz",), cadences=JAZZ_CADENCES, ritardando=0.15, eras=("40s", "50s"), place="New York",
    character="A trio or quartet: upright bass walking quarters that lead by half step into every new root, ride cymbal "
    "'ding, ding-a-ding', hi-hat closing on two and four, a pianist who drops rootless sevenths where nobody expects them. "
    "Harmony turns round in ii-V-I and I-VI-ii-V, with tritone substitutes and minor subdominants. The tune swings in "
    "eighths, long-short, leaves gaps, and is answered. Head, solos, bridge, head. Waltzes in three and an odd piece in "
    "five. Small club, wood and brass, no compression.",
    mix=Mix(reverb=0.18, reverb_seconds=1.3),
)  # fmt: skip

BIG_BAND = Style(
    "big band", "jazz", (126, 196),
    ("happy", "energetic", "confident", "triumphant", "playful", "sophisticated", "romantic", "dramatic", "upbeat", "nostalgic",
     "tense"),
    {
        "major": ("I6 vim7 iim7 V7", "I6 VI7 II7 V7", "Imaj7 I7 IV6 ivm6 iiim7 VI7 iim7 V7", "I6 I6 iim7 V7"),
        "harmonic minor": ("im6 im6 iim7b5 V7", "im6 ivm6 V7b9 im6"),
        "blues": ("I7 IV7 I7 I7 IV7 IV7 I7 VI7 iim7 V7 I7 V7", "I9 IV9 I9 I9 IV9 IV9 I9 I9 V9 IV9 I9 V9"),
        "minor": ("im7 ivm7 bVIImaj7 bIIImaj7",),
    },
    (
        Layer("bass", "walk", ("upright_bass",), low=28),
        Layer("chords", "pompe", ("jazz_guitar",), (), 0.7, -0.5, -7, 50, 71),
        Layer("chords", "comp", ("piano",), COMP, 0.5, -0.3, -5),
        Layer("chords", "soli", ("alto_sax", "tenor_sax", "alto_sax"),
              ("x-x-x-x-x-x-x---", "..x-x-x-x---x-x-", "x--x--x-x-------", "x-x-..x-x-x-....", "x-----x-x-x-x-x-"), 1.0, -0.25, 2,
              55, 78),
        Layer("chords", "soli", ("tenor_sax", "baritone_sax"), ("x-----------....", "x-------x-------", "..............x-"),
              0.6, -0.4, -3, 45, 66),
        Layer("arpeggio", "shout", ("brass_section", "trumpet"),
              ("x.....x.........", "......x.x-----..", "....x.........x.", "x-----......x.x.", "..x...x.....x---",
              "x.x.x---........"),
               0.95, 0.3, 2, 58, 80),
        Layer("arpeggio", "shout", ("trombone",), ("......x-........", "x-------....x...", "..x.....x---...."), 0.6, 0.45, -2, 45,
              67),
        Layer("melody", "jazz", ("trumpet", "clarinet", "tenor_sax", "trombone", "muted_trumpet", "alto_sax"),
              ("x-x-x-x-x---....", "..x-x-x-x-x-x---", "x--x--x-x-x-....", "x---x-x-..x-x---"), 0.7, 0.05, 1),
    ),
    (
        {"hat": "x...x.o.x...x.o.", "kick": "o...o...o...o...", "snare": "......g.....x..."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "kick": "o...o...o...o...", "snare": "....o.......o..."},
        {"floor": "x.oox.o.x.oox.o.", "pedal": "....x.......x...", "kick": "x...x...x...x..."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "crash": "......x.........", "snare": "......x.......x.",
         "kick": "o...o...x...o..."},
    ),
    ("jazz", "standard"), swing=0.64, humanise=0.009, drift=0.006, bars_per_chord=(1, 1, 0.5), forms=("full", "full", "build"),
    song=("pop", "jazz"), cadences=JAZZ_CADENCES, modulations=(1, 5), ritardando=0.1, eras=("40s",),
    place="America",
    character="Sixteen players in sections: saxophones in thick four-part harmony move as one man, trumpets and trombones "
    "shout short chords back at them, scooped and punched, louder each chorus. Guitar chops four to the bar, the bass walks, "
    "the drummer kicks the figures with the brass and fills into every one. Sixth chords, secondary dominants, blues. A solo "
    "trumpet, clarinet or tenor between the blocks. A dance hall's wide stage: reeds left, brass right.",
    mix=Mix(reverb=0.24, reverb_seconds=1.7, brightness=1.0),
)  # fmt: skip

BEBOP = Style(
    "bebop", "jazz", (212, 280),
    ("energetic", "lively", "quirky", "sophisticated", "intense", "playful", "tense", "driving", "confident"),
    {
        **TURNS,
        "major": (*TURNS["major"], "Imaj7 VI7 iim7 V7 iiim7 VI7b9 iim7 V7", "III7 III7 VI7 VI7 II7 II7 V7 Imaj7"),
        "blues": ("I7 IV7 I7 I7 IV7 IV7 I7 VI7 iim7 V7 I7 V7",),
    },
    (
        Layer("bass", "walk", ("upright_bass",), low=28),
        Layer("chords", "comp", ("piano",), COMP, 0.95, -0.3, -5),
        Layer("melody", "bebop", ("alto_sax", "trumpet", "tenor_sax", "alto_sax", "trumpet"),
              ("x-x-x-x-x-x-x-x-", "..x-x-x-x-x-x-x-", "x-x-x-x-x-x-x---", "x-x-xxx-x-x-x-x-", "....x-x-x-x-x-x-",
              "x-x-x-x-x---..x-"),
               1.0, 0.1, 3, 55, 84),
        Layer("counter", "bebop", ("trumpet", "tenor_sax", "trombone"), ("x-x-x-x-x-x-x-x-", "..x-x-x-x-x-x---"), 0.35, 0.35, -2,
              52, 76, sections=("verse",)),
    ),
    (
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "snare": "..........g....."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "snare": "......x.......g.", "kick": "..........x....."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "kick": "......x.........", "snare": "..g.......x...x."},
    ),
    ("jazz",), swing=0.58, humanise=0.008, drift=0.008, bars_per_chord=(1, 1, 2, 0.5), fills=False, forms=("full", "trade"),
    song=("jazz",), cadences=JAZZ_CADENCES, eras=("40s", "50s"), place="New York",
    character="As fast as it can be thought: a saxophone or trumpet spins unbroken eighths over the changes, chord tones on "
    "the beat, neighbours and chromatic approaches between, phrases that start and stop anywhere. The ride cymbal and a "
    "running bass keep time alone; snare and bass drum drop bombs. The pianist only jabs. ii-V chains, turnarounds with "
    "altered dominants, rhythm changes, blues. Unison head, long solos, unison head. Dry and close, a basement at midnight.",
    mix=Mix(reverb=0.08, reverb_seconds=0.7, lowpass_hz=9000),
)  # fmt: skip

JAZZ_BALLAD = Style(
    "jazz ballad", "jazz", (54, 76),
    ("romantic", "tender", "melancholic", "mellow", "soulful", "wistful", "warm", "lonely", "dreamy", "moody"),
    {
        "major": ("Imaj9 vim9 iim9 V13", "Imaj7 iiim7 iim7 V7", "IVmaj7 ivm6 iiim7 VI7b9 iim7 V13 Imaj9 Imaj9",
                  "Imaj9 ivm6 Imaj9 VI7b9 iim9 V13"),
        "minor": ("im9 ivm9 bVImaj9 v7", "im7 bIIImaj7 ivm7 v7"),
        "harmonic minor": ("im6 iim7b5 V7b9 im6", "im6 ivm7 V7b9 im6"),
    },
    (
        Layer("bass", "two", ("upright_bass", "fretless_bass"), low=29),
        Layer("chords", "strum", ("piano", "piano", "electric_piano", "jazz_guitar"),
              ("x-----------o---", "x-------o-------", "..x-----....o---", "x-----------", "x-----o-----",
              "x-----------o-----------",
               "x-----o-----x-----o-----"),
               1.0, -0.2, -1),
        Layer("melody", "lazy", ("tenor_sax", "muted_trumpet", "piano", "alto_sax", "flute", "clarinet", "soprano_sax"),
              ("x-----x-x-------", "..x-x-x-x-------", "x---x-x-x-----..", "x-------..x-x-x-", "x-----x-x---", "x---x-x-x---",
               "x-----x-x-x-x-----------", "..x-x-x-----x-----x-x-x-"), 1.0, 0.1, 1),
        Layer("pad", "sustain", ("strings",), chance=0.3, gain_db=-6),
    ),
    (
        {"brush": "....o.......o...", "ride": "x...o...x...o...", "pedal": "....x.......x...", "kick": "g..............."},
        {"brush": "x.o.x.o.x.o.x.o.", "pedal": "....x.......x..."},
        {"brush": "x.o.x.o.x.o.", "pedal": "....x...x..."},
        {"brush": "x.....o.....x.....o.....", "ride": "x...o.x...o.x...o.x...o.", "pedal": "......x...........x....."},
    ),
    ("brushes",), drums_chance=0.75, metres=("4/4", "4/4", "4/4", "3/4", "12/8"), swing=0.62, humanise=0.014, rubato=0.025,
    drift=0.01,
    ritardando=0.3, bars_per_chord=(1, 0.5), fills=False, forms=("full", "build", "trade"), song=("jazz",), cadences=("iim7 V7",
    "V7"),
    eras=("50s",),
    character="Brushes stir the snare, the bass plays two notes to the bar and lets them sing, the piano lays down wide "
    "ninths and thirteenths and waits. A tenor saxophone or muted trumpet takes a song of the thirties and says it late, "
    "breathy, with held notes at the end of every line. The subdominant turns minor, ii-V leads home by detours. Time "
    "breathes and stops before the last chord. Close microphone, long soft room.",
    mix=Mix(reverb=0.3, reverb_seconds=2.0, brightness=-1.0),
)  # fmt: skip

BOSSA_NOVA = Style(
    "bossa nova", "jazz", (116, 146),
    ("relaxed", "warm", "romantic", "sunny", "mellow", "wistful", "sophisticated", "dreamy", "lonely", "playful"),
    {
        "major": ("Imaj7 II7 iim7 V7", "Imaj9 vim9 iim9 V13", "Imaj7 bIIImaj7 iim7 bIImaj7",
                  "Imaj7 Imaj7 II7 II7 iim7 V7 Imaj7 V7", "Imaj7 I6 iim7 V7"),
        "minor": ("im7 ivm7 bVIImaj7 bIIImaj7", "im9 bVImaj7 ivm7 v7"),
        "dorian": ("im7 im7 IV7 IV7", "im9 IV13 im9 IV13"),
        "harmonic minor": ("im6 im6 iim7b5 V7b9",),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("x-----5-5-----x-", "x-----5-x-----5-", "x-----v-v-----n-", "x-----5-8-----a-"), low=29),
        Layer("chords", "comp", ("nylon_guitar",),
              ("x--.x--.o-x--.x-..x--.x--.x-.x--", "x--x--x-..x--x--", "x---..x---..x---..x---..x-..x-..", "x--x---x--x---x-"),
               1.0, -0.2, 2, 50, 72),
        Layer("melody", "lazy", ("flute", "tenor_sax", "vibraphone", "piano", "nylon_guitar", "clarinet", "muted_trumpet",
              "melodica"),
              ("..x-x-x-x-----..", "x-----x-x---....", "x--x--x-x-------", "....x-x-x--x----", "x---x---x-x-x---"), 0.9, 0.15),
        Layer("pad", "sustain", ("strings", "warm_pad"), chance=0.25, gain_db=-7),
    ),
    (
        {"kick": "x.....xox.....xo", "rim": "x..x..x...x..x..", "hat": "oooooooooooooooo"},
        {"kick": "x.....xox.....xo", "rim": "..x..x....x..x..", "shaker": "xoxoxoxoxoxoxoxo"},
        {"kick": "x.....x.x.....x.", "rim": "x..x..x...x..x..", "brush": "o.o.o.o.o.o.o.o."},
        {"rim": "x..x..x...x..x....x..x....x..x..", "shaker": "xooxxooxxooxxooxxooxxooxxooxxoox"},
    ),
    ("brushes", "standard"), fills=False, humanise=0.009, drift=0.006, forms=("full", "build", "trade"), song=("jazz",
    "strophic"),
    bars_per_chord=(1, 2), cadences=("iim7 V7", "V7"), ritardando=0.1, eras=("60s",), place="Brazil",
    character="João Gilberto's guitar: the thumb keeps a soft samba bass, root and fifth on the half bars, the fingers pluck "
    "syncopated ninth chords ahead of the beat. A rim click plays the two-bar bossa clave, brushes or shaker whisper "
    "sixteenths. Harmony slides by half steps: II7, a tritone substitute for V, sudden keys a third away. Flute, tenor or "
    "vibraphone murmur long lines of repeated notes over the moving chords. Nobody raises the voice.",
    mix=Mix(reverb=0.18, reverb_seconds=1.3),
)  # fmt: skip

GYPSY_JAZZ = Style(
    "gypsy jazz", "jazz", (156, 236),
    ("lively", "playful", "joyful", "romantic", "nostalgic", "passionate", "cheeky", "energetic", "melancholic", "confident"),
    {
        "major": ("I6 I6 II7 II7 iim7 V7 I6 V7", "I6 VI7 II7 V7", "I6 I6 V7 V7", "I6 #idim7 iim7 V7",
                  "I6 III7 VI7 II7 iim7 V7 I6 I6"),
        "harmonic minor": ("im6 im6 V7b9 V7b9", "im6 ivm6 V7 im6", "im6 im6 ivm6 ivm6 V7 V7 im6 V7", "im6 bVI7 V7 im6"),
        "minor": ("im6 ivm7 bVII7 bIIImaj7",),
    },
    (
        Layer("chords", "pompe", ("gypsy_guitar",), (), 1.0, -0.5, 2, 50, 71),
        Layer("chords", "pompe", ("gypsy_guitar",), (), 0.75, 0.55, 0, 47, 69),
        Layer("bass", "two", ("upright_bass",), low=28),
        Layer("melody", "bebop", ("violin", "gypsy_guitar", "violin", "clarinet", "accordion", "gypsy_guitar"),
              ("x-x-x-x-x-x-x-x-", "xxx-x-x-x-x-x---", "..x-x-x-x-x-x---", "x--x--x-x-x-x-x-", "x-x-x-x-x-------", "x-x-x-x-x-x-",
              "x---x-x-x---"),
               1.0, 0.1, 2, 57, 88),
        Layer("counter", "jazz", ("violin", "gypsy_guitar", "clarinet"), ("x-------x-x-x---", "..x-x-x---......", "x-----------"),
              0.35, 0.3, -2, 55, 79),
    ),
    (), (), metres=("4/4", "4/4", "4/4", "4/4", "3/4"), swing=0.6, humanise=0.01, drift=0.012, bars_per_chord=(1, 1, 2),
    fills=False,
    forms=("full", "trade"), song=("jazz",), cadences=("V7", "iim7 V7"), ritardando=0.12, eras=("40s",), place="Paris",
    character="No drums: two acoustic guitars are the drummer. La pompe, the pump, strikes six-string sixth chords on every "
    "beat, long on one and three, clipped and hard on two and four, with a flick of an upstroke between; a double bass plays "
    "in two. Violin or a plectrum guitar runs arpeggios, chromatic slides and tremolos at speed, clarinet or accordion "
    "answers. Minor sixths, diminished passing chords, chains of dominants. Waltzes from the bal musette. Dry wood in a "
    "small room.",
    mix=Mix(reverb=0.12, reverb_seconds=0.9, brightness=1.0),
)  # fmt: skip

STYLES = (JAZZ_SWING, BIG_BAND, BEBOP, JAZZ_BALLAD, BOSSA_NOVA, GYPSY_JAZZ)
