"""Hints over a real queue: they wake who listens, they may be lost, and they never hurt who gives them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis

from storage.intake import tell
from storage.scribe import Report
from sunup.bus import CHAT, OUTBOX, TIMERS, Bus, ChatAnnouncements, RedisHints
from sunup.clock import SystemClock
from sunup.embedded import EmbeddedQueue

SOON = 5.0


@pytest.fixture
def own_queue(tmp_path: Path) -> Iterator[EmbeddedQueue]:
    """A queue of the test's own, to stop and start."""
    queue = EmbeddedQueue(tmp_path)
    queue.start()
    yield queue
    queue.stop()


@contextlib.asynccontextmanager
async def hearing(url: str) -> AsyncIterator[Bus]:
    bus = Bus(url)
    task = asyncio.create_task(bus.run())
    try:
        yield bus
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await bus.close()


async def settled(bus: Bus, channel: str, event: asyncio.Event) -> None:
    """Wait until a listener is known to hear, and forget what it heard."""
    async with asyncio.timeout(SOON):
        while not event.is_set():
            await bus.publish(channel)
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    event.clear()


async def heard(event: asyncio.Event, seconds: float = SOON) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def no_jobs(jobs: Sequence[tuple[UUID, str]]) -> None:
    raise AssertionError("no job was started")


async def test_a_hint_wakes_who_listens_and_nobody_else(redis_url: str) -> None:
    hints = RedisHints(redis_url, no_jobs, SystemClock())
    async with hearing(redis_url) as bus, bus.listen(OUTBOX) as outbox, bus.listen(TIMERS) as timers:
        await settled(bus, OUTBOX, outbox)
        timers.clear()
        await asyncio.to_thread(hints.outbox_ready)
        assert await heard(outbox)
        assert not await heard(timers, 0.1)
    hints.close()


async def test_a_bus_that_is_cancelled_at_whatever_moment_of_its_start_ends(redis_url: str) -> None:
    slow = []
    for step in range(60):
        bus = Bus(redis_url)
        task = asyncio.create_task(bus.run())
        for _ in range(step):
            await asyncio.sleep(0)
        task.cancel()
        _, hanging = await asyncio.wait({task}, timeout=SOON)
        slow += [step] if hanging else []
        await bus.close()
    assert slow == []


async def test_a_timer_is_hinted_at_where_it_is_due_before_anyone_looks(redis_url: str) -> None:
    hints = RedisHints(redis_url, no_jobs, SystemClock())
    async with hearing(redis_url) as bus, bus.listen(TIMERS) as timers:
        await settled(bus, TIMERS, timers)
        await asyncio.to_thread(hints.timers_ready, datetime.now(UTC) + timedelta(hours=1))
        assert not await heard(timers, 0.2)
        await asyncio.to_thread(hints.timers_ready, datetime.now(UTC) + timedelta(seconds=0.2))
        assert await heard(timers)
    hints.close()


async def test_everyone_who_listens_is_woken_and_who_left_is_not(redis_url: str) -> None:
    async with hearing(redis_url) as bus, bus.listen(OUTBOX) as one:
        async with bus.listen(OUTBOX) as two:
            await settled(bus, OUTBOX, one)
            two.clear()
            await bus.publish(OUTBOX)
            assert [await heard(one), await heard(two)] == [True, True]
        one.clear()
        two.clear()
        await bus.publish(OUTBOX)
        assert [await heard(one), await heard(two, 0.1)] == [True, False]


async def test_a_chat_is_announced_to_its_own_pages(redis_url: str) -> None:
    async with hearing(redis_url) as bus:
        chats = ChatAnnouncements(bus)
        async with chats.listen("a") as a, chats.listen("b") as b:
            await settled(bus, f"{CHAT}a", a)
            b.clear()
            await chats.announce("b")
            assert [await heard(b), await heard(a, 0.1)] == [True, False]


async def test_a_bus_whose_queue_was_away_wakes_everyone_and_hears_again(own_queue: EmbeddedQueue) -> None:
    hints = RedisHints(own_queue.url, no_jobs, SystemClock())
    async with hearing(own_queue.url) as bus, bus.listen(OUTBOX) as outbox:
        await settled(bus, OUTBOX, outbox)
        own_queue.stop()
        await asyncio.to_thread(hints.outbox_ready)
        await bus.publish(OUTBOX)
        await asyncio.to_thread(own_queue.start)
        # Whoever listens looks for itself once the bus is back: what was hinted at meanwhile was lost.
        assert await heard(outbox, 15)
        await settled(bus, OUTBOX, outbox)
        async with asyncio.timeout(15):
            while not outbox.is_set():
                await asyncio.to_thread(hints.outbox_ready)
                await asyncio.sleep(0.1)
    hints.close()


async def test_a_bus_waits_for_a_queue_that_is_not_there_yet(tmp_path: Path) -> None:
    queue = EmbeddedQueue(tmp_path)
    async with hearing(queue.url) as bus, bus.listen(OUTBOX) as outbox:
        await asyncio.sleep(0.2)
        with pytest.raises((redis.RedisError, OSError)):
            await bus.ping()
        queue.start()
        await settled(bus, OUTBOX, outbox)
        await bus.ping()
    queue.stop()


def test_hints_that_are_lost_cost_no_time(tmp_path: Path) -> None:
    """They are given by the thread that commits: while it waits, nobody's message is taken in."""
    hints = RedisHints(f"unix://{tmp_path / 'nothing'}", no_jobs, SystemClock())
    began = time.monotonic()
    for _ in range(200):
        hints.outbox_ready()
        hints.timers_ready(datetime.now(UTC))
    assert time.monotonic() - began < 1.0
    hints.close()


def test_hints_are_given_again_after_the_queue_came_back(own_queue: EmbeddedQueue) -> None:
    hints = RedisHints(own_queue.url, no_jobs, SystemClock())
    own_queue.stop()
    hints.outbox_ready()
    own_queue.start()
    with redis.Redis.from_url(own_queue.url) as client, client.pubsub() as pubsub:
        pubsub.subscribe(OUTBOX)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            hints.outbox_ready()
            if any(message["type"] == "message" for message in iter(lambda: pubsub.get_message(timeout=0.1), None)):
                break
        else:
            pytest.fail("no hint came")
    hints.close()


def test_jobs_are_handed_to_the_queue(redis_url: str) -> None:
    handed: list[tuple[UUID, str]] = []
    hints = RedisHints(redis_url, handed.extend, SystemClock())
    job = (uuid4(), "media")
    hints.jobs_ready([job])
    assert handed == [job]
    hints.close()


@pytest.mark.parametrize("error", [redis.ConnectionError("away"), OSError("away"), ValueError("odd")])
def test_jobs_that_cannot_be_handed_over_hurt_nobody(redis_url: str, error: Exception) -> None:
    def put(jobs: Sequence[tuple[UUID, str]]) -> None:
        raise error

    hints = RedisHints(redis_url, put, SystemClock())
    tell(hints, Report(sends=True, jobs=[(uuid4(), "media")], due_at=datetime.now(UTC)))
    hints.close()


def test_jobs_cost_no_time_while_the_queue_is_away(tmp_path: Path) -> None:
    tried: list[int] = []

    def put(jobs: Sequence[tuple[UUID, str]]) -> None:
        tried.append(len(jobs))
        raise redis.ConnectionError

    hints = RedisHints(f"unix://{tmp_path / 'nothing'}", put, SystemClock())
    give: Callable[[], None] = lambda: tell(hints, Report(jobs=[(uuid4(), "media")]))  # noqa: E731 - typed
    for _ in range(50):
        give()
    assert len(tried) == 1
    hints.close()
