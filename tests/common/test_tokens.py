from __future__ import annotations

import pytest

from common.tokens import estimated_tokens


@pytest.mark.parametrize(
    ("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2), (4_000_000, 1_000_000)]
)
def test_four_characters_are_a_token_and_a_rest_is_one_more(characters: int, tokens: int) -> None:
    assert estimated_tokens(characters) == tokens
