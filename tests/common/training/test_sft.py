"""Supervised fine-tuning learns what it is shown, and bad input costs the row and not the run."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from common.llm.local_model.loading import load_local_model
from common.llm.request import Request
from common.llm.settings import Backend, LLMSettings
from common.llm.types import Message
from common.run import Run
from common.training.encode import encode_row
from common.training.errors import BadRow, NotFinite, TrainingError, WrongCheckpoint
from common.training.reader import load_reader
from common.training.settings import BadRows, BaseModelSettings, Dtype, LoraSettings, SftSettings
from common.training.sft import build_trainer, train_sft
from common.training.tiny import Architecture, make_tiny
from common.training.types import TrainingRow

from . import job
from .conftest import row
from .job import rows

WORDS = "button link search cart sign menu price filter login page home user".split()
PLACES = (
    "bank shop news mail maps bus train hotel flight music film book game sport health school jobs "
    "cars food recipe garden pets photo video chat forum blog wiki tax bills rent museum"
).split()


def settings(folder: Path, **changes: object) -> SftSettings:
    """Two quick steps on a CPU."""
    plain = {
        "batch": 4, "per_device": 4, "epochs": 1.0, "learning_rate": 1e-2, "length": 200,
        "activation_checkpointing": False, "warmup": 0.0,
    }  # fmt: skip
    return SftSettings(**{"model": BaseModelSettings(path=str(folder)), **plain, **changes})


def dialogues(count: int) -> list[TrainingRow]:
    """Dialogues of two turns, at most 32, whose answers follow from their place's name alone."""
    chance = random.Random(0)

    def words(number: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(number))

    return [
        row(
            f"d{number}",
            ("system", "Plan, then act."),
            ("user", place),
            ("assistant", f"plan {words(3)}"),
            ("user", "now act"),
            ("assistant", f"act {words(3)}"),
        )
        for number, place in enumerate(PLACES[:count])
    ]


def answers(folder: Path, shown: Sequence[TrainingRow]) -> list[tuple[str, str]]:
    """What was shown and what our local backend says at temperature 0, for every turn."""
    model = load_local_model(LLMSettings(backend=Backend.local, model=str(folder), device="cpu"))
    pairs = []
    for dialogue in shown:
        for place, message in enumerate(dialogue.messages):
            if message.role == "assistant":
                before = tuple(Message(it.role, it.content) for it in dialogue.messages[:place])  # type: ignore[arg-type]
                request = Request(messages=before, temperature=0.0, max_tokens=60)
                pairs.append((message.content, model.sample(request, [0])[0].text))
    return pairs


def test_32_dialogues_of_two_turns_are_learned_by_heart(tmp_path: Path) -> None:
    shown = dialogues(32)
    texts = [message.content for dialogue in shown for message in dialogue.messages]
    base = make_tiny(
        tmp_path / "base", texts, architecture=Architecture.qwen2, width=128, vocabulary=600,
        context=128,
    )  # fmt: skip
    long = settings(
        base, batch=16, per_device=16, steps=160, learning_rate=3e-3, warmup=0.03, save_every=0,
        log_every=10,
    )  # fmt: skip
    trained = train_sft(shown, [], long, Run(tmp_path))
    told = answers(trained.folder, shown)
    assert len(told) == 64
    assert [said for _, said in told] == [content for content, _ in told]
    assert trained.losses[-1].value < 0.05 < 3 < trained.losses[0].value


def test_merged_adapters_say_what_adapters_say(qwen2: Path, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    lora = replace(
        settings(qwen2).model, lora=LoraSettings(rank=4, targets=["q_proj", "down_proj"])
    )
    trained = train_sft(rows(8), [], settings(qwen2, model=lora), Run(tmp_path))
    merged = AutoModelForCausalLM.from_pretrained(trained.folder)
    base = AutoModelForCausalLM.from_pretrained(qwen2)
    ids = torch.arange(20)[None]
    before = base(ids).logits
    adapted = PeftModel.from_pretrained(base, str(trained.folder / "adapter"))(ids).logits
    assert torch.allclose(merged(ids).logits, adapted, atol=1e-5)
    assert not torch.allclose(before, adapted, atol=1e-3)


def test_adapters_learn_over_weights_of_four_bits(qwen2: Path, tmp_path: Path) -> None:
    lora = LoraSettings(rank=4, quantized=True)
    chosen = settings(qwen2, model=replace(settings(qwen2).model, lora=lora), epochs=4)
    reader = load_reader(chosen.model)
    encoded = [it for one in rows(8) for it in encode_row(one, reader, 200)]
    trainer = build_trainer(encoded, [], chosen, reader, tmp_path / "x", Run(tmp_path / "x"), "x")
    packed = {name for name, it in trainer.model.named_parameters() if it.dtype is torch.uint8}
    assert len(packed) == 2 * 7  # every linear layer of both blocks, the output's left alone
    assert all("base_layer" in name for name in packed)
    trained = train_sft(rows(8), [], chosen, Run(tmp_path))
    assert trained.losses[-1].value < trained.losses[0].value
    merged = load_file(trained.folder / "model.safetensors")
    base = load_file(qwen2 / "model.safetensors")
    changed = {name for name in merged if not torch.equal(merged[name].float(), base[name])}
    assert len(changed) == 2 * 7


def test_four_bits_without_their_library_are_refused_with_the_extra_s_name(
    qwen2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How Python itself marks a package that cannot be imported.
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    lora = LoraSettings(rank=4, quantized=True)
    chosen = settings(qwen2, model=replace(settings(qwen2).model, lora=lora))
    with pytest.raises(TrainingError, match=r"pip install 'secateurs\[quantized\]', or set lora"):
        train_sft(rows(4), [], chosen, Run(tmp_path))


def test_a_packed_sequence_costs_what_its_dialogues_cost_alone(
    tiny: Callable[[Architecture], Path], tmp_path: Path
) -> None:
    """Attention that crossed a boundary, or positions that ran on, would change the loss."""
    for architecture in (Architecture.qwen2, Architecture.qwen3):
        model = tiny(architecture)
        reader = load_reader(BaseModelSettings(path=str(model)))
        encoded = [it for one in dialogues(9) for it in encode_row(one, reader, 200)]
        losses = {}
        for packing in (False, True):
            chosen = settings(model, packing=packing, batch=1, per_device=1, length=900)
            folder = tmp_path / f"{architecture.name}{packing}"
            trainer = build_trainer(encoded, [], chosen, reader, folder, Run(folder), "sft")
            batches = list(trainer.get_train_dataloader())
            trainer.model.eval()
            with torch.no_grad():
                each = [
                    (trainer.compute_loss(trainer.model, dict(batch)), (batch["labels"] >= 0).sum())
                    for batch in batches
                ]
            losses[packing] = (sum(loss * n for loss, n in each) / sum(n for _, n in each)).item()
            if packing:
                assert len(batches) < len(encoded) / 2
                assert max(int((it["position_ids"] == 0).sum()) for it in batches) > 2
        assert losses[True] == pytest.approx(losses[False], abs=1e-5)


def test_pictures_are_learned_from(
    tiny: Callable[[Architecture], Path], picture: Path, tmp_path: Path
) -> None:
    blue = tmp_path / "blue.png"
    Image.new("RGB", (56, 84), (20, 20, 220)).save(blue)
    shown = [
        row("red", ("user", "colour?"), ("assistant", "red"), images=(picture,)),
        row("blue", ("user", "colour?"), ("assistant", "blue"), images=(blue,)),
        row("none", ("user", "no picture"), ("assistant", "none")),
    ]
    chosen = settings(tiny(Architecture.qwen2_5_vl), batch=3, per_device=3, steps=70)
    trained = train_sft(shown, [], chosen, Run(tmp_path))
    model = load_local_model(LLMSettings(backend=Backend.local, model=str(trained.folder)))
    for dialogue in shown:
        images = tuple(path.read_bytes() for path in dialogue.images)
        asked = (Message("user", dialogue.messages[0].content, images),)
        said = model.sample(Request(messages=asked, temperature=0.0, max_tokens=9), [0])[0].text
        assert said == dialogue.messages[1].content
    for some in (shown, shown[2:]):
        packed = replace(chosen, packing=True)
        with pytest.raises(TrainingError, match=r"packing must be false .* set packing=false"):
            train_sft(some, [], packed, Run(tmp_path / "packed" / str(len(some))))


def test_rows_that_do_not_fit_are_named_counted_and_left_out(qwen2: Path, tmp_path: Path) -> None:
    bad = [
        row("silent", ("user", "x")),
        row("long", ("user", "x"), ("assistant", "word " * 300)),
    ]
    run = Run(tmp_path)
    trained = train_sft([*rows(8), *bad], [], settings(qwen2), run)
    assert (trained.rows, trained.dropped, trained.steps) == (8, 2, 2)
    assert run.counts() == {
        "sft.dropped.no_assistant_turn": 1,
        "sft.dropped.too_long": 1,
        "sft.rows": 8,
    }
    log = (tmp_path / "log.txt").read_text()
    assert "row silent: there is nothing to learn" in log
    assert "row long: " in log
    refusing = settings(qwen2, bad_rows=BadRows.refuse)
    with pytest.raises(BadRow, match="row silent"):
        train_sft([*rows(8), *bad], [], refusing, Run(tmp_path / "refusing"))
    with pytest.raises(TrainingError, match="no row is left of 2"):
        train_sft(bad, [], settings(qwen2), Run(tmp_path / "empty"))


def test_a_checkpoint_of_another_training_is_refused(
    qwen2: Path, tiny: Callable[[Architecture], Path], tmp_path: Path
) -> None:
    first = train_sft(rows(4), rows(2), settings(qwen2), Run(tmp_path))
    before = (first.folder / "model.safetensors").read_bytes()
    other = settings(tiny(Architecture.qwen3))
    with pytest.raises(WrongCheckpoint, match=r"checkpoint of another model: .*remove that folder"):
        train_sft(rows(4), rows(2), other, Run(tmp_path))
    with pytest.raises(WrongCheckpoint, match=r"settings\.learning_rate was 0\.01 and is 0.5"):
        train_sft(rows(4), rows(2), settings(qwen2, learning_rate=0.5), Run(tmp_path))
    with pytest.raises(WrongCheckpoint, match="rows was"):
        train_sft(rows(5), rows(2), settings(qwen2), Run(tmp_path))
    again = train_sft(rows(4), rows(2), settings(qwen2, log_every=7), Run(tmp_path))
    assert again == replace(first, seconds=again.seconds)
    assert (first.folder / "model.safetensors").read_bytes() == before


def test_a_loss_that_is_no_number_ends_the_training_with_its_rows(
    qwen2: Path, tmp_path: Path
) -> None:
    wild = settings(qwen2, learning_rate=1e30, clip=1e30, steps=6, save_every=1)
    with pytest.raises(
        NotFinite, match=r"loss of step [2-6] is nan; .*rows row\d.*lower learning_r"
    ):
        train_sft(rows(4), [], wild, Run(tmp_path))
    marks = [path.parent for path in (tmp_path / "sft").glob("checkpoint-*/whole.json")]
    assert marks
    for checkpoint in marks:
        weights = load_file(checkpoint / "model.safetensors")
        assert all(torch.isfinite(weight).all() for weight in weights.values())


def test_a_memory_that_is_full_costs_the_step_and_not_the_folder(
    qwen2: Path, tmp_path: Path
) -> None:
    """A process that may take 300 MB more meets a step that needs more than that."""
    starved = subprocess.run(
        [sys.executable, str(Path(job.__file__)), "full", qwen2, tmp_path, "room=300000000"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert starved.returncode == 1
    told = starved.stderr.strip().splitlines()[-1]
    assert "OutOfMemory: step 1 does not fit into memory with rows long" in told
    assert "and 504 more" in told
    assert "lower per_device (the batch stays as it is)" in told
    assert not (tmp_path / "sft" / "trained.json").exists()
    # With the remedy, the same folder goes on.
    assert job.full(qwen2, tmp_path, per_device=32).steps == 1


def test_a_picture_that_cannot_be_read_costs_its_row(
    tiny: Callable[[Architecture], Path], picture: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.png"
    half.write_bytes(picture.read_bytes()[:60])
    shown = [
        row(name, ("user", "colour?"), ("assistant", "red"), images=(path,))
        for name, path in (("good", picture), ("half", half), ("gone", tmp_path / "gone.png"))
    ]
    run = Run(tmp_path / "run")
    chosen = settings(tiny(Architecture.qwen2_5_vl), batch=1, per_device=1, steps=1)
    trained = train_sft(shown, [], chosen, run)
    assert (trained.rows, trained.dropped) == (1, 2)
    assert run.counts()["sft.dropped.broken_image"] == 2
    log = (tmp_path / "run" / "log.txt").read_text()
    assert f"row half: image {half} cannot be read" in log
    assert "replace the file, or the row" in log


def test_curves_tell_both_losses(qwen2: Path, tmp_path: Path) -> None:
    trained = train_sft(rows(8), rows(4), settings(qwen2, evaluate_every=1), Run(tmp_path))
    assert [point.step for point in trained.losses] == [1, 2]
    assert [point.step for point in trained.held_out] == [1, 2]
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["sft/step"] for line in lines if "sft/loss" in line] == [1, 2]
    assert {"sft/eval_loss", "sft/grad_norm", "sft/learning_rate"} <= {
        key for it in lines for key in it
    }
    assert not (trained.folder / "training_args.bin").exists()


@pytest.mark.parametrize("rank", [0, 4])
def test_weights_of_bfloat16_learn_on_a_cpu(qwen2: Path, tmp_path: Path, rank: int) -> None:
    half = replace(settings(qwen2).model, dtype=Dtype.bfloat16, lora=LoraSettings(rank=rank))
    trained = train_sft(rows(8), rows(4), settings(qwen2, model=half, epochs=6), Run(tmp_path))
    assert trained.losses[-1].value < trained.losses[0].value - 0.1
    left = load_file(trained.folder / "model.safetensors")
    assert {weight.dtype for weight in left.values()} == {torch.bfloat16}
    base = load_file(qwen2 / "model.safetensors")
    assert not all(torch.equal(left[name], base[name].bfloat16()) for name in base)


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"model\.path=.*nowhere cannot be read"):
        train_sft(rows(2), [], settings(tmp_path / "nowhere"), Run(tmp_path))
