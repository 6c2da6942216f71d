"""Every moment counts for one stage: the innermost that is measured."""

from __future__ import annotations

import time

import pytest

from weightprune.clock import Clock


def test_a_stage_inside_another_is_not_counted_twice() -> None:
    clock = Clock()
    start = time.perf_counter()
    with clock.measure("outer"):
        time.sleep(0.02)
        with clock.measure("inner"):
            time.sleep(0.03)
        with clock.measure("outer"):
            time.sleep(0.02)
    passed = time.perf_counter() - start
    assert clock.seconds["inner"] >= 0.03
    assert clock.seconds["outer"] >= 0.04
    assert sum(clock.seconds.values()) <= passed


def test_time_outside_every_stage_counts_nowhere_and_an_error_ends_its_stage() -> None:
    clock = Clock()
    start = time.perf_counter()
    with pytest.raises(ValueError, match="broken"), clock.measure("first"):
        raise ValueError("broken")
    time.sleep(0.05)
    with clock.measure("second"):
        pass
    assert clock.seconds.keys() == {"first", "second"}
    assert time.perf_counter() - start - sum(clock.seconds.values()) >= 0.05
