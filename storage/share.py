"""A share of the outbox: the messages that one process can deliver, and no others.

A sender that claims what it cannot deliver holds it back from the process that can. So a sender says beforehand which
channels it serves; the terminal's serves one chat on one of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.outbox import Claimed, Outbox, Wish
from storage.sealing import Sealer

_outbox = tables.outbox

_PUT_BACK = (
    sa.update(_outbox)
    .where(_outbox.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(lease_owner=None, lease_until=None, attempts=_outbox.c.attempts - sa.text("1"))
)


class Share(Outbox):
    """Claims messages of some channels alone.

    Args:
        sealer: Opens their bodies.
        channels: Names of the channels.
        chat: The one chat on them whose messages are claimed; every chat's where None.
    """

    def __init__(self, sealer: Sealer, channels: Collection[str], chat: str | None = None) -> None:
        super().__init__(sealer, channels)
        self._chat = chat

    def claim(self, connection: sa.Connection, wish: Wish, now: datetime) -> list[Claimed]:
        """Claim as `Outbox.claim` does, out of this share."""
        claimed = super().claim(connection, wish, now)
        return claimed if self._chat is None else self._of_chat(connection, claimed)

    def _of_chat(self, connection: sa.Connection, claimed: Sequence[Claimed]) -> list[Claimed]:
        """Keep what is this chat's; the rest goes back before the transaction ends, so nobody saw it taken."""
        others = [one.message.id for one in claimed if one.message.chat != self._chat]
        if others:
            connection.execute(_PUT_BACK, {"ids": others})
        return [one for one in claimed if one.message.chat == self._chat]
