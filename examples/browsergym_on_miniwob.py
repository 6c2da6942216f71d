"""The BrowserGym example at work: five MiniWoB++ tasks, done by the words of their own goals.

    pip install browsergym-miniwob && python -m examples.browsergym_on_miniwob

The environments, their observations and their rewards are BrowserGym's. Exit code 1 where a task is
not done. BrowserGym's chat window wants Playwright's own Chromium (`playwright install chromium`).
"""

from __future__ import annotations

import os
import sys

import browsergym.miniwob  # noqa: F401  registers the environments
import gymnasium
from examples.browsergym_adapter import browsergym_action

from common.chromium import find_chromium
from domprune.miniwob.pages import pages_folder
from domprune.page.serve import serving
from domprune.roles.steps import steps_of

TASKS = ("click-test", "click-button", "enter-text", "focus-text", "click-link")


def reward_of(name: str) -> float:
    """Do one task by the steps that its goal names; returns the reward of the last one."""
    environment = gymnasium.make(
        f"browsergym/miniwob.{name}", pw_chromium_kwargs={"executable_path": find_chromium()}
    )
    observed, _ = environment.reset(seed=1)
    reward, ended = 0.0, False
    for step in steps_of(observed["goal"]):
        if not ended:
            action = browsergym_action(environment.unwrapped.page, step.said(1))
            _, reward, ended, _, _ = environment.step(action)
            print(f"{name}: {step.said(1)} -> {action}")
    environment.close()
    return float(reward)


def main() -> int:
    """Do all tasks and print their rewards."""
    with serving(pages_folder()) as address:
        os.environ["MINIWOB_URL"] = f"{address}/miniwob/"
        rewards = {name: reward_of(name) for name in TASKS}
    print(rewards)
    return 0 if all(reward == 1.0 for reward in rewards.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
