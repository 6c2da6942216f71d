"""The guard: rules in code, asked right before every action; no model can talk it round."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from common.egress.rules import EgressRules, plain_host
from common.egress.types import EgressRefused, Target
from common.secrets import Secrets, UnknownSecret, origin_of, placeholders
from domprune.interfaces import Place, Refused
from domprune.types import Action, ActionType, Element

OWN_SCRIPT = "javascript:"
"""Links of this scheme run the page's own script, which it could run without a click."""
INHERITED = ("about:blank", "about:srcdoc")
"""Documents without an address of their own: they belong to the page that made them."""
TEXT_FIELDS = frozenset({"", "text", "password", "email", "tel", "search"})
"""Input types that secrets may be typed into: others say in an error what they were given."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PolicyGuard:
    """Implements `Guard`: stays on the allowed sites, types secrets at home, moves no files.

    `allow` judges by the addresses that the browser itself resolved. What a page's own script does
    after a click is held by the egress proxy with the same rules.
    """

    rules: EgressRules
    secrets: Secrets

    def allow(self, action: Action, element: Element | None, place: Place) -> Refused | None:
        """Return why the action may not be done; None where it may."""
        kind = action.action_type
        if kind is ActionType.NAVIGATE:
            return self._secret_here(action) or self._site("navigate", action.value)
        if not kind.needs_element:
            return self._secret_here(action)
        if element is None:
            return Refused("no element", f"{kind} needs an element")
        return (
            self._foreign(place)
            or _moves_files(element)
            or self._leads_away(place)
            or self._secret(action, element, place)
        )

    def reveal(self, value: str, place: Place) -> str:
        """Return the text to type; raises UnknownSecret where `allow` would have refused it."""
        return self.secrets.reveal(value, origin_of(place.frame_url))

    def hide(self, text: str) -> str:
        """Return the text with every secret as its placeholder."""
        return self.secrets.conceal(text)

    def shows(self, text: str) -> bool:
        """Whether a secret can be read in a text that a page shows."""
        return self.secrets.shown_in(text)

    def _foreign(self, place: Place) -> Refused | None:
        frame = place.page_url if place.frame_url in INHERITED else place.frame_url
        for what, url in (("page", place.page_url), ("frame", frame)):
            if url not in INHERITED and (refused := self._site(f"foreign {what}", url)):
                return refused
        return None

    def _leads_away(self, place: Place) -> Refused | None:
        url = place.leads_to
        if not url or url in INHERITED or url.lower().startswith(OWN_SCRIPT):
            return None
        return self._site("leads away", url)

    def _site(self, rule: str, url: str) -> Refused | None:
        """Return why an address is none of the allowed sites'."""
        try:
            self.rules.check_target(target_of(url))
        except EgressRefused as error:
            return Refused(rule, str(error))
        return None

    def _secret(self, action: Action, element: Element, place: Place) -> Refused | None:
        if not placeholders(action.value):
            return None
        origin = origin_of(place.frame_url)
        if action.action_type is not ActionType.TYPE:
            return self._secret_here(action)
        if element.tag != "input" or element.attributes.get("type", "").lower() not in TEXT_FIELDS:
            return Refused("secret", "secrets are typed into fields for one line of text only")
        if place.leads_to and origin_of(place.leads_to) not in ("", origin):
            return Refused("secret", f"the field's form sends to {origin_of(place.leads_to)}")
        try:
            self.secrets.check(action.value, origin)
        except UnknownSecret as error:
            return Refused("secret", str(error))
        return None

    def _secret_here(self, action: Action) -> Refused | None:
        if placeholders(action.value):
            return Refused(
                "secret", f"secrets are typed into fields, not used to {action.action_type}"
            )
        return None


def target_of(url: str) -> Target:
    """Return the host and port of an address that means the same to every reader.

    Raises EgressRefused for other schemes than http and https, for users and passwords, backslashes
    and characters that some readers drop.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EgressRefused(f"{url[:80]!r} is no address") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise EgressRefused(f"{url[:80]!r} is no http or https address")
    if "@" in parts.netloc or "\\" in url or not url.isprintable() or " " in parts.netloc:
        raise EgressRefused(f"{url[:80]!r} may be read as another address than it looks like")
    return Target(plain_host(parts.hostname), port or _PORTS[parts.scheme])


def _moves_files(element: Element) -> Refused | None:
    if element.attributes.get("type", "").lower() == "file":
        return Refused("upload", "files are not uploaded")
    if "download" in element.attributes:
        return Refused("download", "files are not downloaded")
    return None
