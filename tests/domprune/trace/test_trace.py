"""A trace shows every step as it was, asks for nothing elsewhere, and shows words as words."""

import io
from pathlib import Path

import pytest
from PIL import Image

from domprune.episode import Ending, Episode, Seen, Step
from domprune.page.browser import Browser
from domprune.render import render
from domprune.trace.page import Trace, overhead
from domprune.types import (
    Action,
    ActionType,
    Attempt,
    Element,
    Executed,
    Failure,
    Program,
    Pruned,
    Scored,
    Strategy,
    SubTask,
)

EVIL = "<img src=http://evil.example/x onerror=alert(1)>"
PAY = Element(id=3, tag="button", role="button", name=f"Pay {EVIL}")
STEP = Step(
    number=1,
    seen=Seen(url="http://shop.test/", title=f"Till {EVIL}", elements=47, html_chars=900),
    subtask=SubTask(next_steps="Click 'Pay'", action_type=ActionType.CLICK, target_text="Pay"),
    program=Program(keyword_weights={"pay": 40}),
    pruned=Pruned([Scored(PAY, 62.5)], 47),
    action=Action(action_type=ActionType.CLICK, element_id=3),
    executed=Executed(
        action=Action(action_type=ActionType.CLICK, element_id=3),
        attempts=(
            Attempt(Strategy.STANDARD, "it is out of view", 1.0),
            Attempt(Strategy.SCROLLED, "", 22.0),
        ),
        refound=True,
    ),
    notes=("the page's alert 'thanks' was accepted",),
    milliseconds={"observe": 50.0, "plan": 900.0, "filter": 1.0, "prune": 4.0, "ground": 800.0,
                  "act": 45.0},
    prompt_characters=4000,
)  # fmt: skip
FAILED = Step(
    number=2,
    subtask=SubTask(next_steps="Click 'Print'", action_type=ActionType.CLICK),
    executed=Executed(
        action=Action(action_type=ActionType.CLICK), failure=Failure.STALE, error="it went"
    ),
    error="it went",
)


def picture(step: Step) -> bytes | None:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (31, 77, 58)).save(stream, "PNG")
    return stream.getvalue() if step.seen else None


@pytest.fixture
def page(tmp_path: Path) -> Path:
    trace = Trace(picture, render)
    for step in (STEP, FAILED):
        trace.add(step)
    episode = Episode(
        task="Pay for it", steps=(STEP, FAILED), ending=Ending.STUCK, seconds=3.2, reward=0.5
    )
    return trace.write(tmp_path / "trace.html", "order-home", episode, "not done")


def test_every_part_of_a_step_is_shown(page: Path) -> None:
    html = page.read_text("utf-8")
    for said in (
        "Pay for it", "not done", "stuck", "1. Click &#39;Pay&#39;", "http://shop.test/", "alert",
        "CLICK on [3]", "[3]&lt;button&gt;Pay", "62.5", "out of view", "went through",
        "had become stale and was found again", "Kept: 1 of 47", "1,000", "data:image/png;base64,",
        "2. Click &#39;Print&#39; (failed)", "Failed: it went",
    ):  # fmt: skip
        assert said in html, said


def test_overhead_is_what_no_model_takes() -> None:
    assert overhead(STEP) == 50.0 + 1.0 + 4.0 + 45.0


@pytest.mark.chromium
def test_it_opens_offline_and_asks_for_nothing(page: Path) -> None:
    with Browser(seconds=60) as browser:
        shown = browser.open(html="<p>")
        asked: list[str] = []
        shown.on("request", lambda request: asked.append(request.url))
        browser.goto(shown, page.as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
        assert shown.locator("img").count() == 1
        assert "Kept: 1 of 47" in shown.inner_text("body")
