"""Read one step in plain words: instruction -> sub-task, by rules."""

from __future__ import annotations

import re

from domprune.types import ActionType, SubTask

_VERBS = {
    ActionType.CLICK: "click tap press hit push open view show expand collapse check uncheck tick "
    "untick toggle submit confirm accept dismiss close remove delete add follow start",
    ActionType.TYPE: "type enter fill input write put insert key replace",
    ActionType.SELECT_OPTION: "select choose pick set change",
    ActionType.SCROLL: "scroll",
    ActionType.NAVIGATE: "navigate visit browse",
}
_ACTION_OF = {verb: action for action, verbs in _VERBS.items() for verb in verbs.split()}
_SAYING = frozenset(("search", "ask", "answer", "reply", "say", "leave", "give", "name", "rename"))
"""Verbs of typing where something quoted follows."""
_FIELD_NOUNS = frozenset(
    ("name", "username", "surname", "city", "town", "street", "address", "company", "title",
     "subject", "email", "country", "password", "airport")
)  # fmt: skip
"""What may stand before a value without a comma: "the last name Miller"."""
SAID_LIMIT = 4000
"""Characters of an instruction that are read."""
FIELD_KINDS = (
    r"(?:(?:text|search|input|entry)\s*(?:field|box|bar|area|input)s?|textfield|textbox|textarea"
    r"|search\s*bar|searchbox|field|box|input)"
)
CHOICE_KINDS = (
    r"(?:drop[\s-]*down(?:\s*(?:menu|list|box))?|select(?:\s*box)?|list\s*box|combo\s*box)"
)
_QUOTED = re.compile(
    r"[\"\u201c\u201d]([^\"\u201c\u201d]+)[\"\u201c\u201d]"
    r"|(?<!\w)['\u2018]((?:[^'\u2018\u2019]|(?<=\w)['\u2019](?=\w))+?)['\u2019](?!\w)"
)
_QUOTES = re.compile(r"[\"\u201c\u201d\u2018\u2019]|(?<!\w)'|'(?!\w)")
_INTO = re.compile(r"\s+(?:in|into|inside|at|to|as|for|on|under)\s+(?:the\s+|your\s+|a\s+)*", re.I)
_LABELLED = re.compile(
    rf"^(?:{FIELD_KINDS}|{CHOICE_KINDS})?\s*"
    r"(?:(?:under|below|with|labell?ed|named|called|next\s+to|beside|for|titled|saying)\s+)?"
    r"(?:the\s+)?(?:text\s+)?(.*)$",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"[,\s]*\b(?:at|in|on|from|to|near)\s+the\s+(?:very\s+)?"
    r"(?:(?:top|bottom|upper|lower|left|right|head|foot|header|footer|sidebar|middle|centre|center"
    r"|corner|side|hand|main|navigation|nav|menu|bar|page|screen|site)\b[\s-]*)+"
    r"(?:(?:of|on)\s+the\s+(?:page|screen|site|window|left|right|top|bottom))?",
    re.IGNORECASE,
)
"""Words that say where on the page something lies."""
_TAIL = re.compile(rf"\s*(?:{FIELD_KINDS}|{CHOICE_KINDS}|text|menu|list)\s*$", re.IGNORECASE)
_COPIED = re.compile(
    r"^the\s+text\s+of\s+the\s+.+?\s+into\s+(?:the\s+)?(?P<target>.+)$", re.IGNORECASE
)
_SET_TO = re.compile(r"^(.*?)\s+(?:to|with|as)\s+(.+)$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:for|in|on|at|under|within)\s+(?:the|your|my)\s+[^,'\"]{1,60},\s+", re.IGNORECASE
)
_SEARCH = re.compile(r"^search\s+(?:.{1,60}?\s)??for\s+(.+)$", re.IGNORECASE)
_COLLECTED = re.compile(
    r"\b(?:into|in|on|onto|to)\s+(?:the\s+|my\s+|your\s+|a\s+)?(?:\w+\s+)?"
    r"(?:basket|cart|bag|trolley|playlist|calendar|wish\s*list|favou?rites|queue|folder)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|your|my|a|an)\s+", re.IGNORECASE)
_THEN = re.compile(r"^(.+?)[,:]\s+(?!then\b|and\b)(.+)$", re.IGNORECASE)
_URL = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)


def parse_instruction(text: str) -> SubTask:
    """Return the sub-task that an instruction in plain English words describes.

    Never fails: words it cannot place stay in the target. Quoted text is taken literally.

    >>> task = parse_instruction("Type 'Paris' in the destination field")
    >>> task.action_type.value, task.value, task.target_text
    ('TYPE', 'Paris', 'destination')
    """
    said = " ".join(text[:SAID_LIMIT].split())
    action, rest = _action(_CLAUSE.sub("", said.rstrip(".!")))
    if action is ActionType.TYPE:
        target, value = _typing(rest)
    elif action is ActionType.SELECT_OPTION:
        target, value = _choosing(rest)
        if not value and not re.search(CHOICE_KINDS, rest, re.IGNORECASE):
            action = ActionType.CLICK
    elif action is ActionType.NAVIGATE:
        url = _URL.search(rest)
        target, value = "", url[0] if url else rest
    else:
        target, value = _unquoted(rest), ""
    return SubTask(next_steps=said, action_type=action, target_text=target, value=value)


def _action(said: str) -> tuple[ActionType, str]:
    """Return the action that the first verb names, CLICK where none does, and what follows it."""
    lowered = said.lower()
    if lowered in ("done", "stop", "finish", "finished", "task complete"):
        return ActionType.DONE, ""
    if re.match(r"(fail|terminate|give up)\b", lowered):
        return ActionType.FAIL, ""
    if re.match(r"(go to|navigate to|visit)\s+(https?:|www\.)", lowered):
        return ActionType.NAVIGATE, said
    first, _, rest = said.partition(" ")
    verb = first.lower().strip(",:")
    if _SEARCH.match(said) or (verb in _SAYING and _QUOTED.search(rest)):
        return ActionType.TYPE, said
    if verb == "put" and _COLLECTED.search(rest):
        return ActionType.CLICK, said
    action = _ACTION_OF.get(verb, ActionType.CLICK)
    known_click = first.lower() in ("click", "tap", "press", "hit", "push", "check", "tick")
    if action is ActionType.CLICK and not known_click:
        return action, said
    return action, re.sub(r"^(?:on|in|out)\s+", "", rest, flags=re.IGNORECASE)


def _typing(rest: str) -> tuple[str, str]:
    """Return (target, value) of a typing step."""
    quoted = _QUOTED.search(rest)
    if copied := _COPIED.match(rest):
        return copied["target"], ""
    if search := _SEARCH.match(rest):
        return "search", (quoted[1] or quoted[2]) if quoted else search[1]
    if quoted:
        before, after = rest[: quoted.start()], rest[quoted.end() :]
        around = after if _INTO.match(after) else f"{before} {after}"
        return _field(around) or _unquoted(around), quoted[1] or quoted[2]
    if swapped := re.match(r"^(?:the\s+)?(.+?)\s+with\s+(.+)$", rest, re.IGNORECASE):
        before, value = swapped[1], swapped[2]
        if not _INTO.search(before):
            return _TAIL.sub("", before), value
    parts = _INTO.split(rest, maxsplit=1)
    if len(parts) == 2:
        return _field(" in " + parts[1]) or parts[0], parts[0]
    return _alone(rest)


def _alone(rest: str) -> tuple[str, str]:
    """Return (target, value) where no "in the ..." parts them: "the city, Paris"; "Paris"."""
    article = _ARTICLE.match(rest)
    if article is None:
        return rest, rest
    named = rest[article.end() :]
    if parts := _THEN.match(named):
        return _TAIL.sub("", parts[1]), parts[2]
    tokens = named.split()
    start = len(tokens)
    while start and _looks_like_value(tokens[start - 1]):
        start -= 1
    given = tokens[start:]
    if start and given and (tokens[start - 1] in _FIELD_NOUNS or not "".join(given).isalpha()):
        return " ".join(tokens[:start]), " ".join(given)
    return _TAIL.sub("", named), ""


def _looks_like_value(token: str) -> bool:
    return token[0].isupper() or "@" in token or any(map(str.isdigit, token))


def _field(around: str) -> str:
    """Return what names the field in the words after "in the ..."; "" where nothing does."""
    named = _INTO.sub(" ", " " + PLACE.sub(" ", around).strip(), count=1).strip()
    match = _LABELLED.match(named)
    target = (match[1] if match else named).strip()
    said = _TAIL.sub("", _unquoted(target)).strip()
    return said or ("search" if "search" in named.lower() else "")


def _choosing(rest: str) -> tuple[str, str]:
    """Return (target, value) of a choosing step; value is "" where only one thing is named."""
    quoted = [a or b for a, b in _QUOTED.findall(rest)]
    if len(quoted) >= 2:
        return quoted[1], quoted[0]
    parts = re.split(r"\s+(?:from|in|under|as|for)\s+(?:the\s+)?", rest, maxsplit=1)
    if len(parts) == 2:
        return _field(" in " + parts[1]), _unquoted(parts[0])
    if changed := _SET_TO.match(rest):
        return _TAIL.sub("", _unquoted(changed[1])), _unquoted(PLACE.sub("", changed[2]))
    return _unquoted(rest), ""


def _unquoted(text: str) -> str:
    return _QUOTES.sub("", text).strip(" .,:;")
