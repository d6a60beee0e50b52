"""Streaks: how a person stands in the daily protocol, judged over their own local dates whenever somebody looks.

Nothing here is swept at night: a streak is what its days say on the date that is still open for its person.

The rules, as `docs/how-to/daily-protocol.md` tells them to people:

- A date is **done** when its morning was completed. A date stays open until 03:00 of the next one.
- The date that is still open breaks nothing: a streak of 11 is 11 all day until the twelfth is done.
- Every seventh done date of a streak earns a **repair day**; at most two are held. A missed date spends one, and the
  streak goes on without counting that date. Where none is left the streak ends, and its repair days with it.
- A date of which travel left less than twelve hours, and one that a zone never had, is **excused**: neither done
  nor missed. Done it counts as ever.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from core.zones import local_moment, to_local

LATE_UNTIL = time(3)
"""Until this local time the date before is still open."""
WINDOW = 90
"""Days that the completion rate and the average rating look back on, the open one included."""
DAYS_FOR_A_REPAIR = 7
MOST_REPAIRS = 2
_LIVED = timedelta(hours=12)
"""A date of which a traveller had less is excused."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """A set of dates that stays small however many years it spans: ten of them are under a kilobyte.

    Args:
        first: The earliest of them; of no meaning in an empty set.
        bits: Bit n says whether the n-th day after the first belongs to it; the lowest bit is set in all but the
            empty set, so that equal sets are equal values.
    """

    first: date = date.min
    bits: int = 0

    def add(self, day: date) -> "Days":
        """Return the set with a date in it."""
        if not self.bits:
            return Days(day, 1)
        place = (day - self.first).days
        if place >= 0:
            return Days(self.first, self.bits | 1 << place)
        return Days(day, self.bits << -place | 1)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date) or not self.bits:
            return False
        place = (day - self.first).days
        return place >= 0 and bool(self.bits >> place & 1)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=place) for place in range(self.bits.bit_length()) if self.bits >> place & 1)

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __or__(self, other: "Days") -> "Days":
        if not self.bits or not other.bits:
            return self if self.bits else other
        early, late = sorted((self, other), key=lambda one: one.first)
        return Days(early.first, early.bits | late.bits << (late.first - early.first).days)

    def count_since(self, day: date) -> int:
        """Return how many of them are not before a date."""
        return (self.bits >> max(0, (day - self.first).days)).bit_count() if self.bits else 0

    @property
    def last(self) -> date:
        """The latest of them; of no meaning in an empty set."""
        return self.first + timedelta(days=max(0, self.bits.bit_length() - 1))

    def to_plain(self) -> list[str]:
        """Return the stored form: `["2026-11-02", "5f"]`, the bits in hexadecimal; `[]` for none."""
        return [self.first.isoformat(), f"{self.bits:x}"] if self.bits else []

    @classmethod
    def from_plain(cls, plain: list[str]) -> "Days":
        """Read the stored form."""
        return cls(date.fromisoformat(plain[0]), int(plain[1], 16)) if plain else cls()


@dataclass(frozen=True, slots=True)
class Excused:
    """The dates that are neither done nor missed where they were not done.

    Args:
        days: Those that travel took.
        zone: Where the person is; dates that this zone skipped as a whole count too (Apia, 30 December 2011).
    """

    days: Days = field(default_factory=Days)
    zone: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.days or not _exists(day, self.zone))


@dataclass(frozen=True, slots=True)
class Streak:
    """How a person stands.

    Args:
        current: Done dates of the streak that is alive; 0 where none is.
        longest: Done dates of the longest one ever, this one included.
        total: Done dates ever.
        completion_rate: Done dates among the last 90, in percent, with two places.
        average_rating: Mean of the ratings given in the last 90 days, with one place; None where there are none.
        repairs: Repair days that are held.
        alive_until: The date on which the streak ends unless something is done by its end; None where none is alive.
    """

    current: int = 0
    longest: int = 0
    total: int = 0
    completion_rate: Decimal = Decimal("0.00")
    average_rating: Decimal | None = None
    repairs: int = 0
    alive_until: date | None = None


def open_date(moment: datetime, zone: str) -> date:
    """Return the earliest local date that is still open at a moment: yesterday's until 03:00."""
    local = to_local(moment, zone)
    return local.date() - _DAY if local.time() < LATE_UNTIL else local.date()


def day_end(moment: datetime, zone: str) -> datetime:
    """Return when the day of a moment is over for a person: at 03:00 of the night that follows, in UTC."""
    return local_moment(open_date(moment, zone) + _DAY, LATE_UNTIL.hour, LATE_UNTIL.minute, zone)


def session_date(moment: datetime, zone: str, closed: Container[date]) -> date:
    """Return the local date that something done at a moment counts for.

    Args:
        moment: When, aware.
        zone: IANA zone of the person.
        closed: Dates for which this is done already; until 03:00 the date before counts unless it is one of them.
    """
    earliest, today = open_date(moment, zone), to_local(moment, zone).date()
    return today if earliest in closed else earliest


def excused_by_move(moment: datetime, before: str, after: str) -> Days:
    """Return the dates of which too little is left to a person whose clock goes from one zone's time to another's.

    Empty for nearly every move; a flight over the date line towards the west takes a date, and one towards the east
    gives hours back, which excuses nothing.
    """
    gone, come = open_date(moment, before), open_date(moment, after)
    excused, day = Days(), gone
    while gone < come and day <= come:
        lived = _overlap(day, before, until=moment) + _overlap(day, after, since=moment)
        if lived < _LIVED:
            excused = excused.add(day)
        day += _DAY
    return excused


def streak(
    done: Days, today: date, *, excused: Container[date] = frozenset(), ratings: Mapping[date, int] | None = None
) -> Streak:
    """Return how a person stands.

    Args:
        done: Dates whose morning was completed; later ones than today are those of a traveller or of an early bird.
        today: The date that is still open for this person, as `open_date` tells it.
        excused: Dates that are not missed even where nothing was done.
        ratings: How the person rated themselves, 1 to 10, by date.
    """
    average = _mean([rating for day, rating in (ratings or {}).items() if day > today - WINDOW * _DAY])
    if not done:
        return Streak(average_rating=average)
    run, longest, repairs = _walk(done, today, excused)
    return Streak(
        current=run,
        longest=longest,
        total=len(done),
        completion_rate=_percent(done.count_since(today - (WINDOW - 1) * _DAY)),
        average_rating=average,
        repairs=repairs,
        alive_until=_end(max(today, done.last + _DAY), repairs, excused) if run else None,
    )


def _walk(done: Days, today: date, excused: Container[date]) -> tuple[int, int, int]:
    """Return the current run, the longest, and the repair days held, after walking from the first date to today."""
    run = longest = repairs = progress = 0
    open_place = (today - done.first).days
    # A string is walked ten times as fast as dates are counted up; ten years take a quarter of a millisecond.
    for place, mark in enumerate(f"{done.bits:b}"[::-1].ljust(open_place, "0")):
        if mark == "1":
            run, progress = run + 1, progress + 1
            longest = max(longest, run)
            if progress == DAYS_FOR_A_REPAIR:
                repairs, progress = min(MOST_REPAIRS, repairs + 1), 0
        elif run and place < open_place and done.first + place * _DAY not in excused:
            if repairs:
                repairs -= 1
            else:
                run = progress = 0
    return run, longest, repairs


def _end(day: date, repairs: int, excused: Container[date]) -> date:
    """Return the first date that neither an excuse nor a repair day would save, from one on."""
    while True:
        if day not in excused:
            if not repairs:
                return day
            repairs -= 1
        day += _DAY


def _percent(count: int) -> Decimal:
    """Source: seed 004, `completion_rate: (completedCount / 90) * 100`, DECIMAL(5,2)."""
    share = Decimal(min(count, WINDOW)) * 100 / WINDOW
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _mean(ratings: list[int]) -> Decimal | None:
    """Source: seed 004, `average_discipline_rating DECIMAL(3,1)`."""
    if not ratings:
        return None
    return (Decimal(sum(ratings)) / len(ratings)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _overlap(day: date, zone: str, *, since: datetime | None = None, until: datetime | None = None) -> timedelta:
    """Return how much of a date, from 03:00 to 03:00, lies before or after a moment."""
    begin = local_moment(day, LATE_UNTIL.hour, LATE_UNTIL.minute, zone)
    end = local_moment(day + _DAY, LATE_UNTIL.hour, LATE_UNTIL.minute, zone)
    return max(timedelta(), (min(end, until) if until else end) - (max(begin, since) if since else begin))


@lru_cache(maxsize=4096)
def _exists(day: date, zone: str) -> bool:
    """Return whether a zone's calendar has this date."""
    return to_local(local_moment(day, 12, 0, zone), zone).date() == day
