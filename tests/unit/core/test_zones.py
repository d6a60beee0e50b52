from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.zones import check_zone, date_exists, local_moment, to_local, zone_info, zone_names

PEOPLED = sorted(name for name in zone_names() if not name.startswith(("Etc/", "SystemV/")))


@pytest.mark.parametrize(
    ("zone", "day", "hour", "minute", "moment"),
    [
        ("Asia/Kolkata", date(2026, 3, 2), 7, 30, datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        ("", date(2026, 3, 2), 7, 30, datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), 2, 30, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), 3, 0, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), 2, 30, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/New_York", date(2026, 3, 8), 2, 30, datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), 1, 30, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        # Lord Howe moves its clocks by half an hour.
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, 15, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        # Samoa left out 30 December 2011: the first moment after it is the 31st.
        ("Pacific/Apia", date(2011, 12, 30), 12, 0, datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
        # Beirut's clocks jump at midnight.
        ("Asia/Beirut", date(2026, 3, 29), 0, 30, datetime(2026, 3, 28, 22, 0, tzinfo=UTC)),
    ],
)
def test_local_moment(zone: str, day: date, hour: int, minute: int, moment: datetime) -> None:
    assert local_moment(day, hour, minute, zone) == moment


@given(
    zone=st.sampled_from(PEOPLED),
    day=st.dates(date(1975, 1, 1), date(2035, 12, 31)),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_local_moment_is_the_first_at_which_the_clock_shows_it_or_the_first_after_a_gap(
    zone: str, day: date, hour: int, minute: int
) -> None:
    moment = local_moment(day, hour, minute, zone)
    wanted = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - what a clock shows has no zone
    shown = to_local(moment, zone).replace(tzinfo=None)
    before = to_local(moment - timedelta(seconds=1), zone).replace(tzinfo=None)
    assert shown >= wanted
    if shown == wanted:
        assert to_local(moment, zone).fold == 0
    else:
        assert before < wanted, "a gap gives its end"


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "Nowhere/At_all", "\x00", "x" * 5000, "Europe", "."])
def test_zone_info_of_a_name_that_is_none_is_utc(name: str) -> None:
    assert zone_info(name) == ZoneInfo("UTC")


def test_zone_names_are_places() -> None:
    assert {"Asia/Kolkata", "Europe/Berlin", "America/New_York"} <= zone_names()
    assert not any(name.startswith(("posix/", "right/")) or "/" not in name for name in zone_names())


@pytest.mark.parametrize(
    "name", ["", "../etc/passwd", "/etc/passwd", "Nowhere/At_all", "europe/paris", "UTC+2", "\x00", "x" * 5000]
)
def test_check_zone_refuses_a_name_that_is_none_with_the_cure(name: str) -> None:
    with pytest.raises(ValueError, match=r"^.{1,200}$") as refusal:
        check_zone(name)
    assert "write an IANA name such as Europe/Paris" in str(refusal.value)


def test_check_zone_returns_a_name_that_is_one() -> None:
    assert check_zone("Asia/Kolkata") == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("zone", "day", "exists"),
    [
        ("Pacific/Apia", date(2011, 12, 29), True),
        ("Pacific/Apia", date(2011, 12, 30), False),
        ("Pacific/Apia", date(2011, 12, 31), True),
        ("Pacific/Fakaofo", date(2011, 12, 30), False),
        ("Asia/Beirut", date(2026, 3, 29), True),
        ("Europe/Berlin", date(2026, 3, 29), True),
    ],
)
def test_date_exists_unless_the_clocks_jump_over_all_of_it(zone: str, day: date, exists: bool) -> None:
    assert date_exists(day, ZoneInfo(zone)) is exists
