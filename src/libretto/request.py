"""What a user asks for, checked once at the edge, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from .audio import Waveform
from .chords import written
from .errors import RequestError
from .files import atomic
from .notation import Said, beats_of, key_and_mode, key_name, metre_name, said

PROMPT_LIMIT = 2_000  # characters; the text tower reads about a hundred word pieces
SECONDS_LIMIT = 3_600.0
TAKES_LIMIT = 64
SEED_LIMIT = 2**63
_NUMBERS = (int, float, np.integer, np.floating)
_OPTIONAL = ("guidance", "temperature", "top_k", "bpm", "bars")


def check_prompt(prompt: str) -> str:
    """``prompt`` itself, when it says something and is not too long.

    Raises:
        RequestError: it is not.
    """
    if not isinstance(prompt, str) or not prompt.strip():
        raise RequestError("the prompt is empty; describe the music in a few words, e.g. 'calm piano, slow'")
    if len(prompt) > PROMPT_LIMIT:
        raise RequestError(f"the prompt has {len(prompt):,} characters, at most {PROMPT_LIMIT:,} are read; shorten it")
    return prompt


@dataclass(frozen=True)
class Request:
    """One wish: a sentence, a length, a seed. Fields left at None take the model's own defaults.

    Ways in that need more (a sound to go on from, bars, a strength) are its subclasses in ``ways``; all of them are plain
    values that go to JSON and back (``record``).
    """

    way: ClassVar[str] = "generate"
    styled: ClassVar[bool] = False  # the style is known without a prompt or an example
    usual_bpm: ClassVar[float | None] = None  # the tempo where none is asked for

    prompt: str = ""  # may be empty where something else says the style
    seconds: float = 10.0
    seed: int = 0
    takes: int = 1
    guidance: float | None = None  # classifier-free guidance of the stages that hear the style; 1 is off
    temperature: float | None = None  # multiplies each stage's own temperature
    top_k: int | None = None
    at: tuple[tuple[float, str], ...] = ()  # a story: (seconds, the prompt from there on), in order of time
    like: tuple[tuple[str, float], ...] = ()  # (sound file, weight): their styles join the prompt's, which weighs 1
    avoid: str | None = None  # a prompt that guidance leads away from
    best_of: int = 1  # make this many takes and keep the one nearest to the prompt in the joint embedding
    draft: bool | None = None  # coarse levels alone, ``ways.refine`` adds the fine ones; None: as the weights have it
    bpm: float | None = None  # felt beats a minute; where nothing says, what the style usually has (``usual``)
    key: str | None = None  # "A minor", "Bb dorian", "Em"; kept as "A minor"
    chords: str | None = None  # "Am F C G", a bar each, round and round; where nothing says, what the style usually has
    metre: str | None = None  # "3/4", "6/8"; where neither it nor the words say 4/4, or the usual one with the usual tempo
    bars: int | None = None  # they say the length, at the tempo
    melody: str | None = None  # a sound file with a tune: hummed, whistled, played
    steered: int = 0  # so many of ``at``, the last, came while it played: they change the style, not tempo nor key

    def __post_init__(self) -> None:
        if self.prompt != "" or not (self.styled or self.like):
            check_prompt(self.prompt)
        self._notation()
        self._number("seconds", 0.1, SECONDS_LIMIT)
        self._whole("seed", 0, SEED_LIMIT - 1)
        self._whole("takes", 1, TAKES_LIMIT)
        self._number("guidance", 0.0, 20.0)
        self._number("temperature", 0.01, 5.0)
        self._whole("top_k", 0, 1_000_000)
        self._whole("best_of", 1, TAKES_LIMIT)
        self._story()
        self._whole("steered", 0, len(self.at))
        self._examples()
        if self.avoid is not None:
            check_prompt(self.avoid)
            if self.guidance == 1.0:
                raise RequestError("avoid needs guidance, which is 1 (off); give more than 1 or leave it out")
        if self.draft is not None and not isinstance(self.draft, bool):
            raise RequestError(f"draft is {self.draft!r}, expected a boolean")

    def files(self) -> tuple[str, ...]:
        """Files that the music is made from, besides the model."""
        return (*(path for path, _ in self.like), *([] if self.melody is None else [self.melody]))

    @property
    def settled(self) -> Said:
        """Tempo, key and metre: what the fields say, else what the prompt does."""
        spoken = said(self.prompt)
        return Said(self.bpm or spoken.bpm, self.key or spoken.key, self.metre or spoken.metre)

    @property
    def beats(self) -> int:
        """Felt beats of a bar."""
        return beats_of(self.settled.metre or "4/4")

    @property
    def bar_seconds(self) -> float:
        """Length of a bar, where a tempo is known."""
        bpm = self.settled.bpm
        if bpm is None:
            raise RequestError("no tempo is given; say bpm, in a field or in the prompt")
        return self.beats * 60.0 / bpm

    def _notation(self) -> None:
        """Check tempo, key, chords, metre, melody and bars, and spell them one way; bars become seconds."""
        self._number("bpm", 30.0, 300.0)
        if self.bpm is None and self.usual_bpm is not None:
            object.__setattr__(self, "bpm", said(self.prompt).bpm or self.usual_bpm)
        if self.key is not None:
            object.__setattr__(self, "key", key_name(*key_and_mode(self.key)))
        if self.chords is not None:
            written(self.chords)
            object.__setattr__(self, "chords", " ".join(self.chords.split()))
        if self.metre is not None:
            object.__setattr__(self, "metre", metre_name(self.metre))
        if self.melody is not None:
            self._path("melody")
        self._whole("bars", 1, 1_000)
        if self.bars is None:
            return
        if self.settled.bpm is None:
            raise RequestError(f"bars is {self.bars}, but no tempo is given; add bpm")
        seconds = self.bars * self.bar_seconds
        if not 0.5 <= seconds <= SECONDS_LIMIT:
            asked = f"{self.bars} bars of {self.beats} beats at {self.settled.bpm:g} bpm"
            raise RequestError(f"{asked} last {seconds:.1f} s, expected 0.5 to {SECONDS_LIMIT:g} s")
        object.__setattr__(self, "seconds", seconds)

    def _story(self) -> None:
        at, before = self._pairs("at", "(seconds, prompt)"), 0.0
        for moment, prompt in at:
            check_prompt(prompt)
            if isinstance(moment, bool) or not isinstance(moment, _NUMBERS) or not before < moment < self.seconds:
                wanted = f"more than {before:g} and less than {self.seconds:g}, in order of time"
                raise RequestError(f"a prompt comes at {moment!r} s, expected {wanted}")
            before = float(moment)
        object.__setattr__(self, "at", tuple((float(moment), prompt) for moment, prompt in at))

    def _examples(self) -> None:
        like = self._pairs("like", "(sound file, weight)")
        for path, weight in like:
            if not isinstance(path, (str, Path)) or not str(path):
                raise RequestError(f"like names {path!r}, expected a sound file")
            if isinstance(weight, bool) or not isinstance(weight, _NUMBERS) or not 0 < weight <= 100:
                raise RequestError(f"the weight of {path} is {weight!r}, expected more than 0 and at most 100")
        object.__setattr__(self, "like", tuple((str(path), float(weight)) for path, weight in like))

    def _pairs(self, name: str, expected: str) -> list[tuple[Any, Any]]:
        value = getattr(self, name)
        pairs = isinstance(value, Sequence) and not isinstance(value, str)
        if not pairs or any(not isinstance(item, Sequence) or isinstance(item, str) or len(item) != 2 for item in value):
            raise RequestError(f"{name} is {value!r}, expected pairs {expected}")
        return [tuple(item) for item in value]

    def _path(self, name: str) -> None:
        """Check a field that names a file and make it a plain string."""
        value = getattr(self, name)
        if not isinstance(value, (str, Path)) or not str(value):
            raise RequestError(f"{name} is {value!r}, expected a file")
        object.__setattr__(self, name, str(value))

    def _number(self, name: str, low: float, high: float) -> None:
        """Check a field and make it a plain float; None stays where it is the default."""
        value = getattr(self, name)
        if value is None and name in _OPTIONAL:
            return
        if isinstance(value, bool) or not isinstance(value, _NUMBERS) or not low <= value <= high:  # nan is not
            raise RequestError(f"{name} is {value!r}, expected a number from {low:g} to {high:g}")
        object.__setattr__(self, name, float(value))

    def _whole(self, name: str, low: int, high: int) -> None:
        """Check a field and make it a plain int; None stays where it is the default."""
        value = getattr(self, name)
        if value is None and name in _OPTIONAL:
            return
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
            raise RequestError(f"{name} is {value!r}, expected a whole number from {low} to {high}")
        object.__setattr__(self, name, int(value))


@dataclass
class Take:
    """One piece of music and everything it was made from.

    ``style`` [K], ``semantic`` [1, T25] and ``acoustic`` [K, T] are token ids; ``take`` counts from 0 within the request.
    """

    request: Request
    take: int
    style: np.ndarray
    semantic: np.ndarray
    acoustic: np.ndarray
    audio: Waveform
    timing: dict[str, float] = field(default_factory=dict)  # seconds spent in each part

    @property
    def seed(self) -> int:
        return self.request.seed

    def save(self, path: str | Path) -> None:
        """Write request and tokens (no audio: ``libretto decode`` brings it back) as .npz, whole or not at all."""
        from .record import to_json

        request = np.array(to_json(self.request, take=self.take))
        save_tokens(path, self.acoustic, self.semantic, style=self.style.astype(np.uint16), request=request)


def save_tokens(path: str | Path, acoustic: np.ndarray, semantic: np.ndarray, **more: np.ndarray) -> None:
    """Write acoustic tokens [K, T] (array "tokens"), semantic tokens [1, T25] and ``more`` as .npz, whole or not at all.

    Raises:
        RequestError: the place cannot be written to.
    """
    try:
        with atomic(path) as temporary, open(temporary, "wb") as stream:
            arrays = {"tokens": acoustic.astype(np.uint16), "semantic": semantic.astype(np.uint16)} | more
            np.savez_compressed(stream, **arrays)
    except OSError as error:
        raise RequestError(f"{path} cannot be written: {error.strerror or error}") from error


def load_tokens(path: str | Path) -> np.ndarray:
    """The acoustic tokens int64 [K, T] of a file written by ``save_tokens``.

    Raises:
        RequestError: the file is missing, or holds no tokens.
    """
    if not Path(path).is_file():
        raise RequestError(f"{path} is {'a folder' if Path(path).is_dir() else 'not there'}, expected a file of `libretto encode`")
    try:
        with np.load(path, allow_pickle=False) as archive:
            tokens = archive["tokens"]
    except Exception as error:  # a zip can be broken in a dozen ways
        raise RequestError(f"{path} is no tokens file (.npz with an array 'tokens' [K, T]); write one with `libretto encode`") from error
    if tokens.ndim != 2 or tokens.dtype.kind not in "ui" or tokens.size == 0:
        raise RequestError(f"{path} holds {tokens.dtype} tokens of shape {list(tokens.shape)}, expected whole numbers [levels, frames]")
    return tokens.astype(np.int64)
