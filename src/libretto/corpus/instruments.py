"""The instruments and drum kits a score may name: what they are called, how they are made, what they can play."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """One instrument. Either sampled (``program``) or built in (``patch``); both kinds have a ``fallback``.

    ``name`` is what a listener would say. ``program`` is the General MIDI program, 0..127.
    ``low`` and ``high`` bound the MIDI pitches a score may use (the comfortable range, not the extremes).
    """

    name: str
    program: int | None
    patch: str | None
    fallback: str  # the built-in patch used when no soundfont is given
    low: int
    high: int
    family: str  # keys, mallets, organ, guitar, bass, strings, voice, brass, reeds, flutes, lead, pad, fx


@dataclass(frozen=True)
class Kit:
    """One drum kit. ``machine`` is the built-in drum machine used for electronic kits and without a soundfont."""

    name: str
    gm_kit: int | None  # General MIDI / GS drum program, None for an electronic kit
    machine: str


def _sampled(name: str, program: int, fallback: str, low: int, high: int, family: str) -> Instrument:
    return Instrument(name, program, None, fallback, low, high, family)


def _synth(name: str, patch: str, low: int, high: int, family: str) -> Instrument:
    return Instrument(name, None, patch, patch, low, high, family)


INSTRUMENTS: dict[str, Instrument] = {
    # keys and mallets
    "piano": _sampled("piano", 0, "piano", 24, 103, "keys"),
    "honky_tonk": _sampled("honky-tonk piano", 3, "piano", 28, 96, "keys"),
    "electric_piano": _sampled("electric piano", 4, "electric_piano", 31, 96, "keys"),
    "fm_piano": _sampled("electric piano", 5, "electric_piano", 31, 96, "keys"),
    "harpsichord": _sampled("harpsichord", 6, "plucked_string", 29, 88, "keys"),
    "clavinet": _sampled("clavinet", 7, "pluck", 36, 84, "keys"),
    "celesta": _sampled("celesta", 8, "bell", 60, 103, "mallets"),
    "glockenspiel": _sampled("glockenspiel", 9, "bell", 67, 100, "mallets"),
    "music_box": _sampled("music box", 10, "bell", 60, 98, "mallets"),
    "vibraphone": _sampled("vibraphone", 11, "mallet", 53, 89, "mallets"),
    "marimba": _sampled("marimba", 12, "mallet", 48, 88, "mallets"),
    "tubular_bells": _sampled("tubular bells", 14, "bell", 58, 79, "mallets"),
    "kalimba": _sampled("kalimba", 108, "mallet", 55, 88, "mallets"),
    # organs and free reeds
    "hammond": _sampled("organ", 16, "organ", 36, 91, "organ"),
    "rock_organ": _sampled("rock organ", 18, "organ", 36, 88, "organ"),
    "church_organ": _sampled("pipe organ", 19, "organ", 36, 91, "organ"),
    "accordion": _sampled("accordion", 21, "reed", 53, 86, "reeds"),
    "harmonica": _sampled("harmonica", 22, "reed", 58, 86, "reeds"),
    # guitars and other plucked strings
    "nylon_guitar": _sampled("nylon string guitar", 24, "plucked_string", 40, 81, "guitar"),
    "steel_guitar": _sampled("acoustic guitar", 25, "plucked_string", 40, 83, "guitar"),
    "jazz_guitar": _sampled("jazz guitar", 26, "plucked_string", 40, 84, "guitar"),
    "clean_guitar": _sampled("clean electric guitar", 27, "plucked_string", 40, 84, "guitar"),
    "muted_guitar": _sampled("muted electric guitar", 28, "plucked_string", 40, 79, "guitar"),
    "overdriven_guitar": _sampled("overdriven electric guitar", 29, "distorted_guitar", 40, 86, "guitar"),
    "distorted_guitar": _sampled("distorted electric guitar", 30, "distorted_guitar", 34, 86, "guitar"),
    "banjo": _sampled("banjo", 105, "plucked_string", 50, 79, "guitar"),
    "sitar": _sampled("sitar", 104, "plucked_string", 48, 77, "guitar"),
    "harp": _sampled("harp", 46, "plucked_string", 31, 96, "strings"),
    # basses
    "upright_bass": _sampled("upright bass", 32, "plucked_string", 28, 60, "bass"),
    "electric_bass": _sampled("electric bass", 33, "plucked_string", 28, 60, "bass"),
    "picked_bass": _sampled("picked electric bass", 34, "plucked_string", 24, 60, "bass"),
    "fretless_bass": _sampled("fretless bass", 35, "plucked_string", 28, 60, "bass"),
    "slap_bass": _sampled("slap bass", 36, "plucked_string", 28, 62, "bass"),
    "synth_bass": _sampled("synth bass", 38, "saw_bass", 26, 60, "bass"),
    "saw_bass": _synth("analog synth bass", "saw_bass", 26, 60, "bass"),
    "sub_bass": _synth("sub bass", "sub_bass", 26, 52, "bass"),
    "reese_bass": _synth("reese bass", "reese_bass", 26, 55, "bass"),
    "bass_808": _synth("808 bass", "bass_808", 24, 55, "bass"),
    "triangle_bass": _synth("triangle wave bass", "triangle_bass", 33, 64, "bass"),
    # strings, voices
    "violin": _sampled("violin", 40, "bowed", 55, 93, "strings"),
    "viola": _sampled("viola", 41, "bowed", 48, 81, "strings"),
    "cello": _sampled("cello", 42, "bowed", 36, 74, "strings"),
    "contrabass": _sampled("double bass", 43, "bowed", 28, 57, "strings"),
    "tremolo_strings": _sampled("tremolo strings", 44, "string_pad", 36, 88, "strings"),
    "pizzicato": _sampled("pizzicato strings", 45, "plucked_string", 36, 88, "strings"),
    "strings": _sampled("string section", 48, "string_pad", 36, 93, "strings"),
    "synth_strings": _sampled("synth strings", 50, "string_pad", 40, 91, "strings"),
    "fiddle": _sampled("fiddle", 110, "bowed", 55, 88, "strings"),
    "choir": _sampled("choir", 52, "choir_pad", 43, 81, "voice"),
    "synth_voice": _sampled("synth voice", 54, "choir_pad", 48, 84, "voice"),
    # brass, reeds, flutes
    "trumpet": _sampled("trumpet", 56, "brass", 54, 82, "brass"),
    "trombone": _sampled("trombone", 57, "brass", 40, 70, "brass"),
    "muted_trumpet": _sampled("muted trumpet", 59, "brass", 54, 80, "brass"),
    "french_horn": _sampled("french horns", 60, "brass", 41, 74, "brass"),
    "brass_section": _sampled("brass section", 61, "brass", 43, 80, "brass"),
    "alto_sax": _sampled("alto saxophone", 65, "reed", 50, 81, "reeds"),
    "tenor_sax": _sampled("tenor saxophone", 66, "reed", 45, 76, "reeds"),
    "oboe": _sampled("oboe", 68, "reed", 58, 86, "reeds"),
    "bassoon": _sampled("bassoon", 70, "reed", 36, 70, "reeds"),
    "clarinet": _sampled("clarinet", 71, "reed", 50, 86, "reeds"),
    "flute": _sampled("flute", 73, "flute", 60, 93, "flutes"),
    "recorder": _sampled("recorder", 74, "flute", 62, 91, "flutes"),
    "pan_flute": _sampled("pan flute", 75, "flute", 60, 86, "flutes"),
    "ocarina": _sampled("ocarina", 79, "flute", 60, 88, "flutes"),
    # synths
    "warm_pad": _synth("warm synth pad", "warm_pad", 36, 86, "pad"),
    "dark_pad": _synth("dark synth pad", "dark_pad", 36, 82, "pad"),
    "glass_pad": _synth("glassy synth pad", "glass_pad", 43, 91, "pad"),
    "choir_pad": _synth("synth choir", "choir_pad", 43, 84, "pad"),
    "string_pad": _synth("synth strings", "string_pad", 40, 91, "pad"),
    "sweep_pad": _sampled("sweeping synth pad", 95, "glass_pad", 40, 86, "pad"),
    "bowed_pad": _sampled("bowed glass pad", 92, "glass_pad", 43, 88, "pad"),
    "supersaw": _synth("supersaw synth", "supersaw", 40, 94, "lead"),
    "lead_saw": _synth("saw lead synth", "lead_saw", 48, 94, "lead"),
    "square_lead": _synth("square wave lead", "square_lead", 48, 98, "lead"),
    "pulse_lead": _synth("pulse wave lead", "pulse_lead", 48, 98, "lead"),
    "thin_pulse": _synth("thin pulse arpeggio", "thin_pulse", 48, 100, "lead"),
    "pluck": _synth("plucked synth", "pluck", 43, 96, "lead"),
    "bell": _synth("bell synth", "bell", 55, 100, "mallets"),
    "fm_stab": _synth("metallic synth stabs", "fm_stab", 40, 86, "lead"),
    "organ": _synth("house organ", "organ", 36, 91, "organ"),
    "acid": _synth("acid synth", "acid", 30, 72, "lead"),
}

KITS: dict[str, Kit] = {
    "standard": Kit("live drums", 0, "acoustic"),
    "room": Kit("roomy live drums", 8, "acoustic"),
    "power": Kit("hard-hitting live drums", 16, "acoustic"),
    "jazz": Kit("swinging jazz drums", 32, "brushes"),
    "brushes": Kit("soft brushed drums", 40, "brushes"),
    "orchestral": Kit("orchestral percussion", 48, "orchestral"),
    "909": Kit("punchy 909 drum machine", None, "909"),
    "808": Kit("808 drum machine", None, "808"),
    "eighties": Kit("gated eighties drum machine", None, "eighties"),
    "breakbeat": Kit("chopped breakbeats", None, "breakbeat"),
    "chip": Kit("8-bit noise drums", None, "chip"),
    "lofi": Kit("dusty lo-fi drums", None, "lofi"),
}
