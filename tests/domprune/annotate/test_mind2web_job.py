"""The annotation job on Mind2Web's parquet files, with the steps that training adds."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import datasets
import pytest
from PIL import Image

from common.run import Run
from domprune.annotate.rows import read_annotated
from domprune.data.settings import DataSettings, Source
from domprune.experiment.annotation import Prune4WebAnnotate
from domprune.types import ActionType

PAGE = """<html backend_node_id="1"><body backend_node_id="2" bounding_box_rect="0,0,1280,2000">
<a backend_node_id="3" href="/" bounding_box_rect="10,10,60,20">Home</a>
<button backend_node_id="4" bounding_box_rect="10,1500,90,30">Search rooms</button>
</body></html>"""
STEPS = ["[link]  Home -> CLICK", "[button]  Search rooms -> CLICK"]
CLICK = json.dumps({"op": "CLICK", "original_op": "CLICK", "value": ""})


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (1280, 2000)).save(written, "PNG")
    return written.getvalue()


def row(website: str, index: int, node: str, box: str) -> dict[str, object]:
    attributes = json.dumps({"backend_node_id": node, "bounding_box_rect": box})
    gold = {"tag": "x", "attributes": attributes, "backend_node_id": node}
    return {
        "action_uid": f"{website}-{index}", "raw_html": PAGE, "cleaned_html": PAGE,
        "operation": CLICK, "pos_candidates": [json.dumps(gold)], "neg_candidates": [],
        "website": website, "domain": "d", "subdomain": "s", "annotation_id": f"task-{website}",
        "confirmed_task": "Find a room", "screenshot": {"bytes": picture(), "path": None},
        "action_reprs": STEPS, "target_action_index": str(index),
        "target_action_reprs": STEPS[index],
    }  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rows = [
        one
        for site in ("rooms", "inns", "beds")
        for one in (row(site, 0, "3", "10,10,60,20"), row(site, 1, "4", "10,1500,90,30"))
    ]
    table = {name: [one[name] for one in rows] for name in rows[0]}
    data = datasets.Dataset.from_dict(table).cast_column("screenshot", datasets.Image())
    (tmp_path / "data").mkdir()
    data.to_parquet(str(tmp_path / "data" / "train-00000-of-00001.parquet"))
    return tmp_path


def test_scroll_and_done_steps_are_annotated_with_their_own_slices(
    root: Path, tmp_path: Path
) -> None:
    data = DataSettings(source=Source.mind2web, root=str(root), sets=["train"], added_steps=True)
    run = Run(tmp_path / "run")
    metrics = Prune4WebAnnotate(data=data).run(run)
    assert metrics["sites"] == 3
    # Each site: two recorded steps, a scroll for the slice without the gold of each, and DONE.
    assert metrics["annotated"] == 15
    steps = list(read_annotated(run.folder / "annotated.jsonl"))
    own = [step for step in steps if step.case.page.startswith("rooms/")]
    kinds = [step.action.action_type for step in own]
    assert kinds.count(ActionType.SCROLL) == 2
    assert kinds.count(ActionType.DONE) == 1
    assert len({step.screenshot for step in own}) == 5
    assert all(step.program.keyword_weights == {} for step in own if not step.case.gold.exact)
    assert {step.action.element_id is None for step in own if step.case.gold.exact} == {False}
    assert len({step.split for step in own}) == 1
    assert own[-1].case.task == "Find a room"
