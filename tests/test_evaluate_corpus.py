"""The judge of the corpus: every measure on signals whose answer is known, every part on a few clips."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from libretto import key, tempo
from libretto.corpus.composing.theory import roman
from libretto.corpus.score import Harmony, Note, Part, Score, Sheet
from libretto.errors import CorpusError
from libretto.evaluate.corpus import Bar, Report, claims, clips, health, music, percussion, truth, tunes

RATE = 24_000


def tone(pitches: list[int], seconds: float, *, partials: int = 4, detune: float = 0.0) -> np.ndarray:
    """Decaying notes of MIDI pitches at once: float32 [N]."""
    time = np.arange(int(seconds * RATE)) / RATE
    hertz = [440 * 2 ** ((pitch + detune - 69) / 12) for pitch in pitches]
    waves = [np.sin(2 * np.pi * f * k * time) / k**2 for f in hertz for k in range(1, partials + 1)]
    return (0.1 * sum(waves) * np.exp(-time)).astype(np.float32)


def clicks(bpm: float, seconds: float) -> np.ndarray:
    """Bursts of noise on every beat, softer ones between: float32 [N]."""
    rng = np.random.default_rng(0)
    burst = rng.normal(size=1200) * np.exp(-np.arange(1200) / 200)
    samples = np.zeros(int(seconds * RATE), np.float32)
    for index, at in enumerate(np.arange(0, seconds - 0.1, 30 / bpm)):
        start = round(at * RATE)
        samples[start : start + 1200] += (0.5 if index % 2 == 0 else 0.15) * burst
    return samples


def sheet(**changes: object) -> Sheet:
    known = {
        "style": "house", "family": "electronic", "bpm": 120.0, "key": "C", "mode": "major", "metre": "4/4", "mood": "calm",
        "intensity": 0.5, "density": 0.5, "instruments": ["piano"], "drums": "",
    }  # fmt: skip
    return Sheet(**{**known, **changes})  # type: ignore[arg-type]


def melody(notes: list[Note], *, chords: list[tuple[float, str]], bars: int = 4, **changes: object) -> Score:
    """A tune at 120 beats a minute in 4/4: a bar is two seconds."""
    return Score(
        0, 2.0 * bars, [Part("melody", "flute", notes)], sheet(**changes),
        beats=[0.5 * beat for beat in range(4 * bars)], downbeats=[2.0 * bar for bar in range(bars)],
        harmony=[Harmony(start, roman(numeral), 0) for start, numeral in chords],
    )  # fmt: skip


# reports


def test_a_bar_holds_both_its_ends_and_nan_fails() -> None:
    assert Bar("x", 90.0, 90.0).passed and not Bar("x", 89.9, 90.0).passed
    assert Bar("x", 75.0, 60.0, 90.0).passed and not Bar("x", 91.0, 60.0, 90.0).passed
    assert Bar("x", 1.0).passed is None and Bar("x", float("nan"), low=1.0).passed is False


def test_a_report_is_text_and_json() -> None:
    report = Report("Title", {"seed": 1}, [Bar("share, %", 91.25, 90.0), Bar("pairs", 2, high=0)], {"Rows": [{"a": "x", "b": 1.5}]})
    text = report.text()
    assert "91.25  >= 90  pass" in text and "FAIL" in text and "Rows\na     b\nx  1.50" in text
    assert json.loads(json.dumps(report.data()))["passed"] is False


# health


def test_health_finds_what_is_wrong_and_nothing_else() -> None:
    clean = tone([60, 64, 67], 2.0)[None]
    found = health.examine(clean, sample_rate=RATE)
    assert found.finite and found.clipped == 0 and found.offset < 1e-4 and found.silence == 0
    assert health.examine(clean + 0.002, sample_rate=RATE).offset == pytest.approx(0.002, rel=0.05)
    assert health.examine(np.clip(20 * clean, -1, 1), sample_rate=RATE).clipped > 100
    lone = clean.copy()
    lone[0, [100, 200, 201]] = 1.0  # a peak is not clipped, nor two samples
    assert health.examine(lone, sample_rate=RATE).clipped == 0
    half = np.concatenate([clean[:, :RATE], np.zeros((1, RATE), np.float32)], 1)
    assert health.examine(half, sample_rate=RATE).silence == pytest.approx(50.0)
    assert not health.examine(np.full((1, 10), np.nan), sample_rate=RATE).finite


def test_runs_at_full_scale_are_counted_by_channel() -> None:
    samples = np.zeros((2, 10), np.float32)
    samples[0, -2:], samples[1, :2] = 1.0, 1.0  # four in a row only where one channel follows the other
    assert health.clipped_samples(samples) == 0
    samples[1, :3] = -1.0
    assert health.clipped_samples(samples) == 3


def test_copies_are_told_apart_from_other_music() -> None:
    rng = np.random.default_rng(0)
    tunes = [np.concatenate([tone([int(p)], 0.25) for p in rng.integers(50, 80, 24)]) for _ in range(3)]
    found = [health.examine(samples[None], sample_rate=RATE, name=str(i)) for i, samples in enumerate([*tunes, 0.5 * tunes[1]])]
    figures = {bar.name: bar.value for bar in health.report(found, {}).bars}
    assert figures["pairs of clips closer than 0.300"] == 1


# tempo and key


@pytest.mark.parametrize("bpm", [72.0, 97.0, 128.0, 171.0])
def test_the_tempo_of_a_click_track(bpm: float) -> None:
    assert tempo.agrees(tempo.tempo(clicks(bpm, 10.0), sample_rate=RATE), bpm, tolerance=0.01)


def test_tempo_agreement_knows_halves_but_no_thirds() -> None:
    assert tempo.agrees(61.0, 120.0) and tempo.agrees(240.0, 120.0) and tempo.agrees(124.0, 120.0)
    assert not tempo.agrees(126.0, 120.0) and not tempo.agrees(80.0, 120.0) and not tempo.agrees(0.0, 120.0)


@pytest.mark.parametrize(("shift", "detune"), [(0, 0.0), (0, 0.4), (5, -0.3)])
def test_the_key_of_a_cadence_in_any_tuning(shift: int, detune: float) -> None:
    chords = ([48, 60, 64, 67], [53, 60, 65, 69], [55, 59, 65, 67], [48, 60, 64, 67])
    samples = np.concatenate([tone([p + shift for p in chord], 1.0, detune=detune) for chord in chords])
    assert key.key_of(key.rings(samples, sample_rate=RATE)) == key.Key(shift, "major")


def test_the_key_of_a_minor_cadence_and_of_silence() -> None:
    chords = ([45, 57, 60, 64], [50, 57, 62, 65], [52, 56, 59, 64], [45, 57, 60, 64])
    samples = np.concatenate([tone(chord, 1.0) for chord in chords])
    assert key.key_of(key.rings(samples, sample_rate=RATE)) == key.Key(9, "minor")
    assert key.key_of(key.rings(0 * samples, sample_rate=RATE)) is None


def test_registers_and_ends_tell_what_rings_there() -> None:
    samples = np.concatenate([tone([36], 2.0), tone([64], 6.0), tone([79], 2.0)])
    heard = key.rings(samples, sample_rate=RATE)
    assert heard.registers.sum() == pytest.approx(1.0)
    assert heard.registers.max(axis=1).tolist() == pytest.approx([0.2, 0.0, 0.6, 0.2], abs=0.05)
    assert (heard.begin.argmax(), heard.whole.argmax(), heard.end.argmax()) == (0, 4, 7)


def test_overtones_are_no_notes() -> None:
    rings = key.chroma(tone([48], 2.0, partials=8), sample_rate=RATE)  # a lone C has strong overtones G and E
    assert rings[0] > 0.9


def test_relatives_share_their_notes() -> None:
    assert key.right(key.Key(9, "minor"), 9, "dorian") and key.right(key.Key(9, "major"), 9, "blues")
    assert key.relative(key.Key(0, "major"), 9, "minor") and key.relative(key.Key(9, "minor"), 0, "major")
    assert key.relative(key.Key(7, "major"), 9, "dorian") and key.relative(key.Key(2, "mixolydian"), 9, "dorian")
    assert not key.relative(key.Key(0, "major"), 9, "dorian") and not key.relative(key.Key(7, "major"), 0, "major")


def test_bursts_of_noise_are_percussive_and_chords_are_not() -> None:
    assert percussion.percussiveness(clicks(120, 3.0), sample_rate=RATE) > 0.7
    assert percussion.percussiveness(tone([60, 64, 67, 72], 3.0, partials=24), sample_rate=RATE) < 0.3


# claims


def test_claims_are_read_from_words() -> None:
    said = claims.read("Calm piece with jazz guitar and Blues Harp, 97 BPM, in F# harmonic minor, no drums")
    assert said.bpm == (97.0,) and said.keys == ((6, "harmonic minor"),) and said.no_drums
    assert said.instruments["blues harp"] == {"harmonica"} and set(said.instruments) == {"jazz guitar", "blues harp"}
    assert claims.read("a sad song in a minor key").keys == ()
    assert claims.read("house music in a minor").keys == ((9, "minor"),)
    assert claims.read("BPM 120, c♯-minor, without guitar, string quartet") == claims.Claims((120.0,), ((1, "minor"),))


@pytest.mark.parametrize(
    "text, true, lie",
    [  # what is said, a sheet it is true of, a sheet it is not
        ("snare drums and bass drum; an oom-pah tuba", (["tuba"], "marching drums"), (["tuba"], "live drums")),
        ("a bass and marching snares", (["upright bass"], "marching drums"), (["tuba"], "marching drums")),
        ("down in the bass register, the trombone has the bass line", (["trombone"], ""), (["bassoon"], "")),
        ("features detuned synthesizer bass", (["reese bass"], ""), (["upright bass"], "")),
        ("a deep analog synthesiser bass", (["analog synth bass"], ""), (["FM synth bass"], "")),
        ("it makes me want to whistle along to a piano", (["piano"], ""), (["harp"], "")),
        ("it makes me want to whistle along to a whistle", (["whistling"], ""), (["piano"], "")),
        ("a juke joint blues harp piece", (["harmonica"], ""), (["harp"], "")),
        ("a piccloo flute", (["piccolo"], ""), (["flute"], "")),
        ("a bnajo", (["banjo"], ""), (["piano"], "")),
        ("a synth leads, harmonic minor, good vibe", (["wavetable synth"], ""), (["electric piano"], "")),
        ("accompanied by percussion", (["piano"], "live drums"), (["piano"], "")),
        ("jazz drums", (["piano"], "swinging jazz drums"), (["jazz guitar"], "live drums")),
        ("it doesn't have any percussion, zero drums, a cello", (["cello"], ""), (["viola"], "")),
    ],
)
def test_words_within_words_are_no_claims_and_lies_are_found(
    text: str, true: tuple[list[str], str], lie: tuple[list[str], str]
) -> None:
    said = claims.read(text)
    assert claims.foreign(said, *true) == []
    assert len(claims.foreign(said, *lie)) == 1


def test_an_article_is_no_tonic_and_a_tonic_is_one() -> None:
    for text in ("how about a blues tune?", "playing a blues music beat", "A blues purely instrumental number", "in a minor tonlity"):
        assert claims.read(text).keys == (), text
    for text in ("the A blues scale", "A blues scale, 9 bpm", "slow music in A blues.", "in the key of A", "a bluesy A"):
        said = claims.read(text)
        assert claims.key_holds(said, "A", "blues") and not claims.key_holds(said, "G", "blues"), text
    for text in ("E flat blues", "the Eb blues scale", "the key of E-flat", "a bluesy E♭"):
        said = claims.read(text)
        assert claims.key_holds(said, "E flat", "blues") and not claims.key_holds(said, "E", "blues"), text
    for text in ("A dorian mode", "the dorian mode on A", "the A minor scale", "the key of A minor"):
        said = claims.read(text)
        assert claims.key_holds(said, "A", "dorian") and not claims.key_holds(said, "D", "dorian"), text
    assert claims.read("the key of A flat minor").keys == ((8, "minor"),)
    assert claims.read("a bluesy B-flat clarinet").keys == ()


def test_the_name_of_a_drum_machine_is_no_tempo() -> None:
    assert claims.read("the background is a fast tempo 808 drums").bpm == ()
    assert claims.read("tempo 128, 909 drum machine").bpm == (128.0,)


def test_a_kind_of_instrument_is_true_of_its_members() -> None:
    said = claims.read("guitar, trumpet and taiko drums")
    assert claims.foreign(said, ["muted electric guitar"], "taiko ensemble") == ["trumpet"]


def test_claims_are_held_against_the_sheet() -> None:
    said = claims.read("around 95 bpm, in d minor")
    assert claims.tempo_holds(said, 97.0) and not claims.tempo_holds(said, 98.0)
    assert claims.key_holds(said, "D", "dorian") and not claims.key_holds(said, "D", "major") and not claims.key_holds(said, "E", "minor")


# music


def test_strong_beats_are_held_against_the_chord_of_the_moment() -> None:
    chords = [(0.0, "I"), (2.0, "vim7"), (4.0, "V7"), (6.0, "I")]
    starts = [(0.0, 64), (1.0, 67), (2.01, 67), (3.0, 62), (4.0, 65), (5.5, 66), (6.0, 65), (7.0, 60)]
    score = melody([Note(at, 0.45, pitch, 90) for at, pitch in starts], chords=chords)
    counts = music.count(score)
    assert (counts.on_chord, counts.strong) == (5, 7)  # 62 on Am7 and 65 on C are none; 5.5 is no strong beat
    assert (counts.in_scale, counts.notes) == (7, 8)


def test_a_modulation_moves_the_scale() -> None:
    score = melody([Note(0.0, 0.9, 66, 90), Note(4.0, 0.9, 66, 90)], chords=[(0.0, "I"), (4.0, "I")])
    score.harmony[1] = Harmony(4.0, roman("I"), 2)  # F sharp is no note of C major, but one of D major
    assert music.count(score).in_scale == 1


def test_graces_are_no_notes_of_the_beat() -> None:
    notes = [Note(0.0, 0.05, 61, 90), Note(0.03, 0.9, 60, 90)]
    counts = music.count(melody(notes, chords=[(0.0, "I")]))
    assert (counts.on_chord, counts.strong, counts.notes, counts.in_scale) == (1, 1, 1, 1)


def test_rhythms_return_through_human_timing() -> None:
    steady, other = (0.0, 0.5, 1.25), (0.0, 0.75, 1.0)
    bars = [steady, steady, other, (0.0, 1.0)]
    rng = np.random.default_rng(0)
    starts = [2.0 * bar + at + rng.normal(0, 0.01) for bar, row in enumerate(bars) for at in row]
    counts = music.count(melody([Note(max(0.0, at), 0.3, 60, 90) for at in starts], chords=[(0.0, "I")]))
    assert (counts.repeated, counts.bars) == (2, 4)


def test_chords_are_read_from_their_symbols() -> None:
    assert music.chord_classes("F#m7") == {6, 9, 1, 4} and music.chord_classes("Bb") == {10, 2, 5}
    with pytest.raises(CorpusError, match="Xq"):
        music.chord_classes("Xq")


# whole parts


def test_wishes_are_the_same_each_time_and_even() -> None:
    asked = clips.wishes(40, seconds=5.0, seed=3, styles=["house", "waltz"], moods="families")
    assert asked == clips.wishes(40, seconds=5.0, seed=3, styles=["house", "waltz"], moods="families")
    assert len({wish.seed for wish in asked}) == 40 and len({wish.mood for wish in asked}) > 10
    assert sum(wish.style == "house" for wish in asked) == 20
    with pytest.raises(CorpusError, match="0 clips"):
        clips.wishes(0, seconds=5.0, seed=0)


def test_music_and_truth_of_a_few_clips() -> None:
    pytest.importorskip("numba")
    tunes = {bar.name: bar.value for bar in music.evaluate(clips=2, seconds=8.0, styles=["waltz"]).bars}
    assert tunes["melody notes in scale, tonal styles, %"] > 90
    report = truth.evaluate(clips=2, seconds=6.0, seed=1, styles=["house"], workers=0)
    figures = {bar.name: bar.value for bar in report.bars}
    assert figures["clips with a beat"] == 2 and figures["named instruments sounding by stem energy, % of clips"] == 100


def test_a_lie_is_found() -> None:
    pytest.importorskip("numba")
    made = clips.make(clips.Wish("house", 2, 6.0), stems=True)
    found = truth.check(made, ["a house track with banjo, no drums, 40 bpm, in C lydian"])
    assert found.no_drums is False and found.foreign == ("banjo",) and found.claims == {"tempo": False, "key": False}


def test_a_listener_learns_what_it_can_hear() -> None:
    pytest.importorskip("torch")
    from libretto.evaluate.corpus import hearing, listen

    rng = np.random.default_rng(0)
    labels = [hearing.Labels(("low", "high")[i % 2], ("calm", "happy")[i // 2 % 2], ("flute", "")[i // 4 % 2]) for i in range(48)]
    patches = rng.integers(0, 60, (48, 140, 64), dtype=np.uint8)
    for patch, label in zip(patches, labels):
        patch[:, 40 if label.style == "high" else 8] = 220
        patch[:: 6 if label.mood == "calm" else 12, 20:30] = 200
    heard = hearing.Heard(patches, np.zeros((48, 4, 384), np.uint8), labels)
    report = listen.judge(heard, heard, {}, least=2, epochs=6, batch=8, width=4)
    figures = {bar.name: bar.value for bar in report.bars}
    assert figures["style of 2 heard, %"] == 100 and figures["mood of 2 heard, %"] > 90
    assert figures["style: the commonest answer, %"] == 50


def test_a_lead_leads_for_a_while() -> None:
    from libretto.evaluate.corpus import hearing

    long, short = (melody([Note(0.0, seconds, 60, 90)], chords=[(0.0, "I")]) for seconds in (2.5, 1.5))
    named = sheet(instruments=["flute"], lead="flute")
    assert hearing.lead_of(long, named) == "flute" and hearing.lead_of(short, named) == ""
    assert hearing.lead_of(long, sheet(instruments=["flute"])) == "flute" and hearing.lead_of(long, sheet()) == ""


def test_spread_is_the_share_that_style_leaves() -> None:
    pytest.importorskip("torch")
    from libretto.evaluate.corpus import hearing, listen

    rng = np.random.default_rng(0)
    labels = [hearing.Labels(("low", "high")[i % 2], "", "") for i in range(20)]
    alike = rng.integers(100, 120, (20, 50, 64), dtype=np.uint8)
    within, between = listen.spread(hearing.Heard(alike, alike, labels))
    assert within / between == pytest.approx(1.0, abs=0.05)
    alike[1::2, :, 32:] += 100
    within, between = listen.spread(hearing.Heard(alike, alike, labels))
    assert within / between < 0.9


def test_the_contact_sheet(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    from PIL import Image

    from libretto.evaluate.corpus import contact

    assert contact.draw(tmp_path / "sheet.png", seconds=2.0, styles=["house", "waltz", "ambient"], columns=2, workers=0) == 3
    picture = Image.open(tmp_path / "sheet.png")
    assert picture.size == (2 * 316, 2 * 134 + 8) and (tmp_path / "sheet.png").stat().st_size < 100_000


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("numba")
    from libretto.cli import main

    arguments = ["evaluate", "corpus", "music", "--clips", "2", "--seconds", "8", "--styles", "waltz"]
    assert main([*arguments, "-o", str(tmp_path / "music.json")]) == 0
    assert "strong-beat melody notes on chord tones" in capsys.readouterr().out
    assert json.loads((tmp_path / "music.json").read_text())["settings"]["clips"] == 2
    assert main(["evaluate", "corpus", "health", "--clips", "0"]) == 2
    assert main(["evaluate", "corpus", "truth", "--styles", "waltzes"]) == 2
    assert "waltz" in capsys.readouterr().err


def test_health_of_a_dataset_folder(tmp_path: Path) -> None:
    from libretto.corpus.shards.dataset import DatasetWriter

    with DatasetWriter(tmp_path / "data", sample_rate=RATE) as writer:
        for index, pitch in enumerate((60, 67)):
            samples = np.concatenate([tone([pitch + step], 0.5) for step in (0, 4, 7, 12)])
            writer.add(samples, id=str(index), split="train", captions=["a tune"], sheet={"style": "waltz"})
    report = health.evaluate(data=tmp_path / "data", clips=10)
    assert report.passed and report.settings["clips"] == 2


def test_silence_is_counted_in_whole_frames_of_any_sample():
    from libretto.corpus.shards.silence import silent_share

    sound = np.concatenate([np.zeros(RATE), 0.1 * np.ones(3 * RATE)]).astype(np.float32)
    assert silent_share(sound, RATE) == silent_share(np.stack([sound, sound]), RATE) == 0.25
    assert silent_share((sound * 32767).astype(np.int16), RATE) == 0.25
    assert silent_share(np.zeros(0, np.float32), RATE) == 1.0 and silent_share(sound[-10:], RATE) == 0.0


def test_the_yardstick_passes_over_what_cannot_be_played(tmp_path):
    from midi_files import mido, write_midi

    for bpm in (90.0, 140.0):
        write_midi(tmp_path / f"scale-{bpm:g}.mid", bpm=bpm)
    silent = mido.MidiFile()
    silent.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)]))
    silent.save(tmp_path / "silent.mid")
    found = tunes.closest(tmp_path, seconds=2.0)
    assert found.tunes == 2 and 0 < found.distance <= 0.45
    with pytest.raises(CorpusError, match="has 1 tunes"):
        (tmp_path / "scale-90.mid").unlink()
        tunes.closest(tmp_path, seconds=2.0)
