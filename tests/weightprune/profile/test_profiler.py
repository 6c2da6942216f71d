"""When the layers are measured anew, and that a restarted profiler goes on as the first would."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, nn

from weightprune.clock import Clock
from weightprune.network import Network
from weightprune.profile.profiler import Measures, Profiler
from weightprune.profile.settings import ProfileSettings
from weightprune.types import Layer


@dataclass
class Meter:
    """Measures with figures that tell which measurement they are from."""

    network: Network
    asked: list[str] = field(default_factory=list)

    def norms(self) -> dict[str, Tensor]:
        self.asked.append("norms")
        scale = float(self.asked.count("norms"))
        return {layer.name: torch.full((4,), scale) for layer in self.network.layers}

    def gradients(self) -> dict[str, float]:
        self.asked.append("gradients")
        return {"a": 1.0, "b": 2.0}

    def goals(self, norms: object, clock: Clock) -> dict[str, float]:
        self.asked.append("goals")
        return {"a": 0.4, "b": 0.6}


@pytest.fixture
def network() -> Network:
    modules = {name: nn.Linear(4, 2, bias=False) for name in "ab"}
    with torch.no_grad():
        for scale, module in enumerate(modules.values(), 1):
            module.weight.copy_(scale * torch.arange(1.0, 9.0).reshape(2, 4))
    layers = [
        (Layer(name=name, block=0, kind=name, shape=(2, 4)), module)
        for name, module in modules.items()
    ]
    model = nn.ModuleDict(modules)
    return Network(model, [model], layers)


def profiler(network: Network, **settings: object) -> tuple[Profiler, Meter]:
    meter = Meter(network)
    measures = Measures(norms=meter.norms, gradients=meter.gradients, goals=meter.goals)
    return Profiler(network, measures, ProfileSettings(**settings)), meter  # type: ignore[arg-type]


def test_profiles_hold_z_scores_sparsity_and_goal(network: Network) -> None:
    made, _ = profiler(network)
    network.weight("a")[0, :2] = 0
    first, second = made.read(1, Clock())
    assert (first.layer.name, first.sparsity, first.goal) == ("a", 0.25, 0.4)
    assert (second.layer.name, second.sparsity, second.goal) == ("b", 0.0, 0.6)
    # s: the least active weights, 3 and 2; g: 1 and 2
    assert (first.z_s, second.z_s) == pytest.approx((1.0, -1.0))
    assert (first.z_g, second.z_g) == pytest.approx((-1.0, 1.0))


@pytest.mark.parametrize(
    ("goals", "again"), [(False, ["norms", "gradients"]), (True, ["gradients"])]
)
def test_what_changes_is_measured_every_third_round_if_something_was_pruned(
    network: Network, goals: bool, again: list[str]
) -> None:
    made, meter = profiler(network, goals=goals)
    for number in range(1, 4):
        made.read(number, Clock())
        made.pruned(["a"])
    assert meter.asked == ["norms", "gradients", *["goals"] * goals]
    meter.asked.clear()
    made.read(4, Clock())
    assert meter.asked == again
    for number in range(5, 9):  # rounds that were rolled back
        made.read(number, Clock())
    assert meter.asked == again


def test_goals_are_measured_once(network: Network) -> None:
    made, meter = profiler(network)
    for number in range(1, 9):
        made.read(number, Clock())
        made.pruned(["a"])
    assert meter.asked.count("goals") == 1


def test_goals_can_be_left_out(network: Network) -> None:
    made, meter = profiler(network, goals=False)
    assert [profile.goal for profile in made.read(1, Clock())] == [None, None]
    assert "goals" not in meter.asked


def test_s_follows_the_weights_in_every_round(network: Network) -> None:
    made, _ = profiler(network)
    before = made.read(1, Clock())
    network.weight("a")[0] = 0
    made.pruned(["a"])
    after = made.read(2, Clock())
    assert before[0].z_s == pytest.approx(-1.0)
    assert after[0].z_s == pytest.approx(1.0)
    assert after[0].sparsity == 0.5


def test_time_is_told_apart_by_stage(network: Network) -> None:
    clock = Clock()
    profiler(network)[0].read(1, clock)
    assert set(clock.seconds) == {"profile", "goals"}


def test_a_profiler_that_recalls_the_first_ones_memory_goes_on_like_it(network: Network) -> None:
    first, _ = profiler(network)
    memories = []
    for number in (1, 2, 3):
        first.read(number, Clock())
        memories.append(first.memory())
        first.pruned(["a"])
    assert [bool(memory) for memory in memories] == [True, False, False]
    second, meter = profiler(network)
    for memory in memories[:2]:
        second.recall((), memory)
        second.recall(["a"], {})
    assert second.read(3, Clock()) == first.read(3, Clock())
    assert meter.asked == []
    second.recall(["a"], memories[2])
    second.read(4, Clock())
    assert meter.asked == ["gradients"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"percentile": 0}, "percentile"),
        ({"percentile": 100}, "percentile"),
        ({"every": 0}, "every"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        ProfileSettings(**settings)  # type: ignore[arg-type]
