"""The tasks that are out of the oracle's reach, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping

_REASONS: Mapping[str, str] = {
    "needs the mouse to drag": (
        "bisect-angle daily-calendar drag-box drag-circle drag-cube drag-items drag-items-grid "
        "drag-shapes drag-shapes-2 drag-single-shape drag-sort-numbers draw-circle draw-line "
        "form-sequence resize-textarea use-slider use-slider-2"
    ),
    "needs a click on a point of a drawing that is no element": (
        "circle-center find-midpoint hot-cold right-angle"
    ),
    "needs the mouse to hover": "chase-circle hover-shape",
    "opens its sub-menus by hovering; a click on a parent ends the episode": "click-menu",
    "needs text to be marked": "highlight-text highlight-text-2 text-editor",
    "needs a box inside the page to be scrolled": "scroll-text-2 sign-agreement",
    "rewards clicks by the second on targets that move": "moving-items",
    "reads single keys and the enter key": "terminal",
    "an airline's saved site: no right steps are known": (
        "flight.AA flight.Alaska flight.Alaska-auto flight.Alaska-auto-medium"
    ),
}
BEYOND: Mapping[str, str] = {
    name: reason for reason, names in _REASONS.items() for name in names.split()
}
"""Task -> reason."""
