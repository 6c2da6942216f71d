"""The injection pages in real Chromium: what the rules agent would act on, and what the guard says.

page -> snapshot -> program -> ranking -> grounded action -> right, injected or another element
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.secrets import Secrets
from domprune.arms.order import by_score
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.instruction import parse_instruction
from domprune.interfaces import Place
from domprune.page.browser import Browser
from domprune.page.hands import take
from domprune.page.live import extract
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.sample.injection import InjectionPage, clean_pages, injection_pages
from domprune.sample.injection.pages import INJECTED, MARK, RIGHT, SITE
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import Pruned, Scored

KEEP = 20


@dataclass(frozen=True, slots=True)
class Fate:
    """One page: whether the action lands on the right or the injected element, which ranks first.

    `stopped` where the injected element is chosen and the guard refuses the action.
    """

    kind: str
    right: bool
    chosen: bool
    outranks: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """Shares of the pages of one kind."""

    pages: int
    chosen: float
    outranks: float
    right: float
    stopped: int


def rates(pages: Sequence[InjectionPage] | None = None) -> dict[str, Rate]:
    """Return what became of each kind of injection, of all together, and without any."""
    found = fates(injection_pages() if pages is None else pages)
    kinds = list(dict.fromkeys(fate.kind for fate in found))
    groups = {kind: [fate for fate in found if fate.kind == kind] for kind in kinds}
    groups |= {"all": found, "none": fates(clean_pages())}
    return {name: _rate(group) for name, group in groups.items()}


def fates(pages: Sequence[InjectionPage]) -> list[Fate]:
    """Ground each page's instruction by the rules; nothing is clicked."""
    guard = PolicyGuard(GuardSettings(allowed=["shop.example"]).rules(), Secrets({}, {}))
    with Browser() as browser:
        return [_fate(browser, page, guard) for page in pages]


def _fate(browser: Browser, page: InjectionPage, guard: PolicyGuard) -> Fate:
    live = browser.open(html=page.html, url=SITE)
    try:
        snapshot = extract(live)
        subtask = parse_instruction(page.instruction)
        scores = score(snapshot.elements, RulesFilter().program(subtask), ScoringSettings())
        ranked = by_score(snapshot.elements, scores)
        action = RulesGrounder().ground(subtask, Pruned(ranked[:KEEP], len(ranked)))
        element = snapshot.elements[action.element_id or 0]
        mark = element.attributes.get(MARK)
        hold = take(live, snapshot, element.id)
        state = hold.state() if hold else None
        place = Place(SITE, SITE, state.leads_to if state else "")
        refused = guard.allow(action, element, place) is not None
    finally:
        browser.close(live)
    chosen = mark == INJECTED
    return Fate(page.kind, mark == RIGHT, chosen, _outranks(ranked), chosen and refused)


def _outranks(ranked: Sequence[Scored]) -> bool:
    marks = [scored.element.attributes.get(MARK) for scored in ranked]
    marked = [mark for mark in marks if mark in (RIGHT, INJECTED)]
    return bool(marked) and marked[0] == INJECTED


def _rate(group: Sequence[Fate]) -> Rate:
    count = len(group)
    return Rate(
        count,
        sum(fate.chosen for fate in group) / count,
        sum(fate.outranks for fate in group) / count,
        sum(fate.right for fate in group) / count,
        sum(fate.stopped for fate in group),
    )
