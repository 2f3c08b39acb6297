"""Music that stays: ambient, meditation, lullaby, minimalism."""

from __future__ import annotations

from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.score import Mix

AMBIENT = Style(
    "ambient", "ambient", (58, 84),
    ("calm", "dreamy", "spacious", "melancholic", "mysterious", "ethereal", "ominous", "tender", "epic", "lonely", "gentle"),
    {
        "major": ("Imaj9 vim9 IVmaj9 Vsus4", "Iadd9 IVmaj9 Iadd9 iim9", "Imaj7 iim7 Imaj7 IVmaj9"),
        "lydian": ("Imaj7 II Imaj7 vim9", "Imaj9 II6 Imaj9 iiim7"),
        "minor": ("im9 bVImaj9 bIIImaj7 bVIIsus4", "im9 ivm9 im9 bVImaj9", "imadd9 bVImaj7 ivm9 bVImaj7"),
        "dorian": ("im9 IVadd9 im9 IVadd9", "im11 IV bIIImaj7 IV"),
    },
    (
        Layer("bass", "drone", ("sub_bass", "contrabass", "sub_bass"), chance=0.8, low=30, gain_db=-4),
        Layer("pad", "sustain", ("warm_pad", "glass_pad", "wavetable_pad", "sweep_pad", "bowed_pad", "string_pad"), low=50,
              high=78),
        Layer("pad", "sustain", ("glass_pad", "wavetable_pad", "synth_strings", "choir_pad"), chance=0.6, gain_db=-4, low=60,
              high=88),
        Layer("arpeggio", "broken", ("bell", "harp", "pluck", "vibraphone", "fm_bell", "electric_piano"),
              ("x---x---x---x---", "x-----x-----x---", "x-x-x-x-x-x-x-x-", "x--x--x--x--x-x-"), 0.85, 0.3, -2),
        Layer("melody", "sparse", ("piano", "clean_guitar", "electric_piano", "cello", "slide_guitar", "synth_voice"),
              ("x-------........", "....x---x-------", "x-----------x---", "x---------------", "x-----x-x-----.."), 0.7, -0.15,
              -1),
    ),
    bars_per_chord=(1, 2), humanise=0.012, rubato=0.02, fills=False, forms=("full", "build", "ebb"), song=("arc",),
    eras=("modern",),
    character="Slow synthesiser pads whose colour changes instead of their notes: major sevenths, ninths and suspensions, "
    "two to four chords, never a cadence. A bell, harp or electric piano arpeggio glints through long echoes; a piano or "
    "guitar leaves single notes to die away. A sub-bass breathes underneath, there is no drum and hardly a beat. Swells over "
    "minutes rather than verses. Reverb is the main instrument, highs shimmer.",
    mix=Mix(reverb=0.55, reverb_seconds=4.5, chorus=0.5, delay=0.35, brightness=1.0),
)  # fmt: skip

MEDITATION = Style(
    "meditation", "ambient", (46, 62),
    ("meditative", "peaceful", "calm", "spacious", "sleepy", "mysterious", "warm", "hypnotic", "wistful"),
    {
        "major": ("Iadd9 IVmaj9", "I Isus2 I Isus4", "I5 Iadd9"),
        "lydian": ("Imaj7 II", "Iadd9 II6"),
        "dorian": ("im11 IVadd9", "im9 IVadd9 im9 bVIIadd9"),
        "minor": ("im9 bVImaj9", "imadd9 ivm9 imadd9 bVImaj9"),
        "mixolydian": ("Iadd9 bVIIadd9", "I bVII IV I"),
    },
    (
        Layer("bass", "drone", ("contrabass", "sub_bass", "cello"), low=31, gain_db=-1),
        Layer("pad", "sustain", ("choir_pad", "bowed_pad", "choir_ooh", "warm_pad"), low=43, high=64, gain_db=-1),
        Layer("arpeggio", "sparse", ("tubular_bells", "bell", "fm_bell", "tubular_bells"), pan=0.3, gain_db=1, low=60,
              high=80),
        Layer("arpeggio", "sparse", ("harp", "koto", "sitar", "kora", "kalimba"), chance=0.45, pan=-0.35, gain_db=-4, low=52,
              high=74),
        Layer("melody", "sparse", ("pan_flute", "flute", "koto", "sitar", "ocarina", "clarinet"),
              ("x-------........", "x-----------....", "....x---x-------", "x-----x-x-------"), 0.7, -0.1, 0),
    ),
    bars_per_chord=(2, 4), rubato=0.03, humanise=0.02, pentatonic=0.95, fills=False, forms=("full", "build", "ebb"),
    song=("arc",),
    character="One tonic held throughout by voices or strings, low and open, with at most a second chord that comes like a "
    "breath. Singing bowls and bells are struck and left to ring until they are gone. A bamboo flute, koto or sitar bends "
    "through five notes, phrase by phrase, with silence as long as the phrase. No beat, no drums, no bass line, no goal. "
    "Dark, round and very far away.",
    mix=Mix(reverb=0.65, reverb_seconds=5.5, lowpass_hz=7000, brightness=-2.0),
)  # fmt: skip

LULLABY = Style(
    "lullaby", "acoustic", (58, 84),
    ("gentle", "tender", "sleepy", "peaceful", "dreamy", "warm", "wistful", "playful", "sunny", "sad"),
    {
        "major": ("I IV I V", "I vi IV V", "I iii IV I", "Iadd9 IVadd9 Iadd9 V", "I V V I", "I I IV I V I V I"),
        "lydian": ("Imaj7 II Imaj7 vi",),
        "minor": ("i bVI bIII bVII", "i iv bVII bIII"),
    },
    (
        Layer("chords", "broken", ("music_box", "celesta", "music_box", "glockenspiel", "harp"),
              ("x---x---x---", "x-x-x-x-x-x-", "x-----x---x-", "x---x---x---x---", "x-x-x-x-x-x-x-x-"), 1.0, -0.2, -1, 60, 84),
        Layer("bass", "drone", ("cello", "warm_pad", "choir_ooh"), chance=0.45, low=48, gain_db=-7),
        Layer("pad", "sustain", ("choir_ooh", "strings", "warm_pad"), chance=0.4, gain_db=-8),
        Layer("melody", "singing", ("music_box", "celesta", "music_box", "glockenspiel", "flute", "kalimba", "recorder"),
              ("x-------x---", "x---x---x---", "x-----------", "x-----x-x---", "x---x---x-------",
               "x-------x---x---", "x-----x-x-------"), 1.0, 0.15, 1, 67, 93),
    ),
    metres=("3/4", "3/4", "4/4", "6/8"), rubato=0.03, humanise=0.012, pentatonic=0.6, fills=False, ritardando=0.3,
    forms=("full", "build", "ebb"), song=("strophic", "ternary"), cadences=("V", "IV V"),
    character="A rocking accompaniment in three, two or three chords, and a tune a child can hold: short phrases, small "
    "steps, the same rhythm in every bar, home on the tonic. Music box, celesta, harp or a soft guitar, high and close to "
    "the ear; maybe a hum of voices far behind. No drums, no accents, no bass to speak of. It slows down at every chance and "
    "falls asleep on the last note.",
    mix=Mix(reverb=0.32, reverb_seconds=1.8, brightness=0.5),
)  # fmt: skip

MINIMALISM = Style(
    "minimalism", "classical", (104, 156),
    ("hypnotic", "joyful", "driving", "meditative", "melancholic", "tense", "spacious", "bouncy", "euphoric", "elegant"),
    {
        "major": ("Iadd9 Iadd9 vim7 IVadd9", "Iadd9 IVadd9", "I iiim7 vim7 IVmaj7", "I V6 vi IV"),
        "mixolydian": ("Iadd9 bVIIadd9", "I v bVII I"),
        "lydian": ("Imaj7 II", "Iadd9 II6 Iadd9 vi"),
        "dorian": ("im11 IVadd9", "im9 IV6 im9 bVIIadd9"),
        "minor": ("i bVI bIII bVII", "im9 bVImaj7 im9 v7", "i bIII bVI iv"),
    },
    (
        Layer("arpeggio", "phase", ("marimba", "marimba", "vibraphone", "piano", "marimba", "pizzicato"), (), 1.0, -0.6, 2, 55,
              81),
        Layer("arpeggio", "phase", ("marimba", "piano", "vibraphone", "marimba", "clarinet"), (), 1.0, 0.6, 1, 57, 83),
        Layer("arpeggio", "phase", ("glockenspiel", "flute", "celesta", "violin", "fm_bell"), (), 0.5, 0.25, -4, 69, 91),
        Layer("chords", "block", ("piano", "marimba", "piano", "clarinet"), ("x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo",
              "x.o.x.o.x.o.x.o.",
              "x.x.x.x.x.x.", "x.x.x.x.x.x.x.x.x.x."), 0.7, -0.1, -4, 48, 69),
        Layer("bass", "drone", ("cello", "bassoon", "contrabass"), chance=0.5, low=36, gain_db=-4),
        Layer("melody", "sparse", ("violin", "clarinet", "soprano_sax", "choir_ooh", "cello"),
              ("x---------------", "x-------x-------", "x-----------", "x-------------------"), 0.4, 0.1, -2, 55, 81,
              sections=("build", "chorus", "outro")),
    ),
    metres=("4/4", "4/4", "3/4", "6/8", "5/4"), bars_per_chord=(2, 4, 4), humanise=0.004, fills=False, forms=("build", "full",
    "build"),
    song=("arc",), eras=("modern",), place="New York",
    character="Pulses that do not stop: two or three mallet or piano players repeat cells of five, six, seven or twelve "
    "notes, each of another length than the bar, so that the accents drift through one another and patterns appear nobody "
    "plays. One chord for four or eight bars, bright with added ninths; the change of a single note is an event. Long tones "
    "of violin, voice or clarinet are laid over it. No melody, no drum, no cadence, hard left and right. The tempo is a "
    "clock.",
    mix=Mix(reverb=0.22, reverb_seconds=1.6, brightness=0.5),
)  # fmt: skip

STYLES = (AMBIENT, MEDITATION, LULLABY, MINIMALISM)
