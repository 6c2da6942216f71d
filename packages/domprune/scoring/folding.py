"""Strings -> UTF-8, what is not ASCII folded: all characters of a run at once."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.places import Places
from domprune.text import fold, words

Codes = NDArray[np.uint32]

_BLANK = ord(" ")
_UNKNOWN, _GONE, _INVOLVED = range(0xD800, 0xD803)
"""Surrogates, to which nothing folds, stand for what is no code."""
_LAST = 0xFFFF
"""Stands for all characters from there on, which are emojis for the most part."""


def folded(text: str) -> bytes:
    """Return strings, a NUL behind each, folded character by character where that is safe."""
    codes: Codes = np.array(text).reshape(1).view(np.uint32)
    foreign = (codes > 127).nonzero()[0]
    own = _FOLDED.of(codes[foreign])
    is_involved = own == _INVOLVED
    involved = foreign[is_involved]
    ends = (codes == 0).nonzero()[0] if involved.size else involved
    own[is_involved] = _BLANK
    codes[foreign] = own
    odd = own[own > 127]
    are_gone = odd == _GONE
    if are_gone.any():
        codes = codes[codes != _GONE]
    if are_gone.all():
        out = codes.astype(np.uint8).tobytes()
    else:
        out = codes.astype("<u2").tobytes().decode("utf-16-le").encode()
    return _refolded(out, text, ends, involved) if involved.size else out


def _refolded(out: bytes, text: str, ends: Places, involved: Places) -> bytes:
    """Return folded strings, those that hold involved characters folded as a whole.

    `ends` and `involved`: where in the text strings end and such characters stand. Blanks around
    what is folded as a whole are for the signs that it may have opened or ended with.
    """
    parts, done = [], 0
    out_ends = (np.frombuffer(out, np.uint8) == 0).nonzero()[0]
    for place in np.unique(ends.searchsorted(involved)).tolist():
        first, last = (ends[place - 1] + 1, out_ends[place - 1] + 1) if place else (0, 0)
        parts += [out[done:last], f" {' '.join(words(text[first : ends[place]]))} ".encode()]
        done = out_ends[place]
    return b"".join([*parts, out[done:]])


class _Folded:
    """What each character up to `_LAST` folds to on its own; learnt when it is first met."""

    def __init__(self) -> None:
        self._table = np.full(_LAST + 1, _UNKNOWN, np.uint16)
        self._table[_LAST] = _INVOLVED

    def of(self, codes: Codes) -> NDArray[np.uint16]:
        """Return one code for each: its fold, a blank, _GONE or _INVOLVED."""
        own = self._table.take(codes, mode="clip")
        new = list(set(codes[own == _UNKNOWN].tolist()))
        if new:
            self._table[new] = [_fold_one(chr(code)) for code in new]
            own = self._table.take(codes, mode="clip")
        return own


def _fold_one(character: str) -> int:
    """Return the code that a character folds to.

    It is _INVOLVED where one code cannot say it: several letters (ss), or a character such as a
    vowel sign that may melt into the one before it.
    """
    own = fold(character)
    if _may_melt(character):
        return _INVOLVED
    if not own:
        return _GONE
    if not any(map(str.isalnum, own)):
        return _BLANK
    return ord(own) if len(own) == 1 and ord(own) < _LAST else _INVOLVED


def _may_melt(character: str) -> bool:
    first = unicodedata.normalize("NFKD", character)[0]
    if unicodedata.category(first).startswith("M"):
        return not "\u0300" <= first <= "\u036f"
    return "\u1160" <= first <= "\u11ff"


_FOLDED = _Folded()
