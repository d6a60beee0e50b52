"""Sleepers: people in the middle of a workflow who all are to be woken at one and the same moment.

Their rows are written in bulk, with states that the engine made, each sealed with a key of its own.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from bench.dialogue import FIRST_PERSON
from bench.shelf import Shelf
from bench.walk import Walker
from conversations.engine import Engine
from conversations.state import Execution, State, Wake
from core.ids import ExecutionId
from storage.accounts import Accounts
from storage.database import Database
from storage.ledger import Ledger
from storage.sealing import Sealer
from storage.strangers import conversation_row, identity_row, person_row
from sunup.clock import SystemClock, Uuid7Source

_LOT = 2_000
"""People in one transaction."""
_TURNS = 3
"""Turns of the walk until a step whose timer runs."""
_NEXT_SEQ = 8
_PLAN = (
    "INSERT INTO timers (person_id, key, due_at) "
    "SELECT person_id, concat('execution:', id), '{at}' FROM executions WHERE started_at = '{laid}' "
    "ON CONFLICT (person_id, key) DO UPDATE SET due_at = excluded.due_at"
)


class Sleepers:
    """The people of one installation.

    Args:
        environment: The installation's settings.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._database = Database(environment["SUNUP_DATABASE_URL"], pool=2)
        self._sealer = Sealer(base64.b64decode(environment["SUNUP_MASTER_KEY"]))
        self._ids = Uuid7Source()
        accounts = Accounts(self._database, self._sealer, self._ids, SystemClock())
        self._account_id = accounts.id_of("telegram", "default")
        self._laid_at = datetime.now(UTC)

    def lay(self, count: int, first: int = 0) -> None:
        """Make people whose step is over by now, without the timer that tells them so.

        Args:
            count: How many.
            first: Number of the first one, so that two crowds share nobody.
        """
        self._laid_at = datetime.now(UTC)
        state = _waiting_state(self._laid_at)
        for start in range(0, count, _LOT):
            ledger = Ledger()
            for number in range(start, min(start + _LOT, count)):
                self._lay_one(ledger, state, FIRST_PERSON + first + number)
            with self._database.write() as connection:
                ledger.write(connection)
        self._settle()

    def _settle(self) -> None:
        """Have the database do at once what it owes after so many rows; it is no part of what is measured."""
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
                connection.exec_driver_sql(statement)

    def wake_at(self, moment: datetime) -> None:
        """Set the timers of those who were laid last."""
        with self._database.write() as connection:
            connection.exec_driver_sql(_PLAN.format(at=moment.isoformat(), laid=self._laid_at.isoformat()))

    def are_awake(self) -> bool:
        """Return whether no timer is due any more."""
        with self._database.read() as connection:
            query = "SELECT 1 FROM timers WHERE due_at <= now() ORDER BY due_at LIMIT 1"
            return connection.exec_driver_sql(query).first() is None

    def count(self, query: str) -> int:
        """Return the one number that a query gives."""
        with self._database.read() as connection:
            return int(connection.exec_driver_sql(query).scalar() or 0)

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _lay_one(self, ledger: Ledger, state: State, number: int) -> None:
        person, identity, conversation, execution = (self._ids.new() for _ in range(4))
        key, chat, made = self._sealer.new_key(person), str(number), {"created_at": self._laid_at}
        own = replace(state.executions[0], id=ExecutionId(execution))
        sealed = self._sealer.seal_of(person, key).close(replace(state, executions=(own,)).to_json(), b"state")
        row = person_row(person, key, self._laid_at)
        ledger.people.append(row | {"state": sealed, "next_seq": _NEXT_SEQ, "conversation_id": conversation})
        ledger.identities.append(identity_row(identity, person, self._account_id, chat) | made)
        thread = conversation_row(conversation, identity, self._account_id, chat=chat, private=True)
        ledger.conversations.append(thread | made)
        ledger.executions[execution] = _execution_row(own, person)


def _waiting_state(over_at: datetime) -> State:
    """Return the dialogue of somebody at a step whose time is over at a moment."""
    walker = Walker(Engine(Shelf()))
    for _ in range(_TURNS):
        walker.answer(walker.event())
    [execution] = walker.state.executions
    late = over_at - execution.wakes[0].due_at
    wakes = tuple(Wake(wake.kind, wake.due_at + late) for wake in execution.wakes)
    return replace(walker.state, executions=(replace(execution, started_at=over_at, asked_at=over_at, wakes=wakes),))


def _execution_row(execution: Execution, person: UUID) -> dict[str, object]:
    return {
        "id": execution.id,
        "person_id": person,
        "workflow": execution.workflow,
        "version": execution.version,
        "status": execution.status.value,
        "steps_completed": execution.steps_completed,
        "steps_total": execution.steps_completed + 1,
        "started_at": execution.started_at,
        "ended_at": None,
    }
