"""Dance and soul bands of the sixties and seventies: soul, funk, disco."""

from __future__ import annotations

from libretto.corpus.composing.styles.rock import HOOKS
from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

SOUL = Style(
    "soul", "band", (64, 116),
    ("soulful", "warm", "romantic", "heartfelt", "uplifting", "melancholic", "groovy", "mellow", "passionate", "lonely",
     "sunny"),
    {
        "major": ("I vi ii V", "Imaj7 iiim7 IVmaj7 V7sus4", "I IV I V7", "IVmaj7 iiim7 iim7 V7", "I iii7 IV V7sus4",
                  "Imaj7 vim7 iim7 V7sus4"),
        "minor": ("im7 ivm7 im7 v7", "im7 bVImaj7 bVII im7", "im7 bVII bVImaj7 v7"),
        "mixolydian": ("I bVII IV I", "I7 IV I7 IV"),
        "dorian": ("im7 IV7 im7 IV7",),
    },
    (
        Layer("bass", "rows", ("electric_bass",),
              ("x-----x.5-..x-a-", "x---..x-x-5-..a-", "x-.x..x-..5.8---", "x.xx..8.5.x...a.", "x--x..5.6.5.3.x.",
               "x-----------5-----6---a-", "x-----x-----5-----x---a-"), low=28),
        Layer("chords", "block", ("hammond", "electric_piano", "wurlitzer", "piano"),
              ("x-----------....", "x---x---x---x---", "x-------x-----x-", "x-x-x-x-x-x-x-x-x-x-x-x-",
              "x---o-x---o-x---o-x---o-"),
               1.0, -0.2, -1),
        Layer("arpeggio", "skank", ("clean_guitar",), ("....x.......x...", "..x.x...g.x.x...", "......x...........x....."), 1.0,
              0.4, 0, 57, 79),
        Layer("pad", "sustain", ("strings", "strings", "choir_ooh"), gain_db=-1, low=62, high=86),
        Layer("arpeggio", "shout", ("brass_section", "trumpet"), ("..............x-", "x-x-......x-....", "x---........x-x-",
              "x-----..............x-x-"), 0.5, 0.35, -3, 55, 79),
        Layer("melody", "lazy", ("tenor_sax", "alto_sax", "trumpet", "clean_guitar", "electric_piano", "baritone_sax"),
              ("..x-x-x-x---....", "x--x--x-x-----..", "x-----x-x-x-x---", "....x-x-x---x---", "x-----x-x-x-x-----......",
               "..x-x-x---x-x-----......"), 0.85, 0.1),
    ),
    (
        {"kick": "x.....x.x.......", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o.", "tambourine": "x.o.x.o.x.o.x.o."},
        {"kick": "x......xx.....x.", "snare": "....x..g....x..g", "hat": "x.x.x.x.x.x.x.x.", "tambourine": "....x.......x..."},
        {"kick": "x.x...x.x.x...x.", "snare": "x...x...x...x...", "tambourine": "x.o.x.o.x.o.x.o."},
        {"kick": "x.........x.x.....x.....", "snare": "......x...........x.....", "hat": "x.o.o.x.o.o.x.o.o.x.o.o.",
         "tambourine": "......x...........x....."},
    ),
    ("standard", "room"), metres=("4/4", "4/4", "4/4", "4/4", "12/8"), humanise=0.01, drift=0.008, pentatonic=0.6,
    song=("pop",), cadences=("V7sus4", "V7"), modulations=(1, 2), bars_per_chord=(1, 1, 0.5), ritardando=0.1, eras=("60s", "70s"),
    place="Detroit",
    character="A singing band without its singer: Hammond or Wurlitzer hold warm sevenths and suspended dominants, the "
    "guitar touches two and four high up, horns answer in short figures, strings sweeten the chorus. The bass is the busiest "
    "voice, syncopated, walking into each change. Drums sit deep behind a snare and tambourine on two and four; ballads roll "
    "in twelve-eight. Melodies start after the beat, bend and rest, saxophone first. Late choruses go up a half step.",
    mix=Mix(reverb=0.22, reverb_seconds=1.4, saturation=0.15, lowpass_hz=11000),
)  # fmt: skip

FUNK = Style(
    "funk", "band", (94, 116),
    ("groovy", "playful", "funky", "upbeat", "confident", "gritty", "cheeky", "energetic", "moody", "tense"),
    {
        "dorian": ("im9 im9 IV9 IV9", "i7 i7 i7 IV7", "im7 bIIImaj7 IV9 im7", "im9 im9 im9 IV13"),
        "mixolydian": ("I9 I9 I9 IV", "I7 bVII I7 IV"),
        "blues": ("I9 I9 IV9 IV9", "I9 I9 I9 IV9", "I13 I13 I13 I13 IV9 IV9 I13 I13"),
    },
    (
        Layer("bass", "rows", ("slap_bass", "electric_bass", "slap_bass"),
              ("x..x..8...x.5.8.", "x.xg...x..8x..a.", "x..xx..8x..5..8.", "x.....xx.8.5....",
               "xg.8..x...x5.7.8", "x.gx.8.g.7.8.gx.x.gx.8.g5.6.7.8.", "x...gx8.g..x57.."), low=28, gain_db=1),
        Layer("chords", "strum", ("wah_guitar", "clean_guitar", "muted_guitar"),
              ("xg.xx.g.xg.x.xg.", "..xg..xg..xx..xg", "x..xg..x..g.xg..", "....x..g....x.gg", "ggxggxggxggxgxgg"),
              1.0, -0.45, -1, 57, 79),
        Layer("chords", "skank", ("clavinet",), ("x.gx..xgx.gx..xx", "..x.xgx...x.xg.x", "x.xx.gx.x.xx.gxg"), 0.7, 0.45, -1, 48,
              70),
        Layer("arpeggio", "shout", ("brass_section", "brass_section", "trumpet"),
              ("x..x............", "......x.x.......", "............x.xx", "x-----------....",
              "x...............x..x..x---......"),
               0.65, 0.2, -1, 57, 81),
        Layer("melody", "hook", ("tenor_sax", "trumpet", "rotary_organ", "lead_saw", "alto_sax", "baritone_sax"),
              ("xx-x-..x-x-..x--", "..xxx-x-..x-....", "x--x--x-........", "x-x-..x-x-x-...."), 0.65, 0.1),
    ),
    (
        {"kick": "x..x......x..x..", "snare": "....x..g.g..x..g", "hat": "x.o.x.o.x.o.x.o.", "open": "..............x."},
        {"kick": "x.x.......xx....", "snare": "....x.g..g.gx..g", "hat": "xoooxoooxoooxooo"},
        {"kick": "x.....x..x.x....", "snare": "....x..g....x.g.", "hat": "x.o.x.oox.o.x...", "open": "......x........."},
        {"kick": "x.x....g..x..x..", "snare": "....x..x.x.gx..x", "hat": "x.x.x.x.x.x.x.x."},
    ),
    ("standard", "room"), pentatonic=0.5, humanise=0.006, drift=0.005, swing=0.53, swing_unit=0.25, song=("pop", "loop"),
    bars_per_chord=(1, 2), eras=("70s",), place="America",
    character="Everything on the one, then everybody in the cracks between the sixteenths: slap bass with octaves and dead "
    "notes, wah or chicken-scratch guitar with more mutes than chords, clavinet answering on the other side, a snare full of "
    "ghost strokes. Harmony stands still on one ninth chord and visits IV. Horns stab in tight unison and fall silent again. "
    "The tune is a riff of few notes with long rests. Dry, tight, every player in a small room with carpets.",
    mix=Mix(reverb=0.08, reverb_seconds=0.6, saturation=0.25),
)  # fmt: skip

DISCO = Style(
    "disco", "band", (108, 124),
    ("joyful", "groovy", "uplifting", "happy", "euphoric", "energetic", "romantic", "dramatic", "funky", "nostalgic"),
    {
        "minor": ("im7 ivm7 im7 v7", "im7 bVII bVImaj7 v7", "i bVI bVII i", "im7 ivm7 bVIImaj7 bIIImaj7"),
        "major": ("Imaj7 vim7 iim7 V7", "I IV iim7 V", "vim7 iim7 V Imaj7", "Imaj7 iiim7 IVmaj7 V7sus4"),
        "dorian": ("im7 IV7 im7 IV7", "im9 IV13 im9 IV13"),
    },
    (
        Layer("bass", "rows", ("electric_bass", "picked_bass", "electric_bass"),
              ("x.8.x.8.x.8.x.8.", "x.8.x.8.5.8.x.a.", "xx8.xx8.xx8.xx8.", "x.88x.8.x.88x.a."), low=28, gain_db=1),
        Layer("chords", "strum", ("clean_guitar", "wah_guitar"),
              ("xgxgxgxgxgxgxgxg", "x.xgx.xgx.xgx.xg", "ggxgggxgggxgggxx"), 0.95, -0.45, -2, 57, 79),
        Layer("chords", "soli", ("strings",),
              ("x---------------", "x-------x-x-x-x-", "..x-x-x-x-------", "xxxxx-----------", "x---....x-x-x-x-"),
              0.95, 0.2, 0, 67, 91),
        Layer("chords", "skank", ("clavinet", "wurlitzer", "piano"), ("x..x..x.....x...", "x.......x..x....", "..xx..x...xx..x."),
              0.6, 0.45, -3, 52, 74),
        Layer("arpeggio", "shout", ("brass_section",), ("..............x-", "x.x.x---........", "......x.x-......"), 0.5, 0.35,
              -2, 57, 79, sections=("intro", "chorus", "bridge")),
        Layer("melody", "hook", ("strings", "brass_section", "flute", "alto_sax", "trumpet", "vibraphone"),
              HOOKS, 0.8, 0.1),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.", "hat": "xo.oxo.oxo.oxo.o"},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.", "tambourine": "....x.......x...",
         "hat": "x...x...x...x..."},
        {"kick": "x...x...x...x...", "snare": "....x.......x..g", "open": "..x...x...x...x.", "conga": "x..x..x.x..x..xx"},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "xoxxxoxxxoxxxoxx", "cowbell": "x.x.x.x.x.x.x.x."},
    ),
    ("standard", "room"), humanise=0.005, drift=0.003, song=("pop",), forms=("full", "build", "break"), cadences=("V7sus4",),
    modulations=(2,), eras=("70s",), place="New York",
    character="A live drummer plays the machine's pattern: kick on every beat, snare on two and four, the hi-hat opening on "
    "every and. The bass jumps octaves in eighths. Violins in thick unison sweep up in sixteenths and hold high chords, "
    "horns answer, a guitar scratches sixteenths on two strings, clavinet and congas fill the rest. Chords are "
    "jazz-coloured, minor with IV7 or a circle of fifths. Glittering strings on top, velvet below, no electronics but the "
    "mirror ball.",
    mix=Mix(reverb=0.24, reverb_seconds=1.6, chorus=0.15, brightness=1.0),
)  # fmt: skip

STYLES = (SOUL, FUNK, DISCO)
