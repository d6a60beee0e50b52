"""Cron: days and times of day by the five fields that authors know from their servers."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WEEKDAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_PART = re.compile(r"(?:(?P<star>\*)|(?P<first>\w{1,3})(?:-(?P<last>\w{1,3}))?)(?:/(?P<step>\d{1,2}))?", re.ASCII)
_LONGEST = 200
_LONGEST_WAIT = 8 * 12 + 1
"""Months until 29 February comes again where a century has none."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five: its name, its range and the words that it takes for numbers."""

    name: str
    least: int
    most: int
    words: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What an expression means.

    Args:
        times: Times of day, in order.
        days: Days of the month, 1 to 31.
        months: Months, 1 to 12.
        weekdays: ISO weekdays, 1 for Monday to 7 for Sunday.
        either: Whether one of day and weekday is enough; so it is where both are given.
    """

    times: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def covers(self, day: date) -> bool:
        """Return whether the expression means this day."""
        by_day, by_weekday = day.day in self.days, day.isoweekday() in self.weekdays
        return day.month in self.months and (by_day or by_weekday if self.either else by_day and by_weekday)


@lru_cache(maxsize=1024)
def read_cron(expression: str) -> Fields:
    """Read five fields: minute, hour, day of the month, month, day of the week.

    Each is `*`, a number, a range, a list of them, and takes a step: `*/15`, `9-17`, `mon-fri`, `1,15`. Sunday is
    0 or 7. Where day of the month and day of the week are both given, neither of them beginning with `*`, one of
    them is enough. Source: crontab(5).

    Raises:
        ValueError: It is none, or means no day of any year; the message names the cure.
    """
    fields = expression.lower().split()
    if len(fields) != len(_FIELDS) or len(expression) > _LONGEST:
        raise ValueError(
            f"{expression[:_LONGEST]!r} is no cron expression; write five fields, minute hour day month weekday, "
            'for instance "30 7 * * 1-5"'
        )
    minutes, hours, days, months, weekdays = map(_read_field, fields, _FIELDS)
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    if not either and not any(day <= monthrange(2024, month)[1] for day in days for month in months):
        raise ValueError(f"{expression!r} never comes: no such month has that day; choose a day that exists")
    times = tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes))
    return Fields(times, days, months, frozenset(number or 7 for number in weekdays), either)


def _read_field(written: str, field: _Field) -> frozenset[int]:
    return frozenset().union(*(_read_part(part, field) for part in written.split(",")))


def _read_part(part: str, field: _Field) -> range:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"{part!r} is no {field.name} of a cron expression; write *, 5, 1-5, 1,15 or */10")
    if found["star"]:
        first, last = field.least, field.most
    else:
        first = _number(found["first"], field)
        last = _number(found["last"] or (str(field.most) if found["step"] else found["first"]), field)
    if last == 0 < first and field.words is _WEEKDAYS:
        last = 7  # "fri-sun": the week of cron begins on Sunday, that of people ends with it.
    step = int(found["step"] or 1)
    if step == 0 or last < first:
        raise ValueError(f"{part!r} holds no {field.name}; write the smaller number first and a step of at least 1")
    return range(first, last + 1, step)


def _number(word: str, field: _Field) -> int:
    number = field.words.get(word, int(word) if word.isdecimal() else -1)
    if not field.least <= number <= field.most:
        raise ValueError(f"{word!r} is no {field.name}; it goes from {field.least} to {field.most}")
    return number


@lru_cache(maxsize=4096)
def days_in_month(fields: Fields, year: int, month: int) -> tuple[date, ...]:
    """Return the days of a month that the fields mean, in order."""
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    return tuple(day for day in days if fields.covers(day))


def first_day(fields: Fields, day: date) -> date | None:
    """Return the first day that the fields mean, this one or later; None where the calendar ends before."""
    if fields.covers(day):
        return day
    year, month = day.year, day.month
    for _ in range(_LONGEST_WAIT):
        if month in fields.months:
            found = next((one for one in days_in_month(fields, year, month) if one >= day), None)
            if found:
                return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if year > date.max.year:
            break
    return None
