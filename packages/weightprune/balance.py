"""Where a quantity that only grows reaches what is wanted."""

from __future__ import annotations

from collections.abc import Callable

HALVINGS = 80


def reaching(goal: float, amount: Callable[[float], float], low: float, high: float) -> float:
    """The least x in `low`..`high` with `amount(x) >= goal`; `high` where there is none.

    `amount` must never fall as x grows; x is found to within 2**-80 of the interval.

    >>> round(reaching(9.0, lambda x: x * x, 0.0, 10.0), 6)
    3.0
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if amount(middle) < goal else (low, middle)
    return high
