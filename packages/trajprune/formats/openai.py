"""Chat messages with tool_calls (OpenAI's API; tau-bench's results) <-> trajectory."""

from __future__ import annotations

from collections.abc import Mapping

from common.trajectory import Json, ToolCall, Trajectory
from trajprune.formats.carried import carried_in, carry, foreign, named, objects, restored
from trajprune.formats.chat import Dialect, call_of, read_turns, write_message
from trajprune.formats.name import Format
from trajprune.formats.telling import turns
from trajprune.formats.turns import conversation
from trajprune.formats.values import (
    Object,
    an_object,
    arguments_text,
    texts,
    verdict,
)

MESSAGES = ("messages", "traj")
OWN = (*MESSAGES, "tools")


def read(record: Object) -> Trajectory:
    """The run of one record; raises `Refused`."""
    messages = next((record[name] for name in MESSAGES if name in record), None)
    carried = carried_in(record)
    ended = None if carried is None else bool(carried.get("ended"))
    told = conversation(read_turns(messages, DIALECT), ended=ended)
    if carried is not None:
        return restored(carried, record, OWN, told)
    return foreign(told, record, OWN, tools=objects(record.get("tools")), **_about(record))


def write(trajectory: Trajectory) -> Object:
    """The record that `read` reads back."""
    return {
        "messages": [write_message(turn, DIALECT) for turn in turns(named(trajectory))],
        **({"tools": list(trajectory.tools)} if trajectory.tools else {}),
        **carry(trajectory, Format.openai, OWN, bare_rounds=False),
    }


def _about(record: Object) -> dict[str, object]:
    """What a record says of its run; tau-bench names task, trial, reward and the user's aim."""
    fields: dict[str, object] = {
        "success": verdict(record.get("reward", record.get("success"))),
        "gold": texts(record.get("gold", record.get("answer"))),
    }
    info = record.get("info")
    task = info.get("task") if isinstance(info, Mapping) else None
    if isinstance(task, Mapping) and isinstance(task.get("instruction"), str):
        fields["question"] = task["instruction"]
    if isinstance(name := record.get("id"), str):
        fields["id"] = name
    elif "task_id" in record and "trial" in record:
        fields["id"] = f"{record['task_id']}-{record['trial']}"
    return fields


def _read_call(call: Object) -> ToolCall:
    return call_of(call, an_object(call.get("function"), "tool call: function"), "arguments")


def _write_call(call: ToolCall) -> dict[str, Json]:
    function = {"name": call.tool, "arguments": arguments_text(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _take_reasoning(message: dict[str, Json]) -> str | None:
    found = message.get("reasoning_content")
    if not isinstance(found, str):
        return None
    del message["reasoning_content"]
    return found


def _put_reasoning(message: dict[str, Json], reasoning: str) -> None:
    message["reasoning_content"] = reasoning


DIALECT = Dialect(
    role_key="role",
    roles={
        "system": "system",
        "developer": "system",
        "user": "user",
        "assistant": "assistant",
        "tool": "tool",
    },
    no_text=None,
    call_keys=frozenset({"id", "type", "function"}),
    read_call=_read_call,
    write_call=_write_call,
    take_reasoning=_take_reasoning,
    put_reasoning=_put_reasoning,
)
