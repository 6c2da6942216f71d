"""All words of what people read on a page, found by how they begin."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from itertools import chain, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.haystack import Haystack
from domprune.scoring.letters import HEAD, Borders, head_of
from domprune.scoring.match import Keyword, Keywords
from domprune.scoring.places import Places, are_new
from domprune.text import stems

_GOLDEN = 0x9E3779B97F4A7C15
_BITS = 8 * HEAD
_REST = np.array([(1 << _BITS - 8 * size) - 1 for size in range(HEAD + 1)], np.uint64)
"""The bits of a head behind so many of its bytes."""
_OWN = ~_REST
_FIRST = 16
"""Bits by which most words are told from those that begin as a keyword does."""
_AT_ONCE = 4_000_000
"""Words that are looked through at once: those of a page, for so many keywords."""


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
        self._firsts = (self._heads >> np.uint64(_BITS - _FIRST)).astype(np.intp)
        self._bits = len(words).bit_length() + 3

    def having(self, keywords: Sequence[Keyword]) -> Iterator[Places]:
        """Yield, for each keyword, the cells that can match it, and few others, in order."""
        count = 1 + _AT_ONCE // (1 + len(self._starts))
        for start in range(0, len(keywords), count):
            some = keywords[start : start + count]
            for one, (cells, places) in zip(some, self._begun(some), strict=True):
                own = cells[self._have_all(places, one.others)]
                if one.is_unspaced:
                    own = np.union1d(own, self._cells(self._places_of(one.letters))[0])
                yield own

    def _begun(self, keywords: Sequence[Keyword]) -> Iterator[tuple[Places, Places]]:
        """Yield, for each keyword, the cells with a word that begins one of its `begins`.

        Beside each cell, where it has such a word.
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
        starts = self._starts.take(words[is_fit])
        strings = self._ends.total
        cells = np.array(of, np.intp).repeat(counts)[is_fit] * strings + self._ends.of(starts) - 1
        order = cells.argsort()
        cells = cells.take(order)
        is_new = are_new(cells)
        cells, starts = cells[is_new], starts.take(order[is_new])
        borders = cells.searchsorted(np.arange(len(keywords) + 1) * strings)
        for which, (start, end) in enumerate(pairwise(borders.tolist())):
            yield cells[start:end] - which * strings, starts[start:end]

    def _within(self, ranges: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
        """Return the words whose heads lie in ranges, see `heads_from`.

        Those of one range stand behind those of another; beside them, how many each has.
        """
        is_near = np.zeros(1 << _FIRST, np.bool_)
        for low, high in ranges:
            is_near[low >> _BITS - _FIRST : (high >> _BITS - _FIRST) + 1] = True
        near = is_near[self._firsts].nonzero()[0]
        heads = self._heads.take(near)
        order = heads.argsort()
        heads = heads.take(order)
        lows, highs = np.array(ranges, np.uint64).reshape(-1, 2).T
        starts = heads.searchsorted(lows)
        counts = heads.searchsorted(highs, "right") - starts
        shifts = (starts - counts.cumsum() + counts).repeat(counts)
        return near.take(order.take(np.arange(len(shifts)) + shifts)), counts

    def held(self, groups: Sequence[Keywords]) -> list[list[Keyword]]:
        """Return those keywords of each group whose words all occur.

        Where blanks mean nothing it is enough that their letters do.
        """
        if not (groups and self._sizes.size):
            return [[] for _ in groups]
        heads = np.concatenate([group.heads for group in groups])
        numbers = self._numbers[self._hashes(heads)]
        likely = (numbers >= 0).nonzero()[0]
        are_words = self._own_heads[numbers[likely]] == heads[likely]
        are_words &= np.concatenate([group.are_heads for group in groups])[likely]
        words = [*chain.from_iterable(groups)]
        of = np.arange(len(groups)).repeat([*map(len, groups)])[likely]
        found: list[list[Keyword]] = [[] for _ in groups]
        for at, which, is_word in zip(
            likely.tolist(), of.tolist(), are_words.tolist(), strict=True
        ):
            if is_word or all(word in self for word in words[at].words):
                found[which].append(words[at])
        if self._unspaced:
            for own, group in zip(found, groups, strict=True):
                own += [
                    one
                    for one in group.unspaced
                    if one.letters in self._unspaced and one not in own
                ]
        return found

    def __contains__(self, word: object) -> bool:
        """Whether it is a word of the strings."""
        wanted = str(word).encode()
        head = head_of(wanted)
        number = self._numbers.item((head * _GOLDEN & _REST.item(0)) >> (_BITS - self._bits))
        if number < 0:
            return False
        start, size = self._starts.item(number), self._sizes.item(number)
        if self._letters[start : start + size] == wanted:
            return True
        others = (self._own_heads == head).nonzero()[0]
        return bool(others.size) and wanted in self._words(others)

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
        opening = _used_by(self._own_heads[near])
        unknown = np.maximum(sizes - HEAD, 0)  # letters behind the head may be any
        lacking = np.maximum(np.bitwise_count(used & ~opening) - unknown, 0)
        apart = np.bitwise_count(opening & ~used) + lacking
        likely = near[apart <= share * (sizes + len(word))]
        return b" ".join(set(self._words(likely))).decode().split()

    @cached_property
    def _numbers(self) -> NDArray[np.int32]:
        """By hash of its own head, the number of a word; -1 where there is none."""
        numbers = np.full(1 << self._bits, -1, np.int32)
        numbers[self._hashes(self._own_heads)] = np.arange(len(self._sizes), dtype=np.int32)
        return numbers

    def _hashes(self, heads: NDArray[np.uint64]) -> Places:
        """Return a number of `_bits` bits for each head (Knuth's multiplicative hashing)."""
        return ((heads * np.uint64(_GOLDEN)) >> np.uint64(_BITS - self._bits)).view(np.int64)

    def _words(self, which: NDArray[np.integer]) -> list[bytes]:
        starts, sizes = self._starts[which], self._sizes[which]
        bounds = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        return [self._letters[start:end] for start, end in bounds]


def _used_by(heads: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one bit for each of the ASCII letters and digits that a head holds."""
    codes = heads.view(np.uint8)
    bits = np.left_shift(np.uint32(1), (codes & 31) * (codes < 128))
    halves = reduce(np.bitwise_or, bits.view(np.uint64).reshape(-1, HEAD // 2).T)
    return (halves | halves >> 32) & 0xFFFFFFFE  # no letter is 0: that stands for the others
