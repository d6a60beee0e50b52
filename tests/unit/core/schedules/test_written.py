import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.documents.source import read_source
from core.schedules import (
    WEEKDAYS,
    WEEKEND,
    Cron,
    EveryDays,
    FromDate,
    Monthly,
    Once,
    Rule,
    Weekly,
    from_plain,
    read_rule,
    settle,
    to_plain,
)
from tests.unit.core.schedules.test_firing import rules

SEVEN = time(7, 30)


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({"at": "07:30"}, Weekly((SEVEN,))),
        ({"at": "7:30"}, Weekly((SEVEN,))),
        ({"at": ["20:00", "07:30", "07:30"]}, Weekly((SEVEN, time(20)))),
        ({"at": "07:30", "days": "weekdays"}, Weekly((SEVEN,), WEEKDAYS)),
        ({"at": "07:30", "days": "Weekends"}, Weekly((SEVEN,), WEEKEND)),
        ({"at": "07:30", "days": "every day"}, Weekly((SEVEN,))),
        ({"at": "07:30", "days": "mon-fri"}, Weekly((SEVEN,), WEEKDAYS)),
        ({"at": "07:30", "days": "Mon - Wed, Saturday"}, Weekly((SEVEN,), frozenset({1, 2, 3, 6}))),
        ({"at": "07:30", "days": "fri-mon"}, Weekly((SEVEN,), frozenset({5, 6, 7, 1}))),
        ({"at": "07:30", "days": ["mon", "thurs"]}, Weekly((SEVEN,), frozenset({1, 4}))),
        ({"at": "07:30", "days": [1, 7]}, Weekly((SEVEN,), frozenset({1, 7}))),
        ({"every": "3 days", "at": "07:30"}, EveryDays((SEVEN,), 3)),
        ({"every": "day", "at": "07:30"}, EveryDays((SEVEN,), 1)),
        ({"every": "2 weeks", "at": "07:30", "start": "2026-03-01"}, EveryDays((SEVEN,), 14, date(2026, 3, 1))),
        ({"day": 31, "at": "07:30"}, Monthly((SEVEN,), 31)),
        ({"day": -1, "at": "07:30"}, Monthly((SEVEN,), -1)),
        ({"from": "birthday", "at": "07:30", "yearly": True}, FromDate((SEVEN,), "birthday", (0,), yearly=True)),
        ({"from": "2026-03-01", "at": "07:30", "offsets": [0, -7]}, FromDate((SEVEN,), date(2026, 3, 1), (-7, 0))),
        ({"cron": "30 7 * * 1-5"}, Cron("30 7 * * 1-5")),
        ({"on": "2026-12-24T18:00"}, Once(local=datetime(2026, 12, 24, 18))),  # noqa: DTZ001 - what a clock shows
        ({"on": "2026-12-24 18:00"}, Once(local=datetime(2026, 12, 24, 18))),  # noqa: DTZ001 - what a clock shows
        ({"on": "2026-12-24T18:00Z"}, Once(at=datetime(2026, 12, 24, 18, tzinfo=UTC))),
        ({"on": "2026-12-24T18:00+05:30"}, Once(at=datetime(2026, 12, 24, 12, 30, tzinfo=UTC))),
    ],
)
def test_read_rule_as_authors_write_it(document: dict[str, Any], rule: Rule) -> None:
    assert read_rule(document) == rule


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{at: "07:30", days: weekdays}', Weekly((SEVEN,), WEEKDAYS)),
        ("{at: 07:30, days: [mon, wed]}", Weekly((SEVEN,), frozenset({1, 3}))),
        ("{on: 2026-12-24T18:00}", Once(local=datetime(2026, 12, 24, 18))),  # noqa: DTZ001 - what a clock shows
        ("{every: 3 days, at: 7:30, start: 2026-03-01}", EveryDays((SEVEN,), 3, date(2026, 3, 1))),
        ("{from: 2026-03-01, at: 7:30}", FromDate((SEVEN,), date(2026, 3, 1))),
    ],
)
def test_read_rule_out_of_a_document(line: str, rule: Rule) -> None:
    assert read_rule(read_source(f"schedule: {line}\n").plain["schedule"]) == rule


@pytest.mark.parametrize(
    ("document", "cure"),
    [
        ("07:30", "a schedule is a table; write for instance"),
        (None, "a schedule is a table"),
        ({}, "a schedule says when; write for instance"),
        ({"days": "weekdays"}, "a schedule says when"),
        ({"day": 3}, "says at what time of day"),
        ({"at": "07:30", "zone": "Europe/Paris"}, "knows no 'zone'; it may hold at, days"),
        ({"at": "07:30", "cron": "30 7 * * *"}, "'cron' knows no 'at'; it may hold cron"),
        ({"day": 3, "every": "3 days", "at": "07:30"}, "'every' or 'day', not both; write two rules"),
        ({"at": "25:00"}, "'25:00' is no time of day; it goes from"),
        ({"at": "07:60"}, "it goes from"),
        ({"at": "7.30"}, "write hours and minutes in quotes"),
        ({"at": 730}, "write hours and minutes in quotes"),
        ({"at": True}, "write hours and minutes in quotes"),
        ({"at": []}, "1 to 48 times of day"),
        ({"at": ["07:30"] * 1000}, "write a cron expression"),
        ({"at": [f"{n // 60:02}:{n % 60:02}" for n in range(60)]}, "1 to 48 times of day"),
        ({"at": "07:30", "days": "funday"}, "write weekdays, weekends, every day, mon-fri"),
        ({"at": "07:30", "days": []}, "write weekdays, weekends"),
        ({"at": "07:30", "days": [0]}, "write weekdays, weekends"),
        ({"at": "07:30", "days": [8]}, "write weekdays, weekends"),
        ({"at": "07:30", "days": [True]}, "write weekdays, weekends"),
        ({"at": "07:30", "days": 5}, "write weekdays, weekends"),
        ({"at": "07:30", "days": "mon-"}, "write weekdays, weekends"),
        ({"every": "0 days", "at": "07:30"}, "write 1 to 366 days"),
        ({"every": "999 days", "at": "07:30"}, "write 1 to 366 days"),
        ({"every": "3 hours", "at": "07:30"}, "write for instance 3 days or 2 weeks"),
        ({"every": 3, "at": "07:30"}, "write for instance 3 days or 2 weeks"),
        ({"every": "3 days", "at": "07:30", "start": "2026-02-30"}, "no date of the calendar"),
        ({"every": "3 days", "at": "07:30", "start": "1066-10-14"}, "dates go from 1900 to 2200"),
        ({"day": 0, "at": "07:30"}, "write 1 to 31, or -1"),
        ({"day": 32, "at": "07:30"}, "write 1 to 31, or -1"),
        ({"day": "last", "at": "07:30"}, "write 1 to 31, or -1"),
        ({"from": "2026-02-31", "at": "07:30"}, "no date of the calendar; write year-month-day"),
        ({"from": "My Birthday", "at": "07:30"}, "no date of the calendar"),
        ({"from": "birthday", "at": "07:30", "offsets": []}, "offsets are 1 to 100"),
        ({"from": "birthday", "at": "07:30", "offsets": [1.5]}, "write whole numbers of days"),
        ({"from": "birthday", "at": "07:30", "offsets": [4000]}, "at most 3660"),
        ({"from": "birthday", "at": "07:30", "offsets": [400], "yearly": True}, "at most 365"),
        ({"from": "birthday", "at": "07:30", "yearly": "yes"}, "write true or false"),
        ({"cron": "0 0 31 2 *"}, "never comes"),
        ({"cron": 5}, "no cron expression"),
        ({"on": "2026-02-31T18:00"}, "no moment of the calendar; write for instance"),
        ({"on": "2026-12-24"}, "no moment of the calendar"),
        ({"on": "2026-12-24T25:00"}, "no moment of the calendar"),
        ({"on": "9999-12-31T23:59"}, "dates go from 1900 to 2200"),
        ({"on": "tomorrow"}, "no moment of the calendar"),
        ({"at": "x" * 100_000}, "no time of day"),
    ],
)
def test_read_rule_that_is_none_is_refused_with_the_cure(document: object, cure: str) -> None:
    with pytest.raises(ValueError, match=r"^.{1,300}$") as refusal:
        read_rule(document)
    assert cure in str(refusal.value)


def test_rules_of_the_how_to_are_rules() -> None:
    page = Path("docs/how-to/schedules.md").read_text(encoding="utf-8")
    written = re.findall(r"^\| `(\{.+\})` \|", page, re.MULTILINE)
    assert len(written) == 12
    for line in written:
        read_rule(read_source(f"schedule: {line}\n").plain["schedule"])


@given(rule=rules)
def test_a_rule_survives_json(rule: Rule) -> None:
    assert from_plain(orjson.loads(orjson.dumps(to_plain(rule)))) == rule


@pytest.mark.parametrize(
    "rule",
    [
        EveryDays((SEVEN,), 3),
        FromDate((SEVEN,), "birthday", (-7, 0), yearly=True),
        Once(local=datetime(2026, 12, 24, 18)),  # noqa: DTZ001 - what a clock shows
        Once(at=datetime(2026, 12, 24, 18, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_a_rule_of_a_document_survives_json(rule: Rule) -> None:
    assert from_plain(orjson.loads(orjson.dumps(to_plain(rule)))) == rule


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["07:30", "mon"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(
    document=st.dictionaries(
        st.sampled_from(["at", "days", "every", "start", "day", "from", "offsets", "yearly", "cron", "on"]), json_values
    )
)
def test_read_rule_of_any_values_is_a_rule_or_a_refusal(document: dict[str, Any]) -> None:
    try:
        rule = read_rule(document)
    except ValueError:
        return
    assert from_plain(to_plain(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "settled"),
    [
        (EveryDays((SEVEN,), 3), EveryDays((SEVEN,), 3, date(2026, 3, 1))),
        (EveryDays((SEVEN,), 3, date(2026, 1, 1)), EveryDays((SEVEN,), 3, date(2026, 1, 1))),
        (FromDate((SEVEN,), "birthday"), FromDate((SEVEN,), date(1990, 5, 1))),
        (FromDate((SEVEN,), "wedding"), None),
        (Weekly((SEVEN,)), Weekly((SEVEN,))),
    ],
)
def test_settle_puts_in_what_is_a_persons_own(rule: Rule, settled: Rule | None) -> None:
    assert settle(rule, date(2026, 3, 1), {"birthday": date(1990, 5, 1)}) == settled


@pytest.mark.parametrize(
    ("fields", "cure"),
    [
        ({}, "give `local` or `at`"),
        ({"local": datetime(2026, 1, 1), "at": datetime(2026, 1, 1, tzinfo=UTC)}, "not both"),  # noqa: DTZ001 - a clock
        ({"local": datetime(2026, 1, 1, tzinfo=UTC)}, "as `at`"),
        ({"at": datetime(2026, 1, 1)}, "as `local`"),  # noqa: DTZ001 - the fault that is refused
    ],
)
def test_once_that_is_no_moment_is_refused(fields: dict[str, datetime], cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        Once(**fields)


@pytest.mark.parametrize("at", [time(7, 30, 15), time(7, 30, tzinfo=UTC)])
def test_a_time_of_day_with_more_than_hours_and_minutes_is_refused(at: time) -> None:
    with pytest.raises(ValueError, match="hours and minutes and no zone"):
        Weekly((at,))


@pytest.mark.parametrize("days", [frozenset(), frozenset({0}), frozenset({1, 8})])
def test_a_weekly_rule_without_days_is_refused(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Weekly((SEVEN,), days)
