"""A watched clock: slow, plain, and sharing nothing with the code under test but zoneinfo's way from UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE, QUARTER, HOUR, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
FIRST, LAST = date(2000, 1, 1), date(2040, 12, 31)

ODD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
]


class Watched:
    """A clock over some days, looked at each quarter of an hour, and each minute where it jumps."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        self._info = ZoneInfo(zone)
        begin = datetime.combine(first, time.min, tzinfo=UTC) - DAY
        self._looks = [begin + number * QUARTER for number in range((days + 2) * 24 * 4)]
        walls = [self._shown(moment) for moment in self._looks]
        self._days = {wall.date() for wall in walls}
        utc = [moment.replace(tzinfo=None) for moment in self._looks]
        self._offsets = {wall - moment for wall, moment in zip(walls, utc, strict=True)}

    def moments(self, days: Iterable[date], times: Iterable[time]) -> list[datetime]:
        """Return the moments at which days and times come true, in order, each once."""
        walls = [datetime.combine(day, at) for day in days for at in times if day in self._days]
        return sorted({self._moment(wall) for wall in walls})

    def _shown(self, moment: datetime) -> datetime:
        return moment.astimezone(self._info).replace(tzinfo=None)

    def _moment(self, wall: datetime) -> datetime:
        """Return the first moment that shows a local time; the first that shows a later one where none does."""
        moments = [wall.replace(tzinfo=UTC) - offset for offset in self._offsets]
        showing = [moment for moment in moments if self._shown(moment) == wall]
        return min(showing) if showing else self._after(wall)

    def _after(self, wall: datetime) -> datetime:
        moment = next(look for look in self._looks if self._shown(look) > wall) - QUARTER
        while self._shown(moment) < wall:
            moment += MINUTE
        return moment


@lru_cache(maxsize=1024)
def changes(zone: str) -> tuple[date, ...]:
    """Return the UTC dates within which the clocks change, from 2000 to 2040."""
    info = ZoneInfo(zone)
    moment = datetime.combine(FIRST, time.min, tzinfo=UTC)
    found, before = [], moment.astimezone(info).utcoffset()
    while moment.date() < LAST:
        moment += DAY
        offset = moment.astimezone(info).utcoffset()
        if offset != before:
            found.append(moment.date() - DAY)
        before = offset
    return tuple(found)
