"""Loud guitars: rock, indie rock, metal, punk and surf."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

HOOKS = ("x-x-x-x-x---x---", "x--x--x-x---x---", "x---x-x-x---x---", "x-x-x---x-x-x---", "x--x--x--x--x---")
RIFFS = ("x-x-x---x-x-x---", "..x-x-x-x---x---", "x-----x-x---x---", "xxx-x---x-------", "x-x-x-xxx---....")

ROCK = Style(
    "rock", "band", (100, 142),
    ("energetic", "gritty", "confident", "uplifting", "rebellious", "driving", "moody", "epic", "nostalgic",
     "melancholic", "intense"),
    {
        "mixolydian": ("I bVII IV I", "I IV bVII IV", "I I bVII IV", "I bVII IV IV"),
        "major": ("I V vi IV", "I IV V IV", "I V IV IV", "vi IV I V", "I iii IV V"),
        "minor": ("i bVI bVII i", "i bIII bVII iv", "i bVII bVI bVII", "i bVI bIII bVII"),
        "dorian": ("i bIII bVII IV", "i IV i IV"),
    },
    (
        Layer("bass", "rows", ("picked_bass", "electric_bass"),
              ("x.x.x.x.x.x.x.x.", "x.x.x.x.x.x.5.8.", "x---..x.x---..a.", "x..x..x.x..x..x.", "x.....x.x.x...5."),
               low=28),
        Layer("chords", "power", ("distorted_guitar", "overdriven_guitar"),
              ("x.o.o.o.x.o.o.o.", "x-------x-----x-", "x-----x-..x-x---", "x--x--x---x-x-x-", "x-x-..x-x---..x-"),
               1.0, -0.55),
        Layer("chords", "strum", ("rock_organ", "overdriven_guitar", "steel_guitar", "rock_organ"), ("x---o-o-..o-x-o-",
              "x-x-x-x-x-x-x-x-", "x-----------x---"), 0.4, 0.5, -5, sections=("intro", "verse", "bridge", "outro")),
        Layer("melody", "riff", ("overdriven_guitar", "distorted_guitar", "overdriven_guitar", "rock_organ"),
              RIFFS, 0.85, 0.1, 0, 57, 84),
    ),
    (
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.x.....x.x...x.", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.....x.x.....x.", "snare": "....x.......x...", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x.....x.xx......", "snare": "....x..g.g..x...", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "x.......x.x...x.", "snare": "....x.......x...", "open": "x...x...x...x..."},
        {"kick": "x.......x.x.....", "snare": "........x.......", "crash": "x...x...x...x..."},
    ),
    ("standard", "room", "power"), pentatonic=0.6, humanise=0.008, drift=0.006, song=("pop",),
    cadences=("V", "IV V"), modulations=(2,), bars_per_chord=(1, 1, 2), eras=("70s", "90s"),
    character="Guitars, bass and drums in plain four. The riff rules: power chords with palm mutes between them, doubled "
    "left and right, over a bass that hammers the root in eighths. Kick on one and around three, a hard snare on two and "
    "four, a straight hi-hat. Chords are few, I, IV, V and the flat seventh borrowed from blues; the lead guitar sings in "
    "pentatonics and answers itself. Verses hold back, choruses open the cymbals; the mix is dry, wide and a little driven.",
    mix=Mix(reverb=0.14, reverb_seconds=1.1, saturation=0.35),
)  # fmt: skip

INDIE_ROCK = Style(
    "indie rock", "band", (118, 160),
    ("nostalgic", "dreamy", "upbeat", "wistful", "driving", "quirky", "euphoric", "rebellious", "lonely", "heartfelt",
     "joyful"),
    {
        "major": ("I IV vi V", "I iii vi IV", "Iadd9 IVadd9 vi V", "IVmaj7 V vi iii", "I vi iii IV", "IVmaj7 I V vi"),
        "minor": ("i bVI bIII bVII", "im7 bVImaj7 bIIIadd9 bVII", "i bIII bVI iv", "i v bVI bVI"),
        "mixolydian": ("I v IV I", "Iadd9 bVII IV IV"),
    },
    (
        Layer("bass", "rows", ("picked_bass",),
              ("x.x.x.x.x.x.x.x.", "x.x.x.x.8.x.5.x.", "xxx.x.xxx.x.x.8.", "x.x.x.3.5.5.5.3."), low=33),
        Layer("arpeggio", "ostinato", ("clean_guitar", "clean_guitar", "twelve_string"),
              ("x-x-x-x-x-x-x-x-", "x-x-xxx-x-x-xxx-", "x-..x-x-..x-x-x-", "xxx-xxx-xxx-x-x-"), 1.0, 0.55, 1, 60, 84),
        Layer("chords", "strum", ("clean_guitar", "clean_guitar", "twelve_string"), ("x-xoxoxoxoxoxoxo", "x--o--xo..xo--xo",
              "x-o-xgo-x-o-xgo-", "xoxoxoxoxoxoxoxo"), 1.0, -0.55, -1, 50, 72),
        Layer("pad", "sustain", ("hammond", "warm_pad", "glass_pad"), chance=0.4, gain_db=-6, sections=("intro", "chorus",
              "bridge", "outro")),
        Layer("melody", "hook", ("square_lead", "clean_guitar", "overdriven_guitar", "glockenspiel", "vibraphone", "melodica"),
              (*HOOKS, "x---x---x-x-x-x-", "x-x-x-..x-x-x-.."), 0.75, 0.1, 0, 64, 88),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.", "hat": "x...x...x...x..."},
        {"kick": "x.....x.x.....x.", "snare": "....x.......x...", "hat": "xoxoxoxoxoxoxoxo"},
        {"kick": "x..x..x...x..x..", "snare": "....x.......x..x", "floor": "x.o.x.o.x.o.x.o."},
        {"kick": "x.....x.x.x.....", "snare": "....x..x....x...", "tambourine": "x.x.x.x.x.x.x.x."},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "xoxxxoxoxoxxxoxo"},
    ),
    ("room", "standard"), pentatonic=0.6, humanise=0.01, drift=0.01, song=("pop",), cadences=("V", "IV"),
    bars_per_chord=(1, 1, 2), eras=("modern", "90s"),
    character="Two clean electric guitars: one jangles an unchanging picked figure high up on the right, one strums "
    "sixteenths on the left; nothing is palm-muted and little is distorted. The bass plays melodic eighths above the low E. "
    "Drums borrow the disco hi-hat or ride on floor tom and tambourine, fast but light. Chords carry ninths and major "
    "sevenths and dwell on IV and vi, so that happy and sad are hard to tell apart. Tunes are short hooks for a toy-like "
    "lead: glockenspiel, melodica, cheap synth. The room can be heard, the edges are soft.",
    mix=Mix(reverb=0.28, reverb_seconds=1.6, chorus=0.6, saturation=0.15, brightness=2.0),
)  # fmt: skip

METAL = Style(
    "metal", "band", (130, 190),
    ("aggressive", "heavy", "dark", "intense", "menacing", "epic", "sombre", "energetic", "dramatic", "rebellious"),
    {
        "phrygian": ("i i bII i", "i bII bIII bII", "i i bII bvii", "i5 bII5 i5 bIII5"),
        "minor": ("i bVI bVII i", "i bVII bVI bVII", "i i bVI bVII", "i iv bVI bVII"),
        "harmonic minor": ("i iv bVI V", "i bVI iv V", "i V bVI V"),
    },
    (
        Layer("bass", "double", ("picked_bass",), low=24),
        Layer("chords", "power", ("distorted_guitar",),
              ("x.oox.oox.oox.oo", "ooxoooxoooxoxoxo", "xoooooxoooxoxooo", "x--ox--ox--oxoxo",
               "x---x---x-xoxooo", "ooooxoooooooxoxo", "xooxooxooxooxoxo"), 1.0, -0.55, 0, 34),
        Layer("melody", "fast", ("distorted_guitar", "overdriven_guitar"),
              ("xxxxxxxxxxxxxxxx", "x-x-x-x-x-x-x-x-", "xxx-xxx-xxx-xxx-", "x-xxx-xxx-xxx-xx",
               "x---x-x-x-------"), 0.65, 0.1, 0, 60, 86),
        Layer("pad", "sustain", ("choir", "strings"), chance=0.2, gain_db=-5, sections=("chorus", "bridge")),
    ),
    (
        {"kick": "xxxxxxxxxxxxxxxx", "snare": "....x.......x...", "ride": "x...x...x...x..."},
        {"kick": "x.xxx.xxx.xxx.xx", "snare": "....x.......x...", "hat": "x...x...x...x..."},
        {"kick": "x.x.x.x.x.x.x.x.", "snare": ".x.x.x.x.x.x.x.x", "ride": "x...x...x...x..."},
        {"kick": "x..xx.x.x..xx.x.", "snare": "........x.......", "china": "x...x...x...x..."},
        {"kick": "xx.xxx.xxx.xxx.x", "snare": "........x.......", "crash": "x...x...x...x..."},
    ),
    ("power", "room"), humanise=0.005, drift=0.003, bars_per_chord=(1, 2), forms=("full", "full", "break"),
    song=("pop",), eras=("80s", "modern"),
    character="The low E string, damped by the palm, driven until it is a drum of its own; open power chords burst out of "
    "the muted sixteenths. The bass doubles the guitar note for note. Two kick drums run in sixteenths under a half-time or "
    "a racing snare, cymbals mark the quarters. Harmony is dark: the flat second of the Phrygian mode, the flat sixth, the "
    "raised seventh of harmonic minor. Solos are scales in sixteenths at full speed. Guitars hard left and right, dry, "
    "scooped, compressed.",
    mix=Mix(reverb=0.1, reverb_seconds=0.9, saturation=0.7),
)  # fmt: skip

PUNK = Style(
    "punk", "band", (168, 210),
    ("rebellious", "energetic", "aggressive", "upbeat", "happy", "bouncy", "tense", "melancholic", "gritty"),
    {
        "major": ("I V vi IV", "I IV V IV", "I IV I V", "I vi IV V", "I V IV V"),
        "mixolydian": ("I bVII IV I", "I IV bVII IV"),
        "minor": ("i bVI bIII bVII", "i bVII bVI bVII"),
    },
    (
        Layer("bass", "rows", ("picked_bass",), ("x.x.x.x.x.x.x.x.", "x.x.x.x.x.x.5.a.", "x.x.x.x.8.8.5.5."), low=28),
        Layer("chords", "power", ("distorted_guitar", "distorted_guitar", "overdriven_guitar"),
              ("x.x.x.x.x.x.x.x.", "x-x-x-x-x-x-x-x-", "xxxxxxxxxxxxxxxx", "x-x-x-x-..x-x-x-"), 1.0, -0.3),
        Layer("melody", "hook", ("overdriven_guitar", "overdriven_guitar", "distorted_guitar"),
              HOOKS, 0.4, 0.3, -1, 60, 84),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "..x...x...x...x.", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "x..xx..xx..xx..x", "snare": "..x...x...x...x.", "ride": "x.x.x.x.x.x.x.x."},
        {"kick": "x...xx..x...xx..", "snare": "..x...x...x...x.", "crash": "x...x...x...x..."},
        {"kick": "x..x....x..x....", "snare": "....x.......x.x.", "open": "x.x.x.x.x.x.x.x."},
    ),
    ("standard", "power"), pentatonic=0.4, humanise=0.011, drift=0.012, bars_per_chord=(1, 2), song=("pop",),
    eras=("70s", "90s"),
    character="Three chords, downstrokes only, as fast as the wrist allows: barre chords in unbroken eighths, the bass on "
    "the same roots. The drummer plays the skank beat, kick and snare in turn on every eighth, with cymbals wide open. "
    "Progressions are those of fifties pop played three times too fast. Hardly any solo, no ornament, no dynamics: "
    "everything is loud from the first bar. Dry, mid-heavy, overdriven as a whole, slightly rushing.",
    mix=Mix(reverb=0.05, reverb_seconds=0.5, saturation=0.75),
)  # fmt: skip

SURF_ROCK = Style(
    "surf rock", "band", (144, 178),
    ("sunny", "adventurous", "energetic", "playful", "mysterious", "nostalgic", "intense", "cheerful", "driving"),
    {
        "harmonic minor": ("i i iv V", "i V i V", "i bVI V V", "i iv V i", "i i V7 i"),
        "minor": ("i bVII bVI bVII", "i iv bVII bIII", "i i bVII bVI"),
        "phrygian": ("i bII bIII bII", "i i bII i"),
        "major": ("I IV I V", "I vi IV V", "I IV V V"),
    },
    (
        Layer("bass", "rows", ("picked_bass", "electric_bass"),
              ("x-x-5-5-8-8-5-5-", "x-x-x-x-5-5-5-5-", "x---x-x-5---5-5-", "x-x-3-3-5-5-6-5-"), low=28),
        Layer("chords", "strum", ("surf_guitar",),
              ("x-..x-o-x-..x-o-", "x-o-x-o-x-o-x-o-", "x---..x-x---..x-", "x-xox-xox-xox-xo"), 0.95, -0.45, -2, 52, 74),
        Layer("chords", "block", ("rock_organ",), ("..x...x...x...x.", "x-----x-----x---"), 0.3, 0.45, -5),
        Layer("melody", "picked", ("surf_guitar",),
              ("xxxxxxxxxxxxxxxx", "x---xxxxxxxxxxxx", "xxxxxxxxx---x---", "x-x-x-x-xxxxxxxx", "xxxxxx..xxxxxx.."),
               1.0, 0.15, 2, 50, 76),
        Layer("counter", "riff", ("baritone_sax", "tenor_sax"), RIFFS, 0.2, 0.3, -3, 45, 69, sections=("chorus", "bridge")),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "..xx..x...xx..x.", "ride": "x.x.x.x.x.x.x.x."},
        {"kick": "x.......x.......", "snare": "....x.x.....x.x.", "ride": "x.o.x.o.x.o.x.o."},
        {"kick": "x...x...x...x...", "floor": "x.oox.oox.oox.oo", "snare": "....x.......x..."},
        {"kick": "x.......x.......", "snare": "..x.x...x.x.x...", "hat": "x.x.x.x.x.x.x.x."},
    ),
    ("standard", "room"), humanise=0.009, drift=0.008, song=("pop", "strophic"), forms=("full", "trade", "break"),
    cadences=("V7",), eras=("60s",), place="California",
    character="A clean guitar drowned in spring reverb, picked so fast on the low strings that every note becomes a tremolo; "
    "runs climb the harmonic minor or the Phrygian scale as if the beach were in Turkey. A second guitar strums crisp "
    "eighths, the bass outlines the chord in a boogie. The snare gallops with two strokes on the back half of the beat under "
    "a busy ride or rolling floor tom. Short strains, an answer from organ or honking saxophone, and no singer.",
    mix=Mix(reverb=0.5, reverb_seconds=2.4, delay=0.12, brightness=2.0),
)  # fmt: skip

STYLES = (ROCK, INDIE_ROCK, METAL, PUNK, SURF_ROCK)
