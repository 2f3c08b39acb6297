"""Distances between sets of embeddings, against closed forms and independent solvers."""

from __future__ import annotations

import numpy as np
import pytest

from libretto.errors import RequestError
from libretto.evaluate.divergence import divergence, mean_divergence, paired_divergence
from libretto.evaluate.frechet import frechet_distance, frechet_gaussians
from libretto.evaluate.frechet_infinity import frechet_infinity, line_in_inverse
from libretto.evaluate.kernel_distance import SCALE, kernel_distance, median_distance
from libretto.evaluate.neighbours import nearest, neighbour_figures
from libretto.evaluate.sinkhorn import transport_cost
from libretto.evaluate.token_transport import TokenTransport, entropy


def _covariance(rng: np.random.Generator, size: int) -> np.ndarray:
    factor = rng.standard_normal((size, size))
    return factor @ factor.T


class TestFrechet:
    def test_commuting_gaussians_have_a_closed_form(self):
        first, second = np.array([1.0, 4.0, 0.25]), np.array([9.0, 1.0, 0.0])  # variances; the last one is degenerate
        means = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 3.0])
        expected = 4.0 + ((np.sqrt(first) - np.sqrt(second)) ** 2).sum()
        assert frechet_gaussians(means[0], np.diag(first), means[1], np.diag(second)) == pytest.approx(expected, abs=1e-9)
        turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
        turned = [turn @ np.diag(values) @ turn.T for values in (first, second)]
        assert frechet_gaussians(turn @ means[0], turned[0], turn @ means[1], turned[1]) == pytest.approx(expected, abs=1e-7)

    def test_any_gaussians_agree_with_the_root_of_the_product(self):
        linalg = pytest.importorskip("scipy.linalg")
        rng = np.random.default_rng(1)
        a, b = _covariance(rng, 6), _covariance(rng, 6)
        expected = np.trace(a + b) - 2 * np.trace(linalg.sqrtm(a @ b)).real
        assert frechet_gaussians(np.zeros(6), a, np.zeros(6), b) == pytest.approx(expected, rel=1e-6)

    def test_of_sets(self):
        rng = np.random.default_rng(2)
        samples = rng.standard_normal((400, 5))
        assert frechet_distance(samples, samples) == pytest.approx(0, abs=1e-9)
        assert frechet_distance(samples, samples + 3.0) == pytest.approx(45.0, rel=1e-9)
        assert frechet_distance(samples, rng.standard_normal((400, 5))) < 0.15

    def test_fewer_samples_than_dimensions(self):
        rng = np.random.default_rng(3)
        few = rng.standard_normal((4, 32))
        assert frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
        assert np.isfinite(frechet_distance(few, rng.standard_normal((3, 32))))

    def test_refused(self):
        with pytest.raises(RequestError, match="N >= 2 and the same D"):
            frechet_distance(np.zeros((3, 2)), np.zeros((3, 4)))
        with pytest.raises(RequestError, match="not finite"):
            frechet_distance(np.zeros((3, 2)), np.full((3, 2), np.nan))


class TestInfinity:
    def test_a_line_in_one_over_n_is_read_at_zero(self):
        counts = np.array([500, 700, 1000])
        found = line_in_inverse(counts, 2.5 + 80.0 / counts)
        assert found.value == pytest.approx(2.5) and found.slope == pytest.approx(80.0) and found.r2 == pytest.approx(1.0)

    def test_the_bias_of_few_samples_goes(self):
        """Equal distributions and an exactly known reference: the distance at hand is all bias."""
        rng = np.random.default_rng(4)
        reference = rng.standard_normal((40_000, 24))
        plain, line = [], []
        for seed in range(4):
            some = rng.standard_normal((600, 24))
            plain.append(frechet_distance(reference, some))
            line.append(frechet_infinity(reference, some, seed=seed).value)
        assert np.mean(plain) > 0.2 and abs(np.mean(line)) < 0.25 * np.mean(plain)

    def test_the_same_seed_gives_the_same_figure(self):
        rng = np.random.default_rng(5)
        sets = rng.standard_normal((50, 4)), rng.standard_normal((30, 4))
        assert frechet_infinity(*sets) == frechet_infinity(*sets)


class TestKernel:
    def test_is_the_sum_over_pairs(self):
        rng = np.random.default_rng(6)
        x, y = rng.standard_normal((7, 3)), rng.standard_normal((5, 3)) + 0.5

        def mean(a, b, *, skip):
            return np.mean([np.exp(-((p - q) ** 2).sum() / (2 * 1.3**2)) for i, p in enumerate(a) for j, q in enumerate(b)
                            if not (skip and i == j)])

        expected = mean(x, x, skip=True) + mean(y, y, skip=True) - 2 * mean(x, y, skip=False)
        assert kernel_distance(x, y, bandwidth=1.3) == pytest.approx(SCALE * expected)

    def test_bandwidth_is_the_median_distance_of_the_reference(self):
        x = np.array([[0.0], [1.0], [3.0], [7.0]])  # distances 1 2 3 4 6 7
        assert median_distance(x) == pytest.approx(3.5)
        y = np.array([[100.0], [900.0]])
        assert kernel_distance(x, y) == pytest.approx(kernel_distance(x, y, bandwidth=3.5))

    def test_many_rows_in_blocks(self, monkeypatch):
        rng = np.random.default_rng(7)
        x, y = rng.standard_normal((50, 4)), rng.standard_normal((41, 4))
        whole = kernel_distance(x, y)
        monkeypatch.setattr("libretto.evaluate.kernel_distance._ROWS", 7)
        assert kernel_distance(x, y) == pytest.approx(whole)

    def test_has_no_bias(self):
        rng = np.random.default_rng(8)
        values = [kernel_distance(rng.standard_normal((12, 3)), rng.standard_normal((10, 3)), bandwidth=2.0) for _ in range(600)]
        error = np.std(values) / np.sqrt(len(values))
        assert abs(np.mean(values)) < 3 * error and min(values) < 0
        counted_beside_itself = SCALE * (1 / 12 + 1 / 10) * (1 - (1 + 2 / 2.0**2) ** -1.5)  # what the biased estimate adds
        assert 3 * error < counted_beside_itself / 4

    def test_copies_are_refused(self):
        with pytest.raises(RequestError, match="one and the same"):
            kernel_distance(np.ones((5, 2)), np.zeros((5, 2)))


class TestNeighbours:
    def test_the_same_distribution(self):
        rng = np.random.default_rng(9)
        found = neighbour_figures(rng.standard_normal((400, 4)), rng.standard_normal((400, 4)))
        assert found["coverage"] > 0.9 and 0.85 < found["density"] < 1.15
        assert 0.9 < found["nearest_ratio"] < 1.1 and 0.9 < found["diversity_ratio"] < 1.1

    def test_copies_and_a_collapse(self):
        rng = np.random.default_rng(10)
        reference = rng.standard_normal((200, 4))
        assert neighbour_figures(reference, reference[:100])["nearest_ratio"] == pytest.approx(0, abs=1e-5)
        collapsed = neighbour_figures(reference, 1e-3 * rng.standard_normal((200, 4)))
        assert collapsed["coverage"] < 0.5 and collapsed["diversity_ratio"] < 0.01
        away = neighbour_figures(reference, reference + 50.0)
        assert away["coverage"] == 0 and away["density"] == 0 and away["nearest_ratio"] > 20

    def test_by_hand(self):
        reference = np.array([[0.0], [1.0], [3.0], [10.0]])  # radii of k = 1: 1, 1, 2, 7
        found = neighbour_figures(reference, np.array([[0.5], [2.0]]), neighbours=1)
        assert found["coverage"] == 0.75 and found["density"] == pytest.approx((2 + 2) / 2)
        assert found["nearest_ratio"] == pytest.approx(0.75 / 2.75)
        assert nearest(reference, reference, count=3, skip_own=True)[2].tolist() == [2.0, 3.0]

    def test_too_few(self):
        with pytest.raises(RequestError, match="more than 5"):
            neighbour_figures(np.eye(4), np.eye(4))


def test_divergence_by_hand():
    p, q = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]), np.array([[0.25, 0.5, 0.25], [1.0, 0.0, 0.0]])
    assert divergence(p, q) == pytest.approx([0.5 * np.log(2), 0.0])
    assert paired_divergence(p, q) == pytest.approx(0.25 * np.log(2))
    assert mean_divergence(p, np.concatenate([p, p])) == pytest.approx(0)
    assert np.isfinite(divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])))
    with pytest.raises(RequestError, match="sum to 1"):
        divergence(np.array([2.0, 3.0]), np.array([1.0, 0.0]))
    with pytest.raises(RequestError, match="expected the same"):
        divergence(p, q[:1])


class TestTransport:
    def test_approaches_the_linear_programme(self):
        optimize = pytest.importorskip("scipy.optimize")
        rng = np.random.default_rng(11)
        a, b, cost = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(4)), rng.random((5, 4))
        rows = np.kron(np.eye(5), np.ones(4))
        columns = np.kron(np.ones(5), np.eye(4))
        best = optimize.linprog(cost.reshape(-1), A_eq=np.concatenate([rows, columns]), b_eq=np.concatenate([a, b])).fun
        near = transport_cost(a, b, cost, regularisation=1e-3, iterations=20_000, tolerance=1e-7)
        far = transport_cost(a, b, cost, regularisation=0.3, tolerance=1e-7)
        assert near == pytest.approx(best, abs=1e-3) and best - 1e-6 <= near < far

    def test_equal_histograms_cost_nothing_and_empty_bins_take_no_part(self):
        points = np.arange(4.0)
        cost = np.abs(points[:, None] - points)
        a = np.array([0.5, 0.0, 0.5, 0.0])
        assert transport_cost(a, a, cost) == pytest.approx(0, abs=1e-9)
        assert transport_cost(a, np.array([0.0, 0.5, 0.0, 0.5]), cost) == pytest.approx(1.0)
        assert transport_cost(np.array([1.0]), np.array([1.0]), np.array([[3.0]])) == pytest.approx(3.0)
        both = transport_cost(np.stack([a, a]), np.stack([a, a[::-1]]), np.stack([cost, cost]))
        assert both == pytest.approx([0.0, 1.0])

    def test_refused(self):
        with pytest.raises(RequestError, match="expected"):
            transport_cost(np.ones(1), np.ones(1), np.ones((2, 1)))


class TestTokens:
    def test_order_costs_nothing_and_unlike_tokens_much(self):
        transport = TokenTransport(np.array([[0.0, 0.0], [0.0, 0.1], [5.0, 0.0]]))
        written = np.array([[0, 0, 2], [0, 0, 0], [0, 0, 0]])
        true = np.array([[2, 0, 0], [1, 1, 1], [2, 2, 2]])
        costs = transport.costs(written, true)
        assert costs[0] == pytest.approx(0, abs=1e-6) and costs[1] < 0.05 < 1.4 < costs[2]

    def test_pruning_finds_what_solving_all_finds(self):
        rng = np.random.default_rng(12)
        transport = TokenTransport(rng.standard_normal((20, 4)))
        first, second = rng.integers(20, size=(150, 6)), rng.integers(20, size=(150, 6))
        bounds = np.linalg.norm(transport.means(first) - transport.means(second), axis=1)
        costs = transport.costs(first, second)
        assert (bounds <= costs + 1e-3).all()
        assert transport.smallest(first, second, bounds, count=5) == pytest.approx(np.sort(costs)[:5])
        middle = float(np.median(costs))
        assert len(transport.smallest(first, second, bounds, count=150, below=middle)) == (costs < middle).sum()
        assert len(transport.smallest(first, second, bounds, below=0.0)) == 0

    def test_entropy(self):
        assert entropy(np.array([3, 3, 3])) == 0 and entropy(np.array([0, 1, 2, 3])) == pytest.approx(2)
