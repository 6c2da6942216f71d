"""A task about a message -> its steps: open it, then delete, mark, answer or pass it on."""

from __future__ import annotations

import re

_NAME = r"([A-Z][\w-]*)"
_QUOTED = re.compile(r"\"([^\"]*)\"")
_ABOUT = re.compile(r"\b(?:e-?mail|mail|message|inbox)s?\b", re.IGNORECASE)
_FROM = (
    re.compile(rf"\b(?:from|by)\s+{_NAME}"),
    re.compile(rf"\b{_NAME}'s?\s+(?:\w+\s+)?(?:e-?mail|mail|message|text)"),
    re.compile(rf"\b{_NAME}\s+(?:has\s+)?(?:just\s+)?sent\b"),
    re.compile(rf"\b(?:[Rr]eply|[Rr]espond|[Aa]nswer)\s+(?:back\s+)?to\s+{_NAME}"),
    re.compile(rf"\b(?:[Aa]nswer|[Tt]ell)\s+{_NAME}"),
)
_TO = (
    re.compile(rf"\bto\s+{_NAME}"),
    re.compile(rf"\b(?:[Ss]end|[Ee]mail|[Ff]orward|[Gg]ive)\s+{_NAME}\s+(?:the|a|that)\b"),
)
_ACTS = (
    (
        "forward",
        re.compile(r"\b[Ff]orward|\b[Ss]end\b|\b[Pp]ass\b|\b[Ee]mail\s+[A-Z]|\b[Ss]hare\b"),
    ),
    ("reply", re.compile(r"\brepl(?:y|ied)|\brespon[ds]|\banswer|\btell\b", re.IGNORECASE)),
    ("delete", re.compile(r"\bdelet|\btrash|\bremove|\bget rid", re.IGNORECASE)),
    ("star", re.compile(r"\bstar\b|\bimportant\b|\bmark\b|\bflag\b", re.IGNORECASE)),
)


def message_steps(task: str) -> list[str]:
    """Return the steps of a task about one person's message; [] for any other task.

    >>> message_steps("Please forward Ann's email to Bo.")[-2:]
    ['Type "Bo" into the "to:" field', 'Click the send icon']
    """
    sender = _first(_FROM, task)
    if not sender or not _ABOUT.search(task):
        return []
    unquoted = _QUOTED.sub(" ", task)
    acts = [act for act, said in _ACTS if said.search(unquoted.replace(sender, " "))]
    quoted = _QUOTED.findall(task)
    opened = f'Click the email by "{sender}"'
    if "reply" in acts and quoted:
        written = f'Type "{quoted[-1]}" into the reply text area'
        return [opened, 'Click the "Reply" button', written, "Click the send icon"]
    if "delete" in acts:
        return [f'Click the trash icon of the email by "{sender}"']
    if "star" in acts:
        return [f'Click the star icon of the email by "{sender}"']
    receiver = _first(_TO, unquoted.replace(sender, " "))
    if "forward" not in acts or not receiver:
        return []
    addressed = f'Type "{receiver}" into the "to:" field'
    return [opened, 'Click the "Forward" button', addressed, "Click the send icon"]


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str:
    found = (match for pattern in patterns if (match := pattern.search(text)))
    return next((match[1] for match in found), "")
