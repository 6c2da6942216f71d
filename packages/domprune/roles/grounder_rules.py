"""Sub-task and kept elements -> action, without a model: the best element that can take it."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from domprune.interfaces import InvalidAction
from domprune.roles.actions import page_action
from domprune.roles.clues import COPIED, singled_out
from domprune.text import fold, words
from domprune.types import Action, ActionType, Element, Pruned, SubTask

NOT_TYPED_INTO = frozenset(
    {"button", "submit", "reset", "image", "checkbox", "radio", "file", "hidden", "range", "color"}
)
TYPED_ROLES = frozenset({"textbox", "searchbox", "combobox", "spinbutton"})
CHOSEN_ROLES = frozenset({"combobox", "listbox", "menu", "radiogroup"})


class RulesGrounder:
    """Takes the best ranked element that fits the action's type and the step's clues."""

    def ground(self, subtask: SubTask, pruned: Pruned) -> Action:
        """An action on a kept element; raises `InvalidAction` where one is needed and none kept."""
        kind = subtask.action_type
        if not kind.needs_element:
            return page_action(subtask)
        if not pruned.kept:
            raise InvalidAction(f"{kind} needs an element and the page offers none")
        taking = [scored for scored in pruned.kept if takes(kind, scored.element)]
        fitting = singled_out(subtask, taking or pruned.kept)
        if kind is ActionType.SELECT_OPTION:
            return _choose(subtask.value, fitting)
        value = subtask.value if kind is ActionType.TYPE else ""
        if kind is ActionType.TYPE and not value and (copied := COPIED.search(subtask.next_steps)):
            value = _text_of(copied[1], pruned)
        return Action(action_type=kind, element_id=fitting[0].id, value=value)


def _text_of(named: str, pruned: Pruned) -> str:
    """Return what stands in the element that a step names as "the text of the ..."."""
    holding = [s for s in pruned.kept if s.element.value or s.element.text]
    step = SubTask(next_steps=f"Copy {named}", action_type=ActionType.CLICK)
    found = singled_out(step, holding)
    return (found[0].value or found[0].text) if found else ""


def takes(kind: ActionType, element: Element) -> bool:
    """Whether an element can take the action, as far as its tag, type and role tell."""
    if kind is ActionType.TYPE:
        if element.tag == "input":
            return element.attributes.get("type", "text").lower() not in NOT_TYPED_INTO
        editable = element.attributes.get("contenteditable", "false").lower() != "false"
        return element.tag == "textarea" or editable or element.role in TYPED_ROLES
    if kind is ActionType.SELECT_OPTION:
        return element.tag == "select" or bool(element.options) or element.role in CHOSEN_ROLES
    return True


def _choose(value: str, elements: Sequence[Element]) -> Action:
    """The best ranked element that has the very option, else the best ranked one's nearest."""
    wanted = fold(value).strip()
    chosen = next(
        (e for e in elements if wanted in (fold(option).strip() for option in e.options)),
        elements[0],
    )
    return Action(
        action_type=ActionType.SELECT_OPTION,
        element_id=chosen.id,
        value=nearest_option(value, chosen.options),
    )


def nearest_option(value: str, options: Sequence[str]) -> str:
    """The option that says the same, else holds all the words, else looks alike; ties: the first.

    The value itself where the element shows no options, or where no value is wanted.
    """
    if not options or not value:
        return value
    wanted, wanted_words = fold(value).strip(), set(words(value))

    def likeness(option: str) -> tuple[bool, bool, float]:
        folded = fold(option).strip()
        holds = bool(wanted_words) and wanted_words <= set(words(option))
        return folded == wanted, holds, fuzz.ratio(folded, wanted)

    return max(options, key=likeness)
