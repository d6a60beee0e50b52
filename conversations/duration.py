"""Durations: as authors write them (`45m`, `2h30m`, `1d`), and as people are told of them."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any

from babel.units import format_unit
from pydantic import BeforeValidator, WithJsonSchema

from conversations.inputs.language import locale_of

_PATTERN = r"^(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?$"
_PART = re.compile(r"(\d+)([wdhms])")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST = timedelta(days=400)
_TOLD = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60), ("duration-second", 1))


def parse_duration(written: str) -> timedelta:
    """Read a duration.

    Args:
        written: Weeks, days, hours, minutes and seconds in this order, each a whole number and a letter of `wdhms`.

    Returns:
        A duration longer than zero and at most 400 days.

    Raises:
        ValueError: It is not written so.
    """
    compact = written.replace(" ", "").lower()
    if not compact or not re.match(_PATTERN, compact, re.ASCII) or len(compact) > 40:
        raise ValueError(f"{written!r} is not a duration; write for instance 45m, 2h30m or 1d")
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(compact))
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise ValueError(f"{written!r} is out of range; a duration is longer than nothing and at most 400 days")
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """Return a duration as an author would write it; the inverse of `parse_duration`."""
    seconds = int(duration.total_seconds())
    words = ""
    for unit, size in _SECONDS.items():
        count, seconds = divmod(seconds, size)
        words += f"{count}{unit}" if count and unit != "w" else ""
        seconds += count * size if unit == "w" else 0
    return words or "0s"


@lru_cache(maxsize=1024)
def in_words(seconds: int, language: str) -> str:
    """Return "45 minutes" or "2 hours, 30 minutes" in a language: the two largest units.

    Kept, since workflows name few durations, and putting one into words takes as long as a step.
    """
    parts = []
    for unit, size in _TOLD:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(format_unit(count, unit, locale=locale_of(language)))
    return ", ".join(parts[:2])


def _validate(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a duration; write for instance 45m, 2h30m or 1d")
    return parse_duration(value)


Duration = Annotated[
    timedelta,
    BeforeValidator(_validate),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["45m", "2h30m", "1d"]}),
]
