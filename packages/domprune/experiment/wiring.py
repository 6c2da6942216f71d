"""Settings -> the parts of the pipeline, put together: roles, arms, pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from common.llm.client import open_llm
from common.llm.settings import Backend
from common.run import Run
from domprune.arms.choice import ArmParts, build_arm
from domprune.arms.cross_encoder import ScorePairs
from domprune.arms.name import ArmName
from domprune.evaluate.pipeline import Pipeline, ablated, given_subtask, no_prompt
from domprune.experiment.gather import screenshot_path
from domprune.experiment.settings import PlannerRole, Player
from domprune.interfaces import Filter, Grounder, Planner
from domprune.render import render
from domprune.roles.filter_llm import LLMFilter
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_llm import LLMGrounder
from domprune.roles.grounder_rules import RulesGrounder
from domprune.roles.meter import MeteredLLM
from domprune.roles.planner import LLMPlanner
from domprune.roles.planner_rules import RulesPlanner
from domprune.roles.unified import Unified, UnifiedRoles
from domprune.scoring.emit import emit
from domprune.scoring.pages import PageScorer
from domprune.types import Case, Program, SubTask

if TYPE_CHECKING:
    from domprune.experiment import Prune4Web


class Wiring:
    """Everything that one run's settings ask for; models are opened when first needed."""

    def __init__(self, settings: Prune4Web, run: Run) -> None:
        """Note what is asked for; nothing is loaded yet."""
        self._settings = settings
        self._run = run
        self._score = PageScorer(settings.scoring)
        self._trained: dict[str, MeteredLLM] = {}

    @cached_property
    def llm(self) -> MeteredLLM:
        """The language model, counting what it reads."""
        return MeteredLLM(open_llm(self._settings.llm, self._run))

    def player(self, role: str) -> MeteredLLM:
        """The model that plays a role: the trained one where there is a folder of them, else `llm`.

        Raises FileNotFoundError where the folder holds no model of that name.
        """
        named = self._settings.roles.folder
        if not named:
            return self.llm
        if role not in self._trained:
            folder = Path(named).expanduser() / role
            if not (folder / "config.json").is_file():
                raise FileNotFoundError(
                    f"roles.folder={named} holds no model {role}: name the run folder of "
                    f"+experiment=prune4web_sft with {role} among its trainees"
                )
            local = replace(self._settings.llm, backend=Backend.local, model=str(folder))
            self._trained[role] = MeteredLLM(open_llm(local, self._run))
        return self._trained[role]

    def prompt_chars(self) -> int:
        """Characters of prompt that this thread has sent, to whatever model."""
        opened = [*self._trained.values(), *([self.llm] if "llm" in self.__dict__ else [])]
        return sum(model.characters() for model in opened)

    def pipeline(self, arm: ArmName) -> Pipeline:
        """Return the pipeline with one arm, cut down to the architecture that is asked for."""
        settings = self._settings
        asks = settings.roles.needs_llm or arm is ArmName.llm_topn
        full = Pipeline(
            arm=build_arm(arm, self._parts),
            grounder=self.grounder,
            render=render,
            keep=settings.keep,
            plan=self._plan,
            prompt_chars=self.prompt_chars if asks else no_prompt,
            workers=settings.llm.concurrency if asks else 1,
        )
        unpruned = build_arm(ArmName.none, self._parts)
        return ablated(full, settings.architecture, unpruned, self._unplanned_grounder)

    def source(self, program: Program, subtask: str) -> str:
        """Return the program as readable Python."""
        return emit(program, self._settings.scoring, subtask)

    @cached_property
    def _unified(self) -> UnifiedRoles:
        return UnifiedRoles(Unified(self.player("unified"), render, self._run))

    @cached_property
    def _filter(self) -> Filter:
        player = self._settings.roles.filter
        if player is Player.unified:
            return self._unified
        return RulesFilter() if player is Player.rules else LLMFilter(self.player("filter"))

    @cached_property
    def grounder(self) -> Grounder:
        """The grounder; it is shown the plan."""
        player = self._settings.roles.grounder
        if player is Player.unified:
            return self._unified
        return RulesGrounder() if player is Player.rules else self._llm_grounder(plan_shown=True)

    @property
    def _unplanned_grounder(self) -> Grounder:
        if self._settings.roles.grounder is Player.llm:
            return self._llm_grounder(plan_shown=False)
        return self.grounder

    def _llm_grounder(self, *, plan_shown: bool) -> Grounder:
        return LLMGrounder(self.player("grounder"), render, self._run, plan_shown=plan_shown)

    @cached_property
    def _plan(self) -> Callable[[Case], SubTask]:
        role = self._settings.roles.planner
        if role is PlannerRole.given:
            return given_subtask
        planners: dict[PlannerRole, Callable[[], Planner]] = {
            PlannerRole.rules: RulesPlanner,
            PlannerRole.llm: lambda: LLMPlanner(self.player("planner")),
            PlannerRole.unified: lambda: self._unified,
        }
        planner = planners[role]()
        return lambda case: planner.plan(
            case.task or case.subtask.next_steps, self._screenshot(case), case.history
        )

    def _screenshot(self, case: Case) -> bytes | None:
        if not self._settings.roles.screenshots:
            return None
        path = screenshot_path(self._run, case.page)
        return path.read_bytes() if path.is_file() else None

    @cached_property
    def _parts(self) -> ArmParts:
        settings = self._settings
        return ArmParts(
            keyword_filter=self._filter,
            score=self._score,
            render=render,
            keep=settings.keep,
            seed=self._run.seed,
            llm=lambda: self.llm,
            score_pairs=self._cross_encoder,
        )

    def _cross_encoder(self) -> ScorePairs:
        from domprune.arms.cross_encoder_model import CrossEncoderModel

        return CrossEncoderModel(self._settings.cross_encoder)
