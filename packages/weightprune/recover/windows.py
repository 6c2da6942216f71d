"""Calibration windows -> those to learn from: the windows of the Hessians that do not decide."""

from __future__ import annotations

from torch import Tensor

from weightprune.calibration import Calibration


def windows_to_learn(calibration: Calibration) -> Tensor:
    """The Hessians' windows without the search windows, which they may share (data.hessian).

    Raises ValueError where every one of them decides.
    """
    deciding = {window.numpy().tobytes() for window in calibration.search}
    free = [window.numpy().tobytes() not in deciding for window in calibration.hessian]
    if not any(free):
        raise ValueError(
            "recover needs calibration windows that do not decide, and all of the Hessians' are "
            "search windows too: give more text, or set a smaller data.search"
        )
    return calibration.hessian[free]
