"""Settings -> the parts that methods are made of: windows, networks, policy, measurements."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch import Tensor

from common.llm.client import open_llm
from common.run import Run
from weightprune.allocate.descent import Descent
from weightprune.clock import Clock
from weightprune.data.open import Windows
from weightprune.divergence import Divergence
from weightprune.experiment.claim import claim, deciding
from weightprune.experiment.methods import PolicyName
from weightprune.experiment.operators import mask_operator
from weightprune.experiment.windows import read_windows
from weightprune.interfaces import Policy
from weightprune.model.load import open_network
from weightprune.model.settings import ModelSettings
from weightprune.network import Network, overall, reached
from weightprune.perplexity import token_perplexity
from weightprune.policy.llm import LLMPolicy
from weightprune.policy.rules import RulesPolicy
from weightprune.profile.profiler import Measures
from weightprune.sample import MODEL
from weightprune.statistics.gradients import gradient_means
from weightprune.statistics.inputs import input_norms

if TYPE_CHECKING:
    from weightprune.experiment import AgentGuidedPruning


TOKENS_AT_ONCE = 2048
"""Tokens of one batch of a perplexity: a large vocabulary makes logits the largest tensor."""


class Workshop:
    """Everything that one run's settings ask for; what takes long is opened when first needed."""

    def __init__(
        self, settings: AgentGuidedPruning, model: ModelSettings, windows: Windows, test: str
    ) -> None:
        """`model` is never empty; `test` says in words what `windows.test` are."""
        self.settings = settings
        self.model = model
        self.windows = windows
        self.test = test
        self.evaluations = 0.0
        """What allocators that decide at once have spent since this was last set to 0: forward
        passes over the search windows, or as much work in parts."""

    def network(self) -> Network:
        """The dense network, fresh from the disk: no copy of its weights is kept in memory."""
        gc.collect()
        return open_network(self.model)

    def policy(self, run: Run) -> Policy:
        """Who decides round by round."""
        if self.settings.policy is PolicyName.llm:
            return LLMPolicy(open_llm(self.settings.llm, run), run, self.settings.temperature)
        return RulesPolicy()

    def measures(self, network: Network) -> Measures:
        """What the profile of the network is made of, as it is whenever one is asked for."""
        calibration = self.windows.calibration
        return Measures(
            norms=lambda: input_norms(network, calibration.activation).by_layer,
            gradients=lambda: gradient_means(network, calibration.gradient),
            goals=lambda norms, clock: self._goals(network, norms, clock),
        )

    def _goals(
        self, network: Network, norms: Mapping[str, Tensor], clock: Clock
    ) -> Mapping[str, float]:
        """How sparse each layer would best be at the target; `network` is dense yet."""
        with clock.measure("passes"):
            divergence = Divergence(network, self.windows.calibration.search)
        descent = Descent(
            divergence=divergence,
            operator=mask_operator(self.settings.operator, norms),
            settings=self.settings.descent,
            clock=clock,
        )
        return descent.allocate(network, self.settings.target)

    @property
    def goal_evaluations(self) -> float:
        """What goals cost, in passes over all search windows; 0 where none are measured."""
        if not self.settings.profile.goals:
            return 0.0
        # one for what the dense network answers
        return 1 + self.settings.descent.evaluations(len(self.windows.calibration.search))

    def search_perplexity(self, network: Network) -> float:
        """Token perplexity on the windows that decide whether a round is kept."""
        return _perplexity(network, self.windows.calibration.search)

    def test_perplexity(self, network: Network) -> float:
        """Token perplexity on the windows that nothing was decided on."""
        return _perplexity(network, self.windows.test)


def _perplexity(network: Network, windows: Tensor) -> float:
    batch = max(1, TOKENS_AT_ONCE // windows.shape[1])
    return token_perplexity(network.model, windows, batch=batch)


class Unsuitable(ValueError):
    """A model that cannot be pruned to the target; the message has the remedy."""


def open_workshop(settings: AgentGuidedPruning, run: Run) -> Workshop:
    """Open model and windows, and refuse early what could only fail late.

    Raises Unprunable, DataError, Unsuitable or OtherSettings.
    """
    if claim(run.folder, deciding(settings, run.seed)):
        run.say(f"{run.folder} holds an earlier life of this run: going on")
    else:
        run.say(f"if this is stopped, launch it again with folder={run.folder} to go on")
    model = settings.model
    if not model.path:
        model = ModelSettings(path=str(MODEL), precision=model.precision, device=model.device)
    network = open_network(model)
    now = overall(network.sparsity(), network.layers)
    if reached(now, settings.target, network.layers):
        raise Unsuitable(
            f"target must be above the model's sparsity: {100 * now:.2f} % of its prunable weights "
            f"are zero already, and method.target={settings.target}"
        )
    windows, test = read_windows(settings.data, model, network)
    return Workshop(settings, model, windows, test)
