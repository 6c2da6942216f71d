"""Models that want to do harm: random actions, carried out and judged by others than the guard."""

from __future__ import annotations

import pytest
from benchmarks.security_fuzz import decide
from benchmarks.security_guard import attack


@pytest.mark.chromium
def test_garbled_addresses_are_let_through_only_where_chromium_stays_inside() -> None:
    allowed, breaches = decide(10_000, seed=1)
    assert breaches == []
    assert allowed > 300


@pytest.mark.chromium
def test_a_hostile_model_breaks_no_rule_on_a_hostile_site() -> None:
    harm = attack(100, seed=2)
    assert harm.breaches == []
    assert harm.actions == 100
    assert harm.executed > 5
    assert sum(harm.refused.values()) > 20
