"""Miners on random graphs, planted redundancy and gold evidence on real runs.

    python -m benchmarks.trajprune [--quick]

Rules were made while looking at the half `work` of the questions; `report` is the other half.
--quick: few random graphs. Exit code 2 without the measurement data.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks import trajprune_evidence, trajprune_miners, trajprune_redundancy
from benchmarks.record import save
from benchmarks.trajprune_evidence import Kept
from benchmarks.trajprune_miners import Row
from benchmarks.trajprune_redundancy import Found
from benchmarks.trajprune_runs import data_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    data_folder()
    checked = 10 if quick else 100
    right = trajprune_miners.agree_with_trying_all(checked)
    print(f"exact against trying all sets, 10 rounds: {right} of {3 * checked} equal")
    miners = trajprune_miners.rows(quick)
    show_miners(miners)
    planted = trajprune_redundancy.rows()
    show_planted(planted)
    evidence = trajprune_evidence.rows()
    show_evidence(evidence)
    path = save(
        "trajprune",
        ("numpy", "scipy"),
        {
            "trying_all": {"graphs": 3 * checked, "equal": right},
            "miners": [asdict(row) for row in miners],
            "planted": [asdict(row) for row in [*planted, *totals(planted)]],
            "evidence": [asdict(row) for row in evidence],
        },
    )
    print(f"written to {path}")


def show_miners(rows: Sequence[Row]) -> None:
    """Print times, proofs, gaps."""
    print(f"\n{'rounds x facts':16}{'again':8}{'graphs':>7}{'proven':>8}{'exact ms':>10}{'cpu':>7}"
          f"{'worst':>8}{'paper ms':>10}{'kept':>6}  paper's gap")  # fmt: skip
    for row in rows:
        size = f"{row.rounds} x {row.facts:,}"
        print(
            f"{size:16}{row.level:8}{row.graphs:>7}{row.proven:>8}{row.exact_ms:>10.1f}"
            f"{row.exact_cpu_ms:>7.1f}{row.exact_worst_ms:>8.0f}{row.paper_ms:>10.1f}{row.kept:>6.0f}"
            f"  {row.gap.mean:.1%} [{row.gap.low:.1%}, {row.gap.high:.1%}]"
            f", at most {row.gap_largest:.0%}"
        )


def show_planted(rows: Sequence[Found]) -> None:
    """Print recall and precision, each set and all sets together."""
    print(f"\n{'planted':15}{'builder':9}{'half':8}{'set':18}{'rounds':>7}{'recall':>9}{'precision':>11}"
          f"{'judged rounds':>15}{'recall':>9}{'precision':>11}")  # fmt: skip
    for row in [*rows, *totals(rows)]:
        if row.planted:
            print(
                f"{row.kind:15}{row.builder:9}{row.half:8}{row.set:18}{row.planted:>7.0f}"
                f"{share(row.found, row.planted):>9}{share(row.found, row.found + row.wrong):>11}"
                f"{row.judged_planted:>15.0f}{share(row.judged_found, row.judged_planted):>9}"
                f"{share(row.judged_found, row.judged_found + row.judged_wrong):>11}"
            )


def totals(rows: Sequence[Found]) -> list[Found]:
    """The rows of all sets together."""
    sums: dict[tuple[str, str, str], Found] = {}
    for row in rows:
        key = (row.kind, row.builder, row.half)
        total = sums.setdefault(
            key, Found(set="all sets", kind=row.kind, builder=row.builder, half=row.half)
        )
        for name in ("runs", "abstained", "planted", "found", "wrong"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
        for name in ("judged_planted", "judged_found", "judged_wrong"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return list(sums.values())


def show_evidence(rows: Sequence[Kept]) -> None:
    """Print the evidence kept and the rounds dropped."""
    print(f"\n{'builder':9}{'half':8}{'runs':22}{'evidence kept':>22}{'rounds dropped':>24}")
    for row in rows:
        kept = f"{row.kept} of {row.evidence} {share(row.kept, row.evidence)}"
        dropped = f"{row.dropped} of {row.rounds} {share(row.dropped, row.rounds)}"
        print(
            f"{row.builder:9}{row.half:8}{f'{row.runs} {row.runs_that}':22}{kept:>22}{dropped:>24}"
        )


def share(part: float, whole: float) -> str:
    """A share in per cent; a dash of nothing."""
    return f"{part / whole:.1%}" if whole else "-"


if __name__ == "__main__":
    main()
