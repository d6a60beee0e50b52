"""Replaying: dead letters tried once more, each in one transaction with its mark and its line in the audit.

Nobody is woken by it: the outbox is looked at twice a second, and jobs are swept up within a few seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from bots.adapter import Request
from bots.transport import Transport
from core import errors
from core.messages import InboundMessage
from storage.audit import Audit
from storage.dead_letters import DeadLetter
from storage.replays import (
    ReplayRefused,
    claim_letter,
    find_letter,
    message_from,
    requeue_job,
    requeue_message,
)
from storage.turns import Arrival
from sunup.bus import announce_nowhere
from sunup.channels import Channels
from sunup.composition import Foundation
from sunup.files import Files
from sunup.surroundings import surroundings

Parse = Callable[[DeadLetter, bytes], Sequence[InboundMessage]]
"""Reads the request that a letter of a webhook holds."""


class Replayer:
    """Replays dead letters.

    Args:
        foundation: What every process stands on.
        by: Who replays, for the audit.
        parse: Reads a provider's request; by default with the adapter of the letter's account.
    """

    def __init__(self, foundation: Foundation, by: str, parse: Parse | None = None) -> None:
        self._foundation = foundation
        self._by = by
        self._parse = parse or _parser(foundation)

    def replay(self, letter_id: UUID) -> str:
        """Try a letter once more, and return what became of it in one sentence.

        Raises:
            ReplayRefused: There is no such letter, it was replayed before, or it cannot be tried again.
            Uninterpretable: The provider's request can still not be understood; the letter stays as it is.
        """
        base = self._foundation
        with base.database.read() as connection:
            letter = find_letter(connection, letter_id)
        if letter is None:
            raise ReplayRefused(f"There is no dead letter {letter_id}; `sunup dead-letters list` shows them.")
        arrivals = self._arrivals(letter)
        now = base.clock.now()
        try:
            with base.database.write() as connection:
                claim_letter(connection, letter.id, now)
                told = self._act(connection, letter, arrivals)
                data = {"letter": str(letter.id), "source": letter.source}
                Audit(base.ids).note(connection, self._by, "dead_letter_replayed", data, now=now)
        except sa.exc.DBAPIError as error:
            # Not `from error`: the driver's words may quote the message.
            raise ReplayRefused(f"The database refuses it as before ({type(error).__name__}).") from None
        return told

    def _arrivals(self, letter: DeadLetter) -> list[Arrival]:
        """Return the messages that a letter holds; none for one that is no message."""
        if letter.source not in ("intake", "webhook"):
            return []
        body = self._foundation.dead_letters.body(letter.id)
        messages = [message_from(body)] if letter.source == "intake" else self._parse(letter, body)
        # What carries no moment of its own was written when it first came; for how long free text may follow counts
        # from then.
        dated = [replace(message, sent_at=message.sent_at or letter.at) for message in messages]
        accounts = self._foundation.accounts
        return [Arrival(accounts.id_of(message.channel, message.account), message) for message in dated]

    def _act(self, connection: sa.Connection, letter: DeadLetter, arrivals: Sequence[Arrival]) -> str:
        now = self._foundation.clock.now()
        match letter.source:
            case "intake" | "webhook":
                return self._take(connection, arrivals)
            case "outbox":
                requeue_message(connection, _id_in(letter), now)
                return "The message waits to be sent again."
            case "job":
                requeue_job(connection, _id_in(letter), now)
                return "The job waits to be done again."
            case _:
                raise ReplayRefused(f"A letter of the {letter.source} keeps nothing that could be tried again.")

    def _take(self, connection: sa.Connection, arrivals: Sequence[Arrival]) -> str:
        report = self._foundation.turns.take(connection, arrivals, self._foundation.clock.now())
        if report.buried:
            return "It could not be digested this time either; a new dead letter says why."
        if report.dropped and not report.taken:
            return "It had arrived again by itself meanwhile; nothing was left to be done."
        return "It was taken in." if arrivals else "It says nothing that is of any concern."


def _id_in(letter: DeadLetter) -> UUID:
    try:
        return UUID(letter.key)
    except ValueError:
        raise ReplayRefused("This dead letter does not say what it is about.") from None


def _parser(foundation: Foundation) -> Parse:
    def parse(letter: DeadLetter, body: bytes) -> Sequence[InboundMessage]:
        # Nothing is sent: the transport opens no connection before it is used.
        around = surroundings(foundation, Transport(), Files(foundation), announce_nowhere)
        channels = Channels(foundation.settings, foundation.accounts, around)
        channels.open()
        adapter = channels.find(letter.channel, letter.account)
        if adapter is None:
            raise errors.ConfigurationError(
                f"There is no {letter.channel} account {letter.account!r} any more that could read this letter."
            )
        path = f"/webhooks/{letter.channel}/{letter.account}"
        inbound = adapter.parse(Request("POST", path, {}, body=body))
        return [one for one in inbound if isinstance(one, InboundMessage)]

    return parse
