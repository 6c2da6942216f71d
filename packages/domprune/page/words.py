"""The words around an element of saved HTML: its text, the label beside it, its surroundings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import repeat

from domprune.page.interactive import HIDING, is_unseen
from domprune.page.tree import TEXT_LIMIT, Tree
from domprune.text import squeeze

NAME_LIMIT = 200
CONTEXT_LIMIT = 200
LABEL_LIMIT = 100
OPTIONS_KEPT = 300

_TYPED = frozenset(("textbox", "searchbox", "combobox", "spinbutton", "listbox", "slider"))
_TICKED = frozenset(("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"))
LABELLED = _TYPED | _TICKED
"""Roles of fields, which words beside them may label."""
_CONTAINERS = frozenset(("li", "tr", "article", "figure", "dd", "fieldset", "dl"))
_CONTAINER_ROLES = frozenset(("row", "listitem", "article", "option", "group", "gridcell"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"))
_BESIDE = 3
"""Pieces of text beside a field that may label it."""


def nearest(tree: Tree, marked: Collection[int]) -> list[int]:
    """Return for each element the nearest marked one at or above it; -1 where there is none.

    One entry more stands at the end, so that above the root (index -1) there is none either.
    """
    found = [-1] * (len(tree.parents) + 1)
    for i, parent in enumerate(tree.parents if marked else ()):
        found[i] = i if i in marked else found[parent]
    return found


class Words:
    """Answers what a page says in and around its element i, after one pass over the page."""

    def __init__(self, tree: Tree) -> None:
        """`tree` must not change any more."""
        self.tree = tree
        self.by_id: dict[str, int] = {}
        self.labels_of: dict[str, list[int]] = {}
        self.headings: list[int] = []
        self._container_nodes: set[int] = set()
        self._form_nodes: set[int] = set()
        self.unseen = self._index()
        self._around = {-1: ""}  # what containers say
        self._called = {-1: ""}  # what forms are called
        self._controls: frozenset[int] = frozenset()

    def know_controls(self, controls: Iterable[int]) -> None:
        """Take note of the page's controls, whose words label nothing but themselves."""
        self._controls = frozenset(controls)

    @cached_property
    def _control(self) -> list[int]:
        return nearest(self.tree, self._controls)

    @cached_property
    def _bare_controls(self) -> frozenset[int]:
        """Where among the texts controls stand that have none."""
        starts, ends = self.tree.text_starts, self.tree.text_ends
        return frozenset(starts[i] for i in self._controls if starts[i] == ends[i])

    @cached_property
    def _forms(self) -> list[int]:
        return nearest(self.tree, self._form_nodes)

    @cached_property
    def _containers(self) -> list[int]:
        return nearest(self.tree, self._container_nodes)

    def _index(self) -> bytearray:
        """Note what stands where; return which elements lie in an unseen subtree."""
        tree = self.tree
        hiding = tree.of_tags(("noscript",))
        self._form_nodes.update(tree.of_tags(("form",)))
        self._container_nodes.update(tree.of_tags(_CONTAINERS))
        self.headings = sorted(tree.of_tags(_HEADINGS))
        for i in tree.attributed:
            attributes = tree.attributes[i]
            if own := attributes.get("id"):
                self.by_id.setdefault(own, i)
            if "role" in attributes and attributes["role"] in _CONTAINER_ROLES:
                self._container_nodes.add(i)
            if not HIDING.isdisjoint(attributes) and is_unseen(tree.tags[i], attributes):
                hiding.append(i)
        for i in tree.of_tags(("label",)):
            if target := tree.attributes[i].get("for"):
                self.labels_of.setdefault(target, []).append(i)
        unseen = bytearray(len(tree.tags) + 1)  # above the root (index -1) all is seen
        for i in hiding:
            if not unseen[i]:
                unseen[i : tree.ends[i]] = b"\1" * (tree.ends[i] - i)
        self._silent = [unseen[o] or tree.tags[o] == "option" for o in tree.text_owners]
        self._all_spoken = not any(self._silent)
        return unseen

    def text(self, i: int, limit: int = NAME_LIMIT) -> str:
        """Return the visible text inside element i; a select's options are not its text."""
        start, stop = self.tree.text_starts[i], self.tree.text_ends[i]
        if stop == start:
            return ""
        if stop == start + 1 and self._all_spoken:
            return self.tree.texts[start][:limit]
        stop = min(stop, start + limit)
        if self._all_spoken or self.unseen[i]:
            return " ".join(self.tree.texts[start:stop])[:limit]
        return self._join(start, stop, limit)

    def between(self, start: int, stop: int) -> str:
        """Return the visible text from one piece of text up to another."""
        return self._join(start, min(stop, start + NAME_LIMIT), NAME_LIMIT)

    def _join(self, start: int, stop: int, limit: int) -> str:
        texts = self.tree.texts[start:stop]
        if not self._all_spoken:
            silent = self._silent[start:stop]
            texts = [t for t, s in zip(texts, silent, strict=True) if not s]
        return " ".join(texts)[:limit]

    def options(self, i: int) -> tuple[str, ...]:
        """Return the labels of the first 300 options of a select."""
        tree = self.tree
        found = []
        for j in range(i + 1, tree.ends[i]):
            if tree.tags[j] == "option":
                start, stop = tree.text_starts[j], tree.text_ends[j]
                text = " ".join(tree.texts[start:stop]) or tree.attributes[j].get("label") or ""
                found.append(text[:NAME_LIMIT])
                if len(found) == OPTIONS_KEPT:
                    break
        return tuple(found)

    def forms(self, elements: Sequence[int]) -> Iterable[str]:
        """Return what programs call the form around each element, "" where there is none."""
        return map(self._form, elements) if self._form_nodes else repeat("", len(elements))

    def _form(self, i: int) -> str:
        """Return the id, name, class and target of the form around element i."""
        form = self._forms[self.tree.parents[i]]
        if form not in self._called:
            attributes = self.tree.attributes[form]
            said = (attributes.get(key) for key in ("id", "name", "class", "action"))
            self._called[form] = squeeze(" ".join(s[:NAME_LIMIT] for s in said if s), NAME_LIMIT)
        return self._called[form]

    def label(self, i: int, role: str) -> str:
        """Return the words beside a field that act as its label, never words of another control.

        They stand before a field, after a box that is ticked.
        """
        if role in _TICKED:
            return self._after(i) or self._before(i)
        return self._before(i) or self._after(i)

    def _before(self, i: int) -> str:
        start = first = self.tree.text_starts[i]
        while first and start - first < _BESIDE and self._is_free(first - 1, i):
            first -= 1
            if first in self._bare_controls:
                break
        words = self._join(first, start, _BESIDE * TEXT_LIMIT)
        return words if len(words) <= LABEL_LIMIT else words[-LABEL_LIMIT:].partition(" ")[2]

    def _after(self, i: int) -> str:
        stop = last = self.tree.text_ends[i]
        end = min(len(self.tree.texts), stop + _BESIDE)
        while last < end and self._is_free(last, i):
            last += 1
            if last in self._bare_controls:
                break
        return self._join(stop, last, LABEL_LIMIT)

    def _is_free(self, text: int, i: int) -> bool:
        """Whether a piece of text belongs to no control, or to one around element i."""
        control = self._control[self.tree.text_owners[text]]
        return control < 0 or control <= i < self.tree.ends[control]

    def context(self, i: int, text: str) -> str:
        """Return the words around element i: its row, item or card, and the heading above it."""
        container = self._containers[self.tree.parents[i]]
        around = self._around.get(container)
        if around is None:
            around = self._around[container] = self.text(container, CONTEXT_LIMIT)
        if around == text:
            around = ""
        if not self.headings:
            return around.strip()
        heading = self._heading(i)
        return (f"{heading} {around}" if heading else around).strip()[:CONTEXT_LIMIT]

    def _heading(self, i: int) -> str:
        place = bisect_left(self.headings, i) - 1
        return self.text(self.headings[place], 80) if place >= 0 else ""
