"""Tempo, key, metre, time feel, density, loudness, touch, register, era, skill, sections, happenings and what is missing. Ours."""

from __future__ import annotations

from libretto.corpus.language.wording.table import phrases, rows

# Upper bounds in beats per minute of the five bands; each has adjectives ("slow") and whole remarks ("at a crawl").
TEMPO_BOUNDS = (66.0, 84.0, 118.0, 146.0, float("inf"))
TEMPI: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (phrases("very slow, slow, slow-moving, slow tempo, extremely slow, slowly unfolding, crawling, glacial"),
             phrases("at a very slow tempo, at a slow tempo, at a crawl, taken very slowly, with a slow pulse, in slow motion, at a "
             "snail's pace, very "
         "slowly, at a slow pace")),
    (phrases("slow, slow-paced, slow tempo, slowish, fairly slow, slow-tempo, rather slow, ambling"),
         phrases("at a slow tempo, at a slow pace, taken slowly, at walking pace or slower, on the slow side, without hurrying, at an "
         "ambling pace, with a slow beat~drums")),
    (phrases("medium, medium tempo, mid-tempo, midtempo, moderate tempo, medium-paced, moderately paced, moderate, mid tempo"),
         phrases("at a medium tempo, at a moderate tempo, at a moderate pace, in the middle of the road tempo-wise, neither fast nor "
         "slow, at a comfortable pace,"
             " at a steady medium pace, at mid-tempo")),
    (phrases("fast, fast tempo, fairly fast, moderately fast, uptempo, fast-paced, medium-fast, quick, up-tempo"),
         phrases("at a fast tempo, at a quick pace, at a good clip, moving quickly, with a fast pulse, on the fast side, at a brisk "
         "pace, fairly quick")),
    (phrases("very fast, fast, rapid, high-speed, breakneck, really fast, super fast, fast tempo"),
             phrases("at a very fast tempo, at a fast tempo, at breakneck speed, at full speed, racing along, at a furious pace, at a "
             "rapid tempo, really "
         "quickly, at top speed")),
)

DENSITY_BOUNDS = (0.3, 0.75, float("inf"))
DENSITY: tuple[tuple[str, ...], ...] = (
    phrases("sparse, lean, bare, uncluttered, stripped-down, thinly textured, pared-back, stripped back, skeletal, simple"),
    (),
    phrases("busy, dense, full of notes, richly layered, packed, thickly textured, crowded, eventful, note-heavy, full-sounding"),
)
DYNAMICS: dict[str, tuple[str, ...]] = rows("""
soft: soft, quiet, softly played, hushed, played softly, subdued, quietly played, understated, pianissimo, muted in volume
loud: loud, powerful, strong, full-volume, loudly played, played loudly, thunderous, fortissimo, booming, played at full force
growing: growing, building, swelling, getting louder, growing in volume, gradually louder, in a long crescendo, rising in intensity
fading: fading, dying away, fading away, getting quieter, gradually quieter, trailing off, ebbing away, in a long diminuendo
""")
ARTICULATION: dict[str, tuple[str, ...]] = rows("""
staccato: staccato, detached, short and crisp, clipped, choppy, with short notes, played staccato, in short separate notes, spiky
legato: legato, smoothly connected, with long connected notes, played legato, seamless, with notes that run into each other, sung-through,
 long-lined, in long smooth lines
""")
REGISTER: dict[str, tuple[str, ...]] = rows("""
low: low-pitched, low-lying, deep-pitched, in a low register, low in pitch, down in the bass register, deep-voiced, in the lower octaves
high: high-pitched, high-lying, in a high register, high in pitch, up in the treble, in the upper octaves, treble-heavy, way up high
""")
SWING = phrases(
    "swinging, swung, with a swing feel, with swung eighths, with a shuffle feel, shuffled, with a triplet lilt, swinging along, with "
    "a swung rhythm"
)
RUBATO = phrases(
    "rubato, with a flexible tempo, with a free tempo, played with rubato, with a breathing pulse, with an elastic tempo, in free time,"
    " with a tempo that ebbs and flows, not tied to a strict beat"
)
METRES: dict[str, tuple[str, ...]] = rows("""
4/4: in 4/4, 4/4 time, in common time, four beats to the bar, in four, in 4/4 time, 4/4, in four-four, four to the bar
3/4: in 3/4, 3/4 time, in waltz time, in triple metre, in three, three beats to the bar, 3/4, in three-four time, in triple time
3/8: in 3/8, 3/8 time, in triple metre, in fast three, three quavers to the bar, 3/8, in three-eight time, in triple time
6/8: in 6/8, 6/8 time, in six-eight, in compound time, in six, 6/8, in 6/8 time, in compound duple metre
12/8: in 12/8, 12/8 time, in twelve-eight, in slow-rolling 12/8, 12/8, in 12/8 time, in four groups of three, in compound quadruple time
5/4: in 5/4, 5/4 time, in five, five beats to the bar, in an odd 5/4 metre, 5/4, in five-four time, in quintuple time
7/8: in 7/8, 7/8 time, in seven, in an odd 7/8 metre, 7/8, in seven-eight, seven quavers to the bar, in septuple time
2/4: in 2/4, 2/4 time, in two, two beats to the bar, 2/4, in two-four, in duple time, in a two-beat metre
2/2: in 2/2, cut time, in cut time, alla breve, 2/2, in two-two, in 2/2 time, two minims to the bar
""")
MINOR_MODES = frozenset({"minor", "aeolian", "harmonic minor", "melodic minor", "natural minor", "dorian", "phrygian"})
MAJOR_MODES = frozenset({"major", "ionian", "lydian", "mixolydian"})
MINOR = phrases(
    "in a minor key, minor key, in minor, minor-key, in a minor tonality, minor tonality, minor mode, with minor harmony, based on "
    "minor chords"
)
MAJOR = phrases(
    "in a major key, major key, in major, major-key, in a major tonality, major tonality, major mode, with major harmony, based on "
    "major chords"
)
BLUES_SCALE = phrases(
    "with blue notes, on the blues scale, using the blues scale, bluesy in harmony, with bluesy harmony, built on the blues scale,"
    " over blues changes, with blues-scale licks"
)
_DECADES = {
    "20s": ("1920s", "twenties"), "30s": ("1930s", "thirties"), "40s": ("1940s", "forties"), "50s": ("1950s", "fifties"),
    "60s": ("1960s", "sixties"), "70s": ("1970s", "seventies"), "80s": ("1980s", "eighties"), "90s": ("1990s", "nineties"),
}
# Adjectives, then remarks.
ERAS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    name: (
        (year, name, word, f"{name}-style", f"{word}-style", f"{name}-sounding", f"{year}-style", f"{word}-era"),
        (f"straight out of the {word}", f"with a {name} sound", f"with a {year} feel", f"like something from the {word}",
         f"reminiscent of the {name}", f"in the style of the {year}", f"as they made it in the {word}", f"with a touch of the {name}"),
    )
    for name, (year, word) in _DECADES.items()
} | {
    name: (phrases(adjectives), phrases(remarks))
    for name, adjectives, remarks in (
        ("modern", "modern, contemporary, present-day, current, modern-day, modern-sounding, up-to-date, 21st-century",
         "with a modern sound, with contemporary production, as they make it today, in a modern style"),
        ("2000s", "2000s, noughties, 2000s-style, early-21st-century, turn-of-the-millennium, noughties-style, 2000s-sounding, 00s",
         "with a 2000s sound, straight out of the noughties, reminiscent of the 2000s, in the style of the 2000s"),
        ("baroque",
            "baroque era, baroque period, baroque-era, baroque-period, 18th-century-style, baroque-age, late-baroque-style, "
            "wig-and-powder",
         "in the manner of the baroque, as at a baroque court, from the baroque era, in the style of the baroque period"),
        ("classical",
            "classical era, classical period, classical-era, classical-period, Viennese-classical, age-of-Mozart, late-18th-century, "
            "classical-age",
         "from the classical era, in the style of the classical period, from the age of Haydn and Mozart, in a late 18th-century style"),
        ("romantic",
            "romantic era, romantic period, romantic-era, 19th century, 19th-century, romantic-period, late-19th-century-style, "
            "high-Romantic",
         "from the romantic era, in the style of the 19th century, from the romantic period, in a 19th-century idiom"),
    )
}
SKILLS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "beginner": (
        phrases("beginner, beginner-level, novice, easy beginner, first-year, beginner's, student, starter-level"),
            phrases("easy enough for a beginner, played by a beginner, at a beginner's level, like a first lesson, played by someone "
            "still learning,"
                " not hard to play, suitable for a first-year student, as a novice would play it"),
    ),
    "advanced": (
        phrases("advanced, virtuoso, virtuosic, advanced-level, expert, professional-level, concert-level, highly skilled"),
            phrases("technically demanding, played by a virtuoso, played with great skill, hard to play, at an advanced level, for an "
            "accomplished player,"
                " played by an expert, showing off technique"),
    ),
}
SECTIONS: dict[str, tuple[str, ...]] = rows("""
intro: an intro, an introduction, an opening section, a short intro, an opening, an introductory passage, a lead-in, an intro section
verse: a verse, the verse, a verse section, a verse part, a verse-like section, the main verse, a first section, a storytelling section
chorus: a chorus, the chorus, a refrain, the hook, a chorus section, the refrain, a big refrain, a chorus part
bridge: a bridge, a middle eight, a bridge section, a contrasting middle section, the bridge, a bridging passage, a middle section,
 a contrasting section
solo: a solo, a solo section, a solo spot, an instrumental solo, a solo passage, a featured solo, a solo turn, a lead break
build: a build-up, a buildup, a build, a rising build-up, a section that builds, a build section, a tension-building passage, a rise
drop: a drop, the drop, a beat drop~drums, a big drop, a drop section, the main drop, the moment it drops, a full-on drop
break: a break, a breakdown, a stripped-back break, a break section, a breakdown section, a pause in the action, a short break, a
 thinned-out middle
outro: an outro, an ending, a closing section, a coda, an outro section, a closing passage, a final section, a send-off
""")
# Sentences without a full stop; what has no row is said as it stands.
HAPPENINGS: dict[str, tuple[str, ...]] = rows("""
key change: there is a key change, the key changes partway through, it modulates to a new key, the music shifts up to another key,
 it changes key along the way, a key change comes in later on, there is a modulation, midway the key shifts
slows down at the end: it slows down at the end, the ending slows down, there is a ritardando at the end, the tempo drops off in the last
 bars,
 it winds down towards the end, it comes to rest with a ritardando, the pace slackens at the end, the last bars slow down
riser: a riser leads into the next part, there is a riser, a noise sweep rises before the next section, a riser builds up tension, you
 hear a riser,
 a sweep ramps up into the next section, a rising sweep announces the change, there is an uplifter before the change
drum fills: there are drum fills, the drummer throws in fills, drum fills mark the transitions, fills on the drums lead into new sections,
 drum fills pop up now and then, the drums play fills between sections, a drum fill announces each change, the drumming is full of fills
drop: there is a drop, the drop hits, it drops, the whole thing drops, a big drop comes in, you can hear the drop, the music drops,
 a drop breaks loose
solo: there is a solo, somebody takes a solo, it has a solo in it, a solo comes up, one instrument takes a solo, a solo takes over for a
 while,
 there is room for a solo, part of it is a solo
call and response: there is call and response, the parts answer each other, it works as call and response, phrases are traded back and
 forth,
  one line calls and another answers, it is built on question and answer phrases, the instruments trade phrases, there is a back-and-forth
 of call and response
""")

NO_DRUMS = phrases(
    "no drums, without drums, no percussion, drumless, no drum part, without any drums, no drums at all, without percussion, zero "
    "drums, no drum kit"
)
INSTRUMENTAL = phrases(
    "instrumental, no vocals, no voices, no singer, without vocals, no singing, no lyrics, purely instrumental, without a singer, "
    "fully instrumental,"
    " instrumental only, without words"
)
NO_BASS = phrases(
    "no bass, without bass, no bassline, without a bass line, no bass part, without any bass, no bass instrument, bass-free"
)
ALONE = phrases(
    "no other instruments, unaccompanied, without accompaniment, no accompaniment, all alone, on its own, nothing else playing, no "
    "backing"
)
# What else can be asked to stay away: word -> words of instruments that would break it.
ABSENT: dict[str, tuple[str, ...]] = rows("""
guitar: guitar, banjo, mandolin, ukulele, sitar
guitars: guitar, banjo, mandolin, ukulele, sitar
piano: piano, clav, harpsichord, celesta
synths: synth, pad, 808, acid, wave, arpeggio, reese, sub bass, wobble, house organ, theremin, electric piano, lead
strings: string, violin, viola, cello, fiddle, double bass, harp, koto, kora
brass: brass, trumpet, trombone, tuba, horn, cornet, sax
saxophone: sax
""")
