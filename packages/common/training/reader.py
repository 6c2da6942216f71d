"""A model's tokenizer, chat template and image processor: dialogue -> text -> tokens.

The template and the cutting into tokens are those that answers are later sampled with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import TemplateError
from transformers import AutoConfig, AutoTokenizer, GenerationConfig

from common.llm.local_model.loading import SAFE, load_processor
from common.llm.local_model.vocabulary import end_ids
from common.training.errors import TrainingError
from common.training.settings import BaseModelSettings
from common.training.types import TrainingMessage

SWITCH = "enable_thinking"
THINKING_OFF = (
    "{%- set enable_thinking = enable_thinking if enable_thinking is defined else false %}"
)


class Refused(ValueError):
    """A chat template cannot write a dialogue."""


class Reader:
    """What a model reads and writes; `ends` are the words that end an answer."""

    def __init__(self, processor: Any, ends: Sequence[int], *, thinking: bool = False) -> None:
        """`processor`: the tokenizer, or the processor of a model that sees images.

        `ends` are the tokens that end an answer.

        Raises:
            TrainingError: there is no chat template.
        """
        self.processor = processor
        self.tokenizer: Any = getattr(processor, "tokenizer", processor)
        self.end_ids = list(ends)
        self.ends = frozenset(self.tokenizer.convert_ids_to_tokens(self.end_ids))
        self.sees = processor is not self.tokenizer
        self.template = _template(processor, self.tokenizer, thinking)
        processor.chat_template = self.tokenizer.chat_template = self.template
        if self.tokenizer.pad_token is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token
        special = [it.content for it in self.tokenizer.added_tokens_decoder.values() if it.special]
        self._special = sorted(special, key=len, reverse=True)

    def text(
        self,
        messages: Sequence[Mapping[str, object]],
        tools: Sequence[Mapping[str, object]] = (),
        *,
        cue: bool,
    ) -> str:
        """The dialogue as the model reads it; `cue` ends it where the assistant's answer begins.

        Raises:
            Refused: the template does not write such a dialogue.
        """
        try:
            text: str = self.tokenizer.apply_chat_template(
                list(messages),
                tools=list(tools) or None,
                chat_template=self.template,
                tokenize=False,
                add_generation_prompt=cue,
            )
        except (TemplateError, TypeError, ValueError) as error:
            raise Refused(str(error)) from error
        return text

    def ids(self, text: str) -> list[int]:
        """The tokens of a piece of a dialogue's text, control tokens understood."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids

    def answer(self, ids: Sequence[int]) -> str:
        """The text of an answer's tokens, without control tokens."""
        return str(self.tokenizer.decode(ids, skip_special_tokens=True))

    def turns(self, messages: Sequence[TrainingMessage], images: int) -> list[dict[str, object]]:
        """The messages as a chat template takes them, `images` places in the first user message.

        No content can end its own turn: a space is set behind the first letter of a control token.
        """
        turns = [self._turn(message) for message in messages]
        if images:
            first = next((turn for turn in turns if turn["role"] == "user"), None)
            if first is None:
                raise ValueError("images need a user message, before whose text they stand")
            pictures = [{"type": "image"}] * images
            first["content"] = [*pictures, {"type": "text", "text": first["content"]}]
        return turns

    def _turn(self, message: TrainingMessage) -> dict[str, object]:
        turn: dict[str, object] = {"role": message.role, "content": self._harmless(message.content)}
        if message.tool_calls:
            turn["tool_calls"] = self._harmless(message.tool_calls)
        return turn

    def _harmless(self, value: object) -> object:
        """The value without control tokens in any of its texts."""
        if isinstance(value, str):
            for token in self._special:
                value = value.replace(token, f"{token[:1]} {token[1:]}")
            return value
        if isinstance(value, Mapping):
            return {key: self._harmless(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._harmless(item) for item in value]
        return value


def load_reader(settings: BaseModelSettings) -> Reader:
    """The reader of the model at `settings.path`, a folder or a hub name.

    Raises:
        TrainingError: it is missing, needs code of its own or has no chat template.
    """
    named = {"revision": settings.revision, **SAFE}
    try:
        config = AutoConfig.from_pretrained(settings.path, **named)
        vision = hasattr(config, "vision_config")
        tokenizer = AutoTokenizer.from_pretrained(settings.path, **named)
        processor = (
            load_processor(settings.path, config, settings.revision) if vision else tokenizer
        )
        try:
            ends = GenerationConfig.from_pretrained(settings.path, revision=settings.revision)
            several = ends.eos_token_id
        except OSError:
            several = config.get_text_config().eos_token_id
    except (OSError, ValueError, ImportError) as error:
        raise TrainingError(
            f"model.path={settings.path} cannot be read: {error}; name a folder with config.json "
            "and tokenizer, or a hub name"
        ) from error
    return Reader(processor, end_ids(tokenizer.eos_token_id, several), thinking=settings.thinking)


def _template(processor: Any, tokenizer: Any, thinking: bool) -> str:
    template = processor.chat_template or tokenizer.chat_template
    if not isinstance(template, str):
        raise TrainingError(
            "the model has no chat template, which says how a dialogue is written: take its "
            "instruction-tuned version, or add chat_template.jinja to its folder"
        )
    if thinking or SWITCH not in template or template.startswith(THINKING_OFF):
        return template
    return THINKING_OFF + template
