"""Local time: which moment a person's clock means."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_ONE_DAY = timedelta(days=1)
_SHOWN = 80
"""Characters of an unknown name that an error repeats."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every IANA zone that people may live in."""
    mirrors = ("posix/", "right/")
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(mirrors))


def check_zone(name: str) -> str:
    """Return the name of a zone if people may live in it; for the doors through which names come in.

    Raises:
        ValueError: There is no such zone; the message says what to write instead.
    """
    if name in zone_names():
        return name
    raise ValueError(f"{name[:_SHOWN]!r} is no time zone; write an IANA name such as Europe/Paris or Asia/Kolkata")


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; UTC for the empty name and for one that does not exist.

    A hostile name such as `../etc/passwd` raises ValueError in zoneinfo and counts as not existing.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return ZoneInfo("UTC")


def to_local(moment: datetime, zone: str) -> datetime:
    """Return a moment as a clock in the zone shows it."""
    return moment.astimezone(zone_info(zone))


def local_moment(day: date, hour: int, minute: int, zone: str) -> datetime:
    """Return the moment at which a clock in the zone shows this time on this day.

    A time that is skipped by a change of the clocks gives the first valid moment after it; a time
    that comes twice gives the first one.

    Returns:
        An aware moment in UTC.
    """
    return first_moment(datetime.combine(day, time(hour, minute), tzinfo=zone_info(zone)))


def first_moment(wall: datetime) -> datetime:
    """Return the first moment at which a clock shows this, or the first valid one after it.

    Args:
        wall: What the clock shows, aware, with the `ZoneInfo` of the clock and `fold` 0.

    Returns:
        An aware moment in UTC.

    Raises:
        OverflowError: The moment lies outside of the years 1 to 9999.
    """
    return end_of_gap(wall) if is_skipped(wall) else wall.astimezone(UTC)


def date_exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether a clock in the zone ever shows this date.

    Samoa went from 29 to 31 December 2011 to be on the other side of the date line.
    """
    wall = datetime.combine(day, time.min, tzinfo=zone)
    return not is_skipped(wall) or end_of_gap(wall).astimezone(zone).date() == day


def is_skipped(wall: datetime) -> bool:
    """Return whether the clocks jump over a time; `wall` as in `first_moment`."""
    # In a gap, and nowhere else, the offset before the change is the smaller one. Source: PEP 495.
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    return before is not None and after is not None and before < after


def end_of_gap(wall: datetime) -> datetime:
    """Return the moment at which the clocks jump over a time; `wall` as in `first_moment`."""
    # By bisection between the day before and the day after.
    moment = wall.astimezone(UTC)
    before, after = moment - _ONE_DAY, moment + _ONE_DAY
    offset = before.astimezone(wall.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
