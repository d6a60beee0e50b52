"""Audit: what operators and admins did, append-only; ids and names, never content."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from core.ports import IdSource
from storage import tables


class Audit:
    """Notes what was done, in the transaction that does it.

    Args:
        ids: Makes identifiers.
    """

    def __init__(self, ids: IdSource) -> None:
        self._ids = ids

    def note(
        self, connection: sa.Connection, actor: str, action: str, data: Mapping[str, Any], *, now: datetime
    ) -> None:
        """Note something.

        Args:
            connection: An open transaction; the note counts once it is committed.
            actor: Who did it, for instance `operator:asha`.
            action: What, in the past tense, for instance `account_added`.
            data: Ids and names of what it was done to.
            now: This moment.
        """
        entry = {"id": self._ids.new(), "at": now, "actor": actor[:120], "action": action[:60]}
        connection.execute(tables.audit.insert(), {**entry, "data": orjson.dumps(dict(data)).decode()})
