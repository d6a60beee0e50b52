"""Stock: what waits, and how long it has waited."""

from datetime import timedelta

import sqlalchemy as sa

from storage import tables
from storage.stock import stock
from tests.integration.storage.desk import Desk, text

NOTHING = {
    "outbox_waiting": 0,
    "outbox_oldest_seconds": 0,
    "timers_overdue": 0,
    "timers_oldest_seconds": 0,
    "jobs_waiting": 0,
    "jobs_oldest_seconds": 0,
    "dead_letters": 0,
}


def test_stock_of_an_empty_database_is_nothing(desk: Desk) -> None:
    assert stock(desk.database, desk.clock.now()) == NOTHING


def test_stock_counts_what_waits_and_how_long(desk: Desk) -> None:
    desk.take(text("k1", "in 10"), text("k2", "in 7200"), text("k3", "poison"))
    now = desk.clock.now() + timedelta(seconds=100)
    found = stock(desk.database, now)
    assert (found["outbox_waiting"], found["timers_overdue"], found["dead_letters"]) == (2, 1, 1)
    assert (round(found["outbox_oldest_seconds"], -1), round(found["timers_oldest_seconds"], -1)) == (100, 90)


def test_stock_leaves_out_what_is_done(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "poison"))
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(settled_at=desk.clock.now()))
    desk.dead_letters.mark_replayed(desk.dead_letters.newest()[0].id)
    assert stock(desk.database, desk.clock.now()) == NOTHING


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
    assert (found["jobs_waiting"], round(found["jobs_oldest_seconds"])) == (1, 60)
