"""Fixtures that several areas share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole weights folder of the tiny preset, untrained: every verb works, the music is noise. Copy it to change it."""
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    folder = tmp_path_factory.mktemp("weights") / "tiny"
    folder.mkdir()
    write_tiny(folder)
    return folder


def tones(seconds: float, *, seed: int = 0) -> np.ndarray:
    """Random decaying tones over a little noise at 24 kHz, float32 [N]: enough for codebooks to have something to cluster."""
    rng = np.random.default_rng(seed)
    time = np.arange(6_000) / 24_000
    notes = [np.exp(-6 * time) * np.sin(2 * np.pi * 110 * 2 ** (rng.integers(48) / 12) * time) for _ in range(int(4 * seconds))]
    samples = np.concatenate(notes)
    return (0.3 * samples + 0.01 * rng.standard_normal(len(samples))).astype(np.float32)


def write_tiny(folder: Path) -> None:
    """Untrained modules of the tiny preset, with codebooks of ``tones``, as a weights folder."""
    import torch

    from libretto import export
    from libretto.codec import export as codec_export
    from libretto.codec.decoder import SpectralDecoder
    from libretto.codec.tokens import TokenModel
    from libretto.config import STAGES, preset
    from libretto.controls import CONTROLS, MOODS
    from libretto.mulan import export as mulan_export
    from libretto.mulan.model import Mulan
    from libretto.mulan.tokenizer import prune
    from libretto.semantic import export as semantic_export
    from libretto.semantic.model import SemanticModel
    from libretto.semantic.tokens import Tokenizer, TokenSpace
    from libretto.stages import export as stage_export
    from libretto.stages.model import TokenLM
    from libretto.stages.vectors import stage_vectors

    config = preset("tiny")
    torch.manual_seed(0)
    audio = torch.from_numpy(tones(12.0))[None]
    with torch.no_grad():
        tokens = TokenModel(config.codec)
        tokens.start(tokens.front(audio)[0], seed=0, iterations=3)
        decoder = SpectralDecoder(config.codec)
        decoder.mean.copy_(tokens.mean)
        semantic = Tokenizer(SemanticModel(config.semantic), TokenSpace(config.semantic)).eval()
        frames = semantic.model.frames(audio)
        semantic.model.quantizer.fit(frames[0], seed=0)
        tapped, components = semantic.features(frames)
        semantic.space.fit(tapped[0], components[0], skip=2.0, seed=0, iterations=3)
        style = config.mulan
        mulan = Mulan(style, prune([], ["slow sad piano, fast happy drums and bass"], size=style.text_vocabulary))
        books = torch.randn(style.levels, style.codebook_size, style.dimension).numpy() * style.dimension**-0.5
    tables = codec_export.export(tokens.eval(), decoder.eval(), folder)
    tables |= semantic_export.export(semantic, folder)
    tables |= mulan_export.export(mulan.eval(), books, folder)
    tables["mulan.moods"] = np.zeros((style.text_vocabulary + 1, len(MOODS)), np.float16)
    for word in ("sad", "happy"):
        tables["mulan.moods"][mulan.tokenizer.encode(word)[1], MOODS.index(word)] = 9.0
    for name in STAGES:
        stage = TokenLM(config.stage(name), stage_vectors(config, name, tables))
        with torch.no_grad():  # at its start a stage copies the frame before and hears no condition
            torch.nn.init.normal_(stage.query.weight, std=0.2)
            if name == "semantic":
                torch.nn.init.normal_(stage.inlet.weight, std=stage.inlet.in_features**-0.5)
                stage.start.mul_(0.35)
            told = [family in CONTROLS for family in stage.layout.slot_families()]
            for slot, heard in zip(stage.inlet.weight.split(stage.spec.token_width, dim=1), told, strict=False):
                if heard:
                    torch.nn.init.normal_(slot, std=stage.inlet.in_features**-0.5)
        tables |= stage_export.export(stage.eval(), folder)
    export.finish(folder, config, tables)
