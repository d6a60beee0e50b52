from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules import CatchUp, Cron, Occasion, Once, Rule, Weekly, due, next_fire
from core.zones import zone_names

AT_SEVEN = Weekly((time(7, 30),))
ZONE = "Europe/Berlin"
JUNE = ["2026-06-01T07:30", "2026-06-02T07:30", "2026-06-03T07:30", "2026-06-04T07:30"]
PLANNED = datetime(2026, 6, 1, 5, 30, tzinfo=UTC)
"""Half past seven of the first of June in Berlin."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("waited", "catch_up", "acted", "late"),
    [
        (timedelta(0), CatchUp.LATEST, JUNE[0], []),
        (14 * MINUTE, CatchUp.NONE, JUNE[0], []),
        (16 * MINUTE, CatchUp.NONE, None, JUNE[:1]),
        (119 * MINUTE, CatchUp.LATEST, JUNE[0], []),
        (121 * MINUTE, CatchUp.LATEST, None, JUNE[:1]),
        # Three days of outage: one message or none, never a burst.
        (3 * DAY + HOUR, CatchUp.LATEST, JUNE[3], JUNE[:3]),
        (3 * DAY - HOUR, CatchUp.LATEST, None, JUNE[:3]),
        (2 * DAY + HOUR, CatchUp.NONE, None, JUNE[:3]),
        (-10 * MINUTE, CatchUp.LATEST, None, []),
    ],
)
def test_due_after_an_outage(waited: timedelta, catch_up: CatchUp, acted: str | None, late: list[str]) -> None:
    found = due(AT_SEVEN, ZONE, PLANNED, PLANNED + waited, catch_up=catch_up)
    assert (found.act and str(found.act.occasion)) == acted
    assert [str(firing.occasion) for firing in found.late] == late
    assert found.next_at is not None
    assert found.next_at > PLANNED + waited


def test_due_of_a_whole_year_records_the_last_month() -> None:
    found = due(AT_SEVEN, ZONE, PLANNED, PLANNED + 365 * DAY + 3 * HOUR)
    assert found.act is None
    assert len(found.late) == 31
    assert str(found.late[-1].occasion) == "2027-06-01T07:30"


def test_due_twice_acts_once() -> None:
    first = due(AT_SEVEN, ZONE, PLANNED, PLANNED + MINUTE)
    assert first.act is not None
    second = due(AT_SEVEN, ZONE, PLANNED, PLANNED + 2 * MINUTE, last=first.act.occasion)
    assert (second.act, second.late) == (None, ())
    assert second.next_at == first.next_at == PLANNED + DAY


def test_due_of_one_moment_is_over_once_acted_on() -> None:
    rule = Once(at=PLANNED)
    first = due(rule, ZONE, PLANNED, PLANNED)
    assert first.act is not None
    assert first.next_at is None
    assert due(rule, ZONE, PLANNED, PLANNED, last=first.act.occasion).act is None


@settings(max_examples=100, deadline=None)
@given(
    zone=st.sampled_from(sorted(zone_names())),
    rule=st.sampled_from([AT_SEVEN, Cron("*/20 * * * *"), Cron("0 0,1,2 * * *")]),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - hypothesis puts the zone in
    shifts=st.lists(st.sampled_from([-10, -10, 1, 3, 10, 15, 60]), max_size=40),
)
def test_due_under_a_clock_that_goes_back_and_forth_gives_nothing_twice(
    zone: str, rule: Rule, start: datetime, shifts: list[int]
) -> None:
    now = start.replace(tzinfo=UTC)
    planned, last = next_fire(rule, zone, now), None
    acted: list[Occasion] = []
    for shift in shifts:
        now += shift * MINUTE
        assert planned is not None
        found = due(rule, zone, planned, now, last=last)
        if found.act:
            acted.append(found.act.occasion)
        handled = [firing.occasion for firing in (*found.late, *filter(None, [found.act]))]
        last = max(handled, default=last)
        planned = found.next_at
    assert acted == sorted(set(acted))
