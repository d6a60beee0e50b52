"""Sweeps: one process at a time, bounded, and nothing that is still needed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog
from uuid_utils.compat import uuid7

from core import errors
from core.messages import OnUnknown
from storage import tables
from storage.jobs import Ticket
from storage.outbox import Wish, begin
from tests.integration.workers.rig import Rig
from workers import queue as workers_queue
from workers import sweeps
from workers.sweeps import Sweep, Sweeper, SweepPorts


class Queue:
    """A queue that knows what was put into it."""

    def __init__(self) -> None:
        self.put: list[Ticket] = []

    def missing(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        return [ticket for ticket in tickets if ticket not in self.put]

    def put_tickets(self, tickets: Sequence[Ticket]) -> None:
        self.put.extend(tickets)


def sweeper(rig: Rig, queue: Queue | workers_queue.Queue | None = None) -> Sweeper:
    return Sweeper(
        SweepPorts(rig.database, rig.leases, queue or Queue(), rig.uploads, rig.dead_letters, rig.clock, rig.hints)
    )


def test_sweep_runs_in_one_process_at_a_time(rig: Rig) -> None:
    runs: list[str] = []

    def run() -> int:
        runs.append("x")
        return 1

    sweep = Sweep("test", timedelta(seconds=3), run)
    one, two = sweeper(rig), sweeper(rig)
    assert (one.sweep(sweep), two.sweep(sweep), one.sweep(sweep)) == (1, 0, 1)
    rig.clock.ahead = timedelta(minutes=1)
    assert two.sweep(sweep) == 1


def test_sweep_that_fails_ends_nothing(rig: Rig) -> None:
    def fail() -> int:
        raise ZeroDivisionError

    def away() -> int:
        raise errors.StorageUnavailable

    assert sweeper(rig).sweep(Sweep("test", timedelta(seconds=3), fail)) == 0
    assert sweeper(rig).sweep(Sweep("other", timedelta(seconds=3), away)) == 0


def test_sweep_without_a_queue_says_so_and_comes_again(rig: Rig) -> None:
    rig.add_job(rig.meet("1"), "test")
    queue = workers_queue.Queue("unix:///nowhere/socket", lambda kind: timedelta(seconds=5))
    sweeps_of = sweeper(rig, queue)
    requeue = next(sweep for sweep in sweeps_of.sweeps if sweep.name == "requeue-jobs")
    with structlog.testing.capture_logs() as ours:
        assert sweeps_of.sweep(requeue) == 0
    assert [(line["event"], line["log_level"]) for line in ours] == [("sweep_waits_for_queue", "warning")]
    queue.close()


async def test_run_goes_on_sweeping_when_the_clock_is_set_back(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    queue, stop = Queue(), asyncio.Event()
    one = sweeper(rig, queue)
    monkeypatch.setattr(one, "sweeps", [replace(sweep, every=timedelta(milliseconds=10)) for sweep in one.sweeps])
    task = asyncio.create_task(one.run(stop))
    await asyncio.sleep(0.2)
    rig.clock.ahead = -timedelta(hours=1)
    rig.add_job(rig.meet("1"), "test")
    async with asyncio.timeout(10):
        while not queue.put:  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)
    stop.set()
    await task


def test_recover_outbox_follows_the_policy_and_leaves_a_letter(rig: Rig) -> None:
    rig.say(rig.meet("1"), "again")
    rig.say(rig.meet("2"), "once", on_unknown=OnUnknown.GIVE_UP)
    with rig.database.write() as connection:
        claimed = rig.outbox.claim(connection, Wish("dead", timedelta(minutes=1), 10), rig.clock.now())
        assert len(begin(connection, claimed)) == 2
    assert sweeper(rig).recover_outbox() == 0
    rig.clock.ahead = timedelta(minutes=2)
    assert sweeper(rig).recover_outbox() == 2
    assert sorted(row.status for row in rig.rows(tables.outbox)) == ["errored", "unknown"]
    assert len(rig.dead_letters.newest()) == 1
    assert rig.hints.outbox == 1


def test_requeue_jobs_hands_over_what_is_due_and_unknown(rig: Rig) -> None:
    queue, talk = Queue(), rig.meet("1")
    due = rig.add_job(talk, "test", "due")
    later = rig.add_job(talk, "test", "later")
    held = rig.add_job(talk, "test", "held")
    with rig.database.write() as connection:
        rig.jobs.start(connection, held, "worker", now=rig.clock.now(), lease=lambda kind: timedelta(minutes=1))
        change = sa.update(tables.jobs).where(tables.jobs.c.id == later)
        connection.execute(change.values(next_attempt_at=rig.clock.now() + timedelta(hours=1)))
    assert sweeper(rig, queue).requeue_jobs() == 1
    assert sweeper(rig, queue).requeue_jobs() == 0
    assert queue.put == [Ticket(due, "test")]
    rig.clock.ahead = timedelta(minutes=2)
    assert sweeper(rig, queue).requeue_jobs() == 1
    assert queue.put[1:] == [Ticket(held, "test", 1)]


def test_purge_nudges_forgets_old_ones_only(rig: Rig) -> None:
    talk, now = rig.meet("1"), rig.clock.now()
    with rig.database.write() as connection:
        for days in (1, 89, 91, 400):
            at = now - timedelta(days=days)
            row = {"person_id": talk.person, "rule": "morning", "date": at.date(), "result": "queued", "reason": ""}
            connection.execute(tables.nudges.insert().values(**row, at=at))
    assert sweeper(rig).purge_nudges() == 2
    assert sweeper(rig).purge_nudges() == 0
    assert sorted((now - row.at).days for row in rig.rows(tables.nudges)) == [1, 89]


def test_purge_inbox_forgets_old_keys_only(rig: Rig) -> None:
    now = rig.clock.now()
    rows = [
        {"account_id": rig.account, "key": key, "received_at": now - timedelta(days=days)}
        for key, days in (("old", 41), ("older", 50), ("new", 39))
    ]
    with rig.database.write() as connection:
        connection.execute(tables.inbox.insert(), rows)
    assert sweeper(rig).purge_inbox() == 2
    assert [row.key for row in rig.rows(tables.inbox)] == ["new"]


def test_purge_outbox_removes_old_settled_messages_only(rig: Rig) -> None:
    talk = rig.meet("1")
    kept, gone, waiting = rig.say(talk, "kept", "gone", "waiting")
    old = rig.clock.now() - timedelta(days=31)
    with rig.database.write() as connection:
        for message, settled in ((kept, True), (gone, True), (waiting, False)):
            values: dict[str, object] = {"settled_at": old if settled else None}
            if message != kept:
                values["id"] = id_of(old)
            connection.execute(sa.update(tables.outbox).where(tables.outbox.c.id == message).values(values))
    assert sweeper(rig).purge_outbox() == 1
    assert sorted(row.seq for row in rig.rows(tables.outbox)) == [1, 3]


def id_of(moment: datetime) -> UUID:
    """Return a UUIDv7 as it would have been made at a moment."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (uuid7().int & ((1 << 80) - 1)))


def test_expire_uploads_removes_what_nobody_sent_off(rig: Rig) -> None:
    ref = rig.uploads.put("ann", b"1", "", "")
    assert sweeper(rig).expire_uploads() == 0
    rig.clock.ahead = sweeps.UPLOADS_KEPT + timedelta(minutes=1)
    assert sweeper(rig).expire_uploads() == 1
    assert rig.uploads.get("ann", ref) is None


def test_lease_is_one_owner_s_until_it_ends_or_is_given_back(rig: Rig) -> None:
    minute = timedelta(minutes=1)
    assert rig.leases.take("x", "one", minute)
    assert not rig.leases.take("x", "two", minute)
    assert rig.leases.take("x", "one", minute)
    rig.leases.release("x", "two")
    assert not rig.leases.take("x", "two", minute)
    rig.leases.release("x", "one")
    assert rig.leases.take("x", "two", minute)
    rig.clock.ahead = 2 * minute
    assert rig.leases.take("x", "one", minute)


async def test_run_sweeps_until_it_is_told_to_stop(rig: Rig) -> None:
    queue, stop = Queue(), asyncio.Event()
    rig.add_job(rig.meet("1"), "test")
    task = asyncio.create_task(sweeper(rig, queue).run(stop))
    async with asyncio.timeout(10):
        while not queue.put:  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)
    stop.set()
    await task
    assert len(queue.put) == 1
