"""Sessions: the rows of the daily protocol, written in the transaction of the turn that they follow from.

Daily sessions and members come by the thousand in one morning, so their rows go to the database together; affirmations
and boards change seldom. What a person wrote is sealed; dates and figures are open, for counting and choosing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from conversations import effects
from core.ports import IdSource
from core.sessions import BoardPicture, DailySession
from storage import tables
from storage.merged import everybody_of
from storage.rows import execute, insert
from storage.sealing import Seal

Row = dict[str, Any]
ProtocolEffect = effects.KeepSession | effects.KeepAffirmations | effects.KeepBoard | effects.KeepMember

_sessions, _affirmations, _boards = tables.daily_sessions, tables.affirmations, tables.vision_boards
_STAYS = ("id", "person_id", "date", "created_at")
_KEEP_SESSION = insert(
    _sessions,
    "on conflict (person_id, date) do update set "
    + ", ".join(f"{column.name} = excluded.{column.name}" for column in _sessions.c if column.name not in _STAYS),
)
_KEEP_MEMBER = insert(
    tables.members,
    "on conflict (person_id) do update set opted_in = excluded.opted_in, streak = excluded.streak, "
    "alive_until = excluded.alive_until, updated_at = excluded.updated_at",
    {"number": "null"},
)


def session_place(day: date, column: str) -> bytes:
    """Return the place that a text of a daily session is sealed for."""
    return f"session {day.isoformat()} {column}".encode()


def affirmations_place(version: int) -> bytes:
    """Return the place that a version of the affirmations is sealed for."""
    return f"affirmations {version}".encode()


def caption_place(media: UUID) -> bytes:
    """Return the place that the caption of a picture is sealed for."""
    return b"caption" + media.bytes


@dataclass(slots=True)
class ProtocolRows:
    """What the turns of one transaction leave of the daily protocol."""

    sessions: dict[tuple[UUID, date], Row] = field(default_factory=dict)
    members: dict[UUID, Row] = field(default_factory=dict)
    affirmations: list[Row] = field(default_factory=list)
    boards: dict[UUID, list[Row]] = field(default_factory=dict)

    def keep(self, person_id: UUID, seal: Seal, effect: ProtocolEffect, *, ids: IdSource, now: datetime) -> None:
        """Take over one effect; the newest counts."""
        match effect:
            case effects.KeepSession(session=session):
                row = _session_row(session, seal)
                key = (person_id, session.date)
                self.sessions[key] = {**row, "id": ids.new(), "person_id": person_id, **_at(now)}
            case effects.KeepMember(listed=listed, streak=streak, alive_until=alive_until):
                standing = {"opted_in": listed, "streak": streak, "alive_until": alive_until}
                self.members[person_id] = {"person_id": person_id, **standing, "joined_at": now, "updated_at": now}
            case effects.KeepAffirmations(version=version, text=text):
                content = seal.close(orjson.dumps(text), affirmations_place(version))
                row = {"id": ids.new(), "person_id": person_id, "version": version, "content": content, **_at(now)}
                self.affirmations.append(row)
            case effects.KeepBoard(pictures=pictures):
                self.boards[person_id] = [
                    {
                        "id": ids.new(),
                        "person_id": person_id,
                        "position": place,
                        "created_at": now,
                        **_picture(one, seal),
                    }
                    for place, one in enumerate(pictures, 1)
                ]

    def write(self, connection: sa.Connection) -> None:
        """Write everything; nothing happens where there is nothing."""
        # Whoever gives members their numbers changes them in this order too, or two would wait in a circle.
        members = sorted(self.members.values(), key=lambda row: row["person_id"])
        if self.sessions or members:
            execute(connection, ((_KEEP_SESSION, list(self.sessions.values())), (_KEEP_MEMBER, members)))
        for row in self.affirmations:
            _use_affirmations(connection, row)
        for person_id, rows in self.boards.items():
            connection.execute(sa.delete(_boards).where(_boards.c.person_id.in_(everybody_of(person_id))))
            if rows:
                connection.execute(_boards.insert(), rows)


def _at(now: datetime) -> Row:
    return {"created_at": now, "updated_at": now}


def _session_row(session: DailySession, seal: Seal) -> Row:
    def sealed(column: str, text: str) -> bytes | None:
        return seal.close(orjson.dumps(text), session_place(session.date, column)) if text else None

    return {
        "date": session.date,
        "morning_completed": session.morning_completed_at is not None,
        "morning_completed_at": session.morning_completed_at,
        "recording_id": UUID(session.recording) if session.recording else None,
        "recording_duration": session.recording_seconds if session.recording else None,
        "affirmations_version": session.affirmations_version,
        "vision_board_viewed": session.vision_board_viewed,
        "bold_action": sealed("bold_action", session.action),
        "bold_action_id": session.action_id,
        "bold_action_set_at": session.action_set_at,
        "action_completed": session.action_completed,
        "evening_completed": session.evening_completed_at is not None,
        "evening_completed_at": session.evening_completed_at,
        "discipline_rating": session.rating,
        "biggest_win": sealed("biggest_win", session.biggest_win),
    }


def _picture(picture: BoardPicture, seal: Seal) -> Row:
    media = UUID(picture.media)
    caption = seal.close(orjson.dumps(picture.caption), caption_place(media)) if picture.caption else None
    return {"media_id": media, "caption": caption}


def _use_affirmations(connection: sa.Connection, row: Row) -> None:
    """Let one version be in use; its row is made where there is none, and its words stay as they are."""
    theirs = _affirmations.c.person_id.in_(everybody_of(row["person_id"]))
    connection.execute(sa.update(_affirmations).where(theirs, _affirmations.c.is_active).values(is_active=False))
    used = {"is_active": True, "updated_at": row["updated_at"]}
    again = sa.update(_affirmations).where(theirs, _affirmations.c.version == row["version"]).values(**used)
    if not connection.execute(again).rowcount:
        connection.execute(_affirmations.insert(), {**row, "is_active": True})
