"""Broadcasts: what an admin says to many, where one stands, and when it is said to whom. Pure."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.zones import local_moment, to_local

LONGEST = 4_000
"""Characters of a broadcast; longer ones would reach nobody in one piece."""
DRAFT_LIFE = timedelta(hours=1)
"""How long a preview may be confirmed: later it tells of people who are not there any more."""
WORTH = timedelta(hours=12)
"""How long a copy for "at once" is worth sending after it was written."""
WORTH_AT_A_TIME = timedelta(hours=3)
"""How long after its local time a copy is still worth sending."""
ANSWERED_WITHIN = timedelta(days=1)
"""Who writes so soon after a broadcast has answered it."""


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    """Everybody has it, or it is known why not."""
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Whether anything may still be sent."""
        return self in (BroadcastStatus.RUNNING, BroadcastStatus.PAUSED)


class Act(StrEnum):
    """What an admin does with a broadcast."""

    SEND = "send"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"

    @property
    def begins_at(self) -> tuple[BroadcastStatus, ...]:
        """Where a broadcast must stand for it."""
        return _ACTS[self][0]

    @property
    def leads_to(self) -> BroadcastStatus:
        """Where it stands afterwards."""
        return _ACTS[self][1]


_ACTS = {
    Act.SEND: ((BroadcastStatus.DRAFT,), BroadcastStatus.RUNNING),
    Act.PAUSE: ((BroadcastStatus.RUNNING,), BroadcastStatus.PAUSED),
    Act.RESUME: ((BroadcastStatus.PAUSED,), BroadcastStatus.RUNNING),
    Act.CANCEL: (
        (BroadcastStatus.DRAFT, BroadcastStatus.RUNNING, BroadcastStatus.PAUSED),
        BroadcastStatus.CANCELLED,
    ),
}


def local_at(clock: time, day: date | None = None) -> str:
    """Return a local time as it is kept: `18:00` for the next one, `2026-12-24T18:00` for one of a day."""
    return f"{day:%Y-%m-%d}T{clock:%H:%M}" if day else f"{clock:%H:%M}"


def due_at(at: str, zone: str, confirmed_at: datetime) -> datetime | None:
    """Return when somebody is to get a broadcast.

    Args:
        at: As `local_at` gives it; empty for at once.
        zone: Their IANA zone; UTC where it is empty.
        confirmed_at: When the broadcast was confirmed.

    Returns:
        An aware moment in UTC, never before `confirmed_at`; None where the moment has passed for them.
    """
    if not at:
        return confirmed_at
    day, _, clock = at.rpartition("T")
    hour, minute = (int(part) for part in clock.split(":"))
    if day:
        moment = local_moment(date.fromisoformat(day), hour, minute, zone)
        return moment if moment >= confirmed_at else None
    today = to_local(confirmed_at, zone).date()
    moment = local_moment(today, hour, minute, zone)
    return moment if moment >= confirmed_at else local_moment(today + timedelta(days=1), hour, minute, zone)


def expires_at(at: str, due: datetime, now: datetime) -> datetime:
    """Return until when a copy is worth sending that is written now."""
    return due + WORTH_AT_A_TIME if at else now + WORTH
