"""Supervised fine-tuning: rows -> encoded turns -> trained model folder; the door of SFTTrainer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from trl import SFTConfig, SFTTrainer

from common.run import Run
from common.training.arguments import common_arguments
from common.training.batches import PictureBatches, row_namer
from common.training.checkpoints import finished, going_on, identity, open_folder
from common.training.encode import encode_row
from common.training.errors import BadRow, TrainingError
from common.training.gather import gather, gather_held_out
from common.training.model import adapters, load_model
from common.training.outcome import keep, shared
from common.training.reader import Reader, load_reader
from common.training.settings import SftSettings
from common.training.trainer import Careful
from common.training.types import Encoded, Trained, TrainingRow
from common.training.watch import Watch


class CarefulSft(Careful, SFTTrainer):
    """TRL's trainer with our checkpoints and failures."""


def train_sft(
    rows: Sequence[TrainingRow | BadRow],
    held_out: Sequence[TrainingRow | BadRow],
    settings: SftSettings,
    run: Run,
    *,
    name: str = "sft",
) -> Trained:
    """Train on the assistant turns of `rows`; the model lies in the run's folder `name`.

    Curves are logged as `name`/loss and so on; `held_out`, which may be empty, is measured on the
    way. A run that was killed goes on from its newest whole checkpoint; one that had ended returns
    what it returned. Every process of a distributed launch calls this with the same arguments.

    Raises:
        TrainingError: nothing to train on, a checkpoint of another training, a loss that is no
            number, a full memory; each says what to do.
    """
    started = time.monotonic()
    reader = load_reader(settings.model)

    def encoded(row: TrainingRow) -> list[Encoded]:
        return encode_row(row, reader, settings.length)

    train = gather(rows, encoded, run, settings.bad_rows, name)
    test = gather_held_out(held_out, encoded, run, settings.bad_rows, name)
    folder = shared(run.folder / name)
    checkpoint = open_folder(folder, identity(settings, [*train.made, *test], run.seed))
    before = finished(folder)
    if before is not None:
        run.say(f"{name}: already trained, {before.steps} steps: {folder}")
        return before
    trainer = build_trainer(train.made, test, settings, reader, folder, run, name)
    run.say(f"{name}: {train.rows} rows, {len(train.made)} sequences" + going_on(checkpoint))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return keep(trainer, settings, folder, rows=train.rows, dropped=train.dropped, started=started)


def build_trainer(
    train: Sequence[Encoded],
    test: Sequence[Encoded],
    settings: SftSettings,
    reader: Reader,
    folder: Path,
    run: Run,
    name: str,
) -> CarefulSft:
    """The trainer with model and data, before its first step."""
    pictures = any(it.images for it in (*train, *test))
    if settings.packing and reader.sees:
        # Its positions in three dimensions hide where a dialogue begins: packed ones would see
        # each other, which a test of the losses shows.
        raise TrainingError(
            "packing must be false for a model that sees images: set packing=false, and per_device "
            "as high as the memory allows"
        )
    arguments = SFTConfig(
        **common_arguments(settings, folder, rows=len(train), held_out=bool(test), seed=run.seed),
        max_length=settings.length if settings.packing else None,
        packing=settings.packing,
        eval_packing=False,
    )
    trainer = CarefulSft(
        model=load_model(settings.model),
        args=arguments,
        data_collator=PictureBatches(reader) if pictures else None,
        train_dataset=_dataset(train, pictures),
        eval_dataset=_dataset(test, pictures) if test else None,
        processing_class=reader.processor,
        peft_config=adapters(settings.model),
    )
    trainer.name_rows = row_namer(train)
    trainer.add_watch(Watch(run, name, rows=trainer.rows_of_step))
    return trainer


def _dataset(encoded: Sequence[Encoded], pictures: bool) -> Dataset:
    columns: dict[str, list[Any]] = {
        "input_ids": [it.input_ids for it in encoded],
        "labels": [it.labels for it in encoded],
    }
    if pictures:
        columns["images"] = [[str(path) for path in it.images] for it in encoded]
    return Dataset.from_dict(columns)
