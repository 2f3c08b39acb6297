"""Roots: blues, country, folk, gospel, and Jamaica's reggae and ska."""

from __future__ import annotations

from libretto.corpus.composing.styles.rock import HOOKS
from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

TUNES = (*HOOKS, "x-----x-x-x-x---")

BLUES = Style(
    "blues", "band", (60, 122),
    ("soulful", "gritty", "melancholic", "laid-back", "moody", "groovy", "lonely", "cheeky", "heartfelt", "confident"),
    {
        "blues": ("I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7", "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
                  "I7 IV7 I7 V7", "I9 IV9 I9 I9 IV9 IV9 I9 VI7 V9 IV9 I9 V9"),
        "minor": ("im7 im7 im7 im7 ivm7 ivm7 im7 im7 bVI7 v7 im7 v7", "im7 ivm7 im7 v7"),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("x---3---5---6---", "x-x-3-3-5-5-6-5-", "x---3-5-6---5-3-", "x-----x-5---a---",
               "x---x-3---3-5---5-6---a-", "x-----3-----5-----6---a-", "x---x-x---x-5---5-5---5-"), low=28),
        Layer("chords", "comp", ("piano", "honky_tonk", "hammond", "jazz_guitar"),
              ("..x-....x-......", "x-....x-....x-..", "......x-......x-", "x---------------",
               "x-x-x-x-x-x-x-x-x-x-x-x-", "......x-----......x-----", "x---o-x---o-x---o-x---o-"), 0.6, -0.3, -3),
        Layer("chords", "shuffle", ("clean_guitar", "overdriven_guitar", "steel_guitar"), pan=0.4, gain_db=1),
        Layer("melody", "blues", ("harmonica", "overdriven_guitar", "slide_guitar", "harmonica", "clean_guitar",
              "overdriven_guitar"),
              ("..x-x-x-x---....", "x-x-x-x-x-------", "....x-x-x-x-x---", "x---x-x-........",
               "..x-x-x---x-------......", "x-x-x-x-x-x-x-----......", "x-----x-x-x-x-----......"), 0.95, 0.1, 1),
    ),
    (
        {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x...x...x...x...", "rim": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.........x.x...........", "snare": "......x...........x.....", "hat": "x.o.o.x.o.o.x.o.o.x.o.o."},
        {"kick": "x...........x.....x.....", "snare": "......x...........x...g.", "ride": "x.o.o.x.o.o.x.o.o.x.o.o."},
    ),
    ("standard", "brushes", "room"), metres=("4/4", "4/4", "12/8"), swing=0.66, humanise=0.012, drift=0.01,
    pentatonic=0.5, forms=("full", "trade", "break"), song=("twelve",), cadences=("V7",), ritardando=0.15, eras=("50s",),
    place="Mississippi",
    character="Twelve bars, three lines: tonic, subdominant, the turnaround with the dominant, every chord a seventh. The "
    "shuffle swings in triplets, or, slow, in twelve eighths spelled out by the hi-hat; guitar rocks from fifth to sixth, "
    "the bass walks root, third, fifth, sixth. Blue thirds and fifths rub against the major chord: guitar, harmonica or "
    "slide call, and leave the end of the line to the answer. Small room, warm valves, no hurry.",
    mix=Mix(reverb=0.14, reverb_seconds=0.9, saturation=0.45, lowpass_hz=8500, brightness=-1.0),
)  # fmt: skip

COUNTRY = Style(
    "country", "country", (88, 136),
    ("cheerful", "heartfelt", "nostalgic", "playful", "lonely", "warm", "upbeat", "bouncy", "relaxed", "confident"),
    {
        "major": ("I I IV V", "I IV I V", "I V V I", "I IV V I", "I I V V7 IV IV V7 I", "I vi IV V", "I II7 IV V"),
        "mixolydian": ("I bVII IV I", "I I bVII IV"),
        "minor": ("i bVII bVI bVII", "i bVI bIII bVII"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "upright_bass"),
              ("x---....v---....", "x---....5---....", "x---..x-v---a-a-", "x-------5---a-a-", "x-------v---",
               "x---....5-a-"), low=33),
        Layer("chords", "strum", ("steel_guitar", "steel_guitar", "twelve_string"),
              ("....x-oo....x-oo", "..x-..xo..x-..xo", "....x-o-....x-o-", "..xoo-xo..xoo-xo", "....x-o-x-o-", "....x-oox-oo"),
              1.0, -0.4, -1),
        Layer("chords", "steel", ("slide_guitar",), ("x-------x-------", "....x-------x---", "x---------------",
              "x-----x---------", "x-----------"), 1.0, 0.45, 0, 60, 81),
        Layer("arpeggio", "pick", ("banjo", "banjo", "clean_guitar"),
              ("x-x-x-x-x-x-x-x-", "xxx-xxx-xxx-xxx-", "x-xxx-xxx-xxx-xx", "x-x-x-x-x-x-"), 0.85, 0.55, -1),
        Layer("melody", "fiddle", ("fiddle", "fiddle", "slide_guitar", "clean_guitar", "harmonica", "mandolin"),
              (*TUNES, "xxxxx-x-xxx-x---", "x-x-xxx-x-x-x---", "x---x-x-x---", "x-x-x-x-x---"), 0.9, 0.1, 1),
    ),
    (
        {"kick": "x.......x.......", "snare": "goxogoxogoxogoxo"},
        {"kick": "x.......x.......", "snare": "..xo..xo..xo..xo", "pedal": "....x.......x..."},
        {"kick": "x.......x.......", "brush": "oxooxoxooxooxoxo", "rim": "....x.......x..."},
        {"kick": "x...x...x...x...", "brush": "o.x.o.x.o.x.o.x.", "tambourine": "....x.......x..."},
        {"kick": "x...........", "rim": "....x...x...", "hat": "x.o.x.o.x.o."},
    ),
    ("standard", "brushes", "room"), drums_chance=0.95, metres=("4/4", "4/4", "4/4", "3/4"), pentatonic=0.7,
    humanise=0.009, drift=0.008, song=("pop",), forms=("full", "build", "trade"), cadences=("V7", "IV V7"),
    modulations=(1, 2), ritardando=0.1, eras=("60s", "modern"), place="Nashville",
    character="The train beat: brushes or sticks roll sixteenths on the snare with the accent on the off-beat, while the "
    "bass goes root, fifth, root, fifth and walks up into the next chord. Three chords, sometimes a II7 that turns the "
    "corner. Acoustic guitar chops, banjo or Telecaster picks, the pedal steel bends two strings into the harmony from "
    "below. Fiddle, twangy guitar or harmonica play pentatonic tunes with grace notes, and take turns in the gaps. Up a step "
    "for the last chorus. Clear, bright, close.",
    mix=Mix(reverb=0.16, reverb_seconds=1.2, brightness=1.0),
)  # fmt: skip

FOLK = Style(
    "folk", "folk", (72, 124),
    ("gentle", "wistful", "warm", "peaceful", "nostalgic", "tender", "melancholic", "joyful", "lively", "playful",
     "mysterious"),
    {
        "major": ("I IV I V", "I V vi IV", "I iii IV V", "I IV vi V", "I Isus4 I V", "I V IV I"),
        "mixolydian": ("I bVII I bVII", "I bVII IV I", "I v bVII I"),
        "dorian": ("i bVII i IV", "i i IV bVII", "i IV bVII i"),
        "minor": ("i bVII bVI bVII", "i bIII bVII i", "i v bVI bVII"),
    },
    (
        Layer("chords", "pick", ("steel_guitar", "nylon_guitar", "twelve_string"),
              ("x-x-x-x-x-x-x-x-", "xxx-xxx-xxx-xxx-", "x-xxx-x-x-xxx-x-", "x-x-x-x-x-x-", "x-xxx-x-xxx-"), 1.0, -0.2, 1),
        Layer("chords", "strum", ("steel_guitar", "mandolin"), ("x---o-o-..o-x-o-", "x-----o-x---o---", "x---o-x---o-"),
              0.35, 0.4, -4),
        Layer("bass", "two", ("upright_bass",), (), 0.35, low=28, gain_db=-3),
        Layer("pad", "sustain", ("accordion", "cello", "strings"), chance=0.25, gain_db=-6),
        Layer("melody", "fiddle", ("flute", "recorder", "fiddle", "harmonica", "accordion", "violin", "mandolin", "whistle"),
              (*TUNES, "x-------x---x---", "x-x-x-x-x-x-", "x---x-x---x-", "x-x-x-x-----", "x---x-x-----"), 0.95, 0.2, 1),
        Layer("counter", "singing", ("cello", "violin", "clarinet"), ("x-------x-------", "x-----------x---", "x-----x-----"),
              0.25, 0.35, -3, 48, 72),
    ),
    (
        {"bass_drum": "x.......x.......", "shaker": "o.ooo.ooo.ooo.oo"},
        {"bass_drum": "x.......x.....g.", "tambourine": "....x.......x..."},
        {"bass_drum": "x.....g.....", "tambourine": "......x....."},
        {"bass_drum": "x.....x...x.", "shaker": "x.o.o.x.o.o."},
    ),
    ("brushes", "cajon"), drums_chance=0.25, metres=("4/4", "4/4", "6/8", "6/8"), pentatonic=0.75, humanise=0.014,
    drift=0.012, rubato=0.015, fills=False, song=("strophic",), forms=("full", "build", "trade"), cadences=("V", "IV V"),
    ritardando=0.15, eras=("60s",),
    character="A fingerpicked acoustic guitar carries everything: the thumb alternates root and fifth, the fingers fill in "
    "above. Over it one wooden voice, flute, whistle, fiddle or squeezebox, with a modal tune of one strain that comes back "
    "verse after verse, graced like a dance. Mixolydian and Dorian drones, a plain V at the end of the verse. Jigs lilt in "
    "six-eight. Mostly no drums, at most a foot, a tambourine, a shaker. Small wooden room, close, quiet, human time.",
    mix=Mix(reverb=0.2, reverb_seconds=1.3),
)  # fmt: skip

GOSPEL = Style(
    "gospel", "band", (58, 116),
    ("joyful", "soulful", "uplifting", "heartfelt", "triumphant", "euphoric", "warm", "tender", "sombre", "energetic"),
    {
        "major": ("I I7 IV V7", "I Imaj7 I7 IV ivm6 I V7 I", "I iii7 vi II7 V7sus4 V7 I I", "I III7 vi I7 IV #ivdim7 I V7",
                  "I VI7 II7 V7",
                  "IV V iii7 vi7 ii7 V7 I I7", "I I7 IV #ivdim7 I VI7 ii7 V7"),
        "mixolydian": ("I7 IV I7 v7", "I7 I7 IV bVII"),
        "minor": ("i iv i v7", "i bVI ivm7 v7", "im7 bVII bVI v7"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "fretless_bass"),
              ("x-----x-5---a-a-", "x---3-5-6-5-a-a-", "x--x..x-5-6-8---", "x-----------5-----6---a-", "x-----5---x-5-----6---a-",
               "x---x-3---3-5---5-a---a-"), low=28),
        Layer("chords", "gospel", ("piano",),
              ("x---x---x---x---", "x---o-x-..o-x---", "x-x-..x-x---x-x-", "x-----x-----x-----x-----", "x---o-x---o-x---o-x---o-",
               "x-x-x-x-x-x-x-x-x-x-x-x-"), 1.0, -0.3, 2, 52, 79),
        Layer("pad", "sustain", ("rotary_organ", "hammond"), pan=0.3, gain_db=1, low=55, high=81),
        Layer("pad", "chorale", ("choir_aah", "choir"), ("x---------------", "x-------x-------", "x---x---x-------",
              "x-----------x-----------", "x-----x-----x-----------"), 1.0, 0.0, 2),
        Layer("melody", "lazy", ("rotary_organ", "tenor_sax", "choir_aah", "piano", "alto_sax"),
              ("..x-x-x-x---....", "x--x--x-x-----..", "x-----x-x-x-x---", "x-----x-x-x-x-----......",
              "..x-x-x---x-x-----......"),
               0.7, 0.15, 0, 58, 81),
    ),
    (
        {"kick": "x.....x.x.......", "snare": "....x.......x...", "clap": "....x.......x...", "tambourine": "x.o.x.o.x.o.x.o."},
        {"kick": "x..x..x...x.....", "clap": "....x.......x...", "tambourine": "x.oox.oox.oox.oo"},
        {"kick": "x.........x.x...........", "clap": "......x...........x.....", "hat": "x.o.o.x.o.o.x.o.o.x.o.o.",
         "tambourine": "o.o.x.o.o.x.o.o.x.o.o.x."},
        {"kick": "x...........x...x.......", "clap": "......x...........x.....", "ride": "x.o.o.x.o.o.x.o.o.x.o.o."},
    ),
    ("room", "standard"), drums_chance=0.9, metres=("12/8", "12/8", "4/4"), swing=0.64, humanise=0.011, drift=0.012,
    rubato=0.01, pentatonic=0.6, song=("pop",), cadences=("V7", "ii7 V7", "IV V7"), modulations=(1, 1, 2), ritardando=0.25,
    bars_per_chord=(0.5, 1), eras=("60s", "70s"), place="America",
    character="A choir in full chords over Hammond with the Leslie turning and a pianist who fills every gap: octaves in the "
    "left hand, crushed notes, a run up the pentatonic at the end of each phrase. Slow songs roll in twelve-eight, fast ones "
    "shuffle, with tambourine and claps on two and four. Harmony moves by secondary dominants, the diminished chord on the "
    "raised fourth, the minor subdominant; the bass walks into each chord. Choruses rise by half steps and the end slows. A "
    "big warm hall.",
    mix=Mix(reverb=0.4, reverb_seconds=2.4, brightness=2.0),
)  # fmt: skip

REGGAE = Style(
    "reggae", "band", (66, 88),
    ("sunny", "laid-back", "relaxed", "happy", "soulful", "moody", "rebellious", "hypnotic", "groovy", "wistful"),
    {
        "major": ("I IV I V", "I vi IV V", "I V vi IV", "I ii IV I", "I ii I ii"),
        "minor": ("i iv i v", "i i bVI bVII", "i bVII bVI bVII", "im7 ivm7 im7 ivm7"),
        "dorian": ("im7 IV im7 IV",),
        "mixolydian": ("I bVII I bVII", "I bVII IV I"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "upright_bass", "sub_bass"),
              ("x---..x-5---x-3-", "..x-x---..5-3-x-", "x-.x-...5-.3x-..", "x-....x-..5-8---", "....x-x-5-..3-x-",
               "x-x-..3-5---....x-x-..5-3-x-...."), low=28, gain_db=2),
        Layer("chords", "skank", ("clean_guitar", "muted_guitar", "piano"), ("....x.......x...", "....x.g.....x.g.",
              "....xg......xgg."),
              1.0, -0.3, -1, 57, 79),
        Layer("arpeggio", "skank", ("hammond", "rock_organ", "rotary_organ"), ("..ox..ox..ox..ox", "..x.o.x...x.o.x.",
              "..xo..xo..xo..xo"),
              0.8, 0.35, -3),
        Layer("melody", "lazy", ("melodica", "harmonica", "muted_trumpet", "trombone", "clean_guitar", "tenor_sax", "flute"),
              ("..x-x-x-x---....", "x--x--x-x-----..", "....x-x-x-x-....", "x---x---x-x-x---"), 0.7, 0.1),
    ),
    (
        {"kick": "........x.......", "rim": "........x.......", "hat": "x.o.x.oox.o.x.o."},
        {"kick": "x.......x.......", "snare": "........x.......", "hat": "..x...x...x...xo"},
        {"kick": "x...x...x...x...", "rim": "....x.......x..g", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "........x.......", "rim": "..g.....x..g..g.", "hat": "x.o.x.oox.o.x.oo", "timbale": "..............gx"},
    ),
    ("standard", "room"), swing=0.57, swing_unit=0.25, humanise=0.009, drift=0.006, pentatonic=0.5, song=("pop",),
    eras=("70s",), place="Jamaica",
    character="The one drop: kick and rim shot together on three, nothing on one. The bass is the tune, round, low, loud, "
    "full of rests, while guitar or piano chop the two and the four and the organ bubbles in swung sixteenths between. Two "
    "or three chords go round, mostly I and IV or i and iv. Melodica, muted trumpet or trombone float behind the beat; "
    "echoes in dotted eighths fly off single strokes. Slow, heavy below, airy above.",
    mix=Mix(reverb=0.22, reverb_seconds=1.5, delay=0.35, saturation=0.1, brightness=-1.0),
)  # fmt: skip

SKA = Style(
    "ska", "band", (132, 176),
    ("happy", "bouncy", "upbeat", "energetic", "cheeky", "sunny", "rebellious", "groovy", "quirky", "moody"),
    {
        "major": ("I IV V IV", "I vi ii V", "I I IV V", "I vi IV V", "I IV I V"),
        "minor": ("i iv v i", "i bVII bVI v", "i iv i v"),
        "harmonic minor": ("i iv V7 i", "i V7 i V7"),
        "dorian": ("i IV i IV",),
    },
    (
        Layer("bass", "walk", ("electric_bass", "upright_bass", "picked_bass"), low=28, gain_db=1),
        Layer("chords", "skank", ("clean_guitar", "clean_guitar", "muted_guitar"), ("..x...x...x...x.", "..x...x...x.g.x.",
              "..xg..xg..xg..xg"),
              1.0, -0.45, 1, 58, 81),
        Layer("chords", "skank", ("hammond", "piano", "honky_tonk"), ("..x...x...x...x.", "o.x.o.x.o.x.o.x."), 0.6, 0.45, -3, 55,
              77),
        Layer("arpeggio", "shout", ("brass_section", "trombone", "trumpet"),
              ("x-x---x-........", "..x-x-..x---....", "x.x.x---....x.x.", "......x.x-------"), 0.75, 0.3, -1, 55, 79),
        Layer("melody", "hook", ("trumpet", "trombone", "tenor_sax", "alto_sax", "melodica"),
              ("x-x-x-x-x-x-x---", "x--x--x-x--x--x-", "..x-x-x-x-x-x---", "x-x---x-x-x---x-"), 0.85, 0.1, 1),
    ),
    (
        {"kick": "....x.......x...", "rim": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "..x...x...x...x."},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x."},
        {"kick": "x...x...x...x...", "snare": "..x...x...x...x.", "hat": "xox.xox.xox.xox."},
    ),
    ("standard", "room"), swing=0.56, humanise=0.008, drift=0.008, pentatonic=0.4, song=("pop",), forms=("full", "break",
    "trade"),
    cadences=("V7",), eras=("60s", "80s"), place="Jamaica",
    character="Everything lives on the and: guitar and piano bark every off-beat short and bright, twice as fast as their "
    "child reggae. The bass walks quarters like a jazzman, the drums drop on two and four or gallop. A horn line of trumpet, "
    "saxophone and trombone plays the hook in unison and stabs between. Cheerful I-vi-ii-V turns or sly minor ones. Slightly "
    "swung eighths, dry sound, dancing feet.",
    mix=Mix(reverb=0.12, reverb_seconds=0.9, brightness=1.5),
)  # fmt: skip

STYLES = (BLUES, COUNTRY, FOLK, GOSPEL, REGGAE, SKA)
