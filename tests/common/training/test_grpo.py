"""GRPO learns from named parts of a reward, in one turn and in several."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from common.llm.local_model.loading import load_local_model
from common.llm.request import Request
from common.llm.settings import Backend, LLMSettings
from common.llm.types import Message
from common.run import Run
from common.training.dialogues import Dialogues
from common.training.errors import OutOfMemory, TrainingError
from common.training.grpo import build_trainer, train_grpo
from common.training.reader import load_reader
from common.training.settings import BaseModelSettings, GrpoSettings
from common.training.tiny import Architecture
from common.training.types import Answer, Prompt, TrainingMessage

from .job import letters


def settings(folder: Path, **changes: object) -> GrpoSettings:
    """A few quick steps on a CPU."""
    plain = {
        "batch": 8, "per_device": 8, "steps": 2, "learning_rate": 2e-3, "length": 300, "answer": 6,
        "activation_checkpointing": False, "warmup": 0.0, "save_every": 0,
    }  # fmt: skip
    return GrpoSettings(**{"model": BaseModelSettings(path=str(folder)), **plain, **changes})


def prompts(count: int) -> list[Prompt]:
    return [
        Prompt(id=f"p{number}", messages=(TrainingMessage("user", f"say {number}"),))
        for number in range(count)
    ]


def curve(folder: Path, name: str) -> list[float]:
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [line[name] for line in lines if name in line]


def test_the_reward_rises_and_its_parts_are_curves(qwen2: Path, tmp_path: Path) -> None:
    def reward(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
        return [{"e": float("e" in answer), "bias": 1.0} for answer in answers]

    chosen = settings(qwen2, steps=30, batch=16, per_device=16, learning_rate=5e-3, kl=0.0)
    trained = train_grpo(prompts(8), reward, chosen, Run(tmp_path))
    total = [point.value for point in trained.curves["reward"]]
    assert sum(total[-5:]) / 5 > sum(total[:5]) / 5 + 0.3
    parts = curve(tmp_path, "grpo/reward/e")
    assert curve(tmp_path, "grpo/reward/bias") == [1.0] * 30
    assert [1.0 + part for part in parts] == pytest.approx(total)
    assert all(0 < share < 1 for share in curve(tmp_path, "grpo/reward_share"))


def test_held_out_prompts_are_answered_greedily_on_the_way(qwen2: Path, tmp_path: Path) -> None:
    """Three prompts in batches of two: each counts once, and the training does not notice."""
    last: dict[str, Answer] = {}

    def reward(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
        last.update((it.id, answer) for it, answer in zip(prompts, answers, strict=True))
        return letters(prompts, answers)

    asked = [replace(prompt, id=f"held{prompt.id}") for prompt in prompts(6)[3:]]
    chosen = settings(qwen2, steps=5, batch=4, per_device=2, evaluate_every=2, answer=12)
    unmeasured = train_grpo(prompts(3), letters, chosen, Run(tmp_path / "unmeasured"))
    trained = train_grpo(prompts(3), reward, chosen, Run(tmp_path), held_out=asked)
    assert trained.losses == unmeasured.losses
    assert trained.curves["reward"] == unmeasured.curves["reward"]
    ours, theirs = (load_file(it.folder / "model.safetensors") for it in (trained, unmeasured))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)

    assert [point.step for point in trained.curves["eval_reward"]] == [0, 2, 4, 5]
    model = load_local_model(
        LLMSettings(backend=Backend.local, model=str(trained.folder), device="cpu")
    )
    said = [
        model.sample(
            Request(
                messages=(Message("user", it.messages[0].content),), temperature=0.0, max_tokens=12
            ),
            [0],
        )[0].text
        for it in asked
    ]
    assert said == [last[prompt.id] for prompt in asked]
    scores = letters(asked, [Answer([text]) for text in said])
    for part in ("short", "e"):
        expected = sum(score[part] for score in scores) / 3
        assert curve(tmp_path, f"grpo/eval_reward/{part}")[-1] == pytest.approx(expected)
        assert trained.curves[f"eval_reward/{part}"][-1].value == pytest.approx(expected)
    assert "eval_loss" not in trained.curves


def test_advantages_compare_the_answers_to_one_prompt(qwen2: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []

    def reward(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
        scores = [float(place) for place, _ in enumerate(prompts)]
        seen.extend((prompt.id, score) for prompt, score in zip(prompts, scores, strict=True))
        return [{"place": score} for score in scores]

    chosen = settings(qwen2)
    reader = load_reader(chosen.model)
    trainer = build_trainer(
        prompts(2), reward, None, chosen, reader, tmp_path, Run(tmp_path), "grpo"
    )
    batch = next(iter(trainer.get_train_dataloader()))
    trainer.model.train()
    made = trainer._generate_and_score_completions(batch)
    assert [prompt for prompt, _ in seen] == [seen[0][0]] * 4 + [seen[4][0]] * 4
    spread = torch.tensor([0.0, 1, 2, 3])
    expected = (spread - 1.5) / (spread.std() + 1e-4)
    assert torch.allclose(made["advantages"], torch.cat([expected, expected]), atol=1e-5)


@pytest.mark.parametrize("architecture", [Architecture.qwen2, Architecture.qwen3])
def test_a_dialogue_is_learned_from_where_the_model_itself_speaks(
    tiny: Callable[[Architecture], Path], architecture: Architecture, tmp_path: Path
) -> None:
    asked: list[tuple[str, ...]] = []

    def converse(prompt: Prompt, answers: Sequence[str]) -> str | None:
        asked.append(tuple(answers))
        return None if len(answers) == 2 else "go on"

    chosen = settings(tiny(architecture))
    reader = load_reader(chosen.model)
    rollout = Dialogues(prompts(1), converse, reader, chosen)
    trainer = build_trainer(
        prompts(1), letters, converse, chosen, reader, tmp_path, Run(tmp_path), "grpo"
    )
    # An answer that ends by itself, whatever the weights say: the end is the likeliest token.
    scripted = Scripted(trainer, [reader.ids("plan<|im_end|>"), reader.ids("act<|im_end|>")])
    messages = [{"role": "user", "content": "say 0", "row": 0}]
    told = rollout([messages, messages], scripted)
    assert told["turns"] == [["plan", "act"]] * 2
    assert asked == [("plan",), ("plan",), ("plan", "act"), ("plan", "act")]
    assert told["completion_ids"] is not None
    assert told["env_mask"] is not None
    ids, own = told["completion_ids"][0], told["env_mask"][0]
    spoken = [it for it, mine in zip(ids, own, strict=True) if mine]
    assert reader.tokenizer.decode(spoken) == "plan<|im_end|>act<|im_end|>"
    between = [it for it, mine in zip(ids, own, strict=True) if not mine]
    assert reader.tokenizer.decode(between).startswith("\n<|im_start|>user\ngo on<|im_end|>\n")
    assert reader.tokenizer.decode(scripted.contexts[1][0]).endswith(
        "assistant\n" + ("<think>\n\n</think>\n\n" if architecture is Architecture.qwen3 else "")
    )


class Scripted:
    """A trainer that answers with given tokens, one after the other."""

    def __init__(self, trainer: object, answers: Sequence[list[int]]) -> None:
        self._trainer = trainer
        self._answers = iter(answers)
        self.contexts: list[list[list[int]]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._trainer, name)

    def _generate_single_turn(
        self, contexts: list[list[int]], *_: object
    ) -> tuple[list[list[int]], None]:
        self.contexts.append(contexts)
        answer = next(self._answers)
        return [answer] * len(contexts), None


def test_a_whole_training_converses(qwen2: Path, tmp_path: Path) -> None:
    told: list[Answer] = []

    def reward(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
        told.extend(answers)
        return [{"turns": float(len(answer.turns))} for answer in answers]

    trained = train_grpo(
        prompts(4), reward, settings(qwen2, answer=40), Run(tmp_path), converse=lambda *_: "more"
    )
    assert trained.steps == 2
    assert all(answer == answer.turns[-1] for answer in told)


def test_pictures_are_prompts_too(
    tiny: Callable[[Architecture], Path], picture: Path, tmp_path: Path
) -> None:
    message = TrainingMessage("user", "colour?")
    shown = [Prompt(id=name, messages=(message,), images=(picture,)) for name in "ab"]
    chosen = settings(tiny(Architecture.qwen2_5_vl), steps=1)
    assert train_grpo(shown, letters, chosen, Run(tmp_path)).steps == 1
    with pytest.raises(TrainingError, match="must have no images"):
        train_grpo(shown, letters, chosen, Run(tmp_path / "x"), converse=lambda *_: None)
    with pytest.raises(TrainingError, match="all have images or none, and p0 has none"):
        train_grpo([*shown, *prompts(1)], letters, chosen, Run(tmp_path / "y"))


def test_a_reward_that_is_no_reward_is_told(qwen2: Path, tmp_path: Path) -> None:
    for name, reward, message in [
        ("few", lambda prompts, answers: [{"x": 1.0}], "one mapping for each of 8 answers, not 1"),
        (
            "nan",
            lambda prompts, answers: [{"x": float("nan")} for _ in answers],
            r"an answer to prompt p\d must be finite",
        ),
    ]:
        with pytest.raises(TrainingError, match=message):
            train_grpo(prompts(4), reward, settings(qwen2), Run(tmp_path / name))


def test_a_full_memory_is_told_with_step_and_remedy(qwen2: Path, tmp_path: Path) -> None:
    calls: list[int] = []
    full = 2

    def reward(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[Mapping[str, float]]:
        calls.append(len(answers))
        if len(calls) == full:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return letters(prompts, answers)

    chosen = settings(qwen2, save_every=1, steps=4)
    with pytest.raises(
        OutOfMemory, match=r"step 2 does not fit .* with prompts p\d, p\d: lower per_d"
    ):
        train_grpo(prompts(4), reward, chosen, Run(tmp_path))
    assert (tmp_path / "grpo" / "checkpoint-1" / "whole.json").exists()
    assert train_grpo(prompts(4), letters, chosen, Run(tmp_path)).steps == 4
    calls.clear()
    full = 1
    with pytest.raises(OutOfMemory, match=r"measuring after step 0 .* prompts p4, p5: lower"):
        train_grpo(prompts(4), reward, chosen, Run(tmp_path / "x"), held_out=prompts(6)[4:])
