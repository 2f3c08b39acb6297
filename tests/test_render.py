"""The renderer: patches in tune, machines that sound, mixes that are clean and the same for the same seed."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from libretto.corpus.score import Mix, Note, Part, Score, Sheet
from libretto.corpus.sound import (
    drum_machines,
    dynamics,
    mixer,
    patches,
    percussion,
    render,
    resampling,
    rooms,
    soundfont,
)
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS
from libretto.corpus.sound.patch import Sweep
from libretto.errors import CorpusError

RATE = 24_000
BASSES = ("saw_bass", "sub_bass", "reese_bass", "bass_808", "triangle_bass", "acid", "wobble_bass", "fm_bass")
PITCHED = sorted(name for name, recipe in patches.PATCHES.items() if not isinstance(recipe, Sweep))


def make_score(*, seed: int = 3, seconds: float = 4.0, mix: Mix | None = None) -> Score:
    beats = np.arange(0, seconds - 0.4, 0.5)
    drums = [Note(float(t), 0.1, (36, 38)[i % 2], 110) for i, t in enumerate(beats)]
    drums += [Note(float(t) + 0.25, 0.1, 42, 80) for t in beats]
    chords = [Note(float(t), 0.9, pitch, 85) for t in beats[::2] for pitch in (60, 64, 67)]
    parts = [
        Part("drums", "909", drums, drums=True),
        Part("bass", "saw_bass", [Note(float(t), 0.4, 36, 100) for t in beats]),
        Part("chords", "piano", chords, pan=-0.2),
        Part(
            "melody", "lead_saw", [Note(float(t), 0.4, 72 + i % 5, 95) for i, t in enumerate(beats)], pan=0.2
        ),
        Part("counter", "flute", [Note(float(t), 0.4, 79, 60) for t in beats], gain_db=-45.0),
    ]
    names = [INSTRUMENTS[part.instrument].name for part in parts if not part.drums]
    sheet = Sheet(
        "house", "electronic", 120.0, "C", "major", "4/4", "happy", 0.6, 0.5, names, KITS["909"].name
    )
    return Score(seed, seconds, parts, sheet, mix or Mix())


def fundamental(samples: np.ndarray, expected: float) -> float:
    """Hertz of the energy near the expected pitch, by a zero-padded spectrum of the held part."""
    mono = samples.mean(0)[RATE // 4 : RATE]
    size = 1 << 19
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(mono.size), size))
    hertz = np.arange(spectrum.size) * RATE / size
    near = (hertz > expected * 0.94) & (hertz < expected * 1.06)
    assert spectrum[near].max() > 0.03 * spectrum.max(), "no energy at the written pitch"
    weights = spectrum[near] ** 2
    return float((hertz[near] * weights).sum() / weights.sum())


@pytest.mark.parametrize("name", PITCHED)
def test_patch_sounds_at_the_written_pitch(name):
    pitch = 45 if name in BASSES else 69
    expected = 440.0 * 2 ** ((pitch - 69) / 12)
    sound = patches.play(
        name, [Note(0.0, 1.0, pitch, 100)], int(1.5 * RATE), np.random.default_rng(1), sample_rate=RATE
    )
    assert sound.shape == (2, int(1.5 * RATE)) and np.isfinite(sound).all()
    cents = 1200 * np.log2(fundamental(sound, expected) / expected)
    assert abs(cents) < 20, f"{cents:.1f} cents off"


@pytest.mark.parametrize("name", sorted(patches.PATCHES))
def test_patch_survives_extremes(name):
    for pitch in (0, 60, 127):
        notes = [
            Note(-0.1, 0.3, pitch, 1),
            Note(0.2, 0.0, pitch, 127),
            Note(0.4, 9.0, pitch, 127),
            Note(3.0, 1.0, pitch, 90),
        ]
        sound = patches.play(name, notes, RATE // 2, np.random.default_rng(0), sample_rate=RATE)
        assert np.isfinite(sound).all() and np.abs(sound).max() < 3.0


def test_patch_differs_by_seed_and_unknown_name_is_refused():
    notes = [Note(0.0, 0.5, 60, 100)]
    one, two = (
        patches.play("pluck", notes, RATE, np.random.default_rng(s), sample_rate=RATE) for s in (1, 2)
    )
    assert not np.array_equal(one, two)
    with pytest.raises(CorpusError, match="did you mean 'supersaw'"):
        patches.play("supersow", notes, RATE, np.random.default_rng(1), sample_rate=RATE)


def test_every_instrument_and_kit_has_a_built_in_voice():
    for instrument in INSTRUMENTS.values():
        assert (instrument.patch or instrument.fallback) in patches.PATCHES
    for kit in KITS.values():
        assert kit.machine in drum_machines.MACHINES


@pytest.mark.parametrize("machine", sorted(drum_machines.MACHINES))
def test_machine_sounds(machine):
    kit = drum_machines.Kit(machine, np.random.default_rng(1), sample_rate=RATE)
    for pitch in (36, 38, 42, 46, 49, 51, 37, 45):
        shot = kit.shot(pitch)
        assert np.isfinite(shot).all() and 0.1 < np.abs(shot).max() < 4.0, pitch
    spectrum = np.abs(np.fft.rfft(kit.shot(36), RATE)) ** 2
    assert spectrum[:200].sum() > 0.5 * spectrum.sum(), "the kick is not low"
    if 42 in percussion.KITS.get(machine, {}):
        return  # sticks or beads in the hi-hat's place
    spectrum = np.abs(np.fft.rfft(kit.shot(42), RATE)) ** 2
    assert spectrum[4000:].sum() > 0.5 * spectrum.sum(), "the hi-hat is not high"


def test_closed_hat_chokes_the_open_one():
    open_hat, closed = Note(0.0, 0.1, 46, 110), Note(0.05, 0.1, 42, 1)

    def play(notes):
        return drum_machines.play("909", notes, RATE, np.random.default_rng(1), sample_rate=RATE)

    tail = slice(int(0.1 * RATE), int(0.3 * RATE))
    assert np.abs(play([open_hat, closed])[:, tail]).max() < 0.05 * np.abs(play([open_hat])[:, tail]).max()


MIXES = [
    Mix(),
    Mix(sidechain=0.7, delay=0.4, chorus=0.5, saturation=0.6),
    Mix(lofi=True, lowpass_hz=5000.0),
    Mix(gated_reverb=True, reverb=0.5),
    Mix(reverb=0.0),
]


@pytest.mark.parametrize("mix", MIXES)
def test_mix_is_clean(mix):
    result = render.render(make_score(mix=mix), fonts=[])
    audio = result.audio.samples
    assert audio.shape == (2, 4 * RATE) and audio.dtype == np.float32 and np.isfinite(audio).all()
    assert 0.2 < np.abs(audio).max() < 0.98
    assert np.abs(audio.mean(-1)).max() < 1e-3
    assert np.abs(audio[:, -1]).max() < 1e-3
    mono, sides = audio.mean(0), audio.std(-1).mean()
    assert mono.std() > 0.6 * sides, "the sides cancel"
    assert -18 < result.audio.loudness() < -10


def test_same_seed_same_bytes():
    one, two = (render.render(make_score(), fonts=[]).audio.samples for _ in range(2))
    assert one.tobytes() == two.tobytes()
    assert not np.array_equal(one, render.render(make_score(seed=4), fonts=[]).audio.samples)


def test_the_room_and_a_section_cover_quiet_parts():
    score, name = make_score(), INSTRUMENTS["saw_bass"].name
    rms = {role: np.sqrt(np.square(stem).mean()) for role, stem in render.render(score, fonts=[], stems=True).stems.items()}
    loudest = max(value for role, value in rms.items() if role != render.SENDS)
    quiet = mixer.AUDIBLE_DB + 1.5 - 20 * np.log10(rms["bass"] / loudest)  # on this side of the bound beside the other parts
    score = replace(score, parts=[replace(part, gain_db=quiet) if part.role == "bass" else part for part in score.parts])
    dry, washed = (render.render(replace(score, mix=Mix(reverb=amount, reverb_seconds=4.0)), fonts=[]).sheet for amount in (0.0, 6.0))
    assert name in dry.instruments and dry.faint == [INSTRUMENTS["flute"].name]
    assert name not in washed.instruments and name in washed.faint
    assert mixer.audible([1.0, 0.06]) == [True, True] and mixer.audible([1.0, 0.06], [1.9]) == [True, False]


def test_stems_and_sheet():
    score = make_score()
    result = render.render(score, fonts=[], stems=True)
    assert set(result.stems) == {part.role for part in score.parts} | {render.SENDS}
    assert all(stem.shape == (2, 4 * RATE) for stem in result.stems.values())
    assert "flute" not in result.sheet.instruments and len(result.sheet.instruments) == 3
    assert result.sheet.drums == KITS["909"].name and "flute" in score.sheet.instruments
    quiet = replace(score.parts[0], gain_db=-60.0)
    assert render.render(replace(score, parts=[quiet, *score.parts[1:]]), fonts=[]).sheet.drums == ""


def test_sidechain_dips_after_the_kick():
    score = make_score(mix=Mix(sidechain=0.8))
    plain = render.render(make_score(mix=Mix()), fonts=[], stems=True).stems["chords"]
    ducked = render.render(score, fonts=[], stems=True).stems["chords"]
    dip = slice(int(1.01 * RATE), int(1.06 * RATE))
    assert np.abs(ducked[:, dip]).mean() < 0.5 * np.abs(plain[:, dip]).mean()


def test_bad_input_is_refused(tmp_path, monkeypatch):
    with pytest.raises(CorpusError, match="does not exist"):
        render.render(make_score(), fonts=[tmp_path / "none.sf2"])
    with pytest.raises(CorpusError, match="holds no"):
        soundfont.find_fonts([tmp_path])
    monkeypatch.setenv(soundfont.VARIABLE, str(tmp_path / "gone.sf3"))
    with pytest.raises(CorpusError, match="does not exist"):
        render.render(make_score())
    score = make_score()
    score.parts[1].instrument = "pianno"
    with pytest.raises(CorpusError, match="did you mean 'piano'"):
        render.render(score, fonts=[])


def write_font(path: Path) -> Path:
    """A SoundFont 2 file: one looped 441 Hz sine (root key A4) as program 0 and as drum kit 0."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    def preset(name: bytes, program: int, bank: int, bag: int) -> bytes:
        return struct.pack("<20sHHHIII", name, program, bank, bag, 0, 0, 0)

    sine = (20_000 * np.sin(2 * np.pi * np.arange(4_410) / 100)).astype("<i2")
    data = np.concatenate([sine, np.zeros(46, "<i2")]).tobytes()
    generators = [(54, 1), (38, 1200), (53, 0)]  # loops, release of 2 s, sample 0
    tables = {
        b"phdr": preset(b"tone", 0, 0, 0) + preset(b"kit", 0, 128, 1) + preset(b"EOP", 0, 0, 2),
        b"pbag": struct.pack("<6H", 0, 0, 1, 0, 2, 0),
        b"pmod": bytes(10),
        b"pgen": struct.pack("<6H", 41, 0, 41, 0, 0, 0),
        b"inst": struct.pack("<20sH", b"tone", 0) + struct.pack("<20sH", b"EOI", 1),
        b"ibag": struct.pack("<4H", 0, 0, len(generators), 0),
        b"imod": bytes(10),
        b"igen": b"".join(struct.pack("<2H", *pair) for pair in [*generators, (0, 0)]),
        b"shdr": struct.pack("<20sIIIIIBbHH", b"sine", 0, 4_410, 1_000, 4_000, 44_100, 69, 0, 0, 1)
        + struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    info = (
        chunk(b"ifil", struct.pack("<HH", 2, 1)) + chunk(b"isng", b"EMU8000\0") + chunk(b"INAM", b"test\0\0")
    )
    body = chunk(b"LIST", b"INFO" + info) + chunk(b"LIST", b"sdta" + chunk(b"smpl", data))
    body += chunk(b"LIST", b"pdta" + b"".join(chunk(name, table) for name, table in tables.items()))
    path.write_bytes(chunk(b"RIFF", b"sfbk" + body))
    return path


def test_font_plays_in_tune_and_leaves_no_tail(tmp_path):
    pytest.importorskip("tinysoundfont")
    font = write_font(tmp_path / "tone.sf2")
    notes = [Note(0.2, 1.7, 69, 100)]
    first = soundfont.play(font, 0, notes, 2 * RATE, sample_rate=RATE)
    assert first.shape == (2, 2 * RATE) and not first[:, : int(0.19 * RATE)].any()
    assert abs(1200 * np.log2(fundamental(first, 441.0) / 441.0)) < 5
    assert first.tobytes() == soundfont.play(font, 0, notes, 2 * RATE, sample_rate=RATE).tobytes()
    assert soundfont.is_sound(font, 0, 60, sample_rate=RATE)
    assert not soundfont.is_sound(font, 5, 60, sample_rate=RATE)
    with pytest.raises(CorpusError, match="has no program 5"):
        soundfont.play(font, 5, notes, RATE, sample_rate=RATE)


def test_render_with_fonts_falls_back_where_a_program_is_missing(tmp_path, monkeypatch):
    pytest.importorskip("tinysoundfont")
    font = write_font(tmp_path / "tone.sf2")
    score, plain = make_score(), render.render(make_score(), fonts=[], stems=True).stems
    monkeypatch.setenv(soundfont.VARIABLE, str(tmp_path))
    one, two = (render.render(score, stems=True) for _ in range(2))
    assert one.audio.samples.tobytes() == two.audio.samples.tobytes()
    assert not np.array_equal(one.stems["chords"], plain["chords"])  # program 0, the font's
    assert np.array_equal(one.stems["bass"], plain["bass"])  # a built-in patch
    assert np.array_equal(one.stems["counter"], plain["counter"])  # program 73, which the font lacks
    assert render.render(score, fonts=[font]).audio.samples.tobytes() == one.audio.samples.tobytes()


def test_broken_font_is_refused(tmp_path):
    pytest.importorskip("tinysoundfont")
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF nothing")
    with pytest.raises(CorpusError, match="cannot be read"):
        render.render(make_score(), fonts=[broken])


def test_wide_part_is_narrowed_for_mono():
    noise = np.random.default_rng(0).standard_normal((2, RATE)).astype(np.float32)
    middle, side = noise.sum(0), (noise[0] - noise[1]) * mixer.width(noise)
    assert (side**2).sum() == pytest.approx(mixer.WIDEST * (middle**2).sum(), rel=1e-3)
    assert mixer.width(noise[:1].repeat(2, 0)) == 1.0


def test_recursive_loudness_equals_the_measured_one():
    audio = render.render(make_score(), fonts=[]).audio
    for waveform in (audio, replace(audio, samples=audio.samples * np.float32(0.1))):
        assert abs(dynamics.loudness(waveform.samples, sample_rate=RATE) - waveform.loudness()) < 0.1


def test_reverb_is_a_convolution():
    response = rooms.impulse_response(np.random.default_rng(0), seconds=0.8, sample_rate=RATE)
    click = np.zeros((2, RATE), np.float32)
    click[:, 0] = 1.0
    wet = rooms.convolve(click, response, lag=100)
    np.testing.assert_allclose(wet[:, 100 : 100 + 5000], response[:, :5000], atol=1e-5)
    assert wet.shape == click.shape and not wet[:, :100].any()


def test_halving_keeps_the_band_and_drops_what_would_fold():
    time = np.arange(2 * RATE) / (2 * RATE)
    low, high = (
        np.sin(2 * np.pi * f * time).astype(np.float32)[:, None].repeat(2, 1) for f in (3_000, 15_000)
    )
    middle = slice(1000, -1000)
    expected = np.sin(2 * np.pi * 3_000 * np.arange(RATE) / RATE)
    assert np.abs(resampling.halve(low)[0] - expected)[middle].max() < 1e-3
    assert np.abs(resampling.halve(high))[:, middle].max() < 1e-3


def bands(samples: np.ndarray) -> tuple[float, float]:
    """Energy under 250 Hz and over 2500 Hz."""
    power = np.abs(np.fft.rfft(samples.mean(0))) ** 2
    hertz = np.fft.rfftfreq(samples.shape[-1], 1 / RATE)
    return float(power[hertz < 250].sum()), float(power[hertz > 2500].sum())


def test_mood_tilts_and_lifts_the_mix():
    dark, bright, loud = (
        render.render(make_score(mix=mix), fonts=[]).audio
        for mix in (Mix(brightness=-6.0), Mix(brightness=6.0), Mix(brightness=-6.0, loudness=-4.0))
    )
    (low, high), (lower, higher) = bands(bright.samples), bands(dark.samples)
    tilt = 10 * np.log10(high / low / (higher / lower))
    assert 8 < tilt < 14  # 12 dB of tilt apart
    assert dark.loudness() - loud.loudness() == pytest.approx(4.0, abs=0.6)


def test_chords_make_room_for_the_tune():
    score = make_score()
    score.parts[3].notes = [note for note in score.parts[3].notes if note.start < 2]
    envelope = mixer.presence(score, 4 * RATE, sample_rate=RATE)
    assert envelope is not None and envelope.shape == (4 * RATE,)
    assert envelope[RATE] > 0.5 and envelope[3 * RATE] == 0.0
    alone = replace(score, parts=[part for part in score.parts if part.role != "melody"])
    with_tune, without = (render.render(s, fonts=[], stems=True).stems["chords"] for s in (score, alone))

    def ratio(start, end):
        piece = slice(int(start * RATE), int(end * RATE))
        return np.abs(with_tune[:, piece]).mean() / np.abs(without[:, piece]).mean()

    assert ratio(1.0, 1.4) < 0.9 * ratio(3.0, 3.8)


def test_font_bends_sways_and_damps(tmp_path):
    pytest.importorskip("tinysoundfont")
    font = write_font(tmp_path / "tone.sf2")

    def play(**how):
        note = Note(0.0, 1.4, 69, 100, **how)
        return soundfont.play(font, 0, [note], 2 * RATE, sample_rate=RATE)[0]

    def crossings(sound, start, end):
        piece = sound[int(start * RATE) : int(end * RATE)]
        up = np.flatnonzero((piece[:-1] < 0) & (piece[1:] >= 0))
        exact = up - piece[up] / (piece[up + 1] - piece[up])
        return RATE / np.diff(exact)

    slid = play(slide=-12.0)
    assert crossings(slid, 0.004, 0.03).mean() < 360
    assert crossings(slid, 0.5, 1.0).mean() == pytest.approx(441, rel=0.003)
    swayed = 1200 * np.log2(crossings(play(vibrato=50.0), 0.7, 1.3) / 441)
    assert 40 < swayed.max() < 60 and -60 < swayed.min() < -40
    plain, muted = play(), play(muted=True)
    assert np.abs(muted[RATE // 2 : RATE]).max() < 0.02 * np.abs(plain[RATE // 2 : RATE]).max()
    assert crossings(soundfont.play(font, 0, [Note(0.0, 1.0, 69, 100)], RATE, cents=50.0, sample_rate=RATE)[0], 0.2, 0.8).mean() == (
        pytest.approx(441 * 2 ** (50 / 1200), rel=0.002)
    )


def test_two_hands_are_one_piano_and_two_guitars_are_two(monkeypatch):
    notes, drawn = [Note(0.1 + 0.4 * i, 0.35, 60 + i, 90) for i in range(6)], []

    def play(part, samples, rng, *, cents, **_):
        drawn.append((round(cents, 6), int(rng.integers(1 << 30))))
        return np.zeros((2, samples), np.float32)

    monkeypatch.setattr(render, "play", play)
    roles = [("chords", "piano"), ("melody", "piano"), ("chords", "clean_guitar"), ("chords", "clean_guitar")]
    render.render(replace(make_score(), parts=[Part(*role, notes) for role in roles]), fonts=[])
    left, right, guitar, twin = drawn
    assert left == right and len({left, guitar, twin}) == 3


def test_one_player_balances_the_hands():
    def apart(instrument):
        notes = [Note(0.1 + 0.5 * i, 0.45, 66, 90) for i in range(7)]
        parts = [Part("chords", "piano", notes), Part("melody", instrument, notes)]
        stems = render.render(replace(make_score(), parts=parts), fonts=[], stems=True).stems
        return 20 * np.log10(stems["melody"].std() / stems["chords"].std())

    assert 0 < apart("piano") < apart("honky_tonk") - 2


def test_effects_sound_and_are_no_instruments():
    score = make_score()
    score.parts.append(Part("effect", "riser", [Note(0.0, 3.5, 60, 110)]))
    result = render.render(score, fonts=[], stems=True)
    assert INSTRUMENTS["riser"].name not in result.sheet.instruments
    early, late = (np.abs(result.stems["effect"][:, int(a * RATE) : int(b * RATE)]).mean() for a, b in ((0.2, 1.0), (2.6, 3.4)))
    assert late > 2 * early > 0
