"""Settings -> a local model with its tokenizer or processor; the door of transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    AutoProcessor,
    AutoTokenizer,
)
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING

from common.llm.errors import Misconfigured
from common.llm.local_model.local import LocalModel, free_device
from common.llm.settings import LLMSettings

# The project's own rule for hub files: weights that cannot hold code, and no code from the hub.
SAFE = {"trust_remote_code": False}


def load_local_model(settings: LLMSettings) -> LocalModel:
    """The model at `settings.model`, a folder or a hub name, on `settings.device`.

    Raises `Misconfigured` where it is missing, has no safetensors or needs code of its own.
    """
    try:
        config = AutoConfig.from_pretrained(settings.model, **SAFE)
        vision = hasattr(config, "vision_config")
        kind = AutoModelForImageTextToText if vision else AutoModelForCausalLM
        model: Any = kind.from_pretrained(
            settings.model, dtype="auto", use_safetensors=True, **SAFE
        )
        model = model.to(free_device() if settings.device == "auto" else settings.device)
        tokenizer = AutoTokenizer.from_pretrained(settings.model, **SAFE)
        return LocalModel(
            model,
            load_processor(settings.model, config) if vision else tokenizer,
            name=settings.model,
            identity=_fingerprint(settings.model),
            timeout=settings.timeout,
        )
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise Misconfigured(
            f"llm.model={settings.model} cannot be loaded on {settings.device}: {error}"
        ) from error


def load_processor(model: str, config: Any, revision: str = "main") -> Any:
    """The model's processor; without torchvision or a video part, one for images."""
    try:
        return AutoProcessor.from_pretrained(model, revision=revision, **SAFE)
    except (ImportError, OSError):
        kind: Any = PROCESSOR_MAPPING[type(config)]

    class ImageProcessor(kind):
        def __init__(
            self, image_processor: Any, tokenizer: Any, chat_template: str | None = None, **_: Any
        ) -> None:
            super().__init__(image_processor, tokenizer, chat_template=chat_template)

    # A folder that is saved with it names a class that transformers knows.
    ImageProcessor.__name__ = kind.__name__
    return ImageProcessor.from_pretrained(model, revision=revision, **SAFE)


def _fingerprint(model: str) -> str:
    """The name; for a folder, what changes when it is written anew."""
    if not Path(model).is_dir():
        return f"local {model}"
    stats = [(file.name, file.stat()) for file in sorted(Path(model).iterdir())]
    return f"local {model} {[(name, it.st_size, it.st_mtime_ns) for name, it in stats]}"
