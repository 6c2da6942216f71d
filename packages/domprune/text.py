"""Words of page text and of keywords, brought to one form: raw -> folded -> words -> stems."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import AnyStr

import Stemmer

_PORTER = Stemmer.Stemmer("porter")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+")
_ASCII_IDENTIFIER_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def fold(text: str) -> str:
    """Return the text in lower case without accents, compatibility forms or invisible characters.

    Digits of all scripts are those of ASCII.

    >>> fold("Ｃafé ÉTÉ ٣")
    'cafe ete 3'
    """
    if text.isascii():
        return text.lower()
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFKC", bare).casefold()
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)


def words(text: str) -> list[str]:
    """Return the folded words of prose; digits stand apart from letters.

    >>> words("Sign-in to Café24")
    ['sign', 'in', 'to', 'cafe', '24']
    """
    if text.isascii():  # as `fold` and `find_words` do
        return _ASCII_WORD.findall(text.lower())
    return find_words(fold(text))


def find_words(folded: str) -> list[str]:
    """Return the words of text that is folded already."""
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def identifier_words(text: str) -> list[str]:
    """Return the folded words of an identifier, camel case taken apart.

    >>> identifier_words("txtFirstName_2")
    ['txt', 'first', 'name', '2']
    """
    if text.isascii():
        if text.islower():
            return _ASCII_WORD.findall(text)
        return " ".join(_ASCII_IDENTIFIER_WORD.findall(text)).lower().split()
    return words(split_camel(text))


def is_unspaced(text: str) -> bool:
    """Whether the text is in a script that writes words without blanks between them."""
    return bool(_UNSPACED.search(text))


def split_camel(text: str) -> str:
    """Return the text with a space at every camel-case border."""
    return text if text.islower() or text.isupper() else _CAMEL.sub(" ", text)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the Porter stem of one folded word.

    >>> stem("booking"), stem("books")
    ('book', 'book')
    """
    return str(_PORTER.stemWord(word))


def stems(tokens: list[AnyStr]) -> list[AnyStr]:
    """Return the Porter stems of folded words, as text or in UTF-8, in order."""
    return list(_PORTER.stemWords(tokens))


def squeeze(text: str, limit: int) -> str:
    """Return the text with runs of white space as one blank, cut to `limit` characters."""
    if not text:
        return ""
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    return " ".join(text.split())[:limit]
