"""Does a small learned filter beat the rules on pages that it has not seen?

    python -m benchmarks.filter_model [--seeds 3]

Models from a sub-task's words to keyword weights are trained from scratch on the sample site's dev
half (our own pages; steps as they are, by their instruction alone, and generated ones), with what
the annotation pipeline keeps of them, and measured on the sample's other half and on the held-out
half of russ (measurement data; nothing is trained on it). Recall at 1, 3, 5, 10, 20; differences to
the rules are paired, with 95 % intervals that draw whole pages. `+ associations` adds what pages
call things (filter_model_words.txt) to the candidates.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.filter_model_learn import Lesson, WeightModel, learn, lesson, weigh
from benchmarks.filter_model_steps import by_instruction, training_steps
from benchmarks.filter_model_words import candidates
from benchmarks.recall import cases_of
from benchmarks.record import save

from common.eval import Interval, difference_interval, first_rank, mean_interval
from common.run import Run
from domprune.annotate.one import annotate_case
from domprune.annotate.quality import QualityControl
from domprune.annotate.rules import RulesAnnotator
from domprune.arms.order import by_score
from domprune.data.halves import HELD_OUT, half_of
from domprune.data.settings import DataSettings
from domprune.evaluate.metrics import RECALL_AT
from domprune.experiment.gather import gather
from domprune.roles.filter_llm import program_of
from domprune.roles.filter_rules import keyword_weights
from domprune.scoring.pages import PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import Case, Dropped, Program, SubTask

Weigh = Callable[[SubTask], Mapping[str, int]]
SHOWN = (1, 3, 20)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to learn a filter."""

    name: str
    hidden: int
    associated: bool
    imitate: bool = False


RECIPES = (
    Recipe("ranked, linear", 0, associated=False),
    Recipe("ranked, linear + associations", 0, associated=True),
    Recipe("ranked, 16 hidden + associations", 16, associated=True),
    Recipe("imitated, linear + associations", 0, associated=True, imitate=True),
)


class Fixed:
    """The rules' candidates with the weights that they come with."""

    def __init__(self, *, associated: bool) -> None:
        """`associated`: with what pages call things."""
        self._associated = associated

    def program(self, subtask: SubTask) -> Program:
        """The program of the candidates."""
        return program_of(subtask, self.weights(subtask))

    def weights(self, subtask: SubTask) -> dict[str, int]:
        """The candidates' weights."""
        found = candidates(subtask, associated=self._associated)
        return dict(zip(found.keywords, found.given.astype(int).tolist(), strict=True))


def lessons_of(steps: Sequence[Case], *, associated: bool) -> tuple[list[Lesson], int]:
    """Return what the annotation pipeline keeps of the steps, and how many it drops."""
    score = PageScorer(ScoringSettings())
    annotator = RulesAnnotator(Fixed(associated=associated), score)
    control = QualityControl(score=score, program=lambda s, w: program_of(s, dict(w)))
    kept = []
    for step in steps:
        done = annotate_case(step, annotator, control, None)
        found = candidates(step.subtask, associated=associated)
        if not isinstance(done, Dropped) and found.keywords:
            weights = done.program.keyword_weights
            annotated = [float(weights.get(keyword, 0)) for keyword in found.keywords]
            kept.append(lesson(step, found, annotated, score))
    return kept, len(steps) - len(kept)


def ranks(filter_weights: Weigh, cases: Sequence[Case]) -> list[float]:
    """Return the rank of each case's right element, infinite where it has none."""
    score = PageScorer(ScoringSettings())
    out = []
    for case in cases:
        program = program_of(case.subtask, dict(filter_weights(case.subtask)))
        elements = case.snapshot.elements
        order = [one.element.id for one in by_score(elements, score(elements, program))]
        out.append(float(first_rank(order, case.gold.same_control) or float("inf")))
    return out


def learned(model: WeightModel, recipe: Recipe, subtask: SubTask) -> Mapping[str, int]:
    """The model's weights for a sub-task."""
    return weigh(model, candidates(subtask, associated=recipe.associated))


def compare(
    filters: Mapping[str, Weigh], parts: Mapping[str, Sequence[Case]]
) -> dict[str, dict[str, object]]:
    """Print and return the recall of every filter on every part, and the differences to rules."""
    found: dict[str, dict[str, object]] = {}
    for part, cases in parts.items():
        pages = [case.page for case in cases]
        print(f"\n{part}: {len(cases)} steps on {len(set(pages))} pages")
        plain = ranks(keyword_weights, cases)
        for name, weights in filters.items():
            own = ranks(weights, cases)
            figures: dict[str, Interval] = {}
            for k in RECALL_AT:
                hit, base = [r <= k for r in own], [r <= k for r in plain]
                figures[f"recall@{k}"] = mean_interval(hit, 0, clusters=pages)
                figures[f"difference@{k}"] = difference_interval(hit, base, 0, clusters=pages)
            recall = " ".join(f"{100 * figures[f'recall@{k}'].mean:5.1f}" for k in RECALL_AT)
            gains = "  ".join(_signed(k, figures[f"difference@{k}"]) for k in SHOWN)
            print(f"  {name:42}{recall}   {gains}")
            found.setdefault(part, {})[name] = figures
    return found


def _signed(k: int, one: Interval) -> str:
    return f"@{k} {100 * one.mean:+.1f} [{100 * one.low:+.1f}, {100 * one.high:+.1f}]"


def cases_of_all() -> tuple[list[Case], list[Case]]:
    """Return the cases of the sample site and of russ; of the latter none without the data."""
    with tempfile.TemporaryDirectory() as folder:
        sample = list(gather(DataSettings(), Run(Path(folder))))
    try:
        return sample, cases_of(["russ"])[0]["russ"]
    except FileNotFoundError as error:
        print(f"The measurement data are not here: {error}; russ is left out.", file=sys.stderr)
        return sample, []


def train(recipe: Recipe, lessons: Sequence[Lesson], seeds: Sequence[int]) -> dict[str, Weigh]:
    """Return the recipe's filters, one a seed, and say how large they are and what they took."""
    started = time.process_time()
    filters: dict[str, Weigh] = {}
    for seed in seeds:
        model = learn(lessons, hidden=recipe.hidden, imitate=recipe.imitate, seed=seed)
        filters[f"{recipe.name}, seed {seed}"] = partial(learned, model, recipe)
    size = sum(4 * one.numel() for one in model.parameters())
    seconds = time.process_time() - started
    print(f"{recipe.name}: {size:,} bytes, {seconds:.0f} s of processor for {len(seeds)} seeds")
    return filters


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    seeds = list(range(parser.parse_args().seeds))
    sample, russ = cases_of_all()
    dev, test = ([case for case in sample if case.split == half] for half in ("dev", "test"))
    parts = {
        "trained on (sample, dev)": dev,
        "sample, test": test,
        "sample, test, by instruction": list(map(by_instruction, test)),
        "russ, held out": [case for case in russ if half_of(case.page) == HELD_OUT],
    }
    filters: dict[str, Weigh] = {
        "rules": keyword_weights,
        "rules + associations": Fixed(associated=True).weights,
    }
    result: dict[str, object] = {"seeds": seeds}
    for associated in (False, True):
        lessons, dropped = lessons_of(training_steps(dev, seed=0), associated=associated)
        print(f"lessons {'with' if associated else 'without'} associations: {len(lessons)}, "
              f"dropped by the annotation's quality control: {dropped}")  # fmt: skip
        result[f"lessons, associated={associated}"] = {"kept": len(lessons), "dropped": dropped}
        for recipe in RECIPES:
            if recipe.associated is associated:
                filters |= train(recipe, lessons, seeds)
    result["parts"] = compare(filters, {name: own for name, own in parts.items() if own})
    print(f"\nwritten to {save('filter_model', ('torch', 'numpy'), result)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
