"""Latin America and West Africa: rhythm comes first, and everybody plays a piece of it."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

SALSA = Style(
    "salsa", "latin", (164, 212),
    ("joyful", "energetic", "passionate", "upbeat", "groovy", "confident", "cheeky", "dramatic", "romantic", "moody"),
    {
        "minor": ("i iv v v", "i bVII bVI v", "im7 ivm7 bVIImaj7 bIIImaj7", "i i iv v"),
        "harmonic minor": ("i iv V7 V7", "i V7 V7 i", "i iv V7 iv"),
        "major": ("I IV V IV", "I vi ii V7", "I V7 V7 I", "I I ii V7"),
        "mixolydian": ("I bVII IV IV",),
    },
    (
        Layer("bass", "rows", ("upright_bass", "electric_bass"),
              ("......5-----n---", "......5-----8---......5-----n---", "x-....5-----n---", "......5-----n-..",
              "......5---5-n---"), low=28, gain_db=2),
        Layer("chords", "montuno", ("piano",),
              ("x---x-x---x---x---x---x---x---x-", "..x-x-x---x---x---x---x---x-x-x-", "x-x-..x-..x-x-x-..x-x-..x-x-..x-",
               "..x---x---x-x---x---x-x---x---x-"), 1.0, -0.3, 1, 55, 76),
        Layer("chords", "montuno", ("tres",), ("x-x-x-x-..x-x-x-..x-x-x-..x-x-x-", "..x-x-x-..x-x-x-"), 0.35, 0.45, -2, 52, 74,
              sections=("verse", "chorus")),
        Layer("arpeggio", "shout", ("brass_section", "trumpet", "trombone"),
              ("x.x...x---......", "......x.x-x-....", "x---..x---..x.x.", "....x.x.x-----..",
              "x.x.x.........x.....x.x.x-----.."), 0.9, 0.3, 1, 57, 80, sections=("intro", "chorus", "break")),
        Layer("melody", "hook", ("trumpet", "flute", "trombone", "tenor_sax", "violin", "vibraphone"),
              ("x-x-..x-x-..x-x-", "..x-x-..x-x-x---", "x--x--x---x-x---", "....x-x-x-x-x-..", "x---x---x-x-..x-"), 0.8, 0.1, 0),
    ),
    (
        {"clave": "....x...x.......x.....x.....x...", "cowbell": "x...x...x.x.x.x.x...x.x.x...x.x.",
         "conga": "....x.......xx......x.......xx..",
         "low_conga": "............................x.x.", "maracas": "x.o.x.o.x.o.x.o.x.o.x.o.x.o.x.o."},
        {"clave": "x.....x.....x.......x...x.......", "timbale": "x.o.x.o.o.x.o.x.x.o.x.o.o.x.o.x.",
         "mute_conga": "o...g...o...g...o...g...o...g...",
         "open_conga": "............x.x.............x.x.", "bongo": "x.o.x.oox.o.x.oox.o.x.oox.o.x.oo"},
        {"clave": "....x...x.......x.....x.....x...", "guiro": "x...o.o.x...o.o.x...o.o.x...o.o.",
         "conga": "....x.......x.x.....x.......x.x.",
         "bongo": "x.o.x.o.x.o.x.o.x.o.x.o.x.o.x.o.", "kick": "......x.......x.......x.......x."},
        {"cowbell": "x...x.x.x...x.x.", "timbale": "..........x.x..x", "conga": "....x.......x.x.",
         "maracas": "x.o.x.o.x.o.x.o."},
    ),
    ("latin",), humanise=0.007, drift=0.004, fills=False, forms=("full", "full", "build", "break"), song=("dance",),
    cadences=("V7", "IV V7"), modulations=(2,), bars_per_chord=(1, 2), eras=("70s", "modern"), place="Cuba",
    character="The clave, two bars of five strokes, decides everything. The piano's montuno runs octaves and thirds across "
    "the bar lines, the bass tumbao never plays the one: it sounds the fifth on two-and, and the next chord's root on four. "
    "Congas, bongo bell, timbales' cascara and maracas interlock; trumpets and trombones punch between. Three or four "
    "chords, i-iv-V. Verse first, then montuno and mambo: coro, brass, everybody louder. Bright, crowded, no reverb to hide "
    "in.",
    mix=Mix(reverb=0.16, reverb_seconds=1.2, brightness=2.0),
)  # fmt: skip

SAMBA = Style(
    "samba", "latin", (88, 116),
    ("joyful", "sunny", "energetic", "bouncy", "groovy", "playful", "warm", "nostalgic", "euphoric", "wistful"),
    {
        "major": ("I VI7 ii V7", "Imaj7 vim7 iim7 V7", "I6 #idim7 iim7 V7", "IV ivm6 I6 VI7 II7 V7 I6 I6", "I6 I6 iim7 V7"),
        "minor": ("im7 ivm7 bVIImaj7 bIIImaj7", "i bVII bVI v"),
        "harmonic minor": ("im6 im6 V7b9 im6", "im6 iim7b5 V7 im6"),
    },
    (
        Layer("chords", "skank", ("cavaquinho",),
              ("x.xx.x.x.x.xx.x.", "x.x.xx.x.x.x.xx.", ".x.xx.x.x.xx.x.x", "x.xxx.xx.xx.x.xx"), 1.0, -0.4, 3, 62, 86),
        Layer("chords", "comp", ("nylon_guitar",), ("x--x..x-x--x..x-", "x-xx-x.xx-x.x-x.", "x..x..x..x..x.x."), 0.8, 0.4, 0, 50,
              71),
        Layer("bass", "rows", ("electric_bass", "upright_bass"), ("o---x--xo---x---", "o..ox..xo..ox...", "x---5---x---5..a",
              "o---x--5o---x--n"), low=28),
        Layer("arpeggio", "shout", ("trombone", "brass_section", "trombone"), ("..x..x..x.......", "x.....x-----....",
              "......x..x..x..."), 0.5, 0.25, -2, 52, 76),
        Layer("melody", "hook", ("flute", "cavaquinho", "trombone", "mandolin", "accordion", "clarinet", "whistle"),
              ("x-xx-x-xx-..x-x-", "..x-xx-x-x-x----", "x--x--x-x-x-..x-", ".x-x-xx-..x-x---", "x---..x-x-xx-x--"), 0.9, 0.1, 1),
    ),
    (
        {"surdo_mute": "x.......x.......", "surdo": "....x..o....x...", "pandeiro": "xooxxooxxooxxoox",
         "agogo": "x.x..x..x.x..x..",
         "low_agogo": "....x..x....x..x", "shaker": "oooooooooooooooo"},
        {"surdo_mute": "x.......x.......", "surdo": "....x.......x..o", "pandeiro": "x.oxx.oxx.oxx.ox",
         "snare": "xggxgxgxgxgxxgxg", "cuica": "..x...x..x......"},
        {"surdo": "....x..o....x..o", "surdo_mute": "x.......x.......", "pandeiro": "xoxxoxoxxoxxoxox",
         "cabasa": "xooxxooxxooxxoox", "rim": "x.x..x.x.x.xx.x."},
        {"surdo": "....x.......x...", "shaker": "xooxxooxxooxxoox", "rim": "x.xx.x.x.x.xx.x.", "kick": "x..xx..xx..xx..x"},
    ),
    ("samba",), metres=("2/4", "2/4", "4/4"), humanise=0.008, drift=0.006, fills=False, forms=("full", "build", "break"),
    song=("dance", "strophic"),
    bars_per_chord=(1, 2), cadences=("V7",), modulations=(1, 2), eras=("60s", "modern"), place="Brazil",
    character="Two-four, and the heavy beat is the second: a deep surdo answers a muted one. Pandeiro and shakers run in "
    "sixteenths with a lilt, the tamborim or rim plays teleco-teco, agogo bells and cuica laugh above. The cavaquinho, a "
    "tiny steel-stringed guitar, strums the same syncopations; a nylon guitar walks below. I-VI7-ii-V7 turns, diminished "
    "passing chords. Flute, trombone or mandolin sing off the beat. A street full of people.",
    mix=Mix(reverb=0.2, reverb_seconds=1.4, brightness=2.0),
)  # fmt: skip

TANGO = Style(
    "tango", "latin", (108, 132),
    ("passionate", "dramatic", "melancholic", "romantic", "elegant", "tense", "nostalgic", "sombre", "intense", "soulful"),
    {
        "harmonic minor": ("i i V7 V7", "i V7 V7 i", "i iv V7 i", "i iv i V7 V7 V7 i i", "i iim7b5 V7 i", "iv i V7 i"),
        "minor": ("i bVII bVI v", "i iv bVII bIII", "i v bVI bIII", "bIII bVII i v"),
    },
    (
        Layer("chords", "marcato", ("piano",),
              ("x...o...x...o...", "x...x...x...x...", "x.....x.x...x...", "x..xx...x.......", "..xox...x...x..."), 1.0, -0.2, 0,
              50, 72),
        Layer("chords", "marcato", ("bandoneon",), ("o...o...o...o...", "o..oo...o.o.....", "o.....o.o...o..."), 0.85, 0.4, 0, 57,
              79),
        Layer("bass", "rows", ("contrabass", "upright_bass"), ("x...5...x...5...", "x...x...5...a...", "s.....x.5...x...",
              "x..xx...5...a.a."), low=28, gain_db=1),
        Layer("melody", "classical", ("bandoneon", "violin", "bandoneon", "violin"),
              ("x--xx-x-x---....", "..x-x-x-x---x---", "x-x-xxx-x-------", "x-----x-x-x-x-x-", "..xxxxx-x---....",
              "x---x-xxx---x---"), 1.0, 0.1, 2, 57, 86),
        Layer("counter", "singing", ("violin", "cello", "bandoneon"), ("x-------x-x-x---", "x---------------",
              "..x-x-x-x-------"), 0.6, -0.45, -2, 50, 79),
    ),
    (), (), metres=("4/4", "4/4", "4/4", "2/4"), humanise=0.012, rubato=0.03, drift=0.01, bars_per_chord=(1, 1, 2), fills=False,
    forms=("full", "trade", "build"), song=("rondo", "ternary"), cadences=("V7",), ritardando=0.2, eras=("40s",),
    place="Argentina",
    character="No drums: piano and double bass strike all four beats short and hard, marcato, and suddenly the syncopated "
    "sincopa; the bass slides into the accents. Bandoneon and violin share the tune, dotted and breathless, then long and "
    "weeping, with runs of sixteenths into the phrase end. Minor with the raised seventh, tonic and dominant, modulating to "
    "the relative major and back. The tempo pulls and pushes like the dancers, and two dry chords, V-i, end it.",
    mix=Mix(reverb=0.2, reverb_seconds=1.5, brightness=-0.5),
)  # fmt: skip

AFROBEAT = Style(
    "afrobeat", "african", (98, 126),
    ("groovy", "hypnotic", "confident", "driving", "rebellious", "joyful", "gritty", "funky", "warm", "moody", "tense"),
    {
        "dorian": ("im7 im7 im7 im7 IV9 IV9 im7 im7", "im7 im7 IV7 IV7", "im6 im6 bVII bVII", "im9 im9 im9 IV9"),
        "minor": ("im7 im7 ivm7 im7", "im7 bVII bVImaj7 bVII"),
        "mixolydian": ("I7 I7 bVII bVII", "I7 I7 I7 IV"),
    },
    (
        Layer("bass", "rows", ("electric_bass",),
              ("x..x..5...7.8...", "x.xx..5.x...7.5.", "..x.x.5...5.7.8.x..x..5...7.....", "x...x.7.8...5.7.",
              "x.x-x.x-5-x-x.7-5.x-....",
               "x-..5.x-..7.x-..5.7.8-.."), low=28, gain_db=2),
        Layer("chords", "ostinato", ("muted_guitar", "clean_guitar"),
              ("x.x.xgx.x.xgx.x.", "x.xx.gx.x.xx.gx.", "xgx.x.xgxgx.x.x.", "x.x.x.x.x.x.xgx.x.x.x.xg"), 1.0, -0.6, 0, 52, 74),
        Layer("chords", "ostinato", ("clean_guitar", "kora", "balafon"),
              ("..x..xx...x..x..", ".xx..x.x.xx..x.x", "..x.x...x.x.xg..", "..x...x.x...x...x.x...x."), 0.9, 0.6, -1, 62, 84),
        Layer("chords", "comp", ("rotary_organ", "electric_piano", "hammond"), ("..x...x...x.....", "x---....x-x-....",
              "x-----------....", "..x-......x-......x-...."),
              0.6, 0.25, -3),
        Layer("arpeggio", "shout", ("brass_section", "brass_section", "trumpet"),
              ("x.x.x---....x.x-", "..x.x-x---......", "x---x-x-x-......", "x.x.x---......x.x.x---.."), 0.8, 0.35, 1, 52, 76),
        Layer("melody", "hook", ("tenor_sax", "alto_sax", "trumpet", "rotary_organ", "baritone_sax"),
              ("x-x-..x-x---....", "..x-x-x-..x-x-..", "x--x--x-x-......", "x-x-x-x---..x-x-x---....",
              "..x-x-x-....x-x-x-......"), 0.7, 0.1),
    ),
    (
        {"kick": "x..x..x..x..x.x.", "snare": "....g.xg....x..g", "hat": "x.xxx.xxx.xxx.xx", "agogo": "x..x..x...x.x...",
         "shaker": "oxooxoxooxooxoxo"},
        {"kick": "x.....x.x..x....", "rim": "...x..x....x..x.", "hat": "xoxoxoxoxoxoxoxo", "open": "..............x.",
         "conga": "x..x.x..x..x.xx."},
        {"kick": "x...x...x...x...", "snare": "..g...x...g..x..", "hat": "x.x.x.x.x.x.x.x.", "cowbell": "x..x..x..x..x.x.",
         "low_conga": "......x.......xx"},
        {"kick": "x.....x.....x.....x.....", "snare": "....x.....x.....x.....x.", "agogo": "x.x.xx.x.x.xx.x.xx.x.x.x",
         "shaker": "x.o.o.x.o.o.x.o.o.x.o.o."},
        {"kick": "x.......x...x.......x...", "rim": "x...x...x.....x...x.....", "hat": "x.x.x.x.x.x.x.x.x.x.x.x.",
         "conga": "..x.xx....x...x.xx....x."},
    ),
    ("afro",), metres=("4/4", "4/4", "4/4", "12/8"), humanise=0.007, drift=0.004, fills=False, pentatonic=0.7, bars_per_chord=(1,
    2),
    forms=("build", "full", "full", "break"), song=("loop",), eras=("70s",), place="Nigeria",
    character="A machine made of people, after Fela Kuti and Tony Allen: two guitars, one muted left, one ringing right, "
    "repeat small pentatonic figures that fit together like cogs; the bass has a third one with a hole in it. Drums never "
    "mark the back beat plainly, kick and snare talk around shaker, bell and congas, in four or twelve. One minor chord for "
    "ten minutes. Horns, baritone saxophone at the bottom, state a unison riff and answer the soloist. Dry, mid-heavy, "
    "hypnotic.",
    mix=Mix(reverb=0.1, reverb_seconds=0.8, saturation=0.25),
)  # fmt: skip

CUMBIA = Style(
    "cumbia", "latin", (84, 106),
    ("sunny", "groovy", "playful", "cheerful", "bouncy", "nostalgic", "hypnotic", "romantic", "moody", "laid-back"),
    {
        "minor": ("i i v v", "i bVII bVI v", "i bIII bVII i", "i iv v i"),
        "harmonic minor": ("i i V7 V7", "i V7 V7 i"),
        "major": ("I I V V", "I IV V I", "I V V I", "I vi IV V"),
        "dorian": ("i IV i IV",),
    },
    (
        Layer("bass", "rows", ("electric_bass", "upright_bass"),
              ("x---3.5-x---3.5-", "x---5-5-x---5-5-", "x---..5-x---3.5-", "x---8.5-x---8.5-"), low=28, gain_db=2),
        Layer("chords", "skank", ("accordion", "rotary_organ", "hammond"), ("..x...x...x...x.", "..xx..xx..xx..xx",
              "..x...x...x..xx."), 1.0, -0.3, 1, 57, 79),
        Layer("arpeggio", "ostinato", ("surf_guitar", "wah_guitar", "marimba"), ("x-x-xgx-x-xgx-x-", "..x-x-x-..x-x-x-",
              "x-..x-xxx-..x-xx"), 0.6, 0.5, -1, 60, 81),
        Layer("melody", "hook", ("accordion", "accordion", "clarinet", "flute", "surf_guitar", "trumpet"),
              ("x-x-x-x-x-..x-x-", "..x-x-xxx-x-x---", "x-..x-x-x-..x-x-", "x--x--x-x-x-x---", "....x-x-x-xxx---"), 1.0, 0.15, 2,
              60, 86),
        Layer("arpeggio", "shout", ("brass_section", "trombone"), ("x.x.........x.x.", "......x.x-------"), 0.4, 0.35, -2, 55,
              77, sections=("intro", "chorus")),
    ),
    (
        {"guiro": "x.oox.oox.oox.oo", "kick": "x.......x.......", "conga": "....x.......x.x.", "low_conga": "......xx......x."},
        {"long_guiro": "x...x...x...x...", "guiro": "..oo..oo..oo..oo", "kick": "x...x...x...x...", "cowbell": "x...x...x...x...",
         "timbale": "..............xx"},
        {"guiro": "x.oox.oox.oox.oo", "kick": "x.......x.......", "rim": "....x.......x...", "maracas": "..x...x...x...x.",
         "low_conga": "......x.......xx"},
        {"guiro": "x.oox.oox.oox.oo", "floor": "x.....x.x.....xx", "cowbell": "x.o.x.o.x.o.x.o."},
    ),
    ("latin",), humanise=0.009, drift=0.006, fills=False, bars_per_chord=(1, 2, 2), forms=("full", "full", "break"),
    song=("dance",),
    cadences=("V7",), modulations=(2,), eras=("60s", "modern"), place="Colombia",
    character="A slow, swaying two: the guiro scrapes long-short-short on every beat, the bass walks root-third-fifth below "
    "it, and chords of accordion or organ fall on the off-beats only. Tonic and dominant, often minor, are all the harmony. "
    "The accordion has the tune, quick repeated notes and turns, a reverberant guitar may twang along. Congas, cowbell on "
    "the beat, timbales for the corners. Warm, dusty, good for hours.",
    mix=Mix(reverb=0.2, reverb_seconds=1.3, delay=0.1),
)  # fmt: skip

STYLES = (SALSA, SAMBA, TANGO, AFROBEAT, CUMBIA)
