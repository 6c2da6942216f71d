"""The environment that agents run in: question -> rounds of thought, call, observation -> answer.

agent (a model, or rules) <-> loop <-> tools (search, visit, python) <- backends (local, web)
"""

from trajprune.rollout.loop import roll_out
from trajprune.rollout.settings import LoopSettings
from trajprune.rollout.types import Agent, Question, Said, Speech, Tool, ToolFailed

__all__ = [
    "Agent",
    "LoopSettings",
    "Question",
    "Said",
    "Speech",
    "Tool",
    "ToolFailed",
    "roll_out",
]
