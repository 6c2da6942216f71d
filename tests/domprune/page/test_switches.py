"""Chromium does nothing of its own accord: no page of its own, no question about forms."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from domprune.page.browser import Browser
from domprune.page.switches import OFF, switches

FORM = """<form action=/sent method=post><label>First name <input name=first></label>
<label>Last name <input name=last></label><label>Mail <input name=mail type=email></label>
<label>Street <input name=street></label><label>Post code <input name=code></label></form>"""
OFF_SWITCH = "--disable-features="
ASKING_SECONDS = 6
"""Chromium with autofill's questions asks the first one after less than 3 s."""


def features_off(command: list[str]) -> list[set[str]]:
    """The features named by each of the switches that name some."""
    return [
        set(one.removeprefix(OFF_SWITCH).split(","))
        for one in command
        if one.startswith(OFF_SWITCH)
    ]


def test_features_switched_off_by_several_are_named_once_in_one_switch() -> None:
    made = switches(["--proxy-server=here", "--disable-features=Mine,HttpsUpgrades"])
    (off,) = features_off(made)
    assert {"Mine", "HttpsUpgrades", *OFF} <= off
    assert sum(one.count("HttpsUpgrades") for one in made) == 1
    assert "--proxy-server=here" in made


def commands() -> Iterator[list[str]]:
    """The command lines of all Chromiums that run, of their main processes."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_text().split("\0")
        except OSError:  # it has ended
            continue
        if "chrom" in command[0] and "--headless" in command and "--type=" not in "".join(command):
            yield command


@pytest.mark.chromium
def test_what_playwright_switches_off_is_off_still() -> None:
    with Browser(flags=["--user-agent=switches-test"]):
        (command,) = (one for one in commands() if "--user-agent=switches-test" in one)
    *before, last = features_off(command)
    assert before, "Playwright switches nothing off any more: PLAYWRIGHTS_OFF may go"
    assert set().union(*before) <= last


@pytest.mark.chromium
def test_chromium_opens_no_pages_of_its_own() -> None:
    with Browser() as browser:
        page = browser.open(html="<button>x</button>")
        session = page.context.new_cdp_session(page)
        found = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    assert [one["url"] for one in found if one["url"].startswith("chrome")] == []


@pytest.mark.chromium
def test_nobody_is_asked_about_forms() -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def listen() -> None:
            while True:
                try:
                    caller, _ = proxy.accept()
                except OSError:  # the test is over
                    return
                with caller:
                    asked.append(caller.recv(4096).partition(b"\r\n")[0].decode())

        threading.Thread(target=listen, daemon=True).start()
        flags = [f"--proxy-server=http://127.0.0.1:{proxy.getsockname()[1]}"]
        with Browser(network=True, flags=flags) as browser:
            page = browser.open(html=FORM, url="http://shop.example/form")
            page.fill("[name=first]", "Ada")
            page.wait_for_timeout(1000 * ASKING_SECONDS)
            assert page.evaluate("fetch('/').catch(() => 0)") == 0  # the proxy is in the way
        proxy.shutdown(socket.SHUT_RDWR)
    assert [one for one in asked if "autofill" in one] == []
    assert len(asked) > 0
