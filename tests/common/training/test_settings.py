"""Settings that cannot work are refused with the field's name and a remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.training.settings import (
    BaseModelSettings,
    Dtype,
    GrpoSettings,
    LoraSettings,
    SftSettings,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SftSettings(batch=10, per_device=4), "batch must be a multiple of per_device=4"),
        (lambda: SftSettings(learning_rate=0.0), "learning_rate must be above 0"),
        (lambda: SftSettings(learning_rate=float("nan")), "learning_rate must be above 0, not nan"),
        (lambda: SftSettings(epochs=0), "epochs must be above 0"),
        (lambda: SftSettings(warmup=1.0), "warmup must be a share"),
        (lambda: SftSettings(checkpoints=1), "checkpoints must be at least 2"),
        (lambda: GrpoSettings(group=1, batch=4), "group must be at least 2"),
        (lambda: GrpoSettings(group=4, batch=6), "batch must be a multiple of group=4"),
        (lambda: GrpoSettings(kl=-1.0), "kl must be 0 or more"),
        (lambda: GrpoSettings(answer=4096), "answer must be below length=4096"),
        (lambda: LoraSettings(rank=-1), "rank must be 0"),
        (lambda: LoraSettings(quantized=True), "quantized must be false without adapters"),
        (
            lambda: BaseModelSettings(
                dtype=Dtype.float32, lora=LoraSettings(rank=8, quantized=True)
            ),
            "dtype must not be float32",
        ),
    ],
)
def test_what_cannot_work_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match="^" + message):
        make()
