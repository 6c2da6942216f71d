"""Operator settings, a network, windows -> what prunes it."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from weightprune.calibration import Calibration
from weightprune.interfaces import Operator
from weightprune.network import Network
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.operator import Measured, operator
from weightprune.prune.scores import Wanda, magnitude
from weightprune.prune.settings import Metric, PruneSettings
from weightprune.statistics.gradients import gradient_norms
from weightprune.statistics.inputs import input_norms

ONLY_NORMS = (Metric.wanda, Metric.magnitude)
"""Metrics of operators that only zero weights, and need input norms at most."""


def mask_operator(settings: PruneSettings, norms: Mapping[str, Tensor]) -> MaskOperator:
    """What zeros weights inside rounds and probes: magnitude's masks if asked, else Wanda's.

    Operators that change weights, or need more than input norms, prune the dense model once at
    the end, by the allocation that was found with Wanda's masks. `norms` may be filled later.
    """
    score = magnitude if settings.metric is Metric.magnitude else Wanda(norms)
    return MaskOperator(score, choice(settings))


def open_operator(settings: PruneSettings, network: Network, calibration: Calibration) -> Operator:
    """The operator that the settings ask for, calibrated on the network as it is now."""
    norms = input_norms(network, calibration.activation)
    return operator(
        settings,
        Measured(
            norms=norms.by_layer,
            windows=norms.windows,
            hessian=calibration.hessian,
            gradients=lambda names: gradient_norms(network, calibration.gradient, names),
        ),
    )
