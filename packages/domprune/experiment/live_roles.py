"""Settings -> the roles of an agent on live pages: rules, or one language model for all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from common.llm.client import open_llm
from common.llm.settings import Backend, LLMSettings
from common.run import Run
from domprune.arms.order import pruned_by_score
from domprune.experiment.settings import PlannerRole, Player
from domprune.interfaces import Filter, Grounder, Planner
from domprune.live.loop import Agent
from domprune.render import render
from domprune.roles.filter_llm import LLMFilter
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_llm import LLMGrounder
from domprune.roles.grounder_rules import RulesGrounder
from domprune.roles.meter import MeteredLLM
from domprune.roles.planner import LLMPlanner
from domprune.roles.planner_rules import RulesPlanner
from domprune.roles.unified import Unified, UnifiedRoles
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element, Program, Pruned


class LiveSettings(Protocol):
    """What the settings of a job on live pages say of its roles."""

    keep: int
    llm: LLMSettings
    scoring: ScoringSettings


class LiveRoles:
    """The parts that agents on live pages are made of; the model is opened when first needed."""

    def __init__(self, settings: LiveSettings, run: Run) -> None:
        """Note what is asked for; nothing is loaded yet."""
        self._settings = settings
        self._run = run

    @cached_property
    def llm(self) -> MeteredLLM:
        """The language model, counting what it reads."""
        return MeteredLLM(open_llm(self._settings.llm, self._run))

    def agent(self, planner: Planner, keyword_filter: Filter, grounder: Grounder) -> Agent:
        """Return the agent of these roles."""
        return Agent(
            planner=planner,
            keyword_filter=keyword_filter,
            rank=self.rank,
            grounder=grounder,
            prompt_characters=self._characters,
        )

    def unified(self) -> Agent:
        """Return the agent of which one model in a two-turn dialogue plays all roles."""
        roles = UnifiedRoles(Unified(self.llm, render, self._run))
        return self.agent(roles, roles, roles)

    def planner(self, role: PlannerRole) -> Planner:
        """Return the planner that knows no right steps: a model's, or the rules'."""
        return LLMPlanner(self.llm) if role is PlannerRole.llm else RulesPlanner()

    def keyword_filter(self, player: Player) -> Filter:
        """Return who writes the keyword weights."""
        return LLMFilter(self.llm) if player is Player.llm else RulesFilter()

    def grounder(self, player: Player) -> Grounder:
        """Return who picks the element among those kept."""
        if player is Player.llm:
            return LLMGrounder(self.llm, render, self._run)
        return RulesGrounder()

    def rank(self, elements: Sequence[Element], program: Program) -> Pruned:
        """Return the best elements by the scoring template."""
        scores = score(elements, program, self._settings.scoring)
        return pruned_by_score(elements, scores, self._settings.keep)

    def _characters(self) -> int:
        """How much the model has read so far, nothing where there is none."""
        return 0 if self._settings.llm.backend is Backend.none else self.llm.characters()
