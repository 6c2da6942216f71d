"""Settings -> the tools, the agent of each take and the judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from common.eval.judge import Judge, LLMJudge, RulesJudge
from common.llm.client import open_llm
from common.llm.settings import LLMSettings
from common.run import Run
from common.sandbox import check_sandbox
from trajprune import sample
from trajprune.experiment.rollout.settings import AgentSettings, Engine, SearchSettings, ToolName
from trajprune.experiment.rollout.speech import TaggedSpeech
from trajprune.experiment.settings import JudgeSettings, Player
from trajprune.rollout import Agent, Tool
from trajprune.rollout.agents.llm import LLMAgent, system_prompt
from trajprune.rollout.agents.rules import RulesAgent
from trajprune.rollout.backends.documents import read_documents
from trajprune.rollout.backends.types import Reads, Searches
from trajprune.rollout.tools.python import PythonTool
from trajprune.rollout.tools.search import SearchTool
from trajprune.rollout.tools.visit import VisitTool

SEEDS_APART = 1_000_003
"""Between two takes, so that the samples of one message never share a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAgent:
    """An agent that can be asked for any take, and what it is told before the question."""

    of_take: Callable[[int], Agent]
    system: str


def open_tools(settings: SearchSettings) -> dict[str, Tool]:
    """The tools by name; raises where a corpus, a key or the sandbox is missing."""
    found: dict[str, Tool] = {}
    searches, reads = _engine(settings)
    for name in settings.tools:
        if name is ToolName.search:
            found[name.value] = SearchTool(searches)
        elif name is ToolName.visit:
            found[name.value] = VisitTool(reads)
        else:
            check_sandbox()
            found[name.value] = PythonTool(settings.sandbox)
    return found


def open_agent(settings: AgentSettings, tools: Mapping[str, Tool], run: Run) -> OpenAgent:
    """The agent; a model is opened once, whatever the number of takes."""
    if settings.player is Player.rules:
        return OpenAgent(
            of_take=lambda take: RulesAgent(settings.wander, run.seed, take), system=""
        )
    llm = open_llm(settings.llm, run)

    def of_take(take: int) -> Agent:
        seeded = llm.reseeded(SEEDS_APART * run.seed + take)
        return LLMAgent(
            seeded, TaggedSpeech(), temperature=settings.temperature, max_tokens=settings.max_tokens
        )

    system = system_prompt(settings.prompt, [tool.definition for tool in tools.values()])
    return OpenAgent(of_take=of_take, system=system)


def open_judge(settings: JudgeSettings, llm: LLMSettings, run: Run) -> Judge:
    """Who says whether an answer is right."""
    if settings.player is Player.llm:
        return LLMJudge(open_llm(llm, run))
    return RulesJudge(settings.match)


def _engine(settings: SearchSettings) -> tuple[Searches, Reads]:
    if settings.engine is Engine.web:
        from trajprune.rollout.backends.jina import Jina
        from trajprune.rollout.backends.serper import Serper

        return Serper(settings.serper, settings.results), Jina(settings.jina)
    from trajprune.rollout.backends.local import LocalCorpus

    place = Path(settings.corpus).expanduser() if settings.corpus else sample.CORPUS
    corpus = LocalCorpus(read_documents(place), settings.results)
    return corpus, corpus
