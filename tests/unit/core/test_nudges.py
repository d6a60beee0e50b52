"""Quiet hours: which moments lie in them, by the person's own clock, and when they end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.nudges import QuietHours, most_a_day, quiet_hours, quiet_hours_of
from core.people import Person
from core.zones import zone_names

NIGHT = QuietHours(22 * 60, 7 * 60, "Europe/Paris")
NOON = QuietHours(12 * 60, 13 * 60, "Europe/Paris")


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "holds"),
    [
        (NIGHT, "2026-03-02T20:59", False),
        (NIGHT, "2026-03-02T21:00", True),
        (NIGHT, "2026-03-03T05:59", True),
        (NIGHT, "2026-03-03T06:00", False),
        (NOON, "2026-03-02T10:59", False),
        (NOON, "2026-03-02T11:30", True),
        (NOON, "2026-03-02T12:00", False),
    ],
)
def test_quiet_hours_hold_by_the_local_clock(hours: QuietHours, moment: str, *, holds: bool) -> None:
    assert hours.hold(utc(moment)) is holds


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-02T22:10", "2026-03-03T06:00"),
        ("2026-03-03T03:00", "2026-03-03T06:00"),
        ("2026-03-28T23:00", "2026-03-29T05:00"),  # the clocks go forward in that night
        ("2026-10-24T23:00", "2026-10-25T06:00"),  # and back in that one
    ],
)
def test_end_of_quiet_hours_is_the_morning(moment: str, end: str) -> None:
    assert NIGHT.end_after(utc(moment)) == utc(end)


@given(
    start=st.integers(0, 1439),
    length=st.integers(1, 1439),
    zone=st.sampled_from(sorted(zone_names())),
    moment=st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2040-01-01")),
)
def test_end_of_quiet_hours_is_the_first_moment_outside(start: int, length: int, zone: str, moment: datetime) -> None:
    hours = QuietHours(start, (start + length) % 1440, zone)
    begun = moment.replace(tzinfo=UTC, second=0, microsecond=0)
    end = hours.end_after(begun)
    assert begun < end <= begun + timedelta(hours=50)
    assert not hours.hold(end)
    # A whole day that a zone skips and a clock that is set back leave at most such a stretch that is not quiet.
    if hours.hold(begun):
        free = sum(
            not hours.hold(begun + timedelta(minutes=count)) for count in range((end - begun) // timedelta(minutes=1))
        )
        assert free <= 120


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        (None, 420, "Europe/Paris"),
        (1320, None, "Europe/Paris"),
        (600, 600, "Europe/Paris"),
        (1320, 420, ""),
        (-1, 420, "Europe/Paris"),
        (1320, 1440, "Europe/Paris"),
    ],
)
def test_quiet_hours_that_mean_nothing_are_none(start: int | None, end: int | None, zone: str) -> None:
    assert quiet_hours(start, end, zone) is None


@pytest.mark.parametrize("words", ["off", "", "25:00", "soon", "22:00:00+01:00x"])
def test_words_that_are_no_time_give_no_quiet_hours(words: str) -> None:
    profile = {"quiet_from": words, "quiet_until": "07:00"}
    assert quiet_hours_of(Person(zone="Europe/Paris", profile=profile)) is None


def test_quiet_hours_of_a_person_are_what_they_said() -> None:
    profile = {"quiet_from": "22:00", "quiet_until": "07:00"}
    assert quiet_hours_of(Person(zone="Europe/Paris", profile=profile)) == NIGHT


@pytest.mark.parametrize(("words", "most"), [("3", 3), ("0", 0), ("any", None), ("", None), ("-1", None), ("²", None)])
def test_most_a_day_is_a_number_or_none(words: str, most: int | None) -> None:
    assert most_a_day(Person(profile={"nudges_a_day": words})) == most
