"""Plans: whatever statement timers and sweeps run, it finds its rows by an index, as EXPLAIN shows.

The statements are those that are really run: they are noted on their way to the driver, and explained afterwards.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from storage import rows, tables
from tests.integration.workers.rig import Rig
from workers import firing
from workers.firing import Firing, TimerPorts
from workers.sweeps import Sweeper, SweepPorts
from workers.timer_loop import TimerLoop

MANY = 20_000
DUE = 300
_STRIDE = 7919
LARGE = ("timers", "people", "conversations", "outbox", "messages", "inbox", "jobs", "uploads")
"""Tables that grow with people and time."""
OPEN_LEASES = "outbox.lease_until <="
"""The sweep for dead senders reads all that is open: an index of leases would make each claim dearer."""
_EXPLAINED = re.compile(r"\s*(select|with|insert|update|delete)\b", re.IGNORECASE)

Statement = tuple[str, Any]


class Recorder:
    """Writes down the statements of one database."""

    def __init__(self, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[Statement] = []
        self._rig = rig
        lend = rows._cursor

        @contextmanager
        def lend_recorded(connection: sa.Connection) -> Iterator[Any]:
            with lend(connection) as cursor:
                yield _Recorded(cursor, self.statements)

        monkeypatch.setattr(rows, "_cursor", lend_recorded)
        for engine in {rig.database.engine, rig.database._reader}:
            sa.event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        self.statements.append((statement, parameters))

    def plans(self) -> list[tuple[str, str]]:
        """Return each statement with its plan."""
        found = {sql: place for place, (sql, _) in enumerate(self.statements) if _EXPLAINED.match(sql)}
        return [(sql, self._plan(place)) for sql, place in found.items()]

    def _plan(self, place: int) -> str:
        sql, parameters = self.statements[place]
        word = "explain" if self._rig.database.dialect == "postgresql" else "explain query plan"
        if isinstance(parameters, list) and parameters and isinstance(parameters[0], (list, tuple)):
            parameters = parameters[0]  # the first of many rows
        with self._rig.database.engine.connect() as connection:
            cursor = connection.connection.cursor()
            if place and self.statements[place - 1][0].startswith("set local"):
                cursor.execute(self.statements[place - 1][0])
            cursor.execute(f"{word} {sql}", parameters)
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
            connection.rollback()
        return plan


class _Recorded:
    def __init__(self, cursor: Any, statements: list[Statement]) -> None:
        self._cursor = cursor
        self._statements = statements

    def execute(self, sql: str, parameters: Any = (), **more: Any) -> Any:
        self._statements.append((sql, parameters))
        return self._cursor.execute(sql, parameters, **more) if parameters else self._cursor.execute(sql)

    def executemany(self, sql: str, parameters: Sequence[Any]) -> Any:
        if parameters:
            self._statements.append((sql, parameters[0]))
        return self._cursor.executemany(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def fill(rig: Rig, now: datetime) -> None:
    """Let there be much of everything, of which little is due."""
    later = now + timedelta(days=1)
    person = {
        "data_key": b"",
        "state": b"x" * 600,
        "next_seq": 1,
        **dict.fromkeys(("language", "zone", "goal", "market", "skill_level", "country"), ""),
        "created_at": now,
        "updated_at": now,
    }
    many = [rig.ids.new() for _ in range(MANY)]
    letter = {"account_id": rig.account, "seq": 1, "status": "queued", "on_unknown": "give_up", "tap_id": ""}
    more = {"notice": "", "created_at": now, "attempts": 0, "parts_sent": 0, "external_ids": "", "error": ""}
    job = {"kind": "x", "key": "x", "payload": b"", "status": "queued", "attempts": 0, "created_at": now, "error": ""}
    said = {"seq": 1, "inbound": False, "kind": "nudge", "at": now, "key": "", "body": b"x" * 200}
    place = {"account_id": rig.account, "created_at": now}
    upload = {"owner": "x", "mime": "x", "name": "x", "size": 1, "created_at": now}
    inserts: list[tuple[sa.Table, list[dict[str, Any]]]] = [
        (tables.people, [{"id": one, **person} for one in many]),
        (tables.identities, [{"id": one, "person_id": one, "address": str(one), **place} for one in many]),
        (tables.conversations, [{"id": one, "identity_id": one, "chat": "1", **place} for one in many]),
        (tables.timers, _spread(many, later)),
        (tables.messages, [{"id": one, "conversation_id": one, "person_id": one, **said} for one in many]),
        (
            tables.outbox,
            [
                {"id": one, "conversation_id": one, "priority": 1, "next_attempt_at": later, **letter, **more}
                for one in many
            ],
        ),
        (
            tables.inbox,
            [{"account_id": rig.account, "key": str(one), "received_at": now - timedelta(days=1)} for one in many],
        ),
        (tables.jobs, [{"id": one, "person_id": one, "next_attempt_at": later, **job} for one in many]),
        (tables.uploads, [{"ref": one.hex, **upload} for one in many]),
    ]
    with rig.database.write() as connection:
        for table, given in inserts:
            connection.execute(table.insert(), given)


def _spread(people: list[UUID], until: datetime) -> list[dict[str, Any]]:
    """Return a timer for each, all over the time until a moment, in no order: an index scan then looks dear."""
    step = timedelta(days=1) / len(people)
    return [
        {"person_id": one, "key": "later", "due_at": until - step * (place * _STRIDE % len(people))}
        for place, one in enumerate(people)
    ]


def count_for_the_planner(rig: Rig) -> None:
    with rig.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def make_due(rig: Rig) -> None:
    """Let some be due, some of whom nobody can read, and something be there for each sweep."""
    at = rig.clock.now() - timedelta(seconds=1)
    talks = [rig.meet(str(number)) for number in range(DUE)]
    unread = [row.id for row in rig.rows(tables.people)[:3]]
    people = [*(talk.person for talk in talks), *unread]
    job = rig.add_job(talks[0], "slow")
    with rig.database.write() as connection:
        due = [{"person_id": person, "key": "due", "due_at": at} for person in people]
        connection.execute(tables.timers.insert(), due)
        gone = sa.update(tables.outbox).where(tables.outbox.c.id == unread[0])
        connection.execute(gone.values(lease_owner="sender/1", lease_until=at, conversation_id=talks[0].conversation))
        old = at - timedelta(days=60)
        connection.execute(sa.update(tables.inbox).where(tables.inbox.c.key == str(unread[0])).values(received_at=old))
        mine = sa.update(tables.uploads).where(tables.uploads.c.ref == unread[0].hex)
        connection.execute(mine.values(created_at=old))
        connection.execute(sa.update(tables.jobs).where(tables.jobs.c.id == job).values(next_attempt_at=at))


class _Queue:
    def missing(self, tickets: list[Any]) -> list[Any]:
        return tickets

    def put_tickets(self, tickets: list[Any]) -> None:
        assert tickets


@pytest.mark.parametrize("counted", ["before anything was due", "while much was due"])
def test_timers_and_sweeps_read_no_large_table_from_end_to_end(
    rig: Rig, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 250)
    fill(rig, rig.clock.now())
    plans: list[Callable[[], None]] = [lambda: count_for_the_planner(rig), lambda: make_due(rig)]
    for step in plans if counted == "before anything was due" else reversed(plans):
        step()
    rig.clock.ahead = timedelta(minutes=15)
    recorder = Recorder(rig, monkeypatch)
    ports = TimerPorts(rig.database, rig.turns, rig.sealer, rig.dead_letters, rig.clock, rig.hints)
    assert Firing(ports).fire_batch().timers > 0
    TimerLoop(ports).pause()
    sweeps = SweepPorts(rig.database, rig.leases, _Queue(), rig.uploads, rig.dead_letters, rig.clock, rig.hints)
    sweeper = Sweeper(sweeps)
    for sweep in sweeper.sweeps:
        sweeper.sweep(sweep)
    found = recorder.plans()
    assert len(found) > 12
    whole = re.compile(rf"(?:Seq Scan on|SCAN) ({'|'.join(LARGE)})\b(?! USING)")
    assert [(sql, plan) for sql, plan in found if whole.search(plan) and OPEN_LEASES not in sql] == []
    [claim] = [plan for sql, plan in found if "from timers join people" in sql]
    assert "ix_timers_due_at" in claim
    assert not re.search(r"Sort|TEMP B-TREE", claim)
    [take] = [plan for sql, plan in found if sql.startswith("delete from timers where person_id")]
    assert "ix_timers_due_at" not in take
