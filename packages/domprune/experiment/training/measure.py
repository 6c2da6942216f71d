"""Model folder and held-out prompts -> the reward of its likeliest answers, asked as at work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from common.llm import LLM, LLMError, Message
from common.llm.client import open_llm
from common.llm.settings import Backend, LLMSettings
from common.run import Run
from common.training.types import Converse, Prompt, TrainingMessage
from domprune.experiment.training.rewarding import Rewarding


def rewards_of(
    folder: Path, prompts: Sequence[Prompt], rewarding: Rewarding, longest: int, run: Run
) -> list[Mapping[str, float]]:
    """The parts of the reward that the model's greedy dialogue wins on each prompt.

    The model is asked as at work, one prompt after the other. `longest`: most tokens of an answer.
    An answer that fails wins nothing and is counted under "measure/failed".
    """
    settings = LLMSettings(
        backend=Backend.local, model=str(folder), max_tokens=longest, cache="", temperature=0.0
    )
    llm = open_llm(settings, run)
    told = run.progress(prompts, f"reward of {folder.name}")
    return [
        rewarding.reward.score(prompt.id, _dialogue(llm, prompt, rewarding.converse, run))
        for prompt in told
    ]


def _dialogue(llm: LLM, prompt: Prompt, converse: Converse | None, run: Run) -> list[str]:
    messages = list(_messages(prompt.messages, prompt.images))
    answers: list[str] = []
    while True:
        try:
            answers.append(llm.chat(messages)[0].text)
        except LLMError as error:
            run.count("measure/failed")
            run.note(f"{prompt.id}: {error}")
            return answers
        asked = converse(prompt, answers) if converse else None
        if asked is None:
            return answers
        messages += [Message("assistant", answers[-1]), Message("user", asked)]


def _messages(told: Iterable[TrainingMessage], images: Sequence[Path]) -> Iterable[Message]:
    """The messages with the pictures in the first one of the user."""
    pictures = tuple(image.read_bytes() for image in images)
    for message in told:
        if message.role == "user":
            yield Message("user", message.content, pictures)
            pictures = ()
        else:
            yield Message("system", message.content)
