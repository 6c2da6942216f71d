"""Encoded rows <-> batches: rows with pictures -> tensors, the tokens of a batch -> their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from common.training.encode import NO_LOSS
from common.training.pictures import read_picture
from common.training.reader import Reader
from common.training.types import Encoded

NAMED = 8
"""Rows that a message names at most."""


class PictureBatches:
    """Makes a batch of rows with pictures, whose pixels are read only now."""

    def __init__(self, reader: Reader) -> None:
        """`reader` has the processor of a model that sees."""
        self._reader = reader

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Padded tokens, labels and masks, and the pixels of all pictures in the rows' order."""
        pad = self._reader.tokenizer.pad_token_id
        image = self._reader.processor.image_token_id
        ids = _padded([row["input_ids"] for row in rows], pad)
        lengths = torch.tensor([len(row["input_ids"]) for row in rows])
        batch = {
            "input_ids": ids,
            "labels": _padded([row["labels"] for row in rows], NO_LOSS),
            "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long(),
            "mm_token_type_ids": (ids == image).long(),
        }
        pictures = [read_picture(Path(path)) for row in rows for path in row["images"]]
        if pictures:
            pixels = self._reader.processor.image_processor(pictures, return_tensors="pt")
            batch |= dict(pixels)
        return batch


def row_namer(encoded: Sequence[Encoded]) -> Callable[[Tensor], str]:
    """A function from the tokens of a batch, padded or packed, to the names of its rows."""

    def name(ids: Tensor) -> str:
        text = [_key(row) for row in ids.tolist()]
        found = [it.id for it in encoded if any(_key(it.input_ids) in line for line in text)]
        size = " · ".join(map(str, ids.shape))
        return f"rows {listed(found)} ({size} tokens)"

    return name


def listed(names: Sequence[str]) -> str:
    """The first few of the names, each once, and how many more there are."""
    apart = list(dict.fromkeys(names))
    more = f" and {len(apart) - NAMED} more" if len(apart) > NAMED else ""
    return f"{', '.join(apart[:NAMED])}{more}"


def _key(ids: Sequence[int]) -> str:
    """The tokens as a text in which a sequence is found as a part."""
    return f" {' '.join(map(str, ids))} "


def _padded(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    tensors = [torch.tensor(row) for row in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=filler)
