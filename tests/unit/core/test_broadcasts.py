from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broadcasts import WORTH, WORTH_AT_A_TIME, Act, BroadcastStatus, due_at, expires_at, local_at
from core.zones import to_local, zone_names

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONES = sorted(zone_names())


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("", "Asia/Kolkata", NOON),
        ("12:00", "", NOON),
        ("11:59", "", NOON + timedelta(hours=23, minutes=59)),
        ("18:00", "Asia/Kolkata", NOON + timedelta(minutes=30)),
        ("18:00", "America/New_York", NOON + timedelta(hours=11)),
        ("2026-11-21T18:00", "Asia/Kolkata", NOON + timedelta(minutes=30)),
        ("2026-11-21T17:00", "Asia/Kolkata", None),
        ("2026-12-24T18:00", "Pacific/Kiritimati", datetime(2026, 12, 24, 4, tzinfo=UTC)),
    ],
)
def test_due_at_is_their_own_next_time_or_none_for_a_day_that_is_over(
    at: str, zone: str, expected: datetime | None
) -> None:
    assert due_at(at, zone, NOON) == expected


@given(st.integers(0, 15 * 366 * 86_400), st.times(), st.sampled_from(ZONES))
def test_due_at_is_never_in_the_past_nor_more_than_a_day_and_a_change_of_clocks_ahead(
    seconds: int, clock: time, zone: str
) -> None:
    confirmed_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    due = due_at(local_at(clock), zone, confirmed_at)
    assert due is not None
    assert confirmed_at <= due <= confirmed_at + timedelta(hours=49)
    assert to_local(due, zone).date() - to_local(confirmed_at, zone).date() <= timedelta(days=2)


def test_local_at_keeps_the_day_where_there_is_one() -> None:
    assert (local_at(time(7, 5)), local_at(time(18), date(2026, 12, 24))) == ("07:05", "2026-12-24T18:00")


def test_copy_expires_after_its_hour_or_after_it_was_written() -> None:
    late = NOON + timedelta(hours=5)
    assert expires_at("12:00", NOON, late) == NOON + WORTH_AT_A_TIME
    assert expires_at("", NOON, late) == late + WORTH


def test_acts_lead_from_where_they_make_sense() -> None:
    found = {(act, status) for act in Act for status in BroadcastStatus if status in act.begins_at}
    assert found == {
        (Act.SEND, BroadcastStatus.DRAFT),
        (Act.PAUSE, BroadcastStatus.RUNNING),
        (Act.RESUME, BroadcastStatus.PAUSED),
        (Act.CANCEL, BroadcastStatus.DRAFT),
        (Act.CANCEL, BroadcastStatus.RUNNING),
        (Act.CANCEL, BroadcastStatus.PAUSED),
    }
    assert not any(status.open for act in (Act.CANCEL,) for status in (act.leads_to,))
