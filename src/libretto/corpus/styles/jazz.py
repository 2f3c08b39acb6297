"""Jazz and its relatives: seventh chords, swing, walking basses."""

from __future__ import annotations

from libretto.corpus.score import Mix
from libretto.corpus.styles.style import Layer, Style

COMP = ("x-----o-........", "..x-......x---..", "......x-......x-", "x-....x-----....", "....x-....x-....")

JAZZ_SWING = Style(
    "jazz swing", "jazz", (108, 208),
    ("lively", "playful", "sophisticated", "happy", "confident", "mellow", "groovy", "moody"),
    {
        "major": ("iim7 V7 Imaj7 VI7b9", "Imaj7 vim7 iim7 V7", "iiim7 VI7 iim7 V7 Imaj7 vim7 iim7 V7",
                  "Imaj7 Imaj7 ivm7 bVII7 Imaj7 VI7b9 iim7 V7"),
        "minor": ("im7 ivm7 bVIImaj7 bIIImaj7", "im7 bVI7 iim7b5 v7"),
        "harmonic minor": ("im6 iim7b5 V7b9 im6", "imin iim7b5 V7 imin"),
        "dorian": ("im7 im7 iim7 im7", "im9 IV13 im9 IV13"),
        "blues": ("I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",),
    },
    (
        Layer("bass", "walk", ("upright_bass",), low=28),
        Layer("chords", "block", ("piano", "jazz_guitar", "piano", "hammond"), COMP, 1.0, -0.25, -2),
        Layer("melody", "jazz", ("tenor_sax", "trumpet", "alto_sax", "vibraphone", "clarinet", "jazz_guitar",
              "piano", "muted_trumpet"),
              ("x-x-x-x-x-x-x-x-", "..x-x-x-x-x-x---", "x-x-x-x-x-----..", "....x-x-x-x-x-x-",
               "x--x--x-x-x-....", "x---x-x-..x-x---"), 0.95, 0.1, 1),
        Layer("counter", "sparse", ("trombone", "brass_section", "clarinet"),
              ("..............x-", "x-......x-......"), 0.2, 0.35, -3),
    ),
    (
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "kick": "g...g...g...g...",
        "snare": "......g.......g."},
        {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "snare": "..g.......g...g."},
        {"ride": "x...x.o.x.o.x...", "pedal": "....x.......x...", "kick": "......g...g.....",
        "snare": "...g............"},
    ),
    ("jazz", "jazz", "brushes"), metres=("4/4", "4/4", "4/4", "3/4"),
    swing=0.64, humanise=0.01, bars_per_chord=(1, 1, 0.5),
    fills=False, forms=("full", "full", "break", "trade"), eras=("40s", "50s"),
    mix=Mix(reverb=0.18, reverb_seconds=1.3),
)  # fmt: skip

JAZZ_BALLAD = Style(
    "jazz ballad", "jazz", (56, 76),
    ("romantic", "tender", "melancholic", "mellow", "soulful", "wistful", "warm"),
    {
        "major": ("Imaj9 vim9 iim9 V13", "Imaj7 iiim7 iim7 V7",
        "IVmaj7 ivm6 iiim7 VI7b9 iim7 V13 Imaj9 Imaj9"),
        "minor": ("im9 ivm9 bVImaj7 v7", "im7 bIIImaj7 ivm7 v7"),
        "harmonic minor": ("im6 iim7b5 V7b9 im6", "im6 ivm7 V7b9 im6"),
    },
    (
        Layer("bass", "rows", ("upright_bass", "fretless_bass"),
              ("x-------5-------", "x-----a-5-------", "x-------8---5---", "x-------5---", "x-----------"),
               low=29),
        Layer("chords", "strum", ("piano", "electric_piano", "jazz_guitar"),
              ("x-----------o---", "x-------o-------", "..x-----....o---", "x-----------", "x-----o-----"),
               1.0, -0.2, -1),
        Layer("melody", "lazy", ("tenor_sax", "muted_trumpet", "piano", "alto_sax", "flute", "clarinet"),
              ("x-----x-x-------", "..x-x-x-x-------", "x---x-x-x-----..", "x-------..x-x-x-",
               "x-----x-x---", "x---x-x-x---"), 1.0, 0.1, 1),
        Layer("pad", "sustain", ("strings",), chance=0.3, gain_db=-6),
    ),
    (
        {"brush": "....o.......o...", "ride": "x...o...x...o...", "pedal": "....x.......x...",
        "kick": "g..............."},
        {"brush": "x.o.x.o.x.o.x.o.", "pedal": "....x.......x..."},
    ),
    ("brushes",), drums_chance=0.75, metres=("4/4", "4/4", "3/4"), swing=0.62, humanise=0.014, rubato=0.02,
    bars_per_chord=(1, 0.5), fills=False, forms=("full", "build", "trade"), eras=("50s",),
    mix=Mix(reverb=0.28, reverb_seconds=1.8),
)  # fmt: skip

BOSSA_NOVA = Style(
    "bossa nova", "jazz", (118, 146),
    ("relaxed", "warm", "romantic", "sunny", "mellow", "wistful"),
    {
        "major": ("Imaj7 II7 iim7 V7", "Imaj9 vim9 iim9 V13", "Imaj7 bIIImaj7 iim7 bIImaj7",
                  "Imaj7 Imaj7 II7 II7 iim7 V7 Imaj7 V7"),
        "minor": ("im7 ivm7 bVIImaj7 bIIImaj7", "im9 bVImaj7 ivm7 v7"),
        "dorian": ("im7 im7 IV7 IV7", "im9 IV13 im9 IV13"),
        "harmonic minor": ("im6 im6 iim7b5 V7b9",),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("x-----5-5-----x-", "x-----5-x-----5-", "x-----5-8-----a-"), low=29),
        Layer("chords", "block", ("nylon_guitar", "nylon_guitar", "piano"),
              ("x--.x--.o-x--.x-..x--.x--.x-.x--", "x--x--x-..x--x--", "x---..x---..x---..x---..x-..x-.."),
               1.0, -0.2, 1, 50, 72),
        Layer("melody", "lazy", ("flute", "tenor_sax", "vibraphone", "piano", "nylon_guitar", "clarinet",
              "muted_trumpet"),
              ("..x-x-x-x-----..", "x-----x-x---....", "x--x--x-x-------", "....x-x-x--x----",
               "x---x---x-x-x---"), 0.9, 0.15),
        Layer("pad", "sustain", ("strings", "warm_pad"), chance=0.25, gain_db=-7),
    ),
    (
        {"kick": "x.....xox.....xo", "rim": "x..x..x...x..x..", "hat": "oooooooooooooooo"},
        {"kick": "x.....xox.....xo", "rim": "..x..x....x..x..", "shaker": "xoxoxoxoxoxoxoxo"},
        {"kick": "x.....x.x.....x.", "rim": "x..x..x...x..x..", "brush": "o.o.o.o.o.o.o.o."},
    ),
    ("brushes", "standard"), fills=False, humanise=0.009, forms=("full", "build", "trade"), eras=("60s",),
    mix=Mix(reverb=0.18, reverb_seconds=1.3),
)  # fmt: skip

STYLES = (JAZZ_SWING, JAZZ_BALLAD, BOSSA_NOVA)
