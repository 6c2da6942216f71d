"""Whether a step's words name the element itself or what it stands beside."""

import pytest

from domprune.roles.anchors import Anchor, anchor_of, without_row


def words(said: str) -> tuple[str, ...] | None:
    anchor = anchor_of(said)
    return anchor.words if isinstance(anchor, Anchor) else None


@pytest.mark.parametrize(
    ("said", "anchor"),
    [
        ("Click the bookmark of 'Seals at the quay'", ("Seals at the quay",)),
        ("Click Acknowledge in the row 'Disk 78 % full'", ("Disk 78 % full",)),
        ("Click the star next to “Ann”", ("Ann",)),
        ("Click Choose in the row of LWG 301", ("lwg", "301")),
        ("Click the bin in the row of the letter from Lumen.", ("lumen",)),
        ("Click the restart icon in the row mail-relay", ("mail", "relay")),
        ("Click 'Go' of 'Ann'", None),
        ('Click the "+" of "tart"', None),
        ("Tick 'Stay in the row of the dancers'", None),
        ("Click the 'Save' button", None),
        ("Tick Ann's box", None),
    ],
)
def test_anchors(said: str, anchor: tuple[str, ...] | None) -> None:
    assert words(said) == anchor


def test_a_row_may_be_taken_out() -> None:
    assert without_row("Click Book in the cell of Wed 25") == "Click Book "
