"""Media: kept files, each an original as it came and, for a picture, copies to show.

A file's bytes are sealed with the key of the person whose it is and stand in the media store under
`PERSON/MEDIA/ROLE`; no name that anybody chose is ever part of a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ids import MediaId
from core.media import MediaKind
from core.ports import Clock
from storage import tables
from storage.database import Database
from storage.media_store import MediaStore
from storage.merged import everybody_of
from storage.sealing import Seal, Sealer, Unsealable
from storage.upserts import insert

_media, _people = tables.media, tables.people
_identities, _accounts = tables.identities, tables.accounts

ORIGINAL, SHOWN, THUMBNAIL = "original", "shown", "thumbnail"
COPY_MIME = "image/jpeg"
"""Type of every copy; all browsers and channels show it."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was checked and is to be kept.

    Args:
        kind: What it is.
        mime: Its type, judged by its content.
        data: The original bytes.
        seconds: Duration of a recording, else 0.
        width: Of a picture as it is shown, in pixels, else 0.
        height: Of a picture as it is shown, in pixels, else 0.
        copies: Pictures to show, by role (`shown`, `thumbnail`), all of them `COPY_MIME`.
    """

    kind: MediaKind
    mime: str
    data: bytes
    seconds: int = 0
    width: int = 0
    height: int = 0
    copies: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A kept file, without its bytes.

    Args:
        id: Its identity.
        person_id: Whose it is.
        kind: What it is.
        mime: Type of the original.
        size: Of the original, in bytes.
        seconds: Duration of a recording, else 0.
        sha256: Of the original bytes, in hex.
        copies: Roles of the copies beside it.
    """

    id: MediaId
    person_id: UUID
    kind: MediaKind
    mime: str
    size: int
    seconds: int
    sha256: str
    copies: tuple[str, ...]


class Media:
    """Keeps files and gives them back.

    Args:
        database: Where their rows are.
        sealer: Opens the keys of people.
        store: Where their bytes are.
        clock: The time.
    """

    def __init__(self, database: Database, sealer: Sealer, store: MediaStore, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._store = store
        self._clock = clock

    def keep(self, person_id: UUID, job_id: UUID, seal: Seal, file: NewFile) -> KeptFile:
        """Keep a file; a second time for the same job changes nothing.

        The file takes the id of its job: whoever died between bytes and row overwrites its own bytes
        the next time, and nothing is left over.

        Raises:
            StorageUnavailable: It was not kept.
        """
        kept = KeptFile(
            id=MediaId(job_id),
            person_id=person_id,
            kind=file.kind,
            mime=file.mime,
            size=len(file.data),
            seconds=file.seconds,
            sha256=sha256(file.data).hexdigest(),
            copies=tuple(file.copies),
        )
        for role, data in {ORIGINAL: file.data, **file.copies}.items():
            self._store.put(_key(person_id, kept.id, role), seal.close(data, _place(kept.id, role)))
        self._insert(kept, job_id, file)
        return kept

    def _insert(self, kept: KeptFile, job_id: UUID, file: NewFile) -> None:
        row = {
            "id": kept.id,
            "person_id": kept.person_id,
            "job_id": job_id,
            "kind": kept.kind.value,
            "mime": kept.mime,
            "size": kept.size,
            "seconds": kept.seconds,
            "width": file.width,
            "height": file.height,
            "sha256": kept.sha256,
            "copies": " ".join(kept.copies),
            "created_at": self._clock.now(),
        }
        with self._database.write() as connection:
            connection.execute(
                insert(self._database.dialect, _media).values(row).on_conflict_do_nothing(index_elements=["job_id"])
            )

    def of_job(self, job_id: UUID) -> KeptFile | None:
        """Return the file that a job has kept; None where it has kept none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(_media).where(_media.c.job_id == job_id)).one_or_none()
        return _kept(row) if row else None

    def picture(self, person_id: UUID, media_id: UUID, thumbnail: bool = False) -> tuple[bytes, str] | None:
        """Return the shown copy of a person's picture and its type; None where there is none or it is not theirs.

        Raises:
            StorageUnavailable: Database or store do not answer.
        """
        return self._read(media_id, THUMBNAIL if thumbnail else SHOWN, _is_of(person_id))

    def picture_at(
        self, channel: str, address: str, media_id: UUID, *, thumbnail: bool = False
    ) -> tuple[bytes, str] | None:
        """Return the shown copy of a picture of the person at an address; None as in `picture`."""
        person = (
            sa.select(_identities.c.person_id)
            .join(_accounts, _accounts.c.id == _identities.c.account_id)
            .where(_accounts.c.channel == channel, _identities.c.address == address)
            .subquery()
        )
        theirs = sa.select(_people.c.id).where(
            sa.or_(_people.c.id.in_(sa.select(person)), _people.c.merged_into.in_(sa.select(person)))
        )
        return self._read(media_id, THUMBNAIL if thumbnail else SHOWN, _media.c.person_id.in_(theirs))

    def for_sending(self, media_id: UUID) -> tuple[bytes, str] | None:
        """Return the shown copy of a picture that is part of an outbound message, for the sender alone."""
        return self._read(media_id, SHOWN, sa.true())

    def original(self, person_id: UUID, media_id: UUID) -> tuple[bytes, str] | None:
        """Return a person's file as it came, and its type; None where there is none or it is not theirs."""
        return self._read(media_id, ORIGINAL, _is_of(person_id))

    def remove_of(self, person_id: UUID) -> None:
        """Remove every file of a person.

        Raises:
            StorageUnavailable: Database or store do not answer; what is left is removed the next time.
        """
        theirs = _media.c.person_id == person_id
        with self._database.read() as connection:
            rows = connection.execute(sa.select(_media.c.id, _media.c.copies).where(theirs)).all()
        for row in rows:
            # Bytes first: bytes without a row would stay for ever.
            for role in (ORIGINAL, *row.copies.split()):
                self._store.delete(_key(person_id, row.id, role))
        with self._database.write() as connection:
            connection.execute(sa.delete(_media).where(theirs, _media.c.id.in_([row.id for row in rows])))

    def _read(self, media_id: UUID, role: str, whose: sa.ColumnElement[bool]) -> tuple[bytes, str] | None:
        query = (
            sa.select(_media, _people.c.data_key)
            .join(_people, _people.c.id == _media.c.person_id)
            .where(_media.c.id == media_id, whose)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or (role != ORIGINAL and role not in row.copies.split()):
            return None
        try:
            seal = self._sealer.seal_of(row.person_id, row.data_key)
            data = seal.open(self._store.get(_key(row.person_id, row.id, role)), _place(row.id, role))
        except (Unsealable, LookupError):
            return None
        return data, row.mime if role == ORIGINAL else COPY_MIME


def _is_of(person_id: UUID) -> sa.ColumnElement[bool]:
    return _media.c.person_id.in_(everybody_of(person_id))


def _kept(row: Any) -> KeptFile:
    return KeptFile(
        id=MediaId(row.id),
        person_id=row.person_id,
        kind=MediaKind(row.kind),
        mime=row.mime,
        size=row.size,
        seconds=row.seconds,
        sha256=row.sha256,
        copies=tuple(row.copies.split()),
    )


def _key(person_id: UUID, media_id: UUID, role: str) -> str:
    return f"{person_id}/{media_id}/{role}"


def _place(media_id: UUID, role: str) -> bytes:
    return b"media" + media_id.bytes + role.encode()
