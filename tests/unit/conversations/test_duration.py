from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "duration"),
    [
        ("45m", timedelta(minutes=45)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("2H 30M", timedelta(hours=2, minutes=30)),
        ("1d", timedelta(days=1)),
        ("1w2d", timedelta(days=9)),
        ("90s", timedelta(seconds=90)),
        ("400d", timedelta(days=400)),
    ],
)
def test_parse_duration(written: str, duration: timedelta) -> None:
    assert parse_duration(written) == duration


@pytest.mark.parametrize("written", ["", "0m", "401d", "m", "5", "1.5h", "-1h", "30m2h", "1y", "9" * 41 + "m", "٥m "])
def test_parse_duration_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(written)


@given(seconds=st.integers(1, 400 * 86_400))
def test_format_duration_is_the_inverse(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration
