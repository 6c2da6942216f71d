"""Settings of the live job -> the agent: who plans, filters and grounds, and how it ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from common.llm.client import open_llm
from common.llm.settings import Backend
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
from domprune.sample_live.oracle import OraclePlanner
from domprune.scoring.index import score
from domprune.types import Element, Program, Pruned, SubTask

if TYPE_CHECKING:
    from domprune.experiment.live import Prune4WebLive


class LiveWiring:
    """The parts that the settings ask for; the model is opened when first needed."""

    def __init__(self, settings: Prune4WebLive, run: Run) -> None:
        """Note what is asked for; nothing is loaded yet."""
        self._settings = settings
        self._run = run

    @cached_property
    def llm(self) -> MeteredLLM:
        """The language model, counting what it reads."""
        return MeteredLLM(open_llm(self._settings.llm, self._run))

    def agent(self, planner: PlannerRole, steps: Sequence[SubTask]) -> Agent:
        """Return the agent with one planner; `steps` are the right ones, for `given`."""
        if planner is PlannerRole.unified:
            roles = UnifiedRoles(Unified(self.llm, render, self._run))
            return self._agent(roles, roles, roles)
        planners: dict[PlannerRole, Callable[[], Planner]] = {
            PlannerRole.rules: RulesPlanner,
            PlannerRole.given: lambda: OraclePlanner(steps),
            PlannerRole.llm: lambda: LLMPlanner(self.llm),
        }
        return self._agent(planners[planner](), self._filter, self._grounder)

    def _agent(self, planner: Planner, keyword_filter: Filter, grounder: Grounder) -> Agent:
        asked = self._settings.llm.backend is not Backend.none
        return Agent(
            planner=planner,
            keyword_filter=keyword_filter,
            rank=self.rank,
            grounder=grounder,
            prompt_characters=self.llm.characters if asked else lambda: 0,
        )

    @property
    def _filter(self) -> Filter:
        return LLMFilter(self.llm) if self._settings.filter is Player.llm else RulesFilter()

    @property
    def _grounder(self) -> Grounder:
        if self._settings.grounder is Player.llm:
            return LLMGrounder(self.llm, render, self._run)
        return RulesGrounder()

    def rank(self, elements: Sequence[Element], program: Program) -> Pruned:
        """Return the best elements by the scoring template."""
        scores = score(elements, program, self._settings.scoring)
        return pruned_by_score(elements, scores, self._settings.keep)
