"""A step's failures -> named errors that say which rows and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from common.training.errors import OutOfMemory

CPU_FULL = "DefaultCPUAllocator: can't allocate memory"


@contextmanager
def named_failures(where: str, rows: Callable[[], str]) -> Iterator[None]:
    """Turn a full memory inside the block into `OutOfMemory`; everything else goes on its way.

    `where` is the step in words, `rows` names what was on the device.
    """
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, torch.OutOfMemoryError) and CPU_FULL not in str(error):
            raise
        raise OutOfMemory(
            f"{where} does not fit into memory with {rows()}: lower per_device (the batch stays as "
            "it is) or length, set activation_checkpointing=true, or train adapters (lora.rank=16, "
            f"lora.quantized=true); {str(error).splitlines()[0]}"
        ) from error
