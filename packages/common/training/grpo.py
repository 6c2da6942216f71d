"""Group relative policy optimisation: prompts -> sampled, rewarded, learned; GRPOTrainer's door.

DeepSeekMath, section 4.1: the advantage of an answer is (r - mean) / (std + eps) over the K answers
to its prompt, with eps = 1e-4; the divergence from the first model is held down.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer
from trl.trainer.utils import RepeatSampler

from common.run import Run
from common.training.arguments import common_arguments
from common.training.checkpoints import finished, going_on, identity, open_folder
from common.training.dialogues import Dialogues
from common.training.encode import encode_prompt
from common.training.errors import TrainingError
from common.training.gather import gather, gather_held_out
from common.training.measuring import Measuring
from common.training.model import adapters, load_model
from common.training.outcome import keep, shared
from common.training.pictures import read_picture
from common.training.reader import Reader, load_reader
from common.training.scoring import Scorer
from common.training.settings import GrpoSettings, Vllm
from common.training.trainer import Careful
from common.training.types import Converse, Prompt, Reward, Trained
from common.training.watch import Watch


class EpochSampler(RepeatSampler):
    """TRL's order of the prompts, drawn from seed and epoch: a resumed run draws the same.

    TRL's own goes on drawing from where the process is, so a run that is resumed in a later epoch
    would see the first epoch's order again.
    """

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate at the start of every epoch."""
        if self.shuffle:
            self.generator.manual_seed((self.seed or 0) + epoch)


class CarefulGrpo(Careful, Measuring, GRPOTrainer):
    """TRL's trainer with our checkpoints, failures and measurements."""

    _asked: Sequence[Mapping[str, Any]] = ()
    """What answers were last sampled to."""

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        self._asked = inputs
        return super()._generate_and_score_completions(inputs)

    def rows_of_step(self) -> str:
        """The prompts of the step at hand."""
        return self.scorer.names([row["index"] for row in self._asked])

    def _get_train_sampler(self, dataset: Any = None) -> EpochSampler:
        made: Any = super()._get_train_sampler(dataset)
        return EpochSampler(
            data_source=made.data_source,
            mini_repeat_count=made.mini_repeat_count,
            batch_size=made.batch_size,
            repeat_count=made.repeat_count,
            shuffle=made.shuffle,
            seed=made.seed,
        )


def train_grpo(
    prompts: Sequence[Prompt],
    reward: Reward,
    settings: GrpoSettings,
    run: Run,
    *,
    held_out: Sequence[Prompt] = (),
    converse: Converse | None = None,
    name: str = "grpo",
) -> Trained:
    """Learn from the reward of sampled answers; the model lies in the run's folder `name`.

    Curves are logged as `name`/reward, `name`/reward/PART, `name`/reward_share (of the steps' time)
    and so on. The reward of greedy answers to the prompts `held_out` is measured before the first
    step and every `evaluate_every` steps: `name`/eval_reward, `name`/eval_reward/PART. With
    `converse` a prompt becomes a dialogue. A killed run goes on from its newest whole checkpoint.
    Every process of a distributed launch calls this with the same arguments.

    Raises:
        TrainingError: no prompt to learn from, a checkpoint of another training, a reward or a
            loss that is no number, a full memory; each says what to do.
    """
    started = time.monotonic()
    reader = load_reader(settings.model)
    _check_images([*prompts, *held_out], converse is not None)

    def fitting(prompt: Prompt) -> list[Prompt]:
        encode_prompt(prompt, reader, settings.length - settings.answer)
        return [prompt]

    train = gather(prompts, fitting, run, settings.bad_rows, name)
    usable = train.made
    measured = gather_held_out(held_out, fitting, run, settings.bad_rows, name)
    folder = shared(run.folder / name)
    checkpoint = open_folder(folder, identity(settings, [*usable, *measured], run.seed))
    before = finished(folder)
    if before is not None:
        run.say(f"{name}: already trained, {before.steps} steps: {folder}")
        return before
    trainer = build_trainer(
        usable, reward, converse, settings, reader, folder, run, name, held_out=measured
    )
    # A run that goes on has measured the start already.
    trainer.args.eval_on_start = bool(measured) and checkpoint is None
    run.say(f"{name}: {train.rows} prompts" + going_on(checkpoint))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return keep(trainer, settings, folder, rows=train.rows, dropped=train.dropped, started=started)


def _check_images(prompts: Sequence[Prompt], converse: bool) -> None:
    seeing = [bool(prompt.images) for prompt in prompts]
    if any(seeing) and converse:
        raise TrainingError("prompts that converse must have no images: learn from the first turn")
    if any(seeing) and not all(seeing):
        # TRL's batches cannot hold both.
        without = prompts[seeing.index(False)].id
        raise TrainingError(
            f"prompts must all have images or none, and {without} has none: learn from them apart"
        )


def build_trainer(
    prompts: Sequence[Prompt],
    reward: Reward,
    converse: Converse | None,
    settings: GrpoSettings,
    reader: Reader,
    folder: Path,
    run: Run,
    name: str,
    *,
    held_out: Sequence[Prompt] = (),
) -> CarefulGrpo:
    """The trainer with model and prompts, before its first step."""
    every = [*prompts, *held_out]
    scorer = Scorer(every, reward, reader.answer)
    places = range(len(prompts)), range(len(prompts), len(every))
    trainer = CarefulGrpo(
        model=load_model(settings.model),
        reward_funcs=[cast("Any", scorer)],
        args=_arguments(settings, folder, len(prompts), run.seed, held_out=bool(held_out)),
        train_dataset=_dataset(every, places[0], reader),
        eval_dataset=_dataset(every, places[1], reader) if held_out else None,
        processing_class=reader.processor,
        peft_config=adapters(settings.model),
        rollout_func=Dialogues(every, converse, reader, settings) if converse else None,
    )
    trainer.scorer = scorer
    trainer.add_watch(Watch(run, name, rows=trainer.rows_of_step, more=scorer.share))
    return trainer


def _arguments(
    settings: GrpoSettings, folder: Path, prompts: int, seed: int, *, held_out: bool
) -> GRPOConfig:
    arguments = common_arguments(
        settings, folder, rows=prompts * settings.group, held_out=held_out, seed=seed
    )
    vllm: dict[str, Any] = {"use_vllm": True, "vllm_mode": settings.vllm.name}
    return GRPOConfig(
        **arguments,
        num_generations=settings.group,
        # The likeliest answer is one.
        num_generations_eval=1,
        # Answers are sampled anew for every step: a checkpoint then never falls between.
        steps_per_generation=arguments["gradient_accumulation_steps"],
        max_completion_length=settings.answer,
        beta=settings.kl,
        epsilon=settings.clip_ratio,
        temperature=settings.temperature,
        loss_type="grpo",
        scale_rewards="group",
        **(vllm if settings.vllm is not Vllm.none else {}),
    )


def _dataset(prompts: Sequence[Prompt], places: Sequence[int], reader: Reader) -> Dataset:
    """The prompts at some places; messages and pixels are made when a batch asks for them."""
    seeing = any(prompt.images for prompt in prompts)

    def batch(columns: Mapping[str, Sequence[int]]) -> dict[str, list[Any]]:
        chosen = [prompts[place] for place in columns["index"]]
        turns = [reader.turns(prompt.messages, 0) for prompt in chosen]
        for place, messages in zip(columns["index"], turns, strict=True):
            messages[0]["row"] = place
        made: dict[str, list[Any]] = {"index": list(columns["index"]), "prompt": list(turns)}
        if seeing:
            made["images"] = [[read_picture(path) for path in it.images] for it in chosen]
        return made

    return Dataset.from_dict({"index": list(places)}).with_transform(batch)
