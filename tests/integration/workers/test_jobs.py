"""Jobs: the row is the truth; they end once, whatever the queue or a worker does."""

import asyncio
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import redis
import sqlalchemy as sa
import structlog

from core import errors
from core.retry import MOST_JOB_ATTEMPTS
from storage import tables
from storage.jobs import FOREIGN_WAIT, Jobs, Ticket, due_jobs
from storage.sealing import Sealer
from tests.integration.workers.rig import Rig
from workers.jobs import JOBS, timeout_of
from workers.jobs.kind import JobContext, JobKind, JobResult
from workers.queue import Queue, Worker
from workers.sweeps import Sweeper, SweepPorts

ROOT = Path(__file__).resolve().parents[3]


def kind(act: Callable[[], JobResult], timeout: float = 5) -> JobKind:
    async def run(payload: Mapping[str, Any], context: JobContext) -> JobResult:
        return act()

    return JobKind("test", timedelta(seconds=timeout), run, {"reason": "unavailable"})


def told(rig: Rig) -> list[Any]:
    """Return what the dialogues were told: [key, succeeded, result] each."""
    return [orjson.loads(words) for words in rig.said()]


def job_row(rig: Rig, job: UUID) -> sa.Row[tuple[object, ...]]:
    with rig.database.read() as connection:
        return connection.execute(sa.select(tables.jobs).where(tables.jobs.c.id == job)).one()


def sweeper(rig: Rig, queue: Queue) -> Sweeper:
    return Sweeper(SweepPorts(rig.database, rig.leases, queue, rig.uploads, rig.dead_letters, rig.clock, rig.hints))


# -- one run ---------------------------------------------------------------------------------------


def test_run_tells_the_dialogue_and_ends_the_row(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test", "x:1:2")
    rig.runner(kind(lambda: JobResult({"found": 7}))).run(job)
    assert told(rig) == [["x:1:2", True, {"found": 7}]]
    row = job_row(rig, job)
    assert (row.status, row.attempts, row.lease_owner, row.error) == ("done", 1, None, "")
    assert rig.outcomes == [("test", "done")]
    assert rig.hints.outbox == 1


def test_run_again_does_nothing(rig: Rig) -> None:
    runs: list[int] = []

    def act() -> JobResult:
        runs.append(1)
        return JobResult()

    job = rig.add_job(rig.meet("1"), "test")
    runner = rig.runner(kind(act))
    runner.run(job)
    runner.run(job)
    assert (len(runs), len(told(rig))) == (1, 1)


def test_run_that_lost_its_lease_tells_nothing(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test")

    def act() -> JobResult:
        with rig.database.write() as connection:
            connection.execute(sa.update(tables.jobs).values(lease_owner="another"))
        return JobResult()

    rig.runner(kind(act)).run(job)
    assert told(rig) == []
    assert job_row(rig, job).status == "running"


def test_run_held_by_a_living_worker_is_left_alone(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test")
    with rig.database.write() as connection:
        rig.jobs.start(connection, job, "another", now=rig.clock.now(), lease=lambda name: timedelta(minutes=1))
    runner = rig.runner(kind(JobResult))
    runner.run(job)
    assert told(rig) == []
    rig.clock.ahead = timedelta(minutes=2)
    runner.run(job)
    assert len(told(rig)) == 1


def test_start_job_that_another_worker_is_just_taking_is_left_to_it(postgres_database_url: str) -> None:
    rig = Rig(postgres_database_url)
    job = rig.add_job(rig.meet("1"), "test")

    def start(connection: sa.Connection, owner: str) -> bool:
        lease = timedelta(minutes=1)
        return rig.jobs.start(connection, job, owner, now=rig.clock.now(), lease=lambda name: lease) is not None

    with rig.database.write() as theirs, rig.database.write() as ours:
        assert (start(theirs, "one"), start(ours, "two")) == (True, False)
    assert (job_row(rig, job).lease_owner, job_row(rig, job).attempts) == ("one/1", 1)
    rig.close()


def test_run_refused_is_told_and_not_tried_again(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test")
    rig.runner(kind(lambda: JobResult({"reason": "empty"}, succeeded=False))).run(job)
    assert told(rig) == [["job", False, {"reason": "empty"}]]
    assert rig.outcomes == [("test", "refused")]


def test_run_failing_is_tried_again_and_in_the_end_given_up(rig: Rig) -> None:
    def act() -> JobResult:
        raise errors.ChannelUnavailable

    job = rig.add_job(rig.meet("1"), "test")
    runner = rig.runner(kind(act))
    for attempt in range(1, MOST_JOB_ATTEMPTS):
        runner.run(job)
        row = job_row(rig, job)
        assert (row.status, row.attempts, row.ended_at) == ("queued", attempt, None)
        runner.run(job)  # not due yet
        assert job_row(rig, job).attempts == attempt
        rig.clock.ahead += timedelta(minutes=5)
    runner.run(job)
    assert job_row(rig, job).status == "failed"
    assert told(rig) == [["job", False, {"reason": "unavailable"}]]
    [letter] = rig.dead_letters.newest()
    assert (letter.source, letter.key, letter.reason) == ("job", str(job), "test: ChannelUnavailable")


def test_run_that_kills_its_worker_every_time_ends_as_a_letter(rig: Rig) -> None:
    runs: list[int] = []

    class Killed(BaseException):
        pass

    def act() -> JobResult:
        runs.append(1)
        raise Killed

    job = rig.add_job(rig.meet("1"), "test")
    for _ in range(MOST_JOB_ATTEMPTS):
        with pytest.raises(Killed):
            rig.runner(kind(act)).run(job)
        rig.clock.ahead += timedelta(minutes=1)
    rig.runner(kind(act)).run(job)
    assert len(runs) == MOST_JOB_ATTEMPTS
    assert told(rig) == [["job", False, {"reason": "unavailable"}]]
    assert job_row(rig, job).status == "failed"


def test_run_that_takes_too_long_is_tried_again_and_the_loop_lives_on(rig: Rig) -> None:
    async def sleep(payload: Mapping[str, Any], context: JobContext) -> JobResult:
        if payload:
            return JobResult()
        await asyncio.sleep(60)
        raise AssertionError

    runner = rig.runner(JobKind("test", timedelta(seconds=0.1), sleep, {}))
    slow = rig.add_job(rig.meet("1"), "test", "slow")
    quick = rig.add_job(rig.meet("2"), "test", "quick", {"quick": True})
    runner.run(slow)
    runner.run(quick)
    assert (job_row(rig, slow).status, job_row(rig, slow).error) == ("queued", "TimeoutError")
    assert [words[0] for words in told(rig)] == ["quick"]


def test_run_dialogue_that_cannot_be_told_ends_the_job_all_the_same(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test", "poison")
    runner = rig.runner(kind(JobResult))
    for _ in range(MOST_JOB_ATTEMPTS):
        with pytest.raises(sa.exc.IntegrityError):
            runner.run(job)
        rig.clock.ahead += timedelta(minutes=2)
    runner.run(job)
    assert job_row(rig, job).status == "failed"


def test_run_unknown_kind_is_given_up(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "gone")
    rig.runner().run(job)
    assert told(rig) == [["job", False, {"reason": "unknown_kind"}]]


def test_run_forgotten_person_is_given_up(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test")
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    rig.runner(kind(JobResult)).run(job)
    assert job_row(rig, job).status == "failed"


def test_run_waits_for_the_right_master_key_however_long_that_takes(rig: Rig) -> None:
    job = rig.add_job(rig.meet("1"), "test")
    right, rig.jobs = rig.jobs, Jobs(Sealer(b"w" * 32))
    for _ in range(3 * MOST_JOB_ATTEMPTS):
        rig.runner(kind(JobResult)).run(job)
        with rig.database.read() as connection:
            assert due_jobs(connection, rig.clock.now(), 10) == []
        rig.clock.ahead += FOREIGN_WAIT
    assert (told(rig), rig.dead_letters.newest(), job_row(rig, job).attempts) == ([], [], 0)
    rig.jobs = right
    rig.runner(kind(JobResult)).run(job)
    assert [entry[1] for entry in told(rig)] == [True]


def test_jobs_share_one_event_loop(rig: Rig) -> None:
    loops: set[asyncio.AbstractEventLoop] = set()

    async def run(payload: Mapping[str, Any], context: JobContext) -> JobResult:
        loops.add(asyncio.get_running_loop())
        return JobResult()

    runner = rig.runner(JobKind("test", timedelta(seconds=5), run, {}))
    for number in range(3):
        runner.run(rig.add_job(rig.meet(str(number)), "test"))
    assert len(loops) == 1


# -- the queue -------------------------------------------------------------------------------------


@pytest.fixture
def queue(redis_url: str) -> Iterator[Queue]:
    queue = Queue(redis_url, timeout_of)
    yield queue
    queue.close()


def start_worker(rig_url: str, redis_url: str, folder: Path, *more: str) -> subprocess.Popen[bytes]:
    module = "tests.integration.workers.worker_process"
    return subprocess.Popen([sys.executable, "-m", module, rig_url, redis_url, str(folder), *more], cwd=ROOT)


def runs(folder: Path) -> list[str]:
    path = folder / "runs"
    return path.read_text().split() if path.exists() else []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_queue_carries_ids_as_json_and_nothing_else(rig: Rig, queue: Queue, redis_url: str) -> None:
    job = rig.add_job(rig.meet("1"), "slow", payload={"word": "secret"})
    queue.put([(job, "slow")])
    with redis.Redis.from_url(redis_url) as client:
        kept = b"".join(
            b"".join(client.hgetall(key).values()) for key in client.scan_iter() if client.type(key) == b"hash"
        )
    assert b"secret" not in kept
    assert queue.waiting() == 1


def test_queue_put_twice_is_known_and_missing_names_the_rest(rig: Rig, queue: Queue) -> None:
    known, unknown = Ticket(rig.ids.new(), "slow"), Ticket(rig.ids.new(), "slow")
    queue.put_tickets([known, known])
    assert queue.waiting() == 1
    assert queue.missing([known, unknown, Ticket(known.id, "slow", 1)]) == [unknown, Ticket(known.id, "slow", 1)]


def test_worker_runs_what_is_queued(rig: Rig, queue: Queue, database_url: str, redis_url: str, tmp_path: Path) -> None:
    talk = rig.meet("1")
    jobs = [(rig.add_job(talk, "slow", f"job {number}", {"word": str(number)}), "slow") for number in range(5)]
    queue.put(jobs)
    assert start_worker(database_url, redis_url, tmp_path, "burst").wait(30) == 0
    assert told(rig) == [[f"job {number}", True, {"echo": str(number)}] for number in range(5)]


def test_worker_over_a_database_that_is_away_leaves_the_call_to_the_sweep(
    rig: Rig, queue: Queue, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = Ticket(rig.add_job(rig.meet("1"), "test"), "test")
    queue.put_tickets([ticket])
    runs: list[UUID] = []

    def away(job: UUID) -> None:
        runs.append(job)
        raise errors.StorageUnavailable

    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    with structlog.testing.capture_logs() as ours:
        Worker(redis_url, away).work(burst=True)
    for name, handler in handlers.items():
        signal.signal(name, handler)
    assert runs == [ticket.id]
    assert [line["event"] for line in ours] == ["job_waits_for_database"]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert queue.missing([ticket]) == [ticket]


def test_worker_killed_in_the_middle_of_a_job_finishes_it_once(
    rig: Rig, queue: Queue, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    job = rig.add_job(rig.meet("1"), "slow")
    queue.put([(job, "slow")])
    (tmp_path / "hold").touch()
    worker = start_worker(database_url, redis_url, tmp_path)
    wait_until(lambda: len(runs(tmp_path)) == 1)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    (tmp_path / "hold").unlink()
    assert sweeper(rig, queue).requeue_jobs() == 0  # its lease still holds
    rig.clock.ahead = timedelta(minutes=2)
    assert sweeper(rig, queue).requeue_jobs() == 1
    assert start_worker(database_url, redis_url, tmp_path, "burst", "ahead").wait(30) == 0
    assert runs(tmp_path) == [str(job), str(job)]
    assert told(rig) == [["job", True, {"echo": ""}]]


def test_worker_told_to_stop_finishes_its_job_first(
    rig: Rig, queue: Queue, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    talk = rig.meet("1")
    queue.put([(rig.add_job(talk, "slow", "first"), "slow"), (rig.add_job(talk, "slow", "second"), "slow")])
    (tmp_path / "hold").touch()
    worker = start_worker(database_url, redis_url, tmp_path)
    wait_until(lambda: len(runs(tmp_path)) == 1)
    worker.terminate()
    time.sleep(0.3)
    (tmp_path / "hold").unlink()
    assert worker.wait(15) == 0
    assert [words[0] for words in told(rig)] == ["first"]


def test_queue_emptied_in_the_middle_loses_no_job(
    rig: Rig, queue: Queue, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    talk = rig.meet("1")
    queue.put([(rig.add_job(talk, "slow", f"job {number}"), "slow") for number in range(4)])
    (tmp_path / "hold").touch()
    worker = start_worker(database_url, redis_url, tmp_path)
    wait_until(lambda: len(runs(tmp_path)) == 1)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    (tmp_path / "hold").unlink()
    wait_until(lambda: len(told(rig)) == 1)
    assert sweeper(rig, queue).requeue_jobs() == 3
    assert sweeper(rig, queue).requeue_jobs() == 0
    wait_until(lambda: len(told(rig)) == 4)
    worker.terminate()
    worker.wait(15)
    assert sorted(words[0] for words in told(rig)) == [f"job {number}" for number in range(4)]


def test_worker_waits_for_a_queue_that_is_away(tmp_path: Path) -> None:
    gone = f"unix://{tmp_path}/no.sock"
    Worker(gone, lambda job: None).work(burst=True)
    with pytest.raises(redis.RedisError):
        Queue(gone, timeout_of).put([(UUID(int=1), "slow")])


def test_table_of_jobs_names_each_kind_by_its_name() -> None:
    assert {name: kind.name for name, kind in JOBS.items()} == {name: name for name in JOBS}
    assert {"keep_media", "link_people", "part_chat", "number_member", "leaderboard", "draw_week"} <= JOBS.keys()


def test_worker_killed_in_the_middle_of_a_job_is_followed_by_another_within_ten_seconds(
    rig: Rig, queue: Queue, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    talk = rig.meet("1")
    jobs = [rig.add_job(talk, "slow", key) for key in ("dead", "alive")]
    queue.put([(job, "slow") for job in jobs])
    (tmp_path / "hold").touch()
    first = start_worker(database_url, redis_url, tmp_path)
    wait_until(lambda: len(runs(tmp_path)) == 1)
    second = start_worker(database_url, redis_url, tmp_path)
    wait_until(lambda: len(runs(tmp_path)) == 2)
    first.kill()
    first.wait(10)
    here, killed_at = sweeper(rig, queue), time.monotonic()
    while not here.requeue_jobs():
        assert time.monotonic() - killed_at < 10
        time.sleep(1)
        here.recover_outbox()
    (tmp_path / "hold").unlink()
    wait_until(lambda: len(told(rig)) == 2)
    assert sorted(runs(tmp_path)) == sorted(map(str, [jobs[0], *jobs]))  # who lives has kept its job all the while
    second.terminate()
    assert second.wait(10) == 0
