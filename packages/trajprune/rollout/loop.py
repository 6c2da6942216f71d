"""question, agent, tools -> one run: the ReAct loop (spec, section 8; Yao et al., 2023)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from common.llm.errors import ContextTooLong
from common.trajectory import RESPOND, Json, Round, ToolCall, Trajectory
from trajprune.rollout.settings import LoopSettings
from trajprune.rollout.tokens import cut, tokens_of
from trajprune.rollout.types import Agent, Question, Said, Tool, ToolFailed

NEITHER = "Error: this message holds neither a call of a tool nor an answer. Give one of the two."
ANSWER_NOW = (
    "You have reached the limit of this conversation. Call no more tools. Answer now, from what"
    " you have found."
)
RESPONSE_TAG = "</tool_response>"
ALIASES = {"PythonInterpreter": "python"}
"""Tools by the names that Tongyi's agents have for them."""


class Ended(StrEnum):
    """How a run ended."""

    ANSWER = "answer"
    ROUNDS = "max_rounds"
    CONTEXT = "max_context"
    OVERFLOW = "context overflow"
    """The model's own context was full before `max_context` was reached."""


def roll_out(
    question: Question,
    agent: Agent,
    tools: Mapping[str, Tool],
    settings: LoopSettings,
    *,
    id: str,
    system: str = "",
) -> Trajectory:
    """One run of the agent, to its answer or to a limit, where it is made to answer once more.

    Whatever a tool cannot do is an observation. `meta` says how the run `ended`, how many `tokens`
    the agent generated and whether the answer was `forced`; a run without an answer has None.

    Raises:
        LLMError: the agent's model failed.
    """
    run = Trajectory(
        id=id,
        question=question.text,
        rounds=(),
        gold=question.gold,
        system=system,
        tools=tuple(tool.definition for tool in tools.values()),
    )
    generated = context = 0
    try:
        while (limit := _limit(run, context, settings)) is None:
            said = agent.speak(run, must_answer=False)
            generated, context = generated + _tokens(said), _context(run, said)
            if said.answer is not None:
                return _answered(run, said, Ended.ANSWER, generated)
            run = replace(run, rounds=(*run.rounds, _round(run, said, tools, settings)))
            context += sum(tokens_of(call.observation or "") for call in run.rounds[-1].calls)
        run = replace(run, meta={"conversation": {"asides": [_aside(run)]}})
        said = agent.speak(run, must_answer=True)
    except ContextTooLong:
        return _answered(run, Said(), Ended.OVERFLOW, generated)
    return _answered(run, said, limit, generated + _tokens(said))


def observe(call: ToolCall, tools: Mapping[str, Tool], tokens: int) -> str:
    """What a call brings, at most so many tokens of it; failures are told, never raised."""
    try:
        name = ALIASES.get(call.tool, call.tool)
        if name not in tools:
            known = ", ".join(tools) or "none"
            raise ToolFailed(f"there is no tool {call.tool!r}; the tools are: {known}")
        seen = tools[name](call.arguments)
    except ToolFailed as error:
        seen = f"Error: {error}"
    # A page that closes the tag would end the observation that it is quoted in.
    return cut(seen, tokens).replace(RESPONSE_TAG, "< /tool_response>")


def _limit(run: Trajectory, context: int, settings: LoopSettings) -> Ended | None:
    if len(run.rounds) >= settings.max_rounds:
        return Ended.ROUNDS
    return Ended.CONTEXT if context >= settings.max_context else None


def _round(run: Trajectory, said: Said, tools: Mapping[str, Tool], settings: LoopSettings) -> Round:
    number, limit = len(run.rounds) + 1, settings.observation_tokens
    if not said.calls:
        words = ToolCall(tool=RESPOND, arguments={"content": said.words}, observation=NEITHER)
        return Round(number=number, thought=said.thought, calls=(words,))
    calls = tuple(replace(call, observation=observe(call, tools, limit)) for call in said.calls)
    return Round(number=number, thought=said.thought, calls=calls, speech=said.words)


def _aside(run: Trajectory) -> dict[str, Json]:
    """The demand for an answer, as a message of its own behind the last round."""
    return {"before": len(run.rounds) + 1, "role": "user", "text": ANSWER_NOW}


def _answered(run: Trajectory, said: Said, ended: Ended, tokens: int) -> Trajectory:
    meta: dict[str, Json] = {**run.meta, "ended": ended.value, "tokens": tokens}
    return replace(run, final_thought=said.thought, answer=said.answer, meta=meta)


def _tokens(said: Said) -> int:
    """Generated tokens, as they were counted, else estimated."""
    if said.tokens:
        return said.tokens
    written = (str(value) for call in said.calls for value in call.arguments.values())
    return tokens_of("".join([said.thought, said.words, said.answer or "", *written]))


def _context(run: Trajectory, said: Said) -> int:
    """Tokens of the conversation with this message, as they were counted, else estimated."""
    return said.context or tokens_of("".join(_texts(run))) + _tokens(said)


def _texts(run: Trajectory) -> Sequence[str]:
    calls = [call for one in run.rounds for call in one.calls]
    said = [text for one in run.rounds for text in (one.thought, one.speech)]
    seen = [f"{call.arguments}{call.observation or ''}" for call in calls]
    return [run.system, run.question, *said, *seen]
