"""Our script in an isolated world of a frame, over the browser's protocol.

The page cannot see such a world, and whatever the page did to its own prototypes does not reach it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domprune.page.browser import CDPSession, ProtocolError
from domprune.page.errors import PageError

NAME = "secateurs"


@cache
def script() -> str:
    """Return the source of the extraction script: the files of `script/`, one after the other."""
    parts = sorted((Path(__file__).parent / "script").glob("*.js"))
    return "(() => {\n" + "\n".join(part.read_text("utf-8") for part in parts) + "\n})()"


@dataclass(slots=True)
class World:
    """The isolated world of one frame, made at the first call and again after a navigation.

    `document` is the handle, in the page's own world, of the document at the root of the session;
    "" until it is asked for. `holding` says whether there are handles beside it, each of which
    keeps its node alive, also one that the page has let go of.
    """

    session: CDPSession
    frame: str
    context: int = 0
    document: str = ""
    holding: bool = False

    def call(self, function: str, *arguments: object) -> Any:
        """Return the value of `secateurs.function(arguments)`."""
        values = ", ".join(json.dumps(argument) for argument in arguments)
        guarded = f"typeof {NAME} === 'object' ? {NAME}.{function}({values}) : undefined"
        if self.context:
            try:
                result = self._evaluate(guarded)
            except ProtocolError:  # the frame has navigated: its world went with it
                result = {"type": "undefined"}
            if result["type"] != "undefined":
                return result.get("value")
        self.make()
        return self._evaluate(guarded).get("value")

    def wait(self, function: str, *arguments: object) -> Any:
        """Return what the promise `secateurs.function(arguments)` gives, once it does."""
        values = ", ".join(json.dumps(argument) for argument in arguments)
        reply = self.session.send(
            "Runtime.evaluate",
            {
                "expression": f"{NAME}.{function}({values})",
                "contextId": self.context,
                "returnByValue": True,
                "awaitPromise": True,
            },
        )
        return _checked(reply).get("value")

    def ready(self) -> None:
        """Make the world unless it is there; raises ProtocolError where its frame has gone."""
        if self.context:
            with suppress(ProtocolError):  # the frame has navigated
                if self._evaluate(f"typeof {NAME}")["value"] == "object":
                    return
        self.make()

    def make(self) -> None:
        """Make the world and put our script into it."""
        made = self.session.send(
            "Page.createIsolatedWorld", {"frameId": self.frame, "worldName": NAME}
        )
        self.context = int(made["executionContextId"])
        self._evaluate(f"globalThis.{NAME} = {script()}; 0")
        self.document = ""

    def handle(self, expression: str) -> str:
        """Return the protocol's handle of the object that the expression gives."""
        self.holding = True
        reply = self.session.send(
            "Runtime.evaluate",
            {"expression": expression, "contextId": self.context, "objectGroup": NAME},
        )
        return str(_checked(reply)["objectId"])

    def adopt(self, node: int) -> str | None:
        """Return a handle, in this world, of a node known by its backend id.

        It is None where the node belongs to a frame of another origin, into which this world
        cannot reach.
        """
        self.holding = True
        parameters = {
            "backendNodeId": node,
            "executionContextId": self.context,
            "objectGroup": NAME,
        }
        try:
            found = self.session.send("DOM.resolveNode", parameters)["object"].get("objectId")
        except ProtocolError:  # how some versions say the same
            return None
        return None if found is None else str(found)

    def give(self, function: str, handles: Sequence[str]) -> Any:
        """Return the value of `secateurs.function(objects)`."""
        reply = self.session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": f"(...given) => {NAME}.{function}(...given)",
                "executionContextId": self.context,
                "arguments": [{"objectId": handle} for handle in handles],
                "returnByValue": True,
            },
        )
        return _checked(reply).get("value")

    def release(self) -> None:
        """Let go of what `handle` and `adopt` returned."""
        if self.holding:
            with suppress(ProtocolError):  # its process has gone, and the handles with it
                self.session.send("Runtime.releaseObjectGroup", {"objectGroup": NAME})
            self.holding = False

    def _evaluate(self, expression: str) -> Mapping[str, Any]:
        reply = self.session.send(
            "Runtime.evaluate",
            {"expression": expression, "contextId": self.context, "returnByValue": True},
        )
        return _checked(reply)


def _checked(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result of an evaluation; raises PageError where our script failed."""
    if "exceptionDetails" in reply:
        details = reply["exceptionDetails"]
        said = details.get("exception", {}).get("description") or details.get("text", "")
        raise PageError(f"the extraction script failed in the page: {str(said)[:300]}")
    result: Mapping[str, Any] = reply["result"]
    return result
