"""A .traj file of SWE-agent: steps of thought, command and observation <-> trajectory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from common.trajectory import Json, Round, ToolCall, Trajectory
from trajprune.formats import own
from trajprune.formats.carried import carried_in, carry, foreign, restored
from trajprune.formats.name import Format
from trajprune.formats.turns import Conversation
from trajprune.formats.values import (
    KEY,
    Object,
    a_list,
    a_text,
    an_object,
    gathered,
    optional_text,
    parsed,
    spilled,
    verdict,
)
from trajprune.text import observed

OWN = ("trajectory", "history", "info")
STEP_KEYS = {"action", "observation", "thought", "query", "messages"}
"""`query` and `messages` repeat the whole history at every step; they are not kept."""


def read(record: Object) -> Trajectory:
    """The run of one file; its submission is the answer; raises `Refused`."""
    info = dict(an_object(record.get("info") or {}, "info"))
    answer = info.pop("submission", None)
    steps = a_list(record.get("trajectory"), "trajectory")
    history = a_list(record.get("history") or [], "history")
    carried = carried_in(record)
    final_thought = optional_text((carried or {}).get("final_thought"), f"{KEY}.final_thought")
    told = Conversation(
        system=_said(history, "system"),
        prompt=_said(history, "user"),
        rounds=tuple(_round(item, number) for number, item in enumerate(steps, 1)),
        final_thought=final_thought,
        answer=None if answer is None else optional_text(answer, "info.submission"),
    )
    if carried is not None:
        return restored(carried, record, OWN, told)
    problem = _problem(record)
    question = problem.get("text") or told.prompt
    made = foreign(
        told,
        record,
        OWN,
        question=question,
        id=str(record.get("instance_id") or problem.get("id") or ""),
        success=verdict(record.get("resolved", info.get("resolved"))),
    )
    return replace(made, meta={**made.meta, **({"info": info} if info else {})})


def write(trajectory: Trajectory) -> Object:
    """The file that `read` reads back."""
    beside = carry(trajectory, Format.swe_agent, OWN, bare_rounds=False)
    carried = dict(an_object(beside.pop(KEY), KEY))
    carried.pop("unnamed", None)
    if "conversation" in trajectory.meta:  # the history is told anew and holds none of it
        known = an_object(carried.get("meta") or {}, KEY)
        carried["meta"] = {**known, "conversation": trajectory.meta["conversation"]}
    if trajectory.final_thought:
        carried["final_thought"] = trajectory.final_thought
    info = trajectory.meta.get("info")
    submission = {} if trajectory.answer is None else {"submission": trajectory.answer}
    return {
        "trajectory": [_step(one) for one in trajectory.rounds],
        "history": list(_history(trajectory)),
        "info": {**(info if isinstance(info, Mapping) else {}), **submission},
        **beside,
        KEY: carried,
    }


def _problem(record: Object) -> Object:
    """The problem statement in the run's settings, {} where there are none."""
    settings = record.get("replay_config")
    if isinstance(settings, str):
        settings = parsed(settings)
    problem = settings.get("problem_statement") if isinstance(settings, Mapping) else None
    return problem if isinstance(problem, Mapping) else {}


def _said(history: Json, role: str) -> str:
    """The first words of a role that are no demonstration."""
    for item in a_list(history, "history"):
        message = an_object(item, "history")
        if message.get("role") == role and not message.get("is_demo"):
            content = message.get("content")
            if isinstance(content, str):
                return content
            parts = [
                part
                for part in a_list(content or [], "history: content")
                if isinstance(part, Mapping)
            ]
            return "\n".join(str(part.get("text", "")) for part in parts)
    return ""


def _round(value: Json, number: int) -> Round:
    where = f"step {number}"
    step = an_object(value, where)
    meta = gathered(step, STEP_KEYS)
    action = optional_text(step.get("action"), f"{where}: action")
    observation = step.get("observation")
    call = ToolCall(
        tool=_command(action),
        arguments={"": action},
        observation=None if observation is None else a_text(observation, f"{where}: observation"),
    )
    whole = meta.pop("round", None)
    thought = optional_text(step.get("thought"), f"{where}: thought")
    if isinstance(whole, Mapping):
        return replace(own.read_round(whole, number), thought=thought, number=number)
    return Round(number=number, thought=thought, calls=(call,), meta=meta)


def _command(action: str) -> str:
    words = action.split(maxsplit=1)
    return words[0] if words else ""


def _step(one: Round) -> Object:
    """One step; a round that is no single command keeps its whole self beside."""
    call = one.calls[0] if len(one.calls) == 1 else None
    if call is None or not _is_command(call) or one.speech or "round" in one.meta:
        text = "\n".join(own.call_text(call) for call in one.calls)
        seen = observed(one)
        return {"action": text, "observation": seen, "thought": one.thought,
                KEY: {"round": own.write_round(one)}}  # fmt: skip
    known = dict(one.meta)
    # The model's raw words hold the thought: after rewriting they would contradict it.
    if one.thought not in str(known.get("response", one.thought)):
        del known["response"]
    return {
        "action": call.arguments[""],
        "observation": call.observation,
        "thought": one.thought,
        **spilled(known, STEP_KEYS),
    }


def _is_command(call: ToolCall) -> bool:
    action = call.arguments.get("")
    plain = isinstance(action, str) and len(call.arguments) == 1 and not call.id and not call.meta
    return plain and _command(str(action)) == call.tool


def _history(trajectory: Trajectory) -> Iterator[Object]:
    if trajectory.system:
        yield {"role": "system", "content": trajectory.system}
    yield {"role": "user", "content": trajectory.prompt or trajectory.question}
    for one in trajectory.rounds:
        said = "\n".join([one.thought, *(own.call_text(call) for call in one.calls)])
        yield {"role": "assistant", "content": said, "thought": one.thought}
        seen = observed(one)
        yield {"role": "user", "content": seen}
