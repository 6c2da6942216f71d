"""Measurements of a network, refreshed when they are due -> the profiles of its layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from weightprune.clock import Clock
from weightprune.network import Network, zeros
from weightprune.profile.sensitivity import sensitivity
from weightprune.profile.settings import ProfileSettings
from weightprune.profile.zscores import z_scores
from weightprune.types import LayerProfile

Norms = Mapping[str, Tensor]
Figures = Mapping[str, float]

NORM = "norm/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How a network is measured as it is now.

    `norms` gives the norm of each layer's input features, (d_in,); `gradients` each layer's mean
    absolute gradient; `goals` the sparsity that each layer would best have at the target, by the
    norms it is given, and tells the clock of the passes that took.
    """

    norms: Callable[[], Norms]
    gradients: Callable[[], Figures]
    goals: Callable[[Norms, Clock], Figures]


class Profiler:
    """The profiles of a network that is pruned round by round.

    Everything is measured before the first round. Gradients are refreshed every few rounds if
    something was pruned since. Goals stay, and with them the norms that order the weights, since
    goals hold for that order; without goals norms are refreshed like gradients. s is computed anew
    for layers whose weights or norms changed. The figures, and when they were taken, are what
    `memory` keeps on disk.
    """

    def __init__(self, network: Network, measures: Measures, settings: ProfileSettings) -> None:
        """Nothing is measured yet."""
        self._network = network
        self._measures = measures
        self._settings = settings
        self.norms: dict[str, Tensor] = {}
        self._gradients: Tensor | None = None
        self._goals: Tensor | None = None
        self._measured_at = torch.zeros(1, dtype=torch.float64)
        self._sensitivities: dict[str, float] = {}
        self._sparsities: dict[str, float] = {}
        self._pruned_since = False
        self._fresh: dict[str, Tensor] = {}

    def read(self, number: int, clock: Clock) -> tuple[LayerProfile, ...]:
        """The profiles in round `number`; times under profile, goals and passes."""
        with clock.measure("profile"):
            if self._is_due(number):
                self._measure(number)
        if self._settings.goals and self._goals is None:
            with clock.measure("goals"):
                self._aim(clock)
        with clock.measure("profile"):
            return self._profiles()

    def pruned(self, names: Iterable[str]) -> None:
        """Note that the weights of the layers `names` have changed."""
        for name in names:
            self._sensitivities.pop(name, None)
            self._sparsities.pop(name, None)
            self._pruned_since = True

    def memory(self) -> dict[str, Tensor]:
        """What was measured since this was last asked, on the CPU."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def recall(self, names: Iterable[str], memory: Mapping[str, Tensor]) -> None:
        """Take over what `memory` gave in an earlier life, then `pruned(names)`."""
        self._take(memory)
        self.pruned(names)

    def _is_due(self, number: int) -> bool:
        if not self.norms:
            return True
        age = number - self._measured_at.item()
        return self._pruned_since and age >= self._settings.every

    def _measure(self, number: int) -> None:
        memory = {"measured_at": torch.tensor([number], dtype=torch.float64)}
        if not self.norms or not self._settings.goals:
            norms = self._measures.norms()
            memory |= {f"{NORM}{name}": norm.cpu() for name, norm in norms.items()}
        memory["gradients"] = self._in_order(self._measures.gradients())
        self._fresh |= memory
        self._take(memory)

    def _aim(self, clock: Clock) -> None:
        memory = {"goals": self._in_order(self._measures.goals(self.norms, clock))}
        self._fresh |= memory
        self._take(memory)

    def _take(self, memory: Mapping[str, Tensor]) -> None:
        norms = {name: norm for name, norm in memory.items() if name.startswith(NORM)}
        for name, norm in norms.items():
            layer = name.removeprefix(NORM)
            self.norms[layer] = norm.to(self._network.weight(layer).device)
        if norms:
            self._sensitivities.clear()
        if "measured_at" in memory:
            self._measured_at, self._pruned_since = memory["measured_at"], False
        self._gradients = memory.get("gradients", self._gradients)
        if "goals" in memory:
            self._goals = memory["goals"]

    def _profiles(self) -> tuple[LayerProfile, ...]:
        layers = self._network.layers
        for layer in layers:
            weight = self._network.weight(layer.name)
            if layer.name not in self._sensitivities:
                self._sensitivities[layer.name] = sensitivity(
                    weight, self.norms[layer.name], self._settings.percentile
                )
            if layer.name not in self._sparsities:
                self._sparsities[layer.name] = zeros(weight)
        names = [layer.name for layer in layers]
        assert self._gradients is not None
        z_s = z_scores({name: self._sensitivities[name] for name in names})
        z_g = z_scores(dict(zip(names, self._gradients.tolist(), strict=True)))
        goals = [None] * len(names) if self._goals is None else self._goals.tolist()
        return tuple(
            LayerProfile(
                layer=layer,
                z_s=z_s[layer.name],
                z_g=z_g[layer.name],
                sparsity=self._sparsities[layer.name],
                goal=goal,
            )
            for layer, goal in zip(layers, goals, strict=True)
        )

    def _in_order(self, figures: Figures) -> Tensor:
        values = [figures[layer.name] for layer in self._network.layers]
        return torch.tensor(values, dtype=torch.float64)
