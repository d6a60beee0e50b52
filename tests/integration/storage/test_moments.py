"""Moments: when something happens to a person by itself next, on both databases."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import tables
from storage.attendance import attended
from storage.moments import is_busy, next_moment
from tests.integration.storage.desk import Desk, text

HOUR = timedelta(hours=1)


def moment(desk: Desk, after: datetime, who: str = "7") -> datetime | None:
    with desk.database.read() as connection:
        person = attended(connection, desk.account, who)
        return next_moment(connection, after, person) if person else None


def busy(desk: Desk, now: datetime) -> bool:
    with desk.database.read() as connection:
        return is_busy(connection, now, desk.account)


def change(desk: Desk, **values: object) -> None:
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(**values))


def test_nothing_is_planned_in_an_empty_database(desk: Desk) -> None:
    now = desk.clock.now()
    assert moment(desk, now) is None
    assert not busy(desk, now)


def test_the_next_moment_is_the_earliest_timer_that_is_not_due_yet(desk: Desk) -> None:
    desk.take(text("k1", "in 7200"), text("k2", "in 60"), text("k3", "in 5", who="8"))
    now = desk.clock.now()
    change(desk, settled_at=now)
    first = moment(desk, now)
    assert first is not None
    assert timedelta(seconds=50) < first - now < timedelta(seconds=70)
    second = moment(desk, first)
    assert second is not None
    assert HOUR < second - now < 3 * HOUR
    assert moment(desk, second) is None


def test_a_message_that_is_put_off_is_a_moment_and_only_for_its_own_person(desk: Desk) -> None:
    desk.take(text("k1", "a"))
    now = desk.clock.now()
    change(desk, next_attempt_at=now + HOUR)
    desk.take(text("k2", "b", who="8"))
    assert moment(desk, now) == now + HOUR
    assert moment(desk, now + HOUR) is None
    assert moment(desk, desk.clock.now(), who="8") is None
    change(desk, settled_at=now)
    assert moment(desk, now) is None


def test_what_is_due_or_in_hands_is_busy(desk: Desk) -> None:
    desk.take(text("k1", "a"))
    now = desk.clock.now() + timedelta(seconds=1)
    assert busy(desk, now)
    change(desk, next_attempt_at=now + HOUR)
    assert not busy(desk, now)
    change(desk, lease_owner="somebody")
    assert busy(desk, now)


def test_a_due_timer_and_an_open_job_are_busy(desk: Desk) -> None:
    desk.take(text("k1", "in 60"))
    now = desk.clock.now()
    change(desk, settled_at=now)
    assert not busy(desk, now)
    assert busy(desk, now + timedelta(seconds=61))
    with desk.database.write() as connection:
        person = connection.execute(sa.select(tables.people.c.id)).scalar_one()
        connection.execute(sa.delete(tables.timers))
        connection.execute(
            tables.jobs.insert(),
            {
                "id": desk.ids.new(), "person_id": person, "kind": "media", "key": "1", "payload": b"x",
                "status": "queued", "attempts": 0, "created_at": now, "next_attempt_at": now + HOUR, "error": "",
            },
        )  # fmt: skip
    assert not busy(desk, now)
    assert moment(desk, now) == now + HOUR
    assert busy(desk, now + HOUR)
