"""Annotated steps -> the training and the test part of the low-level benchmark, by whole sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256

TRAIN, TEST = "train", "test"


def split_sites(sites: Sequence[str], share: float, seed: int) -> Mapping[str, str]:
    """The part of each site, so that about `share` of the steps are for testing.

    `sites` names the site of each step. No site is in both parts, so the test pages are new to what
    is trained; with two sites or more, neither part is empty. Sites are taken in an order that
    depends on the seed and their names alone. (Prune4Web, appendix B.3, splits single steps.)

    >>> split_sites(["a", "a", "b", "c", "c"], share=0.2, seed=0)
    {'a': 'train', 'b': 'test', 'c': 'train'}
    """
    steps = Counter(sites)
    ordered = sorted(steps, key=lambda site: sha256(f"{seed}/{site}".encode()).digest())
    wanted = share * len(sites)
    chosen: set[str] = set()
    held = 0
    for site in ordered:
        if abs(wanted - held - steps[site]) < abs(wanted - held):
            chosen.add(site)
            held += steps[site]
    if not chosen and len(ordered) > 1 and share > 0:
        chosen.add(min(ordered, key=lambda site: steps[site]))
    return {site: TEST if site in chosen else TRAIN for site in sorted(steps)}
