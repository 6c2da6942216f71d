"""Sub-task -> keyword weights by a language model -> the scoring program's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, RootModel

from common.llm import LLM, Message
from common.template import fill
from domprune.roles.filter_rules import places
from domprune.roles.keywords import GREATEST_WEIGHT, LEAST_WEIGHT, clean_keyword_weights
from domprune.types import Program, SubTask

PROMPT = Path(__file__).with_name("filter.j2")
REQUEST = Path(__file__).with_name("filter_request.j2")

Weight = Annotated[int, Field(ge=LEAST_WEIGHT, le=GREATEST_WEIGHT)]
Weights = Annotated[dict[str, Weight], BeforeValidator(clean_keyword_weights)]


class KeywordWeights(RootModel[Weights]):
    """The weights by themselves, as between the unified model's tags; cleaned when read."""


class FilterReply(BaseModel):
    """The filter's JSON (Prune4Web, appendix); the weights are cleaned when it is read."""

    keyword_weights: Weights


class LLMFilter:
    """Asks a language model for the words that the element in question will carry."""

    def __init__(self, llm: LLM) -> None:
        """`llm`: reads text only."""
        self._llm = llm

    def program(self, subtask: SubTask) -> Program:
        """The parameters of the scoring template; raises `BadReply` where no keyword is usable."""
        reply = self._llm.parse(filter_messages(subtask), FilterReply)
        return program_of(subtask, reply.keyword_weights)


def filter_messages(subtask: SubTask) -> tuple[Message, ...]:
    """What the filter is asked, in training as at work."""
    return Message("system", fill(PROMPT)), Message("user", fill(REQUEST, subtask=subtask))


def program_of(subtask: SubTask, keyword_weights: dict[str, int]) -> Program:
    """The program for a sub-task whose keywords are known; the rest is read from its words."""
    return Program(
        keyword_weights=keyword_weights,
        action_type=subtask.action_type,
        value=subtask.value,
        places=places(subtask.next_steps),
    )
