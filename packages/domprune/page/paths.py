"""Absolute XPaths of the elements of a tree, short however deep the page is nested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from domprune.page.tree import Tree

STEPS = 100
"""Steps of a path; below them it says `/descendant::TAG[n]`, so that 200,000 deep paths fit."""


def xpaths(tree: Tree, nodes: Iterable[int]) -> list[str]:
    """Return the absolute XPath of each of the nodes, which are in document order."""
    found: list[str] = []
    upcoming = iter(nodes)
    wanted = next(upcoming, None)
    if wanted == 0:
        found.append(f"/{tree.tags[0]}")
        wanted = next(upcoming, None)
    paths = [f"/{tag}" for tag in tree.tags[:1]]
    depths = [1]
    anchors: dict[int, int] = {}  # of deep elements: the last one above with a path of its own
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)  # by tag, by element above
    columns = zip(tree.tags, tree.parents, tree.ends, strict=True)
    for i, (tag, parent, end) in enumerate(islice(columns, 1, None), 1):
        if wanted is None:
            break
        depth = depths[parent] + 1
        depths.append(depth)
        above = parent if depth <= STEPS else anchors.setdefault(i, anchors.get(parent, parent))
        among = counts[tag]
        position = among[above] = among.get(above, 0) + 1
        path = ""
        if i == wanted:
            way = "/" if depth <= STEPS else "/descendant::"
            path = f"{paths[above]}{way}{tag}[{position}]"
            found.append(path)
            wanted = next(upcoming, None)
        elif wanted < end and depth <= STEPS:
            path = f"{paths[parent]}/{tag}[{position}]"
        paths.append(path)
    return found
