"""MuLan at inference: text or audio to the joint embedding, and that to style tokens. numpy and ONNX Runtime only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .. import residual as quantize
from ..config import MulanSpec
from ..engine.onnx import session
from ..errors import AudioError, RequestError, WeightsError
from ..features import log_mel
from ..tokens import TokenSpec
from . import descriptors, prior, traits
from .tokenizer import Tokenizer

PRIOR = "mulan.prior"
TRAIT_TABLES = {"mood": "mulan.moods", "lead": "mulan.leads", "drums": "mulan.drums"}  # tables, by the trait of ``controls`` they tell
TEXT, AUDIO, VOCABULARY = "mulan_text.onnx", "mulan_audio.onnx", "vocabulary.txt"
_WINDOWS = 16  # windows that pass the audio tower together


class MulanRuntime:
    """The joint embedding; each tower is opened at its first use.

    Args:
        folder: holds ``mulan_text.onnx``, ``mulan_audio.onnx`` and ``vocabulary.txt``.
        tables: holds ``mulan.codebooks`` float [levels, V, D], ``mulan.scale`` [1], and of weights since 2026-11-29
            ``mulan.prior`` [D + 1, D] and the tables of ``TRAIT_TABLES`` (``traits.fit``).
        threads: of one ONNX operator; see ``engine.onnx.session``.
    """

    def __init__(
        self, spec: MulanSpec, folder: Path, tables: Mapping[str, np.ndarray], *, threads: int | None = None
    ) -> None:
        shape = (spec.levels, spec.codebook_size, spec.dimension)
        codebooks = tables.get("mulan.codebooks")
        if codebooks is None or codebooks.shape != shape:
            got = "missing" if codebooks is None else f"of shape {codebooks.shape}"
            raise WeightsError(f"mulan.codebooks is {got} in {folder}, expected {shape}; export the weights again")
        self.spec = spec
        self.codebooks = codebooks.astype(np.float32)
        self._prior = tables[PRIOR].astype(np.float32) if PRIOR in tables else None
        self._traits = {name: tables[table].astype(np.float32) for name, table in TRAIT_TABLES.items() if table in tables}
        self.scale = float(tables["mulan.scale"][0]) if "mulan.scale" in tables else 1.0  # inverse temperature of the loss
        self.tokenizer = Tokenizer.load(folder / VOCABULARY, length=spec.text_length)
        self._folder, self._threads = folder, threads

    @cached_property
    def _text(self) -> Any:
        return session(self._folder / TEXT, threads=self._threads)

    @cached_property
    def _audio(self) -> Any:
        return session(self._folder / AUDIO, threads=self._threads)

    @property
    def tokens(self) -> TokenSpec:
        return self.spec.tokens

    @property
    def sample_rate(self) -> int:
        return self.spec.mel.sample_rate

    def embed_text(self, text: str) -> np.ndarray:
        """``text`` to a unit vector float32 [D].

        Raises:
            RequestError: the text is empty.
        """
        if not text.strip():
            raise RequestError("the text is empty; describe the music in a few words")
        return self.embed_texts([text])[0]

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Texts to unit vectors float32 [B, D]."""
        return self._text.run(None, {"ids": self.tokenizer.batch(texts)})[0]

    def embed_audio(self, samples: np.ndarray) -> np.ndarray:
        """Mono samples [N] at ``sample_rate`` to a unit vector float32 [D]: the mean over windows, as MusicLM takes it.

        Audio shorter than one window is repeated.

        Raises:
            AudioError: the samples are not mono, empty or not finite.
        """
        vectors = self.embed_windows(samples)
        mean = vectors.mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)

    def embed_windows(self, samples: np.ndarray) -> np.ndarray:
        """Unit vectors float32 [W, D] of the windows, one every ``stride_seconds``."""
        mel, pitches = self._features(samples)
        spec, hop = self.spec, descriptors.CHROMA_HOP
        window = int(spec.window_seconds * spec.mel.frame_rate) // hop
        stride = max(1, int(spec.stride_seconds * spec.mel.frame_rate) // hop)
        starts = range(0, max(1, len(pitches) - window + 1), stride)
        parts = []
        for first in range(0, len(starts), _WINDOWS):
            some = starts[first : first + _WINDOWS]
            mels = np.stack([descriptors.looped(mel[start * hop :], window * hop) for start in some])
            chromas = np.stack([descriptors.looped(pitches[start:], window) for start in some])
            feed = {"mel": mels, "descriptors": descriptors.describe(mels, chromas, spec.mel)}
            parts.append(self._audio.run(None, feed)[0])
        return np.concatenate(parts)

    def _features(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log-mel [T, bands] and chroma [T // CHROMA_HOP, 24] of at least a tenth of a second."""
        samples = np.asarray(samples, dtype=np.float32)
        if samples.ndim != 1 or len(samples) == 0:
            raise AudioError(f"embed_audio got samples of shape {samples.shape}, expected mono [N] with N > 0")
        if not np.isfinite(samples).all():
            raise AudioError("embed_audio got samples that are not finite; render or load the audio again")
        mel = self.spec.mel
        samples = descriptors.looped(samples, max(len(samples), mel.hop * descriptors.CHROMA_HOP))
        return log_mel(samples, mel), descriptors.chroma(samples, mel)

    def expected(self, embedding: np.ndarray) -> np.ndarray:
        """Unit vectors float32 [..., D] of texts to where sounds of such words lie; as they are where the weights have no prior."""
        return embedding if self._prior is None else prior.expected(self._prior, embedding)

    def tokenize_text(self, text: str) -> np.ndarray:
        """The style tokens int64 [levels] of the sound that is expected of ``text``."""
        return self.tokenize(self.expected(self.embed_text(text)))

    def traits(self, text: str) -> dict[str, int]:
        """The traits that ``text`` surely asks for: {name: index into what ``controls.TRAITS`` has}; what is not sure is left out."""
        ids = traits.pieces(self.tokenizer, text)
        found = {name: traits.said(table, ids, sure=traits.SURE[name]) for name, table in self._traits.items()}
        return {name: value for name, value in found.items() if value is not None}

    def tokenize(self, embedding: np.ndarray) -> np.ndarray:
        """A unit vector [D] (or [..., D]) to style tokens int64 [levels] (or [..., levels])."""
        return quantize.tokenize(embedding, self.codebooks)

    def detokenize(self, tokens: np.ndarray) -> np.ndarray:
        """Style tokens int [..., levels] to unit vectors float32 [..., D]."""
        return quantize.detokenize(tokens, self.codebooks)
