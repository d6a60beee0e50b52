"""Audiences as queries: who belongs is found on both databases, through indexes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.zones import to_local
from storage import tables
from storage.broadcast_copies import waiting_copies
from storage.broadcast_writing import due_recipients, members
from storage.reach import _CHATS
from tests.integration.plans import explain
from tests.integration.storage.audience import Crowd
from tests.integration.storage.desk import Desk

Make = Callable[[Crowd], UUID]
FIRST = UUID(int=0)


@pytest.fixture
def crowd(desk: Desk) -> Crowd:
    return Crowd(desk)


def found(crowd: Crowd, audience: str) -> set[UUID]:
    with crowd.desk.database.read() as connection:
        rows = connection.execute(members(audience, crowd.desk.clock.now(), FIRST, 1_000))
        return {row.id for row in rows}


def one(crowd: Crowd, **profile: Any) -> UUID:
    return crowd.add(1, **profile)[0]


def keep(crowd: Crowd, table: sa.Table, person: UUID, **values: Any) -> UUID:
    with crowd.desk.database.write() as connection:
        connection.execute(table.insert(), {"person_id": person, **values})
    return person


def tagged(crowd: Crowd) -> UUID:
    return keep(crowd, tables.people_tags, one(crowd), tag="vip", created_at=crowd.desk.clock.now())


def under_way(status: str) -> Make:
    def make(crowd: Crowd) -> UUID:
        now, identity = crowd.desk.clock.now(), crowd.desk.ids.new()
        figures = {"version": 1, "steps_completed": 0, "steps_total": 2, "started_at": now}
        return keep(crowd, tables.executions, one(crowd), id=identity, workflow="selling", status=status, **figures)

    return make


def enrolled(crowd: Crowd) -> UUID:
    return keep(crowd, tables.timers, one(crowd), key="enrolment:morning_page", due_at=crowd.desk.clock.now())


def heard(days: float) -> Make:
    def make(crowd: Crowd) -> UUID:
        person = one(crowd)
        crowd.hear(person, timedelta(days=days))
        return person

    return make


def with_streak(length: int, days_ahead: int, zone: str = "UTC") -> Make:
    def make(crowd: Crowd) -> UUID:
        now = crowd.desk.clock.now()
        alive_until = to_local(now - timedelta(hours=3), zone).date() + timedelta(days=days_ahead)
        values = {"opted_in": False, "streak": length, "alive_until": alive_until, "joined_at": now, "updated_at": now}
        return keep(crowd, tables.members, one(crowd, zone=zone), **values)

    return make


@pytest.mark.parametrize(
    ("audience", "make", "belongs"),
    [
        ("market:freelancer", lambda crowd: one(crowd, market="freelancer"), True),
        ("market:freelancer", lambda crowd: one(crowd, market="agency"), False),
        ("market:freelancer,agency", lambda crowd: one(crowd, market="agency"), True),
        ("goal:save_time level:beginner", lambda crowd: one(crowd, goal="save_time", skill_level="beginner"), True),
        ("goal:save_time level:beginner", lambda crowd: one(crowd, goal="save_time"), False),
        ("goal:save_time or level:beginner", lambda crowd: one(crowd, goal="save_time"), True),
        ("language:de", lambda crowd: one(crowd, language="de-AT"), True),
        ("language:de", lambda crowd: one(crowd, language="den"), False),
        ("country:in", lambda crowd: one(crowd, country="IN"), True),
        ("channel:whatsapp", lambda crowd: one(crowd, channel="whatsapp"), True),
        ("channel:whatsapp", one, False),
        ("tag:vip", tagged, True),
        ("tag:vip,new", tagged, True),
        ("tag:new", tagged, False),
        ("not tag:vip", tagged, False),
        ("active:7d", heard(6.9), True),
        ("active:7d", heard(7.1), False),
        ("active:7d", one, False),
        ("silent:7d", heard(7.1), True),
        ("silent:7d", heard(6.9), False),
        ("silent:7d", one, True),
        ("doing:selling", under_way("in_progress"), True),
        ("doing:selling", under_way("completed"), False),
        ("did:selling", under_way("completed"), True),
        ("did:selling", under_way("abandoned"), False),
        ("enrolled:morning_page", enrolled, True),
        ("enrolled:evening_page", enrolled, False),
        ("streak:7", with_streak(7, 0), True),
        ("streak:8", with_streak(7, 0), False),
        ("streak:7", with_streak(7, 1, "Pacific/Kiritimati"), True),
        ("streak:7", with_streak(7, 0, "Pacific/Pago_Pago"), True),
        ("streak:7", with_streak(7, -1, "Asia/Kolkata"), False),
        ("streak:7", with_streak(7, -1, "Pacific/Pago_Pago"), False),
        ("streak:7", with_streak(7, -1), False),
    ],
)
def test_somebody_belongs_or_does_not(crowd: Crowd, audience: str, make: Make, belongs: bool) -> None:
    person = make(crowd)
    assert (person in found(crowd, audience)) is belongs
    assert (person in found(crowd, f"not ({audience})")) is not belongs


def test_that_we_wrote_or_that_they_blocked_us_is_no_word_of_theirs(crowd: Crowd) -> None:
    person = one(crowd)
    crowd.hear(person, timedelta(days=1))
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    assert found(crowd, "active:7d") == {person}
    other = one(crowd)
    crowd.hear(other, timedelta(days=9))
    crowd.change(other, updated_at=crowd.desk.clock.now())
    assert found(crowd, "active:7d") == {person}


def test_erased_and_merged_people_belong_to_nothing(crowd: Crowd) -> None:
    erased, merged = one(crowd), one(crowd)
    crowd.change(erased, data_key=None)
    crowd.change(merged, merged_into=crowd.admin)
    assert found(crowd, "everybody") == {crowd.admin}


# -- indexes -------------------------------------------------------------------------------------


@pytest.fixture
def large(crowd: Crowd) -> Crowd:
    """Make tables in which reading all of one is worse than an index."""
    crowd.add(3_000)
    for local_at in ("", "18:00"):
        broadcast = crowd.send(local_at=local_at)
        crowd.write_out(broadcast)
    crowd.drain(1_500)
    if crowd.desk.database.dialect == "postgresql":
        with crowd.desk.database.write() as connection:
            connection.execute(sa.text("analyze"))
    return crowd


def test_what_a_batch_runs_goes_through_indexes(large: Crowd) -> None:
    now, desk = large.desk.clock.now(), large.desk
    [broadcast, _] = sorted(row.id for row in desk.rows(tables.broadcasts))
    people = [row.id for row in desk.rows(tables.people)][:5]
    member = explain(desk.database, members("everybody", now, people[-1], 100), {})
    assert "pk_people" in member or "sqlite_autoindex_people" in member
    for query, index in (
        (due_recipients(broadcast, now, 200), "ix_broadcast_recipients_due"),
        (waiting_copies(broadcast, 2_000), "ix_outbox_broadcast"),
    ):
        assert index in explain(desk.database, query, {})
    chats = explain(desk.database, _CHATS, {"people": people})
    assert "ix_identities_person_id" in chats
    for table in ("identities", "conversations"):
        assert f"Seq Scan on {table}" not in chats
        assert f"SCAN {table}" not in chats


def test_what_is_asked_of_each_person_is_looked_up_and_not_read_through(large: Crowd) -> None:
    now, desk = large.desk.clock.now(), large.desk
    for audience in ("tag:vip", "active:7d", "doing:selling", "enrolled:page", "streak:7"):
        plan = explain(desk.database, members(audience, now, FIRST, 100), {})
        assert "Seq Scan on messages" not in plan
        assert "SCAN messages" not in plan
        assert "SCAN people_tags" not in plan
        assert "SCAN executions" not in plan
