"""What somebody calls a date, a time or a colour -> what its field takes (HTML standard, 4.10.5).

>>> field_value("12/05/2026", "date")
'2026-12-05'
>>> field_value("3:30 PM", "time")
'15:30'
"""

from __future__ import annotations

import re
from datetime import datetime

SET_KINDS = frozenset({"date", "time", "datetime-local", "month", "week", "range", "color"})
"""Inputs that are set, not typed into: keys mean something else in them."""

_DAYS = (
    "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y",
    "%Y/%m/%d", "%m-%d-%Y",
)  # fmt: skip
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_MONTHS = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y")
_FORMS = {
    "date": (_DAYS, "%Y-%m-%d"),
    "time": (_TIMES, "%H:%M"),
    "month": (_MONTHS, "%Y-%m"),
    "datetime-local": (
        ("%Y-%m-%dT%H:%M", *(f"{day} {time}" for day in _DAYS for time in _TIMES)),
        "%Y-%m-%dT%H:%M",
    ),
}
_COLOURS = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000",
    "lime": "#00ff00", "blue": "#0000ff", "yellow": "#ffff00", "orange": "#ffa500",
    "purple": "#800080", "pink": "#ffc0cb", "grey": "#808080", "gray": "#808080",
    "brown": "#a52a2a", "cyan": "#00ffff", "magenta": "#ff00ff",
}  # fmt: skip


def field_value(said: str, kind: str) -> str:
    """Return the value for an input of this type; what is not understood is returned as it is.

    A day such as 03/04/2026 is read month first, unless that is no date.
    """
    text = " ".join(said.replace(",", " ").split())
    if kind in _FORMS:
        forms, written = _FORMS[kind]
        text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
        found = next(filter(None, (_parsed(text, form) for form in forms)), None)
        return found.strftime(written) if found else said
    if kind == "color":
        return _COLOURS.get(text.lower(), text.lower())
    if kind == "range":
        number = re.search(r"-?\d+(?:\.\d+)?", text)
        return number[0] if number else said
    return said


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
