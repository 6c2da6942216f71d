"""Chromium's switches: what it does of its own accord, and no page asked for, is off."""

from __future__ import annotations

from collections.abc import Sequence

from common.egress.chromium import PLAYWRIGHTS_OFF

SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
)
OFF = (
    # Asks Google's server about the forms of every page; with 200 pages 15 MB stayed behind.
    "AutofillServerCommunication",
    # A renderer for suggestions under the address bar, 30 to 40 MB that grow with every page.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip
"""Features of Chromium's that nothing here needs."""
_OFF_SWITCH = "--disable-features="


def switches(more: Sequence[str]) -> list[str]:
    """Return ours and `more`, with all features that any of them switches off in one switch."""
    named = [
        one.removeprefix(_OFF_SWITCH).split(",") for one in more if one.startswith(_OFF_SWITCH)
    ]
    off = dict.fromkeys([*PLAYWRIGHTS_OFF, *OFF, *(name for names in named for name in names)])
    others = [one for one in more if not one.startswith(_OFF_SWITCH)]
    return [*SWITCHES, *others, _OFF_SWITCH + ",".join(off)]
