"""Wanda and SparseGPT against their formulas, written weight by weight in double precision."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from weightprune.prune.choose import choice
from weightprune.prune.columns import update_columns
from weightprune.prune.masks import zero
from weightprune.prune.scores import Wanda
from weightprune.prune.settings import PruneSettings
from weightprune.prune.sparsegpt import inverse_columns

Matrix = NDArray[np.float64]


def plain_wanda(weight: Matrix, inputs: Matrix, each_row: int) -> Matrix:
    """Zero the `each_row` weights of lowest |W_ij| * ||X_j||_2 in every row."""
    pruned = weight.copy()
    norms = [math.sqrt(sum(float(x) ** 2 for x in inputs[:, j])) for j in range(inputs.shape[1])]
    for i in range(weight.shape[0]):
        order = sorted(range(weight.shape[1]), key=lambda j, i=i: (abs(weight[i, j]) * norms[j], j))
        for j in order[:each_row]:
            pruned[i, j] = 0.0
    return pruned


def plain_groups(weight: Matrix, inputs: Matrix, gone: int, size: int) -> Matrix:
    """Zero the `gone` lowest of every `size` neighbours in a row."""
    pruned = weight.copy()
    for start in range(0, weight.shape[1], size):
        group = slice(start, start + size)
        pruned[:, group] = plain_wanda(weight[:, group], inputs[:, group], gone)
    return pruned


def plain_sparsegpt(
    weight: Matrix, inputs: Matrix, share: float, block: int, damping: float = 0.01,
    pattern: tuple[int, int] | None = None,
) -> Matrix:  # fmt: skip
    """Algorithm 1 of the paper with the update of every single weight to its right.

    The inverse of the Hessian of the columns not yet handled is kept explicitly: row j of its
    Cholesky factor is its first row over the root of its first element, so w^2 / [H^-1]_jj is the
    loss and -w / [H^-1]_jj * [H^-1]_j,: the update (equations 2 and 3).
    """
    work = weight.copy()
    d_out, d_in = weight.shape
    hessian = inputs.T @ inputs
    for j in range(d_in):
        if hessian[j, j] == 0:
            hessian[j, j] = 1
    hessian += damping * float(np.mean(np.diag(hessian))) * np.eye(d_in)
    inverses = [np.linalg.inv(hessian[j:, j:]) for j in range(d_in)]
    mask = np.zeros((d_out, d_in), dtype=bool)
    for j in range(d_in):
        if pattern is None and j % block == 0:
            columns = range(j, min(j + block, d_in))
            before, after = (math.floor(share * d_out * c) for c in (columns[0], columns[-1] + 1))
            mark(mask, work, inverses, columns, range(d_out), after - before)
        if pattern is not None and j % pattern[1] == 0:
            for i in range(d_out):
                columns = range(j, j + pattern[1])
                mark(mask, work, inverses, columns, [i], pattern[1] - pattern[0])
        for i in range(d_out):
            if mask[i, j]:
                work[i, j:] -= work[i, j] / inverses[j][0, 0] * inverses[j][0]
                work[i, j] = 0.0
    return work


def mark(
    mask: NDArray[np.bool_], work: Matrix, inverses: list[Matrix], columns: range,
    rows: Iterable[int], count: int,
) -> None:  # fmt: skip
    """Mark the `count` weights of lowest loss among rows and columns, as they are now."""
    losses = [(work[i, c] ** 2 / inverses[c][0, 0], i, c) for i in rows for c in columns]
    for _, i, c in sorted(losses)[:count]:
        mask[i, c] = True


SHAPES = [(6, 16), (12, 32), (5, 24)]


def layer(shape: tuple[int, int], seed: int) -> tuple[Matrix, Matrix]:
    """A weight and inputs whose features are correlated and of unequal size."""
    draw = np.random.default_rng(seed)
    mixing = draw.normal(size=(shape[1], shape[1])) + 2 * np.eye(shape[1])
    inputs = draw.normal(size=(100, shape[1])) @ mixing * draw.uniform(0.1, 3, size=shape[1])
    return draw.normal(size=shape), inputs


def ours_by_wanda(weight: Matrix, inputs: Matrix, settings: PruneSettings,
                  share: float) -> Matrix:  # fmt: skip
    pruned = torch.from_numpy(weight.copy())
    norms = torch.from_numpy(np.linalg.norm(inputs, axis=0))
    zero(pruned, choice(settings)(Wanda({"layer": norms})("layer", pruned), share))
    return pruned.numpy()


def ours_by_sparsegpt(weight: Matrix, inputs: Matrix, settings: PruneSettings,
                      share: float) -> Matrix:  # fmt: skip
    pruned = torch.from_numpy(weight.copy())
    columns = inverse_columns("layer", torch.from_numpy(inputs.T @ inputs), settings.damping)
    update_columns(pruned, columns, share, settings)
    return pruned.numpy()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_wanda(shape: tuple[int, int], seed: int, share: float) -> None:
    weight, inputs = layer(shape, seed)
    expected = plain_wanda(weight, inputs, round(share * shape[1]))
    assert np.array_equal(ours_by_wanda(weight, inputs, PruneSettings(), share), expected)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("pattern", "gone", "size"), [("2:4", 2, 4), ("4:8", 4, 8)])
def test_wanda_in_a_pattern(shape: tuple[int, int], pattern: str, gone: int, size: int) -> None:
    weight, inputs = layer(shape, seed=0)
    expected = plain_groups(weight, inputs, gone, size)
    found = ours_by_wanda(weight, inputs, PruneSettings(pattern=pattern), 0.5)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("share", "block"), [(0.25, 8), (0.5, 16), (0.62, 8), (0.75, 128)])
def test_sparsegpt(shape: tuple[int, int], seed: int, share: float, block: int) -> None:
    weight, inputs = layer(shape, seed)
    expected = plain_sparsegpt(weight, inputs, share, block)
    found = ours_by_sparsegpt(weight, inputs, PruneSettings(block_columns=block), share)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("pattern", "kept", "size"), [("2:4", 2, 4), ("4:8", 4, 8)])
def test_sparsegpt_in_a_pattern(shape: tuple[int, int], pattern: str, kept: int, size: int) -> None:
    weight, inputs = layer(shape, seed=1)
    expected = plain_sparsegpt(weight, inputs, 0.5, 8, pattern=(kept, size))
    settings = PruneSettings(pattern=pattern, block_columns=8)
    found = ours_by_sparsegpt(weight, inputs, settings, 0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


def test_single_precision_gives_the_same_weights_to_single_precision() -> None:
    weight, inputs = layer((12, 32), seed=2)
    single = ours_by_sparsegpt(
        weight.astype(np.float32), inputs.astype(np.float32), PruneSettings(), 0.5
    )
    expected = plain_sparsegpt(weight, inputs, 0.5, 128)
    np.testing.assert_allclose(single, expected, rtol=1e-3, atol=1e-3)


def test_the_update_makes_up_for_some_of_the_error() -> None:
    weight, inputs = layer((12, 32), seed=3)
    masked = ours_by_wanda(weight, inputs, PruneSettings(), 0.5)
    updated = ours_by_sparsegpt(weight, inputs, PruneSettings(), 0.5)
    assert np.linalg.norm((updated - weight) @ inputs.T) < np.linalg.norm(
        (masked - weight) @ inputs.T
    )


def test_features_that_are_always_zero_go_first() -> None:
    weight, inputs = layer((6, 16), seed=4)
    inputs[:, [3, 7]] = 0
    pruned = ours_by_sparsegpt(weight, inputs, PruneSettings(), 2 / 16)
    assert np.array_equal(np.argwhere((pruned == 0).all(axis=0)).ravel(), [3, 7])
