"""Real Chromium behind the proxy: none of the benchmark's ways out reaches a canary."""

from __future__ import annotations

import pytest
from benchmarks.security_egress import Arm, play
from benchmarks.security_vectors import vectors

ENOUGH = 40
SEEN = (
    "picture",
    "location",
    "fetch",
    "web socket",
    "redirect 302 of the page",
    "service worker's request",
    "rebinding: the allowed name turns to an inner address",
    "address: IPv4 in IPv6",
    "typed: TLS",
)
"""Ways that every Chromium tries: their refusal is seen, so that silence means something."""


@pytest.mark.chromium
def test_no_way_out_leaks() -> None:
    outcomes = {outcome.name: outcome for outcome in play(Arm.ours, vectors())}
    assert len(outcomes) > ENOUGH
    assert [one for one in outcomes.values() if one.connections or one.requests] == []
    assert [name for name in SEEN if not outcomes[name].refused] == []
    assert sum(outcome.refused for outcome in outcomes.values()) > ENOUGH


@pytest.mark.chromium
def test_canaries_hear_what_is_not_held_back() -> None:
    chosen = [vector for vector in vectors() if vector.name in SEEN]
    silent = [one.name for one in play(Arm.open, chosen) if not one.requests]
    assert len(chosen) == len(SEEN)
    assert silent == []
