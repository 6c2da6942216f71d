"""One row -> sequences of tokens with loss on what the assistant itself writes, and nothing else.

Of each assistant turn the model learns what it must sample after the prompt that it is given when
it answers: the turn's text up to and including the token that ends it. Where a later turn's prompt
goes on token for token from an earlier turn, both share one sequence; where the template tells the
past otherwise (Qwen3 leaves out earlier thoughts), the later turn gets a sequence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.training.errors import BadRow, Misfit
from common.training.pictures import check_picture, unfold
from common.training.reader import Reader, Refused
from common.training.types import Encoded, Prompt, TrainingRow

NO_LOSS = -100
"""The label of a token that is read but not learned."""


@dataclass(slots=True)
class _Sequence:
    """A dialogue's text that grows turn by turn and ends with a token that ends an answer."""

    text: str = ""
    input_ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    open: bool = True
    """Whether a later prompt that goes on from the text goes on from the tokens too."""

    def add(self, text: str, ids: Sequence[int], *, learned: bool) -> None:
        self.text += text
        self.input_ids += ids
        self.labels += ids if learned else [NO_LOSS] * len(ids)


def encode_row(row: TrainingRow, reader: Reader, length: int) -> list[Encoded]:
    """The row's sequences, each of `length` tokens at most.

    Raises:
        BadRow: no assistant turn; an image that cannot be read; too long; a template that cannot
            write the row's tools or leaves an answer without an end.
    """
    if not any(message.role == "assistant" for message in row.messages):
        raise bad(row.id, Misfit.no_assistant_turn, "there is nothing to learn: add an answer")
    turns = checked_turns(row, reader)
    _check_tools(row, turns, reader)
    sequences: list[_Sequence] = []
    for place, message in enumerate(row.messages):
        if message.role == "assistant":
            _add_turn(sequences, row, turns, place, reader)
    pictures = [check_picture(image, row.id, reader) for image in row.images]
    encoded = []
    for sequence in sequences:
        ids = unfold(sequence.input_ids, sequence.input_ids, pictures, reader)
        labels = unfold(sequence.labels, sequence.input_ids, pictures, reader)
        check_length(row.id, len(ids), length)
        encoded.append(Encoded(id=row.id, input_ids=ids, labels=labels, images=row.images))
    return encoded


def encode_prompt(prompt: Prompt, reader: Reader, length: int) -> Encoded:
    """What stands before an answer to the prompt, of `length` tokens at most, without labels.

    Raises:
        BadRow: it ends with an answer; an image that cannot be read; too long.
    """
    if not prompt.messages or prompt.messages[-1].role == "assistant":
        raise bad(
            prompt.id, Misfit.not_in_template, "a prompt must end with what is to be answered"
        )
    turns = checked_turns(prompt, reader)
    pictures = [check_picture(image, prompt.id, reader) for image in prompt.images]
    try:
        plain = reader.ids(reader.text(turns, cue=True))
    except Refused as error:
        raise bad(prompt.id, Misfit.not_in_template, f"the template refuses it: {error}") from error
    ids = unfold(plain, plain, pictures, reader)
    check_length(prompt.id, len(ids), length)
    return Encoded(id=prompt.id, input_ids=ids, labels=[], images=prompt.images)


def checked_turns(row: TrainingRow | Prompt, reader: Reader) -> list[dict[str, object]]:
    """The row's messages as the template takes them. Raises `BadRow`."""
    if row.images and not reader.sees:
        raise bad(row.id, Misfit.not_in_template, "the model takes no images: take one that sees")
    try:
        return reader.turns(row.messages, len(row.images))
    except ValueError as error:
        raise bad(row.id, Misfit.not_in_template, str(error)) from error


def check_length(row: str, found: int, length: int) -> None:
    """Raise `BadRow` where a sample is too long."""
    if found > length:
        raise bad(row, Misfit.too_long, f"{found} tokens, more than length={length}: raise length")


def bad(row: str, misfit: Misfit, text: str) -> BadRow:
    """The error of one row."""
    return BadRow(misfit, f"row {row}: {text}")


def _add_turn(
    sequences: list[_Sequence],
    row: TrainingRow,
    turns: Sequence[Mapping[str, object]],
    place: int,
    reader: Reader,
) -> None:
    prompt = _text(row, reader, turns[:place], cue=True)
    answer = _answer(row, turns, place, prompt, reader)
    if not (sequences and sequences[-1].open and prompt.startswith(sequences[-1].text)):
        sequences.append(_Sequence())
    sequence = sequences[-1]
    gap = prompt[len(sequence.text) :]
    # The text so far ends with a control token, at which a tokenizer cuts whatever follows.
    before, ids = reader.ids(gap), reader.ids(answer)
    sequence.add(gap, before, learned=False)
    sequence.add(answer, ids, learned=True)
    # A later prompt is cut as a whole: where that merges the answer's first letters with what
    # stands before them, the past has other tokens than the answer had.
    sequence.open = reader.ids(gap + answer) == before + ids


def _answer(
    row: TrainingRow,
    turns: Sequence[Mapping[str, object]],
    place: int,
    prompt: str,
    reader: Reader,
) -> str:
    """The text of an assistant turn behind its prompt, up to the token that ends it."""
    whole = _text(row, reader, turns[: place + 1], cue=False)
    if not whole.startswith(prompt):
        raise bad(
            row.id, Misfit.not_in_template,
            f"the template writes messages[{place}] otherwise than its prompt begins; thoughts "
            "(<think>) need model.thinking=true",
        )  # fmt: skip
    answer = whole[len(prompt) :]
    stop = max((answer.rfind(end) + len(end) for end in reader.ends if end in answer), default=0)
    if not stop:
        raise bad(
            row.id, Misfit.not_in_template,
            f"the template ends messages[{place}] with none of {sorted(reader.ends)}: set the "
            "model's eos_token to what its template writes behind an answer",
        )  # fmt: skip
    for call in row.messages[place].tool_calls:
        inner = call.get("function", call)
        if not isinstance(inner, Mapping) or str(inner.get("name")) not in answer:
            raise bad(
                row.id, Misfit.not_in_template,
                f"the template leaves out the tool call of messages[{place}]: write it into the "
                "content, or take a model whose template knows tools",
            )  # fmt: skip
    return answer[:stop]


def _check_tools(row: TrainingRow, turns: Sequence[Mapping[str, object]], reader: Reader) -> None:
    if row.tools and _text(row, reader, turns, cue=False) == reader.text(turns, cue=False):
        raise bad(
            row.id, Misfit.not_in_template,
            "the model's template leaves out the tools: describe them in the system message, or "
            "take a model whose template knows tools",
        )  # fmt: skip


def _text(
    row: TrainingRow, reader: Reader, turns: Sequence[Mapping[str, object]], *, cue: bool
) -> str:
    try:
        return reader.text(turns, row.tools, cue=cue)
    except Refused as error:
        raise bad(row.id, Misfit.not_in_template, f"the template refuses it: {error}") from error
