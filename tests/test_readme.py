"""The README: its commands exist, its marked blocks run (on tiny weights), its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from libretto import weights
from libretto.cli import main, parser
from libretto.errors import LibrettoError

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
_COMMAND = re.compile(r"^(?:    |\$ )?(libretto .*)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README is not beside the tests")


def commands(text: str) -> list[list[str]]:
    """The arguments of every line that calls libretto, comments taken off."""
    return [shlex.split(line, comments=True)[1:] for line in _COMMAND.findall(text)]


def blocks(text: str) -> list[tuple[str, str]]:
    """(language, code) of every marked block, as the script that runs them finds them."""
    spec = importlib.util.spec_from_file_location("run_readme", ROOT / "scripts" / "run_readme.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.blocks(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_parse(page):
    for arguments in commands(page.read_text()):
        parser().parse_args(arguments)


def test_the_readme_shows_every_command():
    shown = {arguments[0] for arguments in commands(README.read_text())}
    assert shown >= {"generate", "encode", "decode", "embed", "compose", "corpus", "train", "export", "evaluate", "info"}


def test_a_command_that_does_not_exist_would_be_found():
    (arguments,) = commands("Text with libretto in it.\n\n    libretto generate 'a # b' --louder   # comment\n")
    assert arguments == ["generate", "a # b", "--louder"]
    with pytest.raises(LibrettoError, match="--louder"):
        parser().parse_args(arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = [link.split("#")[0] for link in _LINK.findall(page.read_text()) if not re.match(r"\w+:|#", link)]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_files_named_in_the_readme_exist():
    named = set(re.findall(r"`((?:recipes|docs|benchmarks|scripts)/[\w./-]+)`", README.read_text()))
    assert not [name for name in named if not (ROOT / name).exists()]


def test_marked_blocks_run(tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    monkeypatch.chdir(tmp_path)
    found = blocks(README.read_text())
    assert {language for language, _ in found} == {"sh", "python"}
    for language, code in found:
        if language == "python":
            exec(compile(code, "README.md", "exec"), {})
            continue
        for line in code.splitlines():
            assert line.startswith("libretto "), line
            assert main(shlex.split(line, comments=True)[1:]) == 0, capsys.readouterr().err
    made = {path.name for path in tmp_path.iterdir()}
    assert {"calm.wav", "calm.png", "calm.npz", "house-1.flac", "house-2.flac", "piano.flac", "again.wav", "coarse.wav"} <= made
