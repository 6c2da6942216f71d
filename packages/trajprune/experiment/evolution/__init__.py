"""The job: runs -> pruned -> the agent learns from them -> runs again, beside those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from common.run import Run
from trajprune.evolve.settings import LearnSettings
from trajprune.experiment import WebClipper
from trajprune.experiment.evaluation import WebClipperEval
from trajprune.experiment.rollout import WebClipperRollout
from trajprune.experiment.settings import DatasetSettings
from trajprune.formats import Spelling

TRAINED = "trained"
"""What the new agent is called beside the others."""


def tagged() -> WebClipper:
    """Training data spelt as the agent speaks in its runs."""
    return WebClipper(dataset=DatasetSettings(spelling=Spelling.tagged))


@dataclass(kw_only=True)
class WebClipperEvolve:
    """WebClipper's agent evolution (section 3.6), one generation of it."""

    rollout: WebClipperRollout = field(default_factory=WebClipperRollout)
    """The base agent's runs that are learned from."""
    runs: str = ""
    """A file or folder of runs that are there already; empty: they are rolled out."""
    webclipper: WebClipper = field(default_factory=tagged)
    """How runs are chosen and pruned."""
    learn: LearnSettings = field(default_factory=LearnSettings)
    """What is learned from them, and how."""
    evaluation: WebClipperEval = field(default_factory=WebClipperEval)
    """Questions, seeds and agents to compare with; the trained one joins them as `trained`."""
    headline: ClassVar[tuple[str, ...]] = (
        "trained.accuracy.mean", "trained.rounds.mean", "trained.f_ae.mean",
        "trained.difference.rounds.mean",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is asked."""
        if self.webclipper.inputs:
            raise ValueError("webclipper must have no input here: name the runs in `runs`")
        if self.webclipper.dataset.spelling is not Spelling.tagged:
            raise ValueError(
                "webclipper must have dataset.spelling=tagged: the agent learns what it will write"
            )
        if not self.learn.sft.model.path:
            raise ValueError(
                "learn must have sft.model.path, the base agent: base=tongyi-deepresearch, or a"
                " folder; benchmarks/webclipper_loop.py shows the loop on a CPU"
            )
        if TRAINED in self.evaluation.agents:
            raise ValueError(f"evaluation must not name an agent {TRAINED!r}: that is the new one")

    def run(self, run: Run) -> Mapping[str, object]:
        """One generation; return the metrics of all steps."""
        from trajprune.experiment.evolution.job import evolve

        return evolve(self, run)
