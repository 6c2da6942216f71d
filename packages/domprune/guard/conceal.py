"""Snapshot -> the same one with every secret as its placeholder, before anybody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from common.secrets import Secrets
from domprune.types import Element, Snapshot


def conceal(snapshot: Snapshot, secrets: Secrets) -> Snapshot:
    """Return the snapshot without values of secrets: the very same one where it holds none."""
    url, title = secrets.conceal(snapshot.url), secrets.conceal(snapshot.title)
    elements = [_concealed(element, secrets) for element in snapshot.elements]
    same = all(new is old for new, old in zip(elements, snapshot.elements, strict=True))
    if same and (url, title) == (snapshot.url, snapshot.title):
        return snapshot
    return replace(snapshot, url=url, title=title, elements=tuple(elements))


def _concealed(element: Element, secrets: Secrets) -> Element:
    text = _all_text(element)
    if secrets.conceal(text) == text:
        return element
    hide = secrets.conceal
    return replace(
        element,
        name=hide(element.name),
        description=hide(element.description),
        text=hide(element.text),
        label=hide(element.label),
        context=hide(element.context),
        value=hide(element.value),
        options=tuple(map(hide, element.options)),
        attributes=_hidden(element.attributes, secrets),
    )


def _hidden(attributes: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    return {secrets.conceal(name): secrets.conceal(value) for name, value in attributes.items()}


def _all_text(element: Element) -> str:
    """Return all that a page wrote into the element; parts are kept apart by a line's end."""
    return "\n".join(
        (element.name, element.description, element.text, element.label, element.context,
         element.value, *element.options, *element.attributes, *element.attributes.values())
    )  # fmt: skip
