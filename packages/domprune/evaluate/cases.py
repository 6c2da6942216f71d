"""Cases and a pipeline -> one outcome a case, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from common.eval import element_accuracy, first_rank, operation_f1, step_success
from common.llm import LLMError
from common.parallel import map_ordered
from common.tokens import estimated_tokens
from domprune.evaluate.pipeline import Pipeline
from domprune.interfaces import InvalidAction, Ranking
from domprune.types import Action, ActionType, Case, Program, Pruned

IDS_WRITTEN = 100
"""Ranked ids that an outcome keeps; the ranks of the gold are over all of them."""

REASON_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What became of one case; a line of the run's outcomes file.

    `rank_exact` and `rank_same_control` are the places, from 1, of the best placed gold element;
    None where it was not ranked. `elements` and `kept` count the page's elements and those the
    grounder read. The three token counts are estimates (characters / 4): the page's HTML, what
    models read to plan and rank, what a grounder reads. `milliseconds` is the ranking alone.
    `on_element` says whether the case asks for an element; only then are ranks and element
    accuracies counted. `failure` names what ended the case early, "" where nothing did: what was
    not reached then counts 0.
    """

    case: str
    page: str
    split: str
    task: str
    on_element: bool
    elements: int
    page_tokens: int
    gold: tuple[int, ...]
    extracted: bool
    ranked: tuple[int, ...] = ()
    rank_exact: int | None = None
    rank_same_control: int | None = None
    kept: int = 0
    ranking_tokens: int = 0
    grounding_tokens: int = 0
    milliseconds: float = 0.0
    program: Program | None = None
    action_type: ActionType | None = None
    element: int | None = None
    value: str = ""
    element_exact: float = 0.0
    element_same_control: float = 0.0
    operation_f1: float = 0.0
    step_success: float = 0.0
    step_success_exact: float = 0.0
    failure: str = ""


def evaluate(pipeline: Pipeline, cases: Iterable[Case]) -> Iterator[CaseOutcome]:
    """One outcome for each case, in the cases' order; a case that fails never ends the others."""
    for outcome in map_ordered(lambda case: run_case(pipeline, case), cases, pipeline.workers):
        if outcome.error is None:
            yield outcome.unwrap()
        else:
            yield replace(_unanswered(outcome.item), failure=_named(outcome.error))


def run_case(pipeline: Pipeline, case: Case) -> CaseOutcome:
    """Plan, rank, keep and ground one case and compare it with its gold.

    A grounder's failure leaves the outcome with its ranking; what planning and ranking raise is
    raised.
    """
    outcome = _unanswered(case)
    sent = pipeline.prompt_chars()
    asked = replace(case, subtask=pipeline.plan(case))
    started = perf_counter()
    ranking = pipeline.arm.rank(asked) if outcome.on_element else Ranking(scored=())
    milliseconds = 1000 * (perf_counter() - started)
    kept = ranking.scored[: pipeline.keep] if ranking.prunes else ranking.scored
    outcome = replace(
        outcome,
        ranked=ranking.ids[:IDS_WRITTEN],
        rank_exact=first_rank(ranking.ids, case.gold.exact),
        rank_same_control=first_rank(ranking.ids, case.gold.same_control),
        kept=len(kept),
        ranking_tokens=estimated_tokens(pipeline.prompt_chars() - sent),
        grounding_tokens=estimated_tokens(
            len(pipeline.render([scored.element for scored in kept]))
        ),
        milliseconds=milliseconds,
        program=ranking.program,
    )
    try:
        action = pipeline.grounder.ground(asked.subtask, Pruned(kept, len(ranking.scored)))
    except (InvalidAction, LLMError) as error:
        return replace(outcome, failure=_named(error))
    return judged(outcome, case, action)


def judged(outcome: CaseOutcome, case: Case, action: Action) -> CaseOutcome:
    """The outcome with the action and how right it is.

    The gold operation is the action type and value of the case's own sub-task, whoever planned.
    """
    given = f"{action.action_type} {action.value}"
    operation = operation_f1(given, f"{case.subtask.action_type} {case.subtask.value}")
    exact = element_accuracy(action.element_id, case.gold.exact)
    same = element_accuracy(action.element_id, case.gold.same_control)
    return replace(
        outcome,
        action_type=action.action_type,
        element=action.element_id,
        value=action.value,
        element_exact=exact,
        element_same_control=same,
        operation_f1=operation,
        step_success=step_success(same if outcome.on_element else 1.0, operation),
        step_success_exact=step_success(exact if outcome.on_element else 1.0, operation),
    )


def _unanswered(case: Case) -> CaseOutcome:
    """The outcome of a case before anything was done about it."""
    return CaseOutcome(
        case=case.id,
        page=case.page,
        split=case.split,
        task=case.task,
        on_element=case.subtask.action_type.needs_element or bool(case.gold.same_control),
        elements=len(case.snapshot.elements),
        page_tokens=estimated_tokens(case.snapshot.html_chars),
        gold=tuple(sorted(case.gold.same_control)),
        extracted=bool(case.gold.same_control),
    )


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:REASON_CHARS]
