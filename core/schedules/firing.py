"""Firing: the moments at which a rule comes true where a person lives.

A rule names local days and times. Three things may happen to such a time of a person's clock:

- It is shown once: that moment it is.
- It is shown twice, when the clocks go back: the first of the two, once.
- It is never shown, when the clocks go forward: the first valid moment after. A whole day that is never
  shown, as 30 December 2011 in Samoa, is left out: there is no morning of that day to be woken on.

Two times that come to the same moment so, such as 02:30 and 03:00 in spring, are one firing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from core.schedules.rules import Daily, Once, Rule
from core.zones import date_exists, end_of_gap, first_moment, is_skipped, to_local, zone_info

_ONE_DAY = timedelta(days=1)
_LAST_YEAR = 9000
"""The calendar of the machine ends soon after; whoever asks what comes then is told that nothing does."""


@dataclass(frozen=True, slots=True, order=True)
class Occasion:
    """What a firing stands for: the local date and time of day that the rule names.

    The key that keeps a person from hearing the same thing twice. As text it is `2026-03-29T07:30`, which sorts by
    time. In a gap it holds the time that the clocks left out.

    Args:
        date: The local date.
        time: The local time of day.
    """

    date: date
    time: time

    def __str__(self) -> str:
        return f"{self.date}T{self.time:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote.

        Raises:
            ValueError: It is none.
        """
        moment = datetime.fromisoformat(text)
        return cls(moment.date(), moment.time())


def next_fire(rule: Rule, zone: str, after: datetime) -> datetime | None:
    """Return the next moment at which a rule comes true.

    Args:
        rule: A settled rule (see `settle`).
        zone: IANA name; UTC where it is empty or does not exist, as everywhere.
        after: Aware; the answer lies strictly after it.

    Returns:
        An aware moment in UTC; None where the rule never comes true again.

    Raises:
        ValueError: The rule is not settled.
    """
    info = zone_info(zone)
    if isinstance(rule, Once):
        moment = _moment_of_once(rule, info)
        return moment if moment > after else None
    return next((moment for _, _, moment in _firings(rule, info, after) if moment > after), None)


def occasion(rule: Rule, zone: str, fired_at: datetime) -> Occasion:
    """Return what a firing stands for.

    Args:
        rule: The rule by which `fired_at` was planned.
        zone: The zone for which it was planned.
        fired_at: What `next_fire` returned, not the moment at which a timer got round to it.

    Returns:
        The last date and time of the rule that come to this moment; for a moment that is no firing of the rule, what
        a clock in the zone shows.
    """
    info, local = zone_info(zone), to_local(fired_at, zone)
    if isinstance(rule, Once):
        local = rule.local or local
    elif not _is_nominal(rule, local) or first_moment(local.replace(fold=0)) != fired_at:
        skipped = _skipped(rule, info, fired_at)
        if skipped is not None:
            return skipped
    return Occasion(local.date(), local.time().replace(second=0, microsecond=0, fold=0))


def _skipped(rule: Daily, info: ZoneInfo, fired_at: datetime) -> Occasion | None:
    """Return what the clocks jumped over to come to a moment, on its day or at the end of the day before."""
    today = fired_at.astimezone(info).date()
    for day in (today, today - _ONE_DAY):
        times = rule.times if rule.first_day(day) == day else ()
        found = next((at for at in reversed(times) if _moment(day, at, info) == fired_at), None)
        if found is not None:
            return Occasion(day, found)
    return None


def replan(rule: Rule, zone: str, after: datetime, last: Occasion | None) -> datetime | None:
    """Return the next firing, for somebody whose zone, rule or clock may have changed since the last one.

    No local date comes twice: firings of dates before the last occasion's, and those of its own date up to its time,
    are passed over. So is the first time of that day, if the rule has moved it behind the last occasion.

    Args:
        rule: A settled rule, perhaps another than that of the last firing.
        zone: Perhaps another than that of the last firing.
        after: Aware; the answer lies strictly after it.
        last: What the last firing stood for; None before the first.

    Returns:
        As `next_fire`.
    """
    if isinstance(rule, Once):
        moment = next_fire(rule, zone, after)
        return moment if moment and (last is None or occasion(rule, zone, moment) > last) else None
    if last is None:
        return next_fire(rule, zone, after)
    for day, at, moment in _firings(rule, zone_info(zone), after):
        if moment > after and _is_new(rule, Occasion(day, at), last):
            return moment
    return None


def _is_new(rule: Daily, what: Occasion, last: Occasion) -> bool:
    if what.date != last.date:
        return what.date > last.date
    return what.time > last.time and what.time != rule.times[0]


def _firings(rule: Daily, info: ZoneInfo, after: datetime) -> Iterator[tuple[date, time, datetime]]:
    """Walk days and times from what the clock shows at a moment on; the first may come true before that moment."""
    if after.year >= _LAST_YEAR:
        return
    local = after.astimezone(info)
    today, clock = local.date(), local.time()
    day = rule.first_day(today)
    while day is not None and day.year < _LAST_YEAR:
        for at in rule.times:
            if day == today and at <= clock:
                continue
            moment = _moment(day, at, info)
            if moment is not None:
                yield day, at, moment
        day = rule.first_day(day + _ONE_DAY)


def _moment(day: date, at: time, info: ZoneInfo) -> datetime | None:
    """Return when a rule's day and time come true; None on a date that does not exist."""
    wall = datetime.combine(day, at, tzinfo=info)
    if not is_skipped(wall):
        return wall.astimezone(UTC)
    return end_of_gap(wall) if date_exists(day, info) else None


def _is_nominal(rule: Daily, local: datetime) -> bool:
    return local.time() in rule.times and rule.first_day(local.date()) == local.date()


def _moment_of_once(rule: Once, info: ZoneInfo) -> datetime:
    moment = rule.moment
    return first_moment(moment.replace(tzinfo=info, fold=0)) if rule.at is None else moment.astimezone(UTC)
