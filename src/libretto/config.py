"""Frozen specifications of every part; the presets are in presets.py.

A specification is checked when it is built; every other number is a property of it. Published numbers carry
their source; what is marked "ours" is not published.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from .controls import CONTROLS, PITCHED, ControlName, control_token
from .errors import ConfigError, did_you_mean
from .tokens import TokenSpec


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(message)


@dataclass(frozen=True)
class MelSpec:
    """A log-mel front end: log10 of mel amplitudes clamped at ``floor``."""

    sample_rate: int = 24_000
    window: int = 1024
    hop: int = 240
    bands: int = 80
    floor: float = 1e-5

    def __post_init__(self) -> None:
        _check(self.sample_rate % self.hop == 0, f"sample_rate {self.sample_rate} is not a multiple of hop {self.hop}")
        _check(self.window >= self.hop, f"window {self.window} is shorter than hop {self.hop}")

    @property
    def frame_rate(self) -> int:
        """Frames per second."""
        return self.sample_rate // self.hop


@dataclass(frozen=True)
class CodecSpec:
    """Waveform to acoustic tokens. Rates and levels: SoundStream 2107.03312 as used by MusicLM 2301.11325."""

    kind: Literal["mel", "seanet"] = "mel"
    sample_rate: int = 24_000
    hop: int = 480
    levels: int = 12
    codebook_size: int = 1024
    latent: int = 64
    # phase-free codec ("mel"), ours
    encoder_width: int = 256
    encoder_layers: int = 4
    decoder_width: int = 384
    decoder_layers: int = 8
    synthesis_hop: int = 240
    synthesis_window: int = 1024
    # SEANet ("seanet")
    channels: int = 32
    strides: tuple[int, ...] = (2, 4, 5, 12)

    def __post_init__(self) -> None:
        _check(self.sample_rate % self.hop == 0, f"sample_rate {self.sample_rate} is not a multiple of hop {self.hop}")
        _check(self.hop % self.synthesis_hop == 0, f"hop {self.hop} is not a multiple of synthesis_hop {self.synthesis_hop}")
        if self.kind == "seanet":
            product = 1
            for stride in self.strides:
                product *= stride
            _check(product == self.hop, f"strides {self.strides} multiply to {product}, expected hop {self.hop}")

    @property
    def frame_rate(self) -> int:
        """Token frames per second."""
        return self.sample_rate // self.hop

    @property
    def tokens(self) -> TokenSpec:
        return TokenSpec("acoustic", self.levels, self.codebook_size, self.frame_rate)


@dataclass(frozen=True)
class SemanticSpec:
    """w2v-BERT 2108.06209: Conformer, contrastive then masked prediction; k-means over an inner layer."""

    mel: MelSpec = field(default_factory=MelSpec)
    stack: int = 4  # mel frames per token frame
    width: int = 192
    heads: int = 4
    contrastive_layers: int = 3
    prediction_layers: int = 3
    kernel: int = 15
    reach: int = 25  # token frames attention sees on each side; ours, so that long audio can be cut exactly
    targets: int = 1024  # vocabulary of the masked prediction
    tap: int = 1  # layer of the masked-prediction module whose output is clustered, from 1
    codebook_size: int = 1024

    def __post_init__(self) -> None:
        _check(self.width % self.heads == 0, f"width {self.width} is not a multiple of heads {self.heads}")
        _check(1 <= self.tap <= self.prediction_layers, f"tap {self.tap} is not in 1..{self.prediction_layers}")
        _check(self.mel.frame_rate % self.stack == 0, f"{self.mel.frame_rate} mel frames per second do not divide by {self.stack}")

    @property
    def frame_rate(self) -> int:
        return self.mel.frame_rate // self.stack

    @property
    def receptive_frames(self) -> int:
        """Token frames on each side that a tapped frame depends on; the log-mel window comes on top."""
        return (self.contrastive_layers + self.tap) * (self.reach + self.kernel // 2)

    @property
    def tokens(self) -> TokenSpec:
        return TokenSpec("semantic", 1, self.codebook_size, self.frame_rate)


@dataclass(frozen=True)
class MulanSpec:
    """MuLan 2208.12415: two towers, unit vectors, contrastive; windows averaged; RVQ style tokens."""

    dimension: int = 128
    mel: MelSpec = field(default_factory=MelSpec)
    window_seconds: float = 10.0
    stride_seconds: float = 1.0
    audio_stack: int = 4  # mel frames per tower frame
    audio_width: int = 256
    audio_layers: int = 8
    text_vocabulary: int = 30_522
    text_length: int = 96  # word pieces
    text_width: int = 384
    text_layers: int = 6
    text_heads: int = 12
    levels: int = 12
    codebook_size: int = 1024

    def __post_init__(self) -> None:
        _check(self.text_width % self.text_heads == 0, f"text_width {self.text_width} is not a multiple of text_heads {self.text_heads}")
        _check(0 < self.stride_seconds <= self.window_seconds, f"stride {self.stride_seconds} s must be in (0, {self.window_seconds}]")

    @property
    def tokens(self) -> TokenSpec:
        """Style tokens: one frame for a whole clip, so the rate is zero."""
        return TokenSpec("style", self.levels, self.codebook_size, 0)


@dataclass(frozen=True)
class MelodySpec:
    """MusicLM 2301.11325 section 4.5: ViT, triplet loss on versions of one melody, RVQ.

    512 does not divide by the paper's 6 heads, so a head has a width of its own (64 is ours).
    """

    layers: int = 12
    heads: int = 6
    width: int = 512
    head_width: int = 64
    feedforward: int = 1024
    dimension: int = 192
    window_seconds: float = 4.0
    hop_seconds: float = 3.0
    levels: int = 24
    codebook_size: int = 512
    # the front end, ours: quarter-tone bands instead of mel
    sample_rate: int = 24_000
    window: int = 4096
    hop: int = 960
    lowest_hertz: float = 65.406  # C2
    octaves: int = 6
    bins_per_octave: int = 24
    patch: int = 2  # frames per position of the transformer

    def __post_init__(self) -> None:
        _check(self.sample_rate % self.hop == 0, f"sample_rate {self.sample_rate} is not a multiple of hop {self.hop}")
        _check(self.frames % self.patch == 0, f"{self.frames} frames a window do not divide into patches of {self.patch}")

    @property
    def frame_rate(self) -> int:
        """Frames of the front end per second."""
        return self.sample_rate // self.hop

    @property
    def frames(self) -> int:
        """Frames of one window."""
        return round(self.window_seconds * self.frame_rate)

    @property
    def bins(self) -> int:
        """Bands of the front end."""
        return self.octaves * self.bins_per_octave

    @property
    def tokens(self) -> TokenSpec:
        """One frame of ``levels`` tokens every ``hop_seconds``; kept at rate zero (prefix condition)."""
        return TokenSpec("melody", self.levels, self.codebook_size, 0)


@dataclass(frozen=True)
class TransformerSpec:
    """A decoder-only transformer. Gated feed-forward (three matrices) when ``gated``, else two."""

    layers: int = 6
    heads: int = 5
    width: int = 320
    feedforward: int = 864
    gated: bool = True
    dropout: float = 0.0
    positions: Literal["rotary", "t5"] = "rotary"

    def __post_init__(self) -> None:
        _check(self.width % self.heads == 0, f"width {self.width} is not a multiple of heads {self.heads}")

    @property
    def head_width(self) -> int:
        return self.width // self.heads


StageName = Literal["semantic", "coarse", "fine"]
PatternName = Literal["flat", "delay", "parallel"]


@dataclass(frozen=True)
class StageSpec:
    """One stage: which tokens it writes, which it is told, and how they lie in time."""

    name: StageName
    target: TokenSpec  # levels it writes
    prefix: tuple[TokenSpec, ...]  # whole-clip conditions, laid before the sequence
    aligned: tuple[TokenSpec, ...]  # conditions in step with the target (or flattened before it, see alignment)
    pattern: PatternName = "delay"
    alignment: Literal["added", "prefix"] = "added"  # "prefix" is MusicLM's concatenation; "added" is ours
    transformer: TransformerSpec = field(default_factory=TransformerSpec)
    crop_seconds: float = 10.0
    temperature: float = 1.0
    top_k: int = 0  # 0 keeps all; ours
    guidance: float = 1.0  # classifier-free guidance scale; 1 is off; ours
    condition_dropout: float = 0.1  # ours
    token_width: int = 64  # width of the codebook vectors embeddings and heads start from; ours
    remembers: bool = True  # False: every crop is written by itself, as if nothing had come before (``stages.forgetful``); ours
    iterations: tuple[int, ...] = ()  # pattern "parallel": passes of each level; () is SoundStorm's, see ``passes``
    choice_temperature: float = 4.5  # pattern "parallel": of the noise in what is kept; MaskGIT 2202.04200

    def __post_init__(self) -> None:
        for spec in self.aligned:
            _check(
                self.target.frame_rate % spec.frame_rate == 0,
                f"{spec.name} at {spec.frame_rate} Hz does not divide {self.target.name} at {self.target.frame_rate} Hz",
            )
        _check(self.crop_seconds > 0, f"crop_seconds is {self.crop_seconds}, expected more than 0")
        levels = self.target.levels
        _check(
            not self.iterations or (len(self.iterations) == levels and min(self.iterations) > 0),
            f"iterations of {self.name} are {self.iterations}, expected {levels} numbers of at least 1, one a level, or none",
        )
        _check(self.choice_temperature >= 0, f"choice_temperature is {self.choice_temperature}, expected 0 or more")
        if not self.remembers:
            _check(self.pattern != "parallel" and self.alignment == "added" and bool(self.aligned),
                   f"stage {self.name} can only forget under pattern 'delay' or 'flat', with an aligned condition added to every step")
        if self.pattern == "parallel":
            _check(bool(self.aligned), f"stage {self.name} has no aligned condition, which pattern 'parallel' fills in; use delay or flat")
            _check(self.alignment == "added", "pattern 'parallel' needs alignment 'added': conditions lie under the frames they belong to")
            _check(self.transformer.positions == "rotary", "pattern 'parallel' looks both ways and needs rotary positions, not t5")

    @property
    def controls(self) -> tuple[TokenSpec, ...]:
        """The aligned conditions that a user settles; the others are written by another stage."""
        return tuple(token for token in self.aligned if token.name in CONTROLS)

    @property
    def passes(self) -> tuple[int, ...]:
        """Passes of each level under pattern "parallel": 16 for the codec's first level and 1 for others (SoundStorm)."""
        first = 1 if any(token.levels > 1 for token in self.aligned) else 16  # a finer stage goes on where another stopped
        return self.iterations or (first, *[1] * (self.target.levels - 1))

    @property
    def block_frames(self) -> int:
        """Frames written at once under pattern "parallel", half a crop, or by a stage that forgets, a crop; whole frames of every
        condition; ours."""
        grid = max([self.target.frame_rate // token.frame_rate for token in self.aligned], default=1)
        return max(grid, self.crop_frames // (2 if self.remembers else 1) // grid * grid)

    @property
    def steps_per_second(self) -> int:
        """Decoding steps a second of audio costs."""
        return self.target.frame_rate * (self.target.levels if self.pattern == "flat" else 1)

    @property
    def crop_frames(self) -> int:
        return int(self.crop_seconds * self.target.frame_rate)


@dataclass(frozen=True)
class LibrettoConfig:
    """The whole family. The stages are derived: their vocabularies follow from the parts."""

    name: str
    codec: CodecSpec
    semantic: SemanticSpec
    mulan: MulanSpec
    melody: MelodySpec
    coarse_levels: int
    transformers: dict[str, TransformerSpec]
    crops: dict[str, float]
    temperatures: dict[str, float]
    pattern: PatternName = "delay"
    alignment: Literal["added", "prefix"] = "added"
    top_k: dict[str, int] = field(default_factory=lambda: {"semantic": 0, "coarse": 0, "fine": 0})
    guidance: dict[str, float] = field(default_factory=lambda: {"semantic": 1.0, "coarse": 1.0, "fine": 1.0})
    patterns: dict[str, PatternName] = field(default_factory=dict)  # of stages that lie otherwise than ``pattern`` says
    controls: tuple[ControlName, ...] = ()  # what is told frame by frame besides the style; see ``controls``
    coarse_controls: tuple[ControlName, ...] = PITCHED  # those of them that the coarse stage is told too
    iterations: dict[str, tuple[int, ...]] = field(default_factory=dict)  # of stages with other passes than SoundStorm's
    choice_temperatures: dict[str, float] = field(default_factory=dict)
    forgetful: tuple[str, ...] = ()  # stages that do not remember; see ``StageSpec.remembers``
    draft: bool = False  # takes are made without the fine stage unless a request says otherwise

    def __post_init__(self) -> None:
        _check(0 < self.coarse_levels < self.codec.levels, f"coarse_levels {self.coarse_levels} is not in 1..{self.codec.levels - 1}")
        _check(
            self.codec.frame_rate % self.semantic.frame_rate == 0,
            f"codec at {self.codec.frame_rate} Hz is not a multiple of semantic at {self.semantic.frame_rate} Hz",
        )
        _check(len(set(self.controls)) == len(self.controls), f"controls are {', '.join(self.controls)}, expected each at most once")
        _check(len(set(self.coarse_controls)) == len(self.coarse_controls),
               f"coarse_controls are {', '.join(self.coarse_controls)}, expected each at most once")
        _check(not self.controls or self.alignment == "added", "controls come frame by frame and need alignment 'added'")
        for name in ("transformers", "crops", "temperatures", "top_k", "guidance"):
            stages = sorted(getattr(self, name))
            _check(stages == sorted(STAGES), f"{name} are given for {', '.join(stages) or 'no stage'}, expected {', '.join(STAGES)}")
        for name in ("patterns", "iterations", "choice_temperatures", "forgetful"):
            others = sorted(set(getattr(self, name)) - set(STAGES))
            _check(not others, f"{name} are given for {', '.join(others)}, expected some of {', '.join(STAGES)}")

    @property
    def sample_rate(self) -> int:
        return self.codec.sample_rate

    @property
    def control_tokens(self) -> tuple[TokenSpec, ...]:
        """What ``controls`` names."""
        return tuple(control_token(name, semantic=self.semantic.tokens) for name in self.controls)

    def stage(self, name: str) -> StageSpec:
        """The specification of stage ``semantic``, ``coarse`` or ``fine``."""
        acoustic, semantic, style = self.codec.tokens, self.semantic.tokens, self.mulan.tokens
        coarse = dataclasses.replace(acoustic, name="coarse", levels=self.coarse_levels)
        fine = dataclasses.replace(acoustic, name="fine", levels=self.codec.levels - self.coarse_levels)
        # what semantic tokens keep only roughly (docs/design.md); a block that is filled in parallel is not told yet
        alone = self.patterns.get("coarse", self.pattern) == "parallel"
        told = tuple(token for token in self.control_tokens if token.name in self.coarse_controls and not alone)
        roles: dict[str, tuple[TokenSpec, tuple[TokenSpec, ...], tuple[TokenSpec, ...]]] = {
            "semantic": (semantic, (style,), self.control_tokens),
            "coarse": (coarse, (style,), (semantic, *told)),
            "fine": (fine, (), (coarse,)),  # MusicLM: fine sees coarse tokens alone
        }
        if name not in roles:
            raise ConfigError(f"unknown stage {name!r}; {did_you_mean(name, list(roles))}")
        target, prefix, aligned = roles[name]
        return StageSpec(
            name=name,  # type: ignore[arg-type]
            target=target,
            prefix=prefix,
            aligned=aligned,
            pattern=self.patterns.get(name, self.pattern),
            alignment=self.alignment,
            transformer=self.transformers[name],
            crop_seconds=self.crops[name],
            temperature=self.temperatures[name],
            top_k=self.top_k[name],
            guidance=self.guidance[name],
            remembers=name not in self.forgetful,
            iterations=self.iterations.get(name, ()),
            choice_temperature=self.choice_temperatures.get(name, StageSpec.choice_temperature),
        )


STAGES: tuple[str, ...] = ("semantic", "coarse", "fine")
CONFIGURED = (  # fields of ``LibrettoConfig`` that hold something of each stage, or of some
    "transformers", "crops", "temperatures", "top_k", "guidance", "patterns", "iterations", "choice_temperatures",
)


def preset(name: str) -> LibrettoConfig:
    """The preset ``tiny``, ``small``, ``base`` or ``paper``."""
    from .presets import PRESETS

    if name not in PRESETS:
        raise ConfigError(f"unknown preset {name!r}; {did_you_mean(name, list(PRESETS))}")
    return PRESETS[name]()
