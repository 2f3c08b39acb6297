"""The training loop on a toy recipe: bit-equal resume, refusals, signals, non-finite steps, the log."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from PIL import Image  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from libretto import train as package  # noqa: E402
from libretto.config import preset  # noqa: E402
from libretto.errors import ConfigError, LibrettoError, TrainingError  # noqa: E402
from libretto.train import checkpoint, loop  # noqa: E402
from libretto.train.ema import MovingAverage  # noqa: E402
from libretto.train.log import read_log  # noqa: E402
from libretto.train.loop import (  # noqa: E402
    NonFiniteLoss,
    evaluating,
    generator,
    numpy_generator,
    optimise,
    rate_at,
    train,
)


class Toy:
    """A regression with batch statistics, dropout, a moving average and momentum: all that a resume must restore."""

    name = "toy"

    def __init__(self, *, seed: int = 0, width: int = 8, broken: range = range(0)) -> None:
        self.config: dict[str, Any] = {"seed": seed, "model": {"width": width, "shape": (4, 1)}}
        torch.manual_seed(seed)
        layers = nn.Linear(4, width), nn.BatchNorm1d(width), nn.Dropout(0.2), nn.Linear(width, 1)
        self.model = nn.Sequential(*layers)
        self.average = MovingAverage(self.model, decay=0.9)
        self.modules: dict[str, nn.Module] = {"model": self.model, "average": self.average}
        self.optimizers = {"model": torch.optim.AdamW(self.model.parameters(), lr=1e-2)}
        self.seed, self.broken = seed, broken
        self.after_step: Any = lambda step: None

    def batch(self, step: int) -> Tensor:
        return torch.randn(16, 4, generator=generator(self.seed, step))

    def step(self, batch: Tensor, step: int, rate: float) -> dict[str, float]:
        assert self.model.training
        loss = (self.model(batch) - batch.sum(dim=1, keepdim=True)).square().mean()
        if step in self.broken:
            loss = loss * float("nan")
        norm = optimise(loss, self.optimizers["model"], clip=1.0, rate=rate)
        self.average.update(self.model, step)
        self.after_step(step)
        return {"loss": loss.item(), "norm": norm}

    def validate(self) -> dict[str, float]:
        assert not self.model.training and not torch.is_grad_enabled()
        batch = torch.randn(64, 4, generator=generator(99, 0))
        return {"loss": float((self.average(batch) - batch.sum(dim=1, keepdim=True)).square().mean())}


def weights(out: Path) -> list[bytes]:
    return [(out / "checkpoint" / f"{name}.safetensors").read_bytes() for name in ("model", "average")]


def run(recipe: Toy, out: Path, steps: int = 20, **settings: Any) -> Path:
    return train(recipe, out=out, steps=steps, **{"warmup": 5, "log_every": 5, "validate_every": 10, **settings})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run of 20 steps."""
    out = tmp_path_factory.mktemp("whole") / "run"
    run(Toy(), out)
    return out


# resume


def test_resume_is_bit_equal(whole: Path, tmp_path: Path) -> None:
    recipe = Toy()

    def stop(step: int) -> None:
        if step == 11:
            os.kill(os.getpid(), signal.SIGTERM)

    recipe.after_step = stop
    run(recipe, tmp_path)
    assert checkpoint.read_config(tmp_path)["step"] == 12
    assert weights(tmp_path) != weights(whole)
    run(Toy(), tmp_path)
    assert weights(tmp_path) == weights(whole)
    here, there = (torch.load(out / "checkpoint" / "trainer.pt")["optimizers"] for out in (tmp_path, whole))
    assert all(torch.equal(here["model"]["state"][i]["exp_avg"], there["model"]["state"][i]["exp_avg"]) for i in range(6))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_resume_after_kill_is_bit_equal(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kill -9 between checkpoints: the steps after the last one are done again."""
    monkeypatch.setattr(loop._Run, "checkpoint_due", lambda self, minutes: self.step == 12)
    child = os.fork()
    if child == 0:
        recipe = Toy()
        recipe.after_step = lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == 15 else None
        run(recipe, tmp_path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert checkpoint.read_config(tmp_path)["step"] == 12
    (tmp_path / "log.jsonl").open("a").write('{"step": 15, "loss": 1.0}\n{"step": 1')  # lines of a lost future
    run(Toy(), tmp_path)
    assert weights(tmp_path) == weights(whole)
    steps = [row["step"] for row in read_log(tmp_path / "log.jsonl")]
    assert steps == sorted(steps) and steps.count(15) == 1


def test_finished_run_is_left_alone(whole: Path) -> None:
    before = weights(whole), (whole / "log.jsonl").read_text()
    assert run(Toy(), whole) == whole / "checkpoint"
    assert (weights(whole), (whole / "log.jsonl").read_text()) == before


def test_minutes_stop_and_more_steps_go_on(tmp_path: Path) -> None:
    run(Toy(), tmp_path, minutes=0.0)
    assert checkpoint.read_config(tmp_path)["step"] == 0
    run(Toy(), tmp_path, steps=6)
    run(Toy(), tmp_path, steps=9)
    assert checkpoint.read_config(tmp_path)["step"] == 9


def test_another_config_is_refused(whole: Path) -> None:
    before = weights(whole)
    with pytest.raises(TrainingError, match=r"model\.width is 8 there, 9 asked"):
        run(Toy(width=9), whole)
    with pytest.raises(TrainingError, match="seed is 0 there, 1 asked"):
        run(Toy(seed=1), whole)
    other = Toy()
    other.name = "game"
    with pytest.raises(TrainingError, match="recipe 'toy', not 'game'"):
        run(other, whole)
    assert weights(whole) == before


def test_damage_is_refused(tmp_path: Path) -> None:
    run(Toy(), tmp_path, steps=2)
    file = tmp_path / "checkpoint" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(TrainingError, match=r"model\.safetensors"):
        run(Toy(), tmp_path, steps=4)
    with pytest.raises(TrainingError, match="cannot be read"):
        checkpoint.load_weights(tmp_path, "missing")


def test_second_writer_is_refused(tmp_path: Path) -> None:
    with checkpoint.only_writer(tmp_path), pytest.raises(TrainingError, match="another training"):
        run(Toy(), tmp_path)


def test_bad_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for bad in ({"steps": 0}, {"decay": 2.0}, {"threads": 0}, {"out": tmp_path / "file"}):
        with pytest.raises(TrainingError):
            run(Toy(), **{"out": tmp_path / "run", **bad})


def test_differences() -> None:
    found = checkpoint.differences({"a": 1, "b": {"c": [1, 2]}, "d": 0}, {"a": 1, "b": {"c": [1, 3]}, "e": 0})
    assert found == ["b.c is [1, 2] there, [1, 3] asked", "d is 0 there, absent here", "e is absent there, 0 asked"]


# steps


def test_non_finite_steps_are_skipped_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recipe = Toy(broken=range(5, 10))
    with caplog.at_level(logging.WARNING):
        run(recipe, tmp_path)
    assert "step 7 skipped" in caplog.text
    assert all(torch.isfinite(p).all() for p in recipe.model.parameters())
    assert read_log(tmp_path / "log.jsonl")[-2]["skipped"] == 5


def test_twenty_non_finite_steps_end_the_run(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="20 steps in a row up to step 22"):
        run(Toy(broken=range(3, 40)), tmp_path, steps=40)


def test_optimise() -> None:
    layer = nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    before = layer.weight.detach().clone()
    norm = optimise(layer(torch.tensor([[3.0, 4.0]])).sum(), optimizer, clip=1.0, rate=0.1)
    assert norm == pytest.approx(5.0)
    torch.testing.assert_close(layer.weight, before - 0.05 * torch.tensor([[0.6, 0.8]]))
    optimise(layer(torch.ones(1, 2)).sum(), optimizer, clip=None, rate=0.2)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1)  # from base_lr, not from the last rate
    before = layer.weight.detach().clone()
    for loss in (layer.weight.sum() * float("inf"), (layer.weight * 0).sum().sqrt()):
        with pytest.raises(NonFiniteLoss):
            optimise(loss, optimizer, clip=1.0, rate=1.0)
    assert torch.equal(layer.weight, before)


def test_rate() -> None:
    rates = [rate_at(step, steps=100, warmup=10, decay=0.2) for step in range(101)]
    assert rates[0] == pytest.approx(0.1) and rates[9] == rates[50] == rates[80] == 1
    assert rates[90] == pytest.approx(0.5) and rates[100] == pytest.approx(0)
    assert rate_at(99, steps=100, warmup=0, decay=0.0) == 1


def test_generators_follow_seed_step_and_stream() -> None:
    def draw(*key: int) -> float:
        return torch.rand(1, generator=generator(*key)).item()

    assert draw(0, 1) == draw(0, 1)
    assert len({draw(0, 1), draw(1, 0), draw(0, 2), draw(0, 1, 1)}) == 4
    assert numpy_generator(3, 4).random() == numpy_generator(3, 4).random() != numpy_generator(3, 5).random()


def test_evaluating_restores_modes() -> None:
    model = nn.Sequential(nn.Linear(1, 1), nn.Dropout())
    model[1].eval()
    with evaluating([model]):
        assert not any(part.training for part in model.modules())
    assert [part.training for part in model.modules()] == [True, True, False]


def test_moving_average() -> None:
    layer = nn.BatchNorm1d(3)
    average = MovingAverage(layer, decay=0.9)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    layer.running_mean.fill_(7.0)
    average.update(layer, 1_000_000)
    torch.testing.assert_close(average.module.weight, torch.full((3,), 1.2))
    assert (average.module.running_mean == 7).all()
    assert not average.train().module.training
    with pytest.raises(ConfigError):
        MovingAverage(layer, decay=1.0)


# log


def test_log_and_curve(whole: Path) -> None:
    rows = read_log(whole / "log.jsonl")
    training = [row for row in rows if "loss" in row]
    assert [row["step"] for row in training] == [1, 5, 10, 15, 20]
    assert {"step", "seconds", "rate", "skipped", "loss", "norm"} <= training[0].keys()
    assert [row["step"] for row in rows if "valid/loss" in row] == [10, 20]
    assert training[-1]["loss"] < training[0]["loss"]
    picture = Image.open(whole / "curve.png")
    assert len(picture.getcolors(100_000)) > 3
    assert json.loads((whole / "checkpoint" / "config.json").read_text())["config"]["model"]["shape"] == [4, 1]


# registry


def test_recipes_are_lazy_and_strict(tmp_path: Path) -> None:
    assert set(package.RECIPES) >= {"codec", "semantic", "mulan", "stage"}
    with pytest.raises(TrainingError, match="did you mean 'codec'"):
        package.build("codek", preset("tiny"), data=tmp_path, seed=0)
    code = "import sys, libretto.train, libretto.train.threads; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_passive_waiting_keeps_what_the_user_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from libretto.train.threads import use_threads, wait_passively

    monkeypatch.delenv("KMP_BLOCKTIME", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    wait_passively()
    assert (os.environ["KMP_BLOCKTIME"], os.environ["OMP_WAIT_POLICY"]) == ("0", "ACTIVE")
    use_threads(1)
    assert torch.get_num_threads() == 1
    with pytest.raises(LibrettoError):
        use_threads(0)
