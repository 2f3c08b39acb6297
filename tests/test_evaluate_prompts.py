"""Prompts played in numbers: the noise measure on signals whose answer is known, faults, and what a run counts and keeps."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from libretto.audio import Waveform
from libretto.errors import AudioError, RequestError
from libretto.evaluate import contact_sheet, faults, prompts
from libretto.evaluate.noise import GAUSSIAN, THRESHOLD, noise_likeness

RATE = 24_000


def noise(slope: float, *, seconds: float = 4.0, seed: int = 0) -> Waveform:
    """Gaussian noise whose power falls as frequency ** -slope."""
    count = int(seconds * RATE)
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    hertz[0] = hertz[1]
    samples = np.fft.irfft(np.fft.rfft(np.random.default_rng(seed).standard_normal(count)) * hertz ** (-slope / 2), count)
    return Waveform(0.1 * samples / samples.std(), RATE)


def notes(*hertz: float, seconds: float = 4.0) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    return 0.1 * sum(np.sin(2 * np.pi * f * k * time) / k for f in hertz for k in range(1, 7))


def test_gaussian_noise_has_the_flatness_of_the_exponential_distribution() -> None:
    assert pytest.approx(0.5615, abs=1e-4) == GAUSSIAN
    assert noise_likeness(noise(0.0)) == pytest.approx(GAUSSIAN, abs=0.015)


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0])
def test_white_pink_and_brown_noise_are_noise(slope: float) -> None:
    for seed in range(5):
        likeness = noise_likeness(noise(slope, seed=seed))
        assert likeness is not None and likeness >= THRESHOLD


def test_tones_and_onsets_are_not() -> None:
    beats = noise(0.0).samples[0] * np.exp(-(np.arange(4 * RATE) % (RATE // 4)) / 1500)  # bursts, four a second
    hiss = noise(0.0).samples[0] * 0.1
    for samples in (notes(220.0, 277.2, 329.6), beats, notes(220.0) + hiss, notes(220.0, 330.0) + beats):
        likeness = noise_likeness(Waveform(samples, RATE))
        assert likeness is not None and likeness < 0.9 * THRESHOLD
    swelling = Waveform(noise(0.0).samples[0] * np.linspace(0.05, 1, 4 * RATE), RATE)
    assert noise_likeness(swelling) > THRESHOLD  # type: ignore[operator]


def test_the_level_does_not_matter_and_silence_has_none() -> None:
    loud = noise(1.0)
    quiet = Waveform(loud.samples * 0.01, RATE)
    assert noise_likeness(quiet) == pytest.approx(noise_likeness(loud), rel=1e-3)
    assert noise_likeness(Waveform(np.zeros(RATE), RATE)) is None and noise_likeness(Waveform(np.ones(100), RATE)) is None


def test_every_fault_is_found_alone() -> None:
    clean = notes(220.0)
    quiet = np.where(np.arange(len(clean)) < 0.4 * len(clean), clean, 0.0)
    for samples, names in (
        (clean, []), (quiet, ["silent"]), (np.zeros(RATE), ["silent"]), (noise(0.0).samples[0], ["noise_like"]),
        (np.clip(8 * clean, -1, 1), ["clipped"]), (clean + 0.01, ["dc"]),
    ):
        assert faults.faults(Waveform(samples, RATE)).names == names


# prompts of a file


def test_prompts_come_from_lines_or_fields(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("calm piano\n\n  fast drums \n")
    (tmp_path / "a.jsonl").write_text('{"caption": "one", "n": 1}\n{"text": "two", "caption": "no"}\n\n{"prompt": "three"}\n')
    assert prompts.read_prompts(tmp_path / "a.txt") == ["calm piano", "fast drums"]
    assert prompts.read_prompts(tmp_path / "a.jsonl") == ["one", "two", "three"]


@pytest.mark.parametrize(("name", "text", "words"), [
    ("a.txt", "\n \n", "holds no prompts"), ("a.jsonl", '{"text": "a"}\n{"title": "b"}', "line 2 has no text"),
    ("a.jsonl", '{"text": 3}', "line 1 has no text"), ("a.jsonl", "[1", "line 1 is no JSON"), ("none/a.txt", None, "not there"),
])
def test_prompts_that_are_none(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(RequestError, match=words):
        prompts.read_prompts(tmp_path / name)


class Player:
    """Plays what the prompt names."""

    sounds: ClassVar = {"tone": notes(220.0, seconds=1.0), "noise": noise(0.0, seconds=1.0).samples[0], "silence": np.zeros(RATE)}

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def perform(self, request):  # type: ignore[no-untyped-def]
        self.asked.append((request.prompt, request.seed))
        if request.prompt not in self.sounds:
            raise AudioError("no such sound")
        return SimpleNamespace(audio=Waveform(self.sounds[request.prompt], RATE))


def test_a_run_counts_lists_the_worst_and_draws(tmp_path: Path) -> None:
    from PIL import Image

    file = tmp_path / "a.txt"
    file.write_text("tone\nnoise\nbroken\nsilence\ntone\n" + "x" * 3000)
    player = Player()
    found = prompts.evaluate(player, file=file, seconds=1.0, seed=5, sheet=tmp_path / "s.png", sheet_count=3)  # type: ignore[arg-type]
    assert player.asked == [("tone", 5), ("noise", 6), ("broken", 7), ("silence", 8), ("tone", 9)]
    counts = {name: found[name] for name in ("prompts", "failed", "silent", "noise_like", "clipped", "dc", "without_fault")}
    assert counts == {"prompts": 6, "failed": 2, "silent": 1, "noise_like": 1, "clipped": 0, "dc": 0, "without_fault": 2}
    assert found["shares"]["failed"] == 0.3333 and found["worst"][0]["prompt"] == "noise"
    assert [row["prompt"][:9] for row in found["worst"]][-2:] == ["tone", "tone"]
    assert found["each"][2]["error"] == "AudioError: no such sound" and "3,000 characters" in found["each"][5]["error"]
    assert found["on_the_sheet"] == 2  # of prompts 1, 3 and 5 the third failed
    assert Image.open(tmp_path / "s.png").size == (2 * 316, 134 + 8)
    assert len(prompts.evaluate(Player(), file=file, seconds=1.0, limit=2)["each"]) == 2  # type: ignore[arg-type]


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    file, keep = tmp_path / "a.txt", tmp_path / "kept"
    file.write_text("tone\nbroken\nnoise\n")
    whole = prompts.evaluate(Player(), file=file, seconds=1.0, keep=keep)  # type: ignore[arg-type]
    assert sorted(path.name for path in keep.iterdir()) == ["00000.flac", "00002.flac", "prompts.jsonl"]
    (keep / "00002.flac").unlink()
    player = Player()
    assert prompts.evaluate(player, file=file, seconds=1.0, keep=keep) == whole  # type: ignore[arg-type]
    assert player.asked == [("broken", 1), ("noise", 2)]
    with pytest.raises(RequestError, match="other prompts, seconds or seed"):
        prompts.evaluate(Player(), file=file, seconds=1.0, seed=1, keep=keep)  # type: ignore[arg-type]


def test_long_titles_are_cut_to_a_panel() -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(13)
    assert contact_sheet.fitted("short\nwords", font) == "short words"
    cut = contact_sheet.fitted("a very long caption " * 20, font)
    assert cut.endswith("...") and 250 < font.getlength(cut) <= 300


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], tiny_weights: Path) -> None:
    from libretto.cli import main

    file = tmp_path / "a.txt"
    file.write_text("calm piano\n")
    command = ["evaluate", "prompts", str(file), "--weights", str(tiny_weights), "--seconds", "0.5"]
    assert main([*command, "--sheet", str(tmp_path / "s.png"), "-o", str(tmp_path / "r.json")]) == 0
    assert json.loads((tmp_path / "r.json").read_text())["prompts"] == 1 and (tmp_path / "s.png").is_file()
    capsys.readouterr()
    for more, words in ((["--sheet", "s.jpg"], "a contact sheet is a .png"), (["--seconds", "0"], "seconds is 0"),
                        (["--sheet-count", "0"], "sheet_count is 0"), (["--seed", "-1"], "seed is -1")):
        assert main([*command, *more]) == 2 and words in capsys.readouterr().err
