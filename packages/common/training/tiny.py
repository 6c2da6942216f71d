"""A small random model of a real architecture with its own tokenizer, as a folder: no download.

For tests, benchmarks and trials on a CPU; everything but its size is as in the models themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen2VLImageProcessorPil,
    Qwen3Config,
    Qwen3ForCausalLM,
)

END, PAD = "<|im_end|>", "<|endoftext|>"
CONTROL = [
    PAD, "<|im_start|>", END, "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
]  # fmt: skip
WORDS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
THOUGHTS = ["<think>", "</think>"]
# How Qwen cuts a text into the pieces inside which tokens are merged.
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
    r"\s*[\r\n]+|\s+(?!\S)|\s+"
)


class Architecture(Enum):
    """Whose layers, special tokens and chat template a tiny model has; the value names the last."""

    qwen2 = "qwen2_5"
    qwen3 = "qwen3"
    qwen2_5_vl = "qwen2_5_vl"


def make_tiny(
    folder: Path,
    texts: Iterable[str],
    *,
    phrases: Sequence[str] = (),
    architecture: Architecture = Architecture.qwen3,
    width: int = 64,
    layers: int = 2,
    heads: int = 4,
    vocabulary: int = 1024,
    context: int = 2048,
    seed: int = 0,
) -> Path:
    """Write the model to `folder` and return it; equal arguments give equal files.

    Its tokenizer is byte-level BPE learned from `texts`, so every text can be written with it.

    Args:
        folder: made if it is missing.
        texts: what the tokenizer's `vocabulary` tokens (at least 280) are learned from.
        phrases: a token each, for what stands in every text, such as a prompt that never changes.
        architecture: the layers and the chat template.
        width: of the states; a multiple of 8 · heads.
        layers: how many.
        heads: of attention, even; half as many hold keys and values.
        vocabulary: most tokens; fewer where the texts do not have so many.
        context: the longest dialogue, in tokens.
        seed: of the weights; torch's own random state is left alone.
    """
    if heads % 2 or width % (8 * heads):
        raise ValueError(f"width must be a multiple of 8 · heads, heads even, not {width}, {heads}")
    tokenizer = _tokenizer(texts, phrases, vocabulary, architecture, context)
    end = tokenizer.convert_tokens_to_ids(END)
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": width,
        "intermediate_size": 3 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": heads // 2,
        "max_position_embeddings": context,
        "bos_token_id": None,
        "eos_token_id": end,
        "pad_token_id": tokenizer.convert_tokens_to_ids(PAD),
        "tie_word_embeddings": True,
    }
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = _model(architecture, shape, tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    model.generation_config.eos_token_id = end
    model.generation_config.pad_token_id = shape["pad_token_id"]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if architecture is Architecture.qwen2_5_vl:
        Qwen2VLImageProcessorPil(min_pixels=4 * 28 * 28, max_pixels=16 * 28 * 28).save_pretrained(
            folder
        )
    return folder


def _tokenizer(
    texts: Iterable[str],
    phrases: Sequence[str],
    vocabulary: int,
    architecture: Architecture,
    context: int,
) -> Any:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    thoughts = THOUGHTS if architecture is Architecture.qwen3 else []
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(WORDS) - len(thoughts) - len(phrases),
        special_tokens=CONTROL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((_without(text, phrases) for text in texts), trainer)
    # As in the models: one token each, but no control token, so that answers may hold them.
    tokenizer.add_tokens([*WORDS, *thoughts, *phrases])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
        chat_template=_chat_template(architecture),
    )


def _without(text: str, phrases: Sequence[str]) -> str:
    for phrase in phrases:
        text = text.replace(phrase, "")
    return text


def _chat_template(architecture: Architecture) -> str:
    """The model's own chat template; TRL ships a copy of each."""
    spec = find_spec("trl")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(spec.submodule_search_locations[0])
    return (folder / "chat_templates" / f"{architecture.value}.jinja").read_text("utf-8")


def _model(architecture: Architecture, shape: dict[str, Any], tokenizer: Any) -> Any:
    if architecture is Architecture.qwen2:
        return Qwen2ForCausalLM(Qwen2Config(**shape))
    head = shape["hidden_size"] // shape["num_attention_heads"]
    if architecture is Architecture.qwen3:
        return Qwen3ForCausalLM(Qwen3Config(**shape, head_dim=head))
    ids = {word: tokenizer.convert_tokens_to_ids(word) for word in CONTROL}
    quarter = head // 8
    rope = {
        "rope_type": "default",
        "mrope_section": [2 * quarter, quarter, quarter],
        "rope_theta": 10000.0,
    }
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "out_hidden_size": shape["hidden_size"],
        "window_size": 56,
        "fullatt_block_indexes": [1],
    }
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={**shape, "rope_parameters": rope},
            vision_config=vision,
            image_token_id=ids["<|image_pad|>"],
            video_token_id=ids["<|video_pad|>"],
            vision_start_token_id=ids["<|vision_start|>"],
            vision_end_token_id=ids["<|vision_end|>"],
            tie_word_embeddings=True,
        )
    )
