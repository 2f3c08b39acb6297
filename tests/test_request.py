"""Requests are checked once; tokens files come back or are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from libretto import Request, Take, Waveform
from libretto.errors import RequestError
from libretto.request import PROMPT_LIMIT, load_tokens, save_tokens


@pytest.mark.parametrize(("field", "value"), [
    ("prompt", ""), ("prompt", "  \t\n"), ("prompt", "x" * 10_000), ("prompt", None), ("prompt", 3),
    ("seconds", 0), ("seconds", -1.0), ("seconds", 1e9), ("seconds", float("nan")), ("seconds", float("inf")), ("seconds", "10"),
    ("seconds", True), ("seconds", None), ("seed", -1), ("seed", 2**63), ("seed", 1.0), ("seed", None), ("seed", True),
    ("takes", 0), ("takes", -3), ("takes", 10_000), ("takes", 1.5), ("guidance", -1.0), ("guidance", float("nan")), ("guidance", 1e6),
    ("best_of", 0), ("draft", 1), ("temperature", 0.0), ("temperature", -1.0), ("temperature", float("inf")), ("top_k", -1), ("top_k", 0.5),
])
def test_out_of_range(field, value):
    with pytest.raises(RequestError, match="the prompt" if field == "prompt" else f"^{field} is .*, expected a") as error:
        Request(**{"prompt": "calm piano", field: value})
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


def test_the_edges_are_in_range():
    Request("x" * PROMPT_LIMIT, seconds=0.1, seed=2**63 - 1, takes=64, guidance=0.0, temperature=0.01, top_k=0)
    Request("♪ тихая музыка 静か", seconds=3600)


def test_numbers_of_numpy_become_plain_ones():
    request = Request("calm piano", seconds=np.float32(2), seed=np.int64(3), takes=np.uint8(2), guidance=np.int32(2), top_k=np.int16(5))
    assert request == Request("calm piano", seconds=2.0, seed=3, takes=2, guidance=2.0, top_k=5)
    assert all(type(value) in (str, int, float, bool, tuple, type(None)) for value in vars(request).values())
    json.dumps(vars(request))


def test_a_take_is_kept_and_read(tmp_path):
    acoustic = np.arange(12).reshape(4, 3)
    take = Take(Request("calm piano", seed=9), 2, np.array([1, 2]), np.zeros((1, 2), int), acoustic, Waveform(np.zeros(9), 24_000))
    take.save(tmp_path / "tokens.npz")
    tokens = load_tokens(tmp_path / "tokens.npz")
    assert np.array_equal(tokens, acoustic) and tokens.dtype == np.int64
    with np.load(tmp_path / "tokens.npz") as archive:
        assert json.loads(str(archive["request"])) | {"take": 2, "seed": 9, "prompt": "calm piano"} == json.loads(str(archive["request"]))
        assert archive["style"].tolist() == [1, 2]
    assert [item.name for item in tmp_path.iterdir()] == ["tokens.npz"]


def test_files_that_are_no_tokens(tmp_path):
    def written(name, **arrays):
        np.savez(tmp_path / name, **arrays)
        return tmp_path / name

    (tmp_path / "text.npz").write_text("not a zip")
    (tmp_path / "empty.npz").write_bytes(b"")
    np.save(tmp_path / "plain.npy", np.zeros((4, 3), int))
    whole = written("whole.npz", tokens=np.zeros((4, 3), np.uint16)).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    written("object.npz", tokens=np.array([{}], object))
    cases = [
        (tmp_path / "none.npz", "not there"), (tmp_path, "is a folder"), (tmp_path / "text.npz", "is no tokens file"),
        (tmp_path / "empty.npz", "is no tokens file"), (tmp_path / "plain.npy", "is no tokens file"),
        (tmp_path / "cut.npz", "is no tokens file"), (tmp_path / "object.npz", "is no tokens file"),
        (written("other.npz", ids=np.zeros((4, 3), int)), "is no tokens file"),
        (written("flat.npz", tokens=np.zeros(3, int)), "expected whole numbers"),
        (written("float.npz", tokens=np.zeros((4, 3))), "expected whole numbers"),
        (written("short.npz", tokens=np.zeros((4, 0), int)), "expected whole numbers"),
    ]
    for path, words in cases:
        with pytest.raises(RequestError, match=words):
            load_tokens(path)


def test_tokens_that_cannot_be_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(RequestError, match="No space left"):
        save_tokens(tmp_path / "tokens.npz", np.zeros((4, 3), int), np.zeros((1, 2), int))
    assert not list(tmp_path.iterdir())
