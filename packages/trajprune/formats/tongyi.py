"""Messages with tags, as Tongyi's agents speak (outputs come with role user) <-> trajectory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from common.trajectory import Json, ToolCall, Trajectory
from trajprune.formats.carried import carried_in, carry, foreign, objects, restored
from trajprune.formats.name import Format
from trajprune.formats.refused import Inexpressible, Refused
from trajprune.formats.telling import turns
from trajprune.formats.turns import Turn, conversation
from trajprune.formats.values import (
    Object,
    a_list,
    a_text,
    an_object,
    arguments_of,
    texts,
    verdict,
    written,
)

OWN = ("messages", "functions", "answer")
THINK = re.compile(r"\s*<think>(.*?)</think>", re.DOTALL)
CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
ANSWER = re.compile(r"<answer>(.*)</answer>\s*$", re.DOTALL)
OUTPUT = re.compile(r"\s*<tool_response>(.*)</tool_response>\s*$", re.DOTALL)
TAG = re.compile(r"</?(?:code|tool_call)>")
CODE = re.compile(r"\s*<code>\n?(.*?)\n?</code>\s*$", re.DOTALL)
NEXT_OUTPUT = "\n</tool_response>\n<tool_response>\n"
ASKED = "\nUser: "
"""What stands before the question where the first message also describes the tools."""


def read(record: Object) -> Trajectory:
    """The run of one record; raises `Refused`."""
    carried = carried_in(record)
    ended = None if carried is None else bool(carried.get("ended"))
    told = conversation(_turns(_messages(record.get("messages"))), ended=ended)
    if carried is not None:
        return restored(carried, record, OWN, told)
    asked = told.prompt.rpartition(ASKED)[2] if "<tools>" in told.prompt else told.prompt
    return foreign(
        told,
        record,
        OWN,
        question=asked.strip(),
        gold=texts(record.get("answer")),
        success=verdict(record.get("success")),
        tools=objects(record.get("functions")),
        id=str(record.get("id", "")),
    )


def write(trajectory: Trajectory) -> Object:
    """The record that `read` reads back; raises `Inexpressible` where a tag stands in a text."""
    return {
        "messages": list(written_messages(trajectory)),
        "functions": list(trajectory.tools),
        "answer": list(trajectory.gold),
        **carry(trajectory, Format.tongyi, OWN, bare_rounds=True),
    }


def written_messages(trajectory: Trajectory) -> Iterator[Object]:
    """The messages alone, each {role, content}; raises `Inexpressible`."""
    outputs: list[str] = []
    asked = False
    for turn in turns(trajectory, by_order=True):
        if turn.role == "tool":
            outputs.append(turn.text or "")
            continue
        if outputs:
            yield _outputs(outputs)
            outputs = []
        if asked and turn.role == "user" and OUTPUT.match(turn.text or ""):
            raise Inexpressible("words of the user look like a tool's output")
        asked = asked or turn.role == "user"
        content = _content(turn) if turn.role == "assistant" else turn.text or ""
        yield {"role": turn.role, "content": content}
    if outputs:
        yield _outputs(outputs)


def _messages(value: Json) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(a_list(value, "messages"), 1):
        message = an_object(item, f"message {number}")
        role = message.get("role")
        if role not in ("system", "user", "assistant"):
            raise Refused(f"message {number}: role must be system, user or assistant, not {role!r}")
        yield str(role), a_text(message.get("content"), f"message {number}: content")


def _turns(messages: Iterable[tuple[str, str]]) -> Iterator[Turn]:
    asked = False
    for role, content in messages:
        if role == "assistant":
            yield read_message(content)
        elif role == "user" and asked and (found := OUTPUT.match(content)):
            outputs = _unframed(found.group(1)).split(NEXT_OUTPUT)
            yield from (Turn(role="tool", text=text) for text in outputs)
        else:
            asked = asked or role == "user"
            yield Turn(role=role, text=content)


def read_message(content: str) -> Turn:
    """One message of the agent; raises `Refused` where a call is never closed.

    Words outside any tag are its thought where <think> is missing.
    """
    found = THINK.match(content)
    thought = _unframed(found.group(1)) if found else None
    rest = content[found.end() :] if found else content
    start = rest.find("<tool_call>")
    answer = ANSWER.search(rest)
    if answer and not 0 <= start < answer.start():
        return _answer(thought, _unframed(rest[: answer.start()]), _unframed(answer.group(1)))
    if start < 0:
        words = None if found and not rest else rest.removeprefix("\n") if found else rest
        return Turn(role="assistant", text=words, reasoning=thought, is_answer=False)
    calls = tuple(_call(_unframed(body)) for body in CALL.findall(rest))
    if not calls:
        raise Refused("a <tool_call> is never closed")
    return Turn(role="assistant", text=_unframed(rest[:start]), reasoning=thought, calls=calls)


def _answer(thought: str | None, words: str, answer: str) -> Turn:
    beside = {"speech": words} if words and thought is not None else {}
    return Turn(
        role="assistant",
        text=answer,
        reasoning=words if thought is None else thought,
        is_answer=True,
        meta=beside,
    )


def _call(body: str) -> ToolCall:
    """One call; a body that is no call in JSON is kept as the arguments of a nameless tool.

    Code may follow the JSON in <code> tags, as Tongyi's Python tool has it.
    """
    found = CODE.search(body)
    value = arguments_of(body[: found.start()] if found else body)
    name, arguments = value.get("name"), value.get("arguments", {})
    known = isinstance(name, str) and isinstance(arguments, str | Mapping)
    if not known or set(value) - {"name", "arguments"}:
        return ToolCall(tool="", arguments={"": body})
    given = arguments_of(arguments) if isinstance(arguments, str) else an_object(arguments, "call")
    if found is None:
        return ToolCall(tool=str(name), arguments=given)
    return ToolCall(
        tool=str(name), arguments={**given, "code": found.group(1)}, meta={"code": "tagged"}
    )


def _content(turn: Turn) -> str:
    """One message of the agent, spelt with tags."""
    thought, words = turn.reasoning, turn.text
    if turn.calls and thought is None:
        thought, words = turn.text, None
    parts = [] if thought is None else [f"<think>\n{_without(thought, '</think>')}\n</think>"]
    if turn.is_answer:
        beside = turn.meta.get("speech")
        parts += [beside] if parts and isinstance(beside, str) else []
        return "\n".join([*parts, f"<answer>\n{turn.text}\n</answer>"])
    if words is not None and (words or not turn.calls):
        if thought is None and THINK.match(words):
            raise Inexpressible("words to the user that begin with <think>")
        parts.append(_without(_without(words, "<tool_call>"), "</answer>"))
    return "\n".join([*parts, *(_tagged(call) for call in turn.calls)])


def _tagged(call: ToolCall) -> str:
    arguments = dict(call.arguments)
    raw = arguments.get("")
    if isinstance(raw, str) and "</tool_call>" not in raw and _is_raw(call, raw):
        return f"<tool_call>\n{raw}\n</tool_call>"
    lines = []
    code = arguments.get("code")
    if call.meta.get("code") == "tagged" and isinstance(code, str) and not TAG.search(code):
        lines = [f"<code>\n{code}\n</code>"]
        del arguments["code"]
    body = written({"name": call.tool, "arguments": arguments})
    # A tag inside a JSON text would be taken for one of the format's; these are the same in JSON.
    body = body.replace("</", "<\\/").replace("<code>", "<\\u0063ode>")
    return "\n".join(["<tool_call>", body, *lines, "</tool_call>"])


def _is_raw(call: ToolCall, raw: str) -> bool:
    read_back = _call(raw)
    return (read_back.tool, read_back.arguments) == (call.tool, call.arguments)


def _outputs(outputs: list[str]) -> Object:
    for text in outputs:
        _without(text, NEXT_OUTPUT)
    tagged = (f"<tool_response>\n{text}\n</tool_response>" for text in outputs)
    return {"role": "user", "content": "\n".join(tagged)}


def _without(text: str, tag: str) -> str:
    if tag in text:
        raise Inexpressible(f"{tag.strip()} stands in a text that this tag would end")
    return text


def _unframed(text: str) -> str:
    """The text inside tags that stand on lines of their own."""
    return text.removeprefix("\n").removesuffix("\n")
