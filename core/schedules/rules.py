"""Rules: on which local days, and at which local times of day, something is to happen.

Every rule but `Once` is a set of days and a few times of day. It answers two questions, `times` and
`first_day`, and all else follows from them in `firing`.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.schedules import cron

EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset((6, 7))
_ONE_DAY = timedelta(days=1)
_MOST_TIMES = 48
_MOST_OFFSETS = 100
_LARGEST_OFFSET = 3660
_LONGEST_INTERVAL = 366
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
Day = date
"""A day of the calendar, for the class that has a field called `date`."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """Times of day, on some days of the week.

    Args:
        times: Local times of day, hours and minutes; kept in order, each once.
        days: ISO weekdays, 1 for Monday to 7 for Sunday; every day by default.
    """

    times: tuple[time, ...]
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        _keep_times(self)
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError("a weekly rule has at least one day, from 1 for Monday to 7 for Sunday")

    def first_day(self, day: date) -> date | None:
        """Return the first day of the rule, this one or later."""
        while day.isoweekday() not in self.days:
            day += _ONE_DAY
        return day


@dataclass(frozen=True, slots=True)
class EveryDays:
    """Times of day, every n days.

    Args:
        times: Local times of day.
        every: Days from one to the next, 1 to 366.
        start: The first day; None in a document, where it is the day on which a person enrols (see `settle`).
    """

    times: tuple[time, ...]
    every: int
    start: date | None = None

    def __post_init__(self) -> None:
        _keep_times(self)
        if not 1 <= self.every <= _LONGEST_INTERVAL:
            raise ValueError(f"every {self.every} days never comes round; write 1 to {_LONGEST_INTERVAL} days")
        if self.start is not None:
            _check_day(self.start)

    def first_day(self, day: date) -> date | None:
        """Return the first day of the rule, this one or later."""
        if self.start is None:
            raise ValueError("a rule of every n days counts from a first day; call settle(rule, start) first")
        return self.start if day <= self.start else day + timedelta(days=(self.start - day).days % self.every)


@dataclass(frozen=True, slots=True)
class Monthly:
    """Times of day, once a month.

    Args:
        times: Local times of day.
        day: Day of the month, 1 to 31; a month that is shorter has it on its last day. Negative ones count from the
            end, -1 for the last day.
    """

    times: tuple[time, ...]
    day: int

    def __post_init__(self) -> None:
        _keep_times(self)
        if not 1 <= abs(self.day) <= 31:
            raise ValueError(f"{self.day} is no day of a month; write 1 to 31, or -1 for the last day of each month")

    def first_day(self, day: date) -> date | None:
        """Return the first day of the rule, this one or later."""
        found = self._in_month(day.year, day.month)
        if found >= day:
            return found
        return self._in_month(day.year + day.month // 12, day.month % 12 + 1)

    def _in_month(self, year: int, month: int) -> date:
        last = monthrange(year, month)[1]
        return date(year, month, min(self.day, last) if self.day > 0 else max(1, last + 1 + self.day))


@dataclass(frozen=True, slots=True)
class FromDate:
    """Times of day, some days before or after a person's own date: a birthday, a launch, the day they joined.

    Args:
        times: Local times of day.
        date: The date itself; a word in a document, which names the person's answer that holds it (see `settle`).
        offsets: Days after the date, negative ones before it; 0 for the date itself.
        yearly: Whether it comes again each year, as a birthday does. In a year without it, 29 February is the 28th.
    """

    times: tuple[time, ...]
    date: Day | str
    offsets: tuple[int, ...] = (0,)
    yearly: bool = False

    def __post_init__(self) -> None:
        _keep_times(self)
        object.__setattr__(self, "offsets", tuple(sorted(set(self.offsets))))
        if not 0 < len(self.offsets) <= _MOST_OFFSETS or max(map(abs, self.offsets)) > self._largest():
            raise ValueError(
                f"offsets are 1 to {_MOST_OFFSETS} whole numbers of days, at most {self._largest()} before or after "
                "the date, for instance [-7, -1, 0]"
            )
        if isinstance(self.date, Day):
            _check_day(self.date)

    def _largest(self) -> int:
        return 365 if self.yearly else _LARGEST_OFFSET

    def first_day(self, day: Day) -> Day | None:
        """Return the first day of the rule, this one or later; None where all of them are over."""
        own = self.date
        if isinstance(own, str):
            raise ValueError(f"the rule counts from a person's {own!r}; call settle(rule, start, dates) first")
        shifts = [timedelta(days=offset) for offset in self.offsets]
        if self.yearly:
            return min(_next_anniversary(own, day - shift) + shift for shift in shifts)
        return next((own + shift for shift in shifts if own + shift >= day), None)


@dataclass(frozen=True, slots=True)
class Cron:
    """Days and times of day by a cron expression, read in the person's zone.

    Args:
        expression: Five fields, minute hour day month weekday, for instance `30 7 * * 1-5`.
    """

    expression: str

    def __post_init__(self) -> None:
        cron.read_cron(self.expression)

    @property
    def times(self) -> tuple[time, ...]:
        """The times of day, in order."""
        return cron.read_cron(self.expression).times

    def first_day(self, day: date) -> date | None:
        """Return the first day of the rule, this one or later."""
        return cron.first_day(cron.read_cron(self.expression), day)


@dataclass(frozen=True, slots=True)
class Once:
    """One single moment: what the person's clock shows, or the same for everybody.

    It is never lost: on a date that does not exist where the person lives, it comes at the first moment after.

    Args:
        local: What the clock shows, without a zone.
        at: The moment, aware. Exactly one of the two is given.
    """

    local: datetime | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.local is not None and self.at is not None:
            raise ValueError("a rule for one moment has either a local time or a moment, not both")
        if self.local is not None and self.local.tzinfo is not None:
            raise ValueError("a local time has no zone; give a moment with a zone as `at`")
        if self.at is not None and self.at.utcoffset() is None:
            raise ValueError("a moment has a zone; give a time without one as `local`")
        _check_day(self.moment)

    @property
    def moment(self) -> datetime:
        """The one that is given of the two."""
        given = self.local if self.at is None else self.at
        if given is None:
            raise ValueError("a rule for one moment says which; give `local` or `at`")
        return given


Daily = Weekly | EveryDays | Monthly | FromDate | Cron
"""The rules that are days and times of day."""

Rule = Daily | Once
"""When something is to happen, by a person's own clock."""


def settle(rule: Rule, start: date, dates: "dict[str, date] | None" = None) -> Rule | None:
    """Return the rule as it holds for one person; None where it needs a date that they have not given.

    Args:
        rule: As the document says it.
        start: The local day on which the person enrols; `every n days` counts from it.
        dates: Their own dates by the name of the answer, for instance `{"birthday": date(1990, 5, 1)}`.
    """
    if isinstance(rule, EveryDays) and rule.start is None:
        return replace(rule, start=start)
    if isinstance(rule, FromDate) and isinstance(rule.date, str):
        own = (dates or {}).get(rule.date)
        return replace(rule, date=own) if own else None
    return rule


def _keep_times(rule: Weekly | EveryDays | Monthly | FromDate) -> None:
    """Put the times in order, each once; the rest of the module relies on it."""
    times = tuple(sorted({at.replace(fold=0) for at in rule.times}))  # Of an hour that is twice, the first counts.
    if not 0 < len(times) <= _MOST_TIMES:
        raise ValueError(f'a rule has 1 to {_MOST_TIMES} times of day, for instance "07:30"')
    if any(at.tzinfo or at.second or at.microsecond for at in times):
        raise ValueError('a time of day has hours and minutes and no zone, for instance "07:30"')
    object.__setattr__(rule, "times", times)


def _check_day(day: date) -> None:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"the year {day.year} is out of range; dates go from {_FIRST_YEAR} to {_LAST_YEAR}")


def _next_anniversary(own: date, day: date) -> date:
    year = max(own.year, day.year)
    found = _in_year(own, year)
    return found if found >= day else _in_year(own, year + 1)


def _in_year(own: date, year: int) -> date:
    return own.replace(year=year, day=min(own.day, monthrange(year, own.month)[1]))
