"""How a table of wordings is written: one line of text a value, so that a musician can read and mend it."""

from __future__ import annotations


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of "a, b, c", in order and each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def rows(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of "value: a, b, c"; a line that begins with a space goes on from the line above."""
    joined = text.strip("\n").replace("\n ", " ")
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, joined.splitlines()):
        name, _, rest = line.partition(": ")
        if not rest or name in found:
            raise ValueError(f'{line!r} is not a new "value: a, b, c"')
        found[name] = phrases(rest)
    return found


def two_rows(text: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Lines of "value: a, b; c, d": two kinds of phrases a value."""
    pairs: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for name, words in rows(text.replace(";", ", ;,")).items():
        cut = words.index(";")
        pairs[name] = (words[:cut], words[cut + 1 :])
    return pairs
