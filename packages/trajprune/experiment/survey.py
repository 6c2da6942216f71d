"""One record -> what the survey keeps of it: id, question, verdict, size, or why it is no run."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

from common.eval.judge import Judge
from common.llm import LLMError
from common.trajectory import Trajectory
from trajprune.experiment.ledger import NO_VERDICT
from trajprune.formats import WRITERS, Format, Inexpressible, Record, Refused, decode, written
from trajprune.score import generated_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyWork:
    """Reads one record and judges its answer; never raises."""

    format: Format | None
    judge: Judge

    def __call__(self, file: int, item: int, record: Record) -> bytes:
        """The row of the survey, as JSON."""
        try:
            trajectory = decode(record, self.format)
            correct = verdict(trajectory, self.judge)
            content = digest(written(WRITERS[Format.own](trajectory)))
        except (Refused, Inexpressible) as error:
            return _row(refused=str(error))
        except LLMError as error:
            return _row(refused=f"{NO_VERDICT}: {record.place}: {error}")
        except Exception as error:  # one run never ends the batch; the reason is reported
            return _row(refused=f"{record.place}: {type(error).__name__}: {error}")
        return _row(
            id=trajectory.id,
            content=content,
            question=digest(same_question(trajectory.question)),
            source=trajectory.source,
            correct=correct,
            rounds=len(trajectory.rounds),
            tokens=generated_tokens(trajectory),
        )


def verdict(trajectory: Trajectory, judge: Judge) -> bool | None:
    """Whether the run was right: as it says itself, else by the judge; None where nobody can tell.

    A run without an answer is wrong where there is a right one.
    """
    if trajectory.success is not None:
        return trajectory.success
    if not trajectory.gold:
        return None
    if trajectory.answer is None:
        return False
    return judge.right(trajectory.question, trajectory.answer, trajectory.gold)


def same_question(question: str) -> str:
    """The spelling under which runs of one question meet."""
    return " ".join(unicodedata.normalize("NFC", question).split())


def digest(text: str) -> str:
    """16 bytes that stand for a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _row(**known: object) -> bytes:
    names = ("refused", "id", "content", "question", "source", "correct", "rounds", "tokens")
    return written({name: known.get(name) for name in names}).encode()  # type: ignore[misc]
