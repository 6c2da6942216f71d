"""Texts -> how many tokens they are, estimated: no two models' tokenizers agree."""

from __future__ import annotations

BYTES_PER_TOKEN = 4
"""Of UTF-8: near enough for English and, at three bytes a sign, for Chinese and Japanese."""

CUT = "\n[cut: {left:,} more characters]"


def tokens_of(text: str) -> int:
    """Estimated tokens of a text.

    >>> tokens_of("four"), tokens_of(""), tokens_of("日本")
    (1, 0, 2)
    """
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def cut(text: str, tokens: int) -> str:
    r"""The text where it has at most so many tokens, else its beginning and how much is missing.

    >>> cut("abcdefgh", 2), cut("abcdefghij", 2)
    ('abcdefgh', 'abcdefgh\n[cut: 2 more characters]')
    """
    if tokens_of(text) <= tokens:
        return text
    kept = text.encode("utf-8", "replace")[: tokens * BYTES_PER_TOKEN].decode("utf-8", "ignore")
    return kept + CUT.format(left=len(text) - len(kept))
