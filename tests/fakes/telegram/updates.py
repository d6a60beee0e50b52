"""Updates of one bot and how they travel: to a webhook, with Telegram's patience, or by `getUpdates`.

Source: tdlib/telegram-bot-api, WebhookActor.cpp: one update under way in each queue; after a first failure again at
once, then after 2, 4, 8 ... seconds; a `Retry-After` is honoured; an update that expires is lost.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiohttp

from tests.fakes.telegram.messages import Json, Refused

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_WAIT = 60.0
EXPIRY = {"callback_query": 150.0}
USUAL_EXPIRY = 86400.0


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered."""

    url: str
    secret: str = ""
    allowed: tuple[str, ...] = ()
    connections: int = 40


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery; status 0 where no answer came."""

    update_id: int
    status: int
    seconds: float


@dataclass(slots=True)
class Update:
    """One update on its way."""

    update_id: int
    kind: str
    content: Json
    queue: str
    said_at: float

    def body(self) -> Json:
        return {"update_id": self.update_id, self.kind: self.content}


class Updates:
    """The updates of one bot.

    Args:
        first_id: Number of its first update.
        pace: Factor on every waiting time.
    """

    def __init__(self, first_id: int, pace: float) -> None:
        self.pace = pace
        self.webhook: Webhook | None = None
        self.attempts: list[Attempt] = []
        self.lost: list[Update] = []
        self.last_error = ""
        self.last_error_at = 0
        self.timeout = 60.0
        self._next_id = first_id
        self._pending: dict[int, Update] = {}
        self._queues: dict[str, deque[Update]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._held: list[Update] | None = None
        self._repeats = 0
        self._changed = asyncio.Event()
        self._polling = False
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(1)

    @property
    def pending(self) -> int:
        return len(self._pending)

    def put(self, kind: str, content: Json, queue: str) -> int:
        """Send an update on its way and return its number."""
        update = Update(self._next_id, kind, content, queue, time.monotonic())
        self._next_id += 1
        if self.webhook is not None and self.webhook.allowed and kind not in self.webhook.allowed:
            return update.update_id
        if self._held is not None:
            self._held.append(update)
        else:
            self._enqueue(update)
        return update.update_id

    def put_raw(self, content: Json) -> int:
        """Send any object as an update, with a number where it has none."""
        kind = next((name for name in content if name != "update_id"), "unknown")
        return self.put(kind, content.get(kind, {}), queue=f"raw {self._next_id}")

    def repeat(self, times: int = 1) -> None:
        """Deliver each of the next updates twice, as after an answer that got lost."""
        self._repeats += times

    @asynccontextmanager
    async def reversed(self) -> AsyncIterator[None]:
        """Hold what is said inside, then deliver it last first, each after the one before was taken."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for update in reversed(held):
                self._enqueue(update)
                await self.settled()

    async def settled(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - the word that every test expects
        """Wait until everything was delivered; raises TimeoutError where it is not."""
        async with asyncio.timeout(timeout):
            while self._pending:
                self._changed.clear()
                await self._changed.wait()

    async def delivered(self, update_id: int, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - the word that every test expects
        """Wait until one update was delivered."""
        async with asyncio.timeout(timeout):
            while update_id in self._pending:
                self._changed.clear()
                await self._changed.wait()

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Deliver to another place from now on, or nowhere."""
        self._stop_workers()
        self.webhook = webhook
        self._slots = asyncio.Semaphore(webhook.connections if webhook else 1)
        for queue in self._queues:
            self._work(queue)

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - the word that every test expects
        """Answer `getUpdates`: forget what is before the offset, wait for what comes."""
        if self.webhook is not None:
            raise Refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            )
        if self._polling:
            raise Refused(409, "Conflict: terminated by other getUpdates request; only one bot instance is running")
        self._forget(lambda update: update.update_id < offset)
        self._polling = True
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._something(), timeout * self.pace)
        finally:
            self._polling = False
        return [update.body() for update in sorted(self._pending.values(), key=lambda each: each.update_id)[:limit]]

    async def _something(self) -> None:
        while not self._pending:
            self._changed.clear()
            await self._changed.wait()

    def drop_pending(self) -> None:
        """Forget everything that waits."""
        self._forget(lambda update: True)

    async def close(self) -> None:
        """Stop delivering."""
        self._stop_workers()
        if self._session is not None:
            await self._session.close()

    def _enqueue(self, update: Update) -> None:
        self._pending[update.update_id] = update
        self._queues.setdefault(update.queue, deque()).append(update)
        self._changed.set()
        self._work(update.queue)

    def _forget(self, judge: Callable[[Update], bool]) -> None:
        for update in [each for each in self._pending.values() if judge(each)]:
            self._done(update)

    def _done(self, update: Update) -> None:
        self._pending.pop(update.update_id, None)
        queue = self._queues.get(update.queue)
        if queue is not None:
            with suppress(ValueError):
                queue.remove(update)
            if not queue:
                del self._queues[update.queue]
        self._changed.set()

    def _work(self, queue: str) -> None:
        if self.webhook is not None and queue not in self._workers:
            self._workers[queue] = asyncio.get_running_loop().create_task(self._drain(queue))

    def _stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()

    async def _drain(self, queue: str) -> None:
        try:
            while (waiting := self._queues.get(queue)) and self.webhook is not None:
                await self._deliver(waiting[0], self.webhook)
        finally:
            if self._workers.get(queue) is asyncio.current_task():
                del self._workers[queue]

    async def _deliver(self, update: Update, webhook: Webhook) -> None:
        failures = 0
        while update.update_id in self._pending:
            status, wait = await self._post(update, webhook)
            if 200 <= status < 300:
                if self._repeats > 0:
                    self._repeats -= 1
                    await self._post(update, webhook)
                self._done(update)
                return
            failures += 1
            backoff = 0.0 if failures == 1 else min(2.0 ** (failures - 1), LONGEST_WAIT)
            pause = (backoff if wait is None else wait) * self.pace
            expiry = EXPIRY.get(update.kind, USUAL_EXPIRY) * self.pace
            if time.monotonic() + pause - update.said_at > expiry:
                self.lost.append(update)
                self._done(update)
                return
            await asyncio.sleep(pause)

    async def _post(self, update: Update, webhook: Webhook) -> tuple[int, float | None]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout))
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[HEADER] = webhook.secret
        begun, status, wait = time.monotonic(), 0, None
        try:
            async with (
                self._slots,
                self._session.post(
                    webhook.url, data=json.dumps(update.body()).encode(), headers=headers, allow_redirects=False
                ) as response,
            ):
                await response.read()
                status, after = response.status, response.headers.get("Retry-After", "")
                wait = min(float(after), 3600.0) if after.isdecimal() else None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        if not 200 <= status < 300:
            self.last_error = f"Wrong response from the webhook: {status}" if status else self.last_error
            self.last_error_at = int(time.time())
        self.attempts.append(Attempt(update.update_id, status, time.monotonic() - begun))
        return status, wait
