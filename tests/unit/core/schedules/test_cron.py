from datetime import UTC, date, datetime, time

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # it has none; it comes with rq
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules import Cron, next_fire
from core.schedules.cron import read_cron


def _field(least: int, most: int) -> st.SearchStrategy[str]:
    number = st.integers(least, most)
    # croniter takes "0-0" for everything, so both ends differ.
    span = st.lists(number, min_size=2, max_size=2, unique=True).map(lambda pair: f"{min(pair)}-{max(pair)}")
    steps = st.sampled_from(["*/2", "*/5", f"{least}-{most}/3", f"{least}/4"])
    part = number.map(str) | span | steps
    return st.just("*") | st.lists(part, min_size=1, max_size=3).map(",".join)


expressions = st.tuples(_field(0, 59), _field(0, 23), _field(1, 28), _field(1, 12), _field(0, 7)).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(
    expression=expressions,
    after=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - hypothesis puts the zone in
)
def test_next_fire_of_cron_in_utc_is_what_croniter_finds(expression: str, after: datetime) -> None:
    moment = after.replace(microsecond=0, tzinfo=UTC)
    wanted = croniter(expression, moment, implement_cron_bug=True)  # as crontab(5) has it for "*/2"
    for _ in range(3):
        found = next_fire(Cron(expression), "UTC", moment)
        assert found is not None
        assert found == wanted.get_next(datetime)
        moment = found


@pytest.mark.parametrize(
    ("expression", "weekdays"),
    [
        ("0 9 * * mon-fri", {1, 2, 3, 4, 5}),
        ("0 9 * * MON,wed", {1, 3}),
        ("0 9 * * 0", {7}),
        ("0 9 * * 7", {7}),
        ("0 9 * * 5-7", {5, 6, 7}),
        ("0 9 * * fri-sun", {5, 6, 7}),
        ("0 9 * * sun-tue", {7, 1, 2}),
    ],
)
def test_read_cron_weekdays(expression: str, weekdays: set[int]) -> None:
    assert read_cron(expression).weekdays == weekdays


def test_read_cron_months_and_times() -> None:
    fields = read_cron("15,45  7-8 1 jan-mar *")
    assert fields.months == {1, 2, 3}
    assert fields.times == (time(7, 15), time(7, 45), time(8, 15), time(8, 45))


def test_cron_of_a_day_and_a_weekday_takes_either() -> None:
    fields = read_cron("0 0 31 2 mon")
    assert fields.covers(date(2026, 2, 2))
    assert not fields.covers(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("expression", "cure"),
    [
        ("", "write five fields"),
        ("30 7 * *", "write five fields"),
        ("0 30 7 * * 1-5", "write five fields"),
        ("@daily", "write five fields"),
        ("* " * 5 + " " * 300, "write five fields"),
        ("60 7 * * *", "'60' is no minute; it goes from 0 to 59"),
        ("0 25 * * *", "'25' is no hour; it goes from 0 to 23"),
        ("0 7 0 * *", "'0' is no day of the month; it goes from 1 to 31"),
        ("0 7 * 13 *", "'13' is no month"),
        ("0 7 * * 8", "'8' is no day of the week"),
        ("0 7 * * mo", "'mo' is no day of the week"),
        ("0 7 * * mon-", "'mon-' is no day of the week of a cron expression; write *, 5"),
        ("0 17-9 * * *", "write the smaller number first"),
        ("*/0 7 * * *", "a step of at least 1"),
        ("-5 7 * * *", "is no minute of a cron"),
        ("٣ 7 * * *", "is no minute of a cron"),
        ("0 0 31 2 *", "never comes"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6,9,11 *", "never comes"),
        ("0 0 31 feb *", "never comes"),
    ],
)
def test_cron_that_is_none_or_never_comes_is_refused(expression: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure.replace("*", r"\*")):
        Cron(expression)


@given(expression=st.text(alphabet="0123456789*/-, monfri?L#", max_size=30) | st.text(max_size=30))
def test_cron_of_any_words_fires_or_is_refused(expression: str) -> None:
    try:
        rule = Cron(expression)
    except ValueError:
        return
    assert next_fire(rule, "Europe/Berlin", datetime(2026, 3, 1, tzinfo=UTC)) is not None
