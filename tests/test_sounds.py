"""Sounds made in code: what hands and bows do to notes, hand percussion, sweeps, pedals, rooms and worn media."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

from libretto.corpus.score import Note
from libretto.corpus.sound import (
    drum_machines,
    formants,
    inserts,
    media,
    patches,
    percussion,
    rooms,
    voices,
    wavetables,
)
from libretto.corpus.sound.gestures import BENDING, gestures
from libretto.corpus.sound.instruments import INSTRUMENTS
from libretto.corpus.sound.sweeps import sweep

RATE = 24_000


def play(name: str, notes: list[Note], *, seconds: float = 1.5, seed: int = 1, bpm: float = 120.0) -> np.ndarray:
    return patches.play(name, notes, int(seconds * RATE), np.random.default_rng(seed), sample_rate=RATE, bpm=bpm)


def pitch(sound: np.ndarray, start: float, end: float, low: float, high: float) -> float:
    """Hertz of the strongest bin between low and high."""
    piece = sound.mean(0)[int(start * RATE) : int(end * RATE)]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(piece.size), 1 << 17))
    hertz = np.fft.rfftfreq(1 << 17, 1 / RATE)
    inside = (hertz > low) & (hertz < high)
    return float(hertz[inside][spectrum[inside].argmax()])


def centroid(sound: np.ndarray, start: float, end: float) -> float:
    piece = sound.mean(0)[int(start * RATE) : int(end * RATE)]
    power = np.abs(np.fft.rfft(piece * np.hanning(piece.size))) ** 2
    return float((power * np.fft.rfftfreq(piece.size, 1 / RATE)).sum() / power.sum())


def power(sound: np.ndarray, start: float, end: float) -> float:
    return float((sound[:, int(start * RATE) : int(end * RATE)] ** 2).mean())


# one patch of every kernel
@pytest.mark.parametrize("name", ["whistle", "theremin", "kora", "steel_drums", "wavetable_lead"])
def test_slide_begins_off_the_note_and_arrives(name):
    sound = play(name, [Note(0.0, 1.0, 69, 110, slide=-7.0)])
    assert pitch(sound, 0.0, 0.045, 200, 450) < 400
    assert pitch(sound, 0.3, 0.9, 400, 500) == pytest.approx(440, rel=0.025 if name == "theremin" else 0.012)  # its vibrato


@pytest.mark.parametrize("name", ["square_lead", "fm_bass", "harp", "vibraphone", "wavetable_pad"])
def test_vibrato_moves_the_pitch_and_sets_in_late(name):
    still, moved = (play(name, [Note(0.0, 1.5, 57, 110, vibrato=cents)], seconds=1.6) for cents in (0.0, 60.0))

    def spread(sound):
        found = [pitch(sound, at, at + 0.06, 190, 250) for at in np.arange(0.6, 1.3, 0.03)]
        return 1200 * np.log2(np.quantile(found, 0.9) / np.quantile(found, 0.1))

    assert spread(moved) > spread(still) + 45
    early = slice(0, int(0.15 * RATE))
    np.testing.assert_allclose(still[:, early], moved[:, early], atol=0.02)


@pytest.mark.parametrize("name", ["distorted_guitar", "steel_guitar", "saw_bass", "marimba", "electric_piano"])
def test_muted_note_dies_at_once(name):
    open_, muted = (play(name, [Note(0.0, 1.0, 45, 110, muted=flag)]) for flag in (False, True))
    assert power(muted, 0.3, 0.8) < 0.02 * power(open_, 0.3, 0.8)
    assert power(muted, 0.0, 0.1) > 0.02 * power(open_, 0.0, 0.1)


def test_held_notes_of_a_lead_are_joined_by_a_glide():
    apart, tied = (
        play("theremin", [Note(0.0, length, 60, 100), Note(0.5, 0.8, 72, 100)]) for length in (0.3, 0.5)
    )
    window = (0.51, 0.58, 200, 700)
    assert pitch(tied, *window) < pitch(apart, *window) - 40
    assert pitch(tied, 0.9, 1.2, 200, 700) == pytest.approx(pitch(apart, 0.9, 1.2, 200, 700), rel=0.02)


def test_wobble_keeps_the_beat():
    for seed in range(3):
        sound = play("wobble_bass", [Note(0.0, 3.9, 33, 110)], seconds=4.0, seed=seed, bpm=150.0)
        high = np.abs(np.diff(sound.mean(0), 2))
        envelope = high[: high.size // 240 * 240].reshape(-1, 240).mean(1)
        spectrum = np.abs(np.fft.rfft(envelope - envelope.mean(), 4096))
        beats = np.fft.rfftfreq(4096, 0.01)[spectrum.argmax()] / 2.5
        assert min(abs(beats - rate) for rate in (1.0, 1.5, 2.0, 3.0, 4.0)) < 0.12, beats


def test_sweeps_go_where_they_are_named_for():
    rng = np.random.default_rng(0)
    rise, fall, hit, back = (sweep(kind, 2.0, 220.0, rng, sample_rate=RATE) for kind in ("rise", "fall", "impact", "reverse"))
    assert centroid(rise, 1.5, 2.0) > 1.5 * centroid(rise, 0.2, 0.7)
    assert centroid(fall, 1.2, 1.8) < 0.7 * centroid(fall, 0.1, 0.5)
    assert power(rise, 1.6, 1.95) > 4 * power(rise, 0.2, 0.6) and power(back, 1.6, 1.95) > 20 * power(back, 0.1, 0.5)
    assert hit.argmax() < RATE and centroid(hit, 0.3, 0.9) < 400
    for made in (rise, fall, hit, back):
        assert np.isfinite(made).all() and np.abs(made).max() <= 1.0 and np.abs(made[:, -1]).max() < 0.01


def test_vowels_shape_a_choir():
    formant = {vowel: formants.VOWELS[vowel][1][0] for vowel in "au"}
    assert formant["a"] > formant["u"]
    aah, ooh = (play(name, [Note(0.0, 1.4, 55, 100)]) for name in ("choir_aah", "choir_ooh"))
    assert centroid(aah, 0.5, 1.2) > 1.3 * centroid(ooh, 0.5, 1.2)


def test_wavetables_are_limited_to_their_octave():
    for family in wavetables.FAMILIES:
        cycles = wavetables.tables(family, np.random.default_rng(0))
        spectrum = np.abs(np.fft.rfft(cycles[..., :-1]))
        for octave in range(wavetables.OCTAVES):
            top = max(1, wavetables.SIZE >> (octave + 2))
            assert spectrum[octave, :, top + 1 :].max() < 1e-3 * spectrum[octave].max()


@pytest.mark.parametrize("kit", ["latin", "samba", "afro", "cajon", "marching", "taiko"])
def test_every_percussion_key_sounds(kit):
    machine = drum_machines.Kit(kit, np.random.default_rng(2), sample_rate=RATE)
    for key in sorted({*percussion.HAND, *percussion.KITS[kit], 36, 38, 42, 46, 49}):
        shot = machine.shot(key)
        assert shot is not None and np.isfinite(shot).all() and 0.1 < np.abs(shot).max() < 4.0, key
        assert np.abs(shot[-20:]).max() < 0.05, f"{key} is cut off"
    assert machine.shot(38, 0).tobytes() != machine.shot(38, 1).tobytes()  # no two strokes of a hand are the same


def test_drums_are_low_and_shakers_high():
    machine = drum_machines.Kit("samba", np.random.default_rng(0), sample_rate=RATE)
    stereo = {key: machine.shot(key)[None] for key in (87, 70, 67, 68)}
    assert centroid(stereo[87], 0.02, 0.3) < 200 < 3000 < centroid(stereo[70], 0.0, 0.1)
    assert centroid(stereo[67], 0.0, 0.2) > 1.2 * centroid(stereo[68], 0.0, 0.2)  # high agogo, low agogo


@pytest.mark.parametrize("name", sorted(inserts.INSERTS))
def test_insert_changes_the_sound_and_keeps_its_level(name):
    notes = [Note(0.3 * i, 0.28, 52 + i, 100) for i in range(4)]
    sound = play("clean_guitar", notes)
    made = inserts.INSERTS[name](sound, np.random.default_rng(3), sample_rate=RATE)
    assert made.shape == sound.shape and made.dtype == np.float32 and np.isfinite(made).all()
    assert 0.2 < power(made, 0, 1.5) / power(sound, 0, 1.5) < 5.0
    assert np.abs(made - sound).max() > 0.1 * np.abs(sound).max()


def test_spring_rings_on_and_rotor_differs_from_side_to_side():
    sound = play("clean_guitar", [Note(0.0, 0.1, 60, 110)])
    wet = inserts.spring_tank(sound, np.random.default_rng(0), sample_rate=RATE)
    assert power(wet, 0.5, 1.0) > 1e3 * power(sound, 0.5, 1.0) + 1e-9
    turned = inserts.rotary(play("drawbar_organ", [Note(0.0, 1.4, 60, 100)]), np.random.default_rng(0), sample_rate=RATE)
    assert np.corrcoef(turned)[0, 1] < 0.98


def test_rooms_ring_as_long_as_they_are_large():
    def ring(kind):
        response = rooms.impulse_response(np.random.default_rng(4), seconds=1.5, sample_rate=RATE, kind=kind)
        assert response.dtype == np.float32
        np.testing.assert_allclose((response**2).sum(-1), 1.0, rtol=1e-4)
        left = np.cumsum((response**2).mean(0)[::-1])[::-1]
        return np.searchsorted(-left, -1e-3 * left[0]) / RATE

    assert ring("room") < ring("chamber") < ring("hall") < ring("cathedral")
    assert ring("spring") > 0.5


def test_worn_media_are_narrow_and_noisy_and_wow_bends():
    time = np.arange(2 * RATE) / RATE
    tone = np.tile(0.3 * np.sin(2 * np.pi * 440 * time), (2, 1)).astype(np.float32)
    noise = np.random.default_rng(0).standard_normal((2, RATE)).astype(np.float32) * 0.1
    for seed in range(5):
        made = media.lofi(noise, np.random.default_rng(seed), sample_rate=RATE)
        assert made.dtype == np.float32 and centroid(made, 0, 1) < 0.75 * centroid(noise, 0, 1)
        assert np.abs(media.lofi(0 * noise, np.random.default_rng(seed), sample_rate=RATE)).max() > 1e-4
    swayed = media.waver(tone, wow=1.0, cents=30.0, flutter=6.0, flutter_cents=0.1, sample_rate=RATE)
    found = [pitch(swayed, at, at + 0.15, 400, 480) for at in np.arange(0.3, 1.8, 0.1)]
    assert 35 < 1200 * np.log2(max(found) / min(found)) < 80
    assert np.abs(np.diff(media.widen(noise, 0.0), axis=0)).max() < 1e-6


def test_decades_sound_old_sometimes():
    noise = np.random.default_rng(0).standard_normal((2, RATE)).astype(np.float32) * 0.1
    made = [media.aged(noise, "40s", np.random.default_rng(seed), sample_rate=RATE) for seed in range(30)]
    old = [sound for sound in made if sound is not noise]
    assert 4 < len(old) < 22
    assert all(np.corrcoef(sound)[0, 1] > 0.95 for sound in old)  # mono, but for the hiss
    assert media.aged(noise, "modern", np.random.default_rng(0), sample_rate=RATE) is noise


def test_bent_notes_that_overlap_have_channels_of_their_own():
    notes = [Note(0.1 * i, 0.4, 60 + i, 90, slide=-2.0 if i % 2 else 0.0, vibrato=0.0 if i % 2 else 20.0) for i in range(12)]
    notes.append(Note(0.0, 2.0, 40, 90))
    found = gestures(notes, drums=False, sample_rate=RATE)
    assert [gesture.at for gesture in found] == sorted(gesture.at for gesture in found)
    sounding: dict[int, int] = {}
    for gesture in found:
        if gesture.kind == "on":
            assert gesture.channel == 0 or sounding.get(gesture.channel, 0) == 0
            assert (gesture.channel in BENDING) == (gesture.pitch != 40)
            sounding[gesture.channel] = sounding.get(gesture.channel, 0) + 1
        elif gesture.kind == "off":
            sounding[gesture.channel] -= 1
    assert not any(sounding.values())


def test_slide_guitar_slides_by_itself():
    long, short = Note(0.0, 0.5, 60, 90), Note(0.5, 0.1, 60, 90)
    slid = voices.ornament(INSTRUMENTS["slide_guitar"], [long, short])
    assert slid[0].slide == -2.0 and slid[1] is short
    assert voices.ornament(INSTRUMENTS["steel_guitar"], [long, short]) == [long, short]
