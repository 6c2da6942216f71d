"""One case -> annotated or dropped."""

from __future__ import annotations

from pathlib import Path

from domprune.annotate.labels import Annotator
from domprune.annotate.quality import QualityControl
from domprune.types import Annotated, Case, Dropped


def annotate_case(
    case: Case, annotator: Annotator, control: QualityControl, screenshot: Path | None
) -> Annotated | Dropped:
    """The case's labels, checked; a case that would be dropped anyway is not annotated first.

    Raises what the annotator raises.
    """
    if refused := control.refusal(case):
        return refused
    picture = screenshot.read_bytes() if screenshot else None
    return control.check(case, annotator.annotate(case, picture), screenshot)
