"""Perplexity of pruned models beside the issue's bars, and what judgement is worth.

    python -m benchmarks.weightprune [--model llama-260k] [--sparsity 0.5] [--seeds 0 1]
        [--parts baselines patterns ours policies] [--budget 200] [--fresh]
    python -m benchmarks.weightprune --folder MODEL --calibration FILE --test FILE

The two measured models by default, or any model in the transformers format with token arrays of
one's own (.npz with windows named act, grad, search and hessian, or .npy). Everything is measured
in this run on the same calibration and test windows. What is done is in
results/weightprune-MODEL.json at once, and a run that was stopped goes on there; --fresh begins
anew. Only calibration windows decide anything; the test windows are read for the tables alone.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.record import RESULTS, save
from benchmarks.weightprune_bars import PATTERNS, PUBLISHED
from benchmarks.weightprune_bench import Bench, Source
from benchmarks.weightprune_methods import Found, baselines, ours, patterns
from benchmarks.weightprune_policies import policies
from benchmarks.weightprune_tables import tables

PARTS = ("baselines", "patterns", "ours", "policies")
ANY_MODEL = (0.5, 0.6, 0.7)
POLICIES_AT = 0.5
NEAR = 0.01
LIBRARIES = ("torch", "transformers", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One measured figure."""

    model: str
    seed: int
    part: str
    found: Found
    seconds: float
    """Processor time since the figure before."""
    budget: float
    """Evaluations that one search was given; 0 where none is."""


def main() -> None:
    """Measure what is asked and not yet there, then print everything."""
    asked = _arguments()
    for source in _sources(asked):
        cells = [] if asked.fresh else _read(source.name)
        targets = asked.sparsity or sorted(PUBLISHED.get(source.name, dict.fromkeys(ANY_MODEL)))
        for seed in asked.seeds:
            _measure(source, seed, targets, asked, cells)
        print(tables([asdict(cell) for cell in cells]))


def _measure(
    source: Source,
    seed: int,
    targets: Sequence[float],
    asked: argparse.Namespace,
    cells: list[Cell],
) -> None:
    bench: Bench | None = None
    for part in asked.parts:
        wanted = [0.5] if part == "patterns" else targets
        budget = asked.budget if part == "ours" else 0.0
        done = [one for one in cells if _key(one) == (source.name, seed, part, budget)]
        missing = [one for one in wanted if not _is_finished(done, one)]
        if part == "policies":
            missing = [one for one in missing if one == POLICIES_AT]
        if not missing:
            continue
        # a part that was cut short, or had another budget, is measured again as a whole
        cells[:] = [
            one
            for one in cells
            if _key(one)[:3] != (source.name, seed, part)
            # the rules' rounds end near their target, not on it
            or min(abs(one.found.sparsity - target) for target in missing) > NEAR
        ]
        bench = bench or Bench(source, seed)
        last = time.process_time()
        for found in _run(bench, part, missing, budget):
            now = time.process_time()
            cells.append(
                Cell(
                    model=source.name,
                    seed=seed,
                    part=part,
                    found=found,
                    seconds=now - last,
                    budget=budget,
                )
            )
            last = now
            print(f"{source.name} seed {seed}: {found.method} {found.sparsity:.0%}", flush=True)
            save(_name(source.name), LIBRARIES, {"cells": [asdict(one) for one in cells]})


def _run(bench: Bench, part: str, targets: Sequence[float], budget: float) -> Iterator[Found]:
    if part == "baselines":
        yield from baselines(bench, targets)
    elif part == "patterns":
        yield from patterns(bench)
    elif part == "ours":
        yield from ours(bench, targets, budget)
    else:
        for target in targets:
            yield from policies(bench, target)


LAST = {
    "baselines": "alphapruning",
    "patterns": "sparsegpt 2:4",
    "ours": "sparsegpt at our allocation",
    "policies": "search",
}
"""A part is finished at a sparsity when its last method is there."""


def _key(cell: Cell) -> tuple[str, int, str, float]:
    return cell.model, cell.seed, cell.part, cell.budget


def _is_finished(done: Sequence[Cell], sparsity: float) -> bool:
    """Whether the last method of a part is among its cells."""
    return any(
        one.found.sparsity == sparsity and one.found.method == LAST[one.part] for one in done
    )


def _name(model: str) -> str:
    return f"weightprune-{model}"


def _read(model: str) -> list[Cell]:
    file = RESULTS / f"{_name(model)}.json"
    if not file.is_file():
        return []
    return [
        Cell(**{**cell, "found": Found(**cell["found"])})
        for cell in json.loads(file.read_text("utf-8"))["cells"]
    ]


def _sources(asked: argparse.Namespace) -> list[Source]:
    if asked.folder:
        return [
            Source(
                name=asked.folder.name,
                model=asked.folder,
                calibration=asked.calibration,
                test=asked.test,
                calibration_rows=asked.calibration_rows,
                test_rows=asked.test_rows,
            )
        ]
    return [source for source in measured_sources() if asked.model in ("", source.name)]


def measured_sources() -> list[Source]:
    """The two models that the issue measures, with the windows that it names."""
    llama, qwen = _data() / "models" / "llama-260k", _data() / "models" / "qwen3-small"
    return [
        Source(
            name=llama.name,
            model=llama,
            calibration=llama / "self_text.npy",
            test=llama / "self_text.npy",
            calibration_rows="0:128",
            test_rows="128:384",
        ),
        Source(
            name=qwen.name,
            model=qwen,
            calibration=qwen / "calibration.npz",
            test=qwen / "test.npy",
        ),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--model", default="", choices=["", *PATTERNS])
    parser.add_argument("--folder", type=Path, help="a model of one's own")
    parser.add_argument("--calibration", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--calibration-rows", default="", help='"0:128"')
    parser.add_argument("--test-rows", default="")
    parser.add_argument("--sparsity", type=float, nargs="+", default=[])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--budget", type=float, default=200, help="evaluations of one search")
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    if asked.folder and not (asked.calibration and asked.test):
        parser.error("--folder needs --calibration and --test")
    return asked


def _data() -> Path:
    named = os.environ.get("PRUNE_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


if __name__ == "__main__":
    main()
