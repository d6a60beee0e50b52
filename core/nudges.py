"""Nudges: what Sunup says because of time or an event, and the reasons for which it does not.

A person's own words stand in their profile: `quiet_from` and `quiet_until` as `22:00`, `nudges_a_day` as `3`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from core.people import Person
from core.zones import local_moment, to_local

QUEUED: Final = "queued"
SKIPPED: Final = "skipped"


class Reason:
    """Why a nudge was not said; the words are kept, so they are never renamed."""

    QUIET: Final = "quiet"
    """It came due in quiet hours, and would have been too old at their end."""
    CAP: Final = "cap"
    """The person had as many nudges on this day as they want."""
    LATE: Final = "late"
    """Nobody was there to say it in time."""
    PAUSED: Final = "paused"
    STOPPED: Final = "stopped"
    BLOCKED: Final = "blocked"
    PREREQUISITE: Final = "prerequisite"
    """A workflow has to be completed before."""
    ALREADY_TODAY: Final = "already_today"
    """The person had begun it by themselves."""
    OPEN_ALREADY: Final = "open_already"
    """They were in the middle of it."""
    ASKED_ABOUT_TIME: Final = "asked_about_time"
    """They were asked instead whether another time would be better."""
    GONE: Final = "gone"
    """There is no such workflow any more."""
    NOTHING_TO_SAY: Final = "nothing_to_say"
    """The workflow had nothing for this person."""


DAY: Final = 1_440
"""Minutes of a day."""
QUIET_AT_FIRST: Final = ("22:00", "07:00")
"""The quiet hours of a person who enrols and has said nothing of them; they are told."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a person is left alone, in minutes of their local day.

    Args:
        start: The first minute, from 0 to 1439.
        end: The first one after it, on the next day where it is not later than `start`.
        zone: IANA name of their zone.
    """

    start: int
    end: int
    zone: str

    def hold(self, moment: datetime) -> bool:
        """Return whether a moment lies in them."""
        return self.hold_time(to_local(moment, self.zone).time())

    def hold_time(self, clock: time) -> bool:
        """Return whether what a clock there shows lies in them."""
        minute = clock.hour * 60 + clock.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def end_after(self, moment: datetime) -> datetime:
        """Return when the quiet hours end in which a moment lies; an aware moment in UTC."""
        local = to_local(moment, self.zone)
        day = local.date()
        if local.hour * 60 + local.minute >= self.end:
            day += timedelta(days=1)
        end = local_moment(day, *divmod(self.end, 60), self.zone)
        # A clock that is set back can show the last quiet minutes once more.
        while self.hold(end):
            end += timedelta(minutes=1)
        return end.astimezone(UTC)


def quiet_hours(start: int | None, end: int | None, zone: str) -> QuietHours | None:
    """Return quiet hours as a person's row tells them; None where they have none or their clock is not known."""
    if start is None or end is None or start == end or not zone:
        return None
    if not (0 <= start < DAY and 0 <= end < DAY):
        return None
    return QuietHours(start, end, zone)


def quiet_hours_of(person: Person) -> QuietHours | None:
    """Return the quiet hours of a person; None where they have none or their clock is not known."""
    profile = person.profile
    return _written(profile.get("quiet_from", ""), profile.get("quiet_until", ""), person.zone)


def most_a_day(person: Person) -> int | None:
    """Return how many nudges a person wants on one local day at most; None for as many as come."""
    words = person.profile.get("nudges_a_day", "")
    return int(words) if words.isascii() and words.isdigit() else None


@lru_cache(maxsize=4096)
def _written(start: str, end: str, zone: str) -> QuietHours | None:
    return quiet_hours(_minutes(start), _minutes(end), zone)


def _minutes(words: str) -> int | None:
    try:
        clock = time.fromisoformat(words)
    except ValueError:
        return None
    return clock.hour * 60 + clock.minute
