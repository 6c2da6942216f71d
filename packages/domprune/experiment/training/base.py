"""The model that a training starts from: the one that is named, else a tiny random one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from common.run import Run
from common.training.settings import BaseModelSettings
from common.training.types import Prompt, TrainingRow
from domprune.experiment.training.settings import TinySettings

TINY = "tiny"


def base_model(
    model: BaseModelSettings, tiny: TinySettings, rows: Iterable[TrainingRow | Prompt], run: Run
) -> BaseModelSettings:
    """The settings with a path; a tiny model, whose words are those of `rows`, is made once a run.

    It has the layers and the template of Qwen2.5, which writes thoughts as they are; each role's
    instructions, always the same, are one token of its vocabulary.
    """
    if model.path:
        return model
    from common.training.tiny import Architecture, make_tiny

    folder = run.path(TINY)
    if not (folder / "config.json").is_file():
        messages = [message for row in rows for message in row.messages]
        system = dict.fromkeys(it.content for it in messages if it.role == "system")
        make_tiny(
            folder,
            (message.content for message in messages),
            phrases=list(system),
            architecture=Architecture.qwen2,
            width=tiny.width,
            layers=tiny.layers,
            heads=tiny.heads,
            vocabulary=tiny.vocabulary,
            context=tiny.context,
            seed=run.seed,
        )
        run.say("no model.path: a tiny random model is trained, which learns forms but no language")
    return replace(model, path=str(folder))
