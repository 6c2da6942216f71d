"""A file of questions with their answers -> questions."""

from __future__ import annotations

import json
from pathlib import Path

from trajprune import sample
from trajprune.rollout import Question

ANSWERS = ("gold", "answers", "answer")


def read_questions(place: str, limit: int = 0) -> list[Question]:
    """The first `limit` questions of the file (0: all); of the sample where none is named.

    A line is {"question", "id", and "answer", "answers" or "gold", a text or a list of them}.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is no question, two have one id or there is none; file and line named.
    """
    file = Path(place).expanduser() if place else sample.QUESTIONS
    found: dict[str, Question] = {}
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            one = _question(line, f"{file}:{number}", f"{file.stem}-{number}")
            if one.id in found:
                raise ValueError(f"{file}:{number}: a second question has the id {one.id!r}")
            found[one.id] = one
    if not found:
        raise ValueError(f"questions: {file} holds none")
    return list(found.values())[: limit or None]


def _question(line: str, where: str, name: str) -> Question:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where}: {error}; correct the line") from None
    fields = value if isinstance(value, dict) else {}
    text = fields.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f'{where}: a question needs "question", a text')
    given: object = next((fields[key] for key in ANSWERS if fields.get(key) is not None), [])
    gold = given if isinstance(given, list) else [given]
    return Question(
        id=str(fields.get("id") or name), text=text.strip(), gold=tuple(str(one) for one in gold)
    )
