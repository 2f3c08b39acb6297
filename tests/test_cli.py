"""The command line: what it writes, and that bad input ends in one line, exit code 2 and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from libretto import __version__, weights
from libretto.cli import main
from libretto.cli.progress import Progress, span
from libretto.cli.train import settings
from libretto.errors import LibrettoError


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch, tiny_weights):
    """An empty working folder, and the tiny model in place of the bundled one."""
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def sound():
    """Half a second of stereo at 44.1 kHz in two.wav."""
    samples = 0.2 * np.random.default_rng(0).standard_normal((22_050, 2))
    soundfile.write("two.wav", samples, 44_100)
    return "two.wav"


def ran(capsys, *arguments):
    """Run a command that works; what it printed."""
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


def refused(capsys, *arguments, words=""):
    """Run a command that must end in one line, exit code 2, no new file, no changed one."""
    def listing():
        return {path: path.read_bytes() if path.is_file() else None for path in sorted(Path().rglob("*"))}

    before = listing()
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert code == 2, (code, printed)
    assert printed.out == "" and printed.err.startswith("libretto: ") and printed.err.count("\n") == 1, printed.err
    assert len(printed.err) < 500 and words in printed.err, printed.err
    assert listing() == before


# generate


def test_generate(capsys, place):
    command = ["generate", "calm piano", "--seconds", 0.5, "--seed", 7]
    printed = ran(capsys, *command, "-o", "a.wav", "--spectrogram", "a.png", "--tokens", "a.npz")
    assert printed.startswith("a.wav: 0.5 s, seed 7, take 1\n") and "x real time (text " in printed and "codec" in printed
    audio, rate = soundfile.read("a.wav")
    assert (len(audio), rate) == (12_000, 24_000)
    assert sorted(path.name for path in place.iterdir()) == ["a.json", "a.npz", "a.png", "a.wav"]
    ran(capsys, *command, "-o", "b.wav")
    assert Path("a.wav").read_bytes() == Path("b.wav").read_bytes()
    ran(capsys, "decode", "a.npz", "-o", "c.wav")
    np.testing.assert_allclose(soundfile.read("c.wav")[0][:12_000], audio, atol=1e-4)


def test_takes(capsys, place):
    printed = ran(capsys, "generate", "calm piano", "--seconds", 0.5, "--seed", 7, "--takes", 3, "-o", "a.flac", "--tokens", "t.npz")
    assert [line.split(":")[0] for line in printed.splitlines()[::2]] == ["a-1.flac", "a-2.flac", "a-3.flac"]
    assert len({path.read_bytes() for path in place.glob("a-*.flac")}) == 3 and len(list(place.iterdir())) == 9
    first = Path("a-1.flac").read_bytes()
    ran(capsys, "generate", "calm piano", "--seconds", 0.5, "--seed", 7, "-o", "alone.flac")
    assert Path("alone.flac").read_bytes() == first


def test_a_seed_is_drawn_and_told(capsys):
    seeds = {ran(capsys, "generate", "calm piano", "--seconds", 0.1).split("seed ")[1].split(",")[0] for _ in range(2)}
    assert len(seeds) == 2
    ran(capsys, "generate", "calm piano", "--seconds", 0.1, "--seed", seeds.pop(), "-o", "again.ogg")


@pytest.mark.parametrize(("arguments", "words"), [
    ([""], "the prompt is empty"), (["   "], "the prompt is empty"), (["x" * 10_000], "10,000 characters, at most 2,000"),
    (["a", "--seconds", "0"], "seconds is 0.0, expected a number from 0.1"), (["a", "--seconds=-3"], "seconds is -3.0"),
    (["a", "--seconds", "1e12"], "to 3600"), (["a", "--seconds", "nan"], "seconds is nan"),
    (["a", "--seconds", "inf"], "seconds is inf"),
    (["a", "--seconds", "ten"], "invalid float value: 'ten' (see `libretto generate --help`)"),
    (["a", "--seed=-1"], "seed is -1"), (["a", "--seed", "99999999999999999999"], "seed is"), (["a", "--takes", "0"], "takes is 0"),
    (["a", "--temperature", "0"], "temperature is 0"), (["a", "--guidance", "nan"], "guidance is nan"),
    (["a", "--top-k=-1"], "top_k is -1"),
    (["a", "--threads", "0"], "threads is 0"), (["a", "--weights", "none"], "no weights folder at none"),
    (["a", "-o", "a.xyz"], "suffix '.xyz'; valid: .flac"),
    (["a", "-o", "wav"], "suffix ''"), (["a", "-o", "a.wave"], "did you mean '.wav'"),
    (["a", "-o", "none/a.wav"], "none is not there"), (["a", "-o", "folder.wav"], "is a folder"),
    (["a", "-o", "file/a.wav"], "a file"), (["a", "--spectrogram", "a.jpg"], "a spectrogram is a .png"),
    (["a", "--spectrogram", "none/a.png"], "not there"), (["a", "--tokens", "folder.wav"], "is a folder"),
    (["a", "--tokens", "a.wav", "-o", "a.wav"], "same name"),
    (["a", "--takes", "2", "-o", "b.wav"], "b-2.wav is a folder"), ([], "the prompt is empty"), (["a", "--loud"], "--loud"),
])
def test_generate_refuses(capsys, arguments, words):
    Path("folder.wav").mkdir()
    Path("b-2.wav").mkdir()
    Path("file").write_text("")
    refused(capsys, "generate", *arguments, words=words)


def test_places_that_turn_out_unwritable(capsys, monkeypatch, sound):
    def full(*_):
        raise OSError(28, "No space left on device")

    command = ["generate", "a", "--seconds", 0.1]
    with monkeypatch.context() as patch:
        patch.setattr("os.access", lambda *_: False)
        refused(capsys, *command, words="permission denied")
    assert main([*map(str, command), "-o", "out.wav"]) == 0
    capsys.readouterr()
    monkeypatch.setattr("os.replace", full)
    for more in (["-o", "a.wav"], ["-o", "a.mp3"]):
        code = main([*map(str, command), *more])
        printed = capsys.readouterr()
        assert code == 2 and "cannot be written" in printed.err.splitlines()[-1] and "No space left" in printed.err
    refused(capsys, "encode", sound, "-o", "t.npz", words="No space left")
    assert sorted(path.name for path in Path().iterdir()) == ["out.json", "out.wav", "two.wav"]


def test_damaged_weights(capsys, tiny_weights, place):
    folder = shutil.copytree(tiny_weights, place / "damaged")
    data = bytearray((folder / "stage_coarse.onnx").read_bytes())
    data[1000] ^= 1
    (folder / "stage_coarse.onnx").write_bytes(data)
    for command in (["generate", "a"], ["embed", "a"], ["info"], ["evaluate", "end-to-end"]):
        refused(capsys, *command, "--weights", folder, words="stage_coarse.onnx is corrupted")
    (folder / "stage_coarse.onnx").unlink()
    refused(capsys, "generate", "a", "--weights", folder, words="lacks stage_coarse.onnx")
    refused(capsys, "info", "--weights", place, words="no readable manifest.json")


# audio and tokens


def test_encode_decode_embed(capsys, sound):
    assert ran(capsys, "encode", sound, "-o", "t.npz") == "t.npz: 4 levels, 25 frames, 0.50 s, 1 kbps\n"
    with np.load("t.npz") as archive:
        assert archive["tokens"].shape == (4, 25) and archive["semantic"].shape == (1, 12)
    assert ran(capsys, "decode", "t.npz", "-o", "a.wav") == "a.wav: 0.50 s from 4 levels\n"
    assert ran(capsys, "decode", "t.npz", "-o", "b.ogg", "--levels", 1) == "b.ogg: 0.50 s from 1 levels\n"
    heard, told = (json.loads(ran(capsys, "embed", item)) for item in (sound, "calm piano"))
    for report in (heard, told):
        assert np.linalg.norm(report["embedding"]) == pytest.approx(1, abs=1e-3) and len(report["style"]) == 3


def test_bad_audio(capsys, sound):
    whole = Path(sound).read_bytes()
    Path("empty.wav").write_bytes(b"")
    Path("cut.wav").write_bytes(whole[: len(whole) // 2])
    Path("text.wav").write_text("la la la")
    Path("folder").mkdir()
    soundfile.write("nan.wav", np.array([0.0, np.nan] * 6000, np.float32), 24_000, subtype="FLOAT")
    soundfile.write("short.wav", np.zeros(20), 24_000)
    soundfile.write("nothing.wav", np.zeros(0), 24_000)
    for name, words in (
        ("none.wav", "not there"), ("folder", "is a folder"), ("empty.wav", "is empty"), ("cut.wav", "cut short"),
        ("text.wav", "not readable audio"), ("nan.wav", "not finite"), ("short.wav", "at least"), ("nothing.wav", "no samples"),
    ):
        refused(capsys, "encode", name, "-o", "t.npz", words=words)
        if name not in ("folder", "short.wav"):  # `embed folder` is a sentence; a short sound is repeated
            refused(capsys, "embed", name, words=words)
    refused(capsys, "encode", sound, "-o", "none/t.npz", words="not there")
    refused(capsys, "embed", "", words="the prompt is empty")
    refused(capsys, "embed", "x" * 10_000, words="10,000 characters")
    ran(capsys, "embed", "a sentence that ends.")


def test_bad_tokens(capsys, sound):
    ran(capsys, "encode", sound, "-o", "t.npz")
    Path("text.npz").write_text("none")
    np.savez("high.npz", tokens=np.full((4, 9), 32))
    np.savez("low.npz", tokens=np.full((4, 9), -1))
    np.savez("huge.npz", tokens=np.full((4, 9), 2**63, np.uint64))
    np.savez("deep.npz", tokens=np.zeros((5, 9), int))
    for name, words in (
        ("none.npz", "not there"), ("text.npz", "no tokens file"), (sound, "no tokens file"),
        ("high.npz", "from 32 to 32, expected 0 to 31"), ("low.npz", "expected 0 to 31"),
        ("huge.npz", "expected 0 to 31"), ("deep.npz", "expected whole numbers [1 to 4, frames]"),
    ):
        refused(capsys, "decode", name, "-o", "a.wav", words=words)
    for levels in (0, 5, -1):
        refused(capsys, "decode", "t.npz", "-o", "a.wav", f"--levels={levels}", words=f"--levels is {levels}")
    refused(capsys, "decode", "t.npz", "-o", "a.aiff", words="suffix '.aiff'")


# the other commands


def test_info_and_version(capsys):
    printed = ran(capsys, "info")
    assert "preset tiny" in printed and "24000 Hz, 4 x 32 at 50 Hz, 1 kbps" in printed and "fine" in printed
    for flag, words in (("--version", f"libretto {__version__}\n"), ("--help", "usage: libretto")):
        with pytest.raises(SystemExit) as left:
            main([flag])
        assert left.value.code == 0 and words in capsys.readouterr().out


def test_commands_that_are_none(capsys):
    refused(capsys, words="required: COMMAND")
    refused(capsys, "sing", words="invalid choice: 'sing'")
    refused(capsys, "corpus", words="required: ACTION")
    refused(capsys, "evaluate", "ears", words="invalid choice: 'ears'")


def test_compose(capsys, monkeypatch):
    for arguments, words in (
        (["--takes", "0"], "--takes is 0"), (["--bars", "0"], "--bars is 0"), (["--bars", "4", "--seconds", "3"], "not allowed with"),
        (["--midi", "--takes", "2", "-o", "none/a.wav"], "not there"), (["--style", "hous"], "did you mean 'house'"),
        (["--style", "house", "--seconds", "0"], "--seconds is 0"),
        (["--style", "house", "--seconds", "nan"], "--seconds is nan"), (["--style", "house", "--seed=-1"], "--seed is -1"),
        (["--style", "house", "-o", "a.xyz"], "suffix '.xyz'"), (["--style", "house", "-o", "none/a.wav"], "not there"),
    ):
        refused(capsys, "compose", *arguments, words=words)
    for name in ("numba", "scipy", "mido", "torch"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "house" in ran(capsys, "compose", "--list-styles").splitlines()
    refused(capsys, "compose", "--style", "house", words="pip install 'libretto[corpus]'")


def test_compose_writes(capsys):
    pytest.importorskip("numba")
    for arguments, words in (
        (["--key", "H"], "'H'"), (["--mood", "angri"], "angri"), (["--bpm", "9000"], "9000"), (["--bpm", "nan"], "nan"),
        (["--soundfonts", "none"], "none"),
    ):
        refused(capsys, "compose", "--style", "ambient", "--seconds", 2, *arguments, words=words)
    printed = ran(capsys, "compose", "--style", "ambient", "--seconds", 2, "--seed", 3, "--key", "A", "-o", "clip.wav")
    assert printed.startswith("clip.wav: 2.0 s, seed 3, ambient, ") and len(soundfile.read("clip.wav")[0]) == 48_000


def test_corpus_build_refuses(capsys, monkeypatch):
    pytest.importorskip("numba")
    Path("file").write_text("")
    Path("silent").mkdir()
    for arguments, words in (
        (["d", "--hours", "0"], "--hours is 0"), (["d", "--hours", "nan"], "--hours is nan"),
        (["d", "--seconds", "0"], "--seconds is 0"),
        (["d", "--seed=-1"], "--seed is -1"), (["d", "--styles", "hous"], "did you mean 'house'"), (["file"], "is a file"),
        (["d", "--scores", "none"], "none"), (["d", "--scores", "silent"], "silent"), (["d", "--recordings", "none"], "none"),
        (["d", "--recordings", "silent"], "silent"), (["d", "--scores", "a", "--recordings", "b"], "not allowed with"),
        (["d", "--valid", "0.8", "--test", "0.8"], "shares"), (["d", "--workers=-1"], "workers -1"),
        (["d", "--captions=-1"], "captions -1"), ([], "required: folder"),
    ):
        refused(capsys, "corpus", "build", *arguments, words=words)
    monkeypatch.setitem(sys.modules, "numba", None)
    refused(capsys, "corpus", "build", "d", words="pip install 'libretto[corpus]'")


def test_corpus_build(capsys):
    pytest.importorskip("numba")
    build = ["corpus", "build", "d", "--hours", 4 / 3600, "--seconds", 2, "--styles", "ambient", "--workers", 0]
    assert "d: 2 clips" in ran(capsys, *build)
    refused(capsys, *build, "--seed", 5, words="seed")  # the folder is another one


def test_train_refuses(capsys, monkeypatch):
    Path("data").mkdir()
    stage = ["train", "stage", "--data", "data"]
    for arguments, words in (
        (["train"], "required: part, --data"), (["train", "codec"], "required: --data"),
        (["train", "codek", "--data", "data"], "invalid choice"),
        (["train", "codec", "--data", "none"], "--data none is no folder"), (stage, "needs one of semantic, coarse, fine"),
        ([*stage[:2], "loud", *stage[2:]], "invalid choice: 'loud'"), (["train", "codec", "fine", "--data", "data"], "take no stage"),
        (["train", "codec", "--data", "data", "--preset", "smal"], "did you mean 'small'"),
        (["train", "codec", "--data", "data", "--set", "b"], "NAME=VALUE"),
        (["train", "codec", "--data", "data", "--threads", "0"], "threads is 0"),
    ):
        refused(capsys, *arguments, words=words)
    monkeypatch.setitem(sys.modules, "torch", None)
    refused(capsys, "train", "codec", "--data", "data", words="pip install 'libretto[train]'")
    refused(capsys, "export", "--runs", "data", "-o", "w", words="pip install 'libretto[train]'")


def test_train_refuses_what_torch_must_see(capsys):
    pytest.importorskip("torch")
    pytest.importorskip("numba")
    Path("data").mkdir()
    refused(capsys, "train", "codec-tokens", "--preset", "tiny", "--data", "data", words="data")
    refused(capsys, "train", "codec", "--preset", "tiny", "--data", "data", words="libretto train codec-tokens --data data")
    refused(capsys, "export", "--runs", "none", "-o", "w", words="libretto train")
    ran(capsys, "corpus", "build", "d", "--hours", 6 / 3600, "--seconds", 2, "--styles", "ambient", "--workers", 0)
    for part in ("codec-tokens", "semantic", "mulan"):
        refused(capsys, "train", part, "--preset", "tiny", "--data", "d", "--set", "brass=1", words="no setting 'brass'")


def test_settings():
    parsed = settings(["batch=16", "rate=1e-3", "kind=a", "list=[1, 2]", "on=true"])
    assert parsed == {"batch": 16, "rate": 1e-3, "kind": "a", "list": [1, 2], "on": True}
    for pair in ("batch", "=3", ""):
        with pytest.raises(LibrettoError, match="NAME=VALUE"):
            settings([pair])


def test_evaluate(capsys):
    for part in ("codec", "semantic", "mulan", "stages"):
        refused(capsys, "evaluate", part, "--data", "none", words="--data none is no folder")
        refused(capsys, "evaluate", part, words="required: --data")
    refused(capsys, "evaluate", "end-to-end", "--seeds", 0, words="seeds is 0")
    refused(capsys, "evaluate", "end-to-end", "--limit", 0, words="--limit is 0")
    refused(capsys, "evaluate", "end-to-end", "--seconds", 0, words="seconds is 0")
    refused(capsys, "evaluate", "end-to-end", "-o", "none/r.json", words="not there")
    printed = ran(capsys, "evaluate", "end-to-end", "--limit", 2, "--seconds", 0.5, "--seeds", 1, "--keep", "kept", "-o", "r.json")
    report = json.loads(printed)
    assert report == json.loads(Path("r.json").read_text()) and report["clips"] == 2 and report["chance_first_or_second"] == 1.0
    assert len(list(Path("kept").iterdir())) == 4


# interruption


def test_an_interruption_leaves_nothing(capsys, monkeypatch):
    def interrupted(self, position):
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", interrupted)
    assert main(["generate", "calm piano", "--seconds", "3", "-o", "a.wav", "--tokens", "a.npz"]) == 130
    assert capsys.readouterr().err == "libretto: interrupted\n" and not list(Path().iterdir())


def test_the_progress_bar(capsys, monkeypatch):
    with Progress("corpus", 2.0) as bar:
        for position in (0.0, 0.01, 1.0, 1.01, 2.0):
            bar.update(position)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3 and "2.0/2.0 s" in lines[-1] and "=" * 30 in lines[-1]
    assert " x real time, " in lines[1] and lines[1].endswith(" left") and lines[-1].endswith(" x real time")
    assert [span(seconds) for seconds in (45.4, 700, 12_000)] == ["45 s", "12 min", "3 h 20 min"]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with pytest.raises(ValueError), Progress("corpus", float("inf"), unit="h") as bar:
        bar.update(1.0)
        raise ValueError
    shown = capsys.readouterr().err
    assert shown.startswith("\rcorpus [") and "1.00 h" in shown and shown.endswith("\n")


# a real process


def process(*arguments, **options):
    """A running `python -m libretto`."""
    source = Path(weights.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(source)}
    command = [sys.executable, "-m", "libretto", *map(str, arguments)]

    def heard() -> None:  # a shell's background job ignores interrupts, and so would its children
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            preexec_fn=heard, **options)


def test_a_process_is_refused(tiny_weights, place):
    for arguments in (["generate", ""], ["generate", "a", "--seconds", "nan"], ["encode", "none.wav", "-o", "t.npz"]):
        done = process(*arguments)
        out, err = done.communicate(timeout=60)
        assert (done.returncode, out) == (2, "") and err.startswith("libretto: ") and err.count("\n") == 1, err
    assert not list(place.iterdir())


def test_a_process_is_interrupted(tiny_weights, place):
    running = process("generate", "calm piano", "--seconds", 3000, "--weights", tiny_weights, "-o", "a.wav")
    time.sleep(0.1)
    assert running.stderr.readline().startswith("take 1 of 1 [")  # it plays
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and out == "" and err.splitlines()[-1] == "libretto: interrupted", err
    assert not list(place.iterdir())


def test_a_reader_that_leaves_is_no_error(place):
    running = process("compose", "--list-styles")
    running.stdout.close()
    assert running.stderr.read() == "" and running.wait(timeout=60) == 0
