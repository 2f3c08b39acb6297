"""The presets tiny, small, small-parallel, base and paper.

Published numbers carry their source; what is marked "ours" is not published.
"""

from __future__ import annotations

import dataclasses

from .config import (
    STAGES,
    CodecSpec,
    LibrettoConfig,
    MelodySpec,
    MelSpec,
    MulanSpec,
    SemanticSpec,
    TransformerSpec,
)
from .controls import ACOUSTIC, CONTROLS

_TEMPERATURES = {"semantic": 1.0, "coarse": 0.95, "fine": 0.4}  # MusicLM 2301.11325 section 5


def _same(spec: TransformerSpec) -> dict[str, TransformerSpec]:
    return dict.fromkeys(STAGES, spec)


def _tiny() -> LibrettoConfig:
    mel = MelSpec(bands=16, window=480)
    return LibrettoConfig(
        name="tiny",
        codec=CodecSpec(levels=4, codebook_size=32, latent=8, encoder_width=16, encoder_layers=1, decoder_width=16, decoder_layers=1,
                        channels=2),
        semantic=SemanticSpec(mel=mel, width=16, heads=2, contrastive_layers=1, prediction_layers=1, kernel=3, targets=32,
                              codebook_size=32),
        mulan=MulanSpec(dimension=16, mel=mel, window_seconds=2.0, audio_width=16, audio_layers=1, text_vocabulary=512, text_length=32,
                        text_width=16, text_layers=1, text_heads=2, levels=3, codebook_size=16),
        melody=MelodySpec(layers=1, heads=2, width=16, head_width=8, feedforward=32, dimension=8, levels=2, codebook_size=16),
        coarse_levels=2,
        transformers=_same(TransformerSpec(layers=2, heads=2, width=32, feedforward=48)),
        crops={"semantic": 4.0, "coarse": 2.0, "fine": 1.0},
        temperatures=_TEMPERATURES,
        controls=CONTROLS,
        coarse_controls=ACOUSTIC,
    )


def _small() -> LibrettoConfig:
    return LibrettoConfig(
        name="small",
        codec=CodecSpec(),
        semantic=SemanticSpec(mel=MelSpec(window=2048, bands=128)),
        mulan=MulanSpec(text_vocabulary=8_192, levels=8, codebook_size=256),
        melody=MelodySpec(layers=4, heads=4, width=192, head_width=48, feedforward=576),
        coarse_levels=4,
        transformers=_same(TransformerSpec(heads=4, width=256, feedforward=704)),
        crops={"semantic": 20.0, "coarse": 10.0, "fine": 1.0},  # of the fine stage ours: docs/design.md
        temperatures={"semantic": 1.0, "coarse": 1.0, "fine": 1.0},  # ours, by a sweep: docs/evaluation.md
        guidance={"semantic": 3.0, "coarse": 1.0, "fine": 1.0},
        controls=CONTROLS,
        coarse_controls=ACOUSTIC,
        forgetful=("fine",),
    )


def _small_parallel() -> LibrettoConfig:
    """``small`` with its acoustic stages in pattern "parallel" (SoundStorm 2305.09636); same sizes, same recipe: docs/parallel.md."""
    small = _small()
    return dataclasses.replace(small, name="small-parallel", patterns={"coarse": "parallel", "fine": "parallel"}, forgetful=(),
                               crops=small.crops | {"fine": 4.0})


def _base() -> LibrettoConfig:
    return LibrettoConfig(
        name="base",
        codec=CodecSpec(decoder_width=512),
        semantic=SemanticSpec(width=512, heads=8, contrastive_layers=6, prediction_layers=6, tap=3),
        mulan=MulanSpec(audio_width=512, audio_layers=12),
        melody=MelodySpec(),
        coarse_levels=4,
        transformers=_same(TransformerSpec(layers=12, heads=8, width=512, feedforward=1376, dropout=0.1)),
        crops={"semantic": 30.0, "coarse": 10.0, "fine": 3.0},
        temperatures=_TEMPERATURES,
        controls=CONTROLS,
        coarse_controls=ACOUSTIC,
    )


def _paper() -> LibrettoConfig:
    """MusicLM 2301.11325: stages of 24 layers, 16 heads, width 1024, feed-forward 4096, T5 positions, dropout 0.1.

    430M a stage are stated; plain widths give 302M. We choose the gated feed-forward: 403M and the embeddings.
    w2v-BERT 2108.06209 XL: 600M, here 24 Conformer layers of width 1024 (12 + 12), layer 7 tapped.
    """
    return LibrettoConfig(
        name="paper",
        codec=CodecSpec(kind="seanet"),
        semantic=SemanticSpec(width=1024, heads=16, contrastive_layers=12, prediction_layers=12, kernel=5, tap=7),
        mulan=MulanSpec(audio_width=768, audio_layers=12),
        melody=MelodySpec(),
        coarse_levels=4,
        transformers=_same(TransformerSpec(layers=24, heads=16, width=1024, feedforward=4096, dropout=0.1, positions="t5")),
        crops={"semantic": 30.0, "coarse": 10.0, "fine": 3.0},
        temperatures=_TEMPERATURES,
        pattern="flat",
        alignment="prefix",
    )


PRESETS = {"tiny": _tiny, "small": _small, "small-parallel": _small_parallel, "base": _base, "paper": _paper}
