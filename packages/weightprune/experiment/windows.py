"""The token windows of a run: files of one's own, or the text of the project's own model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from weightprune.data.open import Limits, Windows, open_windows
from weightprune.data.settings import DataSettings
from weightprune.data.split import split
from weightprune.model.load import open_tokenizer
from weightprune.model.settings import ModelSettings
from weightprune.network import Network
from weightprune.sample.tokens import Split, windows

SAMPLE_LENGTH = 128
"""Tokens that the project's own model was trained to read at once."""
SAMPLE_TEST = 256
"""Test windows of the project's own text."""


def read_windows(data: DataSettings, model: ModelSettings, network: Network) -> tuple[Windows, str]:
    """Calibration and test windows, and what the test is in words.

    Raises DataError where a source is missing, broken, too short or another model's.
    """
    if not data.calibration:
        made = _sample_windows(data)
        return made, f"{_size(made)} of the sample's own text"
    model_config: Any = network.model.config
    config = model_config.get_text_config()
    limits = Limits(vocabulary=config.vocab_size, longest=config.max_position_embeddings)

    def tokenize(text: str) -> list[int]:
        ids: list[int] = open_tokenizer(model)(text, add_special_tokens=False)["input_ids"]
        return ids

    found = open_windows(data, limits, tokenize)
    rows = f" [{data.test_rows}]" if data.test_rows else ""
    return found, f"{_size(found)} of {data.test.rpartition('/')[2]}{rows}"


def _sample_windows(data: DataSettings) -> Windows:
    """The pool is drawn by the data's seed, the test is always the same."""
    length = data.length or SAMPLE_LENGTH
    pool = windows(Split.calibration, data.pool, length, seed=data.seed).numpy()
    # written by its seed, it needs no second draw
    calibration = split("the sample's own text", pool, replace(data, seed=0))
    return Windows(calibration=calibration, test=windows(Split.test, SAMPLE_TEST, length))


def _size(found: Windows) -> str:
    count, width = found.test.shape
    return f"{count} windows of {width - 1} tokens"
