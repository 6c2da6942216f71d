"""Secrets by name, each for one origin: models see `{{secret:name}}`, fields get the value."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import quote, quote_plus, urlsplit

from common.redact import SHORTEST_SECRET

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PLACEHOLDER = re.compile(r"\{\{\s*secret:\s*([^{}]*?)\s*\}\}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(kw_only=True)
class SecretSettings:
    """Where a secret's value is found, and which origin alone may be given it."""

    origin: str = ""
    """The one origin whose fields take it: https://shop.example, with :port unless it is usual."""
    variable: str = ""
    """Name of the environment variable that holds the value."""
    file: str = ""
    """File whose content, without the line's end, is the value; instead of a variable."""

    def __post_init__(self) -> None:
        """Refuse what names no value or no origin; no message repeats what may be a value."""
        if bool(self.variable) == bool(self.file):
            raise ValueError("variable or file must name where the value is, and only one of them")
        if self.variable and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", self.variable):
            raise ValueError(
                "variable must be the name of an environment variable; put the value into a "
                "variable such as SHOP_PASSWORD and write that name here"
            )
        if not _is_bare(self.origin):
            raise ValueError(
                "origin must be scheme and host alone, such as https://shop.example, "
                f"not {self.origin!r}"
            )


class UnknownSecret(ValueError):
    """A placeholder names no secret, or one of another origin; the message may be shown to all."""


class Secrets:
    """The values by name. Nothing that prints an object of this class shows a value."""

    @classmethod
    def load(
        cls, settings: Mapping[str, SecretSettings], environment: Mapping[str, str] = os.environ
    ) -> Self:
        """Read the values that settings name; raises ValueError, without values, where one lacks.

        Values below six characters are refused: they cannot be told from other text, so nothing
        could keep them out of logs.
        """
        values = {name: _value(name, one, environment) for name, one in settings.items()}
        return cls(values, {name: one.origin for name, one in settings.items()})

    def __init__(self, values: Mapping[str, str], origins: Mapping[str, str]) -> None:
        """`values` and `origins` by name; `load` reads them by settings."""
        self._values = dict(values)
        self._origins = {name: origin_of(origin) for name, origin in origins.items()}
        forms = {form: name for name, value in values.items() for form in written_forms(value)}
        self._names = forms
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __repr__(self) -> str:
        """Return the names alone."""
        return f"Secrets({', '.join(self._values)})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names that placeholders may use."""
        return tuple(self._values)

    def written(self) -> list[str]:
        """Return every way in which the values may stand in a text, for a redactor to learn."""
        return list(self._names)

    def check(self, text: str, origin: str) -> None:
        """Raise UnknownSecret unless every placeholder in `text` is a secret of this origin."""
        for name in placeholders(text):
            if name not in self._values:
                known = ", ".join(self._values) or "none"
                raise UnknownSecret(f"there is no secret {name!r}; there are: {known}")
            own = self._origins[name]
            if own != origin:
                raise UnknownSecret(f"the secret {name} is for {own}, not for {origin or 'this'}")

    def reveal(self, text: str, origin: str) -> str:
        """Return `text` with its placeholders' values; raises as `check` does."""
        self.check(text, origin)
        return _PLACEHOLDER.sub(lambda found: self._values[found[1]], text)

    def conceal(self, text: str) -> str:
        """Return `text` with every value, in any usual way of writing it, as its placeholder.

        So is half a value or more that was cut off at the end of a line, or of a part before a bar.
        """
        if self._known is None:
            return text
        text = self._known.sub(lambda found: placeholder(self._names[found[0]]), text)
        for form, name in self._names.items():
            least = _half(form)
            if form[:least] in text or form[-least:] in text:
                text = _cut_off(form).sub(placeholder(name), text)
        return text

    def shown_in(self, text: str) -> bool:
        """Whether a value can be read in what a page shows: in any case, spaced out, over lines."""
        read = _squeezed(text)
        return any(_squeezed(value) in read for value in self._values.values())


def _half(form: str) -> int:
    return max(SHORTEST_SECRET, -(-len(form) // 2))


@cache
def _cut_off(form: str) -> re.Pattern[str]:
    """Return what finds the beginning of a value where a text breaks off, and its end after that.

    Shorter parts are left: a common word that a value begins with would tell what it begins with.
    """
    lengths = range(len(form) - 1, _half(form) - 1, -1)
    begun = "|".join(re.escape(form[:length]) for length in lengths)
    ended = "|".join(re.escape(form[-length:]) for length in lengths)
    return re.compile(
        rf"(?:{begun or '(?!)'})(?=[\s\u2026.]*(?:$|\|))|(?:^|(?<=\| ))(?:{ended or '(?!)'})",
        re.MULTILINE,
    )


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def placeholder(name: str) -> str:
    """Return what models read and write for a secret.

    >>> placeholder("shop_password")
    '{{secret:shop_password}}'
    """
    return f"{{{{secret:{name}}}}}"


def placeholders(text: str) -> list[str]:
    """Return the names of the secrets that a text asks for.

    >>> placeholders("Type {{secret:shop_password}} here")
    ['shop_password']
    """
    return _PLACEHOLDER.findall(text)


def origin_of(url: str) -> str:
    """Return scheme, host and unusual port of an http(s) address, "" for any other.

    >>> origin_of("https://Shop.example:443/login?next=/"), origin_of("data:text/html,x")
    ('https://shop.example', '')
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "\\" in url:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port in (None, _DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


def written_forms(value: str) -> set[str]:
    """Return a value as it stands in plain text, in addresses, in HTML, in JSON and Python."""
    return {
        value,
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        html.escape(value),
        html.escape(value, quote=False),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
    }


def _is_bare(origin: str) -> bool:
    plain = origin_of(origin)
    return bool(plain) and "@" not in origin and urlsplit(origin)[2:] == ("", "", "")


def _value(name: str, settings: SecretSettings, environment: Mapping[str, str]) -> str:
    where = settings.variable or settings.file
    if not _NAME.fullmatch(name):
        raise ValueError(f"secrets.{name}: a name is a lower case word such as shop_password")
    if settings.variable:
        value = environment.get(settings.variable, "")
    else:
        try:
            value = Path(settings.file).expanduser().read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"secrets.{name}: {where} cannot be read ({error})") from None
    if not value:
        raise ValueError(f"secrets.{name}: {where} is empty or not set; put the value there")
    if len(value) < SHORTEST_SECRET or "\n" in value:
        raise ValueError(
            f"secrets.{name}: the value in {where} must be one line of {SHORTEST_SECRET} "
            "characters or more: shorter ones cannot be kept out of logs"
        )
    return value
