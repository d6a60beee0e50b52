"""Stock: what waits, and how long it has waited."""

from datetime import timedelta

import sqlalchemy as sa

from storage import tables
from storage.stock import Stock, stock
from tests.integration.storage.desk import Desk, text

KINDS = ("outbox", "held", "timers", "jobs", "dead_letters")
NOTHING = Stock(dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0.0))


def test_stock_of_an_empty_database_is_nothing(desk: Desk) -> None:
    assert stock(desk.database, desk.clock.now()) == NOTHING


def test_stock_counts_what_waits_and_how_long(desk: Desk) -> None:
    desk.take(text("k1", "in 10"), text("k2", "in 7200"), text("k3", "poison"))
    now = desk.clock.now() + timedelta(seconds=100)
    found = stock(desk.database, now)
    assert found.waiting == {"outbox": 2, "held": 0, "timers": 1, "jobs": 0, "dead_letters": 1}
    rounded = {kind: round(seconds, -1) for kind, seconds in found.oldest_seconds.items()}
    assert rounded == {"outbox": 100, "held": 0, "timers": 90, "jobs": 0, "dead_letters": 100}


def test_stock_counts_what_was_sent_in_the_last_hour_by_channel_and_status(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "b"), text("k3", "c"))
    with desk.database.write() as connection:
        first = sa.select(sa.func.min(tables.outbox.c.seq)).scalar_subquery()
        connection.execute(sa.update(tables.outbox).where(tables.outbox.c.seq == first).values(status="delivered"))

    now = desk.clock.now()

    assert stock(desk.database, now).sent == {("telegram", "delivered"): 1, ("telegram", "queued"): 2}
    assert stock(desk.database, now + timedelta(minutes=61)).sent == {}


def test_stock_counts_apart_what_its_channel_does_not_take(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "b"))
    with desk.database.write() as connection:
        first = sa.select(sa.func.min(tables.outbox.c.seq)).scalar_subquery()
        connection.execute(sa.update(tables.outbox).where(tables.outbox.c.seq == first).values(status="held"))
    found = stock(desk.database, desk.clock.now() + timedelta(seconds=100))
    assert (found.waiting["outbox"], found.waiting["held"]) == (1, 1)
    assert round(found.oldest_seconds["held"], -1) == 100


def test_stock_leaves_out_what_is_done(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "poison"))
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(settled_at=desk.clock.now()))
    desk.dead_letters.mark_replayed(desk.dead_letters.newest()[0].id)
    found = stock(desk.database, desk.clock.now())
    assert (found.waiting, found.oldest_seconds) == (NOTHING.waiting, NOTHING.oldest_seconds)


def test_stock_counts_open_jobs(desk: Desk) -> None:
    now = desk.clock.now()
    row = {
        "person_id": desk.ids.new(), "kind": "media", "payload": b"x", "status": "queued", "attempts": 0,
        "created_at": now, "next_attempt_at": now, "error": "",
    }  # fmt: skip
    with desk.database.write() as connection:
        connection.execute(tables.jobs.insert(), {**row, "id": desk.ids.new(), "key": "1"})
        connection.execute(tables.jobs.insert(), {**row, "id": desk.ids.new(), "key": "2", "ended_at": now})
    found = stock(desk.database, now + timedelta(seconds=60))
    assert (found.waiting["jobs"], round(found.oldest_seconds["jobs"])) == (1, 60)
