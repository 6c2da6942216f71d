"""What people call dates, times and colours becomes what fields take."""

import pytest

from domprune.act.field_value import field_value


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("2026-11-30", "date", "2026-11-30"),
        ("03/04/2026", "date", "2026-03-04"),
        ("30/11/2026", "date", "2026-11-30"),
        ("30 November 2026", "date", "2026-11-30"),
        ("Nov 30, 2026", "date", "2026-11-30"),
        ("November 30th, 2026", "date", "2026-11-30"),
        ("3:30 PM", "time", "15:30"),
        ("9 am", "time", "09:00"),
        ("November 2026", "month", "2026-11"),
        ("11/30/2026 3:30 PM", "datetime-local", "2026-11-30T15:30"),
        ("Red", "color", "#ff0000"),
        ("#ABCDEF", "color", "#abcdef"),
        ("about 7 days", "range", "7"),
        ("next Tuesday", "date", "next Tuesday"),
    ],
)
def test_values_are_written_as_fields_take_them(said: str, kind: str, value: str) -> None:
    assert field_value(said, kind) == value
