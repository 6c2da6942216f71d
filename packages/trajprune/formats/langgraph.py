"""Messages of a LangGraph thread (deer-flow keeps whole threads) <-> trajectory."""

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
    texts,
    verdict,
)

OWN = ("messages", "tools")
EXTRA = "additional_kwargs"


def read(record: Object) -> Trajectory:
    """The run of one thread, or of its `values` alone; raises `Refused`."""
    values = record.get("values")
    thread = an_object(values if isinstance(values, Mapping) else record, "values")
    carried = carried_in(thread)
    ended = None if carried is None else bool(carried.get("ended"))
    told = conversation(read_turns(thread.get("messages"), DIALECT), ended=ended)
    if carried is not None:
        return restored(carried, thread, OWN, told)
    return foreign(
        told,
        thread,
        OWN,
        tools=objects(thread.get("tools")),
        gold=texts(thread.get("gold")),
        success=verdict(thread.get("success")),
        id=_thread_id(record),
    )


def write(trajectory: Trajectory) -> Object:
    """The values of a thread that `read` reads back."""
    return {
        "messages": [write_message(turn, DIALECT) for turn in turns(named(trajectory))],
        **({"tools": list(trajectory.tools)} if trajectory.tools else {}),
        **carry(trajectory, Format.langgraph, OWN, bare_rounds=False),
    }


def _thread_id(record: Object) -> str:
    about = record.get("metadata")
    named = about.get("thread_id") if isinstance(about, Mapping) else record.get("thread_id")
    return named if isinstance(named, str) else ""


def _read_call(call: Object) -> ToolCall:
    return call_of(call, call, "args")


def _write_call(call: ToolCall) -> dict[str, Json]:
    return {"name": call.tool, "args": call.arguments, "id": call.id, "type": "tool_call"}


def _take_reasoning(message: dict[str, Json]) -> str | None:
    extra = message.get(EXTRA)
    found = extra.get("reasoning_content") if isinstance(extra, Mapping) else None
    if not isinstance(extra, Mapping) or not isinstance(found, str):
        return None
    rest = {name: value for name, value in extra.items() if name != "reasoning_content"}
    del message[EXTRA]
    if rest:
        message[EXTRA] = rest
    return found


def _put_reasoning(message: dict[str, Json], reasoning: str) -> None:
    extra = message.get(EXTRA)
    rest = extra if isinstance(extra, Mapping) else {}
    message[EXTRA] = {**rest, "reasoning_content": reasoning}


DIALECT = Dialect(
    role_key="type",
    roles={"system": "system", "human": "user", "ai": "assistant", "tool": "tool"},
    no_text="",
    call_keys=frozenset({"name", "args", "id", "type"}),
    read_call=_read_call,
    write_call=_write_call,
    take_reasoning=_take_reasoning,
    put_reasoning=_put_reasoning,
)
