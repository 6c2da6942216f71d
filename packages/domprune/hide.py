"""What a page showed or an action came to -> the same without secrets, before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from domprune.interfaces import Guard
from domprune.page.errors import PageError
from domprune.types import Element, Executed, Snapshot

Hide = Callable[[str], str]
"""Returns a text with every secret as its placeholder: the same text where it holds none."""


def hide_of(guard: Guard | None) -> Hide:
    """Return what takes the guard's secrets out of a text: nothing where there is no guard."""
    return guard.hide if guard else str


def hidden_snapshot(snapshot: Snapshot, hide: Hide) -> Snapshot:
    """Return the snapshot without secrets: the very same one where it holds none."""
    url, title = hide(snapshot.url), hide(snapshot.title)
    elements = [hidden_element(element, hide) for element in snapshot.elements]
    same = all(new is old for new, old in zip(elements, snapshot.elements, strict=True))
    if same and (url, title) == (snapshot.url, snapshot.title):
        return snapshot
    return replace(snapshot, url=url, title=title, elements=tuple(elements))


def hidden_element(element: Element, hide: Hide) -> Element:
    """Return the element without secrets: the very same one where it holds none."""
    text = _all_text(element)
    if hide(text) == text:
        return element
    return replace(
        element,
        name=hide(element.name),
        description=hide(element.description),
        text=hide(element.text),
        label=hide(element.label),
        context=hide(element.context),
        value=hide(element.value),
        options=tuple(map(hide, element.options)),
        attributes=_hidden(element.attributes, hide),
    )


def hidden_executed(executed: Executed, hide: Hide) -> Executed:
    """Return what an action came to without secrets: its element, its attempts and its error."""
    element = executed.element
    return replace(
        executed,
        element=None if element is None else hidden_element(element, hide),
        attempts=tuple(replace(one, error=hide(one.error)) for one in executed.attempts),
        error=hide(executed.error),
    )


@contextmanager
def hiding_in_errors(hide: Hide) -> Iterator[None]:
    """Let errors of pages say no secret: addresses in them may hold what a form was given."""
    try:
        yield
    except PageError as error:
        raise type(error)(hide(str(error))) from None


def _hidden(attributes: Mapping[str, str], hide: Hide) -> dict[str, str]:
    return {hide(name): hide(value) for name, value in attributes.items()}


def _all_text(element: Element) -> str:
    """Return all that a page wrote into the element; parts are kept apart by a line's end."""
    return "\n".join(
        (element.name, element.description, element.text, element.label, element.context,
         element.value, *element.options, *element.attributes, *element.attributes.values())
    )  # fmt: skip
