"""The bus: hints between processes over Redis. Any of them may be lost; the database is the truth."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import redis
import structlog
from redis import asyncio as aioredis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.ports import Clock

_log = structlog.get_logger()

OUTBOX = "sunup:outbox"
TIMERS = "sunup:timers"
CHAT = "sunup:chat:"
_RECONNECT_SECONDS = 1.0
_SILENT_SECONDS = 1.0
_CANCEL_SECONDS = 0.1


class RedisHints:
    """Publishes hints after a commit; called from the writer thread.

    That thread takes in everybody's messages, so a Redis that is away must not hold it up: after a failure hints are
    lost for a second without trying, and nothing is tried twice.

    Args:
        url: Where Redis is.
        put_jobs: Hands new jobs to the queue.
        clock: The time, to judge which timers are due soon.
    """

    def __init__(self, url: str, put_jobs: Callable[[Sequence[tuple[UUID, str]]], None], clock: Clock) -> None:
        once = Retry(NoBackoff(), 0)
        self._client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=once)
        self._put_jobs = put_jobs
        self._clock = clock
        self._silent_until = float("-inf")

    def outbox_ready(self) -> None:
        """Wake the senders."""
        self._publish(OUTBOX)

    def jobs_ready(self, jobs: Sequence[tuple[UUID, str]]) -> None:
        """Hand new jobs to the queue; those that are lost here are swept up."""
        self._give("jobs", lambda: self._put_jobs(jobs))

    def timers_ready(self, due_at: datetime) -> None:
        """Wake the timer loops, where the timer is due before they would look again by themselves."""
        if (due_at - self._clock.now()).total_seconds() < 1:
            self._publish(TIMERS)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _publish(self, channel: str) -> None:
        self._give(channel, lambda: self._client.publish(channel, ""))

    def _give(self, hint: str, give: Callable[[], object]) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            give()
        except (redis.RedisError, OSError) as error:
            self._silent_until = time.monotonic() + _SILENT_SECONDS
            _log.warning("hint_lost", hint=hint, error=type(error).__name__)


class Bus:
    """Hears and gives hints inside an event loop; one connection for all that listen.

    Args:
        url: Where Redis is.
        hears: Pattern of the channels that are heard; under load every hint that nobody waits for costs a process
            dearly.
    """

    def __init__(self, url: str, hears: str = "sunup:*") -> None:
        self._hears = hears
        self._client = aioredis.Redis.from_url(url, socket_connect_timeout=2)
        self._events: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def publish(self, channel: str) -> None:
        """Give a hint; a bus that is away loses it."""
        try:
            await self._client.publish(channel, "")
        except (redis.RedisError, OSError) as error:
            _log.warning("hint_lost", error=type(error).__name__)

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[asyncio.Event]:
        """Hold an event that is set at every hint on a channel."""
        event = asyncio.Event()
        self._events[channel].add(event)
        try:
            yield event
        finally:
            self._events[channel].discard(event)
            if not self._events[channel]:
                del self._events[channel]

    async def run(self) -> None:
        """Hear hints until cancelled; a lost connection is made again, and everyone looks by themselves meanwhile."""
        hearing = asyncio.create_task(self._hear_for_ever())
        try:
            await asyncio.wait({hearing})
            hearing.result()
        finally:
            while not hearing.done():
                # Once is not enough: Python 3.11's `asyncio.wait_for`, through which redis-py sends, drops a
                # cancellation that comes in the moment of its success, and the process would never end.
                hearing.cancel()
                await asyncio.wait({hearing}, timeout=_CANCEL_SECONDS)

    async def _hear_for_ever(self) -> None:
        while True:
            try:
                await self._hear()
            except (redis.RedisError, OSError) as error:
                _log.warning("bus_away", error=type(error).__name__)
            self._wake_all()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _hear(self) -> None:
        async with self._client.pubsub() as pubsub:
            # One pattern for all: subscribing for each open page would cost a command for each of them.
            await pubsub.psubscribe(self._hears)
            self._wake_all()
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    self._wake(message["channel"].decode())

    def _wake(self, channel: str) -> None:
        for event in self._events.get(channel, ()):
            event.set()

    def _wake_all(self) -> None:
        for channel in self._events:
            self._wake(channel)

    async def ping(self) -> None:
        """Return when Redis answers; raises what redis-py raises when it does not."""
        await self._client.ping()

    async def close(self) -> None:
        """Close the connections."""
        with contextlib.suppress(redis.RedisError, OSError):
            await self._client.aclose()


class ChatAnnouncements:
    """The bus as the web chat sees it.

    Args:
        bus: The bus.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    @asynccontextmanager
    async def listen(self, chat: str) -> AsyncIterator[asyncio.Event]:
        """Hold an event that is set whenever a chat may have news."""
        async with self._bus.listen(CHAT + chat) as event:
            yield event

    async def announce(self, chat: str) -> None:
        """Say that a chat has news."""
        await self._bus.publish(CHAT + chat)


async def announce_nowhere(chat: str) -> None:
    """Say nothing; for processes that send to no chat."""
