"""For your own agent, in one call: snapshot, step in plain words -> the elements that matter."""

from __future__ import annotations

from domprune.arms.order import pruned_by_score
from domprune.instruction import parse_instruction
from domprune.interfaces import Filter
from domprune.render import render
from domprune.roles.filter_rules import RulesFilter
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import Pruned, Snapshot, SubTask


def prune(
    snapshot: Snapshot,
    step: str | SubTask,
    keep: int = 20,
    *,
    keyword_filter: Filter | None = None,
    settings: ScoringSettings | None = None,
) -> Pruned:
    """Return the `keep` elements that a step most likely means, best first (section 3.2).

    `keyword_filter` writes the scoring program, the rules by default; equal inputs give equal
    output. Raises ValueError where `keep` is below 1.

    >>> from domprune.page.html import load_html
    >>> page = load_html("<a href=/home>Home</a><a href=/cart>Basket</a>")
    >>> print(prompt(prune(page, "Click the basket", keep=1)))
    [1]<a>Basket</a>
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, not {keep}")
    subtask = parse_instruction(step) if isinstance(step, str) else step
    program = (keyword_filter or RulesFilter()).program(subtask)
    scores = score(snapshot.elements, program, settings or ScoringSettings())
    return pruned_by_score(snapshot.elements, scores, keep)


def prompt(pruned: Pruned) -> str:
    """Return what a model reads instead of the page: one line an element, `[id]<tag>text</tag>`."""
    return render([scored.element for scored in pruned.kept])
