"""What holds for every test: one thread, no network services, no silent skips."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

# Before anything imports torch, transformers or wandb: they read these once.
os.environ.update(
    {
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "WANDB_MODE": "offline",
        "WANDB_ERROR_REPORTING": "false",
    }
)
for variable in ("WANDB_API_KEY", "WANDB_RUN_ID", "OPENAI_API_KEY", "HF_TOKEN"):
    os.environ.pop(variable, None)

import pytest  # noqa: E402

PROJECT = Path(__file__).resolve().parents[1]
ABSENT_DATA = pytest.StashKey[list[str]]()


def measurement_data() -> Path | None:
    """The folder of the measurement data: $PRUNE_DATA, else ../shared/data; None without."""
    named = os.environ.get("PRUNE_DATA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The measurement data; tests that use this are marked `data`."""
    folder = measurement_data()
    assert folder is not None, "mark tests that use data_root with @pytest.mark.data"
    return folder


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout."""
    return PROJECT


@pytest.fixture
def own_garbage() -> Iterator[None]:
    """What is timed collects its own garbage alone; to look through that of all tests takes 1 s."""
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ABSENT_DATA] = []


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("data") and measurement_data() is None:
        item.config.stash[ABSENT_DATA].append(item.nodeid)
        pytest.skip("no measurement data at ../shared/data or $PRUNE_DATA")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A skip is a failure, unless the test needs data that this machine does not have."""
    report = yield
    allowed = item.nodeid in item.config.stash[ABSENT_DATA] or hasattr(report, "wasxfail")
    if report.skipped and not allowed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and a skip counts as a failure here"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for whole files (`pytest.importorskip`)."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and a skip counts as a failure here"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    absent = terminalreporter.config.stash[ABSENT_DATA]
    if absent:
        terminalreporter.write_sep("=", "MEASUREMENT DATA ABSENT", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(absent)} tests did not run: set PRUNE_DATA to the data's folder to run them."
        )
