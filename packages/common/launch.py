"""The one command: `python -m common.launch +experiment=NAME key=value ...`.

command line -> composed config -> checked settings -> one tracked run, or a sweep of them

Exit codes: 0 done, 1 the run failed, 2 the configuration cannot work, 130 stopped.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from common.config.errors import ConfigError
from common.config.help import help_text
from common.redact import Redactor

if TYPE_CHECKING:
    from common.config.settle import LaunchSettings, Plan

EXIT_CODES = {"done": 0, "failed": 1, "lost": 1, "stopped": 130}
EXIT_WRONG_CONFIG = 2


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, read: what to override, where further configs lie, what to do."""

    overrides: Sequence[str]
    folders: Sequence[Path]
    multirun: bool
    show_config: bool
    show_help: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code.

    SIGTERM stops a run as Ctrl-C does, so that a scheduler's kill leaves a closed run behind.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _do(read(sys.argv[1:] if arguments is None else arguments))
    except ConfigError as error:
        _complain(str(error))
        return EXIT_WRONG_CONFIG
    except KeyboardInterrupt:
        _complain("stopped")
        return EXIT_CODES["stopped"]


def read(arguments: Sequence[str]) -> Command:
    """Read a command line; everything that is no option is an override for Hydra."""
    parser = argparse.ArgumentParser(
        prog="python -m common.launch", add_help=False, allow_abbrev=False
    )
    parser.add_argument("overrides", nargs="*")
    parser.add_argument("-m", "--multirun", action="store_true")
    parser.add_argument("-h", "--help", action="store_true", dest="help")
    parser.add_argument("--cfg", action="store_true")
    parser.add_argument("--config-dir", action="append", type=Path, default=[])
    given, unknown = parser.parse_known_intermixed_args(arguments)
    options = [argument for argument in unknown if argument.startswith("-")]
    if options:
        known = ["-m", "--multirun", "-h", "--help", "--cfg", "--config-dir"]
        raise ConfigError("there is no such option", value=options[0], choices=known)
    return Command(
        overrides=[*given.overrides, *unknown],
        folders=given.config_dir,
        multirun=given.multirun,
        show_config=given.cfg,
        show_help=given.help or not (given.overrides or given.multirun or given.cfg),
    )


def _do(command: Command) -> int:
    if command.show_help:
        Console().print(help_text(command.folders), highlight=False, markup=False, soft_wrap=True)
        return 0
    # Hydra takes 0.3 s to import: help and mistyped options do without it.
    from common.config.compose import compose
    from common.config.settle import settle

    if command.multirun:
        from common.multirun import plans

        return _sweep(list(plans(command.overrides, command.folders)), command)
    plan = settle(compose(command.overrides, command.folders))
    from common.job import Place, carry_out, config_text
    from common.tracking import Mode

    if command.show_config:
        print(config_text(plan, Redactor.from_environment()), end="")
        return 0
    rank = distributed_rank()
    if rank is not None and plan.settings.folder is None:
        raise ConfigError(
            "several processes that run one experiment must be told one folder",
            where="folder",
            remedy="add folder=runs/NAME",
        )
    folder = plan.settings.folder or new_folder(plan.settings, str(plan.settings.seed))
    if rank:
        # Only the first process speaks for the run; what the others do is kept beside it.
        folder = folder / f"rank{rank}"
        plan.settings.tracking.mode = Mode.none
    place = Place(folder=folder, overrides=command.overrides, job=rank or None, live=not rank)
    return EXIT_CODES[carry_out(plan, place).outcome]


def distributed_rank() -> int | None:
    """This process's number under torchrun or accelerate launch, None where it runs alone."""
    return int(os.environ["RANK"]) if int(os.environ.get("WORLD_SIZE", "1")) > 1 else None


def _sweep(plans: Sequence[Plan], command: Command) -> int:
    from common.multirun import sweep
    from common.sweep import read_rows, show

    settings = plans[0].settings
    folder = (settings.folder or new_folder(settings, "sweep")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    stopped = False
    try:
        sweep(command.overrides, command.folders, folder)
    except KeyboardInterrupt:
        stopped = True
    rows = read_rows(folder)
    console = Console()
    show(rows, folder, console if console.is_terminal else Console(width=160))
    if stopped:
        return EXIT_CODES["stopped"]
    return max((EXIT_CODES[row.outcome] for row in rows), default=1)


def new_folder(settings: LaunchSettings, label: str) -> Path:
    """A folder name no other run has: runs/<date>_<time>_<experiment>_<seed or sweep>_<random>."""
    now = time.strftime("%Y-%m-%d_%H-%M-%S")
    return settings.runs / f"{now}_{settings.name}_{label}_{secrets.token_hex(2)}"


def _complain(text: str) -> None:
    """Print an error without the secrets that the command line may hold."""
    redactor = Redactor.from_environment()
    redactor.learn_overrides(sys.argv[1:])
    print(redactor.text(text), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
