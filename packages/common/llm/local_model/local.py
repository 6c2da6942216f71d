"""A transformers model in this process, text or vision; the door of torch.

request -> prompt -> tokens -> (grammar) -> new tokens -> replies
"""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from jinja2 import TemplateError

from common.llm.errors import (
    ContextTooLong,
    LLMError,
    Misconfigured,
    TimedOut,
    Unsupported,
)
from common.llm.local_model.constrained import Grammar, Walk, written_text
from common.llm.local_model.turns import plain_prompt, read_image, template_turns
from common.llm.local_model.vocabulary import end_ids, token_bytes
from common.llm.request import Request
from common.llm.types import Message, Reply


class LocalModel:
    """Answers one request at a time, its n samples as one batch."""

    def __init__(
        self, model: Any, reader: Any, *, name: str, identity: str, timeout: float
    ) -> None:
        """`reader`: the model's tokenizer, or its processor where it sees images.

        `identity` tells it from other models, `timeout` bounds one batch of answers in seconds.
        """
        self._model = model.eval()
        self._reader = reader
        self._tokenizer = getattr(reader, "tokenizer", reader)
        self._sees = reader is not self._tokenizer
        self._name = name
        self._identity = identity
        self._timeout = timeout
        self._lock = Lock()
        # Those that are not special (<tool_call>, <think>) are words that agents write.
        added = self._tokenizer.added_tokens_decoder.values()
        self._control = [str(token) for token in added if token.special]
        self._ends = end_ids(self._tokenizer.eos_token_id, model.generation_config.eos_token_id)
        self._longest = model.config.get_text_config().max_position_embeddings
        self._bytes: dict[int, bytes] | None = None
        self._grammars: dict[str, Grammar] = {}

    @property
    def identity(self) -> str:
        """The name, with sizes and times of the files where it is a folder."""
        return self._identity

    def sample(self, request: Request, indices: Sequence[int]) -> list[Reply]:
        """One answer for each index, its JSON constrained to the request's schema."""
        with self._alone(request.seed, indices[0]):
            start = time.monotonic()
            inputs = self._inputs(request.messages)
            length = inputs["input_ids"].shape[1]
            steps = min(request.max_tokens, self._longest - length)
            if steps < 1:
                raise ContextTooLong(f"{length} tokens; the model takes {self._longest}")
            answers = self._generate(inputs, request, len(indices), steps)
            seconds = time.monotonic() - start
        if any(not it.complete and it.tokens < steps for it in answers):
            raise TimedOut(f"the local model gave no whole answer within {self._timeout:.3g} s")
        return [
            Reply(
                answer.text,
                input_tokens=0 if rank else length,
                output_tokens=answer.tokens,
                seconds=seconds,
                complete=answer.complete,
            )
            for rank, answer in enumerate(answers)
        ]

    def perplexity(self, messages: Sequence[Message], text: str) -> float:
        """Exp of the mean of -log p(token | messages, tokens before it) over the text's tokens."""
        with self._alone(None, 0):
            inputs = self._inputs(messages)
            answer = self._tokenizer(
                text, add_special_tokens=False, split_special_tokens=True, return_tensors="pt"
            )["input_ids"].to(self._model.device)
            count = answer.shape[1]
            if not count:
                raise Misconfigured(f"the tokenizer makes no token of the text {text!r}")
            inputs = _extended(inputs, answer)
            if inputs["input_ids"].shape[1] > self._longest:
                raise ContextTooLong(
                    f"{inputs['input_ids'].shape[1]} tokens; the model takes {self._longest}"
                )
            logits = self._model(**inputs, **self._last(count + 1)).logits
            # The logits at each position are about the token after it.
            scores = logits[0, -count - 1 : -1].float().log_softmax(-1)
            chosen = scores.gather(-1, answer[0].unsqueeze(-1))
        return (-chosen.double().mean()).exp().item()

    @contextmanager
    def _alone(self, seed: int | None, index: int) -> Iterator[None]:
        """One thread at a time, without gradients; the process's own random state is left alone."""
        devices = [self._model.device] if self._model.device.type == "cuda" else []
        with self._lock, torch.inference_mode(), torch.random.fork_rng(devices):
            if seed is None:
                torch.seed()
            else:
                torch.manual_seed(seed + index)
            try:
                yield
            except LLMError:
                raise
            except torch.OutOfMemoryError as error:
                raise ContextTooLong(f"the messages do not fit into memory: {error}") from error
            except (RuntimeError, ValueError, TemplateError) as error:
                # A chat template refuses by an error of its own what it cannot write.
                raise Misconfigured(
                    f"{self._name} cannot answer these messages: {error}"
                ) from error

    def _inputs(self, messages: Sequence[Message]) -> dict[str, torch.Tensor]:
        images = [read_image(image) for message in messages for image in message.images]
        if images and not self._sees:
            raise Unsupported(f"{self._name} takes no images")
        template = self._reader.chat_template or self._tokenizer.chat_template
        if template:
            prompt = self._reader.apply_chat_template(
                template_turns(messages, self._control),
                chat_template=template,
                tokenize=False,
                add_generation_prompt=True,
            )
        else:
            prompt = plain_prompt(messages)
        # A template writes the special tokens itself.
        special = {"add_special_tokens": not template, "return_tensors": "pt"}
        if self._sees:
            batch = self._reader(text=[prompt], images=images or None, **special)
        else:
            batch = self._tokenizer([prompt], **special)
        return {name: value.to(self._model.device) for name, value in batch.items()}

    def _generate(
        self, inputs: dict[str, torch.Tensor], request: Request, count: int, steps: int
    ) -> list[_Answer]:
        random = request.temperature > 0
        sampling: dict[str, Any] = {"do_sample": random, "temperature": request.temperature}
        if not random:
            sampling = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        constraint: list[_Constraint] = []
        if request.schema:
            constraint.append(_Constraint(self._grammar(request.schema).guides(count)))
        output = self._model.generate(
            **inputs,
            **sampling,
            # Greedy answers are all the same.
            num_return_sequences=count if random else 1,
            max_new_tokens=steps,
            max_time=self._timeout,
            eos_token_id=self._ends,
            pad_token_id=self._ends[0],
            logits_processor=constraint,
        )
        rows = output[:, inputs["input_ids"].shape[1] :].tolist()
        answers = [self._answer(row, bool(request.schema)) for row in rows]
        return answers if random else answers * count

    def _answer(self, row: list[int], constrained: bool) -> _Answer:
        ends = [place for place, token in enumerate(row) if token in self._ends]
        said = row[: ends[0]] if ends else row
        if constrained:
            # Byte for byte what the grammar allowed; a tokenizer may tidy up spaces.
            text = written_text(said, self._token_bytes())
        else:
            text = self._tokenizer.decode(said, skip_special_tokens=True)
        return _Answer(text, len(said) + bool(ends), complete=bool(ends))

    def _grammar(self, schema: str) -> Grammar:
        if schema not in self._grammars:
            self._grammars[schema] = Grammar(schema, self._token_bytes(), self._ends[0])
        return self._grammars[schema]

    def _token_bytes(self) -> dict[int, bytes]:
        if self._bytes is None:
            added = set(self._tokenizer.added_tokens_decoder)
            tokens = self._tokenizer.get_vocab().items()
            self._bytes = token_bytes({name: id for name, id in tokens if id not in added})
        return self._bytes

    def _last(self, count: int) -> dict[str, int]:
        """Only the last logits, where the model can: all of a long prompt's are gigabytes."""
        known = "logits_to_keep" in inspect.signature(self._model.forward).parameters
        return {"logits_to_keep": count} if known else {}


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    tokens: int
    complete: bool


class _Constraint:
    """Forbids what the grammar does not allow next; serves one `generate`."""

    def __init__(self, walks: Sequence[Walk]) -> None:
        self._walks = walks
        self._started = False

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._started:
            for walk, token in zip(self._walks, input_ids[:, -1].tolist(), strict=False):
                walk.advance(token)
        self._started = True
        rows = [torch.from_numpy(walk.allowed(scores.shape[1])) for walk in self._walks]
        allowed = torch.stack(rows[: scores.shape[0]]).to(scores.device)
        return scores.masked_fill(~allowed, -math.inf)


def _extended(inputs: Mapping[str, torch.Tensor], answer: torch.Tensor) -> dict[str, torch.Tensor]:
    """The inputs with the answer's tokens behind the prompt's, as plain text."""
    added = {
        "input_ids": answer,
        "attention_mask": torch.ones_like(answer),
        "mm_token_type_ids": torch.zeros_like(answer),
        "token_type_ids": torch.zeros_like(answer),
    }
    return {
        name: torch.cat([value, added[name]], dim=1) if name in added else value
        for name, value in inputs.items()
    }


def free_device() -> str:
    """The accelerator of this machine, "cpu" where there is none."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
