"""Firing: due timers in batches, each exactly once, by any number of processes at once.

Each batch is one transaction with people of its own: who is killed in the middle leaves everything as it was, and
whoever comes next fires it.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
import structlog

from core import errors
from core.ports import Clock, Hints
from core.undigested import Undigested
from storage import due, tables
from storage.database import Database
from storage.dead_letters import DeadLetters
from storage.intake import tell
from storage.sealing import Sealer
from storage.turns import Report, Turns

_log = structlog.get_logger()

BATCH = 250
"""Timers in one transaction."""
SMALL_BATCH = 50
"""The same while people write: somebody whose reply needs what a batch holds waits for its end."""
WRITING = timedelta(seconds=2)
"""How long people count as writing after the last message of anybody."""
RESTS = 3.0
"""How often as long as a batch took nothing is fired while people write; they get the machine meanwhile."""
PUT_OFF = timedelta(minutes=5)
"""How long a timer waits that could not be fired."""
MOST_FAILURES = 5
"""Failures after which a person's due timers become a dead letter."""


@dataclass(frozen=True, slots=True)
class TimerPorts:
    """What firing stands on.

    Args:
        database: Where the timers are.
        turns: Fires them.
        sealer: Tells whom the configured master key does not open.
        dead_letters: Takes what cannot be fired.
        clock: The time.
        hints: Whom to wake when a fired timer leaves something to do.
        observe: Called with the report of each committed batch.
    """

    database: Database
    turns: Turns
    sealer: Sealer
    dead_letters: DeadLetters
    clock: Clock
    hints: Hints
    observe: Callable[[Report], None] = field(default=lambda report: None)


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of one batch.

    Args:
        timers: How many were fired; 0 where none is due that could be.
        full: Whether it was as many as a batch takes, so that there are likely to be more.
        rest: For how long nothing more should be fired here, so that people who write just now are answered.
    """

    timers: int
    full: bool
    rest: timedelta = timedelta()


class Firing:
    """Fires what is due.

    Args:
        ports: What it stands on.
        now: Seconds that never go back.
    """

    def __init__(self, ports: TimerPorts, now: Callable[[], float] = time.monotonic) -> None:
        self._ports = ports
        self._now = now
        self._failures: Counter[UUID] = Counter()

    def fire_batch(self) -> Fired:
        """Fire one batch of what no other process is firing.

        Whoever cannot be read is set aside, and where a batch fails its people are tried apart.

        Raises:
            StorageUnavailable: The database does not answer; nothing was fired.
        """
        began, writing = self._now(), self._is_anybody_writing()
        most = SMALL_BATCH if writing else BATCH
        fired = self._fire_some(most)
        rest = timedelta(seconds=RESTS * (self._now() - began)) if writing else timedelta()
        return Fired(fired, full=fired >= most, rest=rest)

    def _is_anybody_writing(self) -> bool:
        with self._ports.database.read() as connection:
            return due.is_anybody_writing(connection, self._ports.clock.now() - WRITING)

    def _fire_some(self, most: int) -> int:
        try:
            return self._fire(most, None)
        except errors.StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one poison row fails the whole batch; apart, it fails alone
            _log.warning("timer_batch_failed", error=type(error).__name__)
        with self._ports.database.read() as connection:
            people = due.due_people(connection, self._ports.clock.now(), most)
        return self._fire_parts(people)

    def _fire(self, most: int, only: Sequence[UUID] | None) -> int:
        with self._ports.database.write() as connection:
            report = self._ports.turns.fire(connection, self._ports.clock.now(), most, only=only)
        if report.fired:
            tell(self._ports.hints, report)
            self._ports.observe(report)
        for person in report.unread:
            self._set_aside(person, "the dialogue cannot be read")
        return report.fired

    def _fire_parts(self, people: Sequence[UUID]) -> int:
        """Fire people's timers in halves, and their halves, down to each one who makes it fail."""
        try:
            fired = self._fire(len(people), people)
        except errors.StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a person whose row is broken must not stop the others' timers
            if len(people) == 1:
                _log.exception("timer_failed", person_id=str(people[0]))
                self._set_aside(people[0], f"timer failed: {type(error).__name__}")
                return 0
            middle = len(people) // 2
            return self._fire_parts(people[:middle]) + self._fire_parts(people[middle:])
        for person in people if fired else ():
            self._failures.pop(person, None)
        return fired

    def _set_aside(self, person: UUID, reason: str) -> None:
        """Put a person's due timers off; in the end give them up.

        A wrong master key is no fault of theirs: they wait until it is right, however long that takes.
        """
        now = self._ports.clock.now()
        with self._ports.database.write() as connection:
            foreign = due.is_foreign(connection, self._ports.sealer, person)
            if foreign or self._failures[person] + 1 < MOST_FAILURES:
                put_off = due.postpone(connection, person, now, now + PUT_OFF)
                self._failures[person] += bool(put_off and not foreign)
            elif dropped := due.drop(connection, person, now):
                letter = Undigested("engine", f"{len(dropped)} timers: {reason}", key=str(person))
                row = self._ports.dead_letters.row(letter, orjson.dumps({"timers": dropped}))
                connection.execute(tables.dead_letters.insert(), row)
                del self._failures[person]
                _log.error("timers_given_up", person_id=str(person), timers=len(dropped))
        if foreign:
            _log.error("master_key_missing", person_id=str(person))
