"""The loop with scripted models and real tools: ends, limits, errors that become observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from common.llm import LLMError, Message
from common.llm.errors import ContextTooLong, ServerFailed
from common.llm.scripted import ScriptedLLM
from common.trajectory import RESPOND, Json, Trajectory
from trajprune.experiment.rollout.speech import TaggedSpeech
from trajprune.formats import WRITERS, Format, Record, decode, written
from trajprune.rollout import LoopSettings, Question, Tool, ToolFailed, roll_out
from trajprune.rollout.agents.llm import LLMAgent, Prompt, system_prompt
from trajprune.rollout.backends.local import LocalCorpus
from trajprune.rollout.backends.types import Document
from trajprune.rollout.loop import ANSWER_NOW
from trajprune.rollout.tools.search import SearchTool
from trajprune.rollout.tools.visit import VisitTool

ASKED = Question(id="q1", text="Who built the bridge?", gold=("Ann",))
PAGES = [
    Document(id="p/bridge", title="Bridge", text="The bridge was built by Ann. It is red."),
    Document(id="p/river", title="River", text="The river is long."),
]


def call(query: str, thought: str = "I look.") -> str:
    return (
        f"<think>\n{thought}\n</think>\n<tool_call>\n"
        f'{{"name": "search", "arguments": {{"query": "{query}"}}}}\n</tool_call>'
    )


ANSWER = "<think>\nFound.\n</think>\n<answer>\nAnn\n</answer>"


@pytest.fixture
def tools() -> Mapping[str, Tool]:
    corpus = LocalCorpus(PAGES)
    return {"search": SearchTool(corpus), "visit": VisitTool(corpus)}


def run_of(
    replies: Sequence[str | LLMError], tools: Mapping[str, Tool], **limits: int
) -> tuple[Trajectory, ScriptedLLM]:
    llm = ScriptedLLM(replies)
    agent = LLMAgent(llm, TaggedSpeech(), temperature=None, max_tokens=None)
    return roll_out(ASKED, agent, tools, LoopSettings(**limits), id="r", system="Be brief."), llm


def test_a_run_is_rounds_of_thought_call_and_observation_then_an_answer(
    tools: Mapping[str, Tool],
) -> None:
    visit = '<tool_call>\n{"name": "visit", "arguments": {"url": "p/bridge"}}\n</tool_call>'
    run, llm = run_of([call("bridge"), visit, ANSWER], tools)
    assert (run.answer, run.final_thought, run.meta["ended"]) == ("Ann", "Found.", "answer")
    first, second = run.rounds
    assert (first.thought, first.calls[0].arguments) == ("I look.", {"query": "bridge"})
    assert first.calls[0].observation == (
        "1. Bridge (p/bridge): The bridge was built by Ann. It is red."
    )
    assert second.calls[0].observation == "Bridge\n\nThe bridge was built by Ann. It is red."
    roles = [message.role for message in llm.calls[2].messages]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert llm.calls[2].messages[3].content.startswith("<tool_response>\n1. Bridge")


def test_what_was_rolled_out_reads_back_and_replays_to_the_same_messages(
    tools: Mapping[str, Tool],
) -> None:
    run, llm = run_of([call("bridge"), "hm", ANSWER], tools)
    line = written(WRITERS[Format.own](run)).encode()
    assert decode(Record(place="line 1", name="r", value=line)) == run
    tongyi = written(WRITERS[Format.tongyi](run)).encode()
    back = decode(Record(place="line 1", name="r", value=tongyi), Format.tongyi)
    assert back.rounds == run.rounds
    before = replace(run, answer=None, final_thought="")
    assert tuple(TaggedSpeech().messages(before)) == llm.calls[2].messages


def test_a_message_that_is_neither_call_nor_answer_is_told_so(tools: Mapping[str, Tool]) -> None:
    run, _ = run_of(["Let me see.", ANSWER], tools)
    said = run.rounds[0].calls[0]
    assert (said.tool, said.arguments) == (RESPOND, {"content": "Let me see."})
    assert said.observation is not None
    assert said.observation.startswith("Error: this message holds neither")
    assert run.answer == "Ann"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"name": "fly", "arguments": {}}', "there is no tool 'fly'; the tools are: search"),
        ('{"name": "search", "arguments": {}}', 'the argument "query" must be a text'),
        ('{"name": "search", "arguments": {"query": [1]}}', 'the argument "query" must be a text'),
        ('{"name": "visit", "arguments": {"url": "p/none"}}', "there is no page 'p/none'"),
        ("not JSON at all", "there is no tool ''"),
        ('{"name": "search", "arguments": {"query": "zzz"}}', "No results."),
    ],
)
def test_what_a_tool_cannot_do_is_an_observation(
    tools: Mapping[str, Tool], body: str, told: str
) -> None:
    run, _ = run_of([f"<tool_call>\n{body}\n</tool_call>", ANSWER], tools)
    assert told in (run.rounds[0].calls[0].observation or "")
    assert run.answer == "Ann"


def test_words_that_the_model_invents_for_the_tool_are_cut_off(tools: Mapping[str, Tool]) -> None:
    invented = call("bridge") + "\n<tool_response>\nit was Bob\n</tool_response>" + ANSWER
    run, _ = run_of([invented, ANSWER], tools)
    assert len(run.rounds) == 1
    assert "Bob" not in (run.rounds[0].calls[0].observation or "")


def test_at_the_limit_of_rounds_the_agent_has_to_answer(tools: Mapping[str, Tool]) -> None:
    run, llm = run_of([call("bridge"), call("river"), ANSWER], tools, max_rounds=2)
    assert (len(run.rounds), run.answer, run.meta["ended"]) == (2, "Ann", "max_rounds")
    assert llm.calls[2].messages[-1] == Message("user", ANSWER_NOW)


def test_who_does_not_answer_even_then_has_no_answer(tools: Mapping[str, Tool]) -> None:
    run, _ = run_of([call("bridge"), call("river")], tools, max_rounds=1)
    assert (len(run.rounds), run.answer) == (1, None)


def test_a_full_context_ends_the_run_too(tools: Mapping[str, Tool]) -> None:
    run, _ = run_of([call("bridge"), ANSWER], tools, max_context=20)
    assert (len(run.rounds), run.answer, run.meta["ended"]) == (1, "Ann", "max_context")
    run, _ = run_of([call("bridge"), ContextTooLong("full")], tools)
    assert (len(run.rounds), run.answer, run.meta["ended"]) == (1, None, "context overflow")


def test_a_failing_model_fails_the_run_and_nothing_else(tools: Mapping[str, Tool]) -> None:
    with pytest.raises(ServerFailed):
        run_of([ServerFailed("500")], tools)


def test_observations_are_cut_by_tokens_and_cannot_close_their_tag() -> None:
    class Loud:
        definition: Mapping[str, Json] = {"name": "search"}

        def __call__(self, arguments: Mapping[str, Json]) -> str:
            return "a</tool_response>" + "b" * 1000

    run, _ = run_of([call("x"), ANSWER], {"search": Loud()}, observation_tokens=10)
    seen = run.rounds[0].calls[0].observation or ""
    assert seen.startswith("a< /tool_response>bbb")
    assert seen.endswith("[cut: 977 more characters]")


def test_an_error_of_a_tool_that_is_no_failure_of_its_own_is_not_hidden() -> None:
    class Broken:
        definition: Mapping[str, Json] = {"name": "search"}

        def __call__(self, arguments: Mapping[str, Json]) -> str:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_of([call("x")], {"search": Broken()})
    assert issubclass(ToolFailed, Exception)


def test_several_calls_in_one_message_are_one_round(tools: Mapping[str, Tool]) -> None:
    run, _ = run_of(
        [call("bridge") + "\n" + call("river").partition("\n</think>\n")[2], ANSWER], tools
    )
    assert [len(one.calls) for one in run.rounds] == [2]
    assert "River" in (run.rounds[0].calls[1].observation or "")


def test_the_prompt_names_every_tool_and_frugality_only_where_asked(
    tools: Mapping[str, Tool],
) -> None:
    definitions = [tool.definition for tool in tools.values()]
    plain, frugal = (system_prompt(kind, definitions) for kind in (Prompt.plain, Prompt.frugal))
    assert '"name": "search"' in plain
    assert '"name": "visit"' in plain
    assert frugal.startswith(plain)
    assert "expensive" in frugal.removeprefix(plain)
    assert system_prompt(Prompt.none, definitions) == ""
