"""Keep secrets out of everything a run writes: text -> text without secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

HIDDEN = "[redacted]"
"""What stands in the place of a secret."""

SHORTEST_SECRET = 6
"""Shorter values are too common a text ("1", "true") to be cut out everywhere."""

_SECRET_WORDS = re.compile(
    "key|apikey|token|secrets?|password|passwd|passphrase|passwort|pwd|credentials?|auth|"
    "authorization|bearer|cookies?|pat|dsn|netrc"
)
_HARMLESS_AFTER = re.compile("variable|name|file|path|id|sock|count|budget|limit|type|origin")
"""`token_file` and `key_variable` say where a secret is, not what it is."""
_HARMLESS_BEFORE = re.compile("max|min|pad|eos|bos|unk|mask|sep|cls|sort|group|cache|primary")
"""`pad_token` and `sort_key` mean other tokens and keys."""
_WHERE = frozenset({"variable", "file", "origin"})
"""Keys below a secret's name that say where its value is and what it is for."""
_PUBLIC_VARIABLES = frozenset({"PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY"})
_PATTERNS = (
    re.compile(r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_\-]{16,}"),
    re.compile(r"\b(?:hf|ghp|gho|ghu|ghs|ghr|glpat|npm|r8)[-_][A-Za-z0-9_\-]{16,}"),
    re.compile(r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    re.compile(r"\bAIza[A-Za-z0-9_\-]{30,}"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"\bxox[abprs]-[A-Za-z0-9\-]{10,}"),
    re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"),
    re.compile(r"(?i)(?<=\bbearer )[A-Za-z0-9._~+/\-]{8,}=*"),
    re.compile(r"(?<=://)[^\s/@:'\"]{1,256}:[^\s/@'\"]{1,256}(?=@)"),
)


def looks_secret(name: str) -> bool:
    """Whether a variable or a config key of this name holds a secret itself.

    `OPENAI_API_KEY`, `api_key`, `hfToken` and `db.password` do; `max_tokens`, `key_variable`,
    `token_file` and `keywords` do not.
    """
    if name in _PUBLIC_VARIABLES:
        return False
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    parts = [part for part in re.split(r"[^a-z0-9]+", words) if part]
    secret = [place for place, part in enumerate(parts) if _SECRET_WORDS.fullmatch(part)]
    if not secret or any(_HARMLESS_AFTER.fullmatch(part) for part in parts[secret[-1] + 1 :]):
        return False
    before = parts[secret[-1] - 1] if secret[-1] else ""
    return parts[secret[-1]] not in {"key", "token"} or not _HARMLESS_BEFORE.fullmatch(before)


class Redactor:
    """Replaces every known secret value, and every text that has a well-known key's form."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know `secrets`; values shorter than `SHORTEST_SECRET` characters are left alone."""
        self._secrets: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.learn(secrets)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Redactor:
        """A redactor that knows the values of all environment variables with a secret's name."""
        variables = os.environ if environment is None else environment
        return cls(value for name, value in variables.items() if looks_secret(name))

    def learn(self, secrets: Iterable[str]) -> None:
        """Know these values too."""
        self._secrets |= {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        forms = [re.escape(form) for secret in longest_first for form in _written_forms(secret)]
        self._known = re.compile("|".join(forms)) if forms else None

    def learn_config(self, config: object, *, secret: bool = False) -> None:
        """Know every text under a config key whose name looks secret, at any depth."""
        if isinstance(config, Mapping):
            for key, value in config.items():
                self.learn_config(value, secret=_holds_secret(str(key), secret))
        elif isinstance(config, Sequence) and not isinstance(config, str):
            for value in config:
                self.learn_config(value, secret=secret)
        elif secret and _may_be_secret(config):
            self.learn([str(config)])

    def learn_overrides(self, overrides: Iterable[str]) -> None:
        """Know the value of every command line `key=value` whose key looks secret."""
        pairs = (override.partition("=") for override in overrides)
        for key, _, value in pairs:
            if looks_secret(key):
                self.learn([value, value.strip("'\"")])

    def text(self, text: str) -> str:
        """`text` with every secret replaced by `HIDDEN`."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text

    def tree(self, value: object, *, secret: bool = False) -> object:
        """`value` (mappings, lists, scalars) with secrets replaced, also under secret keys."""
        if isinstance(value, Mapping):
            return {
                self.text(str(key)): self.tree(item, secret=_holds_secret(str(key), secret))
                for key, item in value.items()
            }
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.tree(item, secret=secret) for item in value]
        if secret and _may_be_secret(value):
            return HIDDEN
        return self.text(value) if isinstance(value, str) else value


def _holds_secret(key: str, below_secret: bool) -> bool:
    """Whether what stands under a config key is secret, given what the keys around it say."""
    return looks_secret(key) or (below_secret and key not in _WHERE)


def _may_be_secret(value: object) -> bool:
    """Whether a value under a secret's name can be one: text, or a number of many digits."""
    if isinstance(value, str):
        return value != ""
    return isinstance(value, int) and len(str(abs(value))) >= SHORTEST_SECRET


def _written_forms(secret: str) -> list[str]:
    """The secret as it is, and as it stands inside JSON and Python text."""
    escaped = secret.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    return [secret] if escaped == secret else [escaped, secret]
