"""Case -> labels by a language model that is told the right element (Prune4Web, appendix B.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from common.llm import LLM, BadReply, Message
from common.template import fill
from domprune.annotate.labels import Labels, gold_element
from domprune.interfaces import Render
from domprune.types import Case, Element

PROMPT = Path(__file__).with_name("annotator.j2")
REQUEST = Path(__file__).with_name("annotator_request.j2")
NEIGHBOURS = 12
"""Elements on either side of the right one that the model is shown, to tell it from them."""

CleanWeights = Callable[[object], dict[str, int]]
"""Raw keyword weights -> those that a program takes; raises ValueError where none is usable."""


def _as_list(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


class Target(BaseModel):
    """The element to act on, by the text it shows."""

    text: str = ""


class AnnotatorReply(BaseModel):
    """The annotator's JSON; action type and value are known and not asked for."""

    thought: Annotated[str, Field(min_length=1)]
    state_analysis: str = ""
    progress_evaluation: str = ""
    challenges: Annotated[list[str], BeforeValidator(_as_list)] = []
    next_steps: Annotated[str, Field(min_length=1)]
    target: Target = Target()
    keyword_weights: Mapping[str, int | float | str]


class LLMAnnotator:
    """Asks a language model to word the step as if it had found the element by itself."""

    def __init__(self, llm: LLM, render: Render, clean: CleanWeights) -> None:
        """`llm`: should read images; `render` writes elements as lines."""
        self._llm = llm
        self._render = render
        self._clean = clean

    def annotate(self, case: Case, screenshot: bytes | None) -> Labels:
        """The labels; raises `BadReply` where two replies are unusable or no keyword is."""
        images = () if screenshot is None else (screenshot,)
        request = self._request(case, pictured=screenshot is not None)
        messages = [Message("system", fill(PROMPT)), Message("user", request, images)]
        reply = self._llm.parse(messages, AnnotatorReply)
        return Labels(
            subtask=replace(
                case.subtask,
                next_steps=reply.next_steps,
                target_text=reply.target.text,
                state_analysis=reply.state_analysis,
                progress_evaluation=reply.progress_evaluation,
                challenges=tuple(reply.challenges),
            ),
            keyword_weights=self._weights(case, reply),
            thought=reply.thought,
        )

    def _request(self, case: Case, *, pictured: bool) -> str:
        element = gold_element(case)
        return fill(
            REQUEST,
            task=case.task or case.subtask.next_steps,
            history=case.history,
            title=case.snapshot.title or case.page,
            subtask=case.subtask,
            element=self._render([element]) if element else "",
            around=element.context if element else "",
            neighbours=self._render(_beside(case.snapshot.elements, element)) if element else "",
            pictured=pictured,
        )

    def _weights(self, case: Case, reply: AnnotatorReply) -> dict[str, int]:
        if not case.subtask.action_type.needs_element:
            return {}
        try:
            return self._clean(reply.keyword_weights)
        except ValueError as error:
            raise BadReply(f"the annotator's keywords: {error}") from error


def _beside(elements: Sequence[Element], element: Element) -> Sequence[Element]:
    around = elements[max(0, element.id - NEIGHBOURS) : element.id + NEIGHBOURS + 1]
    return [one for one in around if one.id != element.id]
