"""What is on its way to the program, one after another in each queue."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

ParcelT = TypeVar("ParcelT")
Follow = Coroutine[Any, Any, None] | None


class Deliveries(Generic[ParcelT]):
    """Carries parcels; what follows a failed first try no longer holds its queue back.

    Args:
        carry: Delivers one parcel; returns what is still to be done for it later, or None.
    """

    def __init__(self, carry: Callable[[ParcelT], Awaitable[Follow]]) -> None:
        self._carry = carry
        self._queues: dict[str, deque[ParcelT]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[tuple[ParcelT, str]] | None = None
        self._repeats = 0
        self._open = 0
        self._changed = asyncio.Event()

    @property
    def pending(self) -> int:
        """How many parcels are on their way."""
        return self._open

    def put(self, parcel: ParcelT, queue: str) -> None:
        """Send a parcel on its way."""
        if self._held is not None:
            self._held.append((parcel, queue))
            return
        self._open += 1
        waiting = self._queues.setdefault(queue, deque())
        waiting.append(parcel)
        if len(waiting) == 1:
            self.later(self._drain(queue))

    def repeat(self, times: int = 1) -> None:
        """Deliver each of the next parcels twice, as after an answer that got lost."""
        self._repeats += times

    @asynccontextmanager
    async def reversed(self) -> AsyncIterator[None]:
        """Hold what is said inside, then deliver it last first, each after the one before was taken."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for parcel, queue in reversed(held):
                self.put(parcel, queue)
                await self.settled()

    async def settled(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - the word that every test expects
        """Wait until nothing is on its way; raises TimeoutError where something still is."""
        async with asyncio.timeout(timeout):
            while self._open:
                self._changed.clear()
                await self._changed.wait()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else, until the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop delivering."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drain(self, queue: str) -> None:
        waiting = self._queues[queue]
        while waiting:
            follow = await self._carry(waiting[0])
            if follow is None and self._repeats > 0:
                self._repeats -= 1
                follow = await self._carry(waiting[0])
            waiting.popleft()
            if follow is None:
                self._done()
            else:
                self.later(self._finish(follow))
        del self._queues[queue]

    async def _finish(self, follow: Coroutine[Any, Any, None]) -> None:
        try:
            await follow
        finally:
            self._done()

    def _done(self) -> None:
        self._open -= 1
        self._changed.set()
