"""How far the network's output distribution has moved from what it was: KL on fixed windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor

from weightprune.backward import FEW_NUMBERS, Consume, kept_numbers, streaming
from weightprune.blockwise import TOKENS_AT_ONCE, replaced_forward
from weightprune.network import Network

NUMBERS_AT_ONCE = 1 << 28
"""Log probabilities that one batch has at most (1 GB), unless a single window has more."""


class Divergence:
    """KL(then || now) in nats per token: "then" is the network as it was when this was made.

    Holds what the last block made of the windows "then", n * length * d numbers; the log
    probabilities are computed from it whenever they are compared, since they would be as many times
    more as the vocabulary is larger than d. That is exact only while what comes after the blocks
    stays as it is, which no pruning changes. `evaluations` counts work honestly: 1 is one pass over
    all windows through all blocks; fewer windows or blocks count as their share.
    """

    def __init__(self, network: Network, windows: Tensor) -> None:
        """Read the `windows`, int64 token ids (n, length + 1), with the network as it is."""
        self._network = network
        self._inputs = windows[:, :-1].to(next(network.model.parameters()).device)
        tokens = min(TOKENS_AT_ONCE, NUMBERS_AT_ONCE // _vocabulary(network))
        self._size = max(1, tokens // self._inputs.shape[1])
        self.windows = windows.shape[0]
        self.evaluations = 0.0
        self._kept: list[list[Any]] = []
        self._chosen: list[Tensor] = []
        self._beside: tuple[Any, ...] | None = None
        self._then = self._last_states()

    def measure(self, windows: Sequence[int] | None = None) -> float:
        """The divergence now, on all windows or on those numbered `windows`."""
        rows = torch.arange(self.windows) if windows is None else torch.tensor(list(windows))
        return self._divergence(rows, 0)

    @torch.no_grad()
    def keep(self, windows: Sequence[int]) -> float:
        """Keep what every block makes of these windows now, for `measure_from`; the divergence.

        Holds blocks * len(windows) * length * d numbers.
        """
        self._chosen = list(torch.tensor(list(windows)).split(self._size))
        self._kept = []
        with ExitStack() as stack:
            for block in self._network.blocks:
                stack.callback(block.register_forward_hook(self._keeper()).remove)
            return self._divergence(torch.tensor(list(windows)), 0)

    def measure_from(self, block: int) -> float:
        """The divergence now on the windows kept, if no block before `block` has changed since."""
        return self._divergence(torch.cat(self._chosen), block)

    def backward(self, windows: Sequence[int], consume: Callable[[str, Tensor], None]) -> None:
        """Tell `consume` the slope of the divergence on these windows at each layer's weights.

        Name and gradient (d_out, d_in), batch by batch: their sum is the slope, in nats per token
        and unit of weight. A window there and back counts as three of its passes.
        """
        names = [layer.name for layer in self._network.layers]
        tokens, length = len(windows) * self._inputs.shape[1], self._inputs.shape[1]
        self.evaluations += 3 * len(windows) / self.windows
        batch = self._kept_for_the_way_back()
        with streaming(self._network, names, batch * length, _product(consume)):
            for rows in torch.tensor(list(windows)).split(batch):
                then, now = self._before(rows), self._read(rows)
                # the part of the divergence that depends on the weights as they are now
                (-(then.exp() * now).sum() / tokens).backward()

    def _kept_for_the_way_back(self) -> int:
        """How many windows may go there and back at once: one, unless they keep few numbers."""
        length = self._inputs.shape[1]
        kept = kept_numbers(self._network, length) + length * _vocabulary(self._network)
        return max(1, FEW_NUMBERS // kept)

    def _keeper(self) -> Callable[..., None]:
        outputs: list[Any] = []
        self._kept.append(outputs)

        def keep(_module: object, _inputs: object, output: Any) -> None:
            outputs.append(output)

        return keep

    @torch.no_grad()
    def _divergence(self, rows: Tensor, block: int) -> float:
        total = 0.0
        for part, now in zip(
            rows.split(self._size), self._log_probabilities(rows, block), strict=True
        ):
            then = self._before(part)
            total += float((then.exp() * (then - now)).sum(dtype=torch.float64))
        return total / (len(rows) * self._inputs.shape[1])

    @torch.no_grad()
    def _log_probabilities(self, rows: Tensor, block: int) -> Iterator[Tensor]:
        blocks = len(self._network.blocks)
        self.evaluations += len(rows) / self.windows * (blocks - block) / blocks
        for number, part in enumerate(rows.split(self._size)):
            with self._giving([self._kept[place][number] for place in range(block)]):
                yield self._read(part)

    @torch.no_grad()
    def _before(self, rows: Tensor) -> Tensor:
        """The log probabilities "then" of the windows numbered `rows`."""
        states = self._then[rows.to(self._then.device)]
        output = (states, *self._beside) if self._beside is not None else states
        with self._giving([output] * len(self._network.blocks)):
            return self._read(rows)

    @torch.no_grad()
    def _last_states(self) -> Tensor:
        """What the last block makes of all windows, (n, length, d); one pass."""
        states: list[Tensor] = []

        def keep(_module: object, _inputs: object, output: Any) -> None:
            # blocks of some models return the states alone, of others a tuple
            states.append(output[0] if isinstance(output, tuple) else output)
            self._beside = output[1:] if isinstance(output, tuple) else None

        last = self._network.blocks[-1]
        with ExitStack() as stack:
            stack.callback(last.register_forward_hook(keep).remove)
            for _ in self._log_probabilities(torch.arange(self.windows), 0):
                pass
        return torch.cat(states)

    def _read(self, rows: Tensor) -> Tensor:
        inputs = self._inputs[rows.to(self._inputs.device)]
        logits = self._network.model(input_ids=inputs, use_cache=False).logits
        return torch.log_softmax(logits.float(), -1)

    @contextmanager
    def _giving(self, outputs: Sequence[Any]) -> Iterator[None]:
        """The first blocks give these `outputs`, one each, and compute nothing."""
        with ExitStack() as stack:
            for block, output in zip(self._network.blocks, outputs, strict=False):
                stack.enter_context(replaced_forward(block, _giving(output)))
            yield


def _vocabulary(network: Network) -> int:
    config: Any = network.model.config
    return int(config.get_text_config().vocab_size)


def _product(consume: Callable[[str, Tensor], None]) -> Consume:
    """Hands on the gradient (d_out, d_in) of all tokens together."""

    def form(name: str, inputs: Tensor, slopes: Tensor) -> None:
        consume(name, slopes.flatten(0, -2).T @ inputs.flatten(0, -2))

    return form


def _giving(output: Any) -> Callable[..., Any]:
    def give(*_given: object, **_named: object) -> Any:
        return output

    return give
