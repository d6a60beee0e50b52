"""Streaks: the stated rules, by example, against an oracle that was written apart, and through every kind of travel."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.streaks import Days, Excused, Streak, excused_by_move, open_date, session_date, streak
from core.zones import local_moment

START = date(2026, 3, 2)
DAY = timedelta(days=1)


def days(words: str, start: date = START) -> Days:
    """Return the dates that are `D` in a row of letters, one for each day."""
    found = Days()
    for place, letter in enumerate(words):
        if letter == "D":
            found = found.add(start + place * DAY)
    return found


def judged(words: str, ahead: str = "") -> Streak:
    """Judge a row of days: D done, - missed, x excused; the last letter is the date that is still open."""
    whole = words + ahead
    excused = frozenset(START + place * DAY for place, letter in enumerate(whole) if letter == "x")
    return streak(days(whole), START + (len(words) - 1) * DAY, excused=excused)


@pytest.mark.parametrize(
    ("words", "current", "longest", "total", "repairs"),
    [
        ("-", 0, 0, 0, 0),
        ("D", 1, 1, 1, 0),
        ("D-", 1, 1, 1, 0),  # today is open
        ("D--", 0, 1, 1, 0),
        ("DDD-", 3, 3, 3, 0),
        ("DD-D", 1, 2, 3, 0),
        ("DDDDDDD", 7, 7, 7, 1),
        ("DDDDDDD-D", 8, 8, 8, 0),  # a repair day was spent, and its date does not count
        ("DDDDDDD--D", 1, 7, 8, 0),
        ("DDDDDDDDDDDDDD--D", 15, 15, 15, 0),
        ("D" * 28 + "-", 28, 28, 28, 2),  # never more than two are held
        ("D" * 28 + "---D", 1, 28, 29, 0),
        ("D" * 7 + "-" + "D" * 7, 14, 14, 14, 1),
        ("DDxDD", 4, 4, 4, 0),
        ("DDxxxD", 3, 3, 3, 0),
        ("DD-x-", 0, 2, 2, 0),
        ("DDx-", 2, 2, 2, 0),
    ],
)
def test_streak_of_days_follows_the_rules(words: str, current: int, longest: int, total: int, repairs: int) -> None:
    found = judged(words)
    assert (found.current, found.longest, found.total, found.repairs) == (current, longest, total, repairs)


@pytest.mark.parametrize(("words", "until"), [("DDD", 3), ("DDD-", 3), ("DDDDDDD", 8), ("DDDDDDD-", 8), ("DDx", 3)])
def test_streak_says_on_which_date_it_ends(words: str, until: int) -> None:
    assert judged(words).alive_until == START + until * DAY


def test_streak_of_nobody_has_nothing() -> None:
    assert streak(Days(), START) == Streak()


def test_completion_rate_looks_back_90_days_and_no_further() -> None:
    assert judged("D" * 90).completion_rate == Decimal("100.00")
    assert judged("D" * 45 + "-" * 45).completion_rate == Decimal("50.00")
    assert judged("D" + "-" * 90).completion_rate == Decimal("0.00")
    assert judged("D" * 75).completion_rate == Decimal("83.33")


def test_average_rating_has_one_place_and_looks_back_90_days() -> None:
    ratings = {START: 1, START + 100 * DAY: 7, START + 101 * DAY: 8, START + 102 * DAY: 7}
    assert streak(days("D"), START + 102 * DAY, ratings=ratings).average_rating == Decimal("7.3")
    assert streak(days("D"), START, ratings={}).average_rating is None


# -- an oracle that was written apart -------------------------------------------------------------


def oracle(words: str, today: int) -> tuple[int, int]:
    """Return current and longest: what the state after each day is, told from the day before, by cases on letters."""

    @cache
    def after(place: int) -> tuple[int, int, int]:
        """Return (done in the streak, done since the last repair was earned, repairs) at the end of a day."""
        if place < 0:
            return 0, 0, 0
        run, since, held = after(place - 1)
        letter = words[place]
        if letter == "D" and since == 6:
            return run + 1, 0, 2 if held else 1
        if letter == "D":
            return run + 1, since + 1, held
        if letter == "x" or place >= today or run == 0:
            return run, since, held
        return (run, since, held - 1) if held else (0, 0, 0)

    return after(len(words) - 1)[0], max(after(place)[0] for place in range(len(words)))


ROWS = st.one_of(
    st.text("D-x", min_size=1, max_size=60),
    st.lists(st.sampled_from(["D" * 6, "D" * 7, "D" * 9, "-", "--", "---", "x", "D-"]), min_size=1, max_size=12).map(
        "".join
    ),
)


@settings(max_examples=80, deadline=None)
@given(words=ROWS, ahead=st.sampled_from(["", "D", "-D", "x"]))
@example(words="D" * 14 + "--" + "D" * 3, ahead="")
def test_streak_agrees_with_the_oracle(words: str, ahead: str) -> None:
    found = judged(words, ahead)
    assert (found.current, found.longest) == oracle(words + ahead, len(words) - 1)
    assert found.total == (words + ahead).count("D")
    assert found.current <= found.longest <= found.total
    assert 0 <= found.repairs <= 2


@settings(max_examples=100, deadline=None)
@given(words=ROWS)
def test_streak_lives_exactly_until_the_date_that_it_names(words: str) -> None:
    found = judged(words)
    if found.alive_until is None:
        assert found.current == 0
        return
    wait = (found.alive_until - START).days - (len(words) - 1)
    assert judged(words + "-" * wait).current == found.current
    assert judged(words + "-" * (wait + 1)).current == 0


@settings(max_examples=100, deadline=None)
@given(words=ROWS, place=st.integers(0, 59))
def test_doing_one_more_date_never_lowers_anything_but_what_a_repair_day_stood_for(words: str, place: int) -> None:
    place %= len(words)
    more = judged(words[:place] + "D" + words[place + 1 :])
    less = judged(words)
    assert more.total >= less.total
    assert more.completion_rate >= less.completion_rate
    if place == len(words) - 1:
        assert more.current >= less.current
        assert more.longest >= less.longest


@settings(max_examples=80, deadline=None)
@given(words=ROWS, shift=st.integers(-3000, 3000))
def test_streak_does_not_depend_on_where_in_the_calendar_it_lies(words: str, shift: int) -> None:
    today = START + (len(words) - 1) * DAY
    excused = frozenset(START + place * DAY for place, letter in enumerate(words) if letter == "x")
    moved = streak(
        days(words, START + shift * DAY), today + shift * DAY, excused=frozenset(day + shift * DAY for day in excused)
    )
    still = judged(words)
    assert (moved.current, moved.longest, moved.repairs) == (still.current, still.longest, still.repairs)


# -- sets of dates --------------------------------------------------------------------------------

DATES = st.sets(st.dates(date(2019, 1, 1), date(2031, 12, 31)), max_size=40)


@settings(max_examples=80, deadline=None)
@given(some=DATES, more=DATES)
def test_days_are_a_set_of_dates(some: set[date], more: set[date]) -> None:
    def kept(dates: set[date]) -> Days:
        found = Days()
        for day in dates:
            found = found.add(day)
        return found

    one = kept(some)
    assert list(one) == sorted(some)
    assert len(one) == len(some)
    assert {day for day in more | some if day in one} == some
    assert Days.from_plain(one.to_plain()) == one
    assert one | kept(more) == kept(some | more)
    assert not some or one.last == max(some)


def test_days_of_ten_years_are_small() -> None:
    plain = days("D-" * 1826).to_plain()
    assert sum(map(len, plain)) < 1024
    assert re.fullmatch("[0-9a-f]+", plain[1])


# -- which date it is -----------------------------------------------------------------------------


def at(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return local_moment(day, hour, minute, zone)


@pytest.mark.parametrize(
    ("hour", "minute", "closed", "counts_for"),
    [
        (0, 5, False, 0),
        (2, 59, False, 0),
        (2, 59, True, 1),  # an early bird
        (3, 0, False, 1),
        (5, 30, False, 1),
        (23, 59, False, 1),
    ],
)
def test_late_night_counts_for_the_day_before_while_that_is_open(
    hour: int, minute: int, closed: bool, counts_for: int
) -> None:
    moment = at("Asia/Kolkata", START + DAY, hour, minute)
    done = frozenset({START}) if closed else frozenset()
    assert session_date(moment, "Asia/Kolkata", done) == START + counts_for * DAY


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Africa/Cairo", date(2026, 4, 24)),  # midnight does not exist
        ("Asia/Beirut", date(2026, 3, 29)),
        ("Africa/Casablanca", date(2026, 2, 15)),
    ],
)
def test_a_change_of_the_clocks_neither_takes_a_date_nor_gives_one(zone: str, day: date) -> None:
    moment, seen = at(zone, day - DAY, 12), []
    while moment < at(zone, day + DAY, 12):
        seen.append(open_date(moment, zone))
        moment += timedelta(minutes=10)
    assert sorted(set(seen)) == [day - DAY, day, day + DAY]
    assert [session_date(at(zone, one, 5, 30), zone, frozenset()) for one in (day - DAY, day, day + DAY)] == [
        day - DAY, day, day + DAY,
    ]  # fmt: skip


# -- travel ---------------------------------------------------------------------------------------

HONOLULU, AUCKLAND, NEW_YORK, LOS_ANGELES = (
    "Pacific/Honolulu", "Pacific/Auckland", "America/New_York", "America/Los_Angeles",
)  # fmt: skip


def test_flight_over_the_date_line_to_the_west_excuses_the_date_that_it_took() -> None:
    landed = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 08:00 on the 21st in Honolulu, 07:00 on the 22nd in Auckland
    assert list(excused_by_move(landed, HONOLULU, AUCKLAND)) == [date(2026, 11, 21)]


def test_flight_over_the_date_line_told_before_take_off_excuses_the_date_in_the_air() -> None:
    leaving = at(HONOLULU, date(2026, 11, 20), 23)  # 22:00 on the 21st in Auckland
    assert list(excused_by_move(leaving, HONOLULU, AUCKLAND)) == [date(2026, 11, 21)]


def test_flight_over_the_date_line_to_the_east_excuses_nothing() -> None:
    landed = at(AUCKLAND, date(2026, 11, 21), 20)
    assert not excused_by_move(landed, AUCKLAND, HONOLULU)


@pytest.mark.parametrize("hour", range(24))
def test_flight_within_a_country_never_costs_a_date(hour: int) -> None:
    for there, back in ((LOS_ANGELES, NEW_YORK), (NEW_YORK, LOS_ANGELES)):
        assert not excused_by_move(at(there, START, hour), there, back)


def test_streak_goes_on_over_the_date_line_both_ways() -> None:
    done = days("DDD", date(2026, 11, 18))  # in Honolulu, the 18th to the 20th
    landed = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    excused = excused_by_move(landed, HONOLULU, AUCKLAND)
    done = done.add(session_date(landed, AUCKLAND, done))
    assert streak(done, open_date(landed, AUCKLAND), excused=excused).current == 4
    back = landed + timedelta(hours=20)
    excused |= excused_by_move(back, AUCKLAND, HONOLULU)
    today = open_date(back, HONOLULU)
    assert today == date(2026, 11, 22)  # once more
    assert streak(done, today, excused=excused).current == 4
    assert session_date(back, HONOLULU, done) in done  # never twice for one local date
    assert streak(done.add(date(2026, 11, 23)), date(2026, 11, 23), excused=excused).current == 5


ZONES = st.sampled_from(
    ["Pacific/Honolulu", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "Europe/London",
     "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", ""]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    legs=st.lists(st.tuples(st.integers(12 * 60, 6 * 24 * 60), ZONES), min_size=1, max_size=6),
    zone=ZONES,
    begin=st.integers(0, 3 * 365 * 24),
)
def test_whoever_does_every_date_that_they_have_twelve_hours_of_keeps_the_streak(
    legs: list[tuple[int, str]], zone: str, begin: int
) -> None:
    """A traveller who acts every hour, wherever they are, never loses a streak."""
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=begin)
    done, excused, acted = Days(), Days(), 0
    for minutes, following in legs:
        leaves = now + timedelta(minutes=minutes)
        while now < leaves:
            day = session_date(now, zone, done)
            acted += day not in done
            done = done.add(day)
            now += timedelta(hours=1)
        excused |= excused_by_move(now, zone, following)
        zone = following
    found = streak(done, open_date(now, zone), excused=Excused(excused, zone))
    assert found.current == found.total == len(done) == acted


def test_date_that_a_zone_never_had_is_excused() -> None:
    done = days("DD", date(2011, 12, 28)).add(date(2011, 12, 31))
    assert streak(done, date(2011, 12, 31), excused=Excused(zone="Pacific/Apia")).current == 3
    assert streak(done, date(2011, 12, 31), excused=Excused(zone="Europe/Berlin")).current == 1


def test_excused_holds_dates_alone() -> None:
    ways: Mapping[object, bool] = {START: True, START + DAY: False, "2026-03-02": False}
    assert {one: one in Excused(days("D")) for one in ways} == ways
