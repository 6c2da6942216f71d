"""A recipe's allocator -> how sparse each layer is to be, and in which order its weights go."""

from __future__ import annotations

from collections.abc import Mapping

from weightprune.allocate.alphapruning import AlphaPruning
from weightprune.allocate.interface import Allocator
from weightprune.allocate.order import Plan
from weightprune.allocate.order import Score as Scores
from weightprune.allocate.owl import Owl
from weightprune.allocate.plain import Uniform
from weightprune.allocate.search import Search
from weightprune.allocate.staged import StagedProbe
from weightprune.divergence import Divergence
from weightprune.experiment.methods import PolicyName, Recipe
from weightprune.experiment.workshop import Workshop
from weightprune.interfaces import Operator
from weightprune.network import Network
from weightprune.places import in_layer, in_rows
from weightprune.probe.costs import probe_costs
from weightprune.prune.scores import Wanda
from weightprune.prune.second_order import SecondOrder
from weightprune.statistics.curvature import (
    CURVATURE_PASSES,
    CURVATURE_WINDOWS,
    weight_curvatures,
)
from weightprune.statistics.inputs import input_norms
from weightprune.types import Allocation


def allocation_of(workshop: Workshop, network: Network, recipe: Recipe) -> Allocation:
    """What an allocator that looks at no order of weights says of the dense `network`."""
    return _allocator(workshop, network, recipe.allocator).allocate(network, recipe.target)


def plan_of(workshop: Workshop, network: Network, recipe: Recipe) -> Plan:
    """What probes, and the search that may follow them, say of the dense `network`."""
    settings = workshop.settings
    divergence = Divergence(network, workshop.windows.calibration.search)
    scores = _second_order if recipe.second_order else _wanda

    def costs(now: Network, operator: Operator) -> Mapping[str, float]:
        return probe_costs(now, operator, divergence, settings.probe)

    probes = StagedProbe(
        scores=lambda now: scores(workshop, now),
        costs=costs,
        # curvatures can be compared over a whole layer, Wanda's metric only in a row
        group=in_layer if recipe.second_order else in_rows,
    )
    plan = next(probes.plans(network, [recipe.target]))
    if recipe.allocator is PolicyName.search:
        plan = Search(divergence=divergence, budget=settings.budget).improved(network, plan)
    workshop.evaluations += divergence.evaluations
    return plan


def _wanda(workshop: Workshop, now: Network) -> Scores:
    return Wanda(input_norms(now, workshop.windows.calibration.activation).by_layer)


def _second_order(workshop: Workshop, now: Network) -> Scores:
    calibration = workshop.windows.calibration
    few = calibration.hessian[:CURVATURE_WINDOWS]
    workshop.evaluations += CURVATURE_PASSES * len(few) / len(calibration.search)
    return SecondOrder(weight_curvatures(now, few))


def _allocator(workshop: Workshop, network: Network, name: PolicyName) -> Allocator:
    if name is PolicyName.owl:
        return Owl(norms=input_norms(network, workshop.windows.calibration.activation).by_layer)
    return AlphaPruning() if name is PolicyName.alphapruning else Uniform()
