"""A weights folder is taken whole or refused in one line."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from libretto import Libretto, weights
from libretto.config import preset
from libretto.errors import WeightsError
from libretto.weights import FILES, digest, open_weights, write_manifest


@pytest.fixture
def folder(tiny_weights, tmp_path):
    """A copy, to be damaged."""
    return shutil.copytree(tiny_weights, tmp_path / "weights")


def change(path, edit):
    values = json.loads(path.read_text())
    edit(values)
    path.write_text(json.dumps(values))


def refused(folder, words):
    with pytest.raises(WeightsError, match=words) as error:
        open_weights(folder)
    assert "\n" not in str(error.value)


def test_a_whole_folder(folder):
    opened = open_weights(folder)
    assert opened.config == preset("tiny") and opened.megabytes > 0.5
    assert opened.tables["codec.codebooks"].shape == (4, 32, 8)
    assert set(json.loads((folder / "manifest.json").read_text())["files"]) == set(FILES)
    (folder / "CARD.md").write_text("# a card may change")
    assert open_weights(str(folder)).path == folder


def test_every_file_is_needed_and_guarded(folder):
    for name in FILES:
        path, whole = folder / name, (folder / name).read_bytes()
        path.unlink()
        refused(folder, f"lacks {name}")
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 4
        path.write_bytes(changed)
        refused(folder, "corrupted|config.json")
        path.write_bytes(whole[:-1] if name != "config.json" else whole + b" ")
        refused(folder, f"{name} is corrupted")
        path.write_bytes(whole)
    open_weights(folder)


def test_another_config(folder):
    config = folder / "config.json"
    before = config.read_text()
    cases = [
        (lambda values: values.update(temperature=1), "unknown key 'temperature'; did you mean 'temperatures'"),
        (lambda values: values["codec"].update(level=3), "config.json.codec has unknown key 'level'; did you mean 'levels'"),
        (lambda values: values.pop("mulan"), "lacks mulan"),
        (lambda values: values["temperatures"].pop("fine"), "temperatures are given for coarse, semantic"),
        (lambda values: values["codec"].update(hop=0), "cannot be built"),
        (lambda values: values["codec"].update(strides=5), "strides is 5, expected a list"),
        (lambda values: values.update(crops=5), "crops is 5, expected a table"),
        (lambda values: values.update(pattern="spiral"), "expected one of 'flat', 'delay'"),
        (lambda values: values["crops"].update(fine=2.0), "config.json is corrupted"),
    ]
    for edit, words in cases:
        config.write_text(before)
        change(config, edit)
        refused(folder, words)
    config.write_text("{")
    refused(folder, "config.json is not readable JSON")


def test_foreign_folders(folder, tmp_path, monkeypatch):
    refused(tmp_path / "nothing", "no weights folder")
    refused(folder / "config.json", "no weights folder")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "no readable manifest.json")
    monkeypatch.setattr(weights, "BUNDLED", tmp_path / "empty")
    refused(None, "no readable manifest.json")
    manifest = folder / "manifest.json"
    before = manifest.read_text()
    cases = [
        (lambda values: values.update(format="libretto-weights-9"), "of format 'libretto-weights-9', expected 'libretto-weights-1'"),
        (lambda values: values.pop("format"), "of format None"),
        (lambda values: values.pop("files"), "lists no files"),
        (lambda values: values.update(files=["config.json"]), "lists no files"),
        (lambda values: values["files"].pop("semantic.onnx"), "does not list semantic.onnx"),
        (lambda values: values["files"].update({"../secret": "0"}), "lists no files by name"),
    ]
    for edit, words in cases:
        manifest.write_text(before)
        change(manifest, edit)
        refused(folder, words)
    for text in ("[]", "{", "\0", '"text"'):
        manifest.write_text(text)
        refused(folder, "manifest.json")


def test_a_folder_whose_parts_do_not_fit_is_refused_at_the_first_use(folder):
    """The manifest is in order, the parts are not of one family."""
    from safetensors.numpy import load_file, save_file

    tables = load_file(folder / "tables.safetensors")
    tables["codec.codebooks"] = np.zeros((4, 16, 8), np.float32)
    save_file(tables, folder / "tables.safetensors")
    shutil.copyfile(folder / "stage_fine.onnx", folder / "mulan_text.onnx")
    (folder / "semantic.onnx").write_bytes(b"no graph")
    write_manifest(folder)
    model = Libretto.load(folder, threads=1)
    with pytest.raises(WeightsError, match=r"codec.codebooks has shape \[4, 16, 8\], expected \[4, 32, 8\]"):
        model.decode(np.zeros((4, 3), int))
    with pytest.raises(WeightsError, match=r"semantic.onnx is not a graph"):
        model.semantic.tokenize(np.zeros(24_000, np.float32))


def test_digest(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_bundled_graphs_tell_nothing_of_the_machine_they_were_made_on():
    from libretto.weights import BUNDLED

    for path in sorted(BUNDLED.glob("*.onnx")):
        assert b"/site-packages/" not in path.read_bytes(), f"{path.name} holds the exporter's notes; export it again"
