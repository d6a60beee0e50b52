from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules import (
    EVERY_DAY,
    Cron,
    EveryDays,
    FromDate,
    Monthly,
    Occasion,
    Once,
    Rule,
    Weekly,
    next_fire,
    occasion,
    replan,
)
from core.zones import to_local, zone_names
from tests.unit.core.schedules.watched import DAY, FIRST, HOUR, LAST, MINUTE, ODD_ZONES, Watched, changes

ZONES = sorted(zone_names())
AT_SEVEN = Weekly((time(7, 30),))
ALL_DAY = tuple(time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15))
"""A quarter of an hour is finer than any change of the clocks."""

zones = st.sampled_from(ZONES)
times_of_day = st.lists(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4, unique=True
).map(tuple)
weekly_rules = st.builds(Weekly, times_of_day, st.frozensets(st.integers(1, 7), min_size=1))
rules = st.one_of(
    weekly_rules,
    st.builds(EveryDays, times_of_day, st.integers(1, 40), st.dates(FIRST, LAST)),
    st.builds(Monthly, times_of_day, st.integers(-31, 31).filter(bool)),
    st.builds(
        FromDate,
        times_of_day,
        st.dates(FIRST, LAST),
        st.lists(st.integers(-365, 365), min_size=1, max_size=4).map(tuple),
        st.booleans(),
    ),
    st.sampled_from([Cron("*/20 * * * *"), Cron("30 7 * * 1-5"), Cron("0 0,2 1,15 * sun"), Cron("15 1 29 2 *")]),
)


@st.composite
def moments(draw: st.DrawFn, zone: str) -> datetime:
    """Draw a moment of the years 2000 to 2040; every second one close to a change of the clocks."""
    days = st.dates(FIRST, LAST)
    day = draw(st.sampled_from(changes(zone)) | days if changes(zone) else days)
    seconds = draw(st.integers(-86_400, 86_400))
    return datetime.combine(day, time.min, tzinfo=UTC) + timedelta(seconds=seconds)


def walk(rule: Rule, zone: str, after: datetime, until: datetime) -> list[datetime]:
    found = []
    moment = next_fire(rule, zone, after)
    while moment is not None and moment < until:
        found.append(moment)
        moment = next_fire(rule, zone, moment)
    return found


def local(zone: str, moment: datetime) -> str:
    return to_local(moment, zone).isoformat(timespec="minutes")


@settings(max_examples=80, deadline=None)
@given(data=st.data(), zone=zones, rule=weekly_rules)
def test_next_fire_walked_is_what_a_watched_clock_shows(data: st.DataObject, zone: str, rule: Weekly) -> None:
    after = data.draw(moments(zone))
    first = after.date() - 2 * DAY
    days = [first + number * DAY for number in range(7)]
    wanted = Watched(zone, first, 7).moments((day for day in days if day.isoweekday() in rule.days), rule.times)
    until = after + 3 * DAY
    assert walk(rule, zone, after, until) == [moment for moment in wanted if after < moment < until]


@pytest.mark.parametrize("part", range(4))
def test_next_fire_of_every_zone_at_a_change_of_its_clocks_is_what_a_watched_clock_shows(part: int) -> None:
    for zone in ZONES[part::4]:
        # Another change for each zone, so that all kinds and years have their turn.
        change = (changes(zone) or (date(2026, 3, 29),))[len(zone) % max(1, len(changes(zone)))]
        days = [change + number * DAY for number in (-1, 0, 1)]
        wanted = Watched(zone, days[0], 3).moments(days, ALL_DAY[::2])
        assert walk(Weekly(ALL_DAY[::2]), zone, wanted[0] - MINUTE, wanted[-1] + MINUTE) == wanted, (zone, change)


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_next_fire_of_odd_zones_at_every_change_of_their_clocks(zone: str) -> None:
    for change in changes(zone):
        days = [change + number * DAY for number in (-1, 0, 1)]
        wanted = Watched(zone, days[0], 3).moments(days, ALL_DAY)
        assert walk(Cron("*/15 * * * *"), zone, wanted[0] - MINUTE, wanted[-1] + MINUTE) == wanted, change


@pytest.mark.parametrize("zone", ODD_ZONES)
@pytest.mark.parametrize("at", [time(0, 0), time(2, 30)])
def test_next_fire_of_odd_zones_comes_once_for_each_date_from_2000_to_2040(zone: str, at: time) -> None:
    rule = Weekly((at,))
    begin, end = (datetime.combine(day, time(12), tzinfo=UTC) for day in (FIRST, LAST))
    fired = walk(rule, zone, begin, end)
    dates = [occasion(rule, zone, moment).date for moment in fired]
    missing = {before + DAY for before, after in pairwise(dates) if after != before + DAY}
    assert missing == ({date(2011, 12, 30)} if zone == "Pacific/Apia" else set())
    assert len(set(dates)) == len(dates)
    late = [to_local(moment, zone) for moment in fired if to_local(moment, zone).time() != at]
    assert all(at < wall.time() <= time(3) for wall in late), "the end of a gap is at most two hours away"


@settings(max_examples=80, deadline=None)
@given(data=st.data(), zone=zones, rule=rules)
def test_next_fire_lies_after_and_shows_the_time_of_the_rule(data: st.DataObject, zone: str, rule: Rule) -> None:
    after = data.draw(moments(zone))
    moment = next_fire(rule, zone, after)
    if moment is None:
        assert isinstance(rule, FromDate)
        return
    assert moment > after
    assert moment.tzinfo is UTC
    what = occasion(rule, zone, moment)
    assert not isinstance(rule, Once)
    assert what.time in rule.times
    assert rule.first_day(what.date) == what.date
    shown, nominal = to_local(moment, zone), datetime.combine(what.date, what.time)
    if shown.replace(tzinfo=None) == nominal:
        assert shown.fold == 0
    else:
        before = to_local(moment - timedelta(seconds=1), zone).replace(tzinfo=None)
        assert before < nominal < shown.replace(tzinfo=None), "it lies in a gap, and the moment is its end"
    # Nothing lies between.
    assert next_fire(rule, zone, moment - timedelta(seconds=1)) == moment
    assert next_fire(rule, zone, after + (moment - after) / 2) == moment


@pytest.mark.parametrize(
    ("zone", "rule", "after", "wanted"),
    [
        ("America/New_York", "30 7 * * *", "2026-03-07T12:30", ["2026-03-08T07:30-04:00", "2026-03-09T07:30-04:00"]),
        ("America/New_York", "30 7 * * *", "2026-10-31T11:30", ["2026-11-01T07:30-05:00", "2026-11-02T07:30-05:00"]),
        # Spring: 02:30 is not, and 03:00 is the first moment after. Two such times are one firing.
        ("America/New_York", "30 2 * * *", "2026-03-08T00:00", ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]),
        ("America/New_York", "0,30 2 * * *", "2026-03-08T00:00", ["2026-03-08T03:00-04:00", "2026-03-09T02:00-04:00"]),
        # Autumn: 01:30 is twice, and the first counts.
        ("America/New_York", "30 1 * * *", "2026-11-01T00:00", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
        ("America/New_York", "30 1 * * *", "2026-11-01T06:10", ["2026-11-02T01:30-05:00", "2026-11-03T01:30-05:00"]),
        # Half an hour.
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00", ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00:00", ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"]),
        # Two hours.
        ("Antarctica/Troll", "10 1 * * *", "2026-03-28T12:00", ["2026-03-29T03:00+02:00", "2026-03-30T01:10+02:00"]),
        # Midnight is not.
        ("Africa/Cairo", "0 0 * * *", "2026-04-23T00:00", ["2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00"]),
        ("Asia/Beirut", "15 0 * * *", "2026-03-28T12:00", ["2026-03-29T01:00+03:00", "2026-03-30T00:15+03:00"]),
        ("America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00", ["2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00"]),
        ("America/Asuncion", "0 0 * * *", "2023-09-30T12:00", ["2023-10-01T01:00-03:00", "2023-10-02T00:00-03:00"]),
        ("America/Havana", "30 0 * * *", "2026-03-07T12:00", ["2026-03-08T01:00-04:00", "2026-03-09T00:30-04:00"]),
        # The last hour of a day is not: the first moment after it is tomorrow's, and it stands for today.
        ("America/Nuuk", "30 23 * * *", "2026-03-28T12:00", ["2026-03-29T00:00-01:00", "2026-03-29T23:30-01:00"]),
        # Ramadan.
        ("Africa/Casablanca", "30 2 * * *", "2026-02-14T12:00", ["2026-02-15T02:30+01:00", "2026-02-16T02:30+00:00"]),
        ("Africa/Casablanca", "30 2 * * *", "2026-03-21T12:00", ["2026-03-22T03:00+01:00", "2026-03-23T02:30+01:00"]),
        ("Pacific/Chatham", "0 3 * * *", "2026-09-26T00:00", ["2026-09-27T03:45+13:45", "2026-09-28T03:00+13:45"]),
        ("Asia/Kolkata", "30 7 * * *", "2026-03-29T02:00", ["2026-03-30T07:30+05:30", "2026-03-31T07:30+05:30"]),
        # Changes for good: half an hour forth in Caracas, half an hour back and forth in Pyongyang.
        ("America/Caracas", "45 2 * * *", "2016-04-30T12:00", ["2016-05-01T03:00-04:00", "2016-05-02T02:45-04:00"]),
        ("Asia/Pyongyang", "45 23 * * *", "2015-08-14T12:00", ["2015-08-14T23:45+09:00", "2015-08-15T23:45+08:30"]),
        ("Asia/Pyongyang", "45 23 * * *", "2018-05-04T12:00", ["2018-05-05T00:00+09:00", "2018-05-05T23:45+09:00"]),
        # Samoa left out 30 December 2011: there was no such morning, so nobody is woken for it.
        ("Pacific/Apia", "30 7 * * *", "2011-12-29T00:00", ["2011-12-29T07:30-10:00", "2011-12-31T07:30+14:00"]),
        ("Pacific/Apia", "0 0 * * *", "2011-12-29T10:00", ["2011-12-31T00:00+14:00", "2012-01-01T00:00+14:00"]),
        ("Pacific/Apia", "30 7 30 12 *", "2011-01-01T00:00", ["2012-12-30T07:30+14:00", "2013-12-30T07:30+14:00"]),
    ],
)
def test_next_fire_where_clocks_are_odd(zone: str, rule: str, after: str, wanted: list[str]) -> None:
    first = next_fire(Cron(rule), zone, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert first is not None
    second = next_fire(Cron(rule), zone, first)
    assert second is not None
    assert [local(zone, first), local(zone, second)] == wanted


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (Weekly((time(20), time(7, 30)), frozenset({3})), ["2026-03-04 07:30", "2026-03-04 20:00", "2026-03-11 07:30"]),
        (EveryDays((time(9),), 3, date(2026, 1, 1)), ["2026-03-02 09:00", "2026-03-05 09:00", "2026-03-08 09:00"]),
        (EveryDays((time(9),), 3, date(2026, 5, 1)), ["2026-05-01 09:00", "2026-05-04 09:00", "2026-05-07 09:00"]),
        (Monthly((time(9),), 31), ["2026-03-31 09:00", "2026-04-30 09:00", "2026-05-31 09:00"]),
        (Monthly((time(9),), -1), ["2026-03-31 09:00", "2026-04-30 09:00", "2026-05-31 09:00"]),
        (Monthly((time(9),), -31), ["2026-04-01 09:00", "2026-05-01 09:00", "2026-06-01 09:00"]),
        (Monthly((time(9),), 1), ["2026-04-01 09:00", "2026-05-01 09:00", "2026-06-01 09:00"]),
        (FromDate((time(9),), date(2026, 3, 10), (0, -7)), ["2026-03-03 09:00", "2026-03-10 09:00"]),
        (
            FromDate((time(9),), date(1990, 1, 3), (-7, 0), yearly=True),
            ["2026-12-27 09:00", "2027-01-03 09:00", "2027-12-27 09:00"],
        ),
        (
            FromDate((time(9),), date(2024, 2, 29), yearly=True),
            ["2027-02-28 09:00", "2028-02-29 09:00", "2029-02-28 09:00"],
        ),
        (FromDate((time(9),), date(2028, 5, 1), yearly=True), ["2028-05-01 09:00", "2029-05-01 09:00"]),
        (FromDate((time(9),), date(2025, 5, 1)), []),
        (Cron("0 9 29 2 *"), ["2028-02-29 09:00", "2032-02-29 09:00", "2036-02-29 09:00"]),
        (Cron("0 9 13 * fri"), ["2026-03-06 09:00", "2026-03-13 09:00", "2026-03-20 09:00"]),
        (Once(local=datetime(2026, 12, 24, 18)), ["2026-12-24 18:00"]),  # noqa: DTZ001 - what a clock shows
        (Once(at=datetime(2026, 12, 24, 18, tzinfo=UTC)), ["2026-12-24 19:00"]),
        (Once(at=datetime(2026, 2, 24, 18, tzinfo=UTC)), []),
    ],
)
def test_next_fire_of_each_kind_of_rule(rule: Rule, wanted: list[str]) -> None:
    found: list[str] = []
    moment = next_fire(rule, "Europe/Berlin", datetime(2026, 3, 1, 12, tzinfo=UTC))
    while moment is not None and len(found) < max(len(wanted), 1):
        found.append(f"{to_local(moment, 'Europe/Berlin'):%Y-%m-%d %H:%M}")
        moment = next_fire(rule, "Europe/Berlin", moment)
    assert found == wanted


def test_next_fire_of_a_leap_day_finds_it_over_a_century_without_one() -> None:
    assert next_fire(Cron("0 9 29 2 *"), "UTC", datetime(2096, 3, 1, tzinfo=UTC)) == datetime(
        2104, 2, 29, 9, tzinfo=UTC
    )


@pytest.mark.parametrize("rule", [AT_SEVEN, Monthly((time(9),), 31), Cron("0 9 29 2 *"),
                                  FromDate((time(9),), date(2000, 1, 1), yearly=True),
                                  EveryDays((time(9),), 366, date(2000, 1, 1))])  # fmt: skip
def test_next_fire_at_the_end_of_the_calendar_is_never(rule: Rule) -> None:
    assert next_fire(rule, "Pacific/Apia", datetime(9999, 12, 31, 23, 59, tzinfo=UTC)) is None


def test_next_fire_of_a_time_taken_from_a_clock_that_went_back() -> None:
    """A `time` carries its `fold` along, which in a gap would mean another moment."""
    after = datetime(2000, 3, 26, tzinfo=UTC)
    assert next_fire(Weekly((time(3, fold=1),)), "Europe/Helsinki", after) == datetime(2000, 3, 26, 1, tzinfo=UTC)
    rule = Once(local=datetime(2000, 3, 26, 3, fold=1))  # noqa: DTZ001 - what a clock shows
    assert next_fire(rule, "Europe/Helsinki", after) == datetime(2000, 3, 26, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", "../etc/passwd", "Nowhere/At_all", "\x00"])
def test_next_fire_without_a_zone_is_in_utc(zone: str) -> None:
    assert next_fire(AT_SEVEN, zone, datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("rule", [EveryDays((time(9),), 3), FromDate((time(9),), "birthday")])
def test_next_fire_of_a_rule_that_is_not_settled_says_so(rule: Rule) -> None:
    with pytest.raises(ValueError, match="settle"):
        next_fire(rule, "UTC", datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "rule", "fired_at", "key"),
    [
        ("America/New_York", Cron("0,30 2 * * *"), "2026-03-08T07:00", "2026-03-08T02:30"),
        ("America/New_York", Cron("30 2,3 * * *"), "2026-03-08T07:00", "2026-03-08T02:30"),
        ("America/New_York", Cron("0,30 2,3 * * *"), "2026-03-08T07:00", "2026-03-08T03:00"),
        ("America/Nuuk", Cron("30 23 * * *"), "2026-03-29T01:00", "2026-03-28T23:30"),
        ("America/Nuuk", Cron("30 23 28 3 *"), "2026-03-29T01:00", "2026-03-28T23:30"),
        ("Asia/Kolkata", AT_SEVEN, "2026-03-29T02:00", "2026-03-29T07:30"),
        ("Asia/Kolkata", AT_SEVEN, "2026-03-29T03:07", "2026-03-29T08:37"),
        ("Asia/Kolkata", Once(local=datetime(2026, 3, 29, 7)), "2026-03-29T03:07", "2026-03-29T07:00"),  # noqa: DTZ001 - what a clock shows
        ("Asia/Kolkata", Once(at=datetime(2026, 3, 29, 7, tzinfo=UTC)), "2026-03-29T07:00", "2026-03-29T12:30"),
    ],
)
def test_occasion_is_what_the_rule_names(zone: str, rule: Rule, fired_at: str, key: str) -> None:
    what = occasion(rule, zone, datetime.fromisoformat(fired_at).replace(tzinfo=UTC))
    assert str(what) == key
    assert Occasion.parse(key) == what


@settings(max_examples=100, deadline=None)
@given(data=st.data(), zone=zones, rule=weekly_rules)
def test_replan_without_any_change_walks_as_next_fire_does(data: st.DataObject, zone: str, rule: Weekly) -> None:
    moment = next_fire(rule, zone, data.draw(moments(zone)))
    for _ in range(5):
        assert moment is not None
        following = next_fire(rule, zone, moment)
        assert replan(rule, zone, moment, occasion(rule, zone, moment)) == following
        moment = following


@settings(max_examples=80, deadline=None)
@given(
    data=st.data(),
    homes=st.lists(zones, min_size=2, max_size=6),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_replan_over_changes_of_zone_and_clock_never_gives_a_date_twice(
    data: st.DataObject, homes: list[str], at: time
) -> None:
    now, last, dates = data.draw(moments(homes[0])), None, []
    for zone in homes:
        for _ in range(2):
            rule = Weekly((at,))
            moment = replan(rule, zone, now - data.draw(st.sampled_from([0, 10])) * MINUTE, last)
            assert moment is not None
            assert moment - now <= 3 * DAY
            last = occasion(rule, zone, moment)
            dates.append(last.date)
            now = moment + data.draw(st.integers(0, 30)) * HOUR
    assert sorted(set(dates)) == dates


@pytest.mark.parametrize(
    ("rule", "zone", "after", "last", "wanted"),
    [
        # From Berlin to New York at eight: half past seven comes again, and is passed over.
        ("30 7 * * *", "America/New_York", "2026-06-01T06:00", "2026-06-01T07:30", "2026-06-02T07:30-04:00"),
        ("30 7,20 * * *", "America/New_York", "2026-06-01T06:00", "2026-06-01T07:30", "2026-06-01T20:30-04:00"),
        # From Auckland to Los Angeles it is yesterday again, and then today again.
        ("30 7 * * *", "America/Los_Angeles", "2026-06-01T20:00", "2026-06-02T07:30", "2026-06-03T07:30-07:00"),
        ("30 7 * * *", "America/Los_Angeles", "2026-06-01T12:00", "2026-06-02T07:30", "2026-06-03T07:30-07:00"),
        # West of where it came for the second time of a day, both of them are still ahead.
        ("30 7,20 * * *", "America/New_York", "2026-06-01T20:00", "2026-06-01T20:30", "2026-06-02T07:30-04:00"),
        # From Los Angeles to Auckland it is tomorrow.
        ("30 7 * * *", "Pacific/Auckland", "2026-06-01T15:00", "2026-06-01T07:30", "2026-06-02T07:30+12:00"),
        # A later hour on the same day is no reason to speak twice; the second time of that day stays.
        ("0 9 * * *", "Europe/Berlin", "2026-06-01T06:00", "2026-06-01T07:30", "2026-06-02T09:00+02:00"),
        ("0 9,20 * * *", "Europe/Berlin", "2026-06-01T06:00", "2026-06-01T07:30", "2026-06-01T20:00+02:00"),
        # Not fired yet today: the new hour counts at once.
        ("0 9 * * *", "Europe/Berlin", "2026-06-01T06:00", "2026-05-31T07:30", "2026-06-01T09:00+02:00"),
        # After a year of silence it goes on from now.
        ("*/1 * * * *", "Europe/Berlin", "2026-06-01T06:00", "2025-06-01T07:30", "2026-06-01T08:01+02:00"),
        # The clock went back.
        ("30 7 * * *", "Europe/Berlin", "2026-06-01T05:25", "2026-06-01T07:30", "2026-06-02T07:30+02:00"),
    ],
)
def test_replan_after_a_change(rule: str, zone: str, after: str, last: str, wanted: str) -> None:
    moment = replan(Cron(rule), zone, datetime.fromisoformat(after).replace(tzinfo=UTC), Occasion.parse(last))
    assert moment is not None
    assert local(zone, moment) == wanted


def test_replan_of_one_moment_that_has_been_is_never() -> None:
    rule = Once(local=datetime(2026, 6, 1, 18))  # noqa: DTZ001 - what a clock shows
    fired_at = next_fire(rule, "Europe/Berlin", datetime(2026, 6, 1, tzinfo=UTC))
    assert fired_at is not None
    last = occasion(rule, "Europe/Berlin", fired_at)
    assert replan(rule, "America/New_York", fired_at, last) is None
    assert replan(rule, "America/New_York", fired_at, None) is not None


def test_every_day_is_the_default() -> None:
    assert AT_SEVEN.days == EVERY_DAY
