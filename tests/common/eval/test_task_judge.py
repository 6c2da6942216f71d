"""The judge of tasks is shown the task, the last actions and the pictures, and is believed."""

from __future__ import annotations

import pytest

from common.eval.task_judge import judge_task
from common.llm import BadReply
from common.llm.scripted import ScriptedLLM


def test_task_actions_and_pictures_are_shown() -> None:
    model = ScriptedLLM(['{"reason": "the order is placed", "right": true}'])
    verdict = judge_task(model, "Buy a kettle", ["Click Pay -> done"], [b"first", b"last"])
    assert (verdict.right, verdict.reason) == (True, "the order is placed")
    (message,) = model.calls[0].messages
    assert message.images == (b"first", b"last")
    assert "Buy a kettle" in message.content
    assert "1. Click Pay -> done" in message.content
    assert model.calls[0].temperature == 0.0


def test_two_replies_without_a_verdict_are_a_bad_reply() -> None:
    with pytest.raises(BadReply):
        judge_task(ScriptedLLM(["yes", "no"]), "Buy", [])
