"""The timer loop: every due timer once, whoever runs and whatever breaks."""

import asyncio
import threading
from datetime import datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa

from core import errors
from storage import tables
from storage.sealing import Sealer
from storage.turns import Report, Turns
from tests.integration.workers.rig import Rig, Speaking
from workers.firing import MOST_FAILURES, PUT_OFF, TimerPorts
from workers.timer_loop import TimerLoop


def timer_loop(rig: Rig, wake: asyncio.Event | None = None, master: bytes = b"") -> TimerLoop:
    sealer = Sealer(master) if master else rig.sealer
    turns = Turns(Speaking(), sealer, rig.ids) if master else rig.turns
    ports = TimerPorts(rig.database, turns, sealer, rig.dead_letters, rig.clock, rig.hints)
    return TimerLoop(ports, wake)


def ago(rig: Rig, seconds: float = 1) -> datetime:
    return rig.clock.now() - timedelta(seconds=seconds)


def test_fire_due_fires_what_is_due_and_nothing_else(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.set_timer(talk, "due", ago(rig))
    rig.set_timer(talk, "later", rig.clock.now() + timedelta(hours=1))
    assert timer_loop(rig).fire_due() == 1
    assert rig.said() == ["due"]
    assert [row.key for row in rig.rows(tables.timers)] == ["later"]
    assert rig.hints.outbox == 1


async def test_run_fires_at_the_moment_and_stops(rig: Rig) -> None:
    talk, wake, stop = rig.meet("1"), asyncio.Event(), asyncio.Event()
    rig.set_timer(talk, "soon", rig.clock.now() + timedelta(seconds=0.4))
    task = asyncio.create_task(timer_loop(rig, wake).run(stop))
    await asyncio.sleep(0.1)
    assert rig.said() == []
    async with asyncio.timeout(5):
        while rig.said() != ["soon"]:  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)
        rig.set_timer(talk, "hinted", ago(rig))
        wake.set()
        while rig.said() != ["soon", "hinted"]:  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)
        stop.set()
        await task


def test_several_loops_at_once_fire_each_timer_once(rig: Rig) -> None:
    for number in range(150):
        rig.set_timer(rig.meet(str(number)), f"timer {number}", ago(rig, number))
    faults: list[BaseException] = []

    def fire() -> None:
        try:
            for _ in range(20):
                timer_loop(rig).fire_due()
        except BaseException as fault:  # noqa: BLE001 - a thread tells the test whatever it died of
            faults.append(fault)

    threads = [threading.Thread(target=fire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(rig.said()) == sorted(f"timer {number}" for number in range(150))
    assert rig.rows(tables.timers) == []


def test_loop_killed_in_the_middle_of_a_batch_fires_everybody_once_later(rig: Rig) -> None:
    for number in range(10):
        rig.set_timer(rig.meet(str(number)), str(number), ago(rig))

    class Killed(BaseException):
        pass

    def fire_and_die() -> None:
        with rig.database.write() as connection:
            assert rig.turns.fire(connection, rig.clock.now(), 500).fired == 10
            raise Killed

    with pytest.raises(Killed):
        fire_and_die()
    assert rig.said() == []
    assert timer_loop(rig).fire_due() == 10
    assert sorted(rig.said()) == [str(number) for number in range(10)]


def test_poison_person_does_not_stop_neighbours_and_ends_as_a_letter(rig: Rig) -> None:
    rig.set_timer(rig.meet("1"), "poison", ago(rig, 100))
    for number in range(3):
        rig.set_timer(rig.meet(f"n{number}"), str(number), ago(rig))
    loop = timer_loop(rig)
    assert loop.fire_due() == 3
    assert sorted(rig.said()) == ["0", "1", "2"]
    [left] = rig.rows(tables.timers)
    assert left.key == "poison"
    for _ in range(MOST_FAILURES - 1):
        assert (rig.dead_letters.newest(), len(rig.rows(tables.timers))) == ([], 1)
        rig.clock.ahead += PUT_OFF + timedelta(seconds=1)
        loop.fire_due()
    assert rig.rows(tables.timers) == []
    [letter] = rig.dead_letters.newest()
    assert letter.source == "engine"


def test_timers_wait_for_the_right_master_key_however_long_that_takes(rig: Rig) -> None:
    for number in range(3):
        rig.set_timer(rig.meet(str(number)), str(number), ago(rig))
    wrong = timer_loop(rig, master=b"w" * 32)
    for _ in range(3 * MOST_FAILURES):
        assert wrong.fire_due() == 0
        assert wrong.pause() > timedelta(milliseconds=500)
        rig.clock.ahead += PUT_OFF + timedelta(seconds=1)
    assert (rig.said(), rig.dead_letters.newest()) == ([], [])
    assert timer_loop(rig).fire_due() == 3
    assert sorted(rig.said()) == ["0", "1", "2"]


def test_letter_of_timers_given_up_says_which(rig: Rig) -> None:
    talk = rig.meet("1")
    for key in ("poison", "nudge"):
        rig.set_timer(talk, key, ago(rig))
    loop = timer_loop(rig)
    for _ in range(MOST_FAILURES):
        loop.fire_due()
        rig.clock.ahead += PUT_OFF + timedelta(seconds=1)
    [letter] = rig.dead_letters.newest()
    assert letter.key == str(talk.person)
    assert sorted(orjson.loads(rig.dead_letters.body(letter.id))["timers"]) == ["nudge", "poison"]


def test_timers_given_up_stay_where_their_letter_cannot_be_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.set_timer(rig.meet("1"), "poison", ago(rig))
    loop = timer_loop(rig)
    for _ in range(MOST_FAILURES - 1):
        loop.fire_due()
        rig.clock.ahead += PUT_OFF + timedelta(seconds=1)

    def away(*given: object) -> None:
        raise errors.StorageUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(rig.dead_letters, "row", away)
        with pytest.raises(errors.StorageUnavailable):
            loop.fire_due()
    assert len(rig.rows(tables.timers)) == 1
    loop.fire_due()
    assert (rig.rows(tables.timers), len(rig.dead_letters.newest())) == ([], 1)


def test_person_nobody_can_read_does_not_keep_the_loop_busy(rig: Rig) -> None:
    rig.set_timer(rig.meet("1"), "forgotten", ago(rig, 100))
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    loop = timer_loop(rig)
    assert loop.fire_due() == 0
    assert loop.pause() > timedelta(milliseconds=500)


async def test_run_waits_for_a_database_that_is_away(rig: Rig) -> None:
    talk, stop, wake = rig.meet("1"), asyncio.Event(), asyncio.Event()
    rig.set_timer(talk, "due", ago(rig))
    fire, away = rig.turns.fire, [True]

    def fail(*given: object, **more: object) -> Report:
        if away.pop() if away else False:
            raise errors.StorageUnavailable
        return fire(*given, **more)  # type: ignore[arg-type] # handed on as they came

    rig.turns.fire = fail  # type: ignore[method-assign] # stands for a database that is away
    task = asyncio.create_task(timer_loop(rig, wake).run(stop))
    async with asyncio.timeout(5):
        while rig.said() != ["due"]:  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)
    stop.set()
    await task
