"""The names of policies and baselines -> what each allocates by and how it prunes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from weightprune.prune.settings import Metric, PruneSettings, parse_pattern
from weightprune.structured.settings import Method, StructuredSettings


class PolicyName(Enum):
    """Who says how sparse each layer is to be."""

    rules = "rules"
    llm = "llm"
    uniform = "uniform"
    owl = "owl"
    alphapruning = "alphapruning"
    staged_probe = "staged_probe"
    search = "search"

    @property
    def by_rounds(self) -> bool:
        """Whether it decides round by round, as opposed to all at once."""
        return self in (PolicyName.rules, PolicyName.llm)

    @property
    def by_probes(self) -> bool:
        """Whether it measures what layers cost, all at once, and orders their weights, too."""
        return self in (PolicyName.staged_probe, PolicyName.search)


class Baseline(Enum):
    """Methods to compare with, by one name each."""

    magnitude = "magnitude"
    magnitude_2_4 = "magnitude_2_4"
    magnitude_4_8 = "magnitude_4_8"
    wanda = "wanda"
    wanda_2_4 = "wanda_2_4"
    wanda_4_8 = "wanda_4_8"
    sparsegpt = "sparsegpt"
    sparsegpt_2_4 = "sparsegpt_2_4"
    gblm = "gblm"
    owl = "owl"
    alphapruning = "alphapruning"
    staged_probe = "staged_probe"
    search = "search"
    llm_pruner = "llm_pruner"
    flap = "flap"
    blocks = "blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a method prunes: weights by an allocation and an operator, or whole structures."""

    name: str
    about: str
    target: float
    """The sparsity that it is to reach: a pattern's own, whatever the run's."""
    allocator: PolicyName = PolicyName.uniform
    prune: PruneSettings = field(default_factory=PruneSettings)
    second_order: bool = False
    """Whether probes and search order weights by curvature instead of Wanda's metric."""
    structured: StructuredSettings | None = None


ALLOCATORS = {
    PolicyName.uniform: "every layer alike",
    PolicyName.owl: "by outliers of the Wanda metric (OWL)",
    PolicyName.alphapruning: "by heavy tails of the weights' spectrum (AlphaPruning)",
    PolicyName.staged_probe: "by one-layer probes, measured again in stages",
    PolicyName.search: "by evolutionary search on the search windows",
    PolicyName.rules: "rules, round by round",
    PolicyName.llm: "a language model, round by round",
}
OPERATORS = {
    Metric.wanda: "Wanda masks",
    Metric.magnitude: "smallest weights",
    Metric.gblm: "Wanda with gradients (GBLM)",
    Metric.sparsegpt: "SparseGPT's masks and update",
}
STRUCTURED = {
    Baseline.llm_pruner: (Method.taylor, "heads and neurons by first-order effect (LLM-Pruner)"),
    Baseline.flap: (Method.flap, "heads and neurons by fluctuation (FLAP)"),
    Baseline.blocks: (Method.blocks, "whole decoder blocks by influence (ShortGPT)"),
}


def ours_of(
    allocator: PolicyName, prune: PruneSettings, target: float, *, second_order: bool
) -> Recipe:
    """The method that the run is about."""
    masks = "second-order masks" if second_order else OPERATORS[prune.metric]
    about = f"{ALLOCATORS[allocator]}; {masks}"
    return Recipe(
        name="ours",
        about=about,
        target=target,
        allocator=allocator,
        prune=prune,
        second_order=second_order,
    )


def recipe(baseline: Baseline, target: float) -> Recipe:
    """The method that a baseline's name stands for, at the run's target where it has the choice."""
    if baseline in STRUCTURED:
        method, about = STRUCTURED[baseline]
        return Recipe(
            name=baseline.name,
            about=about,
            target=target,
            structured=StructuredSettings(method=method, ratio=target),
        )
    metric, _, pattern = baseline.name.partition("_")
    if baseline.name in PolicyName.__members__:
        allocator, prune = PolicyName[baseline.name], PruneSettings()
    else:
        allocator = PolicyName.uniform
        prune = PruneSettings(metric=Metric[metric], pattern=pattern.replace("_", ":"))
    at = f", {prune.pattern}" if prune.pattern else ""
    return Recipe(
        name=baseline.name,
        about=f"{ALLOCATORS[allocator]}; {OPERATORS[prune.metric]}{at}",
        target=parse_pattern(prune.pattern).sparsity if prune.pattern else target,
        allocator=allocator,
        prune=prune,
    )
