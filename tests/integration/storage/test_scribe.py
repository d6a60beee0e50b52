"""What a turn wants done is written down whole: where it belongs, under its own seal, and undone when it says so."""

from datetime import datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa

from conversations.events import Event, TimerFired
from conversations.scene import Turn
from conversations.state import State
from core import errors
from storage import tables
from storage.sealing import Unsealable
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, Parrot, text


def test_answer_goes_to_the_conversation_that_was_written_in(desk: Desk) -> None:
    desk.take(text("k1", "a"))
    desk.take(text("k2", "b", chat="-100"), text("k3", "c"), text("k4", "d", chat="-100"))
    assert desk.said(inbound=False) == ["re: a", "re: c"]
    assert desk.said(chat="-100", inbound=False) == ["re: b", "re: d"]
    asked = {row.conversation_id: row.account_id for row in desk.rows(tables.outbox)}
    assert asked == {row.id: desk.account for row in desk.rows(tables.conversations)}


def test_timer_that_is_cleared_does_not_fire(desk: Desk) -> None:
    desk.take(text("k1", "in 10"), text("k2", "in 20"))
    desk.take(text("k3", "never 10"), text("k4", "in 30"), text("k5", "never 30"))
    assert [row.key for row in desk.rows(tables.timers)] == ["timer:in 20"]
    desk.clock.ahead = timedelta(minutes=1)
    assert desk.fire().fired == 1


async def test_hint_names_the_earliest_timer_of_a_batch(desk: Desk) -> None:
    async with desk.open() as intake:
        await intake.take([text("k1", "in 10"), text("k2", "in 20"), text("k3", "in 5"), text("k4", "in 30")])
    assert desk.hints.timers == [min(row.due_at for row in desk.rows(tables.timers))]


def test_fact_opens_in_its_own_row_only(desk: Desk) -> None:
    desk.take(text("k1", "note one"), text("k2", "note two"))
    one, two = sorted(desk.rows(tables.facts), key=lambda row: row.id)
    [person] = desk.rows(tables.people)
    seal = desk.sealer.seal_of(person.id, person.data_key)
    assert orjson.loads(seal.open(one.data, b"fact" + one.id.bytes)) == {"words": "one"}
    with pytest.raises(Unsealable):
        seal.open(one.data, b"fact" + two.id.bytes)


class Forgetful(Parrot):
    """A parrot that does not find its workflow the first time that a timer fires."""

    away = True

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        if isinstance(event, TimerFired) and self.away:
            raise errors.StorageUnavailable
        return super().advance(state, event, now)


def test_timer_whose_workflow_cannot_be_read_just_now_stays(database_url: str, open_desk: OpenDesk) -> None:
    parrot = Forgetful()
    desk = open_desk(database_url, parrot)
    desk.take(text("k1", "in 10"))
    desk.clock.ahead = timedelta(minutes=1)
    with pytest.raises(errors.StorageUnavailable):
        desk.fire()
    assert (desk.count(tables.timers), desk.letters()) == (1, [])
    parrot.away = False
    assert desk.fire().fired == 1


def test_state_of_one_person_does_not_open_for_another(desk: Desk) -> None:
    desk.take(text("k1", "a", "1"), text("k2", "b", "2"))
    with desk.database.write() as connection:
        people = connection.execute(sa.select(tables.people).order_by(tables.people.c.id)).all()
        for person, other in zip(people, reversed(people), strict=True):
            mine = tables.people.c.id == person.id
            connection.execute(sa.update(tables.people).where(mine).values(state=other.state))
    report = desk.take(text("k3", "c", "1"), text("k4", "d", "2"))
    assert (report.taken, report.buried) == (0, 2)
