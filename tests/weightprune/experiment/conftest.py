"""A small model on disk that whole runs of the experiment prune."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY, LENGTH = 64, 16


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two blocks with random weights, on disk, with the tokens of a repeating language."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=32,
        tie_word_embeddings=True,
    )  # fmt: skip
    made = LlamaForCausalLM(config)
    rows = np.random.default_rng(0).integers(0, VOCABULARY, (40, LENGTH + 1))
    np.save(folder / "tokens.npy", rows.astype(np.uint16))
    made.save_pretrained(folder)
    return folder
