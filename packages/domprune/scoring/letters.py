"""Strings -> one run of bytes -> its letters alone, and where among them words begin."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domprune.text import fold, words

Places = NDArray[np.intp]

HEAD = 8
"""Bytes that are read as one number."""
_NUL, _SIGN, _LETTER, _DIGIT, _HIGH = 0, 1, 2, 3, 8
"""Kinds of bytes; no other two add up to what a letter and a digit do."""
_PART = 16_000
_BLANK = ord(" ")
_UNKNOWN, _GONE, _INVOLVED = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_CODES = 0x110000


def _kind(code: int) -> int:
    if code == 0 or code >= 128:
        return _HIGH if code else _NUL
    letter = chr(code)
    return _LETTER if letter.isalpha() else _DIGIT if letter.isdigit() else _SIGN


_UNSPACED = "\u0e00".encode()[0]
"""The least byte that begins a character of three bytes, as all have that need no blanks."""
_KINDS = bytes(map(_kind, range(256)))
_SIGNS = bytes(code for code, kind in enumerate(_KINDS) if kind == _SIGN)
_LOWER = bytes(range(256)).lower()


class StrayNul(ValueError):
    """A string that was joined holds a NUL of its own."""


def join(strings: Sequence[str]) -> str:
    """Return strings with a NUL behind each; of their own they may have none, see `expect`."""
    return "\0".join(strings) + "\0" if strings else ""


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
        parts.append(part.encode() if part.isascii() else _folded(part))
        start = end
    return b"".join(parts)


def letters_of(run: bytes) -> bytes:
    """Return the letters and digits of a run in lower case, NULs as they are."""
    return run.translate(_LOWER, _SIGNS)


def find_words(run: bytes) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    r"""Return where among a run's letters words begin or strings end, and which of these are ends.

    >>> marks, are_ends = find_words(fold_run("\0" + join(["Sign-in", "", "Cafe24"])))
    >>> marks.tolist(), marks[are_ends].tolist()
    ([1, 5, 7, 8, 9, 13, 15], [7, 8, 15])
    """
    kinds = np.frombuffer(run.translate(_KINDS), np.uint8)
    before, here = kinds[:-1], kinds[1:]
    begins = ((before <= _SIGN) & (here > _SIGN)) | (before + here == _LETTER + _DIGIT)
    marks = np.flatnonzero(begins | (here == _NUL))
    return np.cumsum(here != _SIGN, dtype=np.int32)[marks], here[marks] == _NUL


def head_of(letters: bytes) -> int:
    """Return the first `HEAD` letters as one number, the greater the later they sort."""
    return int.from_bytes(letters[:HEAD].ljust(HEAD, b"\0"))


def heads_from(letters: bytes) -> tuple[int, int]:
    """Return the least and the greatest head that begins with so many letters as a head holds."""
    least = head_of(letters)
    return least, least | (1 << 8 * max(HEAD - len(letters), 0)) - 1


def ends_of(run: bytes) -> Places:
    """Return where the NULs stand: before the first string and behind each one."""
    return np.flatnonzero(np.frombuffer(run, np.uint8) == 0)


def expect(strings: int, ends: Places) -> None:
    """Raise StrayNul where a run of so many joined strings has more ends, see `ends_of`.

    To look for NULs in the strings beforehand would take longer than to join them.
    """
    if len(ends) > strings + 1:
        raise StrayNul(f"{strings} joined strings end at {len(ends) - 1} places")


def unspaced_of(letters: bytes, ends: Places) -> bytes:
    """Return those strings of a run that may hold a script without blanks, a NUL before each.

    `ends`: see `ends_of`.
    """
    high = np.flatnonzero(np.frombuffer(letters, np.uint8) >= _UNSPACED)
    if not high.size:
        return b""
    strings = np.searchsorted(ends, high) - 1
    strings = strings[np.diff(strings, prepend=-1) > 0]
    bounds = zip(ends[strings].tolist(), ends[strings + 1].tolist(), strict=True)
    return b"".join([letters[start:end] for start, end in bounds])


def _folded(text: str) -> bytes:
    """Return strings with what is not ASCII folded, character by character where that is safe."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").copy()
    foreign = (codes > 127).nonzero()[0]
    folded = _FOLDED.of(codes[foreign])
    odd = folded[folded > 127]
    is_involved = folded == _INVOLVED
    involved = foreign[is_involved]
    ends = (codes == 0).nonzero()[0] if involved.size else involved
    folded[is_involved] = _BLANK
    codes[foreign] = folded
    if (odd == _GONE).any():
        codes = codes[codes != _GONE]
    if (odd < _INVOLVED).any():
        out = _digits_apart(codes).tobytes().decode("utf-32-le").encode()
    else:
        out = codes.astype(np.uint8).tobytes()
    return _refolded(out, text, ends, involved) if involved.size else out


def _refolded(out: bytes, text: str, ends: Places, involved: Places) -> bytes:
    """Return folded strings, those that hold involved characters folded as a whole.

    `ends` and `involved`: where in the text strings end and such characters stand.
    """
    parts, done = [], 0
    out_ends = ends_of(out)
    for place in np.unique(ends.searchsorted(involved)).tolist():
        first, last = (ends[place - 1] + 1, out_ends[place - 1] + 1) if place else (0, 0)
        parts += [out[done:last], " ".join(words(text[first : ends[place]])).encode()]
        done = out_ends[place]
    return b"".join([*parts, out[done:]])


def _digits_apart(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return folded codes with a blank wherever a digit and a letter touch that is not ASCII."""
    foreign = (codes > 127).nonzero()[0]
    is_digit = _FOLDED.is_digit
    own = is_digit[codes[foreign]]
    opens = is_digit[codes[foreign - 1]] != own
    closes = is_digit[codes[foreign + 1]] != own  # a NUL ends the run
    apart = np.sort(np.concatenate((foreign[opens], foreign[closes] + 1)))
    if not apart.size:
        return codes
    spaced = np.full(len(codes) + len(apart), _BLANK, np.uint32)
    is_own = np.ones(len(spaced), np.bool_)
    is_own[apart + np.arange(len(apart))] = False
    spaced[is_own] = codes
    return spaced


class _Folded:
    """What each character folds to on its own; learnt when it is first met."""

    def __init__(self) -> None:
        self._table: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self.is_digit: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def of(self, codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return one code a character: its fold, a blank, _GONE or _INVOLVED."""
        if not self._table.size:
            self._table = np.full(_CODES, _UNKNOWN, np.uint32)
            self.is_digit = np.zeros(_CODES, np.bool_)
            self.is_digit[ord("0") : ord("9") + 1] = True
        folded = self._table[codes]
        new = list(set(codes[folded == _UNKNOWN].tolist()))
        if new:
            found = [_fold_one(chr(code)) for code in new]
            self._table[new] = found
            self.is_digit[[one for one in found if one < _CODES and chr(one).isdecimal()]] = True
            folded = self._table[codes]
        return folded


def _fold_one(character: str) -> int:
    """Return the code that a character folds to.

    It is _INVOLVED where one code cannot say it: several letters (ss), or a character such as a
    vowel sign that may melt into the one before it.
    """
    folded = fold(character)
    if _may_melt(character):
        return _INVOLVED
    if not folded:
        return _GONE
    if not any(map(str.isalnum, folded)):
        return _BLANK
    return ord(folded) if len(folded) == 1 else _INVOLVED


def _may_melt(character: str) -> bool:
    first = unicodedata.normalize("NFKD", character)[0]
    if unicodedata.category(first).startswith("M"):
        return not "\u0300" <= first <= "\u036f"
    return "\u1160" <= first <= "\u11ff"


_FOLDED = _Folded()
