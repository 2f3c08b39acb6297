"""Listening tests: what a page holds and hides, the order that a seed gives, and scores against numbers worked out by hand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from libretto.audio import Waveform
from libretto.cli import main
from libretto.errors import RequestError
from libretto.evaluate.listening import REFERENCE, anchors
from libretto.evaluate.listening.build import PAGE, build
from libretto.evaluate.listening.order import mulberry32, plan
from libretto.evaluate.listening.score import score
from libretto.evaluate.listening.statistics import binomial, bootstrap, holm

RATE = 24_000


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Three systems, two names in all of them and one that only the first has; levels, lengths and rates differ."""
    rng = np.random.default_rng(0)
    made = []
    for at, name in enumerate(("zebra", "yak", "original")):
        folder = tmp_path / name
        folder.mkdir()
        for item in ("one", "two"):
            samples = 0.05 * (at + 1) * rng.standard_normal(RATE + 2400 * at)
            Waveform(samples, RATE).save(folder / f"{item}.wav", comment="zebra")
        made.append(folder)
    Waveform(np.ones(RATE) * 0.1, RATE).save(made[0] / "three.wav")
    (made[0] / "one.txt").write_text("calm </script> piano\n")
    (made[1] / "two.json").write_text('{"way": "generate", "prompt": "fast drums"}')
    return made


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found.group(1))


# the page


def test_a_page_of_pairs(tmp_path: Path, folders: list[Path]) -> None:
    built = build("ab", folders, tmp_path / "test", question="Which fits?", per_listener=4, seed=1)
    assert (built.trials, built.per_listener, built.items, built.left_out) == (6, 4, 2, 1)
    key, data = json.loads(built.key.read_text()), data_of(built.page)
    assert built.key == tmp_path / "test-key.json" and (data["question"], data["per_listener"], data["kind"]) == ("Which fits?", 4, "ab")
    compared = [(*sorted(trial["stimuli"].values()), trial["item"]) for trial in key["trials"].values()]
    pairs = [("yak", "zebra"), ("original", "zebra"), ("original", "yak")]
    assert sorted(compared) == sorted((*pair, item) for pair in pairs for item in ("one", "two"))
    assert [trial["stimuli"] for trial in data["trials"]] == [list(trial["stimuli"]) for trial in key["trials"].values()]
    prompts = {key["trials"][trial["id"]]["item"]: trial["prompt"] for trial in data["trials"]}
    assert prompts == {"one": "calm </script> piano", "two": "fast drums"}


def test_nothing_a_listener_gets_names_a_system_or_a_file(tmp_path: Path, folders: list[Path]) -> None:
    built = build("ab", folders, tmp_path / "test", seed=1)
    everything = [path for path in (tmp_path / "test").rglob("*") if path.is_file()]
    assert len(everything) == 1 + 6
    for path in everything:
        assert re.fullmatch(r"index\.html|[0-9a-f]{12}\.wav", path.name)
        for name in (b"zebra", b"yak", b"original", b"one.wav", b"key.json"):
            assert name not in path.read_bytes()
    text = built.page.read_text()
    assert not re.search(r"https?://|//cdn|@import|<link[^>]*stylesheet|<script[^>]*src", text)
    order = [json.loads(built.key.read_text())["trials"][f"t{number:03d}"] for number in range(1, 7)]
    again = json.loads(build("ab", folders, tmp_path / "again", seed=2).key.read_text())["trials"]
    assert [list(trial["stimuli"].values()) for trial in order] != [list(trial["stimuli"].values()) for trial in again.values()]


def test_sounds_have_one_length_rate_and_loudness(tmp_path: Path, folders: list[Path]) -> None:
    build("ab", folders, tmp_path / "test")
    sounds = [Waveform.load(path) for path in (tmp_path / "test" / "audio").iterdir()]
    assert {(sound.samples.shape, sound.sample_rate) for sound in sounds} == {((1, RATE), RATE)}
    assert all(sound.loudness() == pytest.approx(-23, abs=0.1) and sound.peak < 1 for sound in sounds)


def test_a_peak_that_forbids_the_level_lowers_all_of_an_item(tmp_path: Path, folders: list[Path]) -> None:
    peaky = 0.01 * np.random.default_rng(0).standard_normal(RATE)
    peaky[12_000] = 0.9
    Waveform(peaky, RATE).save(folders[0] / "one.wav")
    key = json.loads(build("ab", folders[:2], tmp_path / "test").key.read_text())
    levels = {trial["item"]: trial["lufs"] for trial in key["trials"].values()}
    assert levels["two"] == -23 and levels["one"] < -30
    for name in key["trials"]["t001"]["stimuli"]:
        sound = Waveform.load(tmp_path / "test" / "audio" / f"{name}.wav")
        assert sound.loudness() == pytest.approx(key["trials"]["t001"]["lufs"], abs=0.2) and sound.peak <= 0.98


def test_a_page_of_ratings_in_one_file(tmp_path: Path, folders: list[Path]) -> None:
    built = build("mushra", folders[:2], tmp_path / "test", reference=folders[2], embed=True)
    assert [path.name for path in (tmp_path / "test").iterdir()] == ["index.html"]
    data, key = data_of(built.page), json.loads(built.key.read_text())
    assert len(data["audio"]) == 2 * 6 and all(url.startswith("data:audio/wav;base64,UklGR") for url in data["audio"].values())
    for trial in data["trials"]:
        conditions = key["trials"][trial["id"]]["stimuli"]
        assert sorted(conditions.values()) == ["anchor 3500 Hz", "anchor 7000 Hz", REFERENCE, "yak", "zebra"]
        assert trial["reference"] not in conditions and trial["reference"] in data["audio"]
        hidden = next(sound for sound, name in conditions.items() if name == REFERENCE)
        assert data["audio"][hidden] == data["audio"][trial["reference"]]
    assert "anchor" not in built.page.read_text()


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
def test_the_low_anchor_keeps_the_mask_of_the_standard(rate: int) -> None:
    response = 20 * np.log10(np.abs(np.fft.rfft(anchors.taps(anchors.LOW, rate), rate)) + 1e-12)  # a bin is 1 Hz
    assert np.abs(response[:3501]).max() <= 0.1
    assert response[4000:].max() <= -25 and response[4500:].max() <= -50


def test_an_anchor_stays_in_time() -> None:
    time = np.arange(RATE) / RATE
    low, high = np.sin(2 * np.pi * 1000 * time), np.sin(2 * np.pi * 5000 * time)
    made = anchors.anchor(Waveform(0.4 * (low + high), RATE), anchors.LOW).samples[0]
    np.testing.assert_allclose(made[1000:-1000], 0.4 * low[1000:-1000], atol=2e-3)


def test_folders_that_do_not_fit(tmp_path: Path, folders: list[Path]) -> None:
    def refused(words: str, *arguments: Any, **options: Any) -> None:
        with pytest.raises(RequestError, match=words):
            build(*arguments, **options)
        assert not (tmp_path / "t").exists()

    refused("two or more", "ab", folders[:1], tmp_path / "t")
    refused("reference", "mushra", folders[:1], tmp_path / "t")
    refused("is no folder", "ab", [folders[0], tmp_path / "none"], tmp_path / "t")
    refused("called 'zebra'", "ab", [folders[0], folders[0]], tmp_path / "t")
    refused("listeners' folder", "ab", folders, tmp_path / "t", key=tmp_path / "t" / "key.json")
    refused("is no listening test", "ab", folders, folders[0])
    (folders[2] / "one.txt").write_text("other words")
    refused("different words", "ab", folders, tmp_path / "t")
    (folders[0] / "one.txt").unlink()
    for path in folders[1].glob("*.wav"):
        path.rename(path.with_name(f"x{path.name}"))
    refused("no file name is in all folders", "ab", folders[:2], tmp_path / "t")


# order


TRIALS = {f"t{number}": [f"a{number}", f"b{number}", f"c{number}"] for number in range(20)}


def test_the_generator_is_mulberry32() -> None:
    draw = mulberry32(1)
    drawn = [round(draw() * 2**32) for _ in range(3)]
    assert drawn == [2693262067, 11749833, 2265367787]  # what the published routine gives in JavaScript


def test_an_order_is_of_its_seed() -> None:
    first, again, other = (plan(TRIALS, seed=seed, count=8) for seed in (5, 5, 6))
    assert first == again and list(first.items()) == list(again.items()) and list(first) != list(other)
    assert len(first) == 8 and all(sorted(order) == TRIALS[name] for name, order in first.items())


def test_every_trial_and_every_place_come_up_alike() -> None:
    chosen = [plan(TRIALS, seed=seed, count=5) for seed in range(2000)]
    counts = [sum(name in order for order in chosen) for name in TRIALS]
    assert min(counts) > 400 and max(counts) < 600  # 500 expected, standard deviation 19
    leading = np.mean([order[name][0] == f"a{name[1:]}" for order in chosen for name in order])
    assert leading == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_the_page_draws_the_same_order() -> None:
    trials = [{"id": name, "stimuli": sounds} for name, sounds in TRIALS.items()]
    script = f"{(PAGE / 'order.js').read_text()}\nconst trials = {json.dumps(trials)};\n"
    script += "const told = (seed) => plan(trials, seed, 8).map((trial) => [trial.id, trial.stimuli]);\n"
    script += "console.log(JSON.stringify([0, 1, 4294967295, 3698798316].map(told)));"
    told = json.loads(subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, timeout=60).stdout)
    expected = [plan(TRIALS, seed=seed, count=8) for seed in (0, 1, 2**32 - 1, 3698798316)]
    assert told == [[[name, order] for name, order in each.items()] for each in expected]


# scores


def test_the_binomial_test_by_hand() -> None:
    assert binomial(8, 2) == binomial(2, 8) == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert binomial(5, 5) == 1.0 and binomial(0, 0) == 1.0 and binomial(6, 0) == pytest.approx(2 / 64)
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_the_bootstrap_draws_listeners() -> None:
    assert bootstrap([[1.0, 1.0], [1.0]]) == (1.0, 1.0)
    assert bootstrap([[0.0] * 50, [1.0] * 50]) == (0.0, 1.0)  # of two listeners one or the other, whatever their answers
    low, high = bootstrap([[0.0] * 50 + [1.0] * 50])  # of one, values: 0.5 +- 1.96 * 0.05
    assert low == pytest.approx(0.40, abs=0.02) and high == pytest.approx(0.60, abs=0.02)


def answered(key: Path, path: Path, seed: int, answer: Any, *, listener: str = "") -> Path:
    """The file of a listener who answers by ``answer(conditions of the sounds)``."""
    told = json.loads(key.read_text())
    trials = {name: trial["stimuli"] for name, trial in told["trials"].items()}
    order = plan({name: list(sounds) for name, sounds in trials.items()}, seed=seed, count=told["per_listener"])
    rows = [{"trial": name, "order": sounds, **answer(trials[name])} for name, sounds in order.items()]
    values = {"libretto": "listening-test", "version": 1, "test": told["test"], "listener": listener, "seed": seed, "answers": rows}
    path.write_text(json.dumps(values))
    return path


def test_win_rates(tmp_path: Path, folders: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    key = build("ab", folders[:2], tmp_path / "test").key  # two trials a listener

    def prefers(name: str):  # type: ignore[no-untyped-def]
        return lambda sounds: {"answer": next((sound for sound, system in sounds.items() if system == name), "none")}

    files = [answered(key, tmp_path / f"{seed}.json", seed, prefers("zebra")) for seed in range(3)]
    files.append(answered(key, tmp_path / "3.json", 3, prefers("yak")))
    files.append(answered(key, tmp_path / "4.json", 4, prefers("neither")))
    (row,) = score(files, key)["pairs"]
    assert (row["first"], row["answers"], row["wins"], row["losses"], row["no_difference"]) == ("zebra", 10, 6, 2, 2)
    assert row["win_rate"] == pytest.approx(0.7) and row["p"] == pytest.approx(2 * (1 + 8 + 28) / 256)  # 6 to 2, of eight
    assert row["interval"][0] < 0.7 < row["interval"][1] and row["interval"] == score(files, key)["pairs"][0]["interval"]
    assert main(["listening-test", "score", *map(str, files), "--key", str(key), "-o", str(tmp_path / "r.json")]) == 0
    assert "5 listeners, 10 answers" in capsys.readouterr().out and json.loads((tmp_path / "r.json").read_text())["pairs"] == [row]


def test_ratings_and_post_screening(tmp_path: Path, folders: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    key = build("mushra", folders[:2], tmp_path / "test", reference=folders[2], cutoffs=[3500.0]).key
    usual = {REFERENCE: 90, "zebra": 60, "yak": 40, "anchor 3500 Hz": 10}

    def rates(**changes: int):  # type: ignore[no-untyped-def]
        return lambda sounds: {"ratings": {sound: (usual | changes)[name] for sound, name in sounds.items()}}

    said = {"a": rates(), "b": rates(zebra=80), "c": rates(reference=89)}
    files = [answered(key, tmp_path / f"{name}.json", at, said[name], listener=name) for at, name in enumerate(said, 1)]
    report = score(files, key)
    assert report["set_aside"] == [{"listener": "c", "seed": 3, "reference_below_90_share": 1.0}] and report["answers"] == 4
    means = {row["condition"]: (row["mean"], row["interval"], row["ratings"]) for row in report["conditions"]}
    assert list(means) == [REFERENCE, "zebra", "yak", "anchor 3500 Hz"]
    assert means["zebra"] == (70.0, [60.0, 80.0], 4) and means["yak"] == (40.0, [40.0, 40.0], 4)
    assert main(["listening-test", "score", *map(str, files), "--key", str(key)]) == 0
    assert "set aside: c (seed 3)" in capsys.readouterr().out


@pytest.mark.parametrize(("below", "aside"), [(0, False), (3, False), (4, True)])  # of 20 items: 15 % is not more than 15 %
def test_the_bound_of_post_screening(below: int, aside: bool) -> None:
    from libretto.evaluate.listening.results import Answer, Listener
    from libretto.evaluate.listening.score import MOST_BELOW, missed_reference

    answers = tuple(Answer("t", "i", {REFERENCE: 89.0 if at < below else 90.0}) for at in range(20))
    assert (missed_reference(Listener("", 0, answers)) > MOST_BELOW) == aside


def test_results_that_are_not_of_the_key(tmp_path: Path, folders: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    key, other = (build("ab", folders[:2], tmp_path / name).key for name in ("test", "other"))
    good = answered(key, tmp_path / "a.json", 1, lambda sounds: {"answer": "none"})
    values = json.loads(good.read_text())

    def refused(change: dict[str, Any], words: str) -> None:
        (tmp_path / "x.json").write_text(json.dumps(values | change))
        assert main(["listening-test", "score", str(tmp_path / "x.json"), "--key", str(key)]) == 2
        assert words in capsys.readouterr().err

    refused({"test": "f00"}, "the key of")
    refused({"seed": 2}, "another order than seed 2")
    refused({"answers": []}, "no answers")
    refused({"answers": [values["answers"][0] | {"answer": "zebra"}]}, "expected one of its sounds")
    refused({"libretto": "record"}, "is no listening-test file")
    for arguments, words in (([good, good, "--key", key], "same listener"), ([good, "--key", other], "the key of"),
                             ([good, "--key", good], "is no listening-test-key file"), ([tmp_path / "none", "--key", key], "not there")):
        assert main(["listening-test", "score", *map(str, arguments)]) == 2 and words in capsys.readouterr().err


def test_the_command_makes_pages(tmp_path: Path, folders: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(folder) for folder in folders]
    assert main(["listening-test", "ab", *names, "-o", str(tmp_path / "a"), "--question", "Which?", "--limit", "1"]) == 0
    assert "3 trials of 1 names, 3 a listener; 1 names left out" in capsys.readouterr().out
    assert main(["listening-test", "mushra", *names[:2], "--reference", names[2], "-o", str(tmp_path / "m"), "--anchors", "3500"]) == 0
    assert main(["listening-test", "ab", names[0], "-o", str(tmp_path / "x")]) == 2
    assert main(["listening-test", "mushra", names[0], "--reference", names[2], "-o", str(tmp_path / "x"), "--anchors", "20000"]) == 2
    assert "does not fit 24000 Hz" in capsys.readouterr().err and not (tmp_path / "x").exists()
