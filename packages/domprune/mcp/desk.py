"""What the tools do: one guarded browser session in a thread of its own, asked one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from common.egress.chromium import chromium_flags
from common.egress.proxy import EgressProxy
from common.secrets import Secrets
from domprune.act import execute
from domprune.episode import ABSENT
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.interfaces import InvalidAction, Place
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.page.errors import PageError
from domprune.plugin import Grounded
from domprune.plugin import ground as ground_page
from domprune.prune import prompt, prune
from domprune.render import render
from domprune.types import Action, ActionType, Snapshot

Answer = TypeVar("Answer")


class Trouble(Exception):
    """A tool could not do what was asked; the message is for the model that asked."""


# Without slots: the SDK's schema takes a slot for a field's default.
@dataclass(frozen=True)
class Found:
    """What a thought means: the action, the element's number and line, the text to type."""

    action: str
    element: int | None
    line: str
    value: str


@dataclass(frozen=True)
class Done:
    """What became of an action, what the page did by itself, and where it is now."""

    ok: bool
    error: str
    url: str


class Desk:
    """A browser behind the egress proxy, with the guard of the settings; use it with `with`.

    Playwright's objects belong to the thread that made them: everything runs in one thread.
    Methods return futures.
    """

    def __init__(self, settings: GuardSettings) -> None:
        """Note what is allowed; `with` starts the browser. Raises ValueError for a bad secret."""
        rules = settings.rules()
        self._guard = PolicyGuard(rules, Secrets.load(settings.secrets))
        self._proxy = EgressProxy(rules)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
        self._stack = ExitStack()
        self._session: Session | None = None
        self._snapshot: Snapshot | None = None

    def __enter__(self) -> Self:
        """Start proxy and browser; raises BrowserMissing where there is no Chromium."""
        self._stack.enter_context(self._proxy)
        self._thread.submit(self._start).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop browser and proxy."""
        self._thread.submit(self._stack.close).result()
        self._thread.shutdown()

    def prune_page(self, step: str, url: str, keep: int) -> Future[str]:
        """Show `url` unless it is empty; the page's elements that a step means, as lines."""
        return self._do(lambda session: self._prune(session, step, url, keep))

    def ground(self, thought: str) -> Future[Found]:
        """What a thought means on the page in front."""
        return self._do(lambda session: self._ground(session, thought))

    def act(self, action: str, element: int | None, value: str, enter: bool) -> Future[Done]:
        """Carry out an action on an element that one of the other tools has named."""
        return self._do(lambda session: self._act(session, action, element, value, enter))

    def _start(self) -> None:
        flags = chromium_flags(self._proxy.address)
        browser = self._stack.enter_context(Browser(flags=flags, seconds=15.0))
        session = Session(browser, execute, guard=self._guard, screenshots=False)
        self._session = self._stack.enter_context(session)

    def _do(self, work: Callable[[Session], Answer]) -> Future[Answer]:
        return self._thread.submit(self._guarded, work)

    def _guarded(self, work: Callable[[Session], Answer]) -> Answer:
        if self._session is None:
            raise Trouble("the browser is not started")
        try:
            return work(self._session)
        except PageError as error:
            self._snapshot = None
            raise Trouble(f"{error}; {self._session.recover(error)}") from error
        except InvalidAction as error:
            raise Trouble(f"{ABSENT}{error}") from error

    def _prune(self, session: Session, step: str, url: str, keep: int) -> str:
        if keep < 1:
            raise Trouble(f"keep must be at least 1, not {keep}")
        if url:
            visit = Action(action_type=ActionType.NAVIGATE, value=url)
            if refused := self._guard.allow(visit, None, Place(session.page.url, session.page.url)):
                raise Trouble(f"{refused.rule}: {refused.reason}")
            session.open(url)
        observed = session.observe()
        self._snapshot = snapshot = observed.snapshot
        pruned = prune(snapshot, step, keep)
        head = f"{snapshot.title} ({snapshot.url}): {len(pruned.kept)} of {pruned.ranked} elements"
        return "\n".join((head, *observed.notes, prompt(pruned)))

    def _ground(self, session: Session, thought: str) -> Found:
        found: Grounded = ground_page(session.page, thought, guard=self._guard)
        self._snapshot = found.snapshot
        line = render([found.element]) if found.element else ""
        action = found.action
        return Found(action.action_type.value, action.element_id, line, action.value)

    def _act(
        self, session: Session, action: str, element: int | None, value: str, enter: bool
    ) -> Done:
        try:
            kind = ActionType(action.upper())
        except ValueError:
            raise Trouble(
                f"action must be one of {', '.join(ActionType)}, not {action!r}"
            ) from None
        snapshot = self._snapshot
        if snapshot is None:
            raise Trouble("no element is known yet: call prune_page or ground first")
        asked = Action(action_type=kind, element_id=element, value=value)
        done = session.act(snapshot, asked, press_enter=enter)
        return Done(done.ok, done.error, self._guard.hide(session.page.url))
