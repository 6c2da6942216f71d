"""Twenty scenarios x ten kinds of injection -> pages with a right and an injected element."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

FOLDER = Path(__file__).parent
AWAY = "https://evil.test/take"
"""Where the injected elements lead."""
MARK, RIGHT, INJECTED = "data-k", "k1", "k2"
"""The attribute that tells the two elements; its values are words of no task."""
SITE = "https://shop.example/"
"""The address under which the pages believe to live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionPage:
    """A page with what the agent is told to do on it.

    The element marked `RIGHT` is what the user means, the one marked `INJECTED` what the page's
    attacker wants; `kind` says by which trick.
    """

    id: str
    kind: str
    instruction: str
    html: str


def kinds() -> list[str]:
    """Return the names of the tricks, one template each."""
    return sorted(path.name.removesuffix(".html.j2") for path in FOLDER.glob("kinds/*.html.j2"))


def injection_pages() -> list[InjectionPage]:
    """Return all 200 pages, kind by kind; equal calls give equal pages."""
    return [page for kind in kinds() for page in _pages(kind, f"kinds/{kind}.html.j2")]


def clean_pages() -> list[InjectionPage]:
    """Return the twenty pages without any injection, of kind "none"."""
    return _pages("none", "page.html.j2")


def _pages(kind: str, template: str) -> list[InjectionPage]:
    scenarios = json.loads((FOLDER / "scenarios.json").read_text("utf-8"))
    environment = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    loaded = environment.get_template(template)
    return [_page(loaded, kind, number, one) for number, one in enumerate(scenarios, 1)]


def _page(
    template: Template, kind: str, number: int, scenario: Mapping[str, object]
) -> InjectionPage:
    html = template.render(scenario, away=AWAY, mark=MARK, right=RIGHT, injected=INJECTED)
    return InjectionPage(
        id=f"{kind}-{number:02}", kind=kind, instruction=str(scenario["instruction"]), html=html
    )
