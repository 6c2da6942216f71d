"""task, last actions, last pictures -> done or not, by a language model that reads pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common.eval.judge import Verdict
from common.llm import LLM, Message
from common.template import fill

PROMPT = Path(__file__).with_name("task_judge.j2")


def judge_task(
    llm: LLM, task: str, actions: Sequence[str], pictures: Sequence[bytes] = ()
) -> Verdict:
    """The model's verdict on a task (Prune4Web, section 4: the last three steps are read).

    `actions` and `pictures` (PNG) are those of the last steps, the latest one last. Raises an
    `LLMError` where the model gives no verdict twice.
    """
    request = fill(PROMPT, task=task, actions=list(actions))
    return llm.parse([Message("user", request, tuple(pictures))], Verdict, temperature=0.0)
