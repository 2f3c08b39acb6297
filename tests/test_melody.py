"""The melody encoder: what it hears, versions of a tune, a store that resumes, a loss that does what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from libretto.config import MelodySpec, preset
from libretto.corpus.score import Note
from libretto.corpus.sound.singing import MANNERS, sing, top_line
from libretto.errors import AudioError, CorpusError, TrainingError
from libretto.melody.pitch import hear, scaled

torch = pytest.importorskip("torch")

from libretto.melody.model import MelodyEncoder, semi_hard_triplet  # noqa: E402
from libretto.melody.store import build  # noqa: E402
from libretto.melody.versions import KINDS, find_tune, versions  # noqa: E402
from libretto.train.melody import recall  # noqa: E402

SPEC = MelodySpec()
RATE = SPEC.sample_rate


def tone(hertz: float, seconds: float = 2.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE).astype(np.float32)


@pytest.mark.parametrize("pitch", [57, 69, 81])
def test_a_tone_is_heard_in_its_band(pitch: int) -> None:
    heard = hear(0.3 * tone(440 * 2 ** ((pitch - 69) / 12)), SPEC)
    assert heard.shape == (2 * SPEC.frame_rate, SPEC.bins) and heard.dtype == np.uint8
    assert abs(int(np.median(heard.argmax(axis=1))) - 2 * (pitch - 36)) <= 1
    louder = hear(tone(440 * 2 ** ((pitch - 69) / 12)), SPEC)
    assert np.abs(louder.astype(int) - heard.astype(int)).max() <= 1  # loudness is not heard


def test_scaled_windows_have_unit_size() -> None:
    values = scaled(np.random.default_rng(0).integers(0, 255, (3, 20, 10), dtype=np.uint8))
    assert np.allclose(values.mean(axis=(1, 2)), 0, atol=1e-5) and np.allclose(values.std(axis=(1, 2)), 1, atol=1e-5)


def test_one_voice_sings_the_highest_notes() -> None:
    line = top_line([Note(0, 1, 60, 90), Note(0.01, 1, 72, 80), Note(0, 1, 76, 90), Note(0.5, 1, 64, 90)])
    assert [(note.start, note.pitch) for note in line] == [(0, 76), (0.5, 64)]
    assert line[0].duration == pytest.approx(0.5)


@pytest.mark.parametrize("manner", list(MANNERS))
def test_singing_keeps_pitch_classes(manner: str) -> None:
    notes = [Note(0.7 * index, 0.65, pitch, 90) for index, pitch in enumerate((60, 64, 67, 62, 69, 60))]
    sound = sing(notes, 5 * RATE, np.random.default_rng(4), manner=manner, sample_rate=RATE)
    assert sound.shape == (5 * RATE,) and np.isfinite(sound).all() and 0.3 < np.abs(sound).max() <= 1.5
    heard = hear(sound, SPEC).astype(float)
    for index, note in enumerate(notes):
        frames = heard[int((0.7 * index + 0.25) * SPEC.frame_rate) : int((0.7 * index + 0.55) * SPEC.frame_rate)]
        folded = frames.mean(axis=0).reshape(SPEC.octaves, SPEC.bins_per_octave)
        chroma = (10 ** (folded / 40)).sum(axis=0)
        away = (int(chroma.argmax()) / 2 - note.pitch) % 12
        assert min(away, 12 - away) <= 0.5, (manner, index)


def test_an_unknown_manner_names_the_nearest() -> None:
    with pytest.raises(CorpusError, match="whistle"):
        sing([], 10, np.random.default_rng(0), manner="wistle", sample_rate=RATE)


def test_versions_are_the_same_tune_and_reproducible() -> None:
    score, part = find_tune(3, seconds=6.0)
    assert part in score.parts and part.role == "melody"
    first, second = (versions(3, seconds=6.0, sample_rate=RATE, kinds=("solo", "hummed")) for _ in range(2))
    assert [version.kind for version in first] == ["solo", "hummed"]
    for a, b in zip(first, second):
        assert np.array_equal(a.samples, b.samples) and len(a.samples) == round(6.0 / a.pace * RATE)


def test_the_store_resumes_and_refuses_other_settings(tmp_path: Path) -> None:
    spec = preset("tiny").melody
    whole = build(tmp_path / "a", spec, tunes=2, seed=1, seconds=5.0)
    assert whole.heard.shape[:2] == (2, len(KINDS)) and whole.heard.max() > 100
    build(tmp_path / "b", spec, tunes=2, seed=1, seconds=5.0)
    (tmp_path / "b" / "store.json").write_text((tmp_path / "a" / "store.json").read_text().replace('"done": 2', '"done": 1'))
    again = build(tmp_path / "b", spec, tunes=2, seed=1, seconds=5.0)
    assert np.array_equal(whole.heard, again.heard) and np.array_equal(whole.paces, again.paces)
    with pytest.raises(TrainingError, match="other settings"):
        build(tmp_path / "a", spec, tunes=2, seed=2, seconds=5.0)


def test_the_loss_pulls_pairs_together() -> None:
    own = torch.nn.functional.normalize(torch.eye(8) + 0.01, dim=-1)
    assert float(semi_hard_triplet(own, own)) == 0.0
    assert float(semi_hard_triplet(own, own.roll(1, 0))) > 0.29  # nothing is farther than a wrong pair: the margin remains
    collapsed = torch.ones(8, 4) / 2
    assert float(semi_hard_triplet(collapsed, collapsed)) == pytest.approx(0.3, abs=1e-5)


def test_a_little_training_learns_to_tell_tunes() -> None:
    torch.manual_seed(0)
    spec = MelodySpec(layers=1, heads=2, width=32, head_width=16, feedforward=64, dimension=16)
    model = MelodyEncoder(spec)
    rng = np.random.default_rng(0)
    tunes = rng.normal(size=(12, spec.frames, spec.bins)).astype(np.float32)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(25):
        pair = [model(torch.from_numpy(tunes + rng.normal(size=tunes.shape).astype(np.float32))) for _ in range(2)]
        loss = semi_hard_triplet(*pair)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        vectors = [model(torch.from_numpy(tunes + rng.normal(size=tunes.shape).astype(np.float32))).numpy()[:, None] for _ in range(2)]
    assert np.allclose(np.linalg.norm(vectors[0], axis=-1), 1, atol=1e-5)
    assert recall(vectors[0], vectors[1]) > 0.8
    assert recall(np.ones((5, 1, 4)), np.ones((5, 1, 4))) == 0.0  # a collapsed encoder knows nothing


def test_the_runtime_gives_the_encoders_vectors_and_finds_tunes(tmp_path: Path) -> None:
    from libretto.evaluate.melody import measure, ranks
    from libretto.melody.export import export
    from libretto.melody.runtime import MelodyRuntime

    spec = preset("tiny").melody
    torch.manual_seed(1)
    model = MelodyEncoder(spec).eval()
    codebooks = np.random.default_rng(0).normal(size=(spec.levels, spec.codebook_size, spec.dimension))
    tables = export(model, codebooks, tmp_path, small=False)
    runtime = MelodyRuntime(spec, tmp_path, tables)
    samples = tone(440, 10.0) * np.linspace(0, 1, 10 * RATE, dtype=np.float32)
    vectors, heard = runtime.embed(samples), hear(samples, spec)
    assert vectors.shape == (3, spec.dimension)
    hop = round(spec.hop_seconds * spec.frame_rate)
    windows = torch.from_numpy(scaled(np.stack([heard[k * hop : k * hop + spec.frames] for k in range(3)])))
    with torch.no_grad():
        assert np.abs(model(windows).numpy() - vectors).max() < 1e-4
    tokens = runtime.tokenize(samples)
    assert tokens.shape == (3, spec.levels) and tokens.min() >= 0 and tokens.max() < spec.codebook_size
    assert runtime.embed(samples[:RATE]).shape == (1, spec.dimension)
    for wrong in (np.zeros((2, RATE), np.float32), np.zeros(10, np.float32), np.full(RATE, np.nan, np.float32)):
        with pytest.raises(AudioError):
            runtime.embed(wrong)
    figures = measure(runtime, tunes=2, seed=5)
    assert set(figures["hummed"]) == {"embedding", "tokens", "chroma"} and figures["chance_1"] == pytest.approx(1 / 2)
    eye = [row[None] for row in np.eye(4)]
    assert ranks(eye, eye)["recall_1"] == 1.0 and ranks(eye, eye[::-1])["recall_1"] == 0.0
