"""What the signs on controls mean: sign -> words."""

from __future__ import annotations

SIGNS = {
    "next": "» › > → ▶ ► ❯ ⟩ ⏵ ▸ ⇒ ❱",
    "previous back": "« ‹ < ← ◀ ◄ ❮ ⟨ ⏴ ◂ ⇐ ❰",
    "last": "⏭ ⇥ ↠",
    "first": "⏮ ⇤ ↞",
    "close dismiss remove": "× ✕ ✖ ⨯ ✗ ✘ ╳",
    "menu": "☰ ≡",
    "more options": "⋮ … ⋯ ︙",
    "search": "🔍 🔎 ⌕",
    "add plus increase": "+ ＋ ➕ ⊕",
    "decrease minus": "− – — ➖ ⊖",
    "like favorite": "♥ ♡ ❤ 👍",
    "star favorite": "★ ☆ ⭐",
    "cart basket": "🛒 🛍",
    "settings": "⚙",
    "up": "▲ ↑ ⌃ △",
    "down": "▼ ↓ ⌄ ▾ ▽",
    "edit": "✎ ✏ 🖉 📝",
    "delete trash": "🗑",
    "home": "⌂ 🏠",
    "mail email": "✉ 📧",
    "phone": "☎ 📞 ☏",
    "refresh reload": "↻ ⟳ 🔄 ↺",
    "notifications": "🔔",
    "user account": "👤",
    "calendar date": "📅 📆",
    "attach": "📎",
    "download": "⬇ 📥 ⤓",
    "upload": "⬆ 📤 ⤒",
    "check done": "✓ ✔",
    "play": "⏯",
}
_SIGN_WORDS = {sign: said for said, signs in SIGNS.items() for sign in signs.split()}
_ENDS = frozenset("»›>→▶►❯«‹<←◀◄❮")
_SKIPPED = {"|", "\ufe0f", *filter(str.isspace, map(chr, range(0x3001)))}
OPENING = frozenset(filter(str.isascii, _SKIPPED.union(_SIGN_WORDS)))
CLOSING = frozenset(filter(str.isascii, _SKIPPED.union(_ENDS)))
"""A text says nothing by a sign if, folded, it opens with none of these and ends with none.

Signs that are not ASCII fold to blanks.
"""
_DOUBLE = {"next": "last", "previous back": "first"}


def sign_words(text: str) -> str:
    """Return in words what the signs of a short text or at its ends mean, "" where there are none.

    >>> sign_words("»"), sign_words("« Older"), sign_words(">|"), sign_words("Next")
    ('next', 'previous back', 'last', '')
    """
    if not text or (text[0].isalnum() and text[-1].isalnum()):
        return ""
    text = text.replace("\0", " ")
    bare = text.replace("|", "").replace("\ufe0f", "").strip()
    said = _SIGN_WORDS.get(bare[:1], "")
    if len(bare) <= 3 and said and len(set(bare)) == 1:
        is_end = len(bare) != len(text.strip())
        return _DOUBLE.get(said, said) if is_end else said
    if bare[:1] in _ENDS and bare[0] in "«‹<←◀◄❮":
        return said
    return _SIGN_WORDS[bare[-1]] if bare[-1:] in _ENDS and bare[-1] in "»›>→▶►❯" else ""
