"""The checkpoints of one training: which are whole, and whether they are of this training."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from common.files import to_plain, write_json
from common.training.errors import WrongCheckpoint
from common.training.settings import TrainingSettings
from common.training.types import Point, Trained

MARK = "whole.json"
"""Written into a checkpoint's folder last: without it a kill came in between."""
IDENTITY = "identity.json"
FINISHED = "trained.json"
FREE = {"per_device", "bad_rows", "evaluate_every", "save_every", "checkpoints", "log_every"}
"""Settings that a training may go on with changed."""


def identity(settings: TrainingSettings, data: Iterable[object], seed: int) -> dict[str, object]:
    """What must be equal for a training to go on from a checkpoint: model, rows, settings, seed."""
    rows = hashlib.sha256()
    for item in data:
        rows.update(json.dumps(to_plain(item), sort_keys=True).encode())
    chosen = to_plain(dataclasses.asdict(settings))
    assert isinstance(chosen, dict)
    base = chosen.pop("model")
    return {
        "model": {**_model(settings.model.path), "settings": base},
        "rows": rows.hexdigest(),
        "settings": {name: value for name, value in chosen.items() if name not in FREE},
        "seed": seed,
    }


def open_folder(folder: Path, mine: Mapping[str, object]) -> Path | None:
    """The newest whole checkpoint in `folder`, None where there is none; half ones are removed.

    Raises:
        WrongCheckpoint: the folder belongs to another training.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _read(folder / IDENTITY)
    if known is None:
        write_json(folder / IDENTITY, mine)
    else:
        _compare(folder, known, mine)
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    for checkpoint in found:
        if not (checkpoint / MARK).is_file():
            shutil.rmtree(checkpoint)
    whole = [checkpoint for checkpoint in found if checkpoint.is_dir()]
    return whole[-1] if whole else None


def going_on(checkpoint: Path | None) -> str:
    """How a line about the start of a training ends."""
    return f", going on from {checkpoint.name}" if checkpoint else ""


def mark_whole(checkpoint: Path, step: int) -> None:
    """Say that everything of the checkpoint has been written."""
    write_json(checkpoint / MARK, {"step": step})


def finish(folder: Path, trained: Trained) -> Trained:
    """Keep that the training is over; `finished` finds it."""
    plain = to_plain(trained)
    assert isinstance(plain, dict)
    # The folder may be moved.
    write_json(folder / FINISHED, {name: it for name, it in plain.items() if name != "folder"})
    return trained


def finished(folder: Path) -> Trained | None:
    """The training that already ended in `folder`, if one did."""
    known = _read(folder / FINISHED)
    if known is None:
        return None
    curves = {name: _points(points) for name, points in known["curves"].items()}
    read = {"losses": _points(known["losses"]), "held_out": _points(known["held_out"])}
    return Trained(**{**known, **read, "curves": curves, "folder": folder})


def _points(values: Iterable[Mapping[str, float]]) -> tuple[Point, ...]:
    return tuple(Point(step=int(it["step"]), value=it["value"]) for it in values)


def _model(path: str) -> dict[str, object]:
    """The shape and a print of the weights of a folder; of a hub model its name."""
    folder = Path(path)
    if not folder.is_dir():
        return {"name": path}
    config = _read(folder / "config.json") or {}
    weights = hashlib.sha256()
    for file in sorted(folder.glob("*.safetensors")):
        with file.open("rb") as stream:
            weights.update(f"{file.name} {file.stat().st_size} ".encode())
            # The header with all names and shapes, and then numbers enough.
            weights.update(stream.read(1 << 20))
    return {
        "type": config.get("model_type"),
        "config": hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest(),
        "weights": weights.hexdigest(),
    }


def _compare(folder: Path, known: Mapping[str, object], mine: Mapping[str, object]) -> None:
    here, there = _flat(mine), _flat(known)
    # Where a model lies may change; what it is may not.
    place = {"model.settings.path"} if "model.weights" in here else set()
    other = [
        f"{key} was {there.get(key)!r} and is {here.get(key)!r}"
        for key in sorted(here.keys() | there.keys())
        if here.get(key) != there.get(key) and key not in place
    ]
    if other:
        what = "model" if any(it.startswith("model.") for it in other) else "training"
        raise WrongCheckpoint(
            f"{folder} holds a checkpoint of another {what}: {'; '.join(other[:5])}; remove that "
            "folder to start anew, or name another run folder"
        )


def _flat(value: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[prefix + key] = item
    return flat


def _read(file: Path) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    value = json.loads(file.read_text("utf-8"))
    return value if isinstance(value, dict) else None
