"""Chat messages with calls as objects <-> turns, for the dialects that spell them differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from common.trajectory import Json, ToolCall
from trajprune.formats.refused import Refused
from trajprune.formats.turns import Turn
from trajprune.formats.values import (
    Object,
    a_list,
    a_text,
    an_object,
    arguments_of,
    gathered,
    optional_text,
    spilled,
)

HIDDEN = "hidden_thought"
"""Marks a round whose thought stood where the dialect keeps hidden reasoning."""

SILENT = "without_output"
"""Where a call keeps what is known beside an output that never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How messages are spelt.

    `roles` leads from the dialect's roles to ours (system, user, assistant, tool), the usual one
    of each first. `take_reasoning` removes the hidden reasoning from what is known beside a
    message and returns it, `put_reasoning` does the reverse.
    """

    role_key: str
    roles: Mapping[str, str]
    no_text: str | None
    call_keys: frozenset[str]
    read_call: Callable[[Object], ToolCall]
    write_call: Callable[[ToolCall], dict[str, Json]]
    take_reasoning: Callable[[dict[str, Json]], str | None]
    put_reasoning: Callable[[dict[str, Json], str], None]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a message that have a meaning here."""
        return frozenset({self.role_key, "content", "tool_calls", "tool_call_id"})


def read_turns(messages: Json, dialect: Dialect) -> Iterator[Turn]:
    """The messages, what is known beside each in its meta; raises `Refused`."""
    for number, item in enumerate(a_list(messages, "messages"), 1):
        where = f"message {number}"
        yield _turn(an_object(item, where), where, dialect)


def call_of(call: Object, spec: Object, arguments: str) -> ToolCall:
    """The call with that id whose name and `arguments`, an object or its text, stand in `spec`."""
    given = spec.get(arguments)
    if not isinstance(given, Mapping):
        given = arguments_of(optional_text(given, f"tool call: {arguments}"))
    return ToolCall(
        tool=a_text(spec.get("name"), "tool call: name"),
        arguments=given,
        id=optional_text(call.get("id"), "tool call: id"),
    )


def write_message(turn: Turn, dialect: Dialect) -> Object:
    """The message that `read_turns` reads back."""
    known = _of_call(turn.meta)[1] if turn.role == "tool" else dict(turn.meta)
    if turn.calls and turn.reasoning is None and turn.text and known.get(HIDDEN) is True:
        turn = replace(turn, reasoning=turn.text, text=None)
        del known[HIDDEN]
    message: dict[str, Json] = {dialect.role_key: _spelt_role(turn, known, dialect)}
    message["content"] = _content_of(turn, known, dialect)
    if turn.calls:
        message["tool_calls"] = [_written_call(call, dialect) for call in turn.calls]
    if turn.role == "tool":
        message["tool_call_id"] = turn.call_id
    beside = spilled(known, dialect.keys)
    if turn.reasoning is not None:
        dialect.put_reasoning(beside, turn.reasoning)
    return {**message, **beside}


def _turn(message: Object, where: str, dialect: Dialect) -> Turn:
    spelt = message.get(dialect.role_key)
    role = dialect.roles.get(spelt) if isinstance(spelt, str) else None
    if role is None:
        known = ", ".join(dialect.roles)
        raise Refused(f"{where}: {dialect.role_key} must be one of {known}, not {spelt!r}")
    beside = dict(message)
    reasoning = dialect.take_reasoning(beside)
    meta = gathered(beside, dialect.keys)
    if spelt != _usual(role, dialect):
        meta[dialect.role_key] = spelt
    content = message.get("content")
    if isinstance(content, list):
        meta["content"] = content
    calls = a_list(message.get("tool_calls") or [], f"{where}: tool_calls")
    if reasoning and calls and not content:
        meta[HIDDEN] = True
    return Turn(
        role=role,
        text=_text(content, where),
        reasoning=reasoning,
        calls=tuple(_call(an_object(call, f"{where}: tool call"), dialect) for call in calls),
        call_id=optional_text(message.get("tool_call_id"), f"{where}: tool_call_id"),
        meta=meta,
    )


def _text(content: Json, where: str) -> str | None:
    """The text of a message; of one in parts the texts, joined, without its pictures."""
    if content is None or isinstance(content, str):
        return content
    parts = a_list(content, f"{where}: content")
    found = [part.get("text") if isinstance(part, Mapping) else part for part in parts]
    return "\n".join(text for text in found if isinstance(text, str))


def _call(value: Object, dialect: Dialect) -> ToolCall:
    call = dialect.read_call(value)
    rest = gathered(value, dialect.call_keys)
    silent = rest.pop(SILENT, None) or {}
    meta = {**({"call": rest} if rest else {}), **an_object(silent, SILENT)}
    return ToolCall(tool=call.tool, arguments=call.arguments, id=call.id, meta=meta)


def _written_call(call: ToolCall, dialect: Dialect) -> Object:
    about, output = _of_call(call.meta)
    if call.observation is None and output:
        about = {**about, SILENT: output}
    return {**dialect.write_call(call), **spilled(about, dialect.call_keys)}


def _of_call(meta: Object) -> tuple[Object, dict[str, Json]]:
    """What is known beside a call, and beside its output."""
    call = meta.get("call")
    if not isinstance(call, Mapping) or not call:
        return {}, dict(meta)
    return call, {name: value for name, value in meta.items() if name != "call"}


def _usual(role: str, dialect: Dialect) -> str:
    return next(spelt for spelt, ours in dialect.roles.items() if ours == role)


def _spelt_role(turn: Turn, known: dict[str, Json], dialect: Dialect) -> str:
    spelt = known.get(dialect.role_key)
    if isinstance(spelt, str) and dialect.roles.get(spelt) == turn.role:
        del known[dialect.role_key]
        return spelt
    return _usual(turn.role, dialect)


def _content_of(turn: Turn, known: dict[str, Json], dialect: Dialect) -> Json:
    """The text, or the parts it came in while they still say the same."""
    parts = known.get("content")
    if isinstance(parts, list) and _is_parts(parts) and _text(parts, "") == turn.text:
        del known["content"]
        return parts
    if turn.text is None and turn.calls:
        return dialect.no_text
    return turn.text


def _is_parts(parts: list[Json]) -> bool:
    return all(isinstance(part, str | Mapping) for part in parts)
