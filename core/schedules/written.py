"""Written: a rule as plain values, the same in an author's document, in JSON and in the database.

{"at": "07:30"}                                             every day
{"at": ["07:30", "20:00"], "days": "weekdays"}              or "mon-fri", "mon, wed, fri", "weekends", [1, 3, 5]
{"every": "3 days", "at": "07:30"}                          "start": "2026-03-01"; else from the day of enrolling
{"day": 31, "at": "09:00"}                                  the last day of shorter months; -1 is the last of all
{"from": "birthday", "offsets": [-7, 0], "at": "09:00"}     an answer or a date; "yearly": true
{"cron": "30 7 * * 1-5"}
{"on": "2026-12-24T18:00"}                                  with "Z" or "+01:00" the same moment for everybody
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeGuard, assert_never

from core.schedules.rules import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Cron,
    EveryDays,
    FromDate,
    Monthly,
    Once,
    Rule,
    Weekly,
)

Plain = dict[str, Any]
"""A rule as JSON holds it."""

_CURE = 'write for instance {at: "07:30", days: weekdays}'
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_INTERVAL = re.compile(r"(?:(\d{1,4})\s*)?(day|week)s?", re.ASCII)
_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAYS = {name[:length]: number for number, name in enumerate(_NAMES, 1) for length in (3, 4, 5, len(name))}
_GROUPS = {"weekdays": WEEKDAYS, "weekends": WEEKEND, "weekend": WEEKEND, "every day": EVERY_DAY, "daily": EVERY_DAY}
_MOST_LISTED = 100
_SHOWN = 60


def read_rule(document: object) -> Rule:
    """Read a rule as an author writes it.

    Args:
        document: A table of plain values, as YAML or JSON gives it; see the forms at the top of this module.

    Raises:
        ValueError: It is no rule, or one that never comes true; the message names the cure.
    """
    if not isinstance(document, Mapping):
        raise ValueError(f"a schedule is a table; {_CURE}")
    kinds = [kind for kind in _KINDS if kind in document]
    if len(kinds) > 1:
        raise ValueError(f"a schedule says {' or '.join(repr(kind) for kind in kinds)}, not both; write two rules")
    kind = kinds[0] if kinds else "at"
    if kind not in document:
        raise ValueError(f"a schedule says when; {_CURE}")
    read, allowed = _READERS[kind]
    unknown = [str(key)[:_SHOWN] for key in document if key not in allowed]
    if unknown:
        raise ValueError(f"a schedule with {kind!r} knows no {unknown[0]!r}; it may hold {', '.join(allowed)}")
    return read(document)


from_plain = read_rule
"""Read what `to_plain` wrote: the plain form is the one that authors write."""


def to_plain(rule: Rule) -> Plain:
    """Return a rule as JSON holds it; `from_plain` gives the same rule back."""
    match rule:
        case Weekly(times, days):
            return {"at": _spelled(times)} | ({} if days == EVERY_DAY else {"days": sorted(days)})
        case EveryDays(times, every, start):
            since = {} if start is None else {"start": start.isoformat()}
            return {"every": f"{every} days", "at": _spelled(times)} | since
        case Monthly(times, day):
            return {"day": day, "at": _spelled(times)}
        case FromDate(times, own, offsets, yearly):
            words = own if isinstance(own, str) else own.isoformat()
            again = {"yearly": True} if yearly else {}
            return {"from": words, "offsets": list(offsets), "at": _spelled(times)} | again
        case Cron(expression):
            return {"cron": expression}
        case Once():
            return {"on": rule.moment.isoformat()}
        case _:
            assert_never(rule)


def _spelled(times: tuple[time, ...]) -> list[str]:
    return [f"{at:%H:%M}" for at in times]


def _weekly(document: Mapping[str, object]) -> Rule:
    return Weekly(_times(document), _weekdays(document.get("days", "every day")))


def _every(document: Mapping[str, object]) -> Rule:
    written = document["every"]
    found = _INTERVAL.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if not found:
        raise ValueError(f"{_shown(written)} is no interval; write for instance 3 days or 2 weeks")
    days = int(found[1] or 1) * (7 if found[2] == "week" else 1)
    start = _date(document["start"]) if "start" in document else None
    return EveryDays(_times(document), days, start)


def _monthly(document: Mapping[str, object]) -> Rule:
    day = document["day"]
    if not _is_whole(day):
        raise ValueError(f"{_shown(day)} is no day of a month; write 1 to 31, or -1 for the last day of each month")
    return Monthly(_times(document), day)


def _from_date(document: Mapping[str, object]) -> Rule:
    own, offsets, yearly = document["from"], document.get("offsets", [0]), document.get("yearly", False)
    if isinstance(own, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,39}", own):
        counted: date | str = own
    else:
        counted = _date(own)
    if not isinstance(offsets, list | tuple) or not all(map(_is_whole, offsets)):
        raise ValueError(f"{_shown(offsets)} are no offsets; write whole numbers of days, for instance [-7, -1, 0]")
    if not isinstance(yearly, bool):
        raise ValueError(f"{_shown(yearly)} is no answer to `yearly`; write true or false")
    return FromDate(_times(document), counted, tuple(offsets), yearly)


def _cron(document: Mapping[str, object]) -> Rule:
    expression = document["cron"]
    if not isinstance(expression, str):
        raise ValueError(f'{_shown(expression)} is no cron expression; write for instance "30 7 * * 1-5"')
    return Cron(expression)


def _once(document: Mapping[str, object]) -> Rule:
    written = document["on"]
    moment = written if isinstance(written, datetime) else _moment(written)
    if moment is None:
        raise ValueError(f"{_shown(written)} is no moment of the calendar; write for instance 2026-12-24T18:00")
    return Once(at=moment) if moment.utcoffset() is not None else Once(local=moment)


def _moment(written: object) -> datetime | None:
    if not isinstance(written, str) or not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", written, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _times(document: Mapping[str, object]) -> tuple[time, ...]:
    written = document.get("at")
    if written is None:
        raise ValueError(f"a schedule says at what time of day; {_CURE}")
    listed = written if isinstance(written, list | tuple) else [written]
    if len(listed) > _MOST_LISTED:
        raise ValueError(f"{len(listed)} times a day are too many; write a cron expression")
    return tuple(map(_time, listed))


def _time(written: object) -> time:
    if isinstance(written, time):
        return written
    found = _TIME.fullmatch(written.strip()) if isinstance(written, str) else None
    if not found:
        raise ValueError(f'{_shown(written)} is no time of day; write hours and minutes in quotes, such as "07:30"')
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise ValueError(f'{_shown(written)} is no time of day; it goes from "00:00" to "23:59"')
    return time(hour, minute)


def _weekdays(written: object) -> frozenset[int]:
    if isinstance(written, str):
        words = " ".join(written.lower().split())
        return _GROUPS.get(words) or _listed([part.strip() for part in words.split(",")])
    if isinstance(written, list | tuple | set | frozenset):
        return _listed(list(written))
    raise _no_days(written)


def _listed(parts: list[Any]) -> frozenset[int]:
    if not 0 < len(parts) <= _MOST_LISTED:
        raise _no_days(parts)
    return frozenset().union(*map(_span, parts))


def _span(part: object) -> frozenset[int]:
    """Read "mon", "mon-fri", "fri-mon" or an ISO weekday."""
    if _is_whole(part) and part in EVERY_DAY:
        return frozenset((part,))
    first, dash, last = part.strip().lower().partition("-") if isinstance(part, str) else ("", "", "")
    one, other = _DAYS.get(first.strip()), _DAYS.get(last.strip() if dash else first.strip())
    if one is None or other is None:
        raise _no_days(part)
    return frozenset((one + days - 1) % 7 + 1 for days in range((other - one) % 7 + 1))


def _no_days(written: object) -> ValueError:
    return ValueError(
        f"{_shown(written)} are no days of the week; write weekdays, weekends, every day, mon-fri or [mon, wed, fri]"
    )


def _date(written: object) -> date:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        if isinstance(written, str) and len(written) == len("2026-03-01"):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise ValueError(f"{_shown(written)} is no date of the calendar; write year-month-day, for instance 2026-03-01")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(written: object) -> str:
    return repr(written)[:_SHOWN]


_READERS: Mapping[str, tuple[Callable[[Mapping[str, object]], Rule], tuple[str, ...]]] = {
    "at": (_weekly, ("at", "days")),
    "every": (_every, ("every", "at", "start")),
    "day": (_monthly, ("day", "at")),
    "from": (_from_date, ("from", "at", "offsets", "yearly")),
    "cron": (_cron, ("cron",)),
    "on": (_once, ("on",)),
}
_KINDS = tuple(kind for kind in _READERS if kind != "at")
