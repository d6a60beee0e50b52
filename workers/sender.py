"""The sender: claims messages, hands them to their platforms, and writes down what became of them.

One thread talks to the database; the event loop sends. While messages are under way, what has come back is
settled and more is claimed in one transaction: as many settlements share a commit as came back meanwhile. More is
claimed where a hint, the clock or an emptied lane says that there may be something, and not with every settlement.

A heart (`workers.heart`) shows that the sender lives. What it holds is sent only while that is certain.

That the call of a message begins which must not be sent twice is written down before, with whatever is being written:
of a sender that was killed, only such calls are of unknown outcome.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, groupby
from operator import attrgetter
from uuid import UUID

import structlog

from bots.adapter import Adapter, Reconciling
from core import errors
from core.messages import DeliveryStatus, Priority, SendReceipt
from core.ports import Clock, Hints
from storage import heartbeats
from storage.database import Database
from storage.deliveries import refused_ids
from storage.intake import tell
from storage.outbox import Claimed, Outbox, Wish, begin
from storage.turns import Report
from workers.books import Books
from workers.gate import Gate, Sorted
from workers.heart import Heart, Moment
from workers.lanes import Halted, Lane, Limits
from workers.verdict import Verdict, delivered, failed, refused, untouched

_log = structlog.get_logger()

_NOT_SEEN = timedelta(seconds=5)
"""How long messages are left alone that could not be looked at."""
_NO_ADAPTER = timedelta(seconds=2)
"""How long messages of an account that this process cannot serve are left alone."""


@dataclass(frozen=True, slots=True)
class SenderPorts:
    """What a sender stands on.

    Args:
        database: Where the outbox is.
        outbox: Claims messages.
        books: Writes verdicts down.
        gate: Looks at what was claimed before any of it goes out.
        adapter_of: Finds an account's adapter; None where this process cannot send for it just now.
        clock: The time.
        hints: Whom to wake when a settlement leaves something to do.
        observe: Called with each verdict once it is committed.
    """

    database: Database
    outbox: Outbox
    books: Books
    gate: Gate
    adapter_of: Callable[[UUID], Adapter | None]
    clock: Clock
    hints: Hints
    observe: Callable[[Verdict], None] = field(default=lambda verdict: None)


class Sender:
    """Drains the outbox; any number of them may run at once.

    Rates are kept within one sender: two of them reach twice the rate, and then do as the platform tells them.

    Args:
        ports: What it stands on.
        limits: How much it takes on.
        wake: Set by whoever knows that the outbox has news; the outbox is looked at twice a second anyway.
    """

    def __init__(self, ports: SenderPorts, limits: Limits | None = None, wake: asyncio.Event | None = None) -> None:
        self._ports = ports
        self._limits = limits or Limits()
        self._wake = wake or asyncio.Event()
        self._heart = Heart(ports.database, ports.clock)
        self._claims = count(1)
        self._lanes: dict[UUID, Lane] = {}
        self._shut: dict[UUID, datetime] = {}  # accounts that nothing is claimed of for a while
        self._verdicts: list[Verdict] = []
        self._beginnings: list[_Beginning] = []
        self._runs: set[asyncio.Task[None]] = set()
        self._held: Counter[UUID] = Counter()  # claimed and not settled, by account
        self._refill: dict[UUID, int] = {}  # accounts that held too much at the last claim, and what is little again
        self._turn = asyncio.Event()  # there is something to be settled or claimed
        self._hungry = True  # a claim may find something
        self._look_at = 0.0  # when a claim is worth trying anyway
        self._stopping = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sender")

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; then let what is under way finish, settle it, and give the rest back."""
        try:
            async with self._beside(self._listen(stop), self._hear()):
                while not stop.is_set():
                    await self._cycle()
                await self._drain()
        finally:
            self._thread.shutdown(wait=False)
            self._heart.close()

    async def drain_once(self) -> int:
        """Send everything that can be sent now, and return how many messages were settled or put off."""
        handled = 0
        async with self._beside():
            while True:
                self._hungry = True
                found = await self._exchange(claim=True)
                self._dispatch(found.go)
                if not found.claimed and not self._runs and not self._verdicts:
                    return handled
                if self._runs:
                    await self._await_news()
                handled += len(self._verdicts)

    @asynccontextmanager
    async def _beside(self, *more: Coroutine[None, None, None]) -> AsyncIterator[None]:
        """Let the heart beat, and more go on, as long as it takes."""
        beside = [asyncio.create_task(one) for one in (self._heart.run(self._holds_any), *more)]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await self._heart.rest()

    async def _await_news(self) -> None:
        """Wait until something has come back, or a call wants to begin."""
        turning = asyncio.create_task(self._turn.wait())
        await asyncio.wait((turning, *self._runs), return_when=asyncio.FIRST_COMPLETED)
        turning.cancel()
        self._turn.clear()

    async def _listen(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._turn.set()

    async def _hear(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._hungry = True
            self._turn.set()

    def _holds_any(self) -> bool:
        return self._held.total() > 0

    async def _cycle(self) -> None:
        if not self._verdicts and not self._turn.is_set():
            try:
                async with asyncio.timeout_at(self._look_at):
                    await self._turn.wait()
            except TimeoutError:
                pass
        self._turn.clear()
        self._dispatch((await self._exchange(claim=True)).go)

    async def _drain(self) -> None:
        """Finish what is under way, within the time that a stop may take."""
        self._stopping = True
        for lane in self._lanes.values():
            lane.close()
        _tell(self._beginnings, set())
        self._beginnings = []
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.drain.total_seconds()
        while (self._runs or self._verdicts) and loop.time() < deadline:
            if self._runs:
                await asyncio.wait(self._runs, timeout=deadline - loop.time(), return_when=asyncio.FIRST_COMPLETED)
            await self._exchange(claim=False)
        for run in self._runs:
            run.cancel()  # its call is now of unknown outcome, and is settled as such
        if self._runs:
            await asyncio.wait(self._runs)
        await self._exchange(claim=False)
        if self._verdicts:
            _log.error("settlements_lost", messages=len(self._verdicts))

    # -- the database ------------------------------------------------------------------------

    async def _exchange(self, *, claim: bool) -> Sorted:
        """Settle what has come back and claim more, in one transaction on the database's thread."""
        wish = await self._wish() if claim else None
        verdicts, self._verdicts = self._verdicts, []
        beginnings, self._beginnings = self._beginnings, []
        if not verdicts and not beginnings and wish is None:
            return Sorted()
        loop = asyncio.get_running_loop()
        beat = self._heart.moment() if wish and self._heart.must_begin(self._holds_any()) else None
        try:
            found = await loop.run_in_executor(self._thread, self._write, verdicts, beginnings, wish, beat)
        except errors.StorageUnavailable:
            _log.warning("sender_waits_for_database", messages=len(verdicts))
            _tell(beginnings, set())
            self._verdicts = verdicts + self._verdicts
            self._hungry = True
            await asyncio.sleep(1)
            return Sorted()
        except Exception:  # noqa: BLE001 - one row that the database refuses must not lose the others' settlements
            _log.exception("settlement_failed", messages=len(verdicts))
            _tell(beginnings, set())
            await loop.run_in_executor(self._thread, self._write_each, verdicts)
            found, self._hungry = Sorted(), True
            if not verdicts:
                await asyncio.sleep(1)  # the claim itself fails: no reason to fail as fast as possible
        _tell(beginnings, found.begun)
        self._let_go(verdicts)
        self._turn_away(found)
        if found.claimed:
            await self._take_hold(beat)
        return found

    async def _take_hold(self, beat: Moment | None) -> None:
        """Make sure that what was claimed is still held: writing that down may have taken long."""
        self._hungry = True  # there may be more where this came from
        if beat is not None:
            self._heart.wrote(beat)
        if self._heart.is_in_doubt():
            await self._heart.renew()

    def _turn_away(self, found: Sorted) -> None:
        """Note what became of messages that do not go out now."""
        for verdict in found.verdicts:
            self._ports.observe(verdict)
        self._held.update(one.account_id for one in found.put_off)
        self._put_off(found.put_off, self._ports.clock.now() + _NOT_SEEN)

    def _let_go(self, verdicts: Sequence[Verdict]) -> None:
        held = self._held
        for verdict in verdicts:
            held[verdict.claimed.account_id] -= 1
            self._ports.observe(verdict)
        for account, little in self._refill.items():
            self._hungry = self._hungry or held[account] < little

    async def _wish(self) -> Wish | None:
        at, room = asyncio.get_running_loop().time(), self._limits.held - self._held.total()
        if not self._hungry and at < self._look_at:
            return None
        self._look_at = at + self._limits.poll.total_seconds()
        if room <= 0:
            return None
        if self._holds_any() and self._heart.is_in_doubt():
            await self._heart.renew()
            if self._heart.is_in_doubt():
                return None  # nothing more is claimed while it is uncertain that anything is held
        now = self._ports.clock.now()
        self._shut = {account: until for account, until in self._shut.items() if until > now}
        full = [account for account, lane in self._lanes.items() if lane.is_full(self._held[account], now)]
        busy = [account for account, lane in self._lanes.items() if lane.is_busy(self._held[account])]
        self._refill = {account: self._lanes[account].room for account in busy}
        self._refill.update((account, self._lanes[account].most) for account in full if account in self._refill)
        self._hungry = False
        owner = f"{self._heart.owner}/{next(self._claims)}"
        return Wish(owner, self._limits.lease, min(room, 256), (*full, *self._shut), busy)

    def _write(
        self,
        verdicts: Sequence[Verdict],
        beginnings: "Sequence[_Beginning]" = (),
        wish: Wish | None = None,
        beat: Moment | None = None,
    ) -> Sorted:
        now = self._ports.clock.now()
        self._ports.books.pause_revoked(verdicts)
        with self._ports.database.write() as connection:
            begun = begin(connection, [one.claimed for one in beginnings]) if beginnings else set()
            report = self._ports.books.write(connection, verdicts, now) if verdicts else Report()
            claimed = self._ports.outbox.claim(connection, wish, now) if wish else []
            if claimed and wish and beat:
                heartbeats.beat(connection, wish.owner.rpartition("/")[0], now)
        tell(self._ports.hints, report)
        if not claimed:
            return Sorted(begun=begun)
        found = self._ports.gate.sort(claimed, now)
        found.claimed, found.begun = len(claimed), begun
        tell(self._ports.hints, found.report)
        return found

    def _write_each(self, verdicts: Sequence[Verdict]) -> None:
        """Settle one by one, so that a verdict that cannot be written hurts no other."""
        for verdict in verdicts:
            try:
                self._write([verdict])
            except Exception:  # noqa: BLE001 - whatever is wrong with this row, the next one is not to blame
                # Its lease runs out, and then it is recovered as a message of unknown outcome.
                _log.exception("settlement_lost", message_id=str(verdict.claimed.message.id))

    # -- sending -----------------------------------------------------------------------------

    def _dispatch(self, claimed: Sequence[Claimed]) -> None:
        self._held.update(one.account_id for one in claimed)
        if claimed:
            self._turn.set()
        for _, run in groupby(claimed, attrgetter("conversation_id")):
            messages = list(run)
            lane = self._lane(messages[0].account_id)
            if lane is None:
                self._put_off(messages, self._ports.clock.now() + _NO_ADAPTER)
                continue
            task = asyncio.create_task(self._send_run(lane, messages))
            self._runs.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._runs.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("sender_run_failed", exc_info=task.exception())
        self._turn.set()

    def _lane(self, account_id: UUID) -> Lane | None:
        adapter = self._ports.adapter_of(account_id)
        lane = self._lanes.get(account_id)
        if adapter is None:
            self._shut[account_id] = self._ports.clock.now() + _NO_ADAPTER
            return None
        if lane is None or lane.adapter is not adapter:
            # An account with new credentials is another adapter, and begins anew.
            lane = self._lanes[account_id] = Lane(adapter, self._limits, self._ports.clock.now)
        return lane

    def _put_off(self, messages: Sequence[Claimed], until: datetime) -> None:
        now = self._ports.clock.now()
        for claimed in messages:
            self._note(untouched(claimed, until, now))

    def _note(self, verdict: Verdict) -> None:
        self._verdicts.append(verdict)
        self._turn.set()

    async def _send_run(self, lane: Lane, messages: Sequence[Claimed]) -> None:
        """Send one conversation's messages, each after the one before it has been taken."""
        loop = asyncio.get_running_loop()
        late = loop.time() + self._limits.lease.total_seconds() / 3
        for place, claimed in enumerate(messages):
            if loop.time() > late:
                self._give_back(messages[place:])  # a slow platform must not outlast the lease of the rest
                return
            try:
                # What stands before an answer in its chat goes as urgently as the answer.
                urgency = min(one.message.priority for one in messages[place:])
                verdict = await self._send(lane, claimed, urgency)
            except Halted as halted:
                self._put_off(messages[place:], halted.until)
                return
            except asyncio.CancelledError:
                self._give_back(messages[place:])
                raise
            self._note(verdict)
            if not verdict.settlement.is_settled:
                now = self._ports.clock.now()
                self._put_off(messages[place + 1 :], now)  # what failed is tried first; this follows it
                return

    def _give_back(self, messages: Sequence[Claimed]) -> None:
        now = self._ports.clock.now()
        self._put_off(messages, now)

    async def _send(self, lane: Lane, claimed: Claimed, urgency: Priority) -> Verdict:
        if claimed.refusal:
            return refused(claimed, self._ports.clock.now())
        if self._stopping:
            raise Halted(self._ports.clock.now(), whole_account=True)
        message = claimed.message
        await lane.enter(message.chat, urgency)
        try:
            claimed = await self._begin(claimed)
        except BaseException:
            lane.turn_back()
            raise
        error: errors.SendError | None = None
        receipt = SendReceipt()
        try:
            receipt = await _call(lane.adapter, claimed)
        except errors.SendError as known:
            error = known
        except asyncio.CancelledError:
            error = errors.OutcomeUnknown("The sender was stopped during the call.", code="stopped")
        except Exception as unknown:  # noqa: BLE001 - a fault in one channel must not end the sender of all
            _log.exception("adapter_failed", channel=message.channel, message_id=str(message.id))
            error = errors.OutcomeUnknown("The channel failed in an unforeseen way.", code=type(unknown).__name__)
        lane.leave(message.chat, error, len(error.external_ids if error else receipt.external_ids))
        now = self._ports.clock.now()
        if error is None:
            return delivered(claimed, receipt, now)
        return failed(claimed, error, now, can_ask=isinstance(lane.adapter, Reconciling))

    async def _begin(self, claimed: Claimed) -> Claimed:
        """Return a message as it is held once its call may begin.

        Raises:
            Halted: It is not certain that it is held.
        """
        begun = True
        if claimed.must_be_noted and not self._stopping and self._heart.holds(claimed.lease):
            beginning = _Beginning(claimed, asyncio.get_running_loop().create_future())
            self._beginnings.append(beginning)
            self._turn.set()
            begun = await beginning.told
            claimed = claimed.begun() if begun else claimed
        if not begun or claimed.must_be_noted or not self._heart.holds(claimed.lease):
            raise Halted(self._ports.clock.now(), whole_account=True)
        return claimed


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A call that wants to begin.

    Args:
        claimed: Its message.
        told: Gets whether it may.
    """

    claimed: Claimed
    told: "asyncio.Future[bool]"


def _tell(beginnings: "Sequence[_Beginning]", begun: Collection[UUID]) -> None:
    for one in beginnings:
        if not one.told.done():
            one.told.set_result(one.claimed.message.id in begun)


async def _call(adapter: Adapter, claimed: Claimed) -> SendReceipt:
    """Send a message; one of unknown outcome only after the platform was asked for it."""
    if claimed.status is DeliveryStatus.UNKNOWN and isinstance(adapter, Reconciling):
        found = await _reconcile(adapter, claimed)
        if found is not None:
            return found
    return await adapter.send(claimed.message)


async def _reconcile(adapter: Reconciling, claimed: Claimed) -> SendReceipt | None:
    try:
        receipt = await adapter.reconcile(claimed.message, claimed.created_at)
    except errors.SendError as error:
        if error.external_ids:
            raise  # it was found, and what follows it could not be sent
        raise errors.OutcomeUnknown("The platform could not be asked what became of it.", code=error.code) from error
    if receipt is not None and set(refused_ids(" ".join(receipt.external_ids)).split()) & set(
        claimed.external_ids.split()
    ):
        # It found an earlier attempt that was refused, which says nothing of the last one.
        raise errors.OutcomeUnknown("Only a refused copy was found.", code="refused_before")
    return receipt
