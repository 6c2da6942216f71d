"""The agent behind a real endpoint: good answers, nonsense and garbage, through the whole job."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from common.llm.settings import Backend, LLMSettings
from common.run import Run
from weightprune.data.settings import DataSettings
from weightprune.experiment import AgentGuidedPruning
from weightprune.experiment.methods import PolicyName
from weightprune.loop.settings import LoopSettings
from weightprune.model.settings import ModelSettings
from weightprune.profile.settings import ProfileSettings

LAYERS = [
    f"model.layers.0.{part}_proj"
    for part in ("self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o", "mlp.gate", "mlp.up")
]


def answer(*names: str, step: float = 0.1, stop: bool = False) -> str:
    choices = [{"layer_name": name, "additional_sparsity": step} for name in names]
    return json.dumps({"reasoning": "so", "stop_pruning": stop, "layer_decisions": choices})


class Endpoint(ThreadingHTTPServer):
    """Answers with what it is told to, the last answer for ever; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[str] = []
        self.asked: list[Any] = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Endpoint)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append(body)
        text = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
                 "choices": [choice]}  # fmt: skip
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=32,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    rows = np.random.default_rng(0).integers(0, 32, (24, 9))
    np.save(folder / "tokens.npy", rows.astype(np.uint16))
    return folder


def pruned(model: Path, folder: Path, endpoint: Endpoint, **loop: int) -> tuple[Any, Run]:
    tokens = str(model / "tokens.npy")
    run = Run(folder)
    metrics = AgentGuidedPruning(
        target=0.3,
        policy=PolicyName.llm,
        baselines=[],
        export=False,
        model=ModelSettings(path=str(model), device="cpu"),
        data=DataSettings(
            calibration=tokens,
            calibration_rows="0:16",
            test=tokens,
            test_rows="16:24",
            pool=16,
            activation=4,
            gradient=2,
            search=4,
        ),
        profile=ProfileSettings(goals=False),
        loop=LoopSettings(**loop),  # type: ignore[arg-type]
        llm=LLMSettings(
            backend=Backend.openai,
            model="m",
            base_url=f"http://127.0.0.1:{endpoint.server_port}/v1",
            cache=str(folder / "llm.sqlite"),
        ),
    ).run(run)
    return metrics, run


def test_an_agent_prunes_and_its_words_are_in_the_report(
    model: Path, tmp_path: Path, endpoint: Endpoint
) -> None:
    endpoint.answers = [answer(*LAYERS, step=0.15), answer("lm_head"), answer(*LAYERS, step=0.12)]
    metrics, run = pruned(model, tmp_path, endpoint)
    assert metrics["ours"]["sparsity"] == pytest.approx(0.3, abs=0.005)
    assert metrics["loop"]["ending"] == "target"
    assert run.counts()["agent/mended"] == 1
    asked = [body["messages"][1]["content"] for body in endpoint.asked]
    assert "This is the first round" in asked[0]
    assert "Your reasoning: so" in asked[1]
    assert all(body["temperature"] == 0.5 for body in endpoint.asked)
    assert "What the policy thought" in (tmp_path / "report.html").read_text()
    before = len(endpoint.asked)
    again, _ = pruned(model, tmp_path, endpoint)
    assert again["ours"]["perplexity"] == metrics["ours"]["perplexity"]
    assert len(endpoint.asked) == before


def test_an_agent_that_answers_garbage_ten_times_ends_with_what_was_reached(
    model: Path, tmp_path: Path, endpoint: Endpoint
) -> None:
    endpoint.answers = [answer(*LAYERS), "no JSON, whatever you ask"]
    metrics, run = pruned(model, tmp_path, endpoint, patience=10)
    assert metrics["loop"]["ending"] == "patience"
    assert metrics["loop"]["rounds"] == 11
    assert run.counts()["agent/unusable"] == 10
    assert run.counts()["rounds/without_choices"] == 10
    assert 0.05 < metrics["ours"]["sparsity"] < 0.1


def test_an_agent_that_names_no_real_layer_ends_with_the_dense_model(
    model: Path, tmp_path: Path, endpoint: Endpoint
) -> None:
    endpoint.answers = [answer("layer 7", "the attention")]
    metrics, run = pruned(model, tmp_path, endpoint, patience=3)
    assert metrics["ours"]["sparsity"] == 0.0
    assert run.counts()["choices/dropped"] == 6
    assert "there is no such layer" in (tmp_path / "report.html").read_text()


def test_an_agent_that_stops_at_once_is_obeyed(
    model: Path, tmp_path: Path, endpoint: Endpoint
) -> None:
    endpoint.answers = [answer(*LAYERS, stop=True)]
    metrics, _ = pruned(model, tmp_path, endpoint)
    assert metrics["loop"]["ending"] == "agent"
    assert metrics["ours"]["sparsity"] == 0.0
