"""Saved HTML to a snapshot, without a browser: bytes -> tree -> elements."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import count, repeat

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
from domprune.page.words import LABELLED, Words
from domprune.text import squeeze
from domprune.types import Box, Element, Reason, Snapshot

KEPT_ATTRIBUTES = frozenset(
    "id name class href type placeholder title alt aria-label autocomplete for contenteditable "
    "data-testid data-test data-qa data-tooltip backend_node_id".split()
)
VALUE_LIMIT = 300
BLOCK = 250
"""Elements that are built together: what is read for them still lies in the processor's cache."""
_make_element = quick(Element)
_DECIDING = DECIDING | {"data-bb"}
_BY_TAG: tuple[Reason, ...] = (Reason.TAG,)
_UNBOXED = frozenset(("checkbox", "radio", "file"))


def load_html(data: str | bytes, url: str = "") -> Snapshot:
    """Return the snapshot of a saved page; raises PageError where the data is no page."""
    with uncollected():  # until the tree, most of what there is to look at, is gone
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
    telling = [i for i in tree.attributed if not _DECIDING.isdisjoint(tree.attributes[i])]
    found = dict.fromkeys(sorted({*tree.of_tags(TAGS), *telling}), _BY_TAG)
    pointers = bytearray(len(tree.tags) + 1)  # above the root (index -1) no cursor is set
    for i in telling:
        tag, attributes = tree.tags[i], tree.attributes[i]
        inherited = pointers[tree.parents[i]]
        points = shows_pointer(attributes) and not inherited
        if points:
            pointers[i : tree.ends[i]] = b"\1" * (tree.ends[i] - i)
        found[i] = reasons_for(tag, attributes, points)
        if not found[i] or tag in ("html", "body") or not _has_room(tree, i):
            del found[i]
    _drop_options(tree, found)
    return found, _drop_wrappers(tree, names, found)


def _drop_wrappers(
    tree: Tree, names: Names, found: dict[int, tuple[Reason, ...]]
) -> dict[int, int]:
    """Drop what only wraps one real control and says nothing more: both are the same control."""
    wrappers = [i for i, reasons in found.items() if not _is_real(reasons)]
    real = [i for i, reasons in found.items() if _is_real(reasons)] if wrappers else []
    wrapped: dict[int, int] = {}
    for i in wrappers:
        first = bisect_left(real, i)
        if first < len(real) and real[first] < tree.ends[i]:
            inner = real[first]
            alone = first + 1 == len(real) or real[first + 1] >= tree.ends[i]
            text = names.words.text
            if alone and text(i) in ("", said := text(inner), names.name(inner, said)):
                del found[i]
                wrapped[i] = inner
    return wrapped


def _is_real(reasons: tuple[Reason, ...]) -> bool:
    return reasons is _BY_TAG or Reason.TAG in reasons or Reason.ROLE in reasons


def _drop_options(tree: Tree, found: dict[int, tuple[Reason, ...]]) -> None:
    """Fold options into their select: a select is operated as one control."""
    for i in filter(found.__contains__, tree.of_tags(("option",))):
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
    """Build the elements, block after block: see `BLOCK`."""
    nodes, reasons = list(found), list(found.values())
    paths = xpaths(names.tree, nodes)
    elements: list[Element] = []
    for start in range(0, len(nodes), BLOCK):
        block = slice(start, start + BLOCK)
        elements += _block(names, start, nodes[block], reasons[block], paths[block])
    return elements


def _block(
    names: Names,
    first: int,
    nodes: Sequence[int],
    reasons: Sequence[tuple[Reason, ...]],
    paths: Sequence[str],
) -> Iterable[Element]:
    """Build elements field by field, in the order of `Element`'s; `first`: the first one's id."""
    words, tree = names.words, names.tree
    tags = [tree.tags[i] for i in nodes]
    attributes = [tree.attributes[i] for i in nodes]
    texts = list(map(words.text, nodes))
    said = list(map(names.name, nodes, texts))
    roles = list(map(role_of, tags, attributes))
    described = [
        names.description(i, name) if "title" in own or "aria-describedby" in own else ""
        for i, own, name in zip(nodes, attributes, said, strict=True)
    ]
    labels = [
        words.label(i, role) if role in LABELLED or "contenteditable" in own else ""
        for i, own, role in zip(nodes, attributes, roles, strict=True)
    ]
    values = [
        _value(tag, own) if "value" in own else ""
        for tag, own in zip(tags, attributes, strict=True)
    ]
    options = [
        words.options(i) if tag == "select" else () for i, tag in zip(nodes, tags, strict=True)
    ]
    icons = ["" if text else names.icon(i) for i, text in zip(nodes, texts, strict=True)]
    columns = (
        count(first), tags, roles, said, described, texts, labels,
        map(words.context, nodes, texts), values, options,
        map(_kept, attributes, icons, words.forms(nodes)), reasons, repeat(""),
        paths, [_box(own) if "data-bb" in own else None for own in attributes],
        repeat(None), [not words.unseen[i] for i in nodes],
    )  # fmt: skip
    return map(_make_element, *columns)


def _kept(attributes: Attributes, icon: str, form: str) -> dict[str, str]:
    """Return the attributes that an element keeps, with what its icon and its form are called."""
    kept = {k: v[:VALUE_LIMIT] for k, v in attributes.items() if v and k in KEPT_ATTRIBUTES}
    if icon:
        kept["icon"] = icon
    if form:
        kept["form"] = form
    return kept


def _value(tag: str, attributes: Attributes) -> str:
    if tag not in ("input", "button"):
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
