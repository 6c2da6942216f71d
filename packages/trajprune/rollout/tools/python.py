"""python: a program -> what it prints, from the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from common.sandbox import Ending, Limits, run_python
from common.trajectory import Json
from trajprune.rollout.tools.arguments import texts

REMARKS = {
    Ending.too_slow: "it took too long and was stopped",
    Ending.too_loud: "it printed too much and was stopped",
    Ending.too_big: "it wrote too much and was stopped",
}


class PythonTool:
    """Runs Python in the sandbox; each program begins anew."""

    definition: Mapping[str, Json] = {
        "name": "python",
        "description": (
            "Run a Python program and read what it prints. No network, no files but its own; each"
            " program begins anew."
        ),
        "parameters": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "The whole program."}},
            "required": ["code"],
        },
    }

    def __init__(self, limits: Limits) -> None:
        """`limits`: what a program may use."""
        self._limits = limits

    def __call__(self, arguments: Mapping[str, Json]) -> str:
        """What the program printed, errors included; raises `SandboxUnavailable`."""
        found = run_python("\n".join(texts(arguments, "code")), self._limits)
        remark = REMARKS.get(found.ending)
        if found.ending is Ending.failed and not found.output.strip():
            remark = f"it ended with status {found.status}"
        parts = [found.output.rstrip(), f"Error: {remark}" if remark else ""]
        return "\n".join(part for part in parts if part) or "(it printed nothing)"
