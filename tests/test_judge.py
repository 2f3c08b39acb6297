"""The independent judge: what it hears, how it learns and is kept, and what is made of its answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from libretto import Libretto, tempo
from libretto.cli import main
from libretto.corpus.labels import Labels, labels_of
from libretto.corpus.language import wording
from libretto.corpus.shards.dataset import Dataset, DatasetWriter
from libretto.errors import AudioError, CorpusError, RequestError, WeightsError
from libretto.evaluate import adherence, judged
from libretto.evaluate import judge as judge_part
from libretto.evaluate.asking import ask
from libretto.judge import front, labels
from libretto.judge.tagger import CARD, TABLES, Judge, Verdict
from libretto.key import Key

RATE = front.SAMPLE_RATE
SHEETS = (
    {"style": "house", "family": "electronic", "bpm": 120.0, "key": "C", "mode": "major", "metre": "4/4", "mood": "happy", "intensity": 0.5,
     "density": 0.5, "instruments": ["piano"], "drums": "live drums", "lead": "piano"},
    {"style": "ambient", "family": "ambient", "bpm": 80.0, "key": "A", "mode": "minor", "metre": "4/4", "mood": "sad", "intensity": 0.2,
     "density": 0.2, "instruments": ["flute"], "drums": "", "lead": "flute"},
)  # fmt: skip


def tone(hertz: float, seconds: float) -> np.ndarray:
    """A steady sine: float32 [N]."""
    return (0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def clicks(bpm: float, seconds: float) -> np.ndarray:
    """A burst of noise on every beat: float32 [N]."""
    rng, samples = np.random.default_rng(0), np.zeros(round(seconds * RATE), np.float32)
    for at in np.arange(0, seconds - 0.1, 60 / bpm):
        samples[round(at * RATE) : round(at * RATE) + 900] += 0.4 * rng.normal(size=900) * np.exp(-np.arange(900) / 150)
    return samples


def clip(kind: int, seed: int, seconds: float = 3.0) -> np.ndarray:
    """Kind 0 is clicks over a low tone, kind 1 a high tone; with a little noise."""
    rng = np.random.default_rng(seed)
    noise = 0.003 * rng.standard_normal(round(seconds * RATE)).astype(np.float32)
    pitch = float(rng.uniform(0.97, 1.03))
    return noise + (clicks(120, seconds) + tone(130.8 * pitch, seconds) if kind == 0 else tone(880 * pitch, seconds))


def kept_sheet(kind: int, seconds: float = 3.0) -> dict:
    key = [[0.0, 0, "major"]] if kind == 0 else [[0.0, 9, "minor"]]
    return {**SHEETS[kind], "timeline": {"beats": [], "downbeats": [], "keys": key, "tune": [[0.0, seconds, 60]], "tuned": True}}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with DatasetWriter(folder, sample_rate=RATE) as writer:
        for number in range(20):
            kind = number % 2
            writer.add(clip(kind, number), id=f"clip-{number}", split="train" if number < 14 else "test", captions=["music"],
                       sheet=kept_sheet(kind), item=number)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tiny_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from libretto.train.judge import train_judge

    runs = tmp_path_factory.mktemp("runs")
    model = Libretto.load(tiny_weights, threads=1)
    return train_judge([data], runs=runs, model=model, seconds=3.0, epochs=6, batch=7, width=4, least=2)


# ears


def test_a_tone_lies_on_its_semitone_and_strokes_on_their_lag() -> None:
    heard = front.listen(tone(440.0, 3.0) + clicks(120, 3.0))
    assert heard.patch.shape == (46, 96) and heard.patch.dtype == np.uint8
    assert (heard.pulse.shape, heard.shape.shape, heard.chroma.shape) == ((front.PULSE,), (front.SHAPE,), (12,))
    a4 = round(12 * np.log2(440.0 / front.LOWEST))
    assert int(np.median(heard.patch, axis=0).argmax()) == a4 and int(heard.chroma.argmax()) == 9
    top = heard.pulse.reshape(front.OCTAVES, -1)[-1]
    assert abs(front.LAGS[np.where(front.LAGS > 0.3, top, 0).argmax()] - 0.5) < 0.02


def test_neighbouring_semitones_part_in_every_octave() -> None:
    for octave in range(1, 8):
        hertz = front.LOWEST * 2**octave
        patches = [np.median(front.constant_q(tone(hertz * 2 ** (step / 12), 2.0)), axis=0) for step in (0, 1)]
        assert [int(patch.argmax()) for patch in patches] == [12 * octave, 12 * octave + 1]


def test_silence_is_heard_and_scraps_are_not() -> None:
    heard = front.listen(np.zeros(2 * RATE, np.float32))
    assert not heard.patch.any() and np.isfinite(heard.pulse).all() and np.isfinite(heard.shape).all()
    for wrong in (np.zeros(RATE, np.float32), np.zeros((2, 3 * RATE), np.float32)):
        with pytest.raises(AudioError, match="at least 2 s"):
            front.listen(wrong)


# labels


def test_labels_are_those_of_the_sheet() -> None:
    found = labels_of(kept_sheet(0), 3.0)
    assert found == Labels("house", "happy", "keyboard", "yes", ("keyboard",))
    assert labels_of(kept_sheet(1), 3.0).drums == "no"
    short = kept_sheet(0)
    short["timeline"]["tune"] = [[0.0, 0.5, 60]]
    assert labels_of(short, 3.0).lead == ""  # it plays for a sixth of the clip
    assert labels_of({**kept_sheet(1), "faint": ["live drums"]}, 3.0).drums == ""  # nobody can say
    assert labels_of({}, 3.0) == Labels("", "", "")


# learning and keeping


def test_the_judge_learns_and_is_kept_small(trained: Path) -> None:
    card = json.loads((trained / CARD).read_text())
    assert card["names"]["style"] == ["ambient", "house"] and card["through_codec"] == 1.0
    assert card["held_out"]["as_they_are"]["clips"] == card["held_out"]["through_codec"]["clips"] == 6
    assert card["clips"] == 28 and sorted(path.name for path in trained.iterdir()) == [CARD, TABLES]
    judge = Judge.load(trained)
    for kind, style, drums in ((0, "house", "yes"), (1, "ambient", "no")):
        verdict = judge.hear(clip(kind, 99))
        assert (verdict["style"], verdict["drums"]) == (style, drums), verdict


@pytest.mark.parametrize("width", [4, 0])
def test_numpy_hears_what_torch_hears(width: int) -> None:
    import torch

    from libretto.judge.network import Network, arrays

    torch.manual_seed(0)
    network = Network([5, 3, 4, 2], 12, width=width)
    heard = front.listen(clip(0, 1))
    inputs = [torch.from_numpy(array)[None] for array in (heard.patch, heard.pulse, heard.shape, heard.chroma)]
    network.train()
    network(*(torch.cat([each, 0 * each]) for each in inputs))  # batch norms that have seen something
    network.eval()
    with torch.no_grad(), torch.autocast("cpu", enabled=False):
        wanted, several = network(*inputs)
    own = Judge(arrays(network), names={task: ["x"] * n for task, n in zip(labels.TASKS, (5, 3, 4, 2))}, instruments=["x"] * 12)
    found, sounding = own.logits(heard)
    for mine, other in zip([*found, sounding], [*wanted, several]):
        assert mine == pytest.approx(other[0].numpy(), abs=0.03)  # torch convolves in bfloat16 where it can


def test_a_kept_judge_is_the_judge(trained: Path, tmp_path: Path) -> None:
    judge = Judge.load(trained)
    judge.save(tmp_path / "again")
    again = Judge.load(tmp_path / "again")
    assert again.names == judge.names and again.card == judge.card
    one, other = (each.hear(clip(1, 5)) for each in (judge, again))
    assert one.answers == other.answers and one.scores["style"] == pytest.approx(other.scores["style"], abs=1e-4)
    (tmp_path / "again" / TABLES).write_bytes(b"no tables")
    with pytest.raises(WeightsError, match="holds no judge"):
        Judge.load(tmp_path / "again")
    (tmp_path / "again" / CARD).write_text('{"format": "other"}')
    with pytest.raises(WeightsError, match="libretto-judge-1"):
        Judge.load(tmp_path / "again")


def test_what_was_heard_is_kept(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from libretto.judge import gather

    dataset = Dataset.open(data)
    first = gather.gather(dataset, split="test", seconds=3.0, keep=tmp_path)
    monkeypatch.setattr(gather, "listen", None)  # it is not called again
    again = gather.gather(dataset, split="test", seconds=3.0, keep=tmp_path)
    assert np.array_equal(first.patch, again.patch) and first.labels == again.labels and len(again) == 6
    with pytest.raises(CorpusError, match="0 clips of 60 s"):
        gather.gather(dataset, split="test", seconds=60.0)


# figures


def finding(style: str, *, bpm: float = 120.0, clarity: float = 0.9, key: Key | None = None, drums: str = "yes") -> judged.Finding:
    verdict = Verdict({"style": style, "mood": "sad", "lead": "reed", "drums": drums}, {}, ("keyboard",))
    return judged.Finding(verdict, bpm, clarity, key, 0.9, 0.5)


def test_figures_stand_beside_chance() -> None:
    truths = [judged.Truth(Labels(style, "", "", "yes", ("keyboard",)), 120.0, (0, "major")) for style in ("a", "a", "a", "b")]
    truths[3] = replace(truths[3], bpm=97.0, labels=replace(truths[3].labels, instruments=("flute",)))
    found = [finding("a", key=Key(0, "major")), finding("a", bpm=60.5, key=Key(9, "minor")), finding("b", clarity=0.1), finding("b")]
    figures = judged.figures(found, truths)
    assert figures["style"] == {"accuracy": 0.75, "chance": 0.75, "clips": 4} and "mood" not in figures
    assert figures["tempo"] == {"accuracy": pytest.approx(2 / 3, abs=1e-3), "chance": pytest.approx(4 / 6, abs=1e-3), "clips": 3,
                                "with_a_beat": 0.75}  # fmt: skip
    assert figures["key"]["accuracy"] == 0.25 and figures["key_or_relative"]["accuracy"] == 0.5
    assert figures["instruments"] == {"accuracy": 0.75, "chance": 0.75, "clips": 4}
    assert judged.means(found, truths)["beat_autocorrelation"] == {"mean": 0.5, "clips": 4}


def test_scale_and_beat_are_measured(trained: Path) -> None:
    judge = Judge.load(trained)
    truth = judged.Truth(labels_of(kept_sheet(0), 3.0), 120.0, (9, "minor"))
    found = judged.find(judge, clicks(120, 5.0) + tone(440.0, 5.0), truth)
    off = judged.find(judge, clicks(120, 5.0) + tone(440.0, 5.0), replace(truth, bpm=87.0, key=(8, "major")))
    assert found.in_scale > 0.9 > 0.2 > off.in_scale and found.again > off.again + 0.2
    assert tempo.beat_autocorrelation(clicks(120, 5.0), 122.0, sample_rate=RATE) > 0.5  # within 3 %


# questions


def test_prompts_say_what_is_asked() -> None:
    seen, unnamed = set(), 0
    for seed in range(30):
        question = ask("clip", kept_sheet(0), seconds=3.0, seed=seed, fields=seed % 2 == 1)
        prompt, fields = question.request.prompt.lower(), (question.request.bpm, question.request.key, question.request.metre)
        seen.add(prompt)
        assert "house" in prompt and ("piano" in prompt or "concert grand" in prompt), prompt
        assert any(word in prompt for word in ("drum", "kit", "percussion", "beat")), prompt
        named = any(word in prompt for word in wording.MOODS["happy"])
        unnamed += not named
        assert question.truth.labels == Labels("house", "happy" if named else "", "keyboard", "yes")  # only what is said
        assert fields == ((120.0, "C major", "4/4") if seed % 2 else (None, None, None))
        assert "{" not in prompt and "  " not in prompt
    assert len(seen) > 20 and 0 < unnamed < 15
    quiet = ask("clip", {**kept_sheet(1), "lead": ""}, seconds=3.0, seed=1, fields=False)
    assert quiet.truth.labels.lead == "" and quiet.truth.labels.drums == "no"
    with pytest.raises(RequestError, match="names no style"):
        ask("clip", {}, seconds=3.0, seed=0, fields=False)


# whole parts


def test_the_judge_is_measured_raw_and_through_the_codec(trained: Path, data: Path, tiny_weights: Path) -> None:
    model = Libretto.load(tiny_weights, threads=1)
    report = judge_part.evaluate(model, judge=trained, data=data, codec=True, seconds=3.0, limit=4)
    assert report["clips"] == 4 and report["as_they_are"]["style"] == {"accuracy": 1.0, "chance": 0.5, "clips": 4}
    assert set(report["through_codec"]) >= {"style", "mood", "lead", "drums", "key"}
    assert report["held_out_in_training"]["as_they_are"]["clips"] == 6


def test_adherence_is_a_share_of_what_real_clips_reach(trained, data, tiny_weights, tmp_path, capsys, monkeypatch) -> None:
    command = ["evaluate", "adherence", "--judge", str(trained), "--data", str(data), "--weights", str(tiny_weights), "--seconds", "3"]
    assert main([*command, "--limit", "2", "--keep", str(tmp_path / "takes")]) == 0
    report = json.loads(capsys.readouterr().out)
    style = report["attributes"]["style"]
    assert report["takes"] == 2 and style["bar_%"] == 80.0 and style["clips"] == 2 and style["chance"] == 0.5
    assert style["share_of_it_%"] == pytest.approx(100 * style["accuracy"] / style["corpus_through_codec"], abs=0.1)
    lines = [json.loads(line) for line in (tmp_path / "takes" / "takes.jsonl").read_text().splitlines()]
    assert [line["file"] for line in lines] == ["00000.flac", "00001.flac"] and lines[0]["bpm"] is None and lines[1]["bpm"]
    assert report["attributes"]["key"]["clips"] == 1 and report["words_alone"]["style"]["clips"] == 1
    monkeypatch.setattr(Libretto, "perform", None)  # takes that lie there are not made again
    assert main([*command, "--limit", "2", "--keep", str(tmp_path / "takes")]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert main([*command, "--takes", str(tmp_path / "takes")]) == 0
    again = json.loads(capsys.readouterr().out)
    assert kept["attributes"] == again["attributes"] and kept["each"] == again["each"]
    assert main([*command, "--limit", "1", "--first-seed", "9", "--keep", str(tmp_path / "takes")]) == 2
    assert "takes of other questions" in capsys.readouterr().err


def test_refused(trained: Path, data: Path, tiny_weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = Libretto.load(tiny_weights, threads=1)
    with pytest.raises(WeightsError, match="holds no judge"):
        adherence.evaluate(model, judge=tmp_path, data=data)
    with pytest.raises(RequestError, match="seeds is 0"):
        adherence.evaluate(model, judge=trained, data=data, seeds=0)
    with pytest.raises(RequestError, match="both given"):
        adherence.evaluate(model, judge=trained, data=data, keep=tmp_path, takes=tmp_path)
    with pytest.raises(AudioError, match=r"takes\.jsonl"):
        adherence.evaluate(model, judge=trained, data=data, takes=tmp_path)
    for arguments, words in (
        (["evaluate", "judge", "--judge", str(trained), "--data", str(data), "--seconds", "1"], "expected 2 to 600"),
        (["evaluate", "judge", "--data", str(data)], "--judge"),
        (["evaluate", "adherence", "--judge", str(trained), "--data", str(data), "--threads", "0"], "--threads is 0"),
        (["evaluate", "adherence", "--judge", str(trained), "--data", str(data), "--takes", "none"], "none is no folder"),
        (["train", "judge", "--data", str(data), "--set", "epoch=3"], "did you mean 'epochs'"),
        (["train", "judge", "--data", str(data), "--set", "width=wide"], "setting width is 'wide'"),
        (["train", "judge", "--data", str(data), "--set", "epochs=0", "codec=false"], "epochs 0"),
        (["train", "judge", "--data", str(data), "--steps", "3"], "epochs=NUMBER"),
        (["train", "codec", "--data", str(data), str(data)], "only `libretto train judge` takes several"),
    ):  # fmt: skip
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_the_command_trains(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = ["codec=false", "seconds=3", "epochs=1", "batch=7", "width=4"]
    assert main(["train", "judge", "--data", str(data), "--runs", str(tmp_path), "--set", *settings]) == 0
    assert "judge: done" in capsys.readouterr().out and Judge.load(tmp_path / "judge").card["through_codec"] == 0
