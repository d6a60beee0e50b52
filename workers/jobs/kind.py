"""Kinds of jobs: what each of them brings."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bots.adapter import Adapter
from core.forecast import Prices
from core.ports import Clock
from storage.broadcasts import Broadcasts
from storage.jobs import RunningJob
from storage.linking import Linking
from storage.media import Media
from storage.members import Members
from storage.nudges import Nudges
from storage.sealing import Seal
from storage.tags import Tags


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job is given besides its payload.

    Args:
        job: The job itself.
        seal: Closes what is kept of its person.
        find_adapter: Finds an adapter by channel and account; None where this process has none.
        media: Keeps files.
        clock: The time.
        linking: Makes people one and takes chats apart.
        members: Numbers members and reads the leaderboard.
        broadcasts: What admins say to many.
        tags: What admins call people.
        prices: What messages cost.
        nudges: Tells what came to people by itself.
    """

    job: RunningJob
    seal: Seal
    find_adapter: Callable[[str, str], Adapter | None]
    media: Media
    clock: Clock
    linking: Linking
    members: Members
    broadcasts: Broadcasts
    tags: Tags
    prices: Prices
    nudges: Nudges


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job ended.

    Args:
        result: What is told to the dialogue; plain values.
        succeeded: Whether it did what it was asked.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    succeeded: bool = True


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job; each is one file, and one line in the table of `workers/jobs/__init__.py`.

    Args:
        name: As `StartJob` names it.
        timeout: How long one attempt may take.
        run: Does it. A `SendError` or any other exception means "try again later"; what can never
            succeed is a `JobResult` that says so.
        given_up: The result after the last attempt.
    """

    name: str
    timeout: timedelta
    run: Callable[[Mapping[str, Any], JobContext], Awaitable[JobResult]]
    given_up: Mapping[str, Any]
