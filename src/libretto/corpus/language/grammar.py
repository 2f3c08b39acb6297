"""A small generative grammar: patterns that refer to one another and to what a speaker can say of a sheet.

A pattern is text with ``{name}`` (a rule, or a phrase the speaker finds), ``(a|b)`` (one of several) and ``[x]`` (left out half
the time). Where a speaker has nothing to say, the pattern that asked for it fails and another is tried, so that one grammar serves
sheets that know everything and sheets that know little. Which of several comes first is the writer's habit, not a fixed weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

_DEEPEST = 24  # references within references


class Teller(Protocol):
    """Who expands a grammar."""

    def phrase(self, name: str) -> str:
        """Words for ``name``, "" where nothing can be said."""
        ...

    def order(self, place: str, count: int) -> Sequence[int]:
        """In which order to try ``count`` ways of saying something; ``place`` names the spot in the grammar."""
        ...

    def skips(self, place: str) -> bool:
        """Whether to leave out an optional part."""
        ...

    def mark(self) -> tuple[str, ...]:
        """What has been said so far, to return to."""
        ...

    def back_to(self, mark: tuple[str, ...]) -> None:
        """Forget what was said since ``mark``."""
        ...


@dataclass(frozen=True)
class _Node:
    """``kind`` is text, name, choice, option or row; ``place`` is unique within the grammar."""

    kind: str
    text: str = ""
    parts: tuple[_Node, ...] = field(default=())
    place: str = ""


class Grammar:
    """Rules by name; each is a list of patterns."""

    def __init__(self, rules: Mapping[str, Sequence[str]]) -> None:
        self.rules = {
            name: _Node("choice", parts=tuple(_parsed(pattern) for pattern in patterns), place=name)
            for name, patterns in rules.items()
        }

    def say(self, name: str, teller: Teller, depth: int = 0) -> str | None:
        """One expansion of a rule or phrase, None when it cannot be said."""
        rule = self.rules.get(name)
        return (teller.phrase(name) or None) if rule is None else self._expand(rule, teller, depth + 1)

    def _expand(self, node: _Node, teller: Teller, depth: int) -> str | None:
        if depth > _DEEPEST:
            return None
        if node.kind == "text":
            return node.text
        if node.kind == "name":
            return self.say(node.text, teller, depth)
        mark = teller.mark()
        if node.kind == "row":
            words: list[str] = []
            for part in node.parts:
                said = self._expand(part, teller, depth)
                if said is None:
                    teller.back_to(mark)
                    return None
                words.append(said)
            return "".join(words)
        if node.kind == "option":
            return "" if teller.skips(node.place) else self._expand(node.parts[0], teller, depth) or ""
        for index in teller.order(node.place, len(node.parts)):
            said = self._expand(node.parts[index], teller, depth)
            if said is not None:
                return said
            teller.back_to(mark)
        return None


@lru_cache(maxsize=4096)
def _parsed(pattern: str) -> _Node:
    node, end = _row(pattern, 0, "")
    if end != len(pattern):
        raise ValueError(f"unbalanced {pattern[end]!r} at {end} in {pattern!r}")
    return node


def _row(pattern: str, at: int, until: str) -> tuple[_Node, int]:
    """The parts from ``at`` to one of ``until`` or the end."""
    parts: list[_Node] = []
    text = ""
    while at < len(pattern) and pattern[at] not in until:
        sign = pattern[at]
        if sign not in "{([":
            if sign in "})]":
                break
            text += sign
            at += 1
            continue
        if text:
            parts.append(_Node("text", text))
            text = ""
        part, at = _bracket(pattern, at)
        parts.append(part)
    if text:
        parts.append(_Node("text", text))
    return _Node("row", parts=tuple(parts)), at


def _bracket(pattern: str, at: int) -> tuple[_Node, int]:
    place, sign = f"{pattern}@{at}", pattern[at]
    if sign == "{":
        end = pattern.index("}", at)
        return _Node("name", pattern[at + 1 : end]), end + 1
    options: list[_Node] = []
    close = ")" if sign == "(" else "]"
    while True:
        option, at = _row(pattern, at + 1, "|)" if sign == "(" else "]")
        options.append(option)
        if at >= len(pattern) or pattern[at] not in f"|{close}":
            raise ValueError(f"no {close!r} in {pattern!r}")
        if pattern[at] == close:
            return _Node("choice" if sign == "(" else "option", parts=tuple(options), place=place), at + 1
