"""Sub-task and kept elements -> action, by a language model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common.llm import LLM, BadReply, Counters, Message
from common.template import fill
from domprune.interfaces import InvalidAction, Render
from domprune.roles.actions import GrounderReply, checked_action, page_action
from domprune.types import Action, Pruned, SubTask

PROMPT = Path(__file__).with_name("grounder.j2")
REQUEST = Path(__file__).with_name("grounder_request.j2")
REPAIR = Path(__file__).with_name("grounder_repair.j2")


class LLMGrounder:
    """Asks a language model which element to act on; an invalid action is returned to it once."""

    def __init__(
        self, llm: LLM, render: Render, counters: Counters, *, plan_shown: bool = True
    ) -> None:
        """Counts "grounder/invalid_actions" in `counters`.

        `render` writes the elements as lines. `plan_shown`: False for the architecture without a
        planner, whose sub-task is the task itself and whose action type is nobody's decision.
        """
        self._llm = llm
        self._render = render
        self._counters = counters
        self._plan_shown = plan_shown

    def ground(self, subtask: SubTask, pruned: Pruned) -> Action:
        """A valid action; raises `InvalidAction` with both reasons when the second one fails too.

        A page-level action of the planner needs no element and no model.
        """
        if self._plan_shown and not subtask.action_type.needs_element:
            return page_action(subtask)
        elements = [scored.element for scored in pruned.kept]
        messages = grounder_messages(subtask, self._render(elements), plan_shown=self._plan_shown)
        reply = self._reply(messages)
        try:
            return checked_action(reply, pruned)
        except InvalidAction as error:
            first = error
        self._counters.count("grounder/invalid_actions")
        return self._second(messages, reply, first, pruned)

    def _second(
        self,
        messages: Sequence[Message],
        reply: GrounderReply,
        first: InvalidAction,
        pruned: Pruned,
    ) -> Action:
        said = Message("assistant", reply.model_dump_json(by_alias=True))
        repair = Message("user", fill(REPAIR, reason=str(first)))
        again = self._reply([*messages, said, repair])
        try:
            return checked_action(again, pruned)
        except InvalidAction as second:
            self._counters.count("grounder/invalid_actions")
            raise InvalidAction(*first.attempts, *second.attempts) from second

    def _reply(self, messages: Sequence[Message]) -> GrounderReply:
        try:
            return self._llm.parse(messages, GrounderReply)
        except BadReply as error:
            self._counters.count("grounder/invalid_actions")
            raise InvalidAction(f"no action could be read from the reply: {error}") from error


def grounder_messages(
    subtask: SubTask, lines: str, *, plan_shown: bool = True
) -> tuple[Message, ...]:
    """What the grounder is asked about the rendered `lines`, in training as at work."""
    request = fill(REQUEST, subtask=subtask, lines=lines, plan_shown=plan_shown)
    return Message("system", fill(PROMPT)), Message("user", request)
