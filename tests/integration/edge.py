"""What the edge of the program gives, for the tests of storage and workers: ids, a clock, hints, no workflows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from conversations.workflow import Trigger, TriggerKind, Workflow


class Ids:
    def new(self) -> UUID:
        return uuid7()


class Clock:
    """Tells the machine's time, moved by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Hints:
    """Remembers what it was told, and fails on request."""

    outbox: int = 0
    jobs: list[tuple[UUID, str]] = field(default_factory=list)
    timers: list[datetime] = field(default_factory=list)
    away: bool = False

    def outbox_ready(self) -> None:
        if self.away:
            raise ConnectionError("nobody hears")
        self.outbox += 1

    def jobs_ready(self, jobs: Sequence[tuple[UUID, str]]) -> None:
        self.jobs.extend(jobs)

    def timers_ready(self, due_at: datetime) -> None:
        self.timers.append(due_at)


class NoWorkflows:
    def current(self, name: str) -> Workflow | None:
        return None

    def version(self, name: str, version: int) -> Workflow | None:
        return None

    def listed(self) -> Sequence[Workflow]:
        return ()

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        return ()
