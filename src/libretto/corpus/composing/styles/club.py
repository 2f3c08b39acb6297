"""Four to the floor and its neighbours: house, deep house, techno, trance, synthwave."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

HOUSE = Style(
    "house", "electronic", (121, 129),
    ("uplifting", "groovy", "energetic", "euphoric", "happy", "warm", "hypnotic", "cheeky", "moody", "intense"),
    {
        "major": ("vim7 IVmaj7 Imaj7 V", "Imaj7 iiim7 vim7 IVmaj7", "IVmaj7 V vim7 Imaj7", "I V vi IV"),
        "minor": ("im7 bVIImaj7 bVImaj7 v7", "i i iv iv", "bVImaj7 bVII im7 im7", "im7 bIIImaj7 bVII ivm7"),
        "dorian": ("im7 IV7 im7 IV7", "im7 bVII IV im7"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass", "organ", "fm_bass"),
              ("..x...x...x...x.", "..x...x5..x...8.", "x..x..x...x..x8.", "x.x...x..x5.x...", "..xx..x8..xx..8."), low=29),
        Layer("chords", "block", ("piano", "piano", "organ", "supersaw"),
              ("x..x..x...x.....", "x..x..x..x..x.x.", "x..x..o.x..x....", "x.x..x..x.x..x..", "..x..x....x..x.."), 1.0, -0.2, 2),
        Layer("pad", "sustain", ("string_pad", "strings", "warm_pad"), chance=0.5, gain_db=-5),
        Layer("melody", "hook", ("synth_voice", "pluck", "supersaw", "lead_saw", "alto_sax"),
              ("x-x-..x-..x-x---", "x--x--x-........", "..x-..x-x--x--x-", "x-..x-..x-x-...."), 0.65, 0.1),
    ),
    (
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.", "hat": "gogogogogogogogo"},
        {"kick": "x...x...x...x...", "clap": "....x.......x..g", "open": "..x...x...x...x.", "tambourine": "x.oxx.oxx.oxx.ox"},
        {"kick": "x...x...x...x...", "snare": "....x.......x..g", "open": "..x...x...x...x.", "shaker": "oooooooooooooooo"},
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.", "ride": "x.x.x.x.x.x.x.x."},
    ),
    ("909", "909", "808"), forms=("full", "build", "drop"), humanise=0.002, song=("club",), risers=True, modulations=(2,),
    eras=("90s", "modern"), place="Chicago",
    character="Kick on every beat, clap on two and four, the open hi-hat on every and, at 125: the machine does not move. "
    "Bright piano or organ chords jab in groups of three sixteenths against it, diva-like hooks answer, the bass jumps on "
    "the off-beats. Four chords that start on vi or IV go round and are never resolved. Breakdowns take the kick away, "
    "filters and claps bring it back. Everything ducks under the kick; loud, bright and warm.",
    mix=Mix(reverb=0.2, reverb_seconds=1.4, sidechain=0.75, saturation=0.3, brightness=1.5),
)  # fmt: skip

DEEP_HOUSE = Style(
    "deep house", "electronic", (114, 121),
    ("mellow", "groovy", "warm", "moody", "hypnotic", "relaxed", "soulful", "melancholic", "sophisticated", "sunny"),
    {
        "minor": ("im9 ivm9 im9 v7", "im9 bVImaj9 ivm9 v7", "im9 im9 bVImaj9 bVImaj9", "im11 ivm9 im11 ivm9"),
        "dorian": ("im9 im9 IV9 IV9", "im11 IV13 im11 IV13"),
        "major": ("Imaj9 vim9 iim9 V13", "IVmaj9 iiim7 vim9 vim9"),
    },
    (
        Layer("bass", "rows", ("sub_bass", "sub_bass", "triangle_bass"),
              ("x--...x-..x...x.", "x-....x-..8-..5.", "x-.x-...x-.x-.7.", "x--x......x-..s."), low=29, gain_db=2),
        Layer("chords", "block", ("electric_piano", "electric_piano", "wurlitzer", "fm_piano"),
              ("...x-..x......x-", "x--...x-..o-....", "..x-....x-..x-..", "...x--....x--...", "x-----.x--......"), 1.0, -0.2, 2),
        Layer("pad", "sustain", ("warm_pad", "dark_pad", "wavetable_pad", "choir_ooh"), chance=0.75, gain_db=-3),
        Layer("melody", "lazy", ("vibraphone", "muted_trumpet", "flute", "pluck", "soprano_sax", "clean_guitar"),
              ("....x-x-x---....", "x--x--x-----....", "..x-x-..x-----.."), 0.5, 0.15, -2),
    ),
    (
        {"kick": "x...x...x...x...", "rim": "....x.......x...", "shaker": "ogxgogxgogxgogxg"},
        {"kick": "x...x...x...x...", "rim": "...x..x....x..x.", "shaker": "..x...x...x...x.", "conga": "g.x..x..g.x..x.x"},
        {"kick": "x...x...x...x...", "rim": "....x..x....x..g", "hat": "..o...o...o..go.", "cabasa": "xoxxxoxxxoxxxoxx"},
        {"kick": "x...x...x...x...", "clap": "....o.......o...", "maracas": "x.oxx.oxx.oxx.ox", "low_conga": "..x....x..x....."},
    ),
    ("808", "909"), swing=0.56, swing_unit=0.25, fills=False, forms=("full", "build", "drop"), humanise=0.004, song=("club",),
    bars_per_chord=(1, 2), eras=("90s", "modern"), place="Chicago",
    character="House with the lights down: the same kick, softer and around 118, but rim shot, shaker and congas instead of "
    "claps and open hats, swung a little. A Rhodes plays minor ninths and elevenths off the beat, two chords for minutes; "
    "the bass is a pure sub that slides. Pads breathe behind. Now and then a vibraphone, a flute, a muted trumpet, half "
    "asleep. No build-up screams; layers come and go. Dark highs, long room.",
    mix=Mix(reverb=0.34, reverb_seconds=2.2, sidechain=0.5, chorus=0.3, lowpass_hz=9000, brightness=-2.5),
)  # fmt: skip

TECHNO = Style(
    "techno", "electronic", (122, 136),
    ("dark", "hypnotic", "driving", "intense", "tense", "menacing", "epic", "energetic", "mysterious", "euphoric"),
    {
        "minor": ("i i bVI bVI", "im7 im7 im7 bVII", "i i iv i", "im7 im7 im7 im7 ivm7 ivm7 im7 im7"),
        "phrygian": ("i i i bII", "i bII i bvii"),
        "dorian": ("im7 im7 im7 IV",),
    },
    (
        Layer("bass", "rows", ("saw_bass", "sub_bass", "reese_bass"),
              (".xxx.xxx.xxx.xxx", "..x...x...x...x.", ".x.x.xx..x.x.xx8", "x..x..x..x..x.x.", "..xx..xx..xx..xx"), low=28),
        Layer("chords", "skank", ("fm_stab", "fm_stab", "wavetable_lead"),
              ("...x..x.........", "x..x..x..x..x...", "..x.....x..x....", "...x......x....."), 0.8, -0.3, -1),
        Layer("arpeggio", "arpeggio", ("acid", "acid", "fm_bell"),
              ("x.xxx.x.x.xxx.xx", "xxxxxxxxxxxxxxxx", "x..x..x..x..x.x.", "xx.xx.xx.xx.x.xx"), 0.85, 0.2, low=45, high=67),
        Layer("pad", "sustain", ("dark_pad", "wavetable_pad"), chance=0.5, gain_db=-6),
    ),
    (
        {"kick": "x...x...x...x...", "open": "..x...x...x...x.", "hat": "oooooooooooooooo", "conga": "...x..x....x..x."},
        {"kick": "x...x...x...x...", "clap": "............x...", "hat": "..x.g.x...x.g.xg", "rim": "x..x..x..x..x.x."},
        {"kick": "x...x...x...x...", "hat": "..o...o...o...o.", "ride": "x.x.x.x.x.x.x.x.", "low_tom": "..x..x....x....."},
        {"kick": "x...x...x...x...", "open": "..x...x...x...x.", "low_wood": "x..x..x..x..x.x.", "floor": "......x.......xx"},
        {"kick": "x...x...x...x..x", "hat": "xxxxxxxxxxxxxxxx", "clap": "....x.......x..."},
    ),
    ("909", "909", "808"), fills=False, bars_per_chord=(1, 2, 4), forms=("full", "build", "drop"), humanise=0.001,
    song=("club",), risers=True, eras=("90s", "modern"), place="Detroit",
    character="No song, a process: a hard kick on every beat, the bass rumbling in the sixteenths it leaves free, a sequence "
    "of one bar that runs for minutes while its filter moves. Hi-hats, rims, toms and metal build polyrhythms of three "
    "against four. One minor or Phrygian chord, struck dry and echoed. No melody. Changes come every eight bars, one sound "
    "at a time. Concrete room, distortion, pressure.",
    mix=Mix(reverb=0.25, reverb_seconds=2.2, delay=0.25, sidechain=0.65, saturation=0.6, brightness=-1.5),
)  # fmt: skip

TRANCE = Style(
    "trance", "electronic", (135, 145),
    ("euphoric", "uplifting", "dreamy", "energetic", "epic", "driving", "triumphant", "melancholic", "romantic", "tense"),
    {
        "minor": ("i bVI bIII bVII", "bVI bVII i i", "i bVII bVI bVII", "i v bVI bVII", "i bIII bVII iv"),
        "major": ("vi IV I V", "IV V vi I", "I V vi IV", "I iii vi IV"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass"),
              ("..xx..xx..xx..xx", ".xxx.xxx.xxx.xxx", "..x...x...x...x."), low=29),
        Layer("chords", "block", ("supersaw",), ("x..x..x.x..x..x.", "x-.x-.x-.x-.x-x-", "x---------------", ".xx.xx.x.xx.xx.x"),
              0.8, -0.15, -1),
        Layer("arpeggio", "arpeggio", ("pluck", "thin_pulse", "bell", "wavetable_lead"),
              ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx", "xx.xxx.xxx.xxx.x"), 0.9, 0.3, low=60, high=84),
        Layer("pad", "sustain", ("warm_pad", "string_pad", "choir_pad"), chance=0.85, gain_db=-4),
        Layer("melody", "epic", ("supersaw", "lead_saw", "synth_voice"),
              ("x-----x-x---x---", "x---x---x-x-x---", "x-------x---x---", "x--x--x-x--x--x-"), 0.8, 0.05),
    ),
    (
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "open": "..x...x...x...x.", "hat": "oooooooooooooooo"},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "open": "..x...x...x...x.", "ride": "x...x...x...x..."},
        {"kick": "x...x...x...x...", "clap": "....x.......x..o", "open": "..x...x...x...x.", "shaker": "xoxoxoxoxoxoxoxo"},
    ),
    ("909",), forms=("full", "build", "drop"), humanise=0.001, song=("club",), risers=True, modulations=(1, 2, 3),
    eras=("90s", "modern"), place="Germany",
    character="Kick and bass take turns, kick on the beat, bass on the three sixteenths after it, at 138. Over them an "
    "arpeggio of plucks in sixteenths, and supersaws: first as gated chords, then with an anthem of long notes that "
    "everybody can sing. Four chords, mostly i-VI-III-VII. The breakdown takes the drums away and leaves pads and the tune; "
    "snare rolls and a riser lead to the drop, maybe a tone higher. Halls of reverb, dotted echoes, pumping.",
    mix=Mix(reverb=0.38, reverb_seconds=3.0, delay=0.35, sidechain=0.7, saturation=0.2, brightness=1.0),
)  # fmt: skip

SYNTHWAVE = Style(
    "synthwave", "electronic", (82, 118),
    ("nostalgic", "dramatic", "dreamy", "driving", "moody", "uplifting", "romantic", "menacing", "heroic", "melancholic"),
    {
        "minor": ("i bVI bIII bVII", "i bVII bVI bVII", "bVI bVII i i", "i v bVI iv", "i bIII bVII bVI"),
        "dorian": ("i bIII bVII IV", "im7 IV im7 IV"),
        "major": ("I V vi IV", "IV V iii vi", "vi IV I V"),
    },
    (
        Layer("bass", "rows", ("saw_bass", "synth_bass"),
              ("x.x.x.x.x.x.x.x.", "x.8.x.8.x.8.x.8.", "xxxxxxxxxxxxxxxx", "x..x..x.x..x..8.", "x.xxx.xxx.xxx.xx"), low=29),
        Layer("pad", "sustain", ("warm_pad", "supersaw", "synth_strings", "choir_pad"), gain_db=-2),
        Layer("arpeggio", "arpeggio", ("pluck", "pulse_lead", "bell"),
              ("xxxxxxxxxxxxxxxx", "x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x."), 0.75, 0.3, -1, 60, 84),
        Layer("chords", "block", ("fm_piano", "synth_brass", "synth_brass", "supersaw"),
              ("x---....x---....", "x--x--x-........", "x-----------x-x-"), 0.45, -0.3, -2),
        Layer("melody", "epic", ("lead_saw", "square_lead", "supersaw", "alto_sax", "fm_piano", "synth_brass"),
              ("x-------x---x---", "x---x-x-x-------", "x-----x-x---x---", "x--x--x---------"), 0.8, 0.05),
    ),
    (
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "oooooooooooooooo"},
        {"kick": "x.....x.x.....x.", "snare": "....x.......x...", "hat": "o.o.o.o.o.o.o.o.", "open": "..............x."},
        {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "oogoogoooogoogoo", "low_tom": "..............xx"},
        {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x.", "high_tom": "...........x....",
         "low_tom": ".............x.x"},
    ),
    ("eighties",), forms=("break", "build", "drop"), humanise=0.002, song=("pop",), modulations=(2, 3), eras=("80s",),
    character="The eighties as remembered: a sawtooth bass in stubborn eighths or sixteenths, a snare as large as a gated "
    "hall, tom fills across the stereo. Wide chorused pads hold i-VI-III-VII; an arpeggiator twinkles on the right, brass "
    "synths punctuate. The lead is a singing saw, FM piano or lone saxophone with long notes and a big interval up. Drums "
    "are an early digital machine without swing. Night, neon, a motorway.",
    mix=Mix(reverb=0.3, reverb_seconds=2.0, chorus=0.5, sidechain=0.3, saturation=0.2, gated_reverb=True),
)  # fmt: skip

STYLES = (HOUSE, DEEP_HOUSE, TECHNO, TRANCE, SYNTHWAVE)
