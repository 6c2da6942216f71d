"""Saved HTML as flat columns in document order: bytes -> text -> tree.

This is the only file that imports the HTML parser (selectolax, lexbor engine).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from domprune.page.bounds import bounded
from domprune.page.decode import read_text

MAX_ELEMENTS = 500_000
"""Elements of one page that are read."""
TEXT_LIMIT = 4000
"""Characters of one piece of text that are read."""

_UNREAD = frozenset(("script", "style", "template", "head", "iframe", "object"))
_NOTHING: dict[str, str | None] = {}
"""The attributes of all elements that have none: half a page, which would be as many dicts."""


@dataclass(slots=True)
class Tree:
    """Elements and visible texts of one document, as parallel columns in document order.

    Element i has `tags[i]`, `attributes[i]`, parent index `parents[i]` (-1 for the root) and the
    subtree `i:ends[i]`; its texts are `texts[text_starts[i]:text_ends[i]]`. `tagged` lists the
    elements of each tag, `attributed` those that have attributes.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    text_starts: list[int] = field(default_factory=list)
    text_ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    text_owners: list[int] = field(default_factory=list)
    tagged: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    attributed: list[int] = field(default_factory=list)
    title: str = ""
    chars: int = 0
    notes: list[str] = field(default_factory=list)

    def of_tags(self, tags: Iterable[str]) -> list[int]:
        """Return the elements of some tags, tag after tag."""
        return [i for tag in tags if tag in self.tagged for i in self.tagged[tag]]


def parse(data: str | bytes) -> Tree:
    """Parse saved HTML as a browser would; raises PageError where there is nothing to parse."""
    html = read_text(data)
    tree = Tree(chars=len(html))
    document = LexborHTMLParser(bounded(html, tree.notes))
    title = document.css_first("title")
    tree.title = " ".join(title.text().split())[:300] if title is not None else ""
    _walk(document, tree)
    return tree


def _walk(document: LexborHTMLParser, tree: Tree) -> None:
    """Fill the columns in one pass without recursion."""
    tags, attributes, parents, ends = tree.tags, tree.attributes, tree.parents, tree.ends
    starts, stops, texts, owners = tree.text_starts, tree.text_ends, tree.texts, tree.text_owners
    tagged, attributed = tree.tagged, tree.attributed
    open_elements: list[int] = []
    parent = -1
    node = document.root
    while node is not None:
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            words = (text if len(text) <= TEXT_LIMIT else text.lstrip()[:TEXT_LIMIT]).split()
            if words:
                texts.append(" ".join(words))
                owners.append(parent)
        elif node.is_element_node and tag:
            index = len(tags)
            if index == MAX_ELEMENTS:
                tree.notes.append(f"more than {MAX_ELEMENTS:,} elements: the rest was left out")
                break
            place = len(texts)
            tags.append(tag)
            tagged[tag].append(index)
            own = node.attributes
            if own:
                attributes.append(own)
                attributed.append(index)
            else:
                attributes.append(_NOTHING)
            parents.append(parent)
            ends.append(index + 1)
            starts.append(place)
            stops.append(place)
            child = None if tag in _UNREAD else node.first_child
            if child is not None:
                open_elements.append(index)
                parent = index
                node = child
                continue
        following = node.next
        while following is None and open_elements and node is not None:
            done = open_elements.pop()
            ends[done] = len(tags)
            stops[done] = len(texts)
            parent = open_elements[-1] if open_elements else -1
            node = node.parent
            following = node.next if node is not None else None
        node = following if open_elements else None
    for done in open_elements:
        ends[done], stops[done] = len(tags), len(texts)
