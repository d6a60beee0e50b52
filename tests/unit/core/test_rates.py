"""Token buckets and breakers on a virtual clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.rates import Breaker, TokenBucket

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NONE = timedelta()


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_bucket_allows_its_burst_then_its_rate() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=NOW)
    for _ in range(3):
        assert bucket.wait(NOW) == NONE
        bucket.take(NOW)
    assert bucket.wait(NOW) == seconds(0.5)
    assert bucket.wait(NOW + seconds(0.5)) == NONE


def test_bucket_remembers_the_further_parts_of_a_long_message() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=NOW)
    bucket.take(NOW, 4)
    assert bucket.wait(NOW) == seconds(4)


def test_bucket_slower_than_one_a_second_still_gives() -> None:
    bucket = TokenBucket(rate=0.5, burst=0.5, now=NOW)
    assert bucket.wait(NOW) == NONE
    bucket.take(NOW)
    assert bucket.wait(NOW) == seconds(2)


def test_bucket_is_as_good_as_new_once_all_has_grown_back() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=NOW)
    assert bucket.is_full(NOW)
    bucket.take(NOW)
    assert not bucket.is_full(NOW + seconds(0.4))
    assert bucket.is_full(NOW + seconds(0.5))


def test_bucket_halted_gives_nothing_before_the_moment_asked_for() -> None:
    bucket = TokenBucket(rate=100, burst=100, now=NOW)
    bucket.halt(NOW + seconds(9))
    bucket.halt(NOW + seconds(5))
    assert bucket.wait(NOW) == seconds(9)
    assert not bucket.is_full(NOW)
    assert bucket.is_full(NOW + seconds(9))


def test_bucket_survives_a_clock_that_is_set_back() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=NOW)
    bucket.take(NOW)
    assert bucket.wait(NOW - seconds(100)) == seconds(1)
    assert bucket.wait(NOW - seconds(99)) == NONE


@given(steps=st.lists(st.floats(0, 3), min_size=1, max_size=60), rate=st.floats(0.1, 50), burst=st.integers(1, 20))
def test_bucket_never_gives_more_than_burst_and_rate(steps: list[float], rate: float, burst: int) -> None:
    bucket, now, taken = TokenBucket(rate, burst, NOW), NOW, 0
    for step in steps:
        now += seconds(step)
        while bucket.wait(now) == NONE:
            bucket.take(now)
            taken += 1
    assert taken <= burst + rate * (now - NOW).total_seconds() + 1e-3


def test_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(failures=3, first=seconds(5))
    assert not breaker.fail(NOW)
    assert not breaker.fail(NOW)
    breaker.succeed()
    assert not breaker.fail(NOW)
    assert not breaker.fail(NOW)
    assert breaker.fail(NOW)
    assert not breaker.allows(NOW + seconds(4.9))
    assert breaker.wait(NOW) == seconds(5)


def test_breaker_half_open_lets_one_probe_through() -> None:
    breaker = Breaker(failures=1, first=seconds(5), longest=seconds(12))
    breaker.fail(NOW)
    later = NOW + seconds(5)
    assert breaker.allows(later)
    assert breaker.wait(later + seconds(1)) == NONE
    breaker.begin()
    assert not breaker.allows(later)
    assert breaker.fail(later)
    assert breaker.wait(later) == seconds(10)
    breaker.begin()
    breaker.fail(later + seconds(10))
    assert breaker.wait(later + seconds(10)) == seconds(12)


def test_breaker_closes_when_the_probe_succeeds() -> None:
    breaker = Breaker(failures=1, first=seconds(5))
    breaker.fail(NOW)
    breaker.begin()
    breaker.succeed()
    assert breaker.allows(NOW)


def test_breaker_probe_that_is_not_made_leaves_its_place_to_another() -> None:
    breaker = Breaker(failures=1, first=seconds(5))
    breaker.fail(NOW)
    later = NOW + seconds(5)
    breaker.begin()
    breaker.withdraw()
    assert breaker.allows(later)


def test_breaker_stays_as_it_is_when_an_older_call_fails() -> None:
    breaker = Breaker(failures=2, first=seconds(5))
    for _ in range(3):
        breaker.begin()
    breaker.fail(NOW)
    breaker.fail(NOW)
    assert not breaker.fail(NOW + seconds(4))
    assert breaker.allows(NOW + seconds(5))
