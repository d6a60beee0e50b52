"""Lanes: one account's way out, no wider and no faster than its platform allows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Protocol, runtime_checkable

import structlog

from bots.adapter import Adapter
from core import errors
from core.messages import Priority
from core.rates import Breaker, TokenBucket

_log = structlog.get_logger()

_LONGEST_HOLD = timedelta(seconds=3)
"""A message that has to wait longer goes back to the outbox, so that no lease runs out while it waits."""
_MANY_CHATS = 10_000
_CROWD = 3
"""This many throttled chats in a row, and it is the account that is too fast and not a chat."""


class Halted(Exception):
    """Not now.

    Args:
        until: When it is worth another try.
        whole_account: Whether no chat of the account may be written to until then.
    """

    def __init__(self, until: datetime, *, whole_account: bool) -> None:
        super().__init__("not now")
        self.until = until
        self.whole_account = whole_account


class Pace(Protocol):
    """How fast one chat may be written to."""

    @property
    def rate(self) -> float:
        """Messages a second, sustained."""
        ...

    @property
    def burst(self) -> int:
        """Messages at once before `rate` binds."""
        ...


@runtime_checkable
class PacesChats(Protocol):
    """An adapter for whose platform not every chat is equally patient."""

    def pace(self, chat: str) -> Pace:
        """Return how fast this chat may be written to."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a sender takes on.

    Args:
        in_flight: Calls at the same moment, for each account.
        held: Messages that are claimed and not settled yet.
        lease: How long a claim holds; longer than a message may wait and its call may take.
        poll: How often the outbox is looked at without a hint.
        drain: How long a stop waits for calls that are under way.
        paced: Whether the rates of channels and chats are kept; False for a server of one's own without limits.
    """

    in_flight: int = 64
    held: int = 3072
    lease: timedelta = timedelta(minutes=3)
    poll: timedelta = timedelta(seconds=0.5)
    drain: timedelta = timedelta(seconds=35)
    paced: bool = True


class Lane:
    """One account's way out; belongs to one event loop.

    Args:
        adapter: The account.
        limits: How much may be under way.
        clock: Tells the time.

    Attributes:
        most: From so many held messages on nothing more is claimed for the account.
        room: From so many held messages on only replies are claimed for it.
    """

    def __init__(self, adapter: Adapter, limits: Limits, clock: Callable[[], datetime]) -> None:
        self.adapter = adapter
        rate = adapter.capabilities.account_rate if limits.paced else float("inf")
        self._clock = clock
        self._paced = limits.paced
        self._bucket = TokenBucket(min(rate, 1e9), min(rate, 1e9), clock())
        self._chats: dict[str, TokenBucket] = {}
        self._breaker = Breaker()
        self._slots = limits.in_flight
        self._throttled: set[str] = set()
        self._waiters: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None
        self._calm = True  # nothing failed or was halted since the last success, so there is nothing to be reckoned
        # Enough to keep the line busy while the database is asked for more: with 16 it stood still a tenth of the time.
        self.most = max(24 * self._slots, 32)
        # Two seconds' worth, and little that a reply would have to wait behind.
        self.room = int(min(max(4 * self._slots, 16), max(16.0, 2 * rate)))

    def is_full(self, held: int, now: datetime) -> bool:
        """Return whether nothing more should be claimed for this account, of which so many messages are held."""
        return held >= self.most or self._halt(now) > timedelta()

    def is_busy(self, held: int) -> bool:
        """Return whether only replies should be claimed for this account, of which so many messages are held."""
        return held >= self.room

    def close(self) -> None:
        """Send back everybody who waits."""
        self._send_back(self._clock())

    async def enter(self, chat: str, priority: Priority) -> None:
        """Wait until a message may go out; `leave` must follow.

        Raises:
            Halted: That would take too long.
        """
        if self._paced:
            await self._wait_for_chat(chat, priority)
        if not self._waiters and self._may_go(priority):
            self._go(priority)
            return
        waiter = asyncio.get_running_loop().create_future()
        heappush(self._waiters, (priority, next(self._order), waiter))
        if self._slots > 0:
            self._pump()
        await waiter

    def turn_back(self) -> None:
        """Give back a place that was entered for and not used."""
        self._slots += 1
        self._breaker.withdraw()
        self._pump()

    def leave(self, chat: str, error: errors.SendError | None, parts: int) -> None:
        """Note that a call has ended.

        Args:
            chat: Where it went.
            error: How it failed; None where it did not.
            parts: How many messages the platform saw.
        """
        self._slots += 1
        if error is not None or parts > 1 or not self._calm:
            self._reckon(chat, error, parts)
        self._pump()

    def _reckon(self, chat: str, error: errors.SendError | None, parts: int) -> None:
        now = self._clock()
        if parts > 1 and self._paced:
            self._bucket.take(now, parts - 1)
            self._chat(chat, now).take(now, parts - 1)
        self._calm = False
        match error:
            case errors.ChannelThrottled():
                self._breaker.succeed()
                self._throttle(chat, error, now)
            case errors.ChannelUnavailable() | errors.OutcomeUnknown() | errors.AccountRevoked():
                if self._breaker.fail(now):
                    account = self.adapter.account
                    _log.warning("account_not_answering", channel=self.adapter.channel, account=account)
            case _:
                # Whoever refuses a message is there.
                self._breaker.succeed()
                self._throttled.clear()
                self._calm = not self._bucket.halted(now)

    async def _wait_for_chat(self, chat: str, priority: Priority) -> None:
        while True:
            now = self._clock()
            bucket = self._chat(chat, now)
            wait = self._wait(bucket, priority, now)
            if wait > _LONGEST_HOLD:
                raise Halted(now + wait, whole_account=False)
            if not wait:
                if priority is not Priority.REPLY:
                    bucket.take(now)
                return
            await asyncio.sleep(wait.total_seconds())

    def _chat(self, chat: str, now: datetime) -> TokenBucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            if len(self._chats) >= _MANY_CHATS:
                self._chats = {name: one for name, one in self._chats.items() if not one.is_full(now)}
            able = self.adapter.capabilities
            rate, burst = able.chat_rate, able.chat_burst
            if isinstance(self.adapter, PacesChats):
                pace = self.adapter.pace(chat)
                rate, burst = pace.rate, pace.burst
            bucket = self._chats[chat] = TokenBucket(rate, burst, now)
        return bucket

    def _throttle(self, chat: str, error: errors.ChannelThrottled, now: datetime) -> None:
        """Halt what the platform says: the chat; the account where it says so, or where chat after chat is refused."""
        until = now + (error.retry_after or timedelta(seconds=1))
        self._throttled.add(chat)
        if self._paced:
            self._chat(chat, now).halt(until)
        if error.whole_account or len(self._throttled) >= _CROWD:
            self._bucket.halt(until)
            _log.warning("account_throttled", channel=self.adapter.channel, account=self.adapter.account)
            self._throttled.clear()

    def _halt(self, now: datetime) -> timedelta:
        """Return how long nothing at all may go out; zero where something may, or may within moments."""
        wait = max(self._breaker.wait(now), self._bucket.halted(now))
        return wait if wait > _LONGEST_HOLD else timedelta()

    @staticmethod
    def _wait(bucket: TokenBucket, priority: Priority, now: datetime) -> timedelta:
        """Return how long a bucket holds a message up.

        Replies are not rationed ahead: people write no faster than people can, and a platform that finds it
        too fast says so. A rate of our own would let one bot answer thirty people a second and no more.
        """
        return bucket.halted(now) if priority is Priority.REPLY else bucket.wait(now)

    def _may_go(self, priority: Priority) -> bool:
        if self._slots <= 0:
            return False
        if self._calm and (priority is Priority.REPLY or not self._paced):
            return True
        now = self._clock()
        return self._breaker.allows(now) and not self._wait(self._bucket, priority, now)

    def _go(self, priority: Priority) -> None:
        self._slots -= 1
        if not self._calm:
            self._breaker.begin()
        if self._paced and priority is not Priority.REPLY:
            self._bucket.take(self._clock())

    def _pump(self) -> None:
        """Let those go that may, the most urgent first; send everybody back where nobody may for long."""
        if self._waiters and not self._calm:
            now = self._clock()
            if wait := self._halt(now):
                self._send_back(now + wait)
        while self._waiters and self._may_go(self._waiters[0][0]):
            priority, _, waiter = heappop(self._waiters)
            if not waiter.done():
                self._go(priority)
                waiter.set_result(None)
        if self._waiters and self._slots > 0 and self._timer is None:
            now = self._clock()
            wait = max(self._breaker.wait(now), self._wait(self._bucket, self._waiters[0][0], now))
            if wait:
                self._timer = asyncio.get_running_loop().call_later(wait.total_seconds(), self._ring)
            elif self._may_go(self._waiters[0][0]):
                # A token has grown since the look before: nothing would ring, and nobody would ever go on.
                self._pump()

    def _ring(self) -> None:
        self._timer = None
        self._pump()

    def _send_back(self, until: datetime) -> None:
        waiters, self._waiters = self._waiters, []
        for _, _, waiter in waiters:
            if not waiter.done():
                waiter.set_exception(Halted(until, whole_account=True))
