"""All words of what people read on a page, found by how they begin."""

from __future__ import annotations

import math
from functools import cached_property, reduce
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.haystack import Haystack, distinct
from domprune.scoring.letters import HEAD, Places, find_words, head_of
from domprune.scoring.match import Keyword, Keywords
from domprune.text import stems

_OPENING = 4
"""Bytes by which words are found first: to compare so many takes half of what a head takes."""
_GOLDEN = 0x9E3779B97F4A7C15
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(HEAD + 1)], np.uint64)


class Vocabulary(Haystack):
    """Strings in which keywords are found where a word begins.

    The eight bytes that begin with each word, be they the next words' too, are read as one number,
    its head: it tells the words of a stem from others, and the letters of a keyword that stand
    there with other borders between them.
    """

    def __init__(self, run: bytes) -> None:
        """Note where each word begins; see `Haystack`."""
        marks, are_ends = find_words(run)
        super().__init__(run, np.concatenate((np.zeros(1, np.intp), marks[are_ends])))
        words = (~are_ends).nonzero()[0]
        self._cells = np.cumsum(are_ends, dtype=np.intp)[words]
        self._starts = marks[words]
        self._sizes = marks[words + 1] - self._starts
        padded = self._letters + bytes(HEAD)
        at_every_byte = np.ndarray(len(self._letters) + 1, "<u8", padded, strides=(1,))
        self._heads = at_every_byte[self._starts]
        self._own_heads = self._heads & _MASKS[np.minimum(self._sizes, HEAD)]
        self._openings = self._heads.astype(np.uint32)
        self._bits = len(words).bit_length() + 3

    def having(self, keyword: Keyword) -> Places:
        """Return the cells that can match the keyword, and few others, in order."""
        if not keyword.words:
            return self._cells[:0]
        openings = [opening.encode() for opening in keyword.openings]
        longest = max(range(len(openings)), key=lambda word: len(openings[word]))
        words = self._opened_by(openings.pop(longest))
        if words.size:
            words = self._with_stem(words, keyword, longest)
        cells = self._having_all(distinct(self._cells[words]), openings)
        if longest:  # all its letters, with other borders between them, begin as its first word
            joined = keyword.joined.encode()
            words = self._opened_by(joined)
            if words.size:
                words = words[self._sizes[words] <= len(joined)]
                cells = np.union1d(cells, self._cells[words])
        if keyword.is_unspaced:
            cells = np.union1d(cells, self._having_one(keyword.joined.encode()))
        return cells

    def _opened_by(self, letters: bytes) -> Places:
        """Return the words whose heads begin with so many of these letters as they hold."""
        openings = self._openings
        if len(letters) < _OPENING:
            openings = openings & np.uint32(_MASKS[len(letters)])
        words = (openings == np.uint32(head_of(letters[:_OPENING]))).nonzero()[0]
        if len(letters) > _OPENING:
            words = words[self._begin(words, letters)]
        return words

    def _begin(self, words: Places, letters: bytes) -> NDArray[np.bool_]:
        """Return which of some words' heads begin with so many of these letters as they hold."""
        mask = _MASKS[min(len(letters), HEAD)]
        return self._heads[words] & mask == np.uint64(head_of(letters))

    def _with_stem(self, words: Places, keyword: Keyword, which: int) -> Places:
        """Return the words that may have one of the keyword's stems, or begin all its letters."""
        said = self._words(words)
        kinds = set(said)
        root = keyword.stems[which].encode()
        forms = {word for word, own in zip(kinds, stems([*kinds]), strict=True) if own == root}
        if len(forms) == len(kinds):
            return words
        has = np.array([word in forms for word in said])
        joined = keyword.joined.encode()
        begun = {word for word in kinds if joined.startswith(word)} - forms
        if begun:
            has |= self._begin(words, joined) & [word in begun for word in said]
        return words[has]

    def held(self, keywords: Keywords) -> list[Keyword]:
        """Return the keywords whose words all occur, or their letters where blanks mean nothing."""
        if not (keywords and self._sizes.size):
            return []
        numbers = self._numbers[self._hashes(keywords.heads)]
        are_words = (self._own_heads[numbers] == keywords.heads) & keywords.are_heads
        likely = compress(zip(keywords, are_words.tolist(), strict=True), (numbers >= 0).tolist())
        found = [
            one for one, is_word in likely if is_word or all(word in self for word in one.words)
        ]
        if self._unspaced:
            unspaced = [one for one in keywords if one.is_unspaced and one not in found]
            found += [one for one in unspaced if one.joined.encode() in self._unspaced]
        return found

    def __contains__(self, word: object) -> bool:
        """Whether it is a word of the strings."""
        wanted = str(word).encode()
        head = head_of(wanted)
        number = self._numbers.item((head * _GOLDEN & _MASKS.item(HEAD)) >> (64 - self._bits))
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
        numbers[self._hashes(self._own_heads)] = np.arange(len(self._sizes))
        return numbers

    def _hashes(self, heads: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return a number of `_bits` bits for each head (Knuth's multiplicative hashing)."""
        return (heads * np.uint64(_GOLDEN)) >> np.uint64(64 - self._bits)

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
