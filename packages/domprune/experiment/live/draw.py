"""One step -> the picture of its viewport with the kept elements boxed and ranked."""

from __future__ import annotations

from dataclasses import replace

from domprune.episode import Seen, Step
from domprune.overlay import overlay, preview
from domprune.types import NO_GOLD, Gold, Pruned, Scored

WIDTH = 1000
"""Pixels; a picture is small enough to be embedded."""


def draw_step(step: Step) -> bytes | None:
    """Return a JPEG: what was kept by rank, what was acted on dashed; None without a screenshot."""
    if step.seen is None or step.seen.screenshot is None:
        return None
    if step.pruned is None:
        return preview(step.seen.screenshot, WIDTH)
    here = Pruned([_moved(one, step.seen) for one in step.pruned.kept], step.pruned.ranked)
    acted = NO_GOLD
    if step.action is not None and step.action.element_id is not None:
        acted = Gold(frozenset({step.action.element_id}), frozenset({step.action.element_id}))
    elements = [one.element for one in here.kept]
    drawn = overlay(step.seen.screenshot, elements, here, acted, "chosen")
    return preview(drawn.after, WIDTH)


def _moved(scored: Scored, seen: Seen) -> Scored:
    """Return the element where the picture shows it: boxes are measured from the document's top."""
    box = scored.element.box
    if box is None:
        return scored
    moved = replace(box, left=box.left - seen.left, top=box.top - seen.top)
    return Scored(replace(scored.element, box=moved), scored.score)
