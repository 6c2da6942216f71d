"""What is kept about a page between calls: its sessions, its worlds and the last extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from domprune.page.browser import CDPSession, Page, ProtocolError
from domprune.page.protocol import NAME, World


@dataclass(slots=True)
class Part:
    """One world's share of an extraction: which of its nodes became which element ids.

    `ids[rank]` is the element id of the node that the world keeps at that rank; `inner` are the
    shares of the frames that this world cannot reach into, by their number there.
    """

    world: World
    ids: dict[int, int] = field(default_factory=dict)
    inner: dict[int, Part] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many elements this world and those inside it gave."""
        return len(self.ids) + sum(part.size for part in self.inner.values())


@dataclass(slots=True)
class Attached:
    """A page's main world and, by frame id, the worlds and sessions of its other frames.

    `sound` remembers how much the search found beyond the extraction's elements where a closer
    look showed no closed root, by the main world's context.
    """

    page: Page
    main: World
    worlds: dict[str, World] = field(default_factory=dict)
    sessions: dict[str, CDPSession] = field(default_factory=dict)
    sound: set[tuple[int, int]] = field(default_factory=set)
    last: Part | None = None

    def forget_document(self) -> None:
        """Let the next look begin anew: the page has navigated, and its worlds went with it."""
        self.main.context = 0
        self.worlds.clear()
        self.sessions.clear()

    def world_of(self, frame: str, beside: CDPSession, tree: Mapping[str, Any]) -> World | None:
        """Return the world of a frame, in the session `beside` if that one's tree holds it.

        It is ready to be called. A frame that navigates to another site changes its process. Raises
        ProtocolError where it has gone.
        """
        held = any(node["frame"]["id"] == frame for node in walk(tree))
        world = self.worlds.pop(frame, None)
        if world is None or (world.session is beside) != held or not _ready(world):
            self.sessions.pop(frame, None)
            session = beside if held else self._session_of(frame)
            if session is None:
                return None
            world = World(session, frame)
            world.make()
        self.worlds[frame] = world
        return world

    def _session_of(self, frame: str) -> CDPSession | None:
        """Return the session of a frame that has a process of its own; one more for none else."""
        for other in self.page.frames[1:]:
            try:
                session = self.page.context.new_cdp_session(other)
            except ProtocolError:  # it shares its parent's process and so its session
                continue
            found = frame_tree(session)["frame"]["id"]
            if self.sessions.setdefault(found, session) is not session:
                session.detach()
        return self.sessions.get(frame)


def _ready(world: World) -> bool:
    """Make a world anew if need be; False where its process has gone."""
    try:
        world.ready()
    except ProtocolError:
        return False
    return True


_attached: WeakKeyDictionary[Page, Attached] = WeakKeyDictionary()


def attach(page: Page) -> Attached:
    """Return what is kept about the page, with a session opened at the first call."""
    kept = _attached.get(page)
    if kept is None:
        session = page.context.new_cdp_session(page)
        kept = Attached(page, World(session, frame_tree(session)["frame"]["id"]))
        _attached[page] = kept
    return kept


def frame_tree(session: CDPSession) -> Mapping[str, Any]:
    """Return the tree of the frames in the session's process."""
    tree: Mapping[str, Any] = session.send("Page.getFrameTree")["frameTree"]
    return tree


def walk(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all nodes of a frame tree."""
    nodes = [tree]
    for node in nodes:
        nodes += node.get("childFrames", [])
    return nodes


def frame_at(
    world: World, number: int, address: Sequence[Sequence[int]], tree: Mapping[str, Any]
) -> str | None:
    """Return the id of the frame that `world` lists as its `number`-th unreachable one.

    `address` names it by its numbers among the windows, which costs no call where the tree holds
    every window (none in another process); None where the frame is gone.
    """
    node: Mapping[str, Any] | None = next(
        (node for node in walk(tree) if node["frame"]["id"] == world.frame), None
    )
    for position, size in address:
        children = node.get("childFrames", []) if node else []
        node = children[position] if len(children) == size > position else None
    if node is not None:
        return str(node["frame"]["id"])
    owner = world.handle(f"{NAME}.foreignOwner({number})")
    described = world.session.send("DOM.describeNode", {"objectId": owner})["node"]
    return described.get("frameId")
