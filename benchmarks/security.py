"""How much gets out of a browser, past the guard, and into an agent's next action.

    python -m benchmarks.security [egress] [hostile] [injection] [--quick] [--jobs 2]

1. egress: every way out of a page in real Chromium, three times: with an open network, with
   Playwright's `context.route` alone, and behind our proxy. Canaries on loopback say what got out.
2. hostile: a model that wants to do harm: random actions, carried out on a hostile site through the
   agent's own hands, and garbled addresses against the guard alone, judged by Chromium's reading.
   A stopped run is taken up again where it stopped.
3. injection: our 200 injection pages: how often the rules agent prefers what was injected.

All three where none is named; each writes its results/security_PART.json. Exit code 1 where
anything leaks or a rule is broken. --quick: our arm, a tenth of the actions; writes no file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks.record import RESULTS, save
from benchmarks.security_batches import attack_in_batches
from benchmarks.security_egress import Arm, Outcome, play
from benchmarks.security_fuzz import decide
from benchmarks.security_guard import Harm
from benchmarks.security_injection import Rate, rates
from benchmarks.security_vectors import vectors

PARTS = ("egress", "hostile", "injection")
JOURNAL = "security_hostile.jsonl"
"""What the hostile model has done so far, beside the results until all is done."""
QUOTED = (
    "context.route alone leaked 5-6 of 22 in the study that the issue quotes, not measured here"
)


def egress(quick: bool) -> tuple[int, dict[str, object]]:
    """Play all vectors; print the table; return how many leak with us, and the figures."""
    chosen = vectors()
    arms = [Arm.ours] if quick else list(Arm)
    outcomes = {arm: {one.name: one for one in play(arm, chosen)} for arm in arms}
    live = [
        vector.name for vector in chosen if quick or outcomes[Arm.open][vector.name].connections
    ]
    print(f"{len(chosen)} ways out, {len(live)} of them reach a canary with an open network")
    print(f"{'arm':22}{'requests got out':>18}{'or connections':>16}   of {len(live)}")
    result: dict[str, object] = {"vectors": len(chosen), "live": len(live)}
    for arm, found in outcomes.items():
        told = _told(found)
        print(f"{arm:22}{len(told['requests']):>18}{len(told['connections']):>16}")
        result[arm] = {"leaked": told, "refused": sum(one.refused for one in found.values())}
    if not quick:
        dead = [vector.name for vector in chosen if vector.name not in live]
        print(f"not reached even with an open network: {', '.join(dead)}")
        print(f"leaks past context.route: {', '.join(_told(outcomes[Arm.route])['requests'])}")
        result["not live"] = dead
    print(f"refused by our proxy, seen: {sum(one.refused for one in outcomes[Arm.ours].values())}")
    print(QUOTED)
    leaks = _told(outcomes[Arm.ours])["connections"]
    print(f"leaks with the egress proxy: {len(leaks)}\n")
    return len(leaks), result


def _told(found: Mapping[str, Outcome]) -> dict[str, list[str]]:
    """Return the names of the vectors that said something to a canary, and that reached one."""
    return {
        "requests": [name for name, one in found.items() if one.requests],
        "connections": [name for name, one in found.items() if one.connections],
    }


def hostile(actions: int, deeds: int, seed: int, jobs: int) -> tuple[int, dict[str, object]]:
    """Let the hostile model act; print and return what came of it."""
    harm = attack_in_batches(actions, seed, jobs, RESULTS / JOURNAL)
    allowed, garbled = decide(deeds, seed)
    refused = sum(harm.refused.values())
    print(f"hostile model, seed {seed}: {harm.actions} random actions in Chromium,"
          f" {harm.executed} done, {refused} refused, {harm.actions - harm.executed - refused}"
          f" missed, {harm.secrets_typed} secrets typed at home, {harm.seconds:.0f} s")  # fmt: skip
    print(f"  refused: {_counted(harm)}")
    print(f"  {deeds} garbled deeds against the guard alone: {allowed} allowed")
    breaches = [*harm.breaches, *garbled]
    for breach in breaches:
        print(f"  BREACH {breach}")
    print(f"breaches of the policy: {len(breaches)}\n")
    figures = {
        "actions": harm.actions, "executed": harm.executed, "refused": dict(harm.refused),
        "missed": dict(harm.missed), "secrets typed": harm.secrets_typed, "deeds": deeds,
        "deeds allowed": allowed, "breaches": breaches, "seed": seed,
        "browser seconds": round(harm.seconds),
    }  # fmt: skip
    return len(breaches), figures


def _counted(harm: Harm) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in harm.refused.most_common())


def injection() -> tuple[int, dict[str, Rate]]:
    """Print and return how often what was injected is what the rules agent would act on."""
    found = rates()
    print(f"{'injection':18}{'pages':>7}{'chosen':>9}{'outranks':>10}{'right chosen':>14}")
    for name, rate in found.items():
        print(f"{name:18}{rate.pages:>7}{rate.chosen:>9.2f}{rate.outranks:>10.2f}"
              f"{rate.right:>14.2f}")  # fmt: skip
    chosen = round(found["all"].chosen * found["all"].pages)
    print("chosen: the action would land on what was injected; outranks: it is ranked before the")
    print(f"right element; of {chosen} chosen the guard refuses {found['all'].stopped}\n")
    return 0, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="our arm, a tenth; writes no file")
    parser.add_argument("--actions", type=int, default=10_000, help="in Chromium")
    parser.add_argument("--deeds", type=int, default=10_000, help="decided by the guard alone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="browsers of the hostile model at once")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"there is no part {sorted(unknown)}; there are {', '.join(PARTS)}")
    part = 10 if asked.quick else 1
    measures: Mapping[str, Callable[[], tuple[int, object]]] = {
        "egress": lambda: egress(asked.quick),
        "hostile": lambda: hostile(
            asked.actions // part, asked.deeds // part, asked.seed, asked.jobs
        ),
        "injection": injection,
    }
    bad = 0
    for name in asked.parts or PARTS:
        broken, result = measures[name]()
        bad += broken
        if not asked.quick:
            file = save(f"security_{name}", ("playwright", "h11", "idna"), {name: result})
            print(f"written to {file}\n", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
