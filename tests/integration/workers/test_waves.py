"""Waves: many timers due at once, fired by several processes; every person exactly one message, whatever breaks."""

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from conversations.events import Event
from conversations.scene import Turn
from conversations.state import State
from core import errors
from core.messages import InboundKind, InboundMessage
from storage import tables
from storage.turns import Arrival, Report, Turns
from tests.integration.workers.rig import Rig, Speaking, Talk
from tests.servers import PostgresServer
from workers import firing
from workers.firing import PUT_OFF, Fired, Firing, TimerPorts
from workers.jobs.fire_timers import WorkerCall, fire_timers
from workers.queue import Queue, QueueUnavailable, Worker
from workers.timer_loop import TimerLoop

ROOT = Path(__file__).resolve().parents[3]
SECOND = timedelta(seconds=1)


@pytest.fixture
def postgres_rig(postgres_database_url: str) -> Iterator[Rig]:
    rig = Rig(postgres_database_url)
    yield rig
    rig.close()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Queue]:
    queue = Queue(redis_url, lambda kind: timedelta(seconds=5))
    yield queue
    queue.close()


def ports_of(rig: Rig, observe: Callable[[Report], None] = lambda report: None) -> TimerPorts:
    return TimerPorts(rig.database, rig.turns, rig.sealer, rig.dead_letters, rig.clock, rig.hints, observe)


def wave(rig: Rig, people: int) -> list[Talk]:
    """Make people of whom each has one timer that was due a second ago, named by their number."""
    talks = [rig.meet(str(number)) for number in range(people)]
    at = rig.clock.now() - SECOND
    with rig.database.write() as connection:
        rows = [{"person_id": talk.person, "key": str(place), "due_at": at} for place, talk in enumerate(talks)]
        connection.execute(tables.timers.insert(), rows)
    return talks


def everybody_once(people: int) -> Counter[str]:
    return Counter(str(number) for number in range(people))


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def start_worker(rig_url: str, redis_url: str, folder: Path) -> subprocess.Popen[bytes]:
    module = "tests.integration.workers.wave_process"
    return subprocess.Popen([sys.executable, "-m", module, rig_url, redis_url, str(folder)], cwd=ROOT)


@contextlib.contextmanager
def stopped_at_the_end(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.wait(15)


# -- several at once -------------------------------------------------------------------------------


def test_each_of_two_processes_takes_people_of_its_own(postgres_rig: Rig) -> None:
    rig = postgres_rig
    wave(rig, 20)
    now = rig.clock.now()
    with rig.database.write() as one, rig.database.write() as two:
        assert rig.turns.fire(one, now, 12).fired == 12
        assert rig.turns.fire(two, now, 12).fired == 8
    assert Counter(rig.said()) == everybody_once(20)


def test_two_schedulers_and_two_workers_fire_everybody_once(postgres_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = postgres_rig
    wave(rig, 120)
    faults: list[BaseException] = []
    monkeypatch.setattr(firing, "BATCH", 7)

    def drain(work: Callable[[], object]) -> None:
        try:
            while rig.rows(tables.timers):
                work()
        except BaseException as fault:  # noqa: BLE001 - a thread tells the test whatever it died of
            faults.append(fault)

    loops = [TimerLoop(ports_of(rig)) for _ in range(2)]
    helpers = [Firing(ports_of(rig)) for _ in range(2)]
    work = [loop.fire_due for loop in loops] + [lambda one=one: fire_timers(one) for one in helpers]
    threads = [threading.Thread(target=drain, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Counter(rig.said()) == everybody_once(120)
    assert rig.dead_letters.newest() == []


def test_worker_killed_in_the_middle_of_a_batch_leaves_everybody_to_the_others(
    postgres_rig: Rig, postgres_database_url: str, queue: Queue, redis_url: str, tmp_path: Path
) -> None:
    rig = postgres_rig
    wave(rig, 40)
    (tmp_path / "hold").touch()
    worker = start_worker(postgres_database_url, redis_url, tmp_path)
    wait_until(lambda: queue.workers() == 1)
    assert queue.call_to_timers() == 1
    wait_until((tmp_path / "began").exists)
    loop = TimerLoop(ports_of(rig))
    # All are in the worker's hands, and that is no reason to put anybody off.
    assert (loop.fire_due(), rig.said()) == (0, [])
    worker.kill()
    worker.wait(10)
    wait_until(lambda: loop.fire_due() > 0 or rig.rows(tables.timers) == [])
    wait_until(lambda: loop.fire_due() == 0 and rig.rows(tables.timers) == [])
    assert Counter(rig.said()) == everybody_once(40)


# -- calling the workers ---------------------------------------------------------------------------


def test_workers_are_called_once_each_and_again_when_they_have_ended(
    postgres_rig: Rig, postgres_database_url: str, queue: Queue, redis_url: str, tmp_path: Path
) -> None:
    rig = postgres_rig
    assert queue.call_to_timers() == 0
    wave(rig, 20)
    (tmp_path / "hold").touch()
    workers = [start_worker(postgres_database_url, redis_url, tmp_path) for _ in range(2)]
    with stopped_at_the_end(*workers):
        wait_until(lambda: queue.workers() == 2)
        assert (queue.call_to_timers(), queue.call_to_timers()) == (2, 0)
        wait_until((tmp_path / "began").exists)
        # The one who holds on is still called; the other has found nothing and may be called again.
        wait_until(lambda: queue.call_to_timers() == 1)
        (tmp_path / "hold").unlink()
        wait_until(lambda: rig.rows(tables.timers) == [])
        wait_until(lambda: queue.call_to_timers() == 2)
        assert Counter(rig.said()) == everybody_once(20)


def test_loop_calls_workers_after_a_full_batch_and_not_for_a_lone_timer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 4)
    calls: list[int] = []
    loop = TimerLoop(ports_of(rig), call_workers=lambda: calls.append(1))
    wave(rig, 3)
    assert (loop.fire_due(), len(calls)) == (3, 0)
    wave_of_ten = [rig.meet(f"later {number}") for number in range(10)]
    for talk in wave_of_ten:
        rig.set_timer(talk, "due", rig.clock.now() - SECOND)
    assert (loop.fire_due(), len(calls)) == (10, 2)


def test_loop_goes_on_alone_without_a_queue(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "BATCH", 5)
    wave(rig, 23)
    gone = Queue(f"unix://{tmp_path}/no.sock", lambda kind: timedelta(seconds=5))
    with pytest.raises(QueueUnavailable):
        gone.call_to_timers()
    assert TimerLoop(ports_of(rig), call_workers=WorkerCall(gone.call_to_timers)).fire_due() == 23
    assert Counter(rig.said()) == everybody_once(23)


def test_worker_call_is_made_now_and_then_and_rarely_while_the_queue_is_away() -> None:
    seconds, calls, away = [0.0], [], [False]

    def call() -> int:
        calls.append(seconds[0])
        if away[0]:
            raise QueueUnavailable
        return 1

    worker_call = WorkerCall(call, now=lambda: seconds[0])
    for tenth in range(60):
        seconds[0], away[0] = tenth / 10, tenth >= 20
        worker_call()
    here, gone = [one for one in calls if one < 2], [one for one in calls if one >= 2]
    assert (8 <= len(here) <= 10, len(gone)) == (True, 2)


def test_worker_ends_after_a_slice_so_that_a_job_has_its_turn(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "BATCH", 2)
    wave(rig, 11)
    seconds = iter(range(100))
    # The clock that begins the slice, and one look before each batch: half a second apart, that makes one batch.
    assert fire_timers(Firing(ports_of(rig)), now=lambda: next(seconds) / 2) == 2
    assert fire_timers(Firing(ports_of(rig)), now=lambda: 0.0) == 9


def test_call_over_a_database_that_is_away_is_over_and_made_again_later(queue: Queue, redis_url: str) -> None:
    def away() -> None:
        raise errors.StorageUnavailable

    with redis.Redis.from_url(redis_url) as client:
        client.sadd("rq:workers:sunup", "rq:worker:made-up")
        assert queue.call_to_timers() == 1
        Worker(redis_url, lambda job: None, away).work(burst=True)
        client.sadd("rq:workers:sunup", "rq:worker:made-up")
    assert queue.call_to_timers() == 1


# -- whoever cannot be fired -----------------------------------------------------------------------


def test_poison_among_many_costs_few_transactions_and_nobody_else(rig: Rig) -> None:
    talks = wave(rig, 64)
    at = rig.clock.now() - 2 * SECOND
    rig.set_timer(talks[17], "poison", at)
    with rig.database.write() as connection:
        mine = (tables.timers.c.person_id == talks[17].person) & (tables.timers.c.key == "17")
        connection.execute(sa.delete(tables.timers).where(mine))
    batches: list[int] = []
    loop = TimerLoop(ports_of(rig, lambda report: batches.append(report.fired)))
    assert loop.fire_due() == 63
    assert len(batches) <= 8
    assert Counter(rig.said()) == everybody_once(64) - Counter(["17"])
    [left] = rig.rows(tables.timers)
    assert left.key == "poison"


def test_people_whom_nobody_can_read_do_not_keep_their_place_in_the_line(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 6)
    broken = wave(rig, 5)
    with rig.database.write() as connection:
        for talk in broken:
            spoil = sa.update(tables.people).where(tables.people.c.id == talk.person).values(state=b"spoilt")
            connection.execute(spoil)
    others = [rig.meet(f"whole {number}") for number in range(12)]
    for number, talk in enumerate(others):
        rig.set_timer(talk, f"whole {number}", rig.clock.now() - SECOND / 2)
    fire = Firing(ports_of(rig)).fire_batch
    assert [fire().timers for _ in range(4)] == [1, 6, 5, 0]
    assert {row.due_at > rig.clock.now() + PUT_OFF / 2 for row in rig.rows(tables.timers)} == {True}


# -- clocks and outages ----------------------------------------------------------------------------


def test_clock_moved_back_and_forth_fires_nothing_twice(rig: Rig) -> None:
    wave(rig, 10)
    talk = rig.meet("soon")
    rig.set_timer(talk, "soon", rig.clock.now() + timedelta(minutes=5))
    loop, ten = TimerLoop(ports_of(rig)), timedelta(minutes=10)
    fired = []
    for ahead in (timedelta(), -ten, ten, -ten, timedelta(), ten):
        rig.clock.ahead = ahead
        fired.append(loop.fire_due())
    assert fired == [10, 0, 1, 0, 0, 0]
    assert Counter(rig.said()) == everybody_once(10) + Counter(["soon"])


def test_loop_sleeps_on_under_a_clock_that_was_set_back(rig: Rig) -> None:
    rig.set_timer(rig.meet("1"), "soon", rig.clock.now() + SECOND)
    rig.clock.ahead = -timedelta(minutes=10)
    assert TimerLoop(ports_of(rig)).pause() == SECOND


class Crashing(Speaking):
    """Speaks, and has something happen in the middle of the fourth batch of five."""

    def __init__(self, crash: Callable[[], None]) -> None:
        super().__init__()
        self._crash = crash
        self._turns = 0

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        self._turns += 1
        if self._turns == 18:
            self._crash()
        return super().advance(state, event, now)


async def test_database_that_crashes_in_the_middle_of_a_batch_loses_and_doubles_nobody(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 5)
    rig = Rig(postgres_server.url)
    wave(rig, 60)
    stop, crashed, batches = asyncio.Event(), threading.Event(), list[int]()

    def crash() -> None:
        postgres_server.kill()
        crashed.set()

    ports = replace(
        ports_of(rig, lambda report: batches.append(report.fired)), turns=Turns(Crashing(crash), rig.sealer, rig.ids)
    )
    task = asyncio.create_task(TimerLoop(ports).run(stop))
    async with asyncio.timeout(30):
        await asyncio.to_thread(crashed.wait)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres_server.start)
        while sum(batches) < 60:  # noqa: ASYNC110 - what is waited for happens in a thread
            await asyncio.sleep(0.02)
    stop.set()
    await task
    assert Counter(rig.said()) == everybody_once(60)
    rig.close()


def test_three_days_of_outage_are_worked_off_in_batches_of_the_usual_size(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 10)
    talks = wave(rig, 30)
    for day in range(1, 3):
        for talk in talks:
            rig.set_timer(talk, f"{talk.chat} on day {day}", rig.clock.now() + timedelta(days=day))
    rig.clock.ahead = timedelta(days=3)
    batches: list[int] = []
    # A person's timers are fired together: a transaction has at most as many people as a batch has timers.
    assert TimerLoop(ports_of(rig, lambda report: batches.append(report.fired))).fire_due() == 90
    assert max(batches) <= 30
    assert len(batches) >= 3
    said = Counter(rig.said())
    assert (len(said), set(said.values())) == (90, {1})


# -- people who write meanwhile --------------------------------------------------------------------


def hear(rig: Rig, ago: timedelta) -> None:
    """Let a message have come in."""
    with rig.database.write() as connection:
        row = {"account_id": rig.account, "key": "k", "received_at": rig.clock.now() - ago}
        connection.execute(tables.inbox.insert(), row)


def test_batches_are_small_and_followed_by_a_rest_while_somebody_writes(rig: Rig) -> None:
    wave(rig, 2 * firing.SMALL_BATCH)
    seconds = iter((10.0, 10.2))
    hear(rig, ago=firing.WRITING / 2)
    fired = Firing(ports_of(rig), now=lambda: next(seconds)).fire_batch()
    assert (fired.timers, fired.full) == (firing.SMALL_BATCH, True)
    assert fired.rest.total_seconds() == pytest.approx(0.2 * firing.RESTS)


def test_batches_are_large_again_when_nobody_has_written_for_a_while(rig: Rig) -> None:
    wave(rig, 2 * firing.SMALL_BATCH)
    hear(rig, ago=firing.WRITING * 2)
    assert Firing(ports_of(rig)).fire_batch() == Fired(2 * firing.SMALL_BATCH, full=False)


def test_worker_rests_while_somebody_writes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "SMALL_BATCH", 5)
    rests: list[float] = []
    monkeypatch.setattr("workers.jobs.fire_timers.time.sleep", rests.append)
    wave(rig, 12)
    hear(rig, ago=timedelta())
    assert fire_timers(Firing(ports_of(rig))) == 12
    assert [rest > 0 for rest in rests] == [True, True]


def test_person_who_writes_in_the_middle_of_a_wave_is_taken_in_at_once(postgres_rig: Rig) -> None:
    rig = postgres_rig
    talks = wave(rig, 30)
    with rig.database.write() as connection:
        assert rig.turns.fire(connection, rig.clock.now(), 20).fired == 20
        last = talks[-1]
        message = InboundMessage("k", "telegram", "default", f"a{last.chat}", last.chat, InboundKind.TEXT, "hello")
        with rig.database.write() as theirs:
            theirs.exec_driver_sql("set local lock_timeout = '2s'")
            assert rig.turns.take(theirs, [Arrival(rig.account, message)], rig.clock.now()).taken == 1
