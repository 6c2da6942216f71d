"""Learn keyword weights: by the rank of the right element, or by imitating annotated weights.

The template's score is linear in the weights, so the rank's loss reaches them: with h(k, e) the
worth of keyword k on element e, the loss of a step is -log softmax(s(e) / T) of its right elements,
s(e) = s0(e) + sum of w(k) h(k, e), w(k) = 50 sigmoid(rules' own logit + model(features of k)).
Linear but for the bonus of the heaviest keyword, which h grants to all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from benchmarks.filter_model_words import Candidates
from torch import Tensor, nn

from domprune.interfaces import ScoreElements
from domprune.roles.filter_llm import program_of
from domprune.types import Case

GREATEST = 50.0
TEMPERATURE = 2.0
EPOCHS, BATCH, RATE, PULL = 12, 32, 0.02, 0.002
"""PULL: how strongly the model is held to the rules, at whose weights it starts."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step: candidates, h [k, e], s0 [e], right [e], annotated weights [k]; e: elements.

    Elements that no keyword tells apart are one column with the logarithm of their `count`.
    """

    candidates: Candidates
    worths: Tensor
    base: Tensor
    right: Tensor
    count: Tensor
    annotated: Tensor


class WeightModel(nn.Module):
    """Features -> weights in 0..50; before training exactly the given weights."""

    def __init__(self, features: int, hidden: int) -> None:
        """`hidden` units beside the linear part; 0: none."""
        super().__init__()
        self.linear = nn.Linear(features, 1, bias=False)
        nn.init.zeros_(self.linear.weight)
        self.hidden = nn.Sequential(nn.Linear(features, hidden), nn.ReLU()) if hidden else None
        self.out = nn.Linear(max(hidden, 1), 1, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, given: Tensor, features: Tensor) -> Tensor:
        """[k] weights of [k] given ones and [k, f] features."""
        logits = torch.logit(given / GREATEST, eps=1e-3) + self.linear(features)[:, 0]
        if self.hidden is not None:
            logits = logits + self.out(self.hidden(features))[:, 0]
        return GREATEST * torch.sigmoid(logits)


def lesson(
    case: Case, found: Candidates, annotated: Sequence[float], score: ScoreElements
) -> Lesson:
    """Measure what each candidate is worth on each element of the case's page."""
    elements = case.snapshot.elements
    empty = program_of(case.subtask, {})
    base = np.array(score(elements, empty))
    alone = [replace(empty, keyword_weights={keyword: 1}) for keyword in found.keywords]
    worths = np.array([np.array(score(elements, one)) - base for one in alone])
    right = np.array([element.id in case.gold.same_control for element in elements])
    columns = np.vstack([worths.reshape(len(alone), len(elements)), base, right])
    distinct, counts = np.unique(columns, axis=1, return_counts=True)
    tensor = torch.tensor(distinct, dtype=torch.float32)
    return Lesson(
        found, tensor[:-2], tensor[-2], tensor[-1] > 0,
        torch.tensor(np.log(counts), dtype=torch.float32),
        torch.tensor(annotated, dtype=torch.float32),
    )  # fmt: skip


def learn(lessons: Sequence[Lesson], *, hidden: int, imitate: bool, seed: int) -> WeightModel:
    """Train a model on the lessons; equal arguments give equal models."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = WeightModel(lessons[0].candidates.features.shape[1], hidden)
    start = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, EPOCHS)
    order = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        places = order.permutation(len(lessons))
        for at in range(0, len(places), BATCH):
            batch = [lessons[place] for place in places[at : at + BATCH]]
            moved = zip(model.parameters(), start, strict=True)
            pulled = sum((((now - then) ** 2).sum() for now, then in moved), torch.zeros(()))
            loss = _loss(model, batch, imitate=imitate) + PULL * pulled
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return model.eval()


def weigh(model: WeightModel, found: Candidates) -> dict[str, int]:
    """The model's integer weights of the candidates; those below 1 are left out."""
    if not found.keywords:
        return {}
    with torch.no_grad():
        weights = model(torch.tensor(found.given), torch.tensor(found.features)).round().int()
    pairs = zip(found.keywords, weights.tolist(), strict=True)
    return {keyword: weight for keyword, weight in pairs if weight >= 1}


def _loss(model: WeightModel, batch: Sequence[Lesson], *, imitate: bool) -> Tensor:
    given = torch.cat([torch.tensor(one.candidates.given) for one in batch])
    features = torch.cat([torch.tensor(one.candidates.features) for one in batch])
    sizes = [len(one.candidates.keywords) for one in batch]
    weights = model(given, features).split(sizes)
    losses = [
        _imitation(own, one) if imitate else _rank(own, one)
        for own, one in zip(weights, batch, strict=True)
    ]
    return torch.stack(losses).mean()


def _rank(weights: Tensor, one: Lesson) -> Tensor:
    scores = (one.base + weights @ one.worths) / TEMPERATURE + one.count
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[one.right], 0)


def _imitation(weights: Tensor, one: Lesson) -> Tensor:
    return ((weights - one.annotated) / GREATEST).square().mean()
