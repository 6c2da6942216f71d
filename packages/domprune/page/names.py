"""Accessible names and descriptions of saved HTML, and what icons say where there is no name."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath

from domprune.page.interactive import role_of
from domprune.page.words import NAME_LIMIT, Words, nearest
from domprune.text import squeeze

_BUTTON_INPUTS = {"submit": "Submit", "reset": "Reset", "button": "", "image": "Submit"}
_SUFFIX = re.compile(r"[?#]")
_ICON_SCAN = 40
_REFERENCES = 8
_NAMED_BY_AUTHOR = frozenset(
    ("textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider")
)
_NATIVE = frozenset(("a", "button", "summary"))


class Names:
    """Answers what element i of a page is called, by the rules of accname 1.2."""

    def __init__(self, words: Words) -> None:
        """`words`: of the same page."""
        self.words = words
        self.tree = words.tree

    @cached_property
    def _labels(self) -> list[int]:
        return nearest(self.tree, set(self.tree.of_tags(("label",))))

    def name(self, i: int, text: str) -> str:
        """Return the accessible name of element i, whose visible text is `text` (accname 1.2)."""
        tag, attributes = self.tree.tags[i], self.tree.attributes[i]
        ids, label = attributes.get("aria-labelledby"), attributes.get("aria-label")
        if ids and (named := self._referred(ids)):
            return named
        if label and (label := squeeze(label, NAME_LIMIT)):
            return label
        if tag in ("input", "select", "textarea"):
            return self._field_name(i)
        if tag == "area":
            return squeeze(attributes.get("alt") or attributes.get("title") or "", NAME_LIMIT)
        if tag == "option":
            return self._spoken(i)
        if (
            tag not in _NATIVE
            and "role" in attributes
            and role_of(tag, attributes) in _NAMED_BY_AUTHOR
        ):
            content = ""  # what stands inside is the value
        else:
            content = self._content(i, text)
        if content:
            return content
        return squeeze(
            attributes.get("title") or attributes.get("aria-placeholder") or "", NAME_LIMIT
        )

    def _content(self, i: int, text: str) -> str:
        """Return the texts and the pictures' alternative texts inside element i, in their order."""
        if not text or self.tree.ends[i] == i + 1:
            return text or self._pictures(i)
        tree = self.tree
        pieces: list[str] = []
        done = tree.text_starts[i]
        for j in range(i + 1, min(tree.ends[i], i + _ICON_SCAN)):
            if tree.tags[j] in ("img", "area") and (alt := tree.attributes[j].get("alt")):
                pieces += [self.words.between(done, tree.text_starts[j]), squeeze(alt, NAME_LIMIT)]
                done = tree.text_starts[j]
        if not pieces:
            return text
        pieces.append(self.words.between(done, tree.text_ends[i]))
        return " ".join(filter(None, pieces))[:NAME_LIMIT]

    def _field_name(self, i: int) -> str:
        tag, attributes = self.tree.tags[i], self.tree.attributes[i]
        kind = (attributes.get("type") or "").lower() if tag == "input" else ""
        if kind in _BUTTON_INPUTS:
            own = attributes.get("alt") if kind == "image" else None
            own = own or attributes.get("value") or _BUTTON_INPUTS[kind] or attributes.get("title")
            return squeeze(own or "", NAME_LIMIT)
        labels = [t for j in self.labels(i)[:_REFERENCES] if (t := self.words.text(j))]
        hint = attributes.get("title") or attributes.get("placeholder") or ""
        return " ".join(labels)[:NAME_LIMIT] or squeeze(hint, NAME_LIMIT)

    def labels(self, i: int) -> list[int]:
        """Return the label elements that belong to element i: by `for`, else the one around it."""
        own = self.tree.attributes[i].get("id")
        if own and own in self.words.labels_of and self.words.by_id.get(own) == i:
            return self.words.labels_of[own]
        around = self._labels[self.tree.parents[i]]
        return [] if around < 0 or self.tree.attributes[around].get("for") else [around]

    def description(self, i: int, name: str) -> str:
        """Return the accessible description: aria-describedby, else a title not used as name."""
        attributes = self.tree.attributes[i]
        described = self._referred(attributes.get("aria-describedby"))
        title = squeeze(attributes.get("title") or "", NAME_LIMIT)
        return described or (title if title != name else "")

    def _referred(self, ids: str | None) -> str:
        """Return the words of the elements that a list of ids names, hidden ones too."""
        if not ids:
            return ""
        by_id = self.words.by_id
        found = [by_id[own] for own in ids[:2000].split()[:_REFERENCES] if own in by_id]
        texts = [self._spoken(j) for j in found]
        return " ".join(t for t in texts if t)[:NAME_LIMIT]

    def _spoken(self, i: int) -> str:
        """Return what a reference to element i means: its label, all its text, its pictures."""
        tree = self.tree
        if label := squeeze(tree.attributes[i].get("aria-label") or "", NAME_LIMIT):
            return label
        start, stop = tree.text_starts[i], tree.text_ends[i]
        text = " ".join(tree.texts[start : min(stop, start + NAME_LIMIT)])[:NAME_LIMIT]
        return text or self._pictures(i) or squeeze(tree.attributes[i].get("alt") or "", NAME_LIMIT)

    def _pictures(self, i: int) -> str:
        """Return the alternative texts of the pictures inside element i."""
        tree = self.tree
        found = []
        for j in range(i + 1, min(tree.ends[i], i + _ICON_SCAN)):
            attributes = tree.attributes[j]
            alternative = attributes.get("alt") or attributes.get("aria-label")
            if tree.tags[j] == "title" and tree.tags[tree.parents[j]] == "svg":
                alternative = " ".join(tree.texts[tree.text_starts[j] : tree.text_ends[j]][:9])
            if alternative:
                found.append(squeeze(alternative, NAME_LIMIT))
        return " ".join(found)[:NAME_LIMIT]

    def icon(self, i: int) -> str:
        """Return what the page's icons say about element i: use href, picture file, class words."""
        tree = self.tree
        clues = []
        for j in range(i, min(tree.ends[i], i + _ICON_SCAN)):
            attributes = tree.attributes[j]
            if not attributes:
                continue
            if (target := attributes.get("href") or attributes.get("xlink:href")) and j > i:
                clues.append(target.rpartition("#")[2][:NAME_LIMIT])
            if (source := attributes.get("src")) and not source.startswith("data:"):
                clues.append(PurePosixPath(_SUFFIX.split(source[:500], maxsplit=1)[0]).stem)
            if j > i and (classes := attributes.get("class")):
                clues.append(classes[: 4 * NAME_LIMIT])
        return squeeze(" ".join(clues), NAME_LIMIT)
