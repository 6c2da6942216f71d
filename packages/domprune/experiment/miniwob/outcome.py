"""What one episode came to, as it is kept on disk; read again where a run goes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniWobOutcome:
    """One episode of one task by one agent.

    `raw` is the page's reward in [-1, 1] as it stood when the agent stopped: 0 where the episode
    had not ended, as in the package. `scaled` has the page's discount for time. `grounded` of
    `measured` steps of the oracle were grounded on a right element. `beyond` says why the task
    cannot be solved by the seven actions. `lines` tell the steps.
    """

    task: str
    half: str
    beyond: str
    agent: str
    seed: int
    said: str
    ending: str
    ended: bool
    raw: float
    scaled: float
    success: bool
    steps: int
    failed_steps: int
    seconds: float
    prompt_tokens: int
    grounded: int = 0
    measured: int = 0
    lines: tuple[str, ...] = ()

    @property
    def reward(self) -> float:
        """The reward as a share: what is below 0 counts as nothing."""
        return max(0.0, self.raw)

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells the episode from all others of a run."""
        return self.agent, self.task, self.seed
