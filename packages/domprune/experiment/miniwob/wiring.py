"""Settings -> the agents of a run: the floor without a model, and who the roles ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from common.llm.client import open_llm
from common.run import Run
from domprune.arms.order import pruned_by_score
from domprune.experiment.settings import PlannerRole, Player, RolesSettings
from domprune.interfaces import Filter, Grounder, Planner
from domprune.live.loop import Agent
from domprune.miniwob.environment import MiniWobEnvironment
from domprune.miniwob.episode import fields
from domprune.miniwob.oracle_planner import OraclePlanner
from domprune.miniwob.types import Task
from domprune.page.gold import resolve_gold
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
from domprune.types import Action, Element, Program, Pruned, SubTask

if TYPE_CHECKING:
    from domprune.experiment.miniwob import MiniWob

FLOOR, ORACLE = "rules", "oracle"


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """One agent of a run: its name in tables and who plays its roles."""

    name: str
    roles: RolesSettings

    @property
    def sees(self) -> bool:
        """Whether its planner is shown pictures."""
        return self.roles.planner in (PlannerRole.llm, PlannerRole.unified)


def agents_of(settings: MiniWob) -> list[AgentSettings]:
    """Return the agents of a run, the floor first."""
    rules = RolesSettings(planner=PlannerRole.rules)
    name = ORACLE if settings.roles.planner is PlannerRole.given else settings.roles.planner.name
    asked = AgentSettings(name, settings.roles)
    floor = [AgentSettings(FLOOR, rules)] if settings.floor else []
    return floor if asked.roles == rules and floor else [*floor, asked]


class WatchedGrounder:
    """A grounder whose choices are compared with the elements that the oracle meant.

    Measured is every step of the oracle that lands on an element, in the state of the page in
    which it is grounded; right is one on a meant element, or on one that acts as the same control.
    A step whose grounding is refused, or whose element was never extracted, is not right.
    """

    def __init__(
        self, grounder: Grounder, planner: OraclePlanner, environment: MiniWobEnvironment
    ) -> None:
        """`environment`: where the last observation was made."""
        self.right = self.measured = 0
        self._grounder = grounder
        self._planner = planner
        self._environment = environment

    def ground(self, subtask: SubTask, pruned: Pruned) -> Action:
        """The inner grounder's action."""
        if not subtask.action_type.needs_element:
            return self._grounder.ground(subtask, pruned)
        self.measured += 1
        action = self._grounder.ground(subtask, pruned)
        with self._planner.marked() as selector:
            gold = resolve_gold(self._environment.page, self._environment.snapshot, selector)
        self.right += action.element_id in gold.same_control
        return action


class MiniWobWiring:
    """The parts that the settings ask for; the model is opened when first needed."""

    def __init__(self, settings: MiniWob, run: Run) -> None:
        """Note what is asked for; nothing is loaded yet."""
        self._settings = settings
        self._run = run

    @cached_property
    def llm(self) -> MeteredLLM:
        """The language model, counting what it reads."""
        return MeteredLLM(open_llm(self._settings.llm, self._run))

    def agent(
        self, asked: AgentSettings, task: Task, environment: MiniWobEnvironment
    ) -> tuple[Agent, WatchedGrounder | None]:
        """Return the agent for an episode that has started, and its measure where it has one."""
        roles = asked.roles
        if roles.planner is PlannerRole.unified:
            unified = UnifiedRoles(Unified(self.llm, render, self._run))
            return self._agent(unified, unified, unified, asked), None
        filtering: Filter = LLMFilter(self.llm) if roles.filter is Player.llm else RulesFilter()
        grounder = self._grounder(roles)
        if roles.planner is not PlannerRole.given:
            by_model = roles.planner is PlannerRole.llm
            planner: Planner = LLMPlanner(self.llm) if by_model else RulesPlanner()
            return self._agent(planner, filtering, grounder, asked), None
        oracle = OraclePlanner(environment.page, task.name, fields(environment.page))
        watched = WatchedGrounder(grounder, oracle, environment)
        return self._agent(oracle, filtering, watched, asked), watched

    def _grounder(self, roles: RolesSettings) -> Grounder:
        if roles.grounder is Player.llm:
            return LLMGrounder(self.llm, render, self._run)
        return RulesGrounder()

    def _agent(
        self, planner: Planner, keyword_filter: Filter, grounder: Grounder, asked: AgentSettings
    ) -> Agent:
        return Agent(
            planner=planner,
            keyword_filter=keyword_filter,
            rank=self._rank,
            grounder=grounder,
            prompt_characters=self.llm.characters if asked.roles.needs_llm else _nothing_read,
        )

    def _rank(self, elements: Sequence[Element], program: Program) -> Pruned:
        scores = score(elements, program, self._settings.scoring)
        return pruned_by_score(elements, scores, self._settings.keep)


def _nothing_read() -> int:
    return 0
