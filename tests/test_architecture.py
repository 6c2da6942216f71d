"""The house rules that imports can break; each failure says what to do about it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = PROJECT / "packages"
METHODS = {"domprune", "trajprune", "weightprune"}

GROUND = {
    "types",
    "text",
    "instruction",
    "episode",
    "hide",
    "interfaces",
    "page",
    "network",
    "calibration",
    "perplexity",
    "checkpoint",
    "clock",
    "decision",
    "divergence",
    "blockwise",
    "moments",
    "two_of_four",
    "bits",
    "backward",
    "balance",
    "places",
}
"""The parts of a method that every stage may import; they import nothing but each other."""

TOP = {"experiment", "prune", "plugin", "mcp"}
"""The parts of a method that may import every stage: the jobs, and what other agents call."""

DOORS = {
    # library: the files that may import it; an entry ending in "/" is a folder
    "PIL": {
        "common/llm/local_model/turns.py",
        "common/training/pictures.py",
        "domprune/data/screenshots.py",
        "domprune/overlay/draw.py",
    },
    "Stemmer": {"domprune/text.py"},
    "accelerate": {"common/training/outcome.py"},
    "bm25s": {"trajprune/rollout/backends/local.py"},
    "datasets": {
        "common/training/grpo.py",
        "common/training/sft.py",
        "domprune/data/mind2web_rows.py",
        "weightprune/data/hub.py",
        "weightprune/evaluate/files.py",
        "weightprune/evaluate/rows.py",
    },
    "h11": {"common/egress/forward.py", "common/egress/proxy.py"},
    "hydra": {"common/config/compose.py", "common/multirun.py"},
    "lm_eval": {"weightprune/evaluate/harness.py"},
    "lxml": {"domprune/data/xpath.py"},
    "matplotlib": {"common/report/"},
    "mcp": {"domprune/mcp/server.py"},
    "networkx": set(),
    "omegaconf": {
        "common/config/compose.py",
        "common/config/foreign.py",
        "common/config/mistakes.py",
        "common/config/settle.py",
        "common/multirun.py",
    },
    "openai": {"common/llm/endpoint/remote.py"},
    "outlines": set(),
    "peft": {"common/training/model.py"},
    "playwright": {"domprune/page/driver.py"},
    "rapidfuzz": {
        "domprune/arms/paper.py",
        "domprune/roles/grounder_rules.py",
        "domprune/scoring/fuzzy.py",
    },
    "ray": {"trajprune/engine/on_ray.py"},
    "selectolax": {"domprune/page/tree.py"},
    "torch": {
        "common/llm/local_model/local.py",
        "common/selfcheck.py",
        "common/training/batches.py",
        "common/training/dialogues.py",
        "common/training/failures.py",
        "common/training/measuring.py",
        "common/training/model.py",
        "common/training/tiny.py",
        "common/training/trainer.py",
        "domprune/arms/cross_encoder_model.py",
        "weightprune/",
    },
    "transformers": {
        "common/llm/local_model/loading.py",
        "common/training/model.py",
        "common/training/reader.py",
        "common/training/tiny.py",
        "common/training/trainer.py",
        "common/training/watch.py",
        "domprune/arms/cross_encoder_model.py",
        "weightprune/evaluate/harness.py",
        "weightprune/export/folder.py",
        "weightprune/model/discover.py",
        "weightprune/model/load.py",
        "weightprune/sample/train.py",
        "weightprune/structured/anatomy.py",
        "weightprune/structured/shrink.py",
    },
    "trl": {"common/training/grpo.py", "common/training/sft.py"},
    "wandb": {"common/tracking.py"},
}
"""Each heavy library and its doors. A new door is one more entry here, added with a reason."""


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """The absolute names that a file imports anywhere, each with its line."""
    inside = file.relative_to(PACKAGES).with_suffix("").parts
    package = inside[:-1]
    for node in ast.walk(ast.parse(file.read_text("utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from domprune import types` imports the module domprune.types
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def sources() -> list[Path]:
    return sorted(PACKAGES.rglob("*.py"))


def everything() -> list[tuple[str, str, int]]:
    """(importing file, imported name, line) over all packages."""
    return [
        (file.relative_to(PACKAGES).as_posix(), name, line)
        for file in sources()
        for name, line in imports(file)
    ]


def test_common_imports_no_method_and_methods_do_not_import_each_other() -> None:
    wrong = [
        f"packages/{file}:{line} imports {name}; what two methods share moves down into common"
        for file, name, line in everything()
        for top in [name.split(".")[0]]
        if top in METHODS and top != file.split("/")[0]
    ]
    assert not wrong, "\n".join(wrong)


def stage(path: str) -> str:
    """The part of a method that a file or module path belongs to."""
    parts = path.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def test_a_stage_never_imports_another_stage() -> None:
    wrong = []
    for file, name, line in everything():
        method, here, there = file.split("/")[0], stage(file), stage(name)
        if method not in METHODS or name.split(".")[0] != method:
            continue
        if there in {here, *GROUND} or here in TOP or there == "__init__":
            continue
        wrong.append(
            f"packages/{file}:{line} (stage {here}) imports {name} (stage {there}); hand the value "
            "over in experiment.py, or move what both need into a ground file"
        )
    assert not wrong, "\n".join(wrong)


def test_ground_files_import_no_stage() -> None:
    wrong = [
        f"packages/{file}:{line} is ground and imports {name}"
        for file, name, line in everything()
        if file.split("/")[0] in METHODS and stage(file) in GROUND
        if name.split(".")[0] == file.split("/")[0] and stage(name) not in GROUND | {"__init__"}
    ]
    assert not wrong, "\n".join(wrong)


def is_door(file: str, doors: set[str]) -> bool:
    return any(file.startswith(door) if door.endswith("/") else file == door for door in doors)


def test_each_heavy_library_is_imported_only_by_its_doors() -> None:
    wrong = [
        f"packages/{file}:{line} imports {library}, whose doors are {sorted(DOORS[library])}: "
        f'use a door, or add "{file}" to DOORS["{library}"] in tests/test_architecture.py'
        for file, name, line in everything()
        for library in [name.split(".")[0]]
        if library in DOORS and not is_door(file, DOORS[library])
    ]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_no_door_is_left_open() -> None:
    used = {(name.split(".")[0], file) for file, name, _ in everything()}
    idle = [
        f'DOORS["{library}"] names {door}, which does not import it: remove the entry'
        for library, doors in DOORS.items()
        for door in doors
        if not any(name == library and is_door(file, {door}) for name, file in used)
    ]
    assert not idle, "\n".join(idle)


def test_the_launcher_imports_nothing_heavy() -> None:
    code = (
        "import sys, common.launch, common.config.compose, common.config.settle;"
        f"print(*sorted(set({sorted(set(DOORS) - {'hydra', 'omegaconf'})!r}) & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "", f"common.launch imports {ran.stdout.strip()}"


def test_the_readme_tree_is_true() -> None:
    told = subprocess.run(
        [sys.executable, str(PROJECT / "tools" / "tree.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, f"{told.stdout}run `make tree` and commit README.md"


def test_every_file_says_what_it_is() -> None:
    silent = [
        str(file.relative_to(PROJECT))
        for file in sources()
        if not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]
    assert not silent, f"without docstring, whose first line the README's tree shows: {silent}"
