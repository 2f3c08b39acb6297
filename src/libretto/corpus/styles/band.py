"""Bands: guitars, bass, drums, and what each tradition does with them."""

from __future__ import annotations

from libretto.corpus.score import Mix
from libretto.corpus.styles.style import Layer, Style

HOOKS = ("x-x-x-x-x---x---", "x--x--x-x---x---", "x---x-x-x---x---", "x-x-x---x-x-x---", "x--x--x--x--x---")
RIFFS = ("x-x-x---x-x-x---", "..x-x-x-x---x---", "x-----x-x---x---", "xxx-x---x-------", "x-x-x-xxx---....")

ROCK = Style(
    "rock", "band", (104, 148),
    ("energetic", "gritty", "confident", "uplifting", "rebellious", "driving", "moody"),
    {
        "mixolydian": ("I bVII IV I", "I IV bVII IV", "I I bVII IV"),
        "major": ("I V vi IV", "I IV V IV", "I V IV IV", "vi IV I V"),
        "minor": ("i bVI bVII i", "i bIII bVII iv", "i bVII bVI bVII", "i bVI bIII bVII"),
        "dorian": ("i bIII bVII IV", "i IV i IV"),
    },
    (
        Layer("bass", "rows", ("picked_bass", "electric_bass"),
              ("x.x.x.x.x.x.x.x.", "x.x.x.x.x.x.5.8.", "x---..x.x---..a.", "x..x..x.x..x..x."), low=28),
        Layer("chords", "power", ("distorted_guitar", "overdriven_guitar"),
              ("x.o.o.o.x.o.o.o.", "x-------x-----x-", "x-----x-..x-x---", "x.x.x.x.x.x.x.x."), 1.0, -0.5),
        Layer("chords", "strum", ("clean_guitar", "steel_guitar", "rock_organ"),
              ("x---o-o-..o-x-o-", "x-x-x-x-x-x-x-x-", "x-----------x---"), 0.55, 0.5, -3),
        Layer("melody", "riff", ("overdriven_guitar", "distorted_guitar", "overdriven_guitar", "rock_organ"),
              RIFFS, 0.8, 0.1, 0, 57, 84),
    ),
    (
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.....x.x...x.", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.....x.x.....x.", "snare": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x.....x.xx......", "snare": "....x..g.g..x...", "hat": "x.o.x.o.x.o.x.o."},
    ),
    ("standard", "room", "power"), pentatonic=0.6, eras=("70s", "90s"),
    mix=Mix(reverb=0.14, reverb_seconds=1.1, saturation=0.3),
)  # fmt: skip

METAL = Style(
    "metal", "band", (130, 190),
    ("aggressive", "heavy", "dark", "intense", "menacing", "epic"),
    {
        "phrygian": ("i i bII i", "i bII bIII bII", "i i bII bvii"),
        "minor": ("i bVI bVII i", "i bVII bVI bVII", "i i bVI bVII", "i iv bVI bVII"),
        "harmonic minor": ("i iv bVI V", "i bVI iv V"),
    },
    (
        Layer("bass", "double", ("picked_bass",), low=24),
        Layer("chords", "power", ("distorted_guitar",),
              ("x.oox.oox.oox.oo", "ooxoooxoooxoxoxo", "xoooooxoooxoxooo", "x--ox--ox--oxoxo",
               "x---x---x-xoxooo"), 1.0, -0.55, 0, 34),
        Layer("melody", "fast", ("distorted_guitar", "overdriven_guitar"),
              ("xxxxxxxxxxxxxxxx", "x-x-x-x-x-x-x-x-", "xxx-xxx-xxx-xxx-", "x-xxx-xxx-xxx-xx",
               "x---x-x-x-------"), 0.65, 0.1, 0, 60, 86),
        Layer("pad", "sustain", ("choir", "strings"), chance=0.2, gain_db=-5),
    ),
    (
        {"kick": "xxxxxxxxxxxxxxxx", "snare": "....x.......x...", "ride": "x...x...x...x..."},
        {"kick": "x.xxx.xxx.xxx.xx", "snare": "....x.......x...", "hat": "x...x...x...x..."},
        {"kick": "x.x.x.x.x.x.x.x.", "snare": ".x.x.x.x.x.x.x.x", "ride": "x...x...x...x..."},
        {"kick": "x..xx.x.x..xx.x.", "snare": "........x.......", "crash": "x...x...x...x..."},
    ),
    ("power", "room"), humanise=0.005, bars_per_chord=(1, 2), forms=("full", "full", "break"),
    eras=("80s", "modern"),
    mix=Mix(reverb=0.1, reverb_seconds=0.9, saturation=0.7),
)  # fmt: skip

PUNK = Style(
    "punk", "band", (160, 204),
    ("rebellious", "energetic", "aggressive", "upbeat", "happy"),
    {
        "major": ("I V vi IV", "I IV V IV", "I IV I V", "I vi IV V"),
        "mixolydian": ("I bVII IV I", "I IV bVII IV"),
        "minor": ("i bVI bIII bVII", "i bVII bVI bVII"),
    },
    (
        Layer("bass", "rows", ("picked_bass",), ("x.x.x.x.x.x.x.x.", "x.x.x.x.x.x.5.a."), low=28),
        Layer("chords", "power", ("distorted_guitar", "overdriven_guitar"),
              ("x.x.x.x.x.x.x.x.", "x-x-x-x-x-x-x-x-", "x--x--x-x--x--x-"), 1.0, -0.4),
        Layer("melody", "hook", ("overdriven_guitar", "overdriven_guitar", "distorted_guitar"),
              HOOKS, 0.6, 0.3, 0, 60, 84),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "..x...x...x...x.", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x..x....x..x....", "snare": "....x.......x...", "ride": "x.x.x.x.x.x.x.x."},
        {"kick": "x...xx..x...xx..", "snare": "..x...x...x...x.", "crash": "x...x...x...x..."},
    ),
    ("standard", "power"), pentatonic=0.4, bars_per_chord=(1, 2), eras=("70s", "90s"),
    mix=Mix(reverb=0.07, reverb_seconds=0.6, saturation=0.6),
)  # fmt: skip

BLUES = Style(
    "blues", "band", (66, 126),
    ("soulful", "gritty", "melancholic", "laid-back", "moody", "groovy"),
    {
        "blues": ("I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7", "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
        "I7 IV7 I7 V7"),
        "minor": ("im7 im7 im7 im7 ivm7 ivm7 im7 im7 bVI7 v7 im7 v7", "im7 ivm7 im7 v7"),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("x---3---5---3---", "x-x-3-3-5-5-7-5-", "x---5---8---5---", "x-----x-5---a---"), low=28),
        Layer("chords", "block", ("piano", "hammond", "jazz_guitar", "honky_tonk"),
              ("..x-....x-......", "x-....x-....x-..", "......x-......x-", "x---------------"),
               0.8, -0.25, -1),
        Layer("chords", "shuffle", ("overdriven_guitar", "clean_guitar"), chance=0.65, pan=0.4, gain_db=-2),
        Layer("melody", "blues", ("clean_guitar", "harmonica", "tenor_sax", "overdriven_guitar"),
              ("..x-x-x-x---....", "x-x-x-x-x-------", "....x-x-x-x-x---", "x---x-x-........"), 0.95, 0.1, 1),
    ),
    (
        {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."},
    ),
    ("standard", "brushes", "room"), swing=0.66, humanise=0.011, pentatonic=0.5, forms=("full", "trade",
    "break"), eras=("50s",),
    mix=Mix(reverb=0.18, reverb_seconds=1.2, saturation=0.2),
)  # fmt: skip

REGGAE = Style(
    "reggae", "band", (66, 90),
    ("sunny", "laid-back", "relaxed", "happy", "soulful", "moody"),
    {
        "major": ("I IV I V", "I vi IV V", "I V vi IV", "I ii IV I"),
        "minor": ("i iv i v", "i i bVI bVII", "i bVII bVI bVII"),
        "dorian": ("im7 IV im7 IV",),
        "mixolydian": ("I bVII I bVII", "I bVII IV I"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "upright_bass", "sub_bass"),
              ("x---..x-5---x-3-", "..x-x---..5-3-x-", "x-.x-...5-.3x-..", "x-....x-..5-8---"), low=28),
        Layer("chords", "block", ("clean_guitar", "muted_guitar"), ("....x.......x...", "....x.g.....x.g."),
              1.0, -0.3, -1, 57, 79),
        Layer("arpeggio", "block", ("hammond", "rock_organ"), ("..ox..ox..ox..ox", "..x.o.x...x.o.x."),
              0.75, 0.35, -4),
        Layer("melody", "lazy", ("harmonica", "muted_trumpet", "trombone", "clean_guitar", "tenor_sax",
              "flute"),
              ("..x-x-x-x---....", "x--x--x-x-----..", "....x-x-x-x-....", "x---x---x-x-x---"), 0.7, 0.1),
    ),
    (
        {"kick": "........x.......", "rim": "........x.......", "hat": "x.o.x.oox.o.x.o."},
        {"kick": "x.......x.......", "snare": "........x.......", "hat": "..x...x...x...xo"},
        {"kick": "x...x...x...x...", "rim": "....x.......x..g", "hat": "x.o.x.o.x.o.x.o."},
    ),
    ("standard", "room"), swing=0.56, swing_unit=0.25, pentatonic=0.5, eras=("70s",),
    mix=Mix(reverb=0.22, reverb_seconds=1.5, delay=0.35, saturation=0.1),
)  # fmt: skip

FUNK = Style(
    "funk", "band", (94, 118),
    ("groovy", "playful", "funky", "upbeat", "confident", "gritty"),
    {
        "dorian": ("im9 im9 IV9 IV9", "i7 i7 i7 IV7", "im7 bIIImaj7 IV9 im7"),
        "mixolydian": ("I9 I9 I9 IV", "I7 bVII I7 IV"),
        "blues": ("I9 I9 IV9 IV9", "I9 I9 I9 IV9"),
    },
    (
        Layer("bass", "rows", ("slap_bass", "electric_bass", "slap_bass"),
              ("x..x..8...x.5.8.", "x.xg...x..8x..a.", "x..xx..8x..5..8.", "x.....xx.8.5....",
               "xg.8..x...x5.7.8"), low=28),
        Layer("chords", "strum", ("clean_guitar", "muted_guitar", "clavinet"),
              ("xg.xx.g.xg.x.xg.", "..xg..xg..xx..xg", "x..xg..x..g.xg..", "....x..g....x.gg"),
               1.0, -0.35, -1, 57, 79),
        Layer("arpeggio", "block", ("brass_section", "hammond", "electric_piano"),
              ("x..x............", "......x.x.......", "............x.xx", "x-----------...."),
               0.65, 0.35, -2),
        Layer("melody", "hook", ("tenor_sax", "trumpet", "clavinet", "lead_saw", "alto_sax"),
              ("xx-x-..x-x-..x--", "..xxx-x-..x-....", "x--x--x-........", "x-x-..x-x-x-...."), 0.7, 0.1),
    ),
    (
        {"kick": "x..x......x..x..", "snare": "....x..g.g..x..g", "hat": "x.o.x.o.x.o.x.o.",
        "open": "..............x."},
        {"kick": "x.x.......xx....", "snare": "....x.g..g.gx..g", "hat": "xoooxoooxoooxooo"},
        {"kick": "x.....x..x.x....", "snare": "....x..g.g..x.g.", "hat": "x.o.x.oox.o.x...",
        "open": "......x........."},
    ),
    ("standard", "room"), pentatonic=0.5, humanise=0.006, eras=("70s",),
    mix=Mix(reverb=0.12, reverb_seconds=0.8, saturation=0.2),
)  # fmt: skip

DISCO = Style(
    "disco", "band", (110, 126),
    ("joyful", "groovy", "uplifting", "happy", "euphoric", "energetic"),
    {
        "minor": ("im7 ivm7 im7 v7", "im7 bVII bVImaj7 v7", "i bVI bVII i"),
        "major": ("Imaj7 vim7 iim7 V7", "I IV iim7 V", "vim7 iim7 V Imaj7"),
        "dorian": ("im7 IV7 im7 IV7", "im9 IV13 im9 IV13"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "synth_bass", "picked_bass"),
              ("x.8.x.8.x.8.x.8.", "x.8.x.8.5.8.x.a.", "x..x8.x.x..x8.5."), low=28),
        Layer("chords", "strum", ("clean_guitar", "muted_guitar"),
              ("xgxgxgxgxgxgxgxg", "x.xgx.xgx.xgx.xg", "..x...x...x...xg"), 0.95, -0.35, -2, 57, 79),
        Layer("pad", "sustain", ("strings", "synth_strings"), chance=0.85, gain_db=-2, low=57, high=84),
        Layer("arpeggio", "block", ("piano", "fm_piano", "brass_section"),
              ("x..x..x.....x...", "x.......x..x...."), 0.6, 0.3, -2),
        Layer("melody", "hook", ("strings", "brass_section", "synth_voice", "flute", "alto_sax", "lead_saw"),
              HOOKS, 0.8, 0.1),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.",
        "hat": "x...x...x...x..."},
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "hat": "xoxoxoxoxoxoxoxo",
        "cowbell": "x...x...x...x.o."},
        {"kick": "x...x...x...x...", "snare": "....x.......x..g", "open": "..x...x...x...x.",
        "tambourine": "..x...x...x...x."},
    ),
    ("standard", "eighties"), humanise=0.005, forms=("full", "build", "break"), eras=("70s",),
    mix=Mix(reverb=0.2, reverb_seconds=1.4, chorus=0.2),
)  # fmt: skip

SOUL = Style(
    "soul", "band", (68, 112),
    ("soulful", "warm", "romantic", "heartfelt", "uplifting", "melancholic"),
    {
        "major": ("I vi ii V", "Imaj7 iiim7 IVmaj7 V7sus4", "I IV I V7", "IVmaj7 iiim7 iim7 V7"),
        "minor": ("im7 ivm7 im7 v7", "im7 bVImaj7 bVII im7"),
        "mixolydian": ("I bVII IV I",),
        "dorian": ("im7 IV7 im7 IV7",),
    },
    (
        Layer("bass", "rows", ("electric_bass",), ("x-----x.5-..x-a-", "x---..x-x-5-..a-",
              "x-.x..x-..5.8---"), low=28),
        Layer("chords", "block", ("hammond", "electric_piano", "piano"),
              ("x-----------....", "x---x---x---x---", "x-------x-----x-"), 1.0, -0.2, -1),
        Layer("arpeggio", "strum", ("clean_guitar",), ("....x.......x...", "..x.....x-......"),
              0.6, 0.35, -2, 57, 79),
        Layer("pad", "sustain", ("strings", "brass_section", "choir"), chance=0.5, gain_db=-5),
        Layer("melody", "lazy", ("tenor_sax", "alto_sax", "trumpet", "clean_guitar", "electric_piano"),
              ("..x-x-x-x---....", "x--x--x-x-----..", "x-----x-x-x-x---", "....x-x-x---x---"), 0.85, 0.1),
    ),
    (
        {"kick": "x.....x.x.......", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x......xx.....x.", "snare": "....x..g....x..g", "hat": "x.x.x.x.x.x.x.x.",
        "tambourine": "....x.......x..."},
    ),
    ("standard", "room"), swing=0.54, pentatonic=0.6, humanise=0.01, eras=("60s", "70s"),
    mix=Mix(reverb=0.2, reverb_seconds=1.4, saturation=0.15),
)  # fmt: skip

COUNTRY_FOLK = Style(
    "country folk", "band", (84, 132),
    ("warm", "heartfelt", "cheerful", "nostalgic", "gentle", "wistful", "playful"),
    {
        "major": ("I IV I V", "I I IV V", "I V vi IV", "I IV V I", "vi IV I V"),
        "mixolydian": ("I bVII IV I", "I I bVII I"),
        "minor": ("i bVII bVI bVII", "i bVI bIII bVII"),
        "dorian": ("i bVII i IV",),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("x-------5-------", "x---..x-5---..a-", "x-----------", "x-------5---"), 0.85, low=28),
        Layer("chords", "strum", ("steel_guitar", "steel_guitar", "nylon_guitar"),
              ("x---o-o-..o-x-o-", "x---x-o-..x-x-o-", "x---o---x---o---", "x---o-o-x-o-", "x---o---o---"),
               1.0, -0.3),
        Layer("arpeggio", "pick", ("banjo", "steel_guitar", "nylon_guitar"),
              ("x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-x-x-x-x-x-"), 0.6, 0.4, -2),
        Layer("melody", "hook", ("fiddle", "harmonica", "violin", "steel_guitar", "flute", "accordion"),
              (*HOOKS, "x---x-x-x---", "x-----x-x---", "x-x-x-x-x---"), 0.85, 0.1),
    ),
    (
        {"kick": "x.......x.......", "pedal": "....x.......x...", "hat": "..o...o...o...o."},
        {"kick": "x.......x.......", "rim": "....x.......x...", "shaker": "o.ooo.ooo.ooo.oo"},
        {"kick": "x...x...x...x...", "brush": "..o...o...o...o."},
        {"kick": "x...........", "rim": "....x...x...", "shaker": "o.o.o.o.o.o."},
    ),
    ("standard", "brushes"), drums_chance=0.6, metres=("4/4", "4/4", "3/4"), pentatonic=0.7, humanise=0.01,
    forms=("full", "build", "trade"), mix=Mix(reverb=0.15, reverb_seconds=1.1),
)  # fmt: skip

STYLES = (ROCK, METAL, PUNK, BLUES, REGGAE, FUNK, DISCO, SOUL, COUNTRY_FOLK)
