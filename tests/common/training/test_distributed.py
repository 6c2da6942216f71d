"""Two processes (gloo) train as one does; accelerate reads the shipped launch files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from accelerate.commands.config.config_args import load_config_from_file
from safetensors.torch import load_file

from . import job

CHANGES = ["steps=4", "batch=8", "save_every=0", "evaluate_every=2", "dropout=0.0"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(kind: str, model: Path, folder: Path, rank: int, port: int) -> subprocess.Popen[str]:
    """One of two processes, told what torchrun and accelerate launch tell it."""
    place = {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, str(Path(job.__file__)), kind, str(model), str(folder), *CHANGES],
        env={**os.environ, **place}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_train_as_one(qwen2: Path, tmp_path: Path) -> None:
    port = free_port()
    both = [start("sft", qwen2, tmp_path / f"rank{rank}", rank, port) for rank in range(2)]
    alone = job.sft(
        qwen2, tmp_path / "alone", **{key: json.loads(value) for key, value in map(split, CHANGES)}
    )
    for process in both:
        _, errors = process.communicate(timeout=280)
        assert process.returncode == 0, errors[-2000:]
    shared = tmp_path / "rank0" / "sft"
    together = json.loads((shared / "trained.json").read_text())
    assert [it["step"] for it in together["losses"]] == [1, 2, 3, 4]
    for name, points in (("losses", alone.losses), ("held_out", alone.held_out)):
        values = [it["value"] for it in together[name]]
        assert values == pytest.approx([point.value for point in points], abs=1e-3)
    ours, theirs = (
        load_file(shared / "model.safetensors"),
        load_file(alone.folder / "model.safetensors"),
    )
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-3) for name in theirs)
    # The second process writes neither a model nor curves of its own.
    assert not (tmp_path / "rank1" / "sft").exists()
    assert not (tmp_path / "rank1" / "metrics.jsonl").exists()


def split(change: str) -> list[str]:
    return change.split("=")


@pytest.mark.parametrize("name", ["ddp", "fsdp2", "zero2", "zero3"])
def test_accelerate_reads_the_launch_files(name: str, project: Path) -> None:
    config = load_config_from_file(str(project / "conf" / "training" / f"{name}.yaml"))
    kinds = {"ddp": "MULTI_GPU", "fsdp2": "FSDP", "zero2": "DEEPSPEED", "zero3": "DEEPSPEED"}
    assert (config.distributed_type.value, config.mixed_precision) == (kinds[name], "bf16")
