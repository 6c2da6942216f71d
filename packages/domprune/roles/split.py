"""A task told in plain words -> its steps, by rules."""

from __future__ import annotations

import re

_VERBS = (
    "accept|add|answer|apply|archive|ask|book|bookmark|browse|buy|cancel|change|check|choose|clear"
    "|click|close|collapse|confirm|continue|copy|delete|dismiss|edit|empty|enter|expand|fill|filter|find|follow|go"
    "|hide|hit|increase|insert|keep|leave|log|look|make|mark|move|name|navigate|open|order|paste|pay|pick|pin"
    "|place|post|press|proceed|push|put|raise|remove|rename|replace|reply|reset|save|scroll"
    "|search|select|send|set|share|show|sign|sort|star|start|subscribe|submit|switch|take|tap|tick"
    "|toggle|turn|type|uncheck|unfollow|unstar|untick|upvote|use|view|visit|vote|write"
)
_QUOTED = re.compile(r"\"[^\"]*\"|\u201c[^\u201d]*\u201d|(?<!\w)['\u2018].*?['\u2019](?!\w)")
_HELD = re.compile("\ue000(\\d+)\ue001")
_NUMBERED = re.compile(r"(?:^|\s)\(?\d{1,2}[.)]\s+(?=[A-Za-z])")
_BREAK = re.compile(
    rf"\s*[;\n]\s*(?:(?:and|then)\s+)*|[.!]\s+(?:(?:and|then|finally|next|after\s+that),?\s+)*"
    rf"(?=[A-Z\ue000])|,?\s+(?:and\s+)?then,?\s+|,?\s+and\s+(?=(?:{_VERBS})\b)"
    rf"|,\s+(?=(?:{_VERBS})\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:first|then|next|finally|please|and)\b,?\s+", re.IGNORECASE)
_ENTER = re.compile(r"^(?:press|hit|push|tap)\s+(?:the\s+)?(?:enter|return)\b", re.IGNORECASE)


def split_steps(task: str) -> list[str]:
    """The steps of a task in plain words, in their order; what stands in quotes stays whole.

    >>> split_steps("Open the basket, then type 'salt and pepper' in the note and press Enter.")
    ['Open the basket', "type 'salt and pepper' in the note and press Enter"]
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\ue000{len(held) - 1}\ue001"

    text = "\n".join(" ".join(line.split()) for line in task.splitlines())
    text = _NUMBERED.sub("\n", _QUOTED.sub(hold, text))
    parts = [_LEADING.sub("", part.strip(" ,.")) for part in _BREAK.split(text)]
    whole = [_HELD.sub(lambda match: held[int(match[1])], part) for part in parts if part]
    steps: list[str] = []
    for step in whole:
        if steps and _ENTER.match(step):
            steps[-1] += f" and {step}"
        else:
            steps.append(step)
    return steps
