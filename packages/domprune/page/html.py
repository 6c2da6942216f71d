"""Saved HTML to a snapshot, without a browser: bytes -> tree -> elements."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import partial
from itertools import repeat

from domprune.page.document import Document
from domprune.page.interactive import (
    DECIDING,
    TAGS,
    Attributes,
    reasons_for,
    role_of,
    shows_pointer,
)
from domprune.page.names import Names
from domprune.page.paths import xpaths
from domprune.page.quick import quick, uncollected
from domprune.page.tree import Tree, parse
from domprune.page.words import Words
from domprune.text import squeeze
from domprune.types import Box, Element, Reason, Snapshot

KEPT_ATTRIBUTES = frozenset(
    "id name class href type placeholder title alt aria-label autocomplete for contenteditable "
    "data-testid data-test data-qa data-tooltip backend_node_id".split()
)
VALUE_LIMIT = 300
_make_element = quick(Element)
_DECIDING = DECIDING | {"data-bb"}
_BY_TAG = (Reason.TAG,)
_UNBOXED = frozenset(("checkbox", "radio", "file"))


def load_html(data: str | bytes, url: str = "") -> Snapshot:
    """Return the snapshot of a saved page; raises PageError where the data is no page."""
    return read_html(data, url).snapshot


def read_html(data: str | bytes, url: str = "") -> Document:
    """Return the snapshot of a saved page with the tree it came from."""
    with uncollected():
        tree = parse(data)
        words = Words(tree)
        names = Names(words)
        found, wrapped = _candidates(tree, names)
        words.know_controls(found)
        elements = _elements(names, found)
    snapshot = Snapshot(url, tree.title, elements, tree.chars, tuple(tree.notes))
    return Document(snapshot, tree, names, tuple(found), wrapped)


def _candidates(tree: Tree, names: Names) -> tuple[dict[int, tuple[Reason, ...]], dict[int, int]]:
    """Return the interactive nodes in document order with the reasons why, and the wrappers."""
    found: dict[int, tuple[Reason, ...]] = {}
    pointers = [False] * (len(tree.tags) + 1)  # above the root (index -1) no cursor is set
    columns = zip(tree.tags, tree.attributes, tree.parents, strict=True)
    for i, (tag, attributes, parent) in enumerate(columns):
        inherited = pointers[parent]
        if _DECIDING.isdisjoint(attributes):  # most of a page
            pointers[i] = inherited
            if tag in TAGS:
                found[i] = _BY_TAG
            continue
        points = shows_pointer(attributes)
        pointers[i] = inherited or points
        reasons = reasons_for(tag, attributes, points and not inherited)
        if reasons and tag not in ("html", "body") and _has_room(tree, i):
            found[i] = reasons
    _drop_options(tree, found)
    return found, _drop_wrappers(tree, names, found)


def _drop_wrappers(
    tree: Tree, names: Names, found: dict[int, tuple[Reason, ...]]
) -> dict[int, int]:
    """Drop what only wraps one real control and says nothing more: both are the same control."""
    real = [i for i, reasons in found.items() if Reason.TAG in reasons or Reason.ROLE in reasons]
    places = set(real)
    wrapped: dict[int, int] = {}
    for i in [i for i in found if i not in places]:
        first = bisect_left(real, i)
        if first < len(real) and real[first] < tree.ends[i]:
            inner = real[first]
            alone = first + 1 == len(real) or real[first + 1] >= tree.ends[i]
            text = names.words.text
            if alone and text(i) in ("", said := text(inner), names.name(inner, said)):
                del found[i]
                wrapped[i] = inner
    return wrapped


def _drop_options(tree: Tree, found: dict[int, tuple[Reason, ...]]) -> None:
    """Fold options into their select: a select is operated as one control."""
    for i in [i for i in found if tree.tags[i] == "option"]:
        parent = tree.parents[i]
        while parent >= 0 and tree.tags[parent] in ("optgroup", "option"):
            parent = tree.parents[parent]
        if parent in found and tree.tags[parent] == "select":
            del found[i]


def _has_room(tree: Tree, i: int) -> bool:
    """Whether captured boxes leave something of the element to be seen; styled boxes may hide."""
    attributes = tree.attributes[i]
    if (
        "data-bb" not in attributes
        or not _is_empty_box(attributes)
        or (attributes.get("type") or "") in _UNBOXED
    ):
        return True
    inside = range(i + 1, min(tree.ends[i], i + 30))
    return any("data-bb" in (a := tree.attributes[j]) and not _is_empty_box(a) for j in inside)


def _is_empty_box(attributes: Attributes) -> bool:
    box = attributes.get("data-bb") if attributes else None
    return bool(box) and attributes.get("data-rhidden") == "1" and (box or "").endswith(",0,0")


def _elements(names: Names, found: Mapping[int, tuple[Reason, ...]]) -> list[Element]:
    """Build the elements field by field, in the order of `Element`'s."""
    words, tree, nodes = names.words, names.tree, list(found)
    tags = [tree.tags[i] for i in nodes]
    attributes = [tree.attributes[i] for i in nodes]
    texts = list(map(words.text, nodes))
    said = list(map(names.name, nodes, texts))
    roles = list(map(role_of, tags, attributes))
    columns = (
        range(len(nodes)), tags, roles, said, map(names.description, nodes, said), texts,
        map(words.label, nodes, roles), map(words.context, nodes, texts),
        map(_value, tags, attributes), map(words.options, nodes),
        map(partial(_kept, names), nodes, attributes, texts), found.values(), repeat(""),
        xpaths(tree, found), map(_box, attributes), repeat(None),
        (not words.unseen[i] for i in nodes),
    )  # fmt: skip
    return list(map(_make_element, *columns))


def _kept(names: Names, node: int, attributes: Attributes, text: str) -> dict[str, str]:
    """Return the attributes that an element keeps, with what its icon and its form are called."""
    kept = {k: v[:VALUE_LIMIT] for k, v in attributes.items() if v and k in KEPT_ATTRIBUTES}
    if not text and (icon := names.icon(node)):
        kept["icon"] = icon
    if form := names.words.form(node):
        kept["form"] = form
    return kept


def _value(tag: str, attributes: Attributes) -> str:
    if "value" not in attributes or tag not in ("input", "button"):
        return ""
    if (attributes.get("type") or "").lower() == "password":
        return ""
    return squeeze(attributes.get("value") or "", VALUE_LIMIT)


def _box(attributes: Attributes) -> Box | None:
    """Read a captured box "left,top,width,height"; anything else counts as no layout."""
    text = attributes.get("data-bb")
    if not text:
        return None
    try:
        left, top, width, height = map(float, text.split(","))
    except ValueError:
        return None
    return Box(left, top, width, height)
