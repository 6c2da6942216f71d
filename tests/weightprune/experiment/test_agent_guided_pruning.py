"""The whole job on a small random model: rounds, baselines, files, second lives, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

from common.llm.errors import Unreachable
from common.llm.settings import Backend, LLMSettings
from common.run import Run
from weightprune.data.errors import DataError
from weightprune.data.settings import DataSettings
from weightprune.experiment import AgentGuidedPruning
from weightprune.experiment.claim import OtherSettings
from weightprune.experiment.methods import Baseline, PolicyName
from weightprune.experiment.workshop import Unsuitable
from weightprune.loop.settings import LoopSettings
from weightprune.model.discover import Unprunable
from weightprune.model.settings import ModelSettings
from weightprune.probe.settings import ProbeSettings
from weightprune.prune.settings import Metric, PruneSettings
from weightprune.recover.settings import RecoverySettings

VOCABULARY, LENGTH = 64, 16
"""Of the model in conftest.py."""


def settings(model: Path, **more: Any) -> AgentGuidedPruning:
    tokens = str(model / "tokens.npy")
    chosen: dict[str, Any] = {
        "target": 0.3,
        "baselines": [],
        "export": False,
        "model": ModelSettings(path=str(model), device="cpu"),
        "data": data(tokens),
        "probe": ProbeSettings(windows=2),
        **more,
    }
    return AgentGuidedPruning(**chosen)


def data(tokens: str, **more: Any) -> DataSettings:
    chosen: dict[str, Any] = {
        "calibration": tokens, "calibration_rows": "0:24", "test": tokens, "test_rows": "24:40",
        "pool": 24, "activation": 8, "gradient": 4, "search": 8, **more,
    }  # fmt: skip
    return DataSettings(**chosen)


def history(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def test_rules_reach_the_target_beside_baselines_and_all_is_written(
    model: Path, tmp_path: Path
) -> None:
    run = Run(tmp_path)
    baselines = [Baseline.wanda, Baseline.magnitude, Baseline.sparsegpt, Baseline.wanda_2_4]
    metrics = settings(model, baselines=baselines).run(run)
    ours = metrics["ours"]
    assert isinstance(ours, dict)
    assert ours["sparsity"] == pytest.approx(0.3, abs=0.001)
    best = min(metrics[one.name]["perplexity"] for one in baselines)  # type: ignore[index]
    assert ours["change_to_best_baseline"] == pytest.approx(ours["perplexity"] / best - 1)
    assert metrics["wanda_2_4"]["sparsity"] == 0.5  # type: ignore[index]
    assert metrics["loop"]["ending"] == "target"  # type: ignore[index]
    lines = history(tmp_path)
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert all({"profile", "decide", "prune", "evaluate"} <= set(line["seconds"]) for line in lines)
    page = (tmp_path / "report.html").read_text()
    assert "save neither time nor memory by themselves" in page
    assert "profiling, deciding and pruning" in page
    assert "a search as long as" in page
    loop = metrics["loop"]
    assert isinstance(loop, dict)
    assert loop["evaluations"] == 1 + len(lines)
    spent = loop["seconds"]
    selection = spent["profile"] + spent["decide"] + spent["prune"]
    assert loop["overhead_of_rounds"] == pytest.approx(selection / spent["evaluate"])
    assert loop["overhead"] == pytest.approx(
        (selection + spent["goals"]) / (spent["evaluate"] + spent["passes"])
    )
    assert loop["overhead_with_goals"] == pytest.approx(
        (selection + spent["goals"] + spent["passes"]) / spent["evaluate"]
    )
    assert run.counts()["rounds"] == len(lines)


@pytest.mark.parametrize(
    "policy",
    [PolicyName.uniform, PolicyName.owl, PolicyName.alphapruning, PolicyName.staged_probe],
)
def test_every_allocator_is_one_switch(model: Path, tmp_path: Path, policy: PolicyName) -> None:
    metrics = settings(model, policy=policy).run(Run(tmp_path))
    assert metrics["ours"]["sparsity"] == pytest.approx(0.3, abs=0.005)  # type: ignore[index]
    assert "loop" not in metrics
    assert not (tmp_path / "history.jsonl").exists()


def test_the_search_spends_its_budget_and_may_order_by_curvature_and_refit(
    model: Path, tmp_path: Path
) -> None:
    searched = settings(
        model, policy=PolicyName.search, budget=2.0, second_order=True, reconstruct=True
    )
    metrics = searched.run(Run(tmp_path))
    assert metrics["ours"]["sparsity"] == pytest.approx(0.3, abs=0.005)  # type: ignore[index]
    assert metrics["ours"]["evaluations"] > 2.0  # type: ignore[index]


def test_recovery_is_one_switch_that_lowers_the_perplexity_and_keeps_every_zero(
    model: Path, tmp_path: Path
) -> None:
    # A language in which each token is 1 to 4 above the one before it.
    steps = np.random.default_rng(0).integers(1, 5, (40, LENGTH + 1))
    np.save(tmp_path / "counting.npy", (steps.cumsum(axis=1) % VOCABULARY).astype(np.uint16))
    quick = RecoverySettings(rank=4, steps=30, batch=4, learning_rate=1e-2, check_every=10)
    found, tested = {}, {}
    for recover in (False, True):
        run = Run(tmp_path / str(recover))
        chosen = settings(
            model, policy=PolicyName.uniform, recover=recover, recovery=quick, export=True,
            data=data(str(tmp_path / "counting.npy")),
        )  # fmt: skip
        tested[recover] = chosen.run(run)["ours"]["perplexity"]  # type: ignore[index]
        found[recover] = load_file(run.folder / "pruned" / "model" / "model.safetensors")
    changed = [name for name, it in found[True].items() if not torch.equal(it, found[False][name])]
    assert len(changed) == 14
    assert all("_proj" in name for name in changed)
    assert all(torch.equal(it == 0, found[False][name] == 0) for name, it in found[True].items())
    lines = [json.loads(line) for line in (tmp_path / "True" / "metrics.jsonl").open()]
    looks = [line["recovery/perplexity"] for line in lines if "recovery/perplexity" in line]
    assert len(looks) == 4
    assert min(looks[1:]) < 0.95 * looks[0]
    assert tested[True] < 0.95 * tested[False]
    before = [line["recovery/test_before"] for line in lines if "recovery/test_before" in line]
    assert before == [pytest.approx(tested[False])]
    assert not (tmp_path / "False" / "metrics.jsonl").exists()


def test_an_update_of_the_weights_prunes_the_dense_model_by_what_the_rounds_found(
    model: Path, tmp_path: Path
) -> None:
    updated = settings(model, operator=PruneSettings(metric=Metric.sparsegpt), export=False)
    metrics = updated.run(Run(tmp_path))
    assert metrics["ours"]["sparsity"] == pytest.approx(0.3, abs=0.005)  # type: ignore[index]
    assert "prune" in metrics["loop"]["seconds"]  # type: ignore[index]


def test_a_baseline_that_does_not_fit_is_left_out_and_counted(model: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=46, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=32,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(odd)
    run = Run(tmp_path / "run")
    chosen = settings(model, baselines=[Baseline.wanda_4_8, Baseline.wanda])
    chosen.model.path = str(odd)
    metrics = chosen.run(run)
    assert "wanda" in metrics
    assert "wanda_4_8" not in metrics
    assert run.counts()["baselines/failed"] == 1


def test_a_second_launch_of_a_finished_run_gives_the_same(model: Path, tmp_path: Path) -> None:
    chosen = settings(model, baselines=[Baseline.wanda])
    first = chosen.run(Run(tmp_path))
    before = (tmp_path / "history.jsonl").read_bytes()
    second = chosen.run(Run(tmp_path))
    assert second["ours"]["perplexity"] == first["ours"]["perplexity"]  # type: ignore[index]
    assert second["wanda"] == first["wanda"]
    assert (tmp_path / "history.jsonl").read_bytes() == before


def test_other_settings_do_not_go_on_in_the_folder(model: Path, tmp_path: Path) -> None:
    settings(model).run(Run(tmp_path))
    with pytest.raises(OtherSettings, match=r"target: 0\.3 before, 0\.4 now"):
        settings(model, target=0.4).run(Run(tmp_path))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"target": 0.0}, "target must be above 0"),
        ({"target": 0.96}, "target must be above 0 and at most 0.95"),
        ({"policy": PolicyName.llm}, "policy llm asks a language model"),
        ({"baselines": [Baseline.owl, Baseline.owl]}, "baselines must be named once"),
        ({"temperature": -1.0}, "temperature must be 0 or more"),
        ({"operator": PruneSettings(pattern="2:4")}, "policy must be uniform"),
        ({"second_order": True}, "second_order needs policy=staged_probe or search"),
        ({"budget": 0.0}, "budget must be above 0"),
        ({"data": DataSettings(calibration="a.npy")}, "data needs both"),
        ({"data": DataSettings()}, "data must be given for model.path"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    model: Path, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        settings(model, **given)


def changed(model: Path, folder: Path, change: dict[str, torch.Tensor]) -> AgentGuidedPruning:
    """The small model with some of its tensors replaced."""
    tensors = load_file(model / "model.safetensors")
    folder.mkdir(parents=True)
    save_file({**tensors, **change}, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_bytes((model / "config.json").read_bytes())
    chosen = settings(model)
    chosen.model.path = str(folder)
    return chosen


def test_a_target_below_the_models_own_sparsity_is_refused(model: Path, tmp_path: Path) -> None:
    tensors = load_file(model / "model.safetensors")
    sparse = {
        name: torch.where(torch.rand(tensor.shape) < 0.5, 0.0, tensor)
        for name, tensor in tensors.items()
        if "proj" in name
    }
    chosen = changed(model, tmp_path / "sparse", sparse)
    with pytest.raises(Unsuitable, match=r"target must be above the model's sparsity: [45]\d"):
        chosen.run(Run(tmp_path / "run"))


def test_a_model_that_is_at_the_target_but_for_parts_of_weights_is_refused(
    model: Path, tmp_path: Path
) -> None:
    share = {"policy": PolicyName.uniform, "export": True, "target": 0.333}
    settings(model, **share).run(Run(tmp_path / "first"))
    pruned = tmp_path / "first" / "pruned" / "model"
    again = settings(model, **share)
    again.model.path = str(pruned)
    with pytest.raises(Unsuitable, match=r"sparsity: 33\.2\d % of .* method\.target=0\.333"):
        again.run(Run(tmp_path / "second"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused_by_layer(
    model: Path, tmp_path: Path, value: float
) -> None:
    name = "model.layers.1.mlp.up_proj.weight"
    broken = load_file(model / "model.safetensors")[name]
    broken[0, 0] = value
    with pytest.raises(Unprunable, match=r"model\.layers\.1\.mlp\.up_proj.*NaN or infinite"):
        changed(model, tmp_path / "broken", {name: broken}).run(Run(tmp_path / "run"))


def test_a_dense_model_that_overflows_is_refused(model: Path, tmp_path: Path) -> None:
    name = "model.norm.weight"
    huge = torch.full_like(load_file(model / "model.safetensors")[name], float("inf"))
    with pytest.raises(Unsuitable, match="perplexity on the search windows is not finite"):
        changed(model, tmp_path / "huge", {name: huge}).run(Run(tmp_path / "run"))


def test_calibration_shorter_than_one_sequence_is_refused(model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "short.npy", np.arange(9, dtype=np.uint16))
    chosen = settings(model)
    chosen.data = data(str(tmp_path / "short.npy"), length=16, calibration_rows="", test_rows="")
    with pytest.raises(DataError, match="shorter than one sequence"):
        chosen.run(Run(tmp_path / "run"))


def test_an_agent_that_cannot_be_reached_fails_the_run_and_a_second_one_goes_on(
    model: Path, tmp_path: Path
) -> None:
    llm = LLMSettings(
        backend=Backend.openai, model="m", base_url="http://127.0.0.1:9/v1", retries=0, cache=""
    )
    chosen = settings(model, policy=PolicyName.llm, llm=llm, loop=LoopSettings(rounds=2))
    with pytest.raises(Unreachable):
        chosen.run(Run(tmp_path))
    assert not (tmp_path / "pruned").exists()
