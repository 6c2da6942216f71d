"""How often the right element is among the first 1, 3 and 20, on pages with labels by people.

    python -m benchmarks.recall [--no-ablations]

Ours, the paper's scheme and BM25 on russ, forms, autofill and pager (measurement data, see README),
with 95 % intervals that draw whole pages, over all cases and for the two halves: constants were
tuned on one, the other is only reported. Then ours with one part after the other taken out, and all
arms on the same pages with an attacker's link that is stuffed with the keywords.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.recall_stuffed import TRICKS, stuffed
from benchmarks.record import save

from common.eval import Interval, mean_interval
from domprune.arms.bm25 import BM25
from domprune.arms.ours import Ours
from domprune.arms.paper import PaperScheme
from domprune.data.halves import HELD_OUT, TUNED, half_of
from domprune.data.labelled import find_sets, load
from domprune.data.settings import DataSettings
from domprune.evaluate.cases import CaseOutcome, evaluate
from domprune.evaluate.metrics import recall_same_control
from domprune.evaluate.pipeline import Pipeline
from domprune.experiment.gather import measurement_data
from domprune.interfaces import Arm
from domprune.page.html import read_html
from domprune.render import render
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.scoring.pages import Indices, PageScorer
from domprune.scoring.settings import ScoringSettings
from domprune.types import Case

SETS = ("russ", "forms", "autofill", "pager")
FIRST = (1, 3, 20)
BARS: Mapping[str, Mapping[int, float]] = {
    "russ": {1: 0.86, 3: 0.93, 20: 0.975},
    "forms": {1: 0.78, 20: 0.97},
    "autofill": {1: 0.92, 20: 0.999},
    "pager": {1: 0.75, 20: 0.90},
}
QUOTED: Mapping[str, Mapping[str, Sequence[float]]] = {
    "russ": {"paper's scheme": (0.70, 0.83, 0.91), "prototype": (0.83, 0.90, 0.965)},
    "forms": {"paper's scheme": (0.594, 0.819, 0.923), "prototype": (0.742, 0.893, 0.961)},
    "autofill": {"paper's scheme": (0.733, 0.933, 0.992), "prototype": (0.908, 0.980, 0.999)},
    "pager": {"paper's scheme": (0.580, 0.633, 0.674), "prototype": (0.716, 0.777, 0.841)},
}
"""R@1, R@3, R@20 as the issue and the data's README state them; not measured here."""
GOLD_BAR, TOKENS_BAR = 0.985, 300


@dataclass(slots=True)
class Counts:
    """What loading the cases counted."""

    broken: float = 0.0

    def count(self, name: str, by: float = 1.0) -> None:
        """Add up lines and pages that cannot be used."""
        if name in ("data/refused", "data/unreadable_pages"):
            self.broken += by


def cases_of(names: Sequence[str]) -> tuple[dict[str, list[Case]], Counts]:
    """Return the cases of each set and how many could not be used."""
    counts = Counts()
    folders = find_sets(measurement_data() / "pages", names)
    column = DataSettings().keywords
    return {n: list(load(n, f, column, 0, read_html, counts)) for n, f in folders.items()}, counts


def outcomes_of(arm: Arm, cases: Iterable[Case]) -> list[CaseOutcome]:
    """Return what became of each case."""
    return list(evaluate(Pipeline(arm=arm, grounder=RulesGrounder(), render=render), cases))


def ours(settings: ScoringSettings, indices: Indices) -> Ours:
    """Return our arm with these constants."""
    return Ours(RulesFilter(), PageScorer(settings, indices))


def recalls(outcomes: Sequence[CaseOutcome]) -> dict[str, Interval]:
    """Return R@1, R@3 and R@20 and the share of gold elements among the candidates."""
    pages = [one.page for one in outcomes]
    measures = {f"recall@{k}": recall_same_control(k) for k in FIRST}
    measures["gold among candidates"] = lambda one: float(one.extracted)
    return {
        name: mean_interval([measure(one) for one in outcomes], 0, clusters=pages)
        for name, measure in measures.items()
    }


def ablations() -> dict[str, ScoringSettings]:
    """Return our constants with one part after the other without effect."""
    own = ScoringSettings()

    def without(*fields: str) -> ScoringSettings:
        nothing = dict.fromkeys(fields, 0.0)
        return replace(
            own, click_tiers=own.click_tiers | nothing, type_tiers=own.type_tiers | nothing
        )

    return {
        "nothing": own,
        "prior of the action": replace(
            own, wrong_kind=1.0, unlikely_kind=1.0, link=1.0, secret_kind=1.0
        ),
        "order of fields by action": replace(own, type_tiers=own.click_tiers),
        "labels": without("label"),
        "context": without("context"),
        "icons, href and signs": without("icon", "href", "sign"),
        "ids, names and classes": without("id", "name_attribute", "class"),
        "other words (lexicon)": replace(own, same_thing=0.0),
        "misspelt words": replace(own, fuzzy=0.0),
        "brevity": replace(own, brevity=0.0),
        "places": replace(own, place_bonus=0.0),
        "hidden behind equals": replace(own, not_shown=1.0),
    }


def show_set(name: str, arm: str, outcomes: Sequence[CaseOutcome]) -> dict[str, object]:
    """Print an arm's lines of the table; return its figures."""
    halves = {part: [o for o in outcomes if half_of(o.page) == part] for part in (TUNED, HELD_OUT)}
    found: dict[str, object] = {}
    for part, some in {"all": outcomes, **halves}.items():
        figures = recalls(some)
        cells = [
            f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]"
            for key, one in figures.items()
            if key.startswith("recall")
        ]
        print(f"{name:9}{arm:16}{part:10}{len(some):>6}  {'  '.join(cells)}")
        found[part] = figures
    return found


def show_bars(name: str, outcomes: Sequence[CaseOutcome]) -> None:
    """Print what is asked for and what others reach, marked as quoted."""
    figures = recalls(outcomes)
    for k, bar in BARS[name].items():
        reached = figures[f"recall@{k}"].mean
        verdict = "reached" if reached >= bar else "MISSED"
        print(f"{name:9}{'bar':16}R@{k} {bar:.3f}: {verdict} ({reached:.3f})")
    for who, values in QUOTED[name].items():
        cells = " / ".join(f"{value:.3f}" for value in values)
        print(f"{name:9}{who:16}quoted, not measured here: {cells}")


def show_ablations(
    cases: Mapping[str, Sequence[Case]],
) -> dict[str, dict[str, dict[str, Interval]]]:
    """Print and return R@1 and R@20 of ours with one part after the other taken out."""
    print(f"\n{'without':28}" + "".join(f"{name + ' R@1':>14}{'R@20':>8}" for name in cases))
    found: dict[str, dict[str, dict[str, Interval]]] = {}
    indices = Indices(pages=sum(map(len, cases.values())))
    for part, settings in ablations().items():
        line, arm = f"{part:28}", ours(settings, indices)
        for name, own in cases.items():
            figures = recalls(outcomes_of(arm, own))
            line += f"{figures['recall@1'].mean:>14.3f}{figures['recall@20'].mean:>8.3f}"
            found.setdefault(part, {})[name] = figures
        print(line)
    return found


def show_stuffed(
    cases: Mapping[str, Sequence[Case]], arms: Mapping[str, Arm]
) -> dict[str, dict[str, dict[str, Interval]]]:
    """Print and return R@1, R@3 and R@20 of each arm with a link stuffed with the keywords."""
    print(
        f"\n{'stuffed link':14}{'arm':8}"
        + "".join(f"{n + ' R@1':>14}{'R@3':>8}{'R@20':>8}" for n in cases)
    )
    found: dict[str, dict[str, dict[str, Interval]]] = {}
    for trick in TRICKS:
        attacked = {name: [stuffed(case, trick) for case in own] for name, own in cases.items()}
        for name, arm in arms.items():
            figures = {one: recalls(outcomes_of(arm, own)) for one, own in attacked.items()}
            cells = (
                f"{each['recall@1'].mean:>14.3f}{each['recall@3'].mean:>8.3f}{each['recall@20'].mean:>8.3f}"
                for each in figures.values()
            )
            print(f"{trick:14}{name:8}{''.join(cells)}")
            found[f"{trick}, {name}"] = figures
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-ablations", action="store_true", help="shorter; writes no file")
    asked = parser.parse_args()
    try:
        cases, counts = cases_of(SETS)
    except FileNotFoundError as error:
        print(f"The measurement data are not here: {error}", file=sys.stderr)
        print("Set PRUNE_DATA to their folder; nothing was measured.", file=sys.stderr)
        return 2
    arms: dict[str, Arm] = {
        "ours": ours(ScoringSettings(), Indices()),
        "paper": PaperScheme(RulesFilter()),
        "bm25": BM25(),
    }
    print(f"{'set':9}{'arm':16}{'part':10}{'cases':>6}  " + "  ".join(f"R@{k:<19}" for k in FIRST))
    result: dict[str, object] = {"unusable": counts.broken, "bars": BARS, "quoted": QUOTED}
    for name in SETS:
        own = {arm: outcomes_of(build, cases[name]) for arm, build in arms.items()}
        result[name] = {arm: show_set(name, arm, outcomes) for arm, outcomes in own.items()}
        show_bars(name, own["ours"])
        gold = recalls(own["ours"])["gold among candidates"]
        tokens = statistics.median(one.grounding_tokens for one in own["ours"])
        asks = f", bar {GOLD_BAR}" if name == "russ" else ""
        print(
            f"{name:9}gold among candidates {gold.mean:.3f} [{gold.low:.3f}, {gold.high:.3f}]{asks}"
        )
        print(f"{name:9}tokens of the first 20's lines (characters / 4), median {tokens:.0f}, "
              f"bar {TOKENS_BAR}\n")  # fmt: skip
        result[f"{name} tokens"] = tokens
    if not asked.no_ablations:
        result["without"] = show_ablations(cases)
        result["stuffed"] = show_stuffed(cases, arms)
        print(f"written to {save('recall', ('PyStemmer', 'rapidfuzz', 'selectolax'), result)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
