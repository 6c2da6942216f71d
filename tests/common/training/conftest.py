"""Tiny models of three real architectures, made once, and rows that a person can check by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from common.training.reader import Reader, load_reader
from common.training.settings import BaseModelSettings
from common.training.tiny import Architecture, make_tiny
from common.training.types import TrainingMessage, TrainingRow

TEXTS = ["plan: click the search button", "act: click 7", "20 elements\n\n\nweather"] * 4
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "Look for pages.",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
    },
}


def row(name: str, *messages: tuple[str, str], **more: object) -> TrainingRow:
    """A row of (role, content) pairs."""
    told = tuple(TrainingMessage(role, content) for role, content in messages)
    return TrainingRow(id=name, messages=told, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Architecture], Path]:
    """The folder of a tiny model of an architecture."""
    made: dict[Architecture, Path] = {}

    def folder(architecture: Architecture) -> Path:
        if architecture not in made:
            made[architecture] = make_tiny(
                tmp_path_factory.mktemp(architecture.name), TEXTS,
                architecture=architecture, width=32, vocabulary=400, context=512,
            )  # fmt: skip
        return made[architecture]

    return folder


@pytest.fixture(scope="session")
def qwen2(tiny: Callable[[Architecture], Path]) -> Path:
    return tiny(Architecture.qwen2)


@pytest.fixture(scope="session")
def reader_of(tiny: Callable[[Architecture], Path]) -> Callable[..., Reader]:
    """The reader of an architecture's tiny model."""

    def reader(architecture: Architecture, *, thinking: bool = False) -> Reader:
        return load_reader(BaseModelSettings(path=str(tiny(architecture)), thinking=thinking))

    return reader


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of 84 x 56 pixels: 3 x 2 merged patches."""
    path = tmp_path_factory.mktemp("pictures") / "red.png"
    Image.new("RGB", (84, 56), (200, 30, 30)).save(path)
    return path
