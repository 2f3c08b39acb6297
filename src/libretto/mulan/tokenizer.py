"""WordPiece in pure Python: BERT's uncased rules (1810.04805), and a vocabulary pruned to the words of music.

A word that the pruned vocabulary lacks falls back to its pieces, in the end to its letters, so nothing is lost but
length. Pruning is ours: the full 30,522 words cost 12 MB of embeddings, of which captions use a tenth.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..errors import ConfigError, WeightsError

PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
SPECIAL = (PAD, UNKNOWN, START, END)
_LONGEST_WORD = 100  # characters; BERT calls a longer word unknown
_LAST_LATIN = 0x24F  # letters of other scripts are not kept: the pretrained tower does not read them


def words(text: str) -> list[str]:
    """Lower-cased words and punctuation marks, without accents and control characters."""
    spaced: list[str] = []
    for character in unicodedata.normalize("NFD", _spread(text)):
        if unicodedata.category(character) != "Mn":
            spaced.append(character.lower())
    result: list[str] = []
    for chunk in "".join(spaced).split():
        word = ""
        for character in chunk:
            if _is_punctuation(character):
                result.extend([word, character] if word else [character])
                word = ""
            else:
                word += character
        if word:
            result.append(word)
    return result


def _spread(text: str) -> str:
    """Control characters removed, every kind of space made plain, ideographs set apart."""
    out: list[str] = []
    for character in text:
        if character in "\t\n\r" or unicodedata.category(character) == "Zs":
            out.append(" ")
        elif character == "\ufffd" or unicodedata.category(character).startswith("C"):
            continue
        elif _is_ideograph(ord(character)):
            out.append(f" {character} ")
        else:
            out.append(character)
    return "".join(out)


def _is_ideograph(code: int) -> bool:
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FA1F


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and not character.isalnum() and character != " "
    return unicodedata.category(character).startswith("P")


class Tokenizer:
    """Text to word-piece ids. The first four entries of the vocabulary are [PAD], [UNK], [CLS], [SEP]."""

    def __init__(self, vocabulary: Sequence[str], *, length: int) -> None:
        """``length`` is the greatest number of pieces kept, [CLS] and [SEP] included."""
        if tuple(vocabulary[:4]) != SPECIAL:
            raise ConfigError(f"the vocabulary starts with {list(vocabulary[:4])}, expected {list(SPECIAL)}")
        if length < 3:
            raise ConfigError(f"length is {length}, expected at least 3 pieces")
        self.vocabulary = tuple(vocabulary)
        self.length = length
        self._ids = {piece: index for index, piece in enumerate(self.vocabulary)}
        self._pieces = lru_cache(maxsize=65_536)(self._split)

    @classmethod
    def load(cls, path: Path, *, length: int) -> Tokenizer:
        """Read ``vocabulary.txt``: one piece a line."""
        try:
            return cls(path.read_text(encoding="utf-8").split("\n")[:-1], length=length)
        except (OSError, UnicodeDecodeError, ConfigError) as error:
            raise WeightsError(f"{path} is not a vocabulary: {error}") from error

    def save(self, path: Path) -> None:
        """Write ``vocabulary.txt``."""
        path.write_text("\n".join(self.vocabulary) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str) -> np.ndarray:
        """``text`` to int64 [S], [CLS] pieces [SEP], S <= length."""
        pieces = [piece for word in words(text) for piece in self._pieces(word)][: self.length - 2]
        return np.array([2, *pieces, 3], dtype=np.int64)

    def batch(self, texts: Sequence[str]) -> np.ndarray:
        """``texts`` to int64 [B, S], padded with 0 to the longest."""
        rows = [self.encode(text) for text in texts]
        result = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
        for row, ids in zip(result, rows):
            row[: len(ids)] = ids
        return result

    def _split(self, word: str) -> tuple[int, ...]:
        """Greedy longest match from the left; a word with a character of no known piece is unknown as a whole."""
        if len(word) > _LONGEST_WORD:
            return (1,)
        result: list[int] = []
        start = 0
        while start < len(word):
            lead = "##" if start else ""
            for end in range(len(word), start, -1):
                found = self._ids.get(lead + word[start:end])
                if found is not None:
                    break
            else:
                return (1,)
            result.append(found)
            start = end
        return tuple(result)


def prune(source: Sequence[str], texts: Iterable[str], *, size: int) -> list[str]:
    """The ``size`` most useful entries of ``source`` (in order of frequency in the language), specials first.

    Kept in this order: specials, Latin characters and their continuations, numbers of up to three digits, the words
    of ``texts`` by count, then the head of ``source``. With an empty ``source`` (no pretrained tower) every word of
    ``texts`` may be kept.
    """
    counts = Counter(word for text in texts for word in words(text))
    if source:
        known = set(source)
        characters = [p for p in source if len(p.removeprefix("##")) == 1 and ord(p[-1]) <= _LAST_LATIN]
    else:
        known = set(counts)
        letters = sorted(set("abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"-/&()#+") | {c for w in counts for c in w})
        characters = [*letters, *("##" + letter for letter in letters)]
    numbers = [p for p in source if p.removeprefix("##").isascii() and p.removeprefix("##").isdigit() and len(p) <= 3]
    ranked = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if word in known]
    head = [p for p in source if not (p.startswith("[") and p.endswith("]")) and ord(p[-1]) <= _LAST_LATIN]
    kept = list(dict.fromkeys([*SPECIAL, *characters, *numbers, *ranked, *head]))
    if len(SPECIAL) + len(characters) > size:
        raise ConfigError(f"a vocabulary of {size} does not hold {len(characters)} characters; raise text_vocabulary")
    return kept[:size]
