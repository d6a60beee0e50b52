"""The ledger: the rows that the turns of one transaction write, collected and then written table by table.

Rows of one table go to the database together, which is what makes a turn cheap: 64 turns cost nine statements
and one commit on SQLite, four statements and one commit on PostgreSQL.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.messages import DeliveryStatus
from storage import tables
from storage.rows import delete, execute, insert, update
from storage.sessions import ProtocolRows

Row = dict[str, Any]

_UPDATE_PERSON = update(
    tables.people,
    {
        "state": "new_state",
        "next_seq": "new_seq",
        "conversation_id": "new_conversation",
        "updated_at": "new_updated_at",
    },
    {"id": "person"},
)
_PROFILE = ("language", "zone", "goal", "market", "skill_level", "country", "quiet_from", "quiet_until")
_UPDATE_PROFILE = update(tables.people, {column: f"new_{column}" for column in _PROFILE}, {"id": "person"})
_CLEAR_TIMER = delete(tables.timers, {"person_id": "person", "key": "timer"})
_PLAN_TIMER = insert(tables.timers, "on conflict (person_id, key) do update set due_at = excluded.due_at")
_KEEP_EXECUTION = insert(
    tables.executions,
    "on conflict (id) do update set status = excluded.status, steps_completed = excluded.steps_completed, "
    "steps_total = excluded.steps_total, ended_at = excluded.ended_at",
)
_UNLEASED = {"attempts": "0", "lease_owner": "null", "lease_until": "null", "error": "''"}
_START_JOB = insert(
    tables.jobs,
    "on conflict (person_id, key) do nothing",
    {"status": "'queued'", "ended_at": "null", **_UNLEASED},
)
_PEOPLE = insert(
    tables.people,
    constants={"merged_into": "null", "chosen_conversation_id": "null", "parted": "false", "stopped": "false"},
)
_IDENTITIES = insert(tables.identities)
_CONVERSATIONS = insert(tables.conversations, constants={"closed_at": "null"})
_MESSAGES = insert(tables.messages)
_QUEUED = {
    "status": f"'{DeliveryStatus.QUEUED}'",
    "parts_sent": "0",
    "external_ids": "''",
    "settled_at": "null",
    "reported": "null",
    "reported_code": "null",
    "broadcast_id": "null",
    "reported_parts": "null",
    **_UNLEASED,
}
_OUTBOX = insert(tables.outbox, constants={**_QUEUED, "expires_at": "null", "quiet": "false"})
_OUTBOX_OF_NUDGES = insert(tables.outbox, constants=_QUEUED)
_NUDGES = insert(tables.nudges, "on conflict (person_id, rule, date) do nothing")
_CLOSE = update(tables.conversations, {"closed_at": "new_closed_at"}, {"id": "conversation"})
_CHOOSE = update(tables.people, {"chosen_conversation_id": "new_chosen"}, {"id": "person"})
_STOP = update(tables.people, {"stopped": "new_stopped"}, {"id": "person"})
_OFFER = insert(tables.link_codes, "on conflict (digest) do nothing", {"used_by": "null"})
_FACTS, _OUTCOMES, _DEAD_LETTERS = insert(tables.facts), insert(tables.outcomes), insert(tables.dead_letters)


@dataclass(slots=True)
class Ledger:
    """Rows to be written; each list is one table's."""

    people: list[Row] = field(default_factory=list)
    identities: list[Row] = field(default_factory=list)
    conversations: list[Row] = field(default_factory=list)
    people_updates: list[Row] = field(default_factory=list)
    profile_updates: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    outbox_of_nudges: list[Row] = field(default_factory=list)
    nudges: list[Row] = field(default_factory=list)
    timers: dict[tuple[UUID, str], datetime | None] = field(default_factory=dict)
    jobs: list[Row] = field(default_factory=list)
    executions: dict[UUID, Row] = field(default_factory=dict)
    facts: list[Row] = field(default_factory=list)
    outcomes: list[Row] = field(default_factory=list)
    dead_letters: list[Row] = field(default_factory=list)
    closings: dict[UUID, datetime | None] = field(default_factory=dict)
    choices: dict[UUID, UUID | None] = field(default_factory=dict)
    offers: list[Row] = field(default_factory=list)
    protocol: ProtocolRows = field(default_factory=ProtocolRows)
    stops: dict[UUID, bool] = field(default_factory=dict)

    def write(self, connection: sa.Connection) -> None:
        """Write everything; parents before children."""
        cleared = [{"person": who, "timer": key} for (who, key), due_at in self.timers.items() if due_at is None]
        planned = [
            {"person_id": who, "key": key, "due_at": due_at}
            for (who, key), due_at in self.timers.items()
            if due_at is not None
        ]
        # What another process may be inserting too goes ahead, always in this order, or two would wait in a circle.
        for guarded in (
            (_PEOPLE, self.people),
            (_IDENTITIES, self.identities),
            (_CONVERSATIONS, self.conversations),
        ):
            execute(connection, (guarded,))
        execute(
            connection,
            (
                (_UPDATE_PERSON, self.people_updates),
                (_CLEAR_TIMER, cleared),
                (_PLAN_TIMER, planned),
                (_KEEP_EXECUTION, list(self.executions.values())),
                (_START_JOB, self.jobs),
                (_MESSAGES, self.messages),
                (_OUTBOX, self.outbox),
                (_OUTBOX_OF_NUDGES, self.outbox_of_nudges),
                (_NUDGES, self.nudges),
                (_FACTS, self.facts),
                (_OUTCOMES, self.outcomes),
                (_DEAD_LETTERS, self.dead_letters),
            ),
        )
        # The same rows once more, so apart; these change seldom.
        for seldom in (
            (_UPDATE_PROFILE, self.profile_updates),
            (_CHOOSE, [{"person": who, "new_chosen": where} for who, where in self.choices.items()]),
            (_CLOSE, [{"conversation": which, "new_closed_at": at} for which, at in self.closings.items()]),
            (_OFFER, self.offers),
            (_STOP, [{"person": who, "new_stopped": stopped} for who, stopped in self.stops.items()]),
        ):
            if seldom[1]:
                execute(connection, (seldom,))
        self.protocol.write(connection)
