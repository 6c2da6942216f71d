"""The whole job: profile -> decide -> prune -> check -> keep or roll back, beside all baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from weightprune.allocate.settings import DescentSettings
from weightprune.data.settings import DataSettings
from weightprune.evaluate.settings import EvaluationSettings
from weightprune.experiment.methods import Baseline, PolicyName
from weightprune.loop.settings import LoopSettings
from weightprune.model.settings import ModelSettings
from weightprune.probe.settings import ProbeSettings
from weightprune.profile.settings import ProfileSettings
from weightprune.prune.settings import PruneSettings
from weightprune.recover.settings import RecoverySettings
from weightprune.types import SPARSEST


@dataclass(kw_only=True)
class AgentGuidedPruning:
    """Prune a language model by a policy, round by round, and compare with fixed rules."""

    target: float = 0.5
    """Share of the prunable weights that is to be zero."""
    policy: PolicyName = PolicyName.rules
    """Who decides: rules or llm round by round; uniform, owl, alphapruning, staged_probe, search
    at once."""
    baselines: list[Baseline] = field(default_factory=lambda: [Baseline.wanda])
    """Methods pruned to the same target on the same data and tested on the same windows."""
    temperature: float = 0.5
    """Of the language model that decides."""
    budget: float = 60.0
    """Evaluations of the search windows that `search` may spend beyond its probes."""
    second_order: bool = False
    """Whether staged_probe and search order weights by curvature instead of Wanda's metric."""
    reconstruct: bool = False
    """Whether the weights that stay are fitted, layer by layer, to the dense layers' outputs."""
    recover: bool = False
    """Whether the weights that stay are then fine-tuned by low-rank adapters under the masks."""
    export: bool = True
    """Whether the pruned model is written to the run's folder."""
    model: ModelSettings = field(default_factory=ModelSettings)
    """Which model is pruned."""
    data: DataSettings = field(default_factory=DataSettings)
    """What it is calibrated and tested on."""
    operator: PruneSettings = field(default_factory=PruneSettings)
    """How weights are removed."""
    profile: ProfileSettings = field(default_factory=ProfileSettings)
    """What the policy is told of each layer."""
    descent: DescentSettings = field(default_factory=DescentSettings)
    """How the goals of the profile are measured."""
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    """How staged_probe and search measure the cost of a layer's next step."""
    recovery: RecoverySettings = field(default_factory=RecoverySettings)
    """The adapters, for recover=true."""
    loop: LoopSettings = field(default_factory=LoopSettings)
    """Rounds, rollback and patience."""
    evaluation: EvaluationSettings = field(default_factory=EvaluationSettings)
    """Tasks asked of the dense and of our pruned model, beside the perplexity."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The language model, for policy=llm."""
    headline: ClassVar[tuple[str, ...]] = (
        "ours.sparsity", "ours.perplexity", "ours.change_to_best_baseline", "dense.perplexity",
        "loop.rounds", "loop.rollbacks",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is loaded."""
        if not 0 < self.target <= SPARSEST:
            raise ValueError(
                f"target must be above 0 and at most {SPARSEST}, not {self.target}; beyond "
                "that a model is mostly rounding"
            )
        if self.operator.pattern and self.policy is not PolicyName.uniform:
            raise ValueError(
                f"policy must be uniform with operator.pattern={self.operator.pattern}, not "
                f"{self.policy.name}: a pattern makes every layer equally sparse"
            )
        if len(set(self.baselines)) < len(self.baselines):
            names = [one.name for one in self.baselines]
            raise ValueError(f"baselines must be named once each, not {names}")
        if self.second_order and not self.policy.by_probes:
            raise ValueError(
                f"second_order needs policy=staged_probe or search, not {self.policy.name}"
            )
        if not self.budget > 0:
            raise ValueError(f"budget must be above 0, not {self.budget}")
        if self.temperature < 0:
            raise ValueError(f"temperature must be 0 or more, not {self.temperature}")
        if self.policy is PolicyName.llm and self.llm.backend is Backend.none:
            raise ValueError("policy llm asks a language model: choose one, for example llm=openai")
        self._check_data()

    def _check_data(self) -> None:
        if bool(self.data.calibration) != bool(self.data.test):
            raise ValueError("data needs both calibration and test, or neither of them")
        if self.model.path and not self.data.calibration:
            raise ValueError(
                f"data must be given for model.path={self.model.path}: calibration=FILE test=FILE, "
                "or calibration=c4 test=wikitext2"
            )

    def run(self, run: Run) -> Mapping[str, object]:
        """Prune, compare, report; returns method -> sparsity, perplexity, change, seconds."""
        from weightprune.experiment.compare import baselines, dense, ours
        from weightprune.experiment.explain import write_report
        from weightprune.experiment.findings import metrics_of, table_of
        from weightprune.experiment.workshop import open_workshop

        workshop = open_workshop(self, run)
        before = dense(workshop, run)
        pruned = ours(workshop, run)
        rivals = baselines(workshop, run)
        for line in table_of(before, pruned.outcome, rivals):
            run.say(line)
        write_report(workshop, before, pruned, rivals, run)
        return metrics_of(before, pruned.outcome, rivals, pruned.loop)
