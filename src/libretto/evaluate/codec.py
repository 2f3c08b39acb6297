"""What the codec keeps of held-out music, of real recordings, of held notes and of drum hits, and what its tokens cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from libretto.corpus.shards.dataset import Dataset

from ..audio import Waveform
from ..codec.runtime import CodecRuntime
from ..errors import CorpusError
from . import sounds
from .clip_sets import evenly
from .griffin_lim import bin_amplitudes, griffin_lim
from .mel_distance import SCALES, mel_distance, si_sdr, stft_distance
from .stages import baselines

if TYPE_CHECKING:
    from ..codec.waveform_runtime import WaveformRuntime
    from ..pipeline import Libretto

    Codec = CodecRuntime | WaveformRuntime

_CLIP_SECONDS = 10.0
_FEWEST_COUNTED = 20  # with fewer, every other held-out clip is counted instead, and the rest measured
_COUNTED_CLIPS = 300  # training clips whose tokens the unigrams and bigrams are counted on
_GRIFFIN_LIM_CLIPS = 16
_RECORDING_SECONDS = 30.0
_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


def evaluate(model: Libretto, *, data: Path, split: str = "test", limit: int | None = None,
             recordings: Path | None = None) -> dict[str, Any]:
    """Figures of the exported codec, every clip at most 10 s.

    Args:
        data: a dataset folder.
        limit: at most so many clips, evenly over the split.
        recordings: a folder of audio files to measure as well.

    Returns:
        clips, seconds; "mel" and "stft": distances by number of levels decoded; "griffin_lim_mel" (kind "mel") beside
        "decoder_mel" of the same clips; "si_sdr" (kind "seanet"); "levels": bits used and bits per token of each level;
        "bits_per_second"; "tones", "attacks": decoded beside original; "recordings".

    Raises:
        CorpusError: the dataset has another sample rate, or no clip in the split.
    """
    codec = model.codec
    dataset = Dataset.open(data)
    if dataset.sample_rate != codec.sample_rate:
        raise CorpusError(f"{data} is at {dataset.sample_rate} Hz, the codec at {codec.sample_rate} Hz; build it again")
    clips = [_audio(dataset, index) for index in evenly(dataset.split(split), limit)]
    clips = [clip for clip in clips if len(clip) >= SCALES[0][0]]
    if not clips:
        raise CorpusError(f"{data} has no clip in split {split!r}; choose another split")
    tokens = [codec.encode(clip) for clip in clips]
    counted = [codec.encode(_audio(dataset, index)) for index in evenly(dataset.split("train"), _COUNTED_CLIPS)]
    report: dict[str, Any] = {"clips": len(clips), "seconds": sum(map(len, clips)) / codec.sample_rate}
    report |= distances(codec, clips, tokens)
    if len(counted) < _FEWEST_COUNTED and len(tokens) > 1:
        report |= token_bits(codec, tokens[::2], tokens[1::2])
    else:
        report |= token_bits(codec, tokens, counted or tokens)
    if isinstance(codec, CodecRuntime):
        report |= against_griffin_lim(codec, clips[:_GRIFFIN_LIM_CLIPS], tokens[:_GRIFFIN_LIM_CLIPS])
    report["tones"] = sounds.tones(lambda samples: _through(codec, samples), sample_rate=codec.sample_rate)
    report["attacks"] = sounds.attacks(lambda samples: _through(codec, samples), sample_rate=codec.sample_rate)
    if recordings is not None:
        report["recordings"] = recording_distances(codec, Path(recordings))
    return report


def distances(codec: Codec, clips: Sequence[np.ndarray], tokens: Sequence[np.ndarray]) -> dict[str, Any]:
    """Distances of clips [N] decoded from a third, two thirds and all levels of their tokens [K, T]; SI-SDR of a SEANet."""
    report: dict[str, Any] = {"mel": {}, "stft": {}}
    for levels in sorted({max(1, codec.levels * part // 3) for part in (1, 2, 3)}):
        made = [codec.decode(ids[:levels])[: len(clip)] for clip, ids in zip(clips, tokens, strict=True)]
        pairs = list(zip(made, clips, strict=True))
        report["mel"][str(levels)] = _mean([mel_distance(a, b, sample_rate=codec.sample_rate) for a, b in pairs])
        report["stft"][str(levels)] = _mean([stft_distance(a, b) for a, b in pairs])
        if codec.spec.kind == "seanet":
            report.setdefault("si_sdr", {})[str(levels)] = _mean([si_sdr(a, b) for a, b in pairs])
    return report


def token_bits(codec: Codec, tokens: Sequence[np.ndarray], counted: Sequence[np.ndarray]) -> dict[str, Any]:
    """Bits used by each level, and held-out bits per token of a unigram and a bigram counted on other clips' tokens."""
    size, rate = codec.spec.codebook_size, codec.frame_rate
    used = bits_used(tokens, size=size)
    found = baselines(counted, tokens, size=size)
    levels = [{"used": float(a), "unigram": float(b), "bigram": float(c)}
              for a, b, c in zip(used, found.unigram, found.bigram, strict=True)]
    total = {key: rate * sum(level[key] for level in levels) for key in ("used", "unigram", "bigram")}
    return {"levels": levels, "bits_per_second": {**total, "available": rate * codec.levels * float(np.log2(size))}}


def bits_used(tokens: Sequence[np.ndarray], *, size: int) -> np.ndarray:
    """Entropy in bits of every level of clips [K, T]: float [K]."""
    joined = np.concatenate(tokens, axis=1)
    result = np.zeros(len(joined))
    for level, ids in enumerate(joined):
        share = np.bincount(ids, minlength=size) / len(ids)
        share = share[share > 0]
        result[level] = max(0.0, -float((share * np.log2(share)).sum()))
    return result


def against_griffin_lim(codec: CodecRuntime, clips: Sequence[np.ndarray], tokens: Sequence[np.ndarray]) -> dict[str, float]:
    """Mel distance of the decoder and of Griffin-Lim (32 iterations) from the same tokens."""
    spec = codec.spec
    found: dict[str, list[float]] = {"griffin_lim_mel": [], "decoder_mel": []}
    for clip, ids in zip(clips, tokens, strict=True):
        amplitude = bin_amplitudes(codec.features(ids), spec)
        made = griffin_lim(amplitude, window=spec.synthesis_window, hop=spec.synthesis_hop, iterations=32)
        found["griffin_lim_mel"].append(mel_distance(made[: len(clip)], clip, sample_rate=codec.sample_rate))
        found["decoder_mel"].append(mel_distance(codec.decode(ids)[: len(clip)], clip, sample_rate=codec.sample_rate))
    return {key: _mean(values) for key, values in found.items()}


def recording_distances(codec: Codec, folder: Path) -> dict[str, Any]:
    """Mel distance of every audio file of ``folder``, of its middle 30 s, and the mean.

    Raises:
        CorpusError: there is none.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES) if folder.is_dir() else []
    if not paths:
        raise CorpusError(f"{folder} holds no audio, expected a folder with {', '.join(_SUFFIXES)} files")
    files = {}
    for path in paths:
        samples = Waveform.load(path, sample_rate=codec.sample_rate, mono=True, partial=True).samples[0]
        wanted = round(_RECORDING_SECONDS * codec.sample_rate)
        start = max(0, (len(samples) - wanted) // 2)
        samples = samples[start : start + wanted]
        if len(samples) >= SCALES[0][0]:
            files[path.name] = mel_distance(_through(codec, samples), samples, sample_rate=codec.sample_rate)
    return {"files": files, "mel": _mean(list(files.values()))}


def _through(codec: Codec, samples: np.ndarray) -> np.ndarray:
    return codec.decode(codec.encode(samples))[: len(samples)]


def _audio(dataset: Dataset, index: int) -> np.ndarray:
    return dataset.audio(index, 0, min(dataset.clips[index].samples, round(_CLIP_SECONDS * dataset.sample_rate)))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
