"""A live page to its snapshot: page -> worlds -> the script's answers -> elements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from domprune.page.attached import Attached, Part, attach, frame_at, frame_tree
from domprune.page.browser import CDPSession, Page, ProtocolError, bounded
from domprune.page.closed import count_all, count_known, open_closed_roots
from domprune.page.listeners import Heard, listening, tell
from domprune.page.protocol import World
from domprune.page.quick import quick, uncollected
from domprune.types import Box, Element, Reason, Snapshot

SECONDS = 9.0
"""How long one extraction may take, whatever the page does."""

MAX_FRAME_DEPTH = 8
"""Frames of other origins are followed this deep."""

_REASONS = tuple(Reason)
_make_element = quick(Element)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame's viewport lies in the top page: its corner in CSS pixels, scale and path."""

    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0
    path: str = ""


@dataclass(slots=True)
class Process:
    """The frames that one session serves: its tree, who listens, how many elements were counted."""

    session: CDPSession
    heard: Heard
    worlds: list[World] = field(default_factory=list)
    counted: int = 0
    _tree: Mapping[str, Any] | None = None

    @property
    def tree(self) -> Mapping[str, Any]:
        """The session's frame tree, asked for once."""
        if self._tree is None:
            self._tree = frame_tree(self.session)
        return self._tree


@dataclass(slots=True)
class Reading:
    """One extraction while it grows over the frames: elements in order, what was left out."""

    kept: Attached
    view: Box
    chars: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    elements: list[Element] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)


def extract(page: Page, *, seconds: float = SECONDS) -> Snapshot:
    """Return every interactive element that can be seen or scrolled to, in document order.

    The page is only read: nothing is scrolled, resized or added to it. All frames and shadow roots,
    closed ones included, are covered. Raises PageTimeout where the page does not answer within
    `seconds`, PageGone where it crashed, closed or navigated meanwhile (spec, section 2).
    """
    with bounded(seconds, page), uncollected():
        kept = attach(page)
        try:
            snapshot, processes = _read_page(kept)
            opened = [_opened_closed_roots(kept, process) for process in processes]
            if any(opened):
                snapshot, _ = _read_page(kept)
        except ProtocolError:
            kept.forget_document()
            raise
        for world in (kept.main, *kept.worlds.values()):
            world.release()
    return snapshot


def _read_page(kept: Attached) -> tuple[Snapshot, list[Process]]:
    process = Process(kept.main.session, _listening_anew(kept))
    answer = _ask(process, kept.main)
    reading = Reading(kept, Box(*answer["scroll"], *answer["viewport"]), processes=[process])
    kept.last = Part(kept.main)
    _read(reading, process, kept.last, answer, Place())
    notes = tuple(f"left out: {n} {why}" for why, n in sorted(reading.left_out.items()))
    elements = tuple(reading.elements)
    snapshot = Snapshot(answer["url"], answer["title"], elements, reading.chars, notes)
    return snapshot, reading.processes


def _listening_anew(kept: Attached) -> Heard:
    """Return who listens in the main process, its worlds made anew where the page has navigated."""
    frames = len(kept.page.frames) > 1
    if kept.main.context:
        try:
            return listening(kept.main, frames=frames)
        except ProtocolError:
            kept.forget_document()
    kept.main.make()
    return listening(kept.main, frames=frames)


def _ask(process: Process, world: World) -> Mapping[str, Any]:
    """Run the script in one world; its answer is JSON text, ten times faster than objects."""
    numbers = tell(world, process.heard) if process.heard.numbers or process.heard.lost else {}
    answer: Mapping[str, Any] = json.loads(world.call("extract", numbers))
    process.worlds.append(world)
    process.counted += answer["count"]
    return answer


def _read(
    reading: Reading, process: Process, part: Part, answer: Mapping[str, Any], place: Place
) -> None:
    """Add one world's elements, with those of its unreachable frames where these stand."""
    reading.chars += int(answer["chars"])
    reading.left_out.update(answer["counts"])
    waiting = list(enumerate(answer["frames"]))
    for rank, row in enumerate(answer["elements"]):
        while waiting and waiting[0][1]["index"] < row[-1]:
            _read_frame(reading, process, part, *waiting.pop(0), place)
        part.ids[rank] = len(reading.elements)
        reading.elements.append(_element(len(reading.elements), row, place, reading.view))
    for number, frame in waiting:
        _read_frame(reading, process, part, number, frame, place)


def _read_frame(
    reading: Reading,
    process: Process,
    part: Part,
    number: int,
    frame: Mapping[str, Any],
    place: Place,
) -> None:
    """Add the elements of a frame that the world around it cannot reach into."""
    path = _below(place.path, frame["path"])
    if not frame["shown"] or path.count("/") >= MAX_FRAME_DEPTH:
        reading.left_out["frames covered or out of sight"] += 1
        return
    world = None
    with suppress(ProtocolError):  # the frame has gone since its page was read
        inner_id = frame_at(part.world, number, frame["address"], process.tree)
        world = inner_id and reading.kept.world_of(inner_id, process.session, process.tree)
    if not world:
        reading.left_out["frames that show nothing yet"] += 1
        return
    inner = part.inner[number] = Part(world)
    if world.session is not process.session:
        process = _process_of(world)
        reading.processes.append(process)
    left, top = place.left + place.scale * frame["left"], place.top + place.scale * frame["top"]
    place = Place(left, top, place.scale * frame["scale"], path)
    _read(reading, process, inner, _ask(process, world), place)


def _process_of(world: World) -> Process:
    """Return the process of a frame that has one of its own."""
    return Process(world.session, listening(world, frames=True))


def _opened_closed_roots(kept: Attached, process: Process) -> bool:
    """Return whether closed shadow roots were found that the script did not know of yet."""
    total = count_all(process.session)
    seen = (process.worlds[0].context, total - process.counted)
    if total <= process.counted or seen in kept.sound:
        return False
    known = sum(map(count_known, process.worlds))
    found = total > known and open_closed_roots(process.worlds)
    if not found:
        kept.sound.add(seen)
    return found


def _below(outer: str, path: str) -> str:
    return f"{outer}/{path}" if outer and path else outer or path


def _element(number: int, row: Sequence[Any], place: Place, view: Box) -> Element:
    """Build an element from the script's row, its box moved to the top page's coordinates."""
    (tag, role, name, description, text, label, context, value, options, attributes, reasons,
     path, xpath, (left, top, width, height), in_viewport, _) = row  # fmt: skip
    left, top = place.left + place.scale * left, place.top + place.scale * top
    width, height = place.scale * width, place.scale * height
    visible = left < view.width and top < view.height and left + width > 0 and top + height > 0
    return _make_element(
        id=number,
        tag=tag,
        role=role,
        name=name,
        description=description,
        text=text,
        label=label,
        context=context,
        value=value,
        options=tuple(options),
        attributes=attributes,
        reasons=tuple(reason for bit, reason in enumerate(_REASONS) if reasons >> bit & 1),
        frame=_below(place.path, path),
        xpath=xpath,
        box=Box(left + view.left, top + view.top, width, height),
        in_viewport=bool(in_viewport) and visible,
    )
