"""SFT and GRPO at real model sizes on this machine's GPU, on random weights, ours beside plain TRL.

    python -m benchmarks.gpu_training [--only sft-0.5b ...] [--rounds 3] [--steps 6]

Qwen2.5-0.5B (all weights), the language half of Qwen2.5-VL-3B (all weights; text only, as in the
paper's two-turn dialogues without their screenshots) and Qwen3-8B (LoRA, rank 16), in bfloat16.
Plain and ours take turns; printed: tokens per second of both, their ratio with its interval, peak
memory, and the share of the FLOP/s that a large multiplication reaches here. Without a GPU the same
code runs at a tiny shape, says so, and writes nothing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from benchmarks.record import Times, save
from benchmarks.training_plain import our_grpo, our_sft, plain_grpo, plain_sft, synchronise
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

from common.eval import Interval
from common.training.encode import encode_row
from common.training.reader import Reader, load_reader
from common.training.settings import BaseModelSettings, GrpoSettings, LoraSettings, SftSettings
from common.training.tiny import Architecture, make_tiny
from common.training.types import Prompt, TrainingMessage, TrainingRow

TEXT = "the page has a button for the search and a link to the cart " * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A model's shape, as in its config.json, and how it is trained."""

    name: str
    architecture: Architecture
    shape: dict[str, int] = field(default_factory=dict)
    rank: int = 0
    words: int = 700
    """Of one dialogue's answer; one token or two each."""
    batch: int = 4


SIZES = [
    Size(
        name="0.5b", architecture=Architecture.qwen2,
        shape={"vocab_size": 151_936, "hidden_size": 896, "intermediate_size": 4_864,
               "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2},
    ),
    Size(
        name="3b-vl", architecture=Architecture.qwen2_5_vl,
        shape={"vocab_size": 151_936, "hidden_size": 2_048, "intermediate_size": 11_008,
               "num_hidden_layers": 36, "num_attention_heads": 16, "num_key_value_heads": 2},
    ),
    Size(
        name="8b-lora", architecture=Architecture.qwen3, rank=16,
        shape={"vocab_size": 151_936, "hidden_size": 4_096, "intermediate_size": 12_288,
               "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8,
               "head_dim": 128},
    ),
]  # fmt: skip
TINY = [Size(name="tiny", architecture=Architecture.qwen2, words=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One kind of training of one size; `ratio`: how many times longer ours took."""

    name: str
    weights: int
    tokens_per_second: float
    plain_tokens_per_second: float
    ratio: Interval
    peak_bytes: int
    plain_peak_bytes: int
    flops_share: float
    """Of a large multiplication's FLOP/s; forward and backward, recomputation not counted. For
    GRPO the sampling counts as time, and only the trained tokens as work."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="sft-0.5b, grpo-0.5b, sft-3b-vl ...")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=6)
    arguments = parser.parse_args()
    measure(arguments.only, arguments.rounds, arguments.steps)


def measure(only: Sequence[str] = (), rounds: int = 3, steps: int = 6) -> None:
    """Print every cost and, from a GPU, write results/gpu_training.json."""
    gpu = torch.cuda.is_available()
    if not gpu:
        print("no GPU here: training at a tiny shape on the CPU, which says nothing about a GPU")
    peak = matmul_flops(8_192 if gpu else 512)
    print(f"a large multiplication reaches {peak:.3g} FLOP/s")
    found = []
    for size in SIZES if gpu else TINY:
        for kind in ("sft", "grpo"):
            if only and f"{kind}-{size.name}" not in only:
                continue
            with tempfile.TemporaryDirectory() as place:
                found.append(cost(kind, size, Path(place), peak, rounds, steps))
                print(told(found[-1]))
    if gpu:
        result = {"where": torch.cuda.get_device_name(), "matmul_flops": peak, "seed": 0}
        packages = ["torch", "transformers", "trl", "peft"]
        costs = [asdict(one) for one in found]
        print(save("gpu_training", packages, {**result, "steps": steps, "costs": costs}))


def told(one: Cost) -> str:
    return (
        f"{one.name:12} {one.tokens_per_second:9.0f} tokens/s (plain "
        f"{one.plain_tokens_per_second:.0f}), {one.ratio.mean:.3f} times plain's time "
        f"[{one.ratio.low:.3f}, {one.ratio.high:.3f}], peak {one.peak_bytes / 1e9:.1f} GB (plain "
        f"{one.plain_peak_bytes / 1e9:.1f}), {100 * one.flops_share:.0f} % of the multiplication"
    )


def cost(kind: str, size: Size, folder: Path, peak: float, rounds: int, steps: int) -> Cost:
    """Ours and plain by turns; the first round warms up and is not timed."""
    base, weights = random_model(size, folder / "base")
    model = BaseModelSettings(path=str(base), lora=LoraSettings(rank=size.rank))
    reader = load_reader(model)
    plain, ours = pair(kind, size, model, reader, folder, steps)
    times = {"plain": Times(), "ours": Times()}
    peaks = {"plain": 0, "ours": 0}
    tokens = 0
    for number in range(rounds + 1):
        for name, make in (("plain", plain), ("ours", ours))[:: 1 if number % 2 else -1]:
            trainer = make()
            _reset_peak()
            into = times[name] if number else Times()
            into.add(partial(_train, trainer))
            peaks[name] = max(peaks[name], _peak())
            tokens = int(trainer.state.num_input_tokens_seen) or trainer._total_train_tokens
            del trainer
    # The clock, not the processor's time: the processor waits for the GPU.
    walls = Times(wall=times["ours"].wall, processor=times["ours"].wall)
    ratio = walls.over(Times(wall=times["plain"].wall, processor=times["plain"].wall))
    # Forward 2, backward 4 operations a weight and token; frozen weights need no gradient: 2 less.
    work = (4 if size.rank else 6) * weights * tokens
    return Cost(
        name=f"{kind}-{size.name}",
        weights=weights,
        tokens_per_second=1e3 * tokens / times["ours"].median,
        plain_tokens_per_second=1e3 * tokens / times["plain"].median,
        ratio=ratio,
        peak_bytes=peaks["ours"],
        plain_peak_bytes=peaks["plain"],
        flops_share=work / (times["ours"].median / 1e3) / peak,
    )


def pair(
    kind: str, size: Size, model: BaseModelSettings, reader: Reader, folder: Path, steps: int
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The plain trainer's and our trainer's makers, on the same data."""
    words = TEXT.split()
    rows = [
        TrainingRow(
            id=str(number),
            messages=(
                TrainingMessage("user", " ".join(words[: 5 + number % 9])),
                TrainingMessage("assistant", " ".join((words * size.words)[: size.words])),
            ),
        )
        for number in range(size.batch * 4)
    ]
    if kind == "sft":
        tuning = SftSettings(
            model=model, batch=size.batch, per_device=size.batch, steps=steps, warmup=0.0,
            learning_rate=1e-5, length=4_096, save_every=0,
        )  # fmt: skip
        encoded = [it for row in rows for it in encode_row(row, reader, 4_096)]
        return (
            partial(plain_sft, encoded, tuning, reader, folder),
            partial(our_sft, encoded, tuning, reader, folder),
        )
    policy = GrpoSettings(
        model=model, batch=4 * size.batch, per_device=size.batch, steps=steps, warmup=0.0,
        length=4_096, answer=min(256, size.words), save_every=0,
    )  # fmt: skip
    prompts = [Prompt(id=row.id, messages=row.messages[:1]) for row in rows]
    return (
        partial(plain_grpo, prompts, policy, reader, folder),
        partial(our_grpo, prompts, policy, reader, folder),
    )


def random_model(size: Size, folder: Path) -> tuple[Path, int]:
    """The folder of a model of this size with random weights, and how many it has."""
    make_tiny(folder, [TEXT], architecture=size.architecture, context=4_096)
    config = AutoConfig.from_pretrained(folder)
    text = config.get_text_config()
    for name, value in size.shape.items():
        setattr(text, name, value)
    if size.architecture is Architecture.qwen2_5_vl and size.shape:
        eighth = text.hidden_size // text.num_attention_heads // 8
        text.rope_parameters["mrope_section"] = [2 * eighth, eighth, eighth]
        config.vision_config.out_hidden_size = text.hidden_size
    for name in ("layer_types",):
        if getattr(text, name, None):
            setattr(text, name, ["full_attention"] * text.num_hidden_layers)
    kind = AutoModelForImageTextToText if hasattr(config, "vision_config") else AutoModelForCausalLM
    torch.manual_seed(0)
    gpu = torch.cuda.is_available()
    with torch.device("cuda" if gpu else "cpu"):
        model = kind.from_config(config, dtype=torch.bfloat16 if gpu else torch.float32)
    model.save_pretrained(folder)
    weights = sum(parameter.numel() for parameter in model.parameters())
    return folder, weights


def matmul_flops(side: int) -> float:
    """FLOP/s of a square multiplication in the type that training computes in; best of five."""
    gpu = torch.cuda.is_available()
    like: dict[str, Any] = {"device": "cuda", "dtype": torch.bfloat16} if gpu else {}
    left, right = torch.randn(side, side, **like), torch.randn(side, side, **like)
    seconds = []
    for _ in range(6):
        synchronise()
        start = time.perf_counter()
        for _ in range(10):
            left @ right
        synchronise()
        seconds.append((time.perf_counter() - start) / 10)
    return 2 * side**3 / min(seconds[1:])


def _train(trainer: Any) -> None:
    trainer.train()
    synchronise()


def _reset_peak() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _peak() -> int:
    return torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0


if __name__ == "__main__":
    main()
