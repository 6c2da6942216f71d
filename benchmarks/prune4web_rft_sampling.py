"""A model folder and prompts -> answers, many at once; see prune4web_rft."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from common.training.types import Answer, Prompt

BATCH = 64


def sample(
    folder: Path, prompts: Sequence[Prompt], *, temperature: float, longest: int, seed: int
) -> list[Answer]:
    """One answer to each prompt; temperature 0 takes the likeliest tokens.

    The prompts are written by the model's own chat template, as the local backend writes them.
    """
    model = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    random = {"do_sample": True, "temperature": temperature, "top_k": 0}
    way: dict[str, Any] = random if temperature else {"do_sample": False}
    torch.manual_seed(seed)
    answers: list[Answer] = []
    for start in range(0, len(prompts), BATCH):
        texts = [_written(prompt, tokenizer) for prompt in prompts[start : start + BATCH]]
        inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        with torch.inference_mode():
            output = model.generate(**inputs, **way, max_new_tokens=longest)
        rows = output[:, inputs["input_ids"].shape[1] :]
        said = tokenizer.batch_decode(rows, skip_special_tokens=True)
        answers += [Answer([text]) for text in said]
    return answers


def _written(prompt: Prompt, tokenizer: Any) -> str:
    turns = [{"role": it.role, "content": it.content} for it in prompt.messages]
    text: str = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return text
