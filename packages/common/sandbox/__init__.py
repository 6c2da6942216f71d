"""Programs that nobody has read, such as an agent's Python, run where they can do no harm.

program -> a process of its own (Landlock, seccomp, limits) -> what it printed
"""

from common.sandbox.run import check_sandbox, run_python
from common.sandbox.types import Ending, Finished, Limits, SandboxUnavailable

__all__ = ["Ending", "Finished", "Limits", "SandboxUnavailable", "check_sandbox", "run_python"]
