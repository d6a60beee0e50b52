"""Copies of a broadcast: a pause and an end hold at once, and what became of each is counted."""

import pytest
import sqlalchemy as sa

from core.broadcasts import Act
from core.messages import DeliveryStatus
from storage import tables
from storage.holding import held_in, let_go, look_again
from tests.integration.storage.audience import Crowd, able
from tests.integration.storage.desk import Desk


@pytest.fixture
def crowd(desk: Desk) -> Crowd:
    return Crowd(desk)


# -- pause, resume, cancel -----------------------------------------------------------------------


def test_cancelled_in_the_middle_takes_back_what_nobody_has_claimed(crowd: Crowd) -> None:
    crowd.add(29)
    broadcast = crowd.send()
    crowd.broadcasts.leg(broadcast, able, iter([True, True, False]).__next__)
    crowd.drain(10)
    claimed = sa.select(tables.outbox.c.id).where(tables.outbox.c.settled_at.is_(None)).limit(5)
    with crowd.desk.database.write() as connection:
        ids = list(connection.execute(claimed).scalars())
        leased = sa.update(tables.outbox).where(tables.outbox.c.id.in_(ids))
        connection.execute(leased.values(lease_owner="sender/1", lease_until=crowd.desk.clock.now()))
    assert crowd.broadcasts.act(broadcast, Act.CANCEL, "admin:1").changed
    results = crowd.told(broadcast)
    assert (results.sent, results.waiting, results.withdrawn, results.failed) == (10, 5, 15, {})
    with crowd.desk.database.write() as connection:
        freed = sa.update(tables.outbox).where(tables.outbox.c.id.in_(ids[:2]))
        connection.execute(freed.values(lease_owner=None, lease_until=None, status="errored"))
    assert crowd.broadcasts.push() == []
    assert crowd.told(broadcast).withdrawn == 17
    assert crowd.write_out(broadcast) == 0
    assert not crowd.broadcasts.act(broadcast, Act.RESUME, "admin:1").changed


def test_paused_holds_what_nobody_has_claimed_and_resumed_sends_each_once(crowd: Crowd) -> None:
    people = [crowd.admin, *crowd.add(29)]
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    first = crowd.drain(10)
    assert crowd.broadcasts.act(broadcast, Act.PAUSE, "admin:1").changed
    assert not crowd.broadcasts.act(broadcast, Act.PAUSE, "admin:1").changed
    crowd.later(hours=13)
    assert (crowd.drain(), crowd.write_out(broadcast), crowd.broadcasts.push()) == ([], 0, [])
    assert crowd.broadcasts.act(broadcast, Act.RESUME, "admin:1").changed
    assert len(first + crowd.drain()) == len(people)
    assert crowd.copies() == sorted(people)
    assert {row.status for row in crowd.desk.rows(tables.outbox)} == {"wired"}
    assert crowd.audited() == ["broadcast_sent", "broadcast_paused", "broadcast_resumed"]


def test_paused_copy_stays_where_it_is_when_its_person_writes(crowd: Crowd) -> None:
    [person] = crowd.add(1, "whatsapp")
    crowd.hear(person)
    broadcast = crowd.send(audience="channel:whatsapp")
    crowd.write_out(broadcast)
    crowd.broadcasts.act(broadcast, Act.PAUSE, "admin:1")
    crowd.later(minutes=1)
    now, chat = crowd.desk.clock.now(), crowd.row(person).conversation_id
    with crowd.desk.database.write() as connection:
        assert held_in(connection, [chat], now) == set()
        assert let_go(connection, chat, now, now) == 0
        assert look_again(connection, crowd.at["whatsapp"], now) == 0


def test_copy_that_failed_for_now_while_it_was_paused_is_held_too(crowd: Crowd) -> None:
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    with crowd.desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(lease_owner="sender/1"))
    crowd.broadcasts.act(broadcast, Act.PAUSE, "admin:1")
    with crowd.desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(lease_owner=None, status="errored", error="throttled"))
    crowd.broadcasts.push()
    assert crowd.drain() == []


# -- results -------------------------------------------------------------------------------------


def test_results_count_people_by_what_became_of_their_copy(crowd: Crowd) -> None:
    people = crowd.add(5)
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    outbox, chats = tables.outbox, {one: crowd.row(one).conversation_id for one in people}
    crowd.drain()
    with crowd.desk.database.write() as connection:
        for one, values in zip(
            people,
            (
                {"reported": DeliveryStatus.DELIVERED.value},
                {"reported": DeliveryStatus.READ.value},
                {"status": "failed", "error": "RecipientUnreachable 403: blocked by the user"},
                {"status": "failed", "error": "expired"},
                {"status": "failed", "error": "expired"},
            ),
            strict=True,
        ):
            connection.execute(sa.update(outbox).where(outbox.c.conversation_id == chats[one]).values(**values))
    crowd.later(hours=1)
    crowd.hear(people[1])
    crowd.later(hours=24)
    crowd.hear(people[0])
    results = crowd.told(broadcast)
    assert (results.sent, results.delivered, results.read, results.answered) == (3, 2, 1, 1)
    assert results.failed == {"RecipientUnreachable 403": 1, "expired": 2}


def test_results_outlive_the_outbox(crowd: Crowd) -> None:
    crowd.add(3)
    broadcast = crowd.send()
    crowd.finish(broadcast)
    before = crowd.told(broadcast)
    crowd.later(days=2, seconds=1)
    crowd.broadcasts.push()
    with crowd.desk.database.write() as connection:
        connection.execute(sa.delete(tables.outbox))
    assert crowd.told(broadcast) == before
    assert before.sent == 4
