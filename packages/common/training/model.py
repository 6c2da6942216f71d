"""Base model settings -> weights to train, with adapters or without; adapters -> merged weights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    BitsAndBytesConfig,
)

from common.llm.local_model.loading import SAFE
from common.training.errors import TrainingError
from common.training.settings import Attention, BaseModelSettings, Dtype


def has_bfloat16() -> bool:
    """Whether this machine computes fast in bfloat16, which CPUs do not."""
    return torch.cuda.is_available() and torch.cuda.is_bf16_supported()


def on_cpu() -> bool:
    """Whether there is no accelerator, so that training is on the CPU."""
    return not torch.accelerator.is_available()


def mixed_precision(settings: BaseModelSettings) -> bool:
    """Whether products are taken in bfloat16 whatever the weights are kept in."""
    return has_bfloat16() and settings.dtype is not Dtype.float32


def load_model(settings: BaseModelSettings) -> Any:
    """The model at `settings.path` with its weights in the type that `settings` asks for.

    Raises:
        TrainingError: it is missing, has no safetensors, needs code of its own, or the extra for
            4-bit weights is not installed.
    """
    named: dict[str, Any] = {"revision": settings.revision, **SAFE}
    more: dict[str, Any] = {}
    if settings.attention is not Attention.auto:
        more["attn_implementation"] = settings.attention.value
    if settings.lora.quantized:
        more |= _four_bits()
    try:
        config = AutoConfig.from_pretrained(settings.path, **named)
        kind = (
            AutoModelForImageTextToText
            if hasattr(config, "vision_config")
            else AutoModelForCausalLM
        )
        return kind.from_pretrained(
            settings.path, dtype=weight_type(settings), use_safetensors=True, **named, **more
        )
    except (OSError, ValueError, ImportError) as error:
        raise TrainingError(
            f"model.path={settings.path} cannot be loaded: {error}; name a folder or hub name of a "
            "model in safetensors"
        ) from error


def weight_type(settings: BaseModelSettings) -> torch.dtype:
    """The type in which the weights are kept."""
    if settings.dtype is Dtype.bfloat16:
        return torch.bfloat16
    frozen = settings.lora.rank > 0
    half = frozen and has_bfloat16() and settings.dtype is Dtype.auto
    return torch.bfloat16 if half else torch.float32


def adapters(settings: BaseModelSettings) -> LoraConfig | None:
    """What PEFT is asked for; None where all weights are trained."""
    lora = settings.lora
    if not lora.rank:
        return None
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=list(lora.targets) or "all-linear",
        task_type="CAUSAL_LM",
    )


def merge_adapters(settings: BaseModelSettings, adapter: Path, folder: Path) -> None:
    """Write the base model with the adapters added to its weights into `folder`.

    The base is read anew, in its own type and on the CPU: 4-bit or sharded weights cannot be
    added to.
    """
    plain = BaseModelSettings(
        path=settings.path, revision=settings.revision, dtype=settings.dtype,
    )  # fmt: skip
    model = load_model(plain).to(weight_type(settings))
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.save_pretrained(folder)


def _four_bits() -> dict[str, Any]:
    try:
        import bitsandbytes  # noqa: F401
    except ImportError as error:
        raise TrainingError(
            "lora.quantized=true needs bitsandbytes: pip install 'secateurs[quantized]', or set "
            "lora.quantized=false"
        ) from error
    here = "cpu" if on_cpu() else int(os.environ.get("LOCAL_RANK", "0"))
    return {
        "quantization_config": BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        ),
        "device_map": {"": here},
    }
