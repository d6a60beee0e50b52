"""Local time: which moment a person's clock means."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every IANA zone that people may live in."""
    mirrors = ("posix/", "right/")
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(mirrors))


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
    info = zone_info(zone)
    wanted = datetime.combine(day, time(hour, minute), tzinfo=info)
    moment = wanted.astimezone(UTC)
    if moment.astimezone(info).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return moment
    return _end_of_gap(moment, info)


def _end_of_gap(moment: datetime, info: ZoneInfo) -> datetime:
    """Return the moment at which the clocks jump, by bisection between the day before and the day after."""
    before, after = moment - timedelta(days=1), moment + timedelta(days=1)
    offset = before.astimezone(info).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(info).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
