"""Strings -> one run of bytes -> its letters alone, and where among them words begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.folding import folded
from domprune.scoring.places import Places

HEAD = 8
"""Bytes that are read as one number."""
_NUL, _SIGN, _LETTER, _DIGIT = range(4)
"""Kinds of bytes; no other two add up to what a letter and a digit do."""
_PART = 16_000


def _kind(code: int) -> int:
    letter = chr(code)
    if not code or letter in "0123456789":
        return _DIGIT if code else _NUL
    return _LETTER if code >= 128 or letter.isalpha() else _SIGN


_KINDS = bytes(map(_kind, range(256)))
_SIGNS = bytes(code for code, kind in enumerate(_KINDS) if kind == _SIGN)
_LOWER = bytes(range(256)).lower()


class StrayNul(ValueError):
    """A string that was joined holds a NUL of its own."""


def join(strings: Sequence[str]) -> str:
    """Return strings with a NUL behind each; of their own they may have none, see `expect`."""
    return "\0".join(strings) + "\0" if strings else ""


def expect(strings: int, ends: int) -> None:
    """Raise StrayNul where a run of so many joined strings has more ends.

    To look for NULs in the strings beforehand would take longer than to join them.
    """
    if ends > strings + 1:
        raise StrayNul(f"{strings} joined strings end at {ends - 1} places")


def fold_run(text: str) -> bytes:
    r"""Return strings as `join` does, in UTF-8, with what is not ASCII folded.

    A whole run opens with one more NUL.

    >>> fold_run("\0" + join(["Sign-in", "Café24"]))
    b'\x00Sign-in\x00Cafe24\x00'
    """
    parts, start = [], 0
    while start < len(text):
        # A part and what becomes of it lie in the processor's cache together.
        end = text.find("\0", start + _PART) + 1 or len(text)
        part = text[start:end]
        parts.append(part.encode() if part.isascii() else folded(part))
        start = end
    return b"".join(parts)


def letters_of(run: bytes) -> bytes:
    """Return the letters and digits of a run in lower case, NULs as they are."""
    return run.translate(_LOWER, _SIGNS)


@dataclass(frozen=True, slots=True)
class Borders:
    """Where words begin or strings end, in order: in a run, and among its letters."""

    letters: bytes
    in_run: Places
    places: Places
    """`in_run`, but among the letters."""
    are_ends: NDArray[np.bool_]

    def then(self, other: Borders) -> Borders:
        """Return both as of one run; the first end of the other is the last one of this."""
        return Borders(
            self.letters[:-1] + other.letters,
            np.concatenate((self.in_run[:-1], other.in_run + self.in_run[-1])),
            np.concatenate((self.places[:-1], other.places + self.places[-1])),
            np.concatenate((self.are_ends[:-1], other.are_ends)),
        )


def find_borders(run: bytes) -> Borders:
    r"""Return where words begin and strings end.

    >>> borders = find_borders(fold_run("\0" + join(["Sign-in", "", "Cafe24"])))
    >>> borders.places.tolist(), borders.places[borders.are_ends].tolist()
    ([0, 1, 5, 7, 8, 9, 13, 15], [0, 7, 8, 15])
    """
    kinds = np.frombuffer(run.translate(_KINDS), np.uint8)
    before, here = kinds[:-1], kinds[1:]
    are_borders = kinds == _NUL
    are_borders[1:] |= (before <= _SIGN) & (here > _SIGN)
    are_borders[1:] |= before + here == _LETTER + _DIGIT
    marked = (are_borders | (kinds == _SIGN)).nonzero()[0]
    among = are_borders.take(marked).nonzero()[0]
    in_run = marked.take(among)
    among -= np.arange(len(among))  # how many signs stand before it
    return Borders(letters_of(run), in_run, in_run - among, kinds.take(in_run) == _NUL)


def head_of(letters: bytes) -> int:
    """Return the first `HEAD` letters as one number, the greater the later they sort."""
    return int.from_bytes(letters[:HEAD].ljust(HEAD, b"\0"))


def heads_from(letters: bytes) -> tuple[int, int]:
    """Return the least and the greatest head that begins with so many letters as a head holds."""
    least = head_of(letters)
    return least, least | (1 << 8 * max(HEAD - len(letters), 0)) - 1
