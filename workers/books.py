"""Books: verdicts written down, with everything that follows from them, in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from core import errors
from core.messages import DeliveryStatus, InboundKind, InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.accounts import REFUSED
from storage.dead_letters import DeadLetters
from storage.forwarding import Met
from storage.outbox import SENT, still_held
from storage.pausing import Pausing
from storage.settlements import settle
from storage.turns import Arrival, Report, Turns, move_chat
from workers.detours import Detours
from workers.verdict import Verdict

_log = structlog.get_logger()

_outbox = tables.outbox
_QUIET = ("forgotten", "stopped")
"""Why a message is given up without a letter: nobody will want to try it again."""


class Books:
    """Writes verdicts down.

    Args:
        turns: Tells the dialogue of a person who cannot be reached.
        pausing: Pauses an account whose credentials were refused.
        dead_letters: Makes the letter of a message that was given up.
        detours: Finds another chat where a person cannot be reached in one.
        renewed: Whether an account has other credentials by now than those that were refused.
    """

    def __init__(
        self,
        turns: Turns,
        pausing: Pausing,
        dead_letters: DeadLetters,
        detours: Detours,
        *,
        renewed: Callable[[UUID], bool] = lambda account_id: False,
    ) -> None:
        self._turns = turns
        self._pausing = pausing
        self._dead_letters = dead_letters
        self._detours = detours
        self._renewed = renewed

    def pause_revoked(self, verdicts: Sequence[Verdict]) -> None:
        """Pause accounts whose credentials were refused; in a transaction of its own, before any other is open."""
        for account_id in {one.claimed.account_id for one in verdicts if isinstance(one.error, errors.AccountRevoked)}:
            if self._renewed(account_id):
                continue  # what was refused is not what the account has now
            self._pausing.pause(account_id, REFUSED)

    def write(self, connection: sa.Connection, verdicts: Sequence[Verdict], now: datetime) -> Report:
        """Write verdicts down.

        Args:
            connection: An open transaction; the caller commits.
            verdicts: Any number.
            now: This moment.

        Returns:
            What is to be told to others after the commit.
        """
        plain = [one for one in verdicts if one.error is None and not one.claimed.refusal]
        held = settle(connection, [one.settlement for one in plain])
        if held < len(plain):
            _log.warning("settlements_came_too_late", messages=len(plain) - held)
        for verdict in verdicts:
            if (verdict.error is not None or verdict.claimed.refusal) and not _is_gone(verdict):
                self._write_failure(connection, verdict)
        gone = [one for one in verdicts if _is_gone(one)]
        return self._leave(connection, gone, now) if gone else Report()

    def _write_failure(self, connection: sa.Connection, verdict: Verdict) -> None:
        claimed, settlement = verdict.claimed, verdict.settlement
        if not settle(connection, [settlement]):
            _log.warning("settlements_came_too_late", messages=1, message_id=str(settlement.message))
            return
        if isinstance(verdict.error, errors.WindowClosed):
            # It is told at once what other platforms tell later; the gate knows what to do then.
            _note_refusal(connection, claimed.message.id, verdict.error.code)
        if isinstance(verdict.error, errors.RecipientMoved):
            move_chat(connection, claimed.account_id, claimed.message.chat, verdict.error.moved_to)
        if not settlement.is_settled or settlement.status in SENT:
            return
        _log.warning(
            "message_given_up",
            message_id=str(settlement.message),
            channel=claimed.message.channel,
            status=settlement.status.value,
            code=verdict.error.code if verdict.error else claimed.refusal,
        )
        if claimed.refusal not in _QUIET:
            connection.execute(tables.dead_letters.insert(), self._letter(verdict))

    def _leave(self, connection: sa.Connection, gone: Sequence[Verdict], now: datetime) -> Report:
        """Close conversations that a platform refuses, and let what was to be said there go out elsewhere."""
        ours = still_held(connection, (one.claimed for one in gone))
        met = self._detours.meet(connection, {one.claimed.person_id for one in gone})
        told: list[Arrival] = []
        sends = False
        for verdict in gone:
            claimed = verdict.claimed
            person = met.get(claimed.person_id)
            if claimed.message.id not in ours:
                _log.warning("settlements_came_too_late", messages=1, message_id=str(claimed.message.id))
                continue
            self._detours.close(connection, claimed, now)
            if person is None or not self._goes_on(connection, verdict, person, now):
                self._write_failure(connection, verdict)
            else:
                sends = True
            if person is None or self._detours.must_be_told(connection, claimed, person):
                told.append(_block(verdict))
        report = self._turns.take(connection, told, now) if told else Report()
        report.sends = report.sends or sends
        return report

    def _goes_on(self, connection: sa.Connection, verdict: Verdict, person: Met, now: datetime) -> bool:
        if person.state.stopped:
            return False
        return self._detours.forward(connection, verdict.claimed, person, now)

    def _letter(self, verdict: Verdict) -> dict[str, Any]:
        # Only ids: the words stay where the person's own key seals them.
        message, settlement = verdict.claimed.message, verdict.settlement
        body = {"message": message.id, "conversation": verdict.claimed.conversation_id, "seq": message.seq}
        what = Undigested("outbox", settlement.error, message.channel, account=message.account, key=str(message.id))
        return self._dead_letters.row(what, orjson.dumps(body))


def _is_gone(verdict: Verdict) -> bool:
    return isinstance(verdict.error, errors.RecipientUnreachable)


def _note_refusal(connection: sa.Connection, message_id: UUID, code: str) -> None:
    refused = {"reported": DeliveryStatus.FAILED.value, "reported_code": code[:20]}
    connection.execute(sa.update(_outbox).where(_outbox.c.id == message_id).values(refused))


def _block(verdict: Verdict) -> Arrival:
    """Return what tells a dialogue that its person cannot be reached; its key makes it act once."""
    claimed = verdict.claimed
    message = InboundMessage(
        key=f"unreachable:{claimed.message.id}",
        channel=claimed.message.channel,
        account=claimed.message.account,
        address=claimed.address,
        chat=claimed.message.chat,
        kind=InboundKind.BLOCKED,
    )
    return Arrival(claimed.account_id, message)
