"""Does WebClipper's loop close? A small agent learns from its own pruned runs and gets shorter.

    python -m benchmarks.webclipper_loop [--steps 1500] [--own 200] [--held-out 50] [--folder F]

A transformer of 0.4 M weights, random at first, learns to answer questions of two steps by
imitating a teacher that wanders (`benchmarks/webclipper_world.py`): the initial agent. Then one
generation, by the very code of `+experiment=webclipper_evolve`: it rolls training questions out
itself, `webclipper` prunes the right runs, and two copies of it learn from the same runs, one as
they were (Unpruned-Distill), one as they were pruned (Eff). All three answer held-out questions
with real calls of the search tool, three seeds each. The world is small (384 facts), so an agent
may also come to know them by heart; what is compared is how many rounds it takes. Everything on
one core; the figures go to results/webclipper_loop.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# Before torch is imported: small models are faster on one core.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.record import save
from benchmarks.webclipper_world import Teacher, make_world, write_world

from common.eval.judge import RulesJudge
from common.llm.settings import Backend, LLMSettings
from common.run import Run
from common.training.rows import read_rows
from common.training.settings import BaseModelSettings, Dtype, SftSettings
from common.training.types import TrainingRow
from trajprune.evolve import LearnFrom, LearnSettings, learn
from trajprune.experiment import WebClipper
from trajprune.experiment.evaluation import WebClipperEval
from trajprune.experiment.evaluation.compare import Arm
from trajprune.experiment.evaluation.job import compared_agents, metrics_of, table_of
from trajprune.experiment.evaluation.report import write_evaluation
from trajprune.experiment.evolution import tagged
from trajprune.experiment.rollout import WebClipperRollout
from trajprune.experiment.rollout.batch import Plan, roll_all
from trajprune.experiment.rollout.job import rolled
from trajprune.experiment.rollout.questions import read_questions
from trajprune.experiment.rollout.settings import AgentSettings, SearchSettings, ToolName
from trajprune.experiment.rollout.wiring import OpenAgent, open_tools
from trajprune.experiment.settings import Builder, Player, PrunerSettings
from trajprune.filter.pass_rate import FilterSettings
from trajprune.rollout import LoopSettings
from trajprune.rollout.agents.llm import Prompt
from trajprune.score.scores import ScoreSettings

TRAINING = 600
"""Questions that the teacher shows the way to; the agent then rolls some of them out itself."""

HABIT = 0.5
"""Share of the teacher's steps that are followed by a needless one."""

LOOP = LoopSettings(max_rounds=12, observation_tokens=60)
TEMPERATURE = 0.7
SEEDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done: steps of imitation, questions rolled out, and held out."""

    seed: int
    steps: int
    own: int
    held_out: int


def main() -> None:
    """Print the table and save it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1500, help="of the imitation of the teacher")
    parser.add_argument("--own", type=int, default=200, help="questions it rolls out itself")
    parser.add_argument("--held-out", type=int, default=50, help="questions of the comparison")
    parser.add_argument("--folder", type=Path, help="keep all of it; a stopped run goes on there")
    given = parser.parse_args()
    size = Size(seed=given.seed, steps=given.steps, own=given.own, held_out=given.held_out)
    with tempfile.TemporaryDirectory() as temporary:
        arms, seconds = loop(size, given.folder or Path(temporary))
    for line in table_of(arms):
        print(line)
    print(verdict(arms))
    result = {"size": asdict(size), "seconds": seconds, "agents": metrics_of(arms)}
    path = save("webclipper_loop", ["torch", "transformers", "trl"], result)
    print(f"{sum(seconds.values()):.0f} s; {path}")


def loop(size: Size, folder: Path) -> tuple[list[Arm], dict[str, float]]:
    """One generation from nothing: the three agents' figures, and the seconds of every part."""
    watch = Watch()
    run = Run(folder / "run", seed=size.seed)
    world = make_world(TRAINING, size.held_out, size.seed)
    documents, training, test = write_world(world, folder / "world")
    search = SearchSettings(corpus=str(documents), results=1, tools=[ToolName.search])

    taught = _taught(training, search, folder, size.seed)
    start = _learning(_tiny(taught, folder, size.seed), size.steps, 2e-3)
    agents = {"initial": _agent(learn(taught, start, run, name="initial").folder)}
    watch.mark("imitation")

    part = Run(folder / "rollout", seed=size.seed)
    rollout = WebClipperRollout(
        questions=str(training), limit=size.own, runs=1, workers=1, agent=agents["initial"],
        search=search, loop=LOOP,
    )  # fmt: skip
    rolled(rollout, part)
    watch.mark("rollouts")

    sets = _pruned(part.path("runs.jsonl"), Run(folder / "webclipper", seed=size.seed))
    for name in (LearnFrom.unpruned_distill, LearnFrom.eff):
        settings = _learning(folder / "run" / "initial", 60, 5e-4)
        trained = learn(sets / f"{name.value}.jsonl", settings, run, name=name.value)
        agents[name.value] = _agent(trained.folder)
    watch.mark("evolution")

    evaluation = WebClipperEval(
        questions=str(test), seeds=SEEDS, workers=1, agents=agents, search=search, loop=LOOP,
        score=ScoreSettings(max_rounds=LOOP.max_rounds, budgets=[6, 24, 100]),
    )  # fmt: skip
    arms = compared_agents(evaluation, run)
    write_evaluation(arms, LOOP.max_rounds, run.folder)
    watch.mark("evaluation")
    return arms, watch.seconds


class Watch:
    """Seconds of parts that follow one another."""

    def __init__(self) -> None:
        """The first part begins now."""
        self._last = time.monotonic()
        self.seconds: dict[str, float] = {}

    def mark(self, name: str) -> None:
        """The part that ends now."""
        now = time.monotonic()
        self.seconds[name], self._last = now - self._last, now


def verdict(arms: list[Arm]) -> str:
    """What the table says, in words: Eff against the other two."""
    initial, unpruned, eff = arms
    told = [f"{eff.scores.rounds.mean:.2f} rounds instead of {one.scores.rounds.mean:.2f}"
            f" ({one.name}), Acc {100 * (eff.scores.accuracy.mean - one.scores.accuracy.mean):+.1f}"
            " points" for one in (initial, unpruned)]  # fmt: skip
    return "eff: " + "; ".join(told)


def _taught(questions: Path, search: SearchSettings, folder: Path, seed: int) -> Path:
    """The teacher's runs as training data, as they are."""
    part = Run(folder / "taught", seed=seed)
    plan = Plan(
        questions=read_questions(str(questions)),
        takes=range(2),
        agent=OpenAgent(of_take=lambda take: Teacher(HABIT, seed, take), system=""),
        tools=open_tools(search),
        loop=LOOP,
        judge=RulesJudge(),
        workers=1,
        about=[HABIT, seed],
        title="teacher",
    )
    roll_all(plan, part.path("runs.jsonl"), part)
    return _pruned(part.path("runs.jsonl"), part) / f"{LearnFrom.unpruned_distill.value}.jsonl"


def _pruned(runs: Path, run: Run) -> Path:
    """The folder of the training sets that `webclipper` makes of the runs."""
    job: WebClipper = tagged()
    job.input = str(runs)
    job.filter = FilterSettings(max_pass_rate=1.0)
    job.pruner = PrunerSettings(builder=Builder.graph)
    job.run(run)
    return run.path("datasets", "manifest.json").parent


def _tiny(rows: Path, folder: Path, seed: int) -> Path:
    """A random model whose words are those of the training data."""
    if (folder / "tiny" / "model.safetensors").is_file():
        return folder / "tiny"
    from common.training.tiny import make_tiny

    found = [row for row in read_rows(rows) if isinstance(row, TrainingRow)]
    texts = [message.content for row in found for message in row.messages]
    return make_tiny(
        folder / "tiny", texts, width=128, layers=2, vocabulary=1024, context=1024, seed=seed
    )


def _learning(base: Path, steps: int, rate: float) -> LearnSettings:
    sft = SftSettings(
        model=BaseModelSettings(path=str(base), dtype=Dtype.float32, thinking=True),
        batch=8, per_device=8, steps=steps, learning_rate=rate, warmup=0.05, length=1024,
        activation_checkpointing=False, save_every=0, log_every=25,
    )  # fmt: skip
    return LearnSettings(held_out=0.0, sft=sft)


def _agent(folder: Path) -> AgentSettings:
    llm = LLMSettings(backend=Backend.local, model=str(folder), device="cpu", cache="")
    return AgentSettings(
        player=Player.llm, prompt=Prompt.none, temperature=TEMPERATURE, max_tokens=64, llm=llm
    )


if __name__ == "__main__":
    main()
