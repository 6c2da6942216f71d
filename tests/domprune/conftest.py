"""One Chromium a file, with a limit that only what is broken reaches: machines may be busy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domprune.page.browser import Browser

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A started browser whose calls end in a minute at the latest."""
    with Browser(seconds=PATIENCE_SECONDS) as started:
        yield started
