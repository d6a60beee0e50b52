"""Due timers that are set aside: one person's, those that have come, and only while nobody works on that person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import due, tables
from tests.integration.workers.rig import Rig, Talk

SetAside = Callable[[sa.Connection, Rig, Talk], list[str]]

WAYS = {
    "postponed": lambda connection, rig, talk: due.postpone(
        connection, talk.person, rig.clock.now(), rig.clock.now() + timedelta(days=1)
    ),
    "dropped": lambda connection, rig, talk: due.drop(connection, talk.person, rig.clock.now()),
}
ways = pytest.mark.parametrize("set_aside", WAYS.values(), ids=WAYS)


@ways
def test_timers_set_aside_are_those_of_the_person_that_have_come(rig: Rig, set_aside: SetAside) -> None:
    talk, other, now = rig.meet("1"), rig.meet("2"), rig.clock.now()
    rig.set_timer(talk, "due", now - timedelta(seconds=1))
    rig.set_timer(talk, "later", now + timedelta(hours=1))
    rig.set_timer(other, "due for another", now - timedelta(seconds=1))
    before = {row.key: row.due_at for row in rig.rows(tables.timers)}
    with rig.database.write() as connection:
        assert set_aside(connection, rig, talk) == ["due"]
    after = {row.key: row.due_at for row in rig.rows(tables.timers)}
    assert after.get("due") != before["due"]
    assert {**after, "due": None} == {**before, "due": None}


@ways
def test_timers_of_a_person_on_whom_somebody_works_stay(postgres_database_url: str, set_aside: SetAside) -> None:
    rig = Rig(postgres_database_url)
    talk = rig.meet("1")
    rig.set_timer(talk, "due", rig.clock.now() - timedelta(seconds=1))
    with rig.database.write() as theirs, rig.database.write() as ours:
        theirs.execute(sa.select(tables.people.c.id).with_for_update())
        assert set_aside(ours, rig, talk) == []
    with rig.database.write() as ours:
        assert set_aside(ours, rig, talk) == ["due"]
    rig.close()
