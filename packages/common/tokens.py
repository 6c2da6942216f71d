"""Characters -> tokens, estimated where there is no tokenizer."""

from __future__ import annotations

_CHARACTERS_PER_TOKEN = 4
"""About right for English and HTML; what is reported are ratios, which depend on it little."""


def estimated_tokens(characters: int) -> int:
    """Return the estimate, rounded up, of how many tokens so many characters are."""
    return -(-characters // _CHARACTERS_PER_TOKEN)
