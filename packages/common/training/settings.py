"""What a user can set about a training; checked when it is built, before torch is imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Dtype(Enum):
    """In what numbers a model is trained."""

    auto = "auto"
    bfloat16 = "bfloat16"
    float32 = "float32"


class Attention(Enum):
    """Which implementation of attention; the names are those of transformers."""

    auto = "auto"
    sdpa = "sdpa"
    eager = "eager"
    flash_attention_2 = "flash_attention_2"


class Schedule(Enum):
    """How the learning rate goes on after the warm-up."""

    cosine = "cosine"
    linear = "linear"
    constant = "constant_with_warmup"


class BadRows(Enum):
    """What becomes of a row that cannot be trained on, an over-long one included."""

    drop = "drop"
    refuse = "refuse"


class Vllm(Enum):
    """Where vLLM samples the answers."""

    none = "none"
    colocate = "colocate"
    server = "server"


@dataclass(kw_only=True)
class LoraSettings:
    """Low-rank adapters instead of all weights."""

    rank: int = 0
    """Rank of the adapters; 0 trains all weights."""
    alpha: int = 32
    """The adapters' product counts alpha / rank."""
    dropout: float = 0.0
    """Share of the adapters' inputs that is dropped."""
    targets: list[str] = field(default_factory=list)
    """Ends of the names of layers that get one; empty: every linear layer but the output's."""
    quantized: bool = False
    """Keep the frozen weights in 4 bits (QLoRA); needs the extra `quantized`."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.rank < 0:
            raise ValueError(f"rank must be 0 (no adapters) or more, not {self.rank}")
        if self.alpha < 1:
            raise ValueError(f"alpha must be at least 1, not {self.alpha}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must lie in 0..1, 1 excluded, not {self.dropout:g}")
        if self.quantized and not self.rank:
            raise ValueError("quantized must be false without adapters: set rank, for example 16")


@dataclass(kw_only=True)
class BaseModelSettings:
    """The model that training starts from."""

    path: str = ""
    """A folder or a hub name."""
    revision: str = "main"
    """Branch, tag or commit of a hub name."""
    dtype: Dtype = Dtype.auto
    """auto: bfloat16 arithmetic over float32 weights (frozen ones in bfloat16) where the device
    has it; bfloat16: all weights too, half the memory; float32: nothing but that."""
    attention: Attention = Attention.auto
    """auto leaves the choice to transformers."""
    thinking: bool = False
    """For models whose chat template can switch thinking off (Qwen3): whether it stays on. The
    trained folder's template keeps the choice as its default."""
    lora: LoraSettings = field(default_factory=LoraSettings)
    """Adapters; they are merged into the trained model."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.lora.quantized and self.dtype is Dtype.float32:
            raise ValueError("dtype must not be float32 with 4-bit weights: leave it auto")


@dataclass(kw_only=True)
class TrainingSettings:
    """What every kind of training has."""

    model: BaseModelSettings = field(default_factory=BaseModelSettings)
    """The model that training starts from."""
    batch: int = 64
    """Samples of one optimiser step over all devices; gradients accumulate to it."""
    per_device: int = 1
    """Samples that fit onto one device at once."""
    epochs: float = 3.0
    """Passes over the data."""
    steps: int = 0
    """Optimiser steps; 0 leaves it to `epochs`."""
    learning_rate: float = 5e-5
    """AdamW's learning rate at its height."""
    schedule: Schedule = Schedule.cosine
    """How the learning rate falls."""
    warmup: float = 0.03
    """Share of the steps in which the learning rate rises."""
    weight_decay: float = 0.0
    """AdamW's weight decay."""
    clip: float = 1.0
    """Longest gradient; a longer one is shortened to it."""
    activation_checkpointing: bool = True
    """Compute activations again on the way back: about a fifth more time, far less memory."""
    length: int = 4096
    """Most tokens of one sample; under `packing`, of one packed sequence."""
    bad_rows: BadRows = BadRows.drop
    """drop: rows that do not fit are named, counted and left out; refuse: the first ends it."""
    evaluate_every: int = 0
    """Steps between two measurements on the held-out rows; 0: once an epoch."""
    save_every: int = 100
    """Steps between two checkpoints, from which a killed run goes on; 0 keeps none."""
    checkpoints: int = 2
    """Newest checkpoints that stay on disk."""
    log_every: int = 1
    """Steps between two points of the curves."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        for name in ("batch", "per_device", "length", "log_every", "learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name):g}")
        for name in ("steps", "weight_decay", "evaluate_every", "save_every"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name):g}")
        if not self.epochs > 0 and not self.steps:
            raise ValueError(f"epochs must be above 0 where steps is 0, not {self.epochs:g}")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup must be a share in 0..1, 1 excluded, not {self.warmup:g}")
        if self.batch % self.per_device:
            raise ValueError(
                f"batch must be a multiple of per_device={self.per_device}, not {self.batch}"
            )
        if self.checkpoints < 2:
            raise ValueError(
                f"checkpoints must be at least 2, not {self.checkpoints}: while one is written "
                "the one before it is what a killed run goes on from"
            )


@dataclass(kw_only=True)
class SftSettings(TrainingSettings):
    """Supervised fine-tuning on the assistant's turns."""

    packing: bool = False
    """Fill each sequence with several dialogues that do not see each other; text models only."""


@dataclass(kw_only=True)
class GrpoSettings(TrainingSettings):
    """Group relative policy optimisation (DeepSeekMath, section 4.1)."""

    learning_rate: float = 1e-6
    """AdamW's learning rate at its height."""
    epochs: float = 1.0
    """Passes over the prompts."""
    group: int = 4
    """K: answers to each prompt; `batch` counts answers and is a multiple of it."""
    kl: float = 0.04
    """Weight of the divergence from the model that training starts from; 0 does without it."""
    clip_ratio: float = 0.2
    """The ratio of new to old probability counts within 1 - this and 1 + this."""
    temperature: float = 1.0
    """Temperature of the sampling."""
    answer: int = 512
    """Most tokens of one answer."""
    turns: int = 8
    """Most answers of one dialogue, where the prompts converse."""
    vllm: Vllm = Vllm.none
    """Who samples: none: the trained model itself; colocate, server: vLLM (extra `vllm`)."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        super().__post_init__()
        if self.group < 2:
            raise ValueError(
                f"group must be at least 2, not {self.group}: advantages compare its answers"
            )
        if self.batch % self.group:
            raise ValueError(f"batch must be a multiple of group={self.group}, not {self.batch}")
        for name in ("temperature", "answer", "turns", "clip_ratio"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name):g}")
        if not self.kl >= 0:
            raise ValueError(f"kl must be 0 or more, not {self.kl:g}")
        if self.answer >= self.length:
            raise ValueError(
                f"answer must be below length={self.length}, which prompt and answer share, not "
                f"{self.answer}"
            )
