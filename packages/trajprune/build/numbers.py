"""Numbers up to a hundred in their other spelling: word -> word."""

from __future__ import annotations

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_TENS = "thirty forty fifty sixty seventy eighty ninety hundred".split()
_DIGITS = {name: str(number) for number, name in enumerate(_SMALL)} | {
    name: str(10 * number) for number, name in enumerate(_TENS, start=3)
}
_RESPELLED = _DIGITS | {digits: name for name, digits in _DIGITS.items()}


def respelled(word: str) -> str:
    """The number in letters for digits and in digits for letters, "" for any other word.

    >>> respelled("16"), respelled("three"), respelled("1998")
    ('sixteen', '3', '')
    """
    return _RESPELLED.get(word, "")
