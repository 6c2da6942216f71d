"""The curves of a training's report."""

from itertools import pairwise

import pytest

from common.training.types import Point
from domprune.experiment.training.report import POINTS_DRAWN, smoothed


@pytest.mark.parametrize("steps", [0, 1, 39, 40, 41, 81, 100, 1000])
def test_each_point_drawn_stands_for_about_as_many_steps(steps):
    drawn = smoothed([Point(step=number, value=float(number)) for number in range(1, steps + 1)])
    assert len(drawn) == min(steps, POINTS_DRAWN)
    ends = [0, *drawn]
    sizes = {int(end - start) for start, end in pairwise(ends)}
    assert max(sizes, default=1) - min(sizes, default=1) <= 1
    assert ends[-1] == steps
    means = [(start + 1 + end) / 2 for start, end in pairwise(ends)]
    assert [*drawn.values()] == pytest.approx(means)
