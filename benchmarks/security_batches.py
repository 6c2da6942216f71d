"""The hostile model in batches: side by side, and kept in a journal so that a stopped run goes on.

seed and number of each batch -> attack -> journal -> all together
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.security_guard import Harm, attack

from common.files import JsonLines
from common.parallel import map_ordered
from domprune.experiment.kept import read_kept

BATCH = 500
"""Actions of one batch: one browser, one set of servers, one seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """So many actions of one seed, and what came of them."""

    seed: str
    harm: Harm


def attack_in_batches(actions: int, seed: int, jobs: int, journal: Path) -> Harm:
    """Do so many random actions, `jobs` batches at a time; those in the journal are not done again.

    A batch draws the same actions whatever runs beside it, by `seed`, its number and its size. The
    journal is removed once all batches are done.
    """
    sizes = [min(BATCH, actions - start) for start in range(0, actions, BATCH)]
    done = {batch.seed: batch.harm for batch in read_kept(journal, Batch)}
    lines = JsonLines(journal)

    def batch(number: int) -> Harm:
        name = f"{seed}.{number} of {sizes[number]}"
        if name not in done:
            done[name] = attack(sizes[number], name)
            lines.append(Batch(seed=name, harm=done[name]))
        _tell(name, done[name])
        return done[name]

    harms = [outcome.unwrap() for outcome in map_ordered(batch, range(len(sizes)), jobs)]
    journal.unlink(missing_ok=True)
    return _together(harms)


def _tell(name: str, harm: Harm) -> None:
    print(f"  batch {name}: {harm.executed} done, {sum(harm.refused.values())} refused,"
          f" {len(harm.breaches)} breaches, {harm.seconds:.0f} s", flush=True)  # fmt: skip


def _together(harms: list[Harm]) -> Harm:
    """Return what all batches came to; their seconds, some of them side by side, are added."""
    return Harm(
        actions=sum(harm.actions for harm in harms),
        executed=sum(harm.executed for harm in harms),
        refused=sum((harm.refused for harm in harms), Counter()),
        missed=sum((harm.missed for harm in harms), Counter()),
        secrets_typed=sum(harm.secrets_typed for harm in harms),
        breaches=[breach for harm in harms for breach in harm.breaches],
        seconds=sum(harm.seconds for harm in harms),
    )
