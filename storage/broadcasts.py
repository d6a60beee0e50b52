"""Broadcasts: kept, confirmed, written out, paused, cancelled, and told of.

A draft is a row; nothing of it is sent before it is confirmed. From then on a sweep (`push`) makes a job for each
piece of work, a *leg*, as long as there is any: so what a killed worker left is done by the next one, from the very
place, and the outbox never holds more than `MOST_WAITING` copies of one broadcast.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from conversations.broadcasting import LEG, LEG_JOB
from core import errors
from core.broadcasts import DRAFT_LIFE, Act, BroadcastStatus
from core.messages import Content
from core.ports import Clock, IdSource
from storage import tables
from storage.audit import Audit
from storage.bodies import content_from, outbound_body
from storage.broadcast_copies import (
    BroadcastResults,
    hold_back,
    let_on,
    results_of,
    waiting_copies,
    withdraw,
)
from storage.broadcast_legs import RESULTS_KEPT_AFTER, has_planned, is_due, leg_job, unfinished
from storage.broadcast_writing import (
    WRITTEN_AT_ONCE,
    CopyWriter,
    Looking,
    gather,
    look_over,
)
from storage.database import Database
from storage.reach import Able
from storage.sealing import MasterKeyMissing, Seal, Sealer, Unsealable

_log = structlog.get_logger()

_broadcasts, _recipients, _jobs, _people = (
    tables.broadcasts,
    tables.broadcast_recipients,
    tables.jobs,
    tables.people,
)
MOST_WAITING = 2_000
"""Copies of one broadcast in the outbox; a minute's worth for a bot on Telegram."""
_REFILL = MOST_WAITING // 2
_DRAFTS_KEPT = timedelta(days=1)
_MOST_PUSHED = 100


class BroadcastUnknown(errors.SunupError):
    """There is no such broadcast; `sunup broadcasts list` shows those that there are."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What is known of a broadcast without opening it.

    Args:
        id: Which one.
        author_id: Who wrote it.
        audience: For whom, as `core/audiences.py` writes it.
        local_at: When by their clock; empty for at once.
        status: Where it stands.
        reason: Why it rests or was ended by itself; mostly empty.
        created_at: When it was written.
        confirmed_at: When it was confirmed; None for a draft.
        ended_at: When it was done or cancelled.
    """

    id: UUID
    author_id: UUID
    audience: str
    local_at: str
    status: BroadcastStatus
    reason: str
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an admin is about to say.

    Args:
        content: The words, with `{{ name }}` in them, and a button or none.
        audience: For whom.
        local_at: When by their clock; empty for at once.
    """

    content: Content
    audience: str
    local_at: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act.

    Args:
        changed: Whether it did anything; a second one of the same does nothing.
        status: Where the broadcast stands now.
        stale: Whether a preview is too old to be confirmed.
    """

    changed: bool
    status: BroadcastStatus
    stale: bool = False


class Broadcasts:
    """The broadcasts of this installation.

    Args:
        database: Where they are.
        sealer: Opens and closes them.
        ids: Makes identifiers.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._ids = ids
        self._clock = clock
        self._audit = Audit(ids)

    # -- drafts ------------------------------------------------------------------------------

    def keep_draft(self, broadcast_id: UUID, author_id: UUID, seal: Seal, draft: Draft) -> None:
        """Keep a draft; once more with the same id changes nothing."""
        row = {
            "id": broadcast_id,
            "author_id": author_id,
            "audience": draft.audience,
            "local_at": draft.local_at,
            "body": seal.close(outbound_body(draft.content), b"broadcast" + broadcast_id.bytes),
            "status": BroadcastStatus.DRAFT.value,
            "reason": "",
            "created_at": self._clock.now(),
        }
        with self._database.write() as connection:
            known = sa.select(_broadcasts.c.id).where(_broadcasts.c.id == broadcast_id)
            if connection.execute(known).first() is None:
                connection.execute(_broadcasts.insert(), row)

    def change_draft(self, broadcast_id: UUID, change: Callable[[Draft], Draft]) -> bool:
        """Change a draft, which is as good as new then; return False where it is none any more.

        Raises:
            BroadcastUnknown: There is none.
            Unsealable: Its author was erased.
        """
        with self._database.write() as connection:
            row = self._row(connection, broadcast_id, lock=True)
            if row.status != BroadcastStatus.DRAFT:
                return False
            draft = change(Draft(self._content(connection, row), row.audience, row.local_at))
            body = self._seal(connection, row).close(outbound_body(draft.content), b"broadcast" + row.id.bytes)
            values = {"audience": draft.audience, "local_at": draft.local_at, "body": body}
            mine = sa.update(_broadcasts).where(_broadcasts.c.id == row.id)
            connection.execute(mine.values(**values, created_at=self._clock.now()))
        return True

    def draft(self, broadcast_id: UUID) -> Draft:
        """Return what a broadcast says, to whom and when.

        Raises:
            BroadcastUnknown: There is none.
            Unsealable: Its author was erased.
        """
        with self._database.read() as connection:
            row = self._row(connection, broadcast_id)
            return Draft(self._content(connection, row), row.audience, row.local_at)

    def look_over(self, draft: Draft, able: Able, see: Looking) -> None:
        """Show everybody of a draft's audience, batch by batch, with where each would be reached now."""
        with self._database.read() as connection:
            look_over(connection, draft.audience, draft.content.purpose, able, now=self._clock.now(), see=see)

    # -- acts --------------------------------------------------------------------------------

    def act(self, broadcast_id: UUID, act: Act, by: str) -> Outcome:
        """Confirm, pause, resume or cancel a broadcast, and note who did it.

        What is in the outbox and not claimed by a sender is held back or taken out with it.

        Raises:
            BroadcastUnknown: There is none.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            row = self._row(connection, broadcast_id, lock=True)
            status = BroadcastStatus(row.status)
            if status not in act.begins_at:
                return Outcome(changed=False, status=status)
            if act is Act.SEND and row.created_at + DRAFT_LIFE <= now:
                return Outcome(changed=False, status=status, stale=True)
            values: dict[str, Any] = {"status": act.leads_to.value, "reason": ""}
            values |= {"confirmed_at": now} if act is Act.SEND else {}
            values |= {"ended_at": now} if act is Act.CANCEL else {}
            connection.execute(sa.update(_broadcasts).where(_broadcasts.c.id == row.id).values(**values))
            copies = _change_copies(connection, row, act, now)
            data = {"broadcast": str(row.id), "copies": copies}
            self._audit.note(connection, by, f"broadcast_{_PAST[act]}", data, now=now)
        _log.info("broadcast_changed", broadcast_id=str(broadcast_id), status=act.leads_to.value, copies=copies)
        return Outcome(changed=True, status=act.leads_to)

    # -- telling -----------------------------------------------------------------------------

    def newest(self, limit: int, *, drafts: bool = False) -> list[Broadcast]:
        """Return broadcasts, the newest first."""
        query = sa.select(_broadcasts).order_by(_broadcasts.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            if not drafts:
                query = query.where(_broadcasts.c.confirmed_at.is_not(None))
            return [_told(row) for row in connection.execute(query)]

    def find(self, broadcast_id: UUID) -> tuple[Broadcast, BroadcastResults]:
        """Return a broadcast and what has become of it.

        Raises:
            BroadcastUnknown: There is none.
        """
        with self._database.read() as connection:
            row = self._row(connection, broadcast_id)
            if row.results:
                return _told(row), BroadcastResults.from_json(row.results)
            return _told(row), results_of(connection, broadcast_id)

    # -- going on ----------------------------------------------------------------------------

    def push(self) -> list[tuple[UUID, str]]:
        """Make a job for each broadcast that has something to be done, and end those that are through.

        Returns:
            The new jobs, as (id, kind), to be handed to the queue.
        """
        now = self._clock.now()
        old_drafts = (_broadcasts.c.status == BroadcastStatus.DRAFT.value) & (
            _broadcasts.c.created_at < now - _DRAFTS_KEPT
        )
        with self._database.read() as connection:
            ids = list(connection.execute(unfinished(now, _MOST_PUSHED)).scalars())
            has_old = connection.execute(sa.select(_broadcasts.c.id).where(old_drafts).limit(1)).first() is not None
        jobs = []
        for broadcast_id in ids:
            with self._database.write() as connection:
                job = self._push_one(connection, self._row(connection, broadcast_id, lock=True))
            jobs += [(job, LEG_JOB)] if job else []
        if has_old:
            with self._database.write() as connection:
                connection.execute(sa.delete(_broadcasts).where(old_drafts))
        return jobs

    def _push_one(self, connection: sa.Connection, row: Any) -> UUID | None:
        now = self._clock.now()
        match BroadcastStatus(row.status):
            case BroadcastStatus.RUNNING:
                return self._push_on(connection, row, now)
            case BroadcastStatus.PAUSED:
                hold_back(connection, row.id, now)  # what a sender had claimed, and did not get out
            case BroadcastStatus.CANCELLED | BroadcastStatus.DONE:
                if row.status == BroadcastStatus.CANCELLED:
                    withdraw(connection, row.id, now)
                if row.results is None and row.ended_at and row.ended_at + RESULTS_KEPT_AFTER <= now:
                    _change(connection, row.id, results=results_of(connection, row.id).to_json())
            case BroadcastStatus.DRAFT:
                pass
        return None

    def _push_on(self, connection: sa.Connection, row: Any, now: datetime) -> UUID | None:
        waiting = int(connection.execute(waiting_copies(row.id, MOST_WAITING)).scalar() or 0)
        if row.gathered_at is None or (waiting <= _REFILL and is_due(connection, row.id, now)):
            return self._start_leg(connection, row, now)
        if not waiting and not has_planned(connection, row.id):
            _change(connection, row.id, status=BroadcastStatus.DONE.value, ended_at=now)
        return None

    def _start_leg(self, connection: sa.Connection, row: Any, now: datetime) -> UUID | None:
        """Make the job of the next leg in place of the last one's; None where that one is not over."""
        last = sa.select(_jobs.c.ended_at, _jobs.c.status).where(
            _jobs.c.person_id == row.author_id, _jobs.c.key == f"{LEG}{row.id}"
        )
        leg = connection.execute(last).one_or_none()
        if leg is not None and leg.ended_at is None:
            return None
        if leg is not None and leg.status == "failed":
            # It was given up after several attempts; an admin sees why, and may resume.
            mine = (_jobs.c.person_id == row.author_id) & (_jobs.c.key == f"{LEG}{row.id}")
            connection.execute(sa.delete(_jobs).where(mine))
            hold_back(connection, row.id, now)
            _change(connection, row.id, status=BroadcastStatus.PAUSED.value, reason="given_up")
            return None
        try:
            seal = self._seal(connection, row)
        except MasterKeyMissing:
            _log.error("master_key_missing", broadcast_id=str(row.id))
            return None
        except Unsealable:
            self._end_without_author(connection, row, now)
            return None
        job_id = self._ids.new()
        payload = seal.close(orjson.dumps({"broadcast": str(row.id)}), b"job" + job_id.bytes)
        connection.execute(leg_job(connection, row, job_id, payload=payload, now=now))
        return job_id

    def _end_without_author(self, connection: sa.Connection, row: Any, now: datetime) -> None:
        withdraw(connection, row.id, now)
        values = {"status": BroadcastStatus.CANCELLED.value, "reason": "author_erased", "ended_at": now}
        _change(connection, row.id, **values)

    def leg(self, broadcast_id: UUID, able: Able, has_time: Callable[[], bool]) -> int:
        """Gather recipients and write copies until nothing is to be done, the outbox holds enough, or time is up.

        Args:
            broadcast_id: Which broadcast.
            able: What accounts can carry.
            has_time: Asked before each batch.

        Returns:
            How many recipients were looked at.
        """
        handled = 0
        while has_time():
            with self._database.write() as connection:
                done = self._batch(connection, broadcast_id, able)
            if done is None:
                break
            handled += done
        return handled

    def _batch(self, connection: sa.Connection, broadcast_id: UUID, able: Able) -> int | None:
        """Do one transaction's worth; None where there is nothing to be done now."""
        now = self._clock.now()
        row = self._row(connection, broadcast_id, lock=True)
        if row.status != BroadcastStatus.RUNNING:
            return None
        if row.gathered_at is None:
            gather(connection, row, now)
            return 0
        room = MOST_WAITING - int(connection.execute(waiting_copies(row.id, MOST_WAITING)).scalar() or 0)
        try:
            content = self._content(connection, row)
        except MasterKeyMissing:
            raise
        except Unsealable:
            self._end_without_author(connection, row, now)
            return None
        writer = CopyWriter(self._sealer, self._ids, able, broadcast=row, content=content)
        return writer.write(connection, min(room, WRITTEN_AT_ONCE), now) or None if room > 0 else None

    # -- opening -----------------------------------------------------------------------------

    def _row(self, connection: sa.Connection, broadcast_id: UUID, *, lock: bool = False) -> Any:
        query = sa.select(_broadcasts).where(_broadcasts.c.id == broadcast_id)
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise BroadcastUnknown(f"There is no broadcast {broadcast_id}; `sunup broadcasts list` shows them.")
        return row

    def _seal(self, connection: sa.Connection, row: Any) -> Seal:
        key = sa.select(_people.c.data_key).where(_people.c.id == row.author_id)
        return self._sealer.seal_of(row.author_id, connection.execute(key).scalar())

    def _content(self, connection: sa.Connection, row: Any) -> Content:
        return content_from(self._seal(connection, row).open(row.body, b"broadcast" + row.id.bytes))


_PAST = {Act.SEND: "sent", Act.PAUSE: "paused", Act.RESUME: "resumed", Act.CANCEL: "cancelled"}


def _change_copies(connection: sa.Connection, row: Any, act: Act, now: datetime) -> int:
    """Do to the copies in the outbox what an act means for them; return how many they were."""
    match act:
        case Act.SEND:
            return 0
        case Act.PAUSE:
            return hold_back(connection, row.id, now)
        case Act.RESUME:
            return let_on(connection, row.id, now, local_at=row.local_at)
        case Act.CANCEL:
            return withdraw(connection, row.id, now)


def _change(connection: sa.Connection, broadcast_id: UUID, **values: Any) -> None:
    connection.execute(sa.update(_broadcasts).where(_broadcasts.c.id == broadcast_id).values(**values))


def _told(row: Any) -> Broadcast:
    return Broadcast(
        id=row.id,
        author_id=row.author_id,
        audience=row.audience,
        local_at=row.local_at,
        status=BroadcastStatus(row.status),
        reason=row.reason,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
    )
