"""Two processes (gloo) train as one does; accelerate takes the shipped launch files as meant.

Sharding itself (FSDP2, DeepSpeed) needs GPUs: accelerate shards nothing on a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils import FullyShardedDataParallelPlugin
from accelerate.utils.launch import prepare_deepspeed_cmd_env, prepare_multi_gpu_env
from safetensors.torch import load_file

from . import job

CHANGES = ["steps=4", "batch=8", "save_every=0", "evaluate_every=2", "dropout=0.0"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(
    kind: str, model: Path, folder: Path, rank: int, port: int, changes: Sequence[str]
) -> subprocess.Popen[str]:
    """One of two processes, told what torchrun and accelerate launch tell it."""
    place = {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, str(Path(job.__file__)), kind, str(model), str(folder), *changes],
        env={**os.environ, **place}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_train_as_one(qwen2: Path, tmp_path: Path) -> None:
    port = free_port()
    both = [start("sft", qwen2, tmp_path / f"rank{rank}", rank, port, CHANGES) for rank in range(2)]
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


def test_two_processes_reinforce_one_model(qwen2: Path, tmp_path: Path) -> None:
    """What each samples differs from one process alone, so its measurements are compared."""
    changes = ["steps=2", "batch=8", "per_device=2", "save_every=0", "evaluate_every=1"]
    port = free_port()
    both = [
        start("grpo", qwen2, tmp_path / f"rank{rank}", rank, port, changes) for rank in range(2)
    ]
    alone = job.grpo(
        qwen2, tmp_path / "alone", **{key: json.loads(value) for key, value in map(split, changes)}
    )
    for process in both:
        _, errors = process.communicate(timeout=280)
        assert process.returncode == 0, errors[-2000:]
    together = json.loads((tmp_path / "rank0" / "grpo" / "trained.json").read_text())
    curves = together["curves"]
    assert [it["step"] for it in curves["reward"]] == [1, 2]
    assert curves["reward"][0]["value"] != alone.curves["reward"][0].value
    # Three held-out prompts over two processes: one is asked twice and counts once.
    before, there = alone.curves["eval_reward"][0], curves["eval_reward"]
    assert [it["step"] for it in there] == [0, 1, 2]
    assert there[0]["value"] == pytest.approx(before.value, abs=1e-6)
    parts = [curves[f"reward/{part}"] for part in ("short", "e")]
    for place, total in enumerate(curves["reward"]):
        assert total["value"] == pytest.approx(sum(it[place]["value"] for it in parts), abs=1e-5)
    assert not (tmp_path / "rank1" / "grpo").exists()


def launched(name: str, project: Path) -> tuple[argparse.Namespace, dict[str, str]]:
    """What `accelerate launch` makes of a file: its arguments and the processes' environment."""
    file = project / "conf" / "training" / f"{name}.yaml"
    parser = launch_command_parser()
    args = parser.parse_args(["--config_file", str(file), "--num_processes", "2", "train.py"])
    config = load_config_from_file(str(file))
    options = {action.dest for action in parser._actions}
    assert set(config.fsdp_config) | set(config.deepspeed_config) <= options
    args, _, _ = _validate_launch_command(args)
    if not args.use_deepspeed:
        return args, prepare_multi_gpu_env(args)
    args.deepspeed_fields_from_accelerate_config = list(config.deepspeed_config)
    return args, prepare_deepspeed_cmd_env(args)[1]


def test_fsdp2_s_file_becomes_the_plugin_that_it_describes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args, environment = launched("fsdp2", project)
    assert args.use_fsdp
    assert environment["ACCELERATE_MIXED_PRECISION"] == "bf16"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    plugin = FullyShardedDataParallelPlugin()
    assert plugin.fsdp_version == 2
    assert plugin.reshard_after_forward is True
    assert plugin.cpu_ram_efficient_loading is True
    assert plugin.activation_checkpointing is False
    assert plugin.state_dict_type.name == "FULL_STATE_DICT"
    assert plugin.auto_wrap_policy.__name__ == "transformer_auto_wrap_policy"


@pytest.mark.parametrize(("name", "stage"), [("zero2", "2"), ("zero3", "3")])
def test_deepspeed_s_files_become_the_environment_that_its_plugin_reads(
    name: str, stage: str, project: Path
) -> None:
    args, environment = launched(name, project)
    assert args.use_deepspeed
    assert environment["ACCELERATE_USE_DEEPSPEED"] == "true"
    assert environment["ACCELERATE_DEEPSPEED_ZERO_STAGE"] == stage
    assert environment["ACCELERATE_DEEPSPEED_OFFLOAD_PARAM_DEVICE"] == "none"
    assert environment["ACCELERATE_DEEPSPEED_ZERO3_INIT"] == str(stage == "3").lower()
    assert environment["ACCELERATE_MIXED_PRECISION"] == "bf16"


def test_one_process_for_each_gpu_without_sharding(project: Path) -> None:
    args, environment = launched("ddp", project)
    assert args.multi_gpu
    assert environment["ACCELERATE_MIXED_PRECISION"] == "bf16"
    assert not {"ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED"} & environment.keys()
