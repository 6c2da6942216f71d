from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from common.config.target import own_packages
from common.launch import main

CONFIGS = Path(__file__).parent / "conf"
LAUNCH = [sys.executable, "-m", "common.launch", "--config-dir", str(CONFIGS)]


def launch(
    arguments: Sequence[str], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [*LAUNCH, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def only(folder: Path) -> Path:
    (place,) = folder.iterdir()
    return place


def test_of_several_processes_the_first_speaks_for_the_run(tmp_path: Path) -> None:
    for rank in ("0", "1"):
        place = {"RANK": rank, "WORLD_SIZE": "2"}
        lost = launch(["+experiment=room"], tmp_path, **place)
        assert lost.returncode == 2
        assert "add folder=runs/NAME" in lost.stderr
        done = launch(["+experiment=room", "folder=both"], tmp_path, **place)
        assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "both" / "run.json").read_text())["outcome"] == "done"
    second = yaml.safe_load((tmp_path / "both" / "rank1" / "config.yaml").read_text())
    assert second["tracking"]["mode"] == "none"


def test_a_run_from_any_folder_leaves_a_complete_run_folder(tmp_path: Path) -> None:
    done = launch(["+experiment=room", "seed=4"], tmp_path)
    assert done.returncode == 0, done.stderr
    folder = only(tmp_path / "runs")
    assert {file.name for file in folder.iterdir()} == {
        "config.yaml",
        "log.txt",
        "metrics.json",
        "run.json",
    }
    assert f"done in 0.0 s: {folder}" in done.stdout or f": {folder}" in done.stdout
    assert yaml.safe_load((folder / "config.yaml").read_text())["seed"] == 4
    assert json.loads((folder / "metrics.json").read_text())["ok"]["disk"] == 1.0
    assert json.loads((folder / "run.json").read_text())["outcome"] == "done"
    date, clock, name, seed, random = folder.name.split("_")
    assert (name, seed, len(date), len(clock), len(random)) == ("room", "4", 10, 8, 4)


SOON = 2.0
"""Seconds of the processor: what a person waits for, unless the machine is busy with others."""
WRONG = [
    ("+experiment=rom", "room"),
    ("+experiment=room disk=bg", "big, small"),
    ("+experiment=room method.browsr=1", "browser"),
    ("+experiment=room disk.minimum_gb=much", "a number"),
    ("+experiment=room disk.minimum_gb=-1", "must be 0 or more"),
    ("+experiment=room disk.minimum_gb=???", "must be given"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG)
def test_a_wrong_config_is_told_at_once_before_torch(
    arguments: str, told: str, tmp_path: Path
) -> None:
    code = (
        "import sys; from common.launch import main;"
        f"code = main({['--config-dir', str(CONFIGS), *arguments.split()]!r});"
        "heavy = {'torch', 'transformers', 'wandb', 'playwright', 'openai', 'matplotlib', 'scipy'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told_by = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert told_by.returncode == 2, told_by.stderr
    assert told_by.stdout == "[]\n"
    assert told in told_by.stderr
    assert "Traceback" not in told_by.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SOON
    assert list(tmp_path.iterdir()) == []


def test_every_experiment_of_the_project_is_checked_before_torch(project: Path) -> None:
    files = {file.stem: file for file in (project / "conf" / "experiment").glob("*.yaml")}
    assert "selfcheck" in files
    for name, file in files.items():
        told = [f"+experiment={name}", *(f"{key}=README.md" for key in wanted(file))]
        code = (
            "import sys; from common.config.compose import compose;"
            "from common.config.settle import settle;"
            f"settle(compose({told!r}));"
            "heavy = {'torch', 'transformers', 'trl', 'wandb', 'playwright', 'openai', 'scipy'};"
            "print(*sorted(heavy & set(sys.modules)))"
        )
        checked = subprocess.run(
            [sys.executable, "-c", code], cwd=project, capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stderr
        assert checked.stdout.strip() == "", (
            f"importing the module of +experiment={name} imports {checked.stdout.strip()}: "
            "import it inside the function or the stage that needs it"
        )


def wanted(file: Path) -> list[str]:
    """The keys of an experiment's yaml that must be given."""

    def keys(value: object, place: str) -> list[str]:
        if not isinstance(value, dict):
            return [place] if value == "???" else []
        return [it for key, item in value.items() for it in keys(item, f"{place}.{key}")]

    return [key.removeprefix(".") for key in keys(yaml.safe_load(file.read_text()), "")]


def test_help_lists_experiments_and_groups(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--help"], ["-h", "+experiment=room"]):
        assert main(["--config-dir", str(CONFIGS), *arguments]) == 0
        page = capsys.readouterr().out
        assert "+experiment=" in page
        assert re.search(r"room +a check of the disk alone", page)
        assert "disk=\n  big" in page


def test_an_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--multi", "+experiment=room"]) == 2
    assert "--multirun" in capsys.readouterr().err


def test_cfg_prints_the_whole_config_without_secrets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", "canary-in-the-environment")
    arguments = ["--config-dir", str(CONFIGS), "--cfg", "+experiment=room"]
    assert main([*arguments, "+x.note=${oc.env:MY_API_KEY}", "+x.token=canary-typed"]) == 0
    shown = capsys.readouterr().out
    assert yaml.safe_load(shown)["x"] == {"note": "[redacted]", "token": "[redacted]"}


def test_an_error_does_not_repeat_a_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", "canary-in-the-environment")
    assert main(["+experiment=selfcheck", "seed=${oc.env:MY_API_KEY}"]) == 2
    assert "canary" not in capsys.readouterr().err


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_nine_runs_make_one_sweep_and_one_table(launcher: str, tmp_path: Path) -> None:
    swept = launch(
        [
            "-m",
            "+experiment=room",
            "seed=0,1,2",
            "disk.minimum_gb=0.001,0.002,1e9",
            "method.browser=false",
            f"hydra/launcher={launcher}",
        ],
        tmp_path,
    )
    assert swept.returncode == 0, swept.stderr
    folder = only(tmp_path / "runs")
    jobs = sorted(place.name for place in folder.iterdir() if place.is_dir())
    assert jobs == [f"{number:03}" for number in range(9)]
    assert {file.name for file in folder.iterdir() if file.is_file()} == {"sweep.json", "sweep.md"}
    rows = json.loads((folder / "sweep.json").read_text())
    assert [row["metrics"]["ok.disk"] for row in rows] == [1.0, 1.0, 0.0] * 3
    table = (folder / "sweep.md").read_text().splitlines()
    assert table[0].startswith("| job | seed | disk.minimum_gb | outcome | seconds | ok.disk |")
    assert len(table) == 11
    assert "sweep of 9 runs" in swept.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_a_wrong_value_anywhere_in_a_sweep_stops_it_before_the_first_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["-m", "--config-dir", str(CONFIGS), "+experiment=room"]
    for wrong in (["seed=0,1,-3"], ["disk=small,bg"], ["seed=0,1", "disk.minimum_gb=1,x"]):
        assert main([*arguments, *wrong]) == 2
    assert list(tmp_path.iterdir()) == []


CANARIES = ("canary-1111-environment", "canary-2222-argument", "canary-3333-config")


@pytest.mark.parametrize("sweep", [False, True])
def test_no_secret_enters_any_file_of_a_run(sweep: bool, tmp_path: Path) -> None:
    arguments = [
        *(["-m", "seed=0,1"] if sweep else []),
        "+experiment=room",
        "tracking=offline",
        f"+x.api_key={CANARIES[1]}",
        f"+x.db=https://me:{CANARIES[1]}@host/db",
        "+note=${oc.env:SOME_SERVICE_TOKEN}",
        "+x.password=${oc.env:HARMLESS}",
        "+copy=${x.password}",
    ]
    ran = launch(
        arguments,
        tmp_path,
        SOME_SERVICE_TOKEN=CANARIES[0],
        HARMLESS=CANARIES[2],
        WANDB_API_KEY="k" * 40,
    )
    assert ran.returncode == 0, ran.stderr
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.suffix == ".wandb" for file in files)
    for file in files:
        content = file.read_bytes()
        for canary in (*CANARIES, "k" * 40):
            assert canary.encode() not in content, file
    assert "canary" not in ran.stdout + ran.stderr


def test_a_stopped_run_is_closed_and_says_so(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        folder = tmp_path / number.name
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "sleeper.py"), str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        while "asleep" not in process.stdout.readline():
            pass
        process.send_signal(number)
        process.communicate(timeout=30)
        assert process.returncode == 130
        assert json.loads((folder / "run.json").read_text())["outcome"] == "stopped"
        (log,) = folder.glob("wandb/*/*.wandb")
        assert exit_code(log) == 255


def exit_code(log: Path) -> int:
    """What a W&B log says at its end."""
    records = wandb_records(log)
    return int(records[-1]["exit"].get("exit_code", 0))


def wandb_records(log: Path) -> list[dict]:  # type: ignore[type-arg]
    wandb = Path(sys.executable).with_name("wandb")
    shown = subprocess.run(
        [wandb, "leet", "inspect", "--json", log], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in shown.stdout.splitlines()]


def test_own_packages_hold_no_experiment_outside(project: Path) -> None:
    assert all(folder.parent == project / "packages" for folder in own_packages().values())
