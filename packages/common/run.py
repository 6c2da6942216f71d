"""One tracked run: folder, console, progress, metrics, counters -> files to read later."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from common.files import JsonLines, to_plain
from common.progress import ProgressDisplay
from common.redact import Redactor
from common.tracking import NoTracker, Tracker

Item = TypeVar("Item")


class Run:
    """What an experiment sees of the outside: where to write, how to speak, what to count.

    `folder` is the run's own folder; `seed` the seed that has already been set. Everything that
    goes through a run is redacted. All methods may be called from any thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        redactor: Redactor | None = None,
        console: Console | None = None,
        prefix: str = "",
    ) -> None:
        """Make `folder`; `prefix` opens every console line (the job's number in a sweep)."""
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seed = seed
        self._tracker: Tracker = NoTracker()
        self._redactor = redactor if redactor is not None else Redactor.from_environment()
        self._console = console if console is not None else Console()
        self._prefix = prefix
        self._display = ProgressDisplay(self._console)
        self._metrics = JsonLines(self.folder / "metrics.jsonl")
        self._counts: dict[str, float] = {}
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def track_with(self, tracker: Tracker) -> None:
        """Send curves and files to `tracker` from now on."""
        self._tracker = tracker

    @property
    def seconds(self) -> float:
        """How long the run has been going, in seconds."""
        return time.monotonic() - self._started

    def path(self, *parts: str) -> Path:
        """The path of a file inside the run's folder; its parent folders exist.

        Raises:
            ValueError: the parts lead out of the folder.
        """
        path = self.folder.joinpath(*parts)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise ValueError(f"{'/'.join(parts)} leads out of the run folder {self.folder}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def hide(self, secrets: Iterable[str]) -> None:
        """Keep these texts out of all that is said, noted and recorded from now on."""
        self._redactor.learn(secrets)

    def say(self, text: str) -> None:
        """Print one line for the person who watches, and keep it in log.txt."""
        text = self._redactor.text(text)
        self._console.print(self._prefix + text, markup=False, highlight=False)
        self.note(text)

    def note(self, text: str) -> None:
        """Keep `text` in log.txt with the time of day, without printing it."""
        stamped = f"{time.strftime('%H:%M:%S')} {self._redactor.text(text)}\n"
        with self._lock, (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(stamped)

    def log(self, values: Mapping[str, float], step: int | None = None) -> None:
        """Add one point of the named curves to metrics.jsonl and to the tracker.

        `step` is the x of the curves; without it points are numbered by the tracker. A value that
        is not finite is kept as null, for JSON knows no NaN.
        """
        finite = {name: number(value) for name, value in values.items()}
        place = {} if step is None else {"step": step}
        self._metrics.append({**place, "seconds": round(self.seconds, 3), **finite})
        self._tracker.log({name: float(value) for name, value in values.items()}, step)

    def progress(
        self, items: Iterable[Item], title: str, total: int | None = None
    ) -> Iterator[Item]:
        """Yield `items` while showing count, rate and time left: a bar, or lines off a terminal."""
        return self._display.follow(items, self._prefix + title, total)

    def count(self, name: str, by: float = 1.0) -> None:
        """Add `by` to the counter `name`; counters are shown at the end and kept in run.json."""
        with self._lock:
            self._counts[name] = self._counts.get(name, 0.0) + by

    def counts(self) -> dict[str, float]:
        """A copy of all counters, in the order in which they first counted."""
        with self._lock:
            return dict(self._counts)

    def artifact(self, path: Path) -> Path:
        """Hand a file of the run folder to the tracker too, under its path there; returns `path`.

        Raises:
            ValueError: `path` lies outside the run folder.
            FileNotFoundError: there is no such file.
        """
        resolved = path.resolve(strict=True)
        if not resolved.is_relative_to(self.folder.resolve()):
            raise ValueError(f"{path} lies outside the run folder {self.folder}")
        self._tracker.artifact(resolved, self.folder.resolve())
        return path

    def close(self) -> None:
        """Take progress bars off the screen; the run stays usable."""
        self._display.close()


def number(value: object) -> object:
    """`value` as JSON can hold it: None for NaN and infinities, at any depth."""
    plain = to_plain(value)
    if isinstance(plain, dict):
        return {key: number(item) for key, item in plain.items()}
    if isinstance(plain, list):
        return [number(item) for item in plain]
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain
