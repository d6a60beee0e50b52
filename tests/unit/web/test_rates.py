"""The allowance of a session."""

from datetime import timedelta

from web.rates import Allowance


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_take_within_the_burst_is_free_and_beyond_it_waits() -> None:
    seconds = Seconds()
    allowance = Allowance(2, timedelta(seconds=10), seconds)
    assert [allowance.take("a") for _ in range(3)] == [timedelta(0), timedelta(0), timedelta(seconds=5)]


def test_take_after_the_wait_it_named_is_free_once() -> None:
    seconds = Seconds()
    allowance = Allowance(2, timedelta(seconds=10), seconds)
    waits = [allowance.take("a") for _ in range(3)]
    seconds.now += waits[-1].total_seconds()
    assert [allowance.take("a"), allowance.take("a")] == [timedelta(0), timedelta(seconds=5)]


def test_take_refused_costs_nothing() -> None:
    seconds = Seconds()
    allowance = Allowance(1, timedelta(seconds=10), seconds)
    allowance.take("a")
    assert {allowance.take("a") for _ in range(100)} == {timedelta(seconds=10)}


def test_take_of_one_session_leaves_the_others_alone() -> None:
    allowance = Allowance(1, timedelta(seconds=10), Seconds())
    assert [allowance.take("a"), allowance.take("b")] == [timedelta(0), timedelta(0)]


def test_burst_never_grows_beyond_its_size() -> None:
    seconds = Seconds()
    allowance = Allowance(2, timedelta(seconds=10), seconds)
    allowance.take("a")
    seconds.now += 3600
    assert [allowance.take("a") for _ in range(3)] == [timedelta(0), timedelta(0), timedelta(seconds=5)]


def test_sessions_kept_are_limited_and_the_idle_one_is_forgotten() -> None:
    allowance = Allowance(1, timedelta(hours=1), Seconds())
    allowance.take("idle")
    for number in range(20_000):
        allowance.take(f"other {number}")
    assert allowance.take("idle") == timedelta(0)
