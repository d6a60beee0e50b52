"""Clocks that can be put forward."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sunup.clock import TravellingClock, VirtualClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_virtual_clock_stands_until_it_is_set_and_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    assert (clock.now(), clock.now()) == (NOON, NOON)
    clock.forward(NOON + MINUTE)
    clock.forward(NOON)
    assert clock.now() == NOON + MINUTE


def test_travelling_clock_begins_with_the_time_of_the_machine(tmp_path: Path) -> None:
    clock = TravellingClock(tmp_path / "clock")
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.ahead == timedelta()


def test_travelling_clock_goes_on_from_where_it_was_put(tmp_path: Path) -> None:
    clock = TravellingClock(tmp_path / "clock")
    moment = datetime.now(UTC) + timedelta(days=3)
    clock.forward(moment)
    first = clock.now()
    assert moment <= first < moment + MINUTE
    assert first <= clock.now()


def test_travelling_clock_is_never_put_back(tmp_path: Path) -> None:
    clock = TravellingClock(tmp_path / "clock")
    clock.forward(datetime.now(UTC) - timedelta(days=1))
    assert clock.ahead == timedelta()


def test_travelling_clocks_over_one_file_agree_also_when_opened_later(tmp_path: Path) -> None:
    one, other = TravellingClock(tmp_path / "clock"), TravellingClock(tmp_path / "clock")
    one.forward(datetime.now(UTC) + timedelta(days=2))
    assert other.ahead == one.ahead > timedelta(days=1)
    assert TravellingClock(tmp_path / "clock").ahead == one.ahead
