"""SFT, GRPO and the evaluation of what they leave, on a small labelled folder with tiny models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from common.llm.settings import LLMSettings
from common.run import Run
from common.training.rows import read_rows
from common.training.settings import GrpoSettings, SftSettings
from common.training.types import TrainingRow
from domprune.arms.name import ArmName
from domprune.data.settings import DataSettings, Source
from domprune.experiment import Prune4Web
from domprune.experiment.settings import PlannerRole, Player, RolesSettings
from domprune.experiment.training.rft import Prune4WebRft
from domprune.experiment.training.settings import (
    GroundedBy,
    StepsSettings,
    TinySettings,
    Trainee,
)
from domprune.experiment.training.sft import Prune4WebSft

PAGE = """<html><body>
<nav><a href="/home" xid="1">Home</a><a href="/{0}" xid="2">{0}</a></nav>
<form><label for="m">Email address</label><input id="m" name="mail" xid="3">
<button xid="4">Sign in</button></form></body></html>"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSettings:
    folder = tmp_path_factory.mktemp("set")
    rows = []
    for word in ("Basket", "Account", "Offers"):
        (folder / f"{word}.html").write_text(PAGE.format(word))
        rows += [
            {"page": f"{word}.html", "instruction": f"Click {word}", "gold_xid": "2"},
            {"page": f"{word}.html", "instruction": "Click Sign in", "gold_xid": "4"},
            {"page": f"{word}.html", "instruction": "Type 'a@b.org' in Email", "gold_xid": "3"},
        ]
    (folder / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return DataSettings(source=Source.labelled, root=str(folder))


TINY = TinySettings(width=32, layers=2, heads=4, vocabulary=700, context=2048)


def sft(data: DataSettings, trainees: list[Trainee]) -> Prune4WebSft:
    return Prune4WebSft(
        trainees=trainees,
        steps=StepsSettings(data=data, test_share=0.3),
        sft=SftSettings(batch=2, per_device=2, epochs=1, learning_rate=3e-3, save_every=0),
        tiny=TINY,
    )


@pytest.fixture(scope="module")
def trained(data: DataSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of an SFT job of all four trainees."""
    run = Run(tmp_path_factory.mktemp("sft"))
    metrics = sft(data, list(Trainee)).run(run)
    for trainee in Trainee:
        own = metrics[trainee.name]
        assert isinstance(own, Mapping)
        assert own["rows"] == 6
        assert own["held_out_loss"] > 0
    return run.folder


def test_sft_leaves_a_model_its_dialogues_and_a_report(trained: Path) -> None:
    for trainee in Trainee:
        assert (trained / trainee.name / "model.safetensors").is_file()
        rows = list(read_rows(trained / "rows" / f"{trainee.name}.jsonl"))
        held_out = list(read_rows(trained / "rows" / f"{trainee.name}-held-out.jsonl"))
        assert (len(rows), len(held_out)) == (6, 3)
    unified = next(read_rows(trained / "rows" / "unified.jsonl"))
    assert isinstance(unified, TrainingRow)
    assert [message.role for message in unified.messages][2:] == ["assistant", "user", "assistant"]
    assert "held out" in (trained / "report.html").read_text()


def test_the_tiny_model_has_a_token_for_each_roles_instructions(trained: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(trained / "tiny")
    for trainee in Trainee:
        row = next(read_rows(trained / "rows" / f"{trainee.name}.jsonl"))
        assert isinstance(row, TrainingRow)
        assert len(tokenizer(row.messages[0].content)["input_ids"]) == 1


@pytest.mark.parametrize("unified", [True, False])
def test_what_was_trained_is_evaluated_by_the_offline_job(
    trained: Path, data: DataSettings, tmp_path: Path, unified: bool
) -> None:
    player = "unified" if unified else "llm"
    roles = RolesSettings(
        planner=PlannerRole[player], filter=Player[player], grounder=Player[player],
        folder=str(trained), screenshots=False,
    )  # fmt: skip
    run = Run(tmp_path)
    one = DataSettings(source=data.source, root=data.root, limit=1)
    metrics = Prune4Web(
        roles=roles, data=one, arms=[ArmName.ours], pictures=0,
        llm=LLMSettings(max_tokens=48, cache=""),
    ).run(run)  # fmt: skip
    ours = metrics["ours"]
    assert isinstance(ours, Mapping)
    # So young a model says nothing that can be used: told as failures, asked all the same.
    assert ours["failures"].mean == 1.0
    assert run.counts()["llm/replies"] >= 2


def test_a_folder_without_the_role_is_refused(data: DataSettings, tmp_path: Path) -> None:
    roles = RolesSettings(
        planner=PlannerRole.unified, filter=Player.unified, grounder=Player.unified,
        folder=str(tmp_path),
    )  # fmt: skip
    with pytest.raises(FileNotFoundError, match="holds no model unified"):
        Prune4Web(roles=roles, data=data, arms=[ArmName.ours]).run(Run(tmp_path / "run"))


@pytest.mark.parametrize("grounded_by", GroundedBy)
def test_grpo_goes_on_from_sft_and_reports_the_three_parts(
    trained: Path, data: DataSettings, tmp_path: Path, grounded_by: GroundedBy
) -> None:
    grpo = GrpoSettings(
        batch=8,
        per_device=8,
        group=4,
        steps=2,
        answer=24,
        learning_rate=1e-3,
        save_every=0,
        kl=0.0,
        evaluate_every=5,
    )
    grpo.model.path = str(trained / "unified")
    run = Run(tmp_path)
    metrics = Prune4WebRft(
        grounded_by=grounded_by, measured=2, grpo=grpo,
        steps=StepsSettings(annotated=str(trained / "annotated.jsonl")),
    ).run(run)  # fmt: skip
    assert metrics["prompts"] == 6
    assert metrics["steps"] == 2
    gain, after = metrics["gain"], metrics["after"]
    assert isinstance(after, Mapping)
    assert after["total"].n == 2
    assert after["total"].mean == sum(after[part].mean for part in ("format", "filter", "ground"))
    assert gain is not None
    share = metrics["reward_share"]
    assert isinstance(share, float)
    assert 0 < share < 0.5
    assert (tmp_path / "charts" / "reward.png").is_file()
    assert (tmp_path / "charts" / "held-out.png").is_file()
    # What is measured on the way is what the folder that is left is worth when it is asked as at
    # work.
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    on_the_way = [it["unified/eval_reward"] for it in lines if "unified/eval_reward" in it]
    assert len(on_the_way) == 2
    assert on_the_way[-1] == pytest.approx(after["total"].mean)
    assert (tmp_path / "unified" / "model.safetensors").is_file()


def test_without_a_model_a_tiny_one_learns_the_form_first(trained: Path, tmp_path: Path) -> None:
    run = Run(tmp_path)
    metrics = Prune4WebRft(
        trainee=Trainee.planner, measured=0, tiny=TINY,
        grpo=GrpoSettings(batch=4, per_device=4, steps=1, answer=16, save_every=0, kl=0.0),
        cold_start=SftSettings(batch=2, per_device=2, steps=1, save_every=0),
        steps=StepsSettings(annotated=str(trained / "annotated.jsonl")),
    ).run(run)  # fmt: skip
    assert "gain" not in metrics
    assert (tmp_path / "cold_start" / "model.safetensors").is_file()
    assert (tmp_path / "planner" / "model.safetensors").is_file()


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match="trainee must be unified or planner"):
        Prune4WebRft(trainee=Trainee.filter)
    with pytest.raises(ValueError, match="grounded_by must be rules for a planner"):
        Prune4WebRft(trainee=Trainee.planner, grounded_by=GroundedBy.model)
    with pytest.raises(ValueError, match="pictures must be false"):
        Prune4WebRft(pictures=True)
    with pytest.raises(ValueError, match="alpha must be 0 or more"):
        Prune4WebRft(alpha=-1.0)
    with pytest.raises(ValueError, match="trainees must name one role"):
        Prune4WebSft(trainees=[])
    with pytest.raises(ValueError, match="keep must be at least 1"):
        StepsSettings(keep=0)


def test_an_annotated_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    job = Prune4WebSft(steps=StepsSettings(annotated=str(tmp_path / "gone.jsonl")))
    with pytest.raises(FileNotFoundError, match="prune4web_annotate"):
        job.run(Run(tmp_path / "run"))
