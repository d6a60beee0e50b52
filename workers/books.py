"""Books: verdicts written down, with everything that follows from them, in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from core import errors
from core.messages import InboundKind, InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.accounts import REFUSED, Accounts, AccountStatus
from storage.dead_letters import DeadLetters
from storage.outbox import SENT
from storage.settlements import settle
from storage.turns import Arrival, Report, Turns, move_chat
from workers.verdict import Verdict

_log = structlog.get_logger()


class Books:
    """Writes verdicts down.

    Args:
        turns: Tells the dialogue of a person who cannot be reached.
        accounts: Pauses an account whose credentials were refused.
        dead_letters: Makes the letter of a message that was given up.
        renewed: Whether an account has other credentials by now than those that were refused.
    """

    def __init__(
        self,
        turns: Turns,
        accounts: Accounts,
        dead_letters: DeadLetters,
        renewed: Callable[[UUID], bool] = lambda account_id: False,
    ) -> None:
        self._turns = turns
        self._accounts = accounts
        self._dead_letters = dead_letters
        self._renewed = renewed

    def pause_revoked(self, verdicts: Sequence[Verdict]) -> None:
        """Pause accounts whose credentials were refused; in a transaction of its own, before any other is open."""
        revoked = {one.claimed.account_id: one for one in verdicts if isinstance(one.error, errors.AccountRevoked)}
        for account_id, verdict in revoked.items():
            if self._renewed(account_id):
                continue  # what was refused is not what the account has now
            message = verdict.claimed.message
            if self._accounts.set_status(account_id, AccountStatus.PAUSED, REFUSED):
                _log.error("account_paused", channel=message.channel, account=message.account)

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
        gone: list[Verdict] = []
        for verdict in verdicts:
            if verdict.error is not None or verdict.claimed.refusal:
                self._write_failure(connection, verdict, gone)
        if gone:
            return self._turns.take(connection, [_block(one) for one in gone], now)
        return Report()

    def _write_failure(self, connection: sa.Connection, verdict: Verdict, gone: list[Verdict]) -> None:
        claimed, settlement = verdict.claimed, verdict.settlement
        if not settle(connection, [settlement]):
            _log.warning("settlements_came_too_late", messages=1, message_id=str(settlement.message))
            return
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
        if claimed.refusal != "forgotten":
            connection.execute(tables.dead_letters.insert(), self._letter(verdict))
        if isinstance(verdict.error, errors.RecipientUnreachable):
            gone.append(verdict)

    def _letter(self, verdict: Verdict) -> dict[str, Any]:
        # Only ids: the words stay where the person's own key seals them.
        message, settlement = verdict.claimed.message, verdict.settlement
        body = {"message": message.id, "conversation": verdict.claimed.conversation_id, "seq": message.seq}
        what = Undigested("outbox", settlement.error, message.channel, account=message.account, key=str(message.id))
        return self._dead_letters.row(what, orjson.dumps(body))


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
