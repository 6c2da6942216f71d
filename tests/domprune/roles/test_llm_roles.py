"""Planner, filter and grounder by a (scripted) language model."""

import json
from collections import Counter

import pytest

from common.llm import BadReply, LLMError
from common.llm.scripted import ScriptedLLM
from domprune.interfaces import InvalidAction
from domprune.roles.filter_llm import LLMFilter
from domprune.roles.grounder_llm import LLMGrounder
from domprune.roles.meter import MeteredLLM
from domprune.roles.planner import LLMPlanner
from domprune.roles.planner_rules import RulesPlanner
from domprune.types import Action, ActionType, Element, Pruned, Scored, SubTask

PLAN = {
    "state_analysis": "A search form.",
    "progress_evaluation": "10% - started",
    "challenges": "a banner",
    "next_steps": ["type 'Paris' in the 'Destination' field"],
    "action_type": "input",
    "target": {"text": "Destination"},
}
STEP = SubTask(
    next_steps="type 'Paris' in the 'Destination' field",
    action_type=ActionType.TYPE,
    target_text="Destination",
    value="Paris",
    state_analysis="A search form.",
)
PRUNED = Pruned(
    [Scored(Element(i, "input", name=n), 1.0) for i, n in ((4, "Where to"), (9, "Your mail"))], 50
)


class Counts(Counter):
    def count(self, name, by=1.0):
        self[name] += by


def lines(elements):
    return "\n".join(f"[{e.id}]<{e.tag}>{e.name}</{e.tag}>" for e in elements)


def answer(**fields):
    return "<think>hm</think><answer>" + json.dumps(fields) + "</answer>"


def test_planner_reads_the_papers_fields_and_sees_picture_and_history_but_no_page():
    llm = ScriptedLLM([answer(**PLAN, value="Paris")])
    planned = LLMPlanner(llm).plan("Fly to Paris", b"png", ["CLICK Accept", "CLICK Flights"])
    assert planned.action_type is ActionType.TYPE
    assert planned.next_steps == "type 'Paris' in the 'Destination' field"
    assert (planned.target_text, planned.value) == ("Destination", "Paris")
    assert planned.challenges == ("a banner",)
    (call,) = llm.calls
    assert call.messages[-1].images == (b"png",)
    assert "Task: Fly to Paris" in call.messages[-1].content
    assert "2. CLICK Flights" in call.messages[-1].content


def test_planner_reads_a_value_that_only_the_step_names():
    planned = LLMPlanner(ScriptedLLM([json.dumps(PLAN)])).plan("Fly", None, [])
    assert planned.value == "Paris"


def test_planner_without_picture_says_so():
    llm = ScriptedLLM([json.dumps(PLAN)])
    LLMPlanner(llm).plan("Fly", None, [])
    assert "no picture" in llm.calls[0].messages[-1].content
    assert "No step has been taken" in llm.calls[0].messages[-1].content


def test_planner_is_told_once_which_actions_there_are():
    llm = ScriptedLLM([json.dumps({**PLAN, "action_type": "hover"}), json.dumps(PLAN)])
    assert LLMPlanner(llm).plan("Fly", None, []).action_type is ActionType.TYPE
    assert "'hover' is no action; use one of CLICK" in llm.calls[1].messages[-1].content


@pytest.mark.parametrize("reply", ["", "no idea", "[]", '{"next_steps": []}', "[" * 100_000])
def test_planner_gives_up_after_the_second_bad_reply(reply):
    with pytest.raises(BadReply):
        LLMPlanner(ScriptedLLM([reply, reply])).plan("Fly", None, [])


def test_rules_planner_reads_the_task_as_one_step():
    planned = RulesPlanner().plan("Click the 'Sign in' button", None, [])
    assert planned.action_type is ActionType.CLICK
    assert "Sign in" in planned.target_text


def test_filter_reads_only_the_sub_task_and_cleans_the_weights():
    weights = {"destination": 45, "where": "20", "junk": None, "loud": 900}
    llm = ScriptedLLM([answer(keyword_weights=weights)])
    program = LLMFilter(llm).program(STEP)
    assert program.keyword_weights == {"loud": 50, "destination": 45, "where": 20}
    assert (program.action_type, program.value) == (ActionType.TYPE, "Paris")
    assert "Element to act on: Destination" in llm.calls[0].messages[-1].content


def test_filter_tells_the_model_what_was_wrong_with_its_weights():
    llm = ScriptedLLM([answer(keyword_weights={"a": "much"}), answer(keyword_weights={"a": 5})])
    assert LLMFilter(llm).program(STEP).keyword_weights == {"a": 5}
    assert "none of the 1 entries" in llm.calls[1].messages[-1].content


@pytest.mark.parametrize(
    "reply",
    ['{"keyword_weights": {"a": NaN}}', '{"keyword_weights": [["a", 3]]}', "{}", "{" * 9999],
)
def test_filter_gives_up_after_the_second_bad_reply(reply):
    with pytest.raises(BadReply):
        LLMFilter(ScriptedLLM([reply, reply])).program(STEP)


def grounder(*replies, **options):
    llm, counts = ScriptedLLM(list(replies)), Counts()
    return LLMGrounder(llm, lines, counts, **options), llm, counts


def test_grounder_acts_on_an_offered_element():
    role, llm, counts = grounder(answer(action="input_text", id=4, **{"input text": "Paris"}))
    expected = Action(action_type=ActionType.TYPE, element_id=4, value="Paris")
    assert role.ground(STEP, PRUNED) == expected
    assert "[9]<input>Your mail</input>" in llm.calls[0].messages[-1].content
    assert not counts


def test_an_invalid_action_is_returned_to_the_model_once():
    role, llm, counts = grounder(
        answer(action="click", id=5), answer(action="click", id=9, **{"input text": None})
    )
    assert role.ground(STEP, PRUNED) == Action(action_type=ActionType.CLICK, element_id=9)
    assert "id 5 was given, which is not in the list" in llm.calls[1].messages[-1].content
    assert counts == {"grounder/invalid_actions": 1}


def test_the_second_invalid_action_fails_with_both_reasons():
    role, _, counts = grounder(answer(action="hover", id=4), answer(action="click", id=77))
    with pytest.raises(InvalidAction) as caught:
        role.ground(STEP, PRUNED)
    assert ["hover" in caught.value.attempts[0], "77" in caught.value.attempts[1]] == [True, True]
    assert counts == {"grounder/invalid_actions": 2}


def test_a_reply_that_is_no_json_twice_is_an_invalid_action():
    role, _, _ = grounder("I would click it", "I said: click")
    with pytest.raises(InvalidAction, match="no action could be read"):
        role.ground(STEP, PRUNED)


def test_other_failures_of_the_model_travel():
    role, _, _ = grounder(LLMError("down"))
    with pytest.raises(LLMError, match="down"):
        role.ground(STEP, PRUNED)


def test_a_planned_page_action_asks_no_model():
    role, llm, _ = grounder()
    done = SubTask(next_steps="DONE", action_type=ActionType.DONE)
    assert role.ground(done, PRUNED) == Action(action_type=ActionType.DONE)
    assert not llm.calls


def test_without_a_planner_the_plan_is_not_shown():
    role, llm, _ = grounder(answer(action="done"), plan_shown=False)
    role.ground(STEP, PRUNED)
    request = llm.calls[0].messages[-1].content
    assert "Planned action" not in request
    assert "Element to act on" not in request


def test_the_meter_counts_the_prompt_of_the_calling_thread():
    metered = MeteredLLM(ScriptedLLM([answer(keyword_weights={"a": 5})]))
    assert metered.characters() == 0
    LLMFilter(metered).program(STEP)
    assert metered.characters() > 500
