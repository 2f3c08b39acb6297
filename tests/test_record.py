"""Requests as text: in tags, beside the audio, in tokens files, by hand; the music of a record is the same again."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from conftest import tones
from libretto import Extend, Libretto, Request, Waveform, record, weights
from libretto.audio import COMMENT_LIMIT, read_comment
from libretto.cli import main
from libretto.errors import LibrettoError, RequestError

PROMPT = "slow sad piano"


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture
def place(tmp_path, monkeypatch, tiny_weights):
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    monkeypatch.chdir(tmp_path)
    Waveform(tones(1.5, seed=2), 24_000).save("ref.wav")
    return tmp_path


def made(*arguments) -> None:
    assert main([str(argument) for argument in arguments]) == 0


def test_a_record_comes_back(place):
    requests = [
        Request(PROMPT), Request("тихо ♪", seconds=3.0, seed=2**62, guidance=2.0, top_k=0, avoid="drums", best_of=2, draft=True),
        Request("", like=[("ref.wav", 0.7)], at=[(1, "a"), (2.5, "b")]), Extend("x", source="ref.wav", seconds=2.0),
        Extend(source="ref.wav", blank=True),
    ]  # fmt: skip
    for request in requests:
        text = record.to_json(request, take=3)
        found = record.from_values(json.loads(text), where="here")
        assert found.request == request and type(found.request) is type(request) and found.take == 3
        assert set(found.files) == set(request.files())
    assert "temperature" not in record.to_json(requests[0])  # what is not said is the model's own


@pytest.mark.parametrize("name", ["out.wav", "out.flac", "out.ogg", "out.mp3"])
def test_audio_tells_how_it_was_made(model, place, name):
    take = model.perform(Request(PROMPT, seconds=0.5, seed=4), take=2)
    record.save(take, name, model=model)
    assert {path.name for path in place.iterdir()} == {"ref.wav", name, "out.json"}
    assert json.loads(read_comment(name)) == json.loads((place / "out.json").read_text())
    (place / "out.json").unlink()
    found = record.read(name)
    assert found.request == take.request and found.take == 2 and found.weights == record.model_digest(model)


def test_a_long_record_of_a_wav_is_beside_it(model, place):
    request = Request("ö" * COMMENT_LIMIT, seconds=0.2)
    record.save(model.perform(request), "out.wav", model=model)
    assert read_comment("out.wav") == "" and record.read("out.wav").request == request


@pytest.mark.parametrize("arguments", [
    ("generate", PROMPT, "--seconds", 1, "--takes", 2, "--like", "ref.wav:0.5", "--avoid", "drums", "--guidance", 3),
    ("generate", PROMPT, "--seconds", 1, "--at", 0.4, "fast drums", "--best-of", 2, "--temperature", 2),
    ("extend", "ref.wav", "--seconds", 1), ("extend", "ref.wav", PROMPT, "--seconds", 0.5, "--seed", 3), ("extend", "ref.wav", "--blank"),
])  # fmt: skip
def test_again_is_the_same(place, arguments):
    made(*arguments, "-o", "first.flac", "--tokens", "first.npz")
    last = "first-2" if "--takes" in arguments else "first"
    for source in (f"{last}.flac", f"{last}.json", f"{last}.npz"):
        made("again", source, "-o", "second.flac")
        assert np.array_equal(Waveform.load(f"{last}.flac").samples, Waveform.load("second.flac").samples), source


def test_a_draft_refined_is_the_take_at_once(place):
    made("generate", PROMPT, "--seconds", 1.3, "--seed", 6, "--takes", 2, "--draft", "--tokens", "draft.npz", "-o", "draft.wav")
    made("generate", PROMPT, "--seconds", 1.3, "--seed", 6, "--takes", 2, "--no-draft", "--tokens", "whole.npz", "-o", "whole.wav")
    made("refine", "draft-2.npz", "-o", "refined.wav", "--tokens", "refined.npz")
    assert (place / "refined.wav").read_bytes() == (place / "whole-2.wav").read_bytes()
    with np.load("refined.npz") as refined, np.load("whole-2.npz") as whole, np.load("draft-2.npz") as draft:
        assert all(np.array_equal(refined[name], whole[name]) for name in whole)
        assert np.array_equal(draft["tokens"], whole["tokens"][:2]) and np.array_equal(draft["semantic"], whole["semantic"])
    assert not np.array_equal(Waveform.load("draft-2.wav").samples, Waveform.load("whole-2.wav").samples)
    with pytest.raises(LibrettoError, match="is no draft"):
        from libretto.ways.refine import open_draft

        open_draft("whole-2.npz")


def test_requests_written_by_hand(place):
    (place / "story.json").write_text('{"prompt": "calm piano", "seconds": 1.0, "at": [[0.5, "fast techno"]]}')
    made("again", "story.json", "-o", "a.wav")
    made("generate", "calm piano", "--seconds", 1, "--seed", 0, "--at", 0.5, "fast techno", "-o", "b.wav")
    assert np.array_equal(Waveform.load("a.wav").samples, Waveform.load("b.wav").samples)
    (place / "story.toml").write_text('prompt = "calm piano"\nseconds = 1.0\nat = [[0.5, "fast techno"]]\n')
    if sys.version_info >= (3, 11):
        assert record.read("story.toml").request == record.read("story.json").request
    else:
        with pytest.raises(RequestError, match=r"Python 3\.11"):
            record.read("story.toml")


def test_what_holds_no_request(place, model):
    Waveform(tones(1.0), 24_000).save("plain.flac")
    np.savez("tokens.npz", tokens=np.zeros((4, 3), int))
    cases = [
        ("none.wav", "is not there"), (".", "is a folder"), ("plain.flac", "holds no request"), ("tokens.npz", "holds no request"),
    ]  # fmt: skip
    for name, (text, words) in {
        "bad.json": ("{", "holds no request"), "list.json": ("[1]", "holds list"), "key.json": ('{"promt": "x"}', "did you mean 'prompt'"),
        "way.json": ('{"way": "extnd"}', "did you mean 'extend'"), "value.json": ('{"prompt": "x", "seconds": -1}', "seconds is -1"),
        "take.json": ('{"prompt": "x", "take": -1}', "take -1"), "source.json": ('{"way": "extend"}', "source is ''"),
    }.items():  # fmt: skip
        (place / name).write_text(text)
        cases.append((name, words))
    for name, words in cases:
        with pytest.raises(RequestError, match=words):
            record.read(name)


def test_other_files_and_weights_are_noticed(place, model, caplog):
    record.save(model.perform(Extend(source="ref.wav", seconds=0.2)), "out.flac", model=model)
    record.read("out.flac").check(model)
    Waveform(tones(1.0, seed=9), 24_000).save("ref.wav")
    with pytest.raises(RequestError, match="is another file"):
        record.read("out.flac").check(model)
    (place / "ref.wav").unlink()
    with pytest.raises(RequestError, match=r"ref\.wav is not there"):
        record.read("out.flac").check(model)
    record.Record(Request(PROMPT), weights="0" * 32).check(model)
    assert "other weights" in caplog.text
