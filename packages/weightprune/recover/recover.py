"""A pruned network, windows to learn from and windows to look at -> the network, fine-tuned."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from weightprune.network import Network
from weightprune.recover.adapter import adapted
from weightprune.recover.settings import RecoverySettings

Look = Callable[[int, float], None]
"""Told of every look: the step, and the perplexity on the windows that decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How it went; perplexities are those on the windows that decide."""

    before: float
    after: float
    step: int
    """The step that was kept; 0 where no step was better than none."""


def recover(
    network: Network,
    windows: Tensor,
    perplexity: Callable[[], float],
    settings: RecoverySettings,
    *,
    seed: int,
    look: Look,
) -> Recovery:
    """Fine-tune adapters on `windows`, keep the best look, merge it in place.

    Every weight that was exactly zero is exactly zero afterwards; nothing but the layers' weights
    changes, and nothing at all where no look is better than the pruned network.

    Args:
        network: pruned in place.
        windows: int64 token ids (n, length + 1).
        perplexity: of the network as it is, on windows that decide.
        settings: of the adapters and the optimiser.
        seed: of the adapters and the order of the windows; torch's own random state is left alone.
        look: told of every look.
    """
    with torch.random.fork_rng(), torch.enable_grad():
        torch.manual_seed(seed)
        with adapted(network, settings.rank, settings.alpha) as parameters:
            return _train(network, windows, perplexity, settings, parameters, look)


def _train(
    network: Network,
    windows: Tensor,
    perplexity: Callable[[], float],
    settings: RecoverySettings,
    parameters: Sequence[nn.Parameter],
    look: Look,
) -> Recovery:
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, settings))
    before = perplexity()
    look(0, before)
    best = Recovery(before=before, after=before, step=0)
    kept = _copies(parameters)
    for step, rows in enumerate(_batches(windows, settings), start=1):
        loss = _loss(network.model, rows)
        if not math.isfinite(loss.item()):
            break
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if step % settings.check_every == 0 or step == settings.steps:
            now = perplexity()
            look(step, now)
            if now < best.after:
                best, kept = Recovery(before=before, after=now, step=step), _copies(parameters)
    with torch.no_grad():
        for parameter, value in zip(parameters, kept, strict=True):
            parameter.copy_(value)
    return best


def _loss(model: nn.Module, rows: Tensor) -> Tensor:
    rows = rows.to(next(model.parameters()).device)
    logits = model(input_ids=rows[:, :-1], use_cache=False).logits.float()
    return nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())


def _batches(windows: Tensor, settings: RecoverySettings) -> list[Tensor]:
    """The rows of each step: all windows in a new order, over and over."""
    wanted = settings.steps * settings.batch
    rounds = math.ceil(wanted / len(windows))
    order = torch.cat([torch.randperm(len(windows)) for _ in range(rounds)])[:wanted]
    return [windows[chosen] for chosen in order.split(settings.batch)]


def _rate(step: int, settings: RecoverySettings) -> float:
    """The share of the learning rate in step `step`, counted from 0."""
    rise = max(1, settings.steps // 10)
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, settings.steps - rise)))


def _copies(parameters: Sequence[nn.Parameter]) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in parameters]
