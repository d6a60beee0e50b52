"""The gate: what has just been claimed is looked at before any of it goes out.

Most messages pass without a question. Those of a channel that takes free text only for a while after the person wrote
are asked about, and so are those that the platform has refused after it had taken them, and nudges in quiet hours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from bots.adapter import Adapter, Explaining
from core import errors
from core.messages import DeliveryStatus, Priority
from storage import tables
from storage.database import Database
from storage.deliveries import UNTOLD, refused_ids
from storage.forwarding import Met
from storage.holding import held_in, hold, let_go
from storage.outbox import Claimed, still_held
from storage.settlements import settle
from storage.turns import Report
from storage.windows import last_words
from workers.books import Books
from workers.detours import Detours, is_open, may_go_elsewhere
from workers.verdict import Verdict, failed, refused, untouched

_log = structlog.get_logger()

_outbox = tables.outbox
_MOST_REFUSALS = 6
"""Attempts after which a message is given up that the platform takes and then refuses again and again."""
_AGAIN = timedelta(seconds=5)


@dataclass(slots=True)
class Sorted:
    """What is to be done with claimed messages.

    Args:
        go: These are sent, in this order.
        put_off: These could not be looked at, and go back.
        verdicts: What was settled here.
        report: What is to be told to others.
        claimed: How many there were.
        begun: Of which messages that were claimed before the calls may begin now.
    """

    go: list[Claimed] = field(default_factory=list)
    put_off: list[Claimed] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    claimed: int = 0
    begun: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class _Look:
    """One message that is asked about."""

    claimed: Claimed
    window: timedelta | None
    error: errors.SendError | None
    written_at: datetime | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the platform has refused it for a reason that no other way mends, or too late for any."""
        return self.error is not None and (
            not isinstance(self.error, errors.WindowClosed)
            or bool(self.claimed.refusal)
            or not may_go_elsewhere(self.claimed.message)
        )

    def verdict(self, now: datetime) -> Verdict:
        """Return what the refusal means, as if the send itself had raised it."""
        error = self.error
        if error is None or isinstance(error, errors.WindowClosed):
            error = errors.MessageRejected(str(error or ""), code=error.code if error else "")
        return failed(_as_new(self.claimed), error, now)

    def is_special(self, now: datetime) -> bool:
        """Return whether more is to be done than to let it pass."""
        if self.error is not None or self.claimed.status is DeliveryStatus.HELD:
            return True
        return self.claimed.quiet_until is not None or self.is_closed(now)

    def is_closed(self, now: datetime) -> bool:
        """Return whether free text does not reach the person."""
        claimed = self.claimed
        if isinstance(self.error, errors.WindowClosed):
            # The platform knows better than we; only words that came after the message are news to it.
            was_held = claimed.status is DeliveryStatus.HELD
            return not (was_held and self.written_at is not None and self.written_at > claimed.created_at)
        return self.window is not None and not is_open(self.written_at, self.window, now)


class Gate:
    """Looks at claimed messages.

    Args:
        database: Where they are.
        books: Writes down what is settled here.
        detours: Finds another way for what cannot go its own.
        adapter_of: Finds an account's adapter; None where this process cannot send for it just now.
    """

    def __init__(
        self, database: Database, books: Books, detours: Detours, adapter_of: Callable[[UUID], Adapter | None]
    ) -> None:
        self._database = database
        self._books = books
        self._detours = detours
        self._adapter_of = adapter_of

    def sort(self, claimed: Sequence[Claimed], now: datetime) -> Sorted:
        """Say which messages go out, and settle, forward or hold the others; called after the claim is committed."""
        adapters = {one: self._adapter_of(one) for one in {one.account_id for one in claimed}}
        asked_about = ((one.message.id, _look(one, adapters[one.account_id])) for one in claimed)
        looks: dict[UUID, _Look] = {message_id: look for message_id, look in asked_about if look is not None}
        if not looks:
            return Sorted(go=list(claimed))
        try:
            return self._sort(claimed, looks, now)
        except errors.StorageUnavailable:
            _log.warning("gate_waits_for_database", messages=len(looks))
        except Exception:  # noqa: BLE001 - what cannot be looked at goes back, and holds up nobody else
            _log.exception("gate_failed", messages=len(looks))
        shut = {look.claimed.conversation_id for look in looks.values()}
        return Sorted(
            go=[one for one in claimed if one.conversation_id not in shut],
            put_off=[one for one in claimed if one.conversation_id in shut],
        )

    def _sort(self, claimed: Sequence[Claimed], looks: dict[UUID, _Look], now: datetime) -> Sorted:
        asleep = self._see(looks, now)
        if not asleep and not any(look.is_special(now) for look in looks.values()):
            return Sorted(go=list(claimed))
        self._books.pause_revoked([look.verdict(now) for look in looks.values() if look.has_failed])
        with self._database.write() as connection:
            ours = still_held(connection, (look.claimed for look in looks.values()))
            claimed = [one for one in claimed if one.message.id in ours or one.message.id not in looks]
            woken = {place for place, written_at in asleep.items() if let_go(connection, place, written_at, now)}
            # What was held comes ahead of the rest: with the next claim, all of it in its order.
            back = [untouched(one, now, now).settlement for one in claimed if one.conversation_id in woken]
            settle(connection, back)
            claimed = [one for one in claimed if one.conversation_id not in woken]
            people = {
                one.person_id for one in claimed if one.message.id in looks and looks[one.message.id].is_special(now)
            }
            passage = _Passage(connection, self._detours, self._detours.meet(connection, people), now)
            for one in claimed:
                passage.let(one, looks.get(one.message.id))
            done = passage.done
            done.report = self._books.write(connection, done.verdicts, now) if done.verdicts else Report()
        done.report.sends = done.report.sends or passage.sends or bool(woken)
        return done

    def _see(self, looks: dict[UUID, _Look], now: datetime) -> dict[UUID, datetime]:
        """Find out when people wrote; return the open conversations in which something is held, each with when."""
        conversations = {look.claimed.conversation_id for look in looks.values()}
        with self._database.read() as connection:
            written = last_words(connection, conversations)
            for look in looks.values():
                look.written_at = written.get(look.claimed.conversation_id)
            open_ones = {
                one.claimed.conversation_id
                for one in looks.values()
                if one.window is not None and one.error is None and not one.is_closed(now)
            }
            return {place: written[place] for place in held_in(connection, open_ones, now)} if open_ones else {}


class _Passage:
    """One transaction in which messages pass the gate, one after another in their order."""

    def __init__(self, connection: sa.Connection, detours: Detours, met: dict[UUID, Met], now: datetime) -> None:
        self._connection = connection
        self._detours = detours
        self._met = met
        self._now = now
        self._shut: set[UUID] = set()  # conversations in which the rest has to wait
        self.done = Sorted()
        self.sends = False

    def let(self, claimed: Claimed, look: _Look | None) -> None:
        """Let a message pass, or do with it what is to be done instead."""
        if claimed.conversation_id in self._shut:
            self._put_off(claimed)
        elif look is None or not look.is_special(self._now):
            self.done.go.append(claimed)
        elif look.has_failed:
            self._fail(look)
        elif (person := self._met.get(claimed.person_id)) is None:
            self._put_off(claimed)
        elif _is_unwanted(claimed, person):
            self.done.verdicts.append(refused(replace(claimed, refusal="stopped"), self._now))
        elif claimed.quiet_until is not None:
            self._rest(claimed, claimed.quiet_until)
        elif look.is_closed(self._now):
            self._detour(look, person)
        else:
            self.done.go.append(self._clean(claimed))

    def _fail(self, look: _Look) -> None:
        verdict = look.verdict(self._now)
        self._clean(look.claimed)
        self.done.verdicts.append(verdict)
        if not verdict.settlement.is_settled:
            self._shut.add(look.claimed.conversation_id)

    def _rest(self, claimed: Claimed, until: datetime) -> None:
        """Let a nudge wait for the end of its person's quiet hours, if it is worth sending then."""
        if until < claimed.worth_until:
            hold(self._connection, claimed, "quiet hours", until=until)
        else:
            self.done.verdicts.append(refused(replace(claimed, refusal="quiet hours"), self._now))

    def _detour(self, look: _Look, person: Met) -> None:
        claimed = look.claimed
        worded = self._detours.worded(self._connection, claimed, person)
        if worded is not None:
            self.done.go.append(self._clean(worded))
        elif claimed.status is DeliveryStatus.UNKNOWN and look.error is None:
            self.done.go.append(claimed)  # it may be out already, which is asked before anything else
        elif self._detours.forward(self._connection, claimed, person, self._now):
            self.sends = True
        else:
            self._detours.hold(self._connection, claimed, person, look.written_at, now=self._now)

    def _put_off(self, claimed: Claimed) -> None:
        self._shut.add(claimed.conversation_id)
        self.done.put_off.append(claimed)

    def _clean(self, claimed: Claimed) -> Claimed:
        """Forget that the platform refused a message, but not under which ids: it goes out anew."""
        if claimed.refused_code is None:
            return claimed
        cleaned = _as_new(claimed)
        change = sa.update(_outbox).where(_outbox.c.id == claimed.message.id)
        self._connection.execute(change.values(external_ids=cleaned.external_ids, parts_sent=0, **UNTOLD))
        return cleaned


def _look(claimed: Claimed, adapter: Adapter | None) -> _Look | None:
    """Return what is to be asked about a message; None for nothing."""
    if adapter is None or claimed.refusal not in ("", "expired"):
        return None
    if claimed.refused_code is not None:
        return _Look(claimed, adapter.capabilities.reply_window, _explained(claimed, adapter))
    if claimed.refusal:
        return None
    window = adapter.capabilities.reply_window if may_go_elsewhere(claimed.message) else None
    waits = claimed.quiet_until is not None or claimed.status is DeliveryStatus.HELD
    return _Look(claimed, window, None) if waits or window is not None else None


def _explained(claimed: Claimed, adapter: Adapter) -> errors.SendError:
    code = claimed.refused_code or ""
    error = adapter.explain(code) if isinstance(adapter, Explaining) else errors.MessageRejected(code=code)
    if claimed.attempts > _MOST_REFUSALS and isinstance(
        error, (errors.ChannelThrottled, errors.ChannelUnavailable, errors.WindowClosed)
    ):
        return errors.MessageRejected(str(error), code=error.code)
    return error


def _as_new(claimed: Claimed) -> Claimed:
    return replace(
        claimed,
        message=replace(claimed.message, parts_sent=0),
        external_ids=refused_ids(claimed.external_ids),
        status=DeliveryStatus.ERRORED,  # whatever was in doubt, it is not any more
        refused_code=None,
    )


def _is_unwanted(claimed: Claimed, person: Met) -> bool:
    """Return whether a person has stopped us since a message was written for them."""
    late = claimed.status is DeliveryStatus.HELD or claimed.message.priority is not Priority.REPLY
    return late and person.state.stopped
