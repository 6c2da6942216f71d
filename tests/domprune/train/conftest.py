"""A shop's page of five elements, and annotated steps on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domprune.page.html import load_html
from domprune.types import Action, ActionType, Annotated, Case, Gold, Program, Snapshot, SubTask

HTML = """<nav><a href="/home">Home</a><a href="/basket">Basket</a></nav>
<form><label for="m">Email address</label><input id="m" name="mail"><button>Sign in</button>
<label for="s">Size</label><select id="s"><option>Small</option><option>Large</option></select>
</form>"""


@pytest.fixture(scope="session")
def page() -> Snapshot:
    snapshot = load_html(HTML)
    said = [element.name for element in snapshot.elements]
    assert said == ["Home", "Basket", "Email address", "Sign in", "Size"]
    return snapshot


def annotated(
    page: Snapshot, said: str, action: Action, target: str, keywords: dict[str, int],
    screenshot: Path | None = None,
) -> Annotated:  # fmt: skip
    gold = frozenset() if action.element_id is None else frozenset({action.element_id})
    subtask = SubTask(
        next_steps=said, action_type=action.action_type, target_text=target, value=action.value
    )
    return Annotated(
        case=Case(
            id=said, page="p.html", subtask=subtask, snapshot=page, gold=Gold(gold, gold),
            task="Buy shoes", history=("CLICK Shoes",),
        ),
        subtask=subtask,
        program=Program(
            keyword_weights=keywords, action_type=action.action_type, value=action.value
        ),
        thought=f"Next: {said}.",
        action=action,
        screenshot=screenshot,
    )  # fmt: skip


@pytest.fixture
def click(page: Snapshot) -> Annotated:
    action = Action(action_type=ActionType.CLICK, element_id=1)
    return annotated(page, "Click Basket", action, "Basket", {"cart": 3, "basket": 40})


@pytest.fixture
def typing(page: Snapshot) -> Annotated:
    action = Action(action_type=ActionType.TYPE, element_id=2, value="a@b.org")
    said = "Type 'a@b.org' in the email field"
    return annotated(page, said, action, "email", {"email": 40}, Path("pages/p.png"))


@pytest.fixture
def done(page: Snapshot) -> Annotated:
    return annotated(page, "Done", Action(action_type=ActionType.DONE), "", {})
