"""Run the README's commands: every fenced block that follows a line ``<!-- run -->``, in order, in one empty folder.

    python scripts/run_readme.py README.md

``sh``, ``bash`` and ``console`` blocks (lines after "$ ") run under bash, ``python`` blocks under the Python that runs
this script; its folder comes first on the PATH, so `libretto` is the installed one. The first failure ends it with its
exit code.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BLOCK = re.compile(r"^<!-- run -->\s*\n+```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LIMIT = 600  # seconds a block may take


def blocks(text: str) -> list[tuple[str, str]]:
    """(language, code) of every block marked to be run."""
    return [(language, code) for language, code in _BLOCK.findall(text)]


def command(language: str, code: str) -> list[str]:
    """How a block is run."""
    if language == "python":
        return [sys.executable, "-c", code]
    if language == "console":
        code = "\n".join(line[2:] for line in code.splitlines() if line.startswith("$ "))
    elif language not in ("sh", "bash"):
        raise SystemExit(f"run_readme: a block in {language!r}, expected sh, bash, console or python")
    return ["bash", "-euo", "pipefail", "-c", code]


def main(path: Path) -> int:
    found = blocks(path.read_text())
    if not found:
        print(f"run_readme: {path} marks no block with <!-- run -->", file=sys.stderr)
        return 1
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder:
        for number, (language, code) in enumerate(found, start=1):
            print(f"--- {path.name}, block {number} of {len(found)}\n{code.rstrip()}", flush=True)
            started = time.monotonic()
            done = subprocess.run(command(language, code), cwd=folder, env=environment, timeout=_LIMIT)
            print(f"--- {time.monotonic() - started:.1f} s, exit {done.returncode}", flush=True)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "README.md")))
