"""Settings -> the agents of a run: the floor without a model, and who the roles ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domprune.experiment.live_roles import LiveRoles
from domprune.experiment.settings import PlannerRole, RolesSettings
from domprune.interfaces import Grounder
from domprune.live.loop import Agent
from domprune.miniwob.environment import MiniWobEnvironment
from domprune.miniwob.episode import fields
from domprune.miniwob.oracle_planner import OraclePlanner
from domprune.miniwob.types import Task
from domprune.page.gold import resolve_gold
from domprune.types import Action, Pruned, SubTask

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


def agent_for(
    asked: AgentSettings, task: Task, environment: MiniWobEnvironment, parts: LiveRoles
) -> tuple[Agent, WatchedGrounder | None]:
    """Return the agent for an episode that has started, and its measure where it has one."""
    roles = asked.roles
    if roles.planner is PlannerRole.unified:
        return parts.unified(), None
    keyword_filter, grounder = parts.keyword_filter(roles.filter), parts.grounder(roles.grounder)
    if roles.planner is not PlannerRole.given:
        return parts.agent(parts.planner(roles.planner), keyword_filter, grounder), None
    oracle = OraclePlanner(environment.page, task.name, fields(environment.page))
    watched = WatchedGrounder(grounder, oracle, environment)
    return parts.agent(oracle, keyword_filter, watched), watched
