"""The terminal's host: everything that one person's conversation needs, in this process and for them alone.

It takes lines in, runs the person's timers and jobs, and delivers what is said to them. A running `sunup serve` over
the same database is no obstacle: every row is taken under a lock or a lease by whoever comes first, and the outbox of
the terminal is claimed here alone (`storage.share`).
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import structlog

from bots.adapter import Adapter
from bots.terminal.adapter import Show, TerminalAdapter
from bots.terminal.parse import CHANNEL, File, Presence, Typed
from core import errors
from core.history import HistoryEntry, Thread
from core.messages import Button, InboundKind
from storage.attendance import Due, attended, bring_forward, due_for, first_unsent
from storage.jobs import Jobs
from storage.media import Media
from storage.media_store import MediaStore
from storage.share import Share
from sunup.composition import Foundation
from workers.books import Books
from workers.detours import Detours
from workers.gate import Gate
from workers.job_runner import JobPorts, JobRunner
from workers.jobs import JOBS
from workers.sender import Sender, SenderPorts

_log = structlog.get_logger()

ACCOUNT = "default"
_LOOK_SECONDS = 0.5
_MOST_TIMERS = 100
_REMEMBERED = 40
"""Messages of the history that are looked through for the question that is still open."""
_PATIENCE = timedelta(seconds=2)
"""How long a line waits for an answer that another process holds for a moment, before the next line is read."""
_LAST_WORDS = timedelta(seconds=10)
"""The same for the end of the chat."""
_PRESENCES = (InboundKind.BLOCKED, InboundKind.UNBLOCKED)


class NoHints:
    """Wakes nobody: the host looks by itself after every line."""

    def outbox_ready(self) -> None:
        """Do nothing."""

    def jobs_ready(self, jobs: Sequence[tuple[UUID, str]]) -> None:
        """Do nothing."""

    def timers_ready(self, due_at: datetime) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sits at the terminal.

    Args:
        session: Names them; the same name continues the same conversation.
        name: What they want to be called; counts when they are met first.
        language: IETF tag; counts when they are met first.
    """

    session: str
    name: str = ""
    language: str = ""


class TerminalHost:
    """One person's conversation in the terminal.

    Args:
        foundation: What every process stands on.
        speaker: Who sits there.
        show: Puts a message on the screen.
    """

    def __init__(self, foundation: Foundation, speaker: Speaker, show: Show) -> None:
        self._foundation = foundation
        self._speaker = speaker
        self._adapter = TerminalAdapter(show, account=ACCOUNT)
        self._account_id = foundation.accounts.id_of(CHANNEL, ACCOUNT)
        self._intake = foundation.intake(NoHints())
        self._sender = self._make_sender()
        self._jobs = self._make_jobs()
        # A job keeps an event loop of its own, which wants the same thread every time.
        self._job_thread = ThreadPoolExecutor(1, thread_name_prefix="terminal-jobs")
        self._settling = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._intake.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._intake.stop)
        await asyncio.get_running_loop().run_in_executor(self._job_thread, self._jobs.close)
        self._job_thread.shutdown()

    # -- what a person does ------------------------------------------------------------------

    async def arrive(self) -> None:
        """Note that somebody sits here again, and catch up with what waited for them."""
        if await self.history():
            await self._take(self._typed(presence=Presence.BACK))
        await self.settle()

    async def take(self, text: str, choices: tuple[Button, ...] = (), file: File | None = None) -> None:
        """Take a line in and see everything through that follows from it.

        Raises:
            Malformed: The line is too long.
            StorageUnavailable: The database does not answer; the line was not kept.
        """
        await self._take(self._typed(text, choices, file))
        await self._settle_within(_PATIENCE)

    async def leave(self, *, at_once: bool = False) -> None:
        """Wait for the last words, unless nobody would see them, and note that nobody sits here any more."""
        if not at_once:
            await self._settle_within(_LAST_WORDS)
        if await self.history():
            await self._take(self._typed(presence=Presence.LEFT))

    async def _take(self, typed: Typed) -> None:
        request = self._adapter.request(typed)
        self._adapter.verify(request, self._foundation.clock.now())
        await self._intake.take(self._adapter.parse(request))

    def _typed(
        self,
        text: str = "",
        choices: tuple[Button, ...] = (),
        file: File | None = None,
        presence: Presence | None = None,
    ) -> Typed:
        speaker, identity = self._speaker, self._foundation.ids.new().hex
        return Typed(identity, speaker.session, text, choices, speaker.name, speaker.language, file, presence)

    # -- what follows from it ----------------------------------------------------------------

    async def settle(self) -> None:
        """Fire timers, run jobs and deliver messages until nothing of this person's is due.

        What brings no progress is left to the next look: it is put off, or in another process's hands for a moment.
        """
        async with self._settling:
            tried: set[UUID] = set()
            while due := await asyncio.to_thread(self._due):
                if due.put_off:
                    await asyncio.to_thread(self._bring_forward)
                fired = await asyncio.to_thread(self._fire) if due.timers else 0
                fresh = [job for job in due.jobs if job not in tried]
                tried.update(fresh)
                for job in fresh:
                    await asyncio.get_running_loop().run_in_executor(self._job_thread, self._jobs.run, job)
                if not (await self._sender.drain_once() or fresh or fired):
                    return

    async def attend(self) -> None:
        """Look for what comes due by itself, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.settle()
            except errors.StorageUnavailable:
                _log.warning("terminal_waits_for_database")
            except Exception:  # noqa: BLE001 - whatever goes wrong with one look, the next one may succeed
                _log.exception("terminal_failed")

    async def _settle_within(self, patience: timedelta) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.total_seconds()
        await self.settle()
        while await asyncio.to_thread(self._due) and loop.time() < deadline:
            await asyncio.sleep(_LOOK_SECONDS / 5)
            await self.settle()

    # -- what was said before ----------------------------------------------------------------

    async def history(self) -> list[HistoryEntry]:
        """Return the last messages that were on the screen before; those still to be sent are not among them."""
        return await asyncio.to_thread(self._history)

    def _history(self) -> list[HistoryEntry]:
        with self._foundation.database.read() as connection:
            who = attended(connection, self._account_id, self._speaker.session)
            unsent = first_unsent(connection, who) if who else None
        if who is None:
            return []
        session, after = self._speaker.session, max(0, who.next_seq - 1 - _REMEMBERED)
        entries = self._foundation.history.since(Thread(CHANNEL, ACCOUNT, session, session), after, _REMEMBERED)
        said = [one for one in entries if one.kind not in _PRESENCES]
        return [one for one in said if unsent is None or one.inbound or one.seq < unsent]

    # -- how it is done ----------------------------------------------------------------------

    def _due(self) -> Due:
        with self._foundation.database.read() as connection:
            who = attended(connection, self._account_id, self._speaker.session)
            if who is None:
                return Due(messages=False, put_off=False, timers=False, jobs=())
            return due_for(connection, who, self._foundation.clock.now())

    def _fire(self) -> int:
        with self._foundation.database.write() as connection:
            who = attended(connection, self._account_id, self._speaker.session)
            if who is None:
                return 0
            now = self._foundation.clock.now()
            return self._foundation.turns.fire(connection, now, _MOST_TIMERS, only=[who.person_id]).fired

    def _bring_forward(self) -> None:
        with self._foundation.database.write() as connection:
            who = attended(connection, self._account_id, self._speaker.session)
            if who is not None:
                bring_forward(connection, who, self._foundation.clock.now())

    def _find_adapter(self, channel: str, account: str) -> Adapter | None:
        return self._adapter if (channel, account) == (CHANNEL, ACCOUNT) else None

    def _adapter_of(self, account_id: UUID) -> Adapter | None:
        return self._adapter if account_id == self._account_id else None

    def _make_sender(self) -> Sender:
        base = self._foundation
        detours = Detours(base.forwarding, self._adapter_of)
        books = Books(base.turns, base.pausing, base.dead_letters, detours)
        return Sender(
            SenderPorts(
                database=base.database,
                outbox=Share(base.sealer, (CHANNEL,), self._speaker.session),
                books=books,
                gate=Gate(base.database, books, detours, self._adapter_of),
                adapter_of=self._adapter_of,
                clock=base.clock,
                hints=NoHints(),
            )
        )

    def _make_jobs(self) -> JobRunner:
        base = self._foundation
        ports = JobPorts(
            database=base.database,
            jobs=Jobs(base.sealer),
            turns=base.turns,
            dead_letters=base.dead_letters,
            media=Media(base.database, base.sealer, MediaStore(base.settings.media_url), base.clock),
            find_adapter=self._find_adapter,
            clock=base.clock,
            ids=base.ids,
            hints=NoHints(),
        )
        return JobRunner(ports, JOBS)
