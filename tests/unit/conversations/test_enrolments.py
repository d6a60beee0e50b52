"""Enrolments: what is kept of them reads back the same, and two dialogues become one without doing anything twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import orjson
import pytest

from conversations.enrolments import Enrolment, Standing, joined, joined_standing, only_time, plain_rule, with_time
from core.schedules import Cron, EveryDays, Occasion, Once, Rule, Weekly

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MORNING = Enrolment("morning", {"at": ["07:30"]}, last="2026-03-02T07:30")
EVENING = Enrolment("evening", {"at": ["20:00"]})


@pytest.mark.parametrize(
    "enrolment",
    [
        MORNING,
        Enrolment("a", {"cron": "30 7 * * 1-5"}, explicit=True, paused_until=NOW, due_at=NOW, delays=(1, 2), missed=3),
        Enrolment("b", plain_rule(EveryDays((time(9),), 3, date(2026, 3, 1))), asked_at=NOW, offers_from=NOW),
    ],
)
def test_enrolment_reads_back_as_it_was_written(enrolment: Enrolment) -> None:
    assert Enrolment.from_plain(orjson.loads(orjson.dumps(enrolment))) == enrolment


def test_standing_reads_back_as_it_was_written_and_nothing_is_nothing() -> None:
    standing = Standing(("welcome",), {"a!silent:3d": ""}, "2026-03-02", 2, NOW)
    assert Standing.from_plain(orjson.loads(orjson.dumps(standing))) == standing
    assert standing
    assert not Standing()


def test_standing_counts_by_local_date() -> None:
    standing = Standing().with_nudge(date(2026, 3, 2)).with_nudge(date(2026, 3, 2))
    assert (standing.said_on(date(2026, 3, 2)), standing.said_on(date(2026, 3, 3))) == (2, 0)
    assert standing.with_nudge(date(2026, 3, 3)).nudges == 1


def test_standing_keeps_the_newest() -> None:
    standing = Standing()
    for count in range(300):
        standing = standing.with_completed(f"w{count}").with_last(f"w{count}!joined", "2026-03-02")
    assert (len(standing.completed), len(standing.last)) == (200, 40)
    assert standing.completed[-1] == "w299"


def test_joined_enrolments_keep_what_came_last_in_either() -> None:
    later = replace(MORNING, schedule={"at": ["09:00"]}, last="2026-03-03T09:00")
    assert joined((MORNING,), (later, EVENING)) == (replace(MORNING, last="2026-03-03T09:00"), EVENING)
    assert joined((), (EVENING,)) == (EVENING,)


def test_joined_standing_keeps_what_was_completed_and_how_much_was_said() -> None:
    one = Standing(("a", "b"), {"x": "2026-03-01"}, "2026-03-02", 1)
    other = Standing(("b", "c"), {"y": "2026-03-02"}, "2026-03-02", 2, NOW)
    whole = joined_standing(one, other)
    assert whole == Standing(("a", "b", "c"), {"y": "2026-03-02", "x": "2026-03-01"}, "2026-03-02", 3, NOW)


def test_planned_is_never_a_local_date_that_was_had() -> None:
    assert MORNING.planned("Pacific/Honolulu", NOW).due_at == datetime(2026, 3, 3, 17, 30, tzinfo=UTC)


def test_planned_waits_for_the_end_of_a_pause() -> None:
    paused = replace(MORNING, paused_until=NOW + timedelta(days=5))
    assert paused.planned("Europe/Paris", NOW).due_at == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def test_key_names_the_times_behind_the_first() -> None:
    twice = Enrolment("two", {"at": ["07:30", "20:00"]})
    keys = [twice.key_of(Occasion(date(2026, 3, 2), at)) for at in (time(7, 30), time(20))]
    assert keys == ["two", "two#20:00"]


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        (Weekly((time(7, 30),)), time(7, 30)),
        (Weekly((time(7), time(8))), None),
        (Cron("30 7 * * *"), None),
        (Once(at=NOW), None),
    ],
)
def test_only_time_is_what_a_person_may_choose(rule: Rule, at: time | None) -> None:
    assert only_time(rule) == at
    changed = with_time(rule, time(9))
    assert (only_time(changed) == time(9)) is (not isinstance(rule, Cron | Once))
