"""Uploads: what browsers hand in before the message that it belongs to."""

from datetime import datetime
from secrets import token_urlsafe

import sqlalchemy as sa

from core.ports import Clock
from storage import tables
from storage.database import Database
from storage.media_store import MediaStore
from storage.sealing import Sealer, Unsealable

_uploads = tables.uploads

Upload = tuple[bytes, str, str]
"""Bytes, claimed type and claimed name."""


class Uploads:
    """Keeps uploads and gives them back to their owner alone.

    Nobody is known to be a person yet when they upload, so the bytes are sealed under the master key.

    Args:
        database: Where their rows are.
        sealer: Seals and opens them.
        store: Where their bytes are.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, store: MediaStore, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._store = store
        self._clock = clock

    def put(self, owner: str, data: bytes, mime: str, name: str) -> str:
        """Keep an upload and return its reference: 43 characters that nobody guesses.

        Raises:
            StorageUnavailable: It was not kept.
        """
        ref = token_urlsafe(32)
        self._store.put(_key(ref), self._sealer.close(data, _place(ref)))
        row = {
            "ref": ref,
            "owner": owner,
            "mime": mime[:100],
            "name": name[:200],
            "size": len(data),
            "created_at": self._clock.now(),
        }
        with self._database.write() as connection:
            connection.execute(_uploads.insert(), row)
        return ref

    def get(self, owner: str, ref: str) -> Upload | None:
        """Return an upload as it came; None where there is none or it is somebody else's.

        Raises:
            StorageUnavailable: Database or store do not answer.
        """
        query = sa.select(_uploads.c.mime, _uploads.c.name).where(_uploads.c.ref == ref, _uploads.c.owner == owner)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        try:
            return self._sealer.open(self._store.get(_key(ref)), _place(ref)), row.mime, row.name
        except (Unsealable, LookupError):
            return None

    def claim(self, owner: str, ref: str) -> Upload | None:
        """Return an upload whose message has come; from now on it does not expire.

        Raises:
            StorageUnavailable: Database or store do not answer.
        """
        found = self.get(owner, ref)
        if found is not None:
            change = sa.update(_uploads).where(_uploads.c.ref == ref, _uploads.c.claimed_at.is_(None))
            with self._database.write() as connection:
                connection.execute(change.values(claimed_at=self._clock.now()))
        return found

    def expire(self, before: datetime, most: int) -> int:
        """Remove uploads from before a moment whose message never came; return how many.

        Args:
            before: Older ones go.
            most: How many at most.
        """
        stale = (
            sa.select(_uploads.c.ref)
            .where(_uploads.c.created_at < before, _uploads.c.claimed_at.is_(None))
            .order_by(_uploads.c.created_at)
            .limit(most)
        )
        return self._remove(stale)

    def remove_of(self, owner: str) -> None:
        """Remove everything that one owner uploaded.

        Raises:
            StorageUnavailable: Database or store do not answer; what is left is removed the next time.
        """
        self._remove(sa.select(_uploads.c.ref).where(_uploads.c.owner == owner))

    def _remove(self, those: sa.Select[str]) -> int:
        with self._database.read() as connection:
            refs = list(connection.execute(those).scalars())
        for ref in refs:
            # Bytes first: a row without bytes is swept again, bytes without a row would stay for ever.
            self._store.delete(_key(ref))
        if refs:
            with self._database.write() as connection:
                connection.execute(sa.delete(_uploads).where(_uploads.c.ref.in_(refs)))
        return len(refs)


def _key(ref: str) -> str:
    return f"uploads/{ref}"


def _place(ref: str) -> bytes:
    return b"upload" + ref.encode()
