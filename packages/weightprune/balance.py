"""Where a quantity that only grows reaches what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from weightprune.types import Allocation, Layer

HALVINGS = 80


def shares_removing(
    weights: float,
    shares: Callable[[float], Allocation],
    layers: Iterable[Layer],
    low: float,
    high: float,
) -> Allocation:
    """`shares(x)` at the least x in `low`..`high` at which they are `weights` weights altogether.

    No share may fall as x grows; layers without one lose nothing. `shares(high)` where even that is
    fewer; x is found to within 2**-80 of the interval.

    >>> layers = [Layer(name=name, block=0, kind="a", shape=(1, 10)) for name in "ab"]
    >>> shares_removing(9.0, lambda x: {"a": x, "b": min(x, 0.2)}, layers, 0.0, 1.0)
    {'a': 0.7, 'b': 0.2}
    """
    size = {layer.name: layer.weights for layer in layers}

    def enough(x: float) -> bool:
        return sum(share * size[name] for name, share in shares(x).items()) >= weights

    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return shares(high)
