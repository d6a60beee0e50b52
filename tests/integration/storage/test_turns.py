"""Turns under several processes: due timers fire once, locks are waited for or left alone, strangers become one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from conversations.events import SignalRaised
from core import errors
from storage import tables
from storage.ledger import Ledger
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, text

SOON = timedelta(seconds=30)


def plan(desk: Desk, people: int, seconds: float = 10) -> None:
    """Let people ask for a timer each."""
    desk.take(*(text(f"plan{who}", f"in {seconds:g}", str(who)) for who in range(people)))


def fired(desk: Desk, who: int | str) -> list[str]:
    return [words for words in desk.said(str(who), inbound=False) if "fired" in words]


def both_at_once(one: Callable[[], object], two: Callable[[], object]) -> None:
    """Run two calls in threads that set off together."""
    line = threading.Barrier(2)

    def start(call: Callable[[], object]) -> object:
        line.wait(10)
        return call()

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(start, call) for call in (one, two)]:
            future.result(30)


def test_fire_fires_what_is_due_and_nothing_else(desk: Desk) -> None:
    plan(desk, 3)
    desk.take(text("later", "in 3600", "9"))
    assert desk.fire().fired == 0
    desk.clock.ahead = SOON
    report = desk.fire()
    assert (report.fired, report.sends) == (3, True)
    assert [fired(desk, who) for who in range(3)] == [["re: fired:timer:in 10"]] * 3
    assert [row.key for row in desk.rows(tables.timers)] == ["timer:in 3600"]
    assert desk.fire().fired == 0


def test_fire_fires_one_persons_timers_in_the_order_in_which_they_were_due(desk: Desk) -> None:
    for seconds in (9, 3, 12, 6, 1):
        desk.take(text(f"k{seconds}", f"in {seconds}"))
    desk.clock.ahead = SOON
    assert desk.fire().fired == 5
    assert fired(desk, 7) == [f"re: fired:timer:in {seconds}" for seconds in (1, 3, 6, 9, 12)]


def test_fire_takes_the_longest_due_first(desk: Desk) -> None:
    plan(desk, 1, 20)
    desk.take(text("early", "in 5", "early"))
    desk.clock.ahead = SOON
    assert desk.fire(most=1).fired == 1
    assert (len(fired(desk, "early")), len(fired(desk, 0))) == (1, 0)


def test_fire_by_two_threads_fires_each_timer_once(database_url: str, open_desk: OpenDesk) -> None:
    desks = [open_desk(database_url), open_desk(database_url)]
    plan(desks[0], 60)
    for desk in desks:
        desk.clock.ahead = SOON

    def fire_all(desk: Desk) -> None:
        while desk.count(tables.timers):
            desk.fire(most=7)

    both_at_once(lambda: fire_all(desks[0]), lambda: fire_all(desks[1]))
    assert [len(fired(desks[0], who)) for who in range(60)] == [1] * 60


def test_fire_leaves_out_people_whom_another_transaction_holds(postgres_desk: Desk, open_desk: OpenDesk) -> None:
    desk, other = postgres_desk, open_desk(postgres_desk.url)
    plan(desk, 2)
    desk.clock.ahead = SOON
    held = {row.address: row.person_id for row in desk.rows(tables.identities)}["0"]
    with other.database.write() as connection:
        connection.execute(sa.select(tables.people.c.id).where(tables.people.c.id == held).with_for_update())
        assert desk.fire().fired == 1
    assert (fired(desk, 0), len(fired(desk, 1))) == ([], 1)
    assert desk.fire().fired == 1
    assert len(fired(desk, 0)) == 1


def test_fire_again_after_a_rolled_back_batch(desk: Desk) -> None:
    plan(desk, 2)
    desk.clock.ahead = SOON

    def fire_and_die() -> None:
        with desk.database.write() as connection:
            assert desk.turns.fire(connection, desk.clock.now(), 100).fired == 2
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fire_and_die()
    assert desk.count(tables.timers) == 2
    assert desk.fire().fired == 2
    assert [len(fired(desk, who)) for who in range(2)] == [1, 1]


def test_fire_buries_a_turn_that_fails_and_fires_the_others(desk: Desk) -> None:
    plan(desk, 2)
    person = desk.rows(tables.identities)[0].person_id
    with desk.database.write() as connection:
        row = {"person_id": person, "key": "poison", "due_at": desk.clock.now()}
        connection.execute(tables.timers.insert(), row)
    desk.clock.ahead = SOON
    assert desk.fire().fired == 3
    assert desk.letters() == [(str(person), "TimerFired failed")]
    assert [len(fired(desk, who)) for who in range(2)] == [1, 1]


def test_a_timer_with_the_same_key_is_replaced(desk: Desk) -> None:
    desk.take(text("k1", "in 10"))
    (before,) = desk.rows(tables.timers)
    desk.clock.ahead = timedelta(seconds=5)
    desk.take(text("k2", "in 10"))
    (after,) = desk.rows(tables.timers)
    assert after.due_at > before.due_at


def test_strangers_who_write_to_two_processes_become_one_person_each(database_url: str, open_desk: OpenDesk) -> None:
    """Batches of the same strangers in opposite orders, many times: neither waits for the other in a circle."""
    desks = [open_desk(database_url), open_desk(database_url)]
    refused: list[Exception] = []

    def meet(desk: Desk, turn: int, step: int) -> None:
        for number in range(12):
            messages = [text(f"{turn}.{number}.{who}", "a", f"{number}.{who}") for who in range(30)][::step]
            try:
                desk.take(*messages)
            except errors.StorageUnavailable as error:
                refused.append(error)
            except sa.exc.IntegrityError:
                for message in messages:
                    desk.take(message)

    both_at_once(lambda: meet(desks[0], 0, 1), lambda: meet(desks[1], 1, -1))
    assert refused == []
    assert desks[0].count(tables.people) == 360
    assert desks[0].heard("11.29") == ["a", "a"]


def test_strangers_of_a_batch_are_written_in_one_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches that met the same strangers in different orders would wait for each other in a circle."""
    written: list[str] = []
    write = Ledger.write

    def note(ledger: Ledger, connection: sa.Connection) -> None:
        written.extend(row["address"] for row in ledger.identities)
        write(ledger, connection)

    monkeypatch.setattr(Ledger, "write", note)
    desk.take(*(text(f"k{who}", "a", who) for who in "cadb"))
    assert written == ["a", "b", "c", "d"]


def test_two_writers_of_one_person_wait_for_each_other(database_url: str, open_desk: OpenDesk) -> None:
    desks = [open_desk(database_url), open_desk(database_url)]
    desks[0].take(text("first", "a"))

    def talk(desk: Desk, turn: int) -> None:
        for number in range(15):
            desk.take(text(f"{turn}.{number}", f"{turn}.{number}"))

    both_at_once(lambda: talk(desks[0], 0), lambda: talk(desks[1], 1))
    assert desks[0].heard() == desks[0].said()
    assert len(desks[0].heard()) == 31


def test_a_person_whose_key_was_destroyed_crashes_nothing(desk: Desk) -> None:
    plan(desk, 2)
    desk.clock.ahead = SOON
    gone = {row.address: row.person_id for row in desk.rows(tables.identities)}["0"]
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.people).where(tables.people.c.id == gone).values(data_key=None))
        desk.turns.raise_signal(connection, gone, SignalRaised(desk.ids.new(), "x"), desk.clock.now())
    report = desk.take(text("k1", "a", "0"), text("k2", "b", "1"))
    assert (report.taken, report.buried) == (1, 1)
    assert desk.letters() == [("k1", "the dialogue cannot be read")]
    assert desk.fire().fired == 1
    assert (desk.said("0"), len(fired(desk, 1))) == ([""], 1)
