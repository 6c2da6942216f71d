"""TYPE: a text into a field, by keys, after a click, then by dispatched events."""

from __future__ import annotations

from domprune.act.field_value import SET_KINDS, field_value
from domprune.act.missed import Missed
from domprune.act.pointer import Tries, scroll_and_touch
from domprune.act.target import Target
from domprune.page.browser import Page
from domprune.text import fold
from domprune.types import Element, Failure, Strategy

KEYED = 60
"""Texts up to this long are typed key by key, as pages that suggest expect; longer ones at once."""
NOT_TYPED_INTO = frozenset({"button", "submit", "reset", "image", "checkbox", "radio", "hidden"})
SUGGEST_MILLISECONDS = 350
"""How long fields that suggest think before they do (jQuery UI's own delay is 300)."""
TYPED_ROLES = frozenset({"textbox", "searchbox", "combobox", "spinbutton"})


def entries(page: Page, target: Target, text: str, *, secret: bool = False) -> Tries:
    """Return the ways to enter a text in a field; raises `Missed` where it can take none.

    A `secret` is put into the field itself: keys go to whatever has the focus, and any frame may
    take the focus away.
    """
    _check_takes_text(target)
    if target.state.type in SET_KINDS:
        return {Strategy.STANDARD: lambda: _set(target, field_value(text, target.state.type))}
    is_line = target.state.tag == "input"
    said = " ".join(text.splitlines()) if is_line else text

    def by_keys() -> None:
        if not target.hold.focus():
            raise Missed(Failure.UNREACHABLE, "the field does not take the focus")
        _press_keys(page, said)
        _check(target, said)
        _await_suggestions(page, target.element)

    def after_click() -> None:
        scroll_and_touch(page, target)
        target.hold.focus()
        _press_keys(page, said)
        _check(target, said)
        _await_suggestions(page, target.element)

    def by_events() -> None:
        target.hold.fill(said)
        _check(target, said)

    if secret:
        return {Strategy.EVENTS: by_events}
    return {
        Strategy.STANDARD: by_keys,
        Strategy.SCROLLED: after_click,
        Strategy.EVENTS: by_events,
    }


def _check_takes_text(target: Target) -> None:
    state = target.state
    if state.type == "file":
        raise Missed(Failure.REFUSED, "files are not uploaded", final=True)
    if state.readonly:
        raise Missed(Failure.UNFIT, "the field is read-only", final=True)
    takes = state.tag in ("input", "textarea") or state.editable or state.role in TYPED_ROLES
    if not takes or state.type in NOT_TYPED_INTO:
        kind = state.type or state.role or state.tag
        raise Missed(Failure.UNFIT, f"a {kind} cannot be typed into", final=True)


def _press_keys(page: Page, text: str) -> None:
    if not text:
        page.keyboard.press("Delete")
    elif len(text) <= KEYED and "\n" not in text:
        page.keyboard.type(text)
    else:
        page.keyboard.insert_text(text)


def _await_suggestions(page: Page, element: Element) -> None:
    """Give a field that says it suggests, or turns the browser's own suggestions off, its time."""
    said = element.attributes
    if (
        element.role == "combobox"
        or "aria-autocomplete" in said
        or said.get("autocomplete") == "off"
    ):
        page.wait_for_timeout(SUGGEST_MILLISECONDS)


def _set(target: Target, value: str) -> None:
    taken = target.hold.fill(value)
    if taken.startswith(value) or (target.state.type == "range" and taken):
        return
    form = {"date": " such as 2026-11-30", "time": " such as 15:30", "color": " such as #ff0000"}
    wanted = f"a {target.state.type}{form.get(target.state.type, '')}"
    raise Missed(Failure.NO_EFFECT, f"the field takes {wanted}, not {value[:40]!r}", final=True)


def _check(target: Target, text: str) -> None:
    """Raise `Missed` where the field holds nothing of the text; fields may format what they get."""
    state = target.hold.state()
    if state is None:  # the page went on by itself when the last key was pressed
        return
    before, now = _plain(target.state.value), _plain(state.value)
    secret = bool(state.value) and not state.value.strip("•")
    if secret or not _plain(text) or (now and (now != before or now in _plain(text))):
        return
    if state.role in TYPED_ROLES and state.tag not in ("input", "textarea") and not state.editable:
        return  # a widget that shows its text elsewhere
    raise Missed(Failure.NO_EFFECT, "the field stayed as it was")


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
