"""The python tool: what a program prints is the observation, and so is what went wrong."""

from __future__ import annotations

import pytest

from common.sandbox import Limits
from common.trajectory import ToolCall
from trajprune.rollout import ToolFailed
from trajprune.rollout.loop import observe
from trajprune.rollout.tools.python import PythonTool


def seen(code: object, **limits: float) -> str:
    tools = {"python": PythonTool(Limits(**limits))}  # type: ignore[arg-type]
    call = ToolCall(tool="PythonInterpreter", arguments={"code": code})  # type: ignore[dict-item]
    return observe(call, tools, 500)


def test_what_is_printed_is_seen_under_tongyi_s_name_too() -> None:
    assert seen("print(6 * 7)") == "42"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1", "(it printed nothing)"),
        ("1 / 0", "ZeroDivisionError"),
        ("open('/etc/passwd')", "PermissionError"),
        ("import sys\nsys.exit(4)", "Error: it ended with status 4"),
        ("", 'Error: the argument "code" must be a text'),
        (3, 'Error: the argument "code" must be a text'),
    ],
)
def test_what_goes_wrong_is_an_observation(code: object, told: str) -> None:
    assert told in seen(code)


def test_what_goes_too_far_is_stopped_and_told() -> None:
    slow = seen("print('begun', flush=True)\nwhile True: pass", seconds=0.5)
    assert slow == "begun\nError: it took too long and was stopped"
    assert "it printed too much" in seen("while True: print('x')", output_bytes=100)


def test_it_is_a_tool_like_the_others() -> None:
    with pytest.raises(ToolFailed):
        PythonTool(Limits())({})
