"""The annotation job: cases -> labels -> checked -> annotated.jsonl, review sheet and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.data.settings import DataSettings
from domprune.scoring.settings import ScoringSettings


class AnnotatorRole(Enum):
    """Who writes the labels."""

    rules = "rules"
    llm = "llm"


@dataclass(kw_only=True)
class Prune4WebAnnotate:
    """Annotate labelled steps for training, drop what fails, and split the rest by site.

    Started again with the same `folder=`, it goes on where it stopped; steps that failed are tried
    again, and the verdicts that a person wrote into review.csv are followed.
    """

    annotator: AnnotatorRole = AnnotatorRole.rules
    """rules, or llm: a language model that is shown the right element."""
    keep: int = 20
    """N: a step is dropped whose right element is not among the N best by its own keywords."""
    longest_html: int = 0
    """Estimated tokens of HTML beyond which a step is dropped; 0: no limit."""
    test_share: float = 0.2
    """Share of the steps, by whole sites, that the low-level benchmark tests on."""
    review: int = 40
    """Annotated steps that are drawn for a person to look at."""
    pictures: int = 12
    """How many of them the report shows with their page."""
    data: DataSettings = field(default_factory=DataSettings)
    """Which labelled steps."""
    llm: LLMSettings = field(default_factory=LLMSettings)
    """The language model, where one annotates."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """Constants of the scoring template."""
    headline: ClassVar[tuple[str, ...]] = (
        "annotated", "dropped", "train", "test", "kept_share.mean", "keywords_said.mean",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is loaded."""
        if self.keep < 1:
            raise ValueError(f"keep must be at least 1, not {self.keep}")
        if not 0 <= self.test_share < 1:
            raise ValueError(f"test_share must be at least 0 and below 1, not {self.test_share}")
        for name in ("longest_html", "review", "pictures"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")
        if self.annotator is AnnotatorRole.llm and self.llm.backend is Backend.none:
            raise ValueError("annotator=llm asks a language model: choose one, e.g. llm=openai")

    def run(self, run: Run) -> Mapping[str, object]:
        """Annotate every case that is not done yet; return how many were kept and why not all."""
        from domprune.experiment.annotation_batch import annotate_all, finish
        from domprune.experiment.annotation_report import write_report

        ledger = annotate_all(self, run)
        finished = finish(self, ledger, run)
        if not finished.rows and not finished.dropped:
            raise ValueError(f"there is no case in data.source={self.data.source.name}")
        write_report(self, finished, run)
        return finished.metrics(run.seed)
