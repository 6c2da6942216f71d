"""What leaves a page or an action holds no secret, and is the very same where it held none."""

import pytest

from domprune.hide import hidden_element, hidden_executed, hiding_in_errors
from domprune.page.errors import PageGone
from domprune.types import Action, ActionType, Attempt, Element, Executed, Strategy

CLICK = Action(action_type=ActionType.CLICK, element_id=0)


def hide(text: str) -> str:
    return text.replace("canary", "***")


def test_an_element_without_a_secret_is_the_very_same() -> None:
    plain = Element(0, "a", name="Home", attributes={"href": "/"})
    assert hidden_element(plain, hide) is plain
    told = hidden_element(Element(0, "a", options=("canary", "b")), hide)
    assert told.options == ("***", "b")


def test_an_action_tells_no_secret_by_its_element_attempts_or_error() -> None:
    told = hidden_executed(
        Executed(
            action=CLICK, element=Element(0, "a", name="canary"), error="there is no canary",
            attempts=(Attempt(Strategy.STANDARD, "canary is covered", 1.0),),
        ),
        hide,
    )  # fmt: skip
    assert "canary" not in repr(told)
    assert told.attempts[0].error == "*** is covered"


def test_errors_keep_their_kind_and_lose_the_secret() -> None:
    with pytest.raises(PageGone, match=r"^/in\?p=\*\*\* is gone$"), hiding_in_errors(hide):
        raise PageGone("/in?p=canary is gone")
