"""All words of what people read on a page, found by how they begin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.haystack import Haystack
from domprune.scoring.letters import HEAD, Borders, head_of
from domprune.scoring.match import NO_HEADS, Heads, Keyword, Keywords
from domprune.scoring.needles import find_needles
from domprune.scoring.places import Places
from domprune.text import stems

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_BITS = 8 * HEAD
_REST = np.array([(1 << _BITS - 8 * size) - 1 for size in range(HEAD + 1)], np.uint64)
"""The bits of a head behind so many of its bytes."""
_OWN = ~_REST
_AFTER_OPENING = np.uint64(_BITS - 24)
"""The bits of a head behind its first three letters, which few words share."""
_HASH = 16
"""Bits by which most numbers are told from others."""
_FOREIGN = np.uint64(0x8080808080808080)
"""The bits of a head that bytes have which are not ASCII."""
_NO_HEAD = np.uint64(0)


class Vocabulary(Haystack):
    """Strings in which keywords are found where a word begins.

    The eight bytes that begin with each word, be they the next words' too, are read as one number,
    its head: it tells the words of a stem from others, and the letters of a keyword that stand
    there with other borders between them.
    """

    def __init__(self, borders: Borders) -> None:
        """Read each word's head and size; see `Haystack`."""
        super().__init__(borders.letters)
        words = (~borders.are_ends).nonzero()[0]
        self._starts = borders.places.take(words)
        self._sizes = borders.places.take(words + 1) - self._starts
        padded = self._letters + bytes(HEAD)
        at_every_byte = np.ndarray(len(self._letters) + 1, ">u8", padded, strides=(1,))
        self._heads = at_every_byte[self._starts].astype(np.uint64)
        self._own_heads = self._heads & _OWN.take(self._sizes, mode="clip")
        self._openings = _hashes(self._heads >> _AFTER_OPENING)

    @property
    def _most(self) -> int:
        return len(self._starts)

    def _likely(self, keywords: Sequence[Keyword]) -> tuple[Places, Places]:
        """Return where words begin as the keywords do, see `Keyword.begins`.

        Where blanks mean nothing it is enough that the letters stand anywhere.
        """
        of = [which for which, own in enumerate(keywords) for _ in own.begins]
        words, counts = self._within([heads for own in keywords for heads in own.begins])
        said = self._words(words)
        kinds = [*set(said)]
        root_of = dict(zip(kinds, stems(kinds), strict=True))
        rest, fit = iter(said), []
        for which, count in zip(of, counts.tolist(), strict=True):
            root, begins = keywords[which].root, keywords[which].letters.startswith
            fit += [root_of[word] == root or begins(word) for word in islice(rest, count)]
        is_fit = np.array(fit, np.bool_)
        numbers = np.array(of, np.intp).repeat(counts).compress(is_fit)
        places = self._starts.take(words.compress(is_fit))
        if unspaced := [which for which, one in enumerate(keywords) if one.is_unspaced]:
            letters = [keywords[which].letters for which in unspaced]
            more, more_places = find_needles(letters, self._letters)
            numbers = np.concatenate((numbers, np.array(unspaced).take(more)))
            places = np.concatenate((places, more_places))
        return numbers, places

    def _within(self, ranges: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
        """Return the words whose heads lie in ranges, see `heads_from`.

        Those of one range stand behind those of another; beside them, how many each has.
        """
        lows, highs = np.array(ranges, np.uint64).reshape(-1, 2).T
        borders = zip(
            (lows >> _AFTER_OPENING).tolist(), (highs >> _AFTER_OPENING).tolist(), strict=True
        )
        openings = [np.arange(low, high + 1, dtype=np.uint64) for low, high in borders]
        near = _among(self._openings, np.concatenate([NO_HEADS, *openings])).nonzero()[0]
        heads = self._heads.take(near)
        order = heads.argsort()
        heads = heads.take(order)
        starts = heads.searchsorted(lows)
        counts = heads.searchsorted(highs, "right") - starts
        shifts = (starts - counts.cumsum() + counts).repeat(counts)
        return near.take(order.take(np.arange(len(shifts)) + shifts)), counts

    def held(self, groups: Sequence[Keywords]) -> list[list[Keyword]]:
        """Return those keywords of each group whose words all occur.

        Where blanks mean nothing it is enough that their letters do.
        """
        asked = [group for group in groups if group]
        are_words = self._are_heads(np.concatenate([NO_HEADS, *(group.heads for group in asked)]))
        borders = accumulate((len(group.heads) for group in asked), initial=0)
        own = (are_words[start:end] for start, end in pairwise(borders))
        return [self._held(group, next(own)) if group else [] for group in groups]

    def _held(self, group: Keywords, are_words: NDArray[np.bool_]) -> list[Keyword]:
        """Return those keywords that occur; `are_words`: which of the group's heads are words'."""
        are_held = np.logical_and.reduceat(are_words, group.firsts).nonzero()[0].tolist()
        likely = (group[which] for which in are_held)
        found = [one for one in likely if all(word in self for word in one.long_words)]
        if self._unspaced:
            unspaced = (one for one in group.unspaced if one.letters in self._unspaced)
            found += [one for one in unspaced if one not in found]
        return found

    def _are_heads(self, heads: Heads) -> NDArray[np.bool_]:
        """Return which of these are some word's own."""
        likely = self._own_heads.compress(_among(_hashes(self._own_heads), heads))
        likely.sort()
        return np.append(likely, _NO_HEAD).take(likely.searchsorted(heads)) == heads

    def __contains__(self, word: object) -> bool:
        """Whether it is a word of the strings."""
        wanted = str(word).encode()
        same = (self._own_heads == np.uint64(head_of(wanted))).nonzero()[0]
        return wanted in self._words(same)

    def alike(self, word: str, threshold: float) -> list[str]:
        """Return the words that can have a rapidfuzz ratio of the threshold to a word, 0..100.

        A letter more or less makes one more difference in length, and at most one in the letters
        used; the ratio allows a share of both lengths of them.
        """
        share = 1.0 - threshold / 100.0 + 1e-6
        least = math.ceil(len(word) * (1 - share) / (1 + share))
        near = (self._sizes >= least).nonzero()[0]
        if share < 0.25:  # a character has 1 to 4 bytes
            most = len(word) * (1 + share) // (0.25 - share) + 1
            near = near[self._sizes[near] <= int(most)]
        sizes = self._sizes[near]
        used = np.uint64(sum({1 << code % 32 for code in word.encode() if code < 128}))
        heads = self._own_heads[near]
        opening = _used_by(heads)
        unknown = np.maximum(sizes - HEAD, 0)  # letters behind the head may be any
        lacking = np.maximum(np.bitwise_count(used & ~opening) - unknown, 0)
        apart = np.bitwise_count(opening & ~used) + lacking
        if word.isascii():
            apart += (np.bitwise_count(heads & _FOREIGN) + 3) >> 2  # characters have up to 4 bytes
        likely = near[apart <= share * (sizes + len(word))]
        return b" ".join(set(self._words(likely))).decode().split()

    def _words(self, which: NDArray[np.integer]) -> list[bytes]:
        starts, sizes = self._starts[which], self._sizes[which]
        bounds = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        return [self._letters[start:end] for start, end in bounds]


def _hashes(numbers: Heads) -> Places:
    """Return `_HASH` bits of each number (Knuth's multiplicative hashing)."""
    return ((numbers * _GOLDEN) >> np.uint64(_BITS - _HASH)).view(np.intp)


def _among(hashes: Places, wanted: Heads) -> NDArray[np.bool_]:
    """Return which hashes are those of a wanted number, and few others'."""
    are_wanted = np.zeros(1 << _HASH, np.bool_)
    are_wanted[_hashes(wanted)] = True
    return are_wanted.take(hashes)


def _used_by(heads: Heads) -> Heads:
    """Return one bit for each of the ASCII letters and digits that a head holds."""
    codes = heads.view(np.uint8)
    bits = np.left_shift(np.uint32(1), (codes & 31) * (codes < 128))
    halves = reduce(np.bitwise_or, bits.view(np.uint64).reshape(-1, HEAD // 2).T)
    return (halves | halves >> 32) & 0xFFFFFFFE  # no letter is 0: that stands for the others
