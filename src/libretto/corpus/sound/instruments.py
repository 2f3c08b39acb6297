"""The instruments and drum kits a score may name: what they are called, how they are made, what they can play."""

from __future__ import annotations

from dataclasses import dataclass

# General MIDI programs that imitate synthesisers, and built-in patches that imitate something else.
SYNTH_PROGRAMS = frozenset({38, 39, 50, 51, 54, 62, 63, *range(80, 104)})
ACOUSTIC_PATCHES = frozenset(
    {"kora", "balafon", "melodica", "gypsy_guitar", "cavaquinho", "tres", "wurlitzer", "drawbar_organ"}
)


@dataclass(frozen=True)
class Instrument:
    """One instrument. Either sampled (``program``) or built in (``patch``); both kinds have a ``fallback``.

    ``name`` is what a listener would say. ``program`` is the General MIDI program, 0..127, in ``bank``: where a
    font lacks the bank it is passed over. ``low`` and ``high`` bound the MIDI pitches a score may use (the
    comfortable range, not the extremes).
    """

    name: str
    program: int | None
    patch: str | None
    fallback: str  # the built-in patch used when no soundfont is given
    low: int
    high: int
    family: str  # keys, mallets, organ, guitar, bass, strings, voice, brass, reeds, flutes, lead, pad, fx, drums
    bank: int = 0
    own: float = 0.0  # chance that the built-in patch plays although a font could
    insert: str = ""  # one of inserts.INSERTS: a pedal, a spring, a rotating speaker
    slides: float = 0.0  # semitones from below which notes without a slide of their own are reached, 0: straight

    @property
    def electronic(self) -> bool:
        """Made by a synthesiser, whatever it imitates."""
        return self.patch not in ACOUSTIC_PATCHES if self.program is None else self.program in SYNTH_PROGRAMS


@dataclass(frozen=True)
class Kit:
    """One drum kit. ``machine`` is the built-in drum machine used for electronic kits and without a soundfont."""

    name: str
    gm_kit: int | None  # General MIDI / GS drum program, None for a kit that is always synthesised
    machine: str
    variants: tuple[int, ...] = ()  # further programs of the same kind that some fonts have
    own: float = 0.0  # chance that the machine plays although a font could


def _sampled(
    name: str, program: int, fallback: str, low: int, high: int, family: str, bank: int = 0, own: float = 0.0,
    insert: str = "", slides: float = 0.0,
) -> Instrument:  # fmt: skip
    return Instrument(name, program, None, fallback, low, high, family, bank, own, insert, slides)


def _synth(name: str, patch: str, low: int, high: int, family: str, insert: str = "") -> Instrument:
    return Instrument(name, None, patch, patch, low, high, family, insert=insert)


INSTRUMENTS: dict[str, Instrument] = {
    # keys and mallets
    "piano": _sampled("piano", 0, "piano", 24, 103, "keys"),
    "honky_tonk": _sampled("honky-tonk piano", 3, "honky_tonk", 28, 96, "keys"),
    "electric_piano": _sampled("electric piano", 4, "electric_piano", 31, 96, "keys", own=0.25),
    "fm_piano": _sampled("electric piano", 5, "electric_piano", 31, 96, "keys", own=0.35),
    "wurlitzer": _synth("Wurlitzer electric piano", "wurlitzer", 33, 93, "keys", insert="tremolo"),
    "harpsichord": _sampled("harpsichord", 6, "harpsichord", 29, 88, "keys"),
    "clavinet": _sampled("clavinet", 7, "clavinet", 36, 84, "keys"),
    "celesta": _sampled("celesta", 8, "celesta", 60, 103, "mallets"),
    "glockenspiel": _sampled("glockenspiel", 9, "glockenspiel", 67, 100, "mallets"),
    "music_box": _sampled("music box", 10, "music_box", 60, 98, "mallets"),
    "vibraphone": _sampled("vibraphone", 11, "vibraphone", 53, 89, "mallets", own=0.2),
    "marimba": _sampled("marimba", 12, "marimba", 48, 88, "mallets", own=0.2),
    "xylophone": _sampled("xylophone", 13, "xylophone", 60, 96, "mallets"),
    "tubular_bells": _sampled("tubular bells", 14, "tubular_bells", 58, 79, "mallets"),
    "dulcimer": _sampled("hammered dulcimer", 15, "dulcimer", 50, 86, "mallets"),
    "kalimba": _sampled("kalimba", 108, "kalimba", 55, 88, "mallets", own=0.3),
    "balafon": _synth("balafon", "balafon", 53, 86, "mallets"),
    "steel_drums": _sampled("steel drums", 114, "steel_drums", 55, 86, "mallets", own=0.3),
    # organs and free reeds
    "hammond": _sampled("organ", 16, "organ", 36, 91, "organ", own=0.3),
    "rock_organ": _sampled("rock organ", 18, "rock_organ", 36, 88, "organ", own=0.2),
    "rotary_organ": _synth("Hammond organ", "drawbar_organ", 36, 88, "organ", insert="rotary"),
    "church_organ": _sampled("pipe organ", 19, "pipe_organ", 36, 91, "organ"),
    "reed_organ": _sampled("harmonium", 20, "harmonium", 41, 84, "organ"),
    "accordion": _sampled("accordion", 21, "accordion", 53, 86, "reeds"),
    "bandoneon": _sampled("bandoneon", 23, "bandoneon", 48, 86, "reeds"),
    "harmonica": _sampled("harmonica", 22, "harmonica", 58, 86, "reeds"),
    "melodica": _synth("melodica", "melodica", 57, 84, "reeds"),
    # guitars and other plucked strings
    "nylon_guitar": _sampled("nylon string guitar", 24, "nylon_guitar", 40, 81, "guitar", own=0.15),
    "ukulele": _sampled("ukulele", 24, "ukulele", 60, 84, "guitar", bank=8, own=0.2),
    "steel_guitar": _sampled("acoustic guitar", 25, "steel_guitar", 40, 83, "guitar", own=0.15),
    "twelve_string": _sampled("twelve-string guitar", 25, "twelve_string", 40, 81, "guitar", bank=8, own=0.5),
    "mandolin": _sampled("mandolin", 25, "mandolin", 55, 88, "guitar", bank=16, own=0.4),
    "jazz_guitar": _sampled("jazz guitar", 26, "jazz_guitar", 40, 84, "guitar"),
    "slide_guitar": _sampled("slide guitar", 26, "slide_guitar", 45, 84, "guitar", bank=8, own=0.4, slides=2.0),
    "gypsy_guitar": _synth("gypsy jazz guitar", "gypsy_guitar", 40, 86, "guitar"),
    "clean_guitar": _sampled("clean electric guitar", 27, "clean_guitar", 40, 84, "guitar", own=0.1),
    "surf_guitar": _sampled(
        "surf guitar", 27, "surf_guitar", 40, 84, "guitar", own=0.3, insert="spring"
    ),
    "muted_guitar": _sampled("muted electric guitar", 28, "muted_guitar", 40, 79, "guitar"),
    "wah_guitar": _sampled("wah-wah guitar", 27, "clean_guitar", 40, 82, "guitar", own=0.2, insert="wah"),
    "overdriven_guitar": _sampled(
        "overdriven electric guitar", 29, "overdriven_guitar", 40, 86, "guitar", own=0.1
    ),
    "distorted_guitar": _sampled(
        "distorted electric guitar", 30, "distorted_guitar", 34, 86, "guitar", own=0.15
    ),
    "cavaquinho": _synth("cavaquinho", "cavaquinho", 62, 86, "guitar"),
    "tres": _synth("tres guitar", "tres", 50, 84, "guitar"),
    "banjo": _sampled("banjo", 105, "banjo", 50, 79, "guitar"),
    "sitar": _sampled("sitar", 104, "sitar", 48, 77, "guitar"),
    "shamisen": _sampled("shamisen", 106, "banjo", 50, 79, "guitar"),
    "koto": _sampled("koto", 107, "koto", 48, 84, "guitar", own=0.2),
    "kora": _synth("kora", "kora", 48, 84, "strings"),
    "harp": _sampled("harp", 46, "harp", 31, 96, "strings", own=0.1),
    # basses
    "upright_bass": _sampled("upright bass", 32, "upright_bass", 28, 60, "bass"),
    "electric_bass": _sampled("electric bass", 33, "electric_bass", 28, 60, "bass", own=0.1),
    "picked_bass": _sampled("picked electric bass", 34, "picked_bass", 24, 60, "bass", own=0.1),
    "fretless_bass": _sampled("fretless bass", 35, "fretless_bass", 28, 60, "bass"),
    "slap_bass": _sampled("slap bass", 36, "slap_bass", 28, 62, "bass"),
    "synth_bass": _sampled("synth bass", 38, "saw_bass", 26, 60, "bass", own=0.3),
    "saw_bass": _synth("analog synth bass", "saw_bass", 26, 60, "bass"),
    "sub_bass": _synth("sub bass", "sub_bass", 26, 52, "bass"),
    "reese_bass": _synth("reese bass", "reese_bass", 26, 55, "bass"),
    "wobble_bass": _synth("wobble bass", "wobble_bass", 26, 55, "bass"),
    "fm_bass": _synth("FM synth bass", "fm_bass", 26, 60, "bass"),
    "bass_808": _synth("808 bass", "bass_808", 24, 55, "bass"),
    "triangle_bass": _synth("triangle wave bass", "triangle_bass", 33, 64, "bass"),
    # strings, voices
    "violin": _sampled("violin", 40, "violin", 55, 93, "strings"),
    "viola": _sampled("viola", 41, "viola", 48, 81, "strings"),
    "cello": _sampled("cello", 42, "cello", 36, 74, "strings"),
    "contrabass": _sampled("double bass", 43, "contrabass", 28, 57, "strings"),
    "tremolo_strings": _sampled("tremolo strings", 44, "string_pad", 36, 88, "strings"),
    "pizzicato": _sampled("pizzicato strings", 45, "pizzicato", 36, 88, "strings"),
    "strings": _sampled("string section", 48, "string_pad", 36, 93, "strings"),
    "synth_strings": _sampled("synth strings", 50, "string_pad", 40, 91, "strings", own=0.3),
    "fiddle": _sampled("fiddle", 110, "fiddle", 55, 88, "strings", insert="fiddle", slides=0.8),
    "choir": _sampled("choir", 52, "choir_aah", 43, 81, "voice"),
    "choir_aah": _sampled("choir", 52, "choir_aah", 43, 81, "voice", own=0.3),
    "choir_ooh": _sampled("choir singing oohs", 53, "choir_ooh", 43, 81, "voice", own=0.4),
    "synth_voice": _sampled("synth voice", 54, "choir_pad", 48, 84, "voice", own=0.3),
    # brass, reeds, flutes
    "trumpet": _sampled("trumpet", 56, "trumpet", 54, 82, "brass"),
    "trombone": _sampled("trombone", 57, "trombone", 40, 70, "brass"),
    "tuba": _sampled("tuba", 58, "tuba", 28, 58, "brass"),
    "muted_trumpet": _sampled("muted trumpet", 59, "muted_trumpet", 54, 80, "brass"),
    "french_horn": _sampled("french horns", 60, "french_horn", 41, 74, "brass"),
    "brass_section": _sampled("brass section", 61, "brass", 43, 80, "brass"),
    "synth_brass": _sampled("synth brass", 62, "synth_brass", 40, 84, "brass", own=0.7),
    "soprano_sax": _sampled("soprano saxophone", 64, "soprano_sax", 56, 86, "reeds"),
    "alto_sax": _sampled("alto saxophone", 65, "alto_sax", 50, 81, "reeds"),
    "tenor_sax": _sampled("tenor saxophone", 66, "tenor_sax", 45, 76, "reeds"),
    "baritone_sax": _sampled("baritone saxophone", 67, "baritone_sax", 37, 68, "reeds"),
    "oboe": _sampled("oboe", 68, "oboe", 58, 86, "reeds"),
    "english_horn": _sampled("English horn", 69, "english_horn", 52, 79, "reeds"),
    "bassoon": _sampled("bassoon", 70, "bassoon", 36, 70, "reeds"),
    "clarinet": _sampled("clarinet", 71, "clarinet", 50, 86, "reeds"),
    "bagpipe": _sampled("bagpipes", 109, "bagpipe", 55, 79, "reeds"),
    "piccolo": _sampled("piccolo", 72, "piccolo", 74, 102, "flutes"),
    "flute": _sampled("flute", 73, "flute", 60, 93, "flutes"),
    "recorder": _sampled("recorder", 74, "recorder", 62, 91, "flutes"),
    "pan_flute": _sampled("pan flute", 75, "pan_flute", 60, 86, "flutes"),
    "shakuhachi": _sampled("shakuhachi", 77, "pan_flute", 55, 84, "flutes"),
    "whistle": _sampled("whistling", 78, "whistle", 67, 96, "flutes", own=0.4),
    "ocarina": _sampled("ocarina", 79, "ocarina", 60, 88, "flutes"),
    # synths
    "warm_pad": _synth("warm synth pad", "warm_pad", 36, 86, "pad"),
    "dark_pad": _synth("dark synth pad", "dark_pad", 36, 82, "pad"),
    "glass_pad": _synth("glassy synth pad", "glass_pad", 43, 91, "pad"),
    "choir_pad": _synth("synth choir", "choir_pad", 43, 84, "pad"),
    "string_pad": _synth("synth strings", "string_pad", 40, 91, "pad"),
    "wavetable_pad": _synth("evolving synth pad", "wavetable_pad", 36, 86, "pad"),
    "sweep_pad": _sampled("sweeping synth pad", 95, "sweep_pad", 40, 86, "pad", own=0.5),
    "bowed_pad": _sampled("bowed glass pad", 92, "glass_pad", 43, 88, "pad"),
    "supersaw": _synth("supersaw synth", "supersaw", 40, 94, "lead"),
    "lead_saw": _synth("saw lead synth", "lead_saw", 48, 94, "lead"),
    "wavetable_lead": _synth("wavetable synth", "wavetable_lead", 48, 94, "lead"),
    "square_lead": _synth("square wave lead", "square_lead", 48, 98, "lead"),
    "pulse_lead": _synth("pulse wave lead", "pulse_lead", 48, 98, "lead"),
    "thin_pulse": _synth("thin pulse arpeggio", "thin_pulse", 48, 100, "lead"),
    "theremin": _synth("theremin", "theremin", 52, 91, "lead"),
    "pluck": _synth("plucked synth", "pluck", 43, 96, "lead"),
    "bell": _synth("bell synth", "bell", 55, 100, "mallets"),
    "fm_bell": _synth("FM bells", "fm_bell", 55, 98, "mallets"),
    "fm_stab": _synth("metallic synth stabs", "fm_stab", 40, 86, "lead"),
    "organ": _synth("house organ", "organ", 36, 91, "organ"),
    "acid": _synth("acid synth", "acid", 30, 72, "lead"),
    # effects and big drums
    "orchestra_hit": _sampled("orchestra hits", 55, "orchestra_hit", 48, 79, "fx"),
    "timpani": _sampled("timpani", 47, "timpani", 36, 57, "drums"),
    "taiko": _sampled("taiko drums", 116, "taiko", 36, 60, "drums", own=0.5),
    "riser": _synth("riser", "riser", 36, 84, "fx"),
    "sweep_down": _synth("falling sweep", "sweep_down", 36, 84, "fx"),
    "impact": _synth("deep impact", "impact", 24, 60, "fx"),
    "reverse_cymbal": _synth("reversed cymbal", "reverse_cymbal", 36, 84, "fx"),
}

KITS: dict[str, Kit] = {
    "standard": Kit("live drums", 0, "acoustic", (1, 2, 3, 4, 5, 6, 7), 0.08),
    "room": Kit("roomy live drums", 8, "acoustic", (9, 10, 11, 12, 13, 14, 15), 0.05),
    "power": Kit("hard-hitting live drums", 16, "acoustic", (17, 18, 19)),
    "jazz": Kit("swinging jazz drums", 32, "brushes", (33, 34, 35, 36)),
    "brushes": Kit("soft brushed drums", 40, "brushes", (41, 42)),
    "orchestral": Kit("orchestral percussion", 48, "orchestral"),
    "latin": Kit("Latin percussion", 0, "latin", (1, 2, 3), 0.3),
    "samba": Kit("samba percussion", 0, "samba", (1, 2, 3), 0.5),
    "afro": Kit("African percussion", None, "afro"),
    "marching": Kit("marching drums", None, "marching"),
    "taiko": Kit("taiko drums", None, "taiko"),
    "cajon": Kit("cajon and hand percussion", None, "cajon"),
    "909": Kit("punchy 909 drum machine", None, "909"),
    "808": Kit("808 drum machine", None, "808"),
    "eighties": Kit("gated eighties drum machine", None, "eighties"),
    "breakbeat": Kit("chopped breakbeats", None, "breakbeat"),
    "chip": Kit("8-bit noise drums", None, "chip"),
    "lofi": Kit("dusty lo-fi drums", None, "lofi"),
}
