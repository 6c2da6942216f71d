"""The guard alone against garbled addresses, judged by Chromium's own reading of each.

random action, element and place -> guard -> what Chromium makes of the addresses it let through
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from common.secrets import Secrets
from domprune.guard.policy import PolicyGuard
from domprune.guard.settings import GuardSettings
from domprune.interfaces import Place
from domprune.page.browser import Browser, Page
from domprune.types import Action, ActionType, Element

HOME = "https://shop.example"
_SEEDS = (
    "https://shop.example/", "https://www.shop.example/a?b=c#d", "https://pay.example:8443/",
    "https://evil.test/", "https://shop.example.evil.test/", "https://shop.example@evil.test/",
    "http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "//evil.test/", "about:blank",
    "https:evil.test", "https:/evil.test/", "javascript:1", "data:text/html,x", "blob:https://x/1",
    "file:///etc/passwd", "view-source:https://shop.example/", "https://shop.example:8443/",
)  # fmt: skip
_PARTS = (
    "@", "\\", "/", "//", ":", "?", "#", ".", "%2e", "%00", "\t", "\n", " ", "。", "．", "‥",
    "\u00ad", "\u200b", "\u202e", "evil.test", "shop.example", ":443", ":80", "https://", "[", "]",
    "ſ", "ß", "ѕ", "０", "xn--", ";", "&", "%40", "\u2100", "www.", "*",
)  # fmt: skip
_ELEMENTS = tuple(
    Element(number, tag, "", attributes=attributes)
    for number, (tag, attributes) in enumerate(
        (
            ("a", {}), ("a", {"download": "x"}), ("button", {}), ("input", {"type": "password"}),
            ("input", {"type": "file"}), ("input", {"type": "date"}), ("textarea", {}),
        )
    )
)  # fmt: skip
_VALUES = ("{{secret:password}}", "hello", "{{ secret: password }} x", "{{secret:none}}")


@dataclass(frozen=True, slots=True)
class Deed:
    """One random action with where it would land."""

    action: Action
    element: Element | None
    place: Place


@dataclass(frozen=True, slots=True)
class Reading:
    """An address as Chromium reads it; all empty where it is none."""

    scheme: str = ""
    host: str = ""
    origin: str = ""
    user: str = ""


def decide(deeds: int, seed: int) -> tuple[int, list[str]]:
    """Return how many of so many random deeds the guard allowed, and which it should not have."""
    guard = PolicyGuard(
        GuardSettings(allowed=["*.shop.example", "pay.example:8443"]).rules(),
        Secrets({"password": "canary-4711"}, {"password": HOME}),
    )
    draw = random.Random(seed)
    drawn = [_deed(draw) for _ in range(deeds)]
    allowed = [one for one in drawn if guard.allow(one.action, one.element, one.place) is None]
    with Browser() as browser:
        page = browser.open(html="<p>", url="https://shop.example/")
        breaches = [why for one in allowed for why in _breaches(one, page)]
    return len(allowed), breaches


def _deed(draw: random.Random) -> Deed:
    kind = draw.choice((ActionType.CLICK, ActionType.TYPE, ActionType.NAVIGATE))
    if kind is ActionType.NAVIGATE:
        at = Place(HOME, HOME)
        return Deed(Action(action_type=kind, value=_address(draw)), None, at)
    element = draw.choice(_ELEMENTS)
    value = draw.choice(_VALUES) if kind is ActionType.TYPE else ""
    # Half of the pages are what a user would expect, or nothing would ever be allowed.
    page = HOME + "/" if draw.random() < 0.5 else _address(draw)
    frame = page if draw.random() < 0.5 else _address(draw)
    leads_to = "" if draw.random() < 0.5 else _address(draw)
    action = Action(action_type=kind, element_id=element.id, value=value)
    return Deed(action, element, Place(page, frame, leads_to))


def _address(draw: random.Random) -> str:
    """Return a usual or a nasty address with up to three things put in or taken out."""
    text = draw.choice(_SEEDS)
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(text) + 1)
        if draw.random() < 0.7:
            text = text[:at] + draw.choice(_PARTS) + text[at:]
        else:
            text = text[:at] + text[at + 1 :]
    return text


def _breaches(deed: Deed, page: Page) -> Sequence[str]:
    """Return what Chromium's reading of an allowed deed's addresses breaks."""
    action, element, place = deed.action, deed.element, deed.place
    if action.action_type is ActionType.NAVIGATE:
        return [] if _inside(_read(page, action.value)) else [f"navigates to {action.value!r}"]
    found = []
    for what, url in (("page", place.page_url), ("frame", place.frame_url)):
        if url not in ("about:blank", "about:srcdoc") and not _inside(_read(page, url)):
            found.append(f"acts in the {what} {url!r}")
    led = _read(page, place.leads_to)
    if place.leads_to and led.scheme not in ("javascript:", "about:") and not _inside(led):
        found.append(f"leads to {place.leads_to!r}")
    if element and ("download" in element.attributes or element.attributes.get("type") == "file"):
        found.append(f"moves a file: {element.attributes}")
    if "secret" in action.value and _read(page, place.frame_url).origin != HOME:
        found.append(f"types a secret at {place.frame_url!r}")
    return found


def _inside(read: Reading) -> bool:
    """Whether the task allows it; Chromium writes ports only where they are not the usual ones."""
    host = read.host.removesuffix(":80").removesuffix(":443")  # each scheme on the other's port
    host = host.removesuffix(".")  # the same name, as resolvers write it
    mine = host in ("shop.example", "pay.example:8443") or host.endswith(".shop.example")
    return mine and read.scheme in ("http:", "https:") and not read.user


def _read(page: Page, url: str) -> Reading:
    told = page.evaluate(
        "url => { try { const u = new URL(url); return [u.protocol, u.host, u.origin,"
        " u.username + u.password] } catch { return null } }",
        url,
    )
    return Reading(*told) if told else Reading()
