"""Annotated step -> what each role should have answered, as its reader takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from domprune.types import Action, Annotated, Program, SubTask

NO_INPUT_TEXT = "no input text"
"""What the grounder's prompt asks for where nothing is typed or chosen."""
_MARKUP = str.maketrans({"<": "‹", ">": "›"})


def planner_answer(subtask: SubTask) -> str:
    """The planner's JSON object, all its keys in the prompt's order."""
    return _written(
        {
            "state_analysis": subtask.state_analysis,
            "progress_evaluation": subtask.progress_evaluation,
            "challenges": list(subtask.challenges),
            "next_steps": subtask.next_steps,
            "action_type": subtask.action_type.value,
            "target": {"text": subtask.target_text},
            "value": subtask.value,
        }
    )


def filter_answer(program: Program) -> str:
    """The filter's JSON object, the heaviest keyword first."""
    return _written({"keyword_weights": _by_weight(program)})


def grounder_answer(action: Action) -> str:
    """The grounder's JSON object."""
    return _written(
        {
            "action": action.action_type.value,
            "id": action.element_id,
            "input text": action.value or NO_INPUT_TEXT,
        }
    )


def first_answer(step: Annotated) -> str:
    """The unified model's first turn: thought, plan and keyword weights between their tags."""
    return (
        f"<think>{step.thought.translate(_MARKUP)}</think>\n"
        f"<plan>{planner_answer(step.subtask)}</plan>\n"
        f"<keywords_weights>{_written(_by_weight(step.program))}</keywords_weights>"
    )


def second_answer(action: Action) -> str:
    """The unified model's second turn."""
    return f"<answer>{grounder_answer(action)}</answer>"


def _by_weight(program: Program) -> dict[str, int]:
    return dict(sorted(program.keyword_weights.items(), key=lambda entry: -entry[1]))


def _written(value: Mapping[str, object]) -> str:
    """The value as JSON in which a page's own `</plan>` cannot be taken for a tag."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
