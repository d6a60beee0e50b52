"""date: a day of the calendar."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from conversations.inputs.answer import Answer, Reading, Refused
from conversations.inputs.folded import folded
from conversations.inputs.language import locale_of
from conversations.inputs.spelled import in_figures
from core.zones import to_local

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_NEAR = {
    -2: "vorgestern, anteayer, اول امس, أول أمس",
    -1: "yesterday, gestern, ayer, बीता कल, امس, أمس, البارحة",
    0: "today, heute, hoy, आज, aaj, اليوم",
    1: "tomorrow, tmrw, tomorow, morgen, manana, आने वाला कल, غدا, غدًا, بكرة, بكرا",
    2: "day after tomorrow, the day after tomorrow, ubermorgen, pasado manana, بعد غد, بعد الغد",
}
_NEAR_DAYS = {folded(word): days for days, words in _NEAR.items() for word in words.split(",")}
_EITHER_SIDE = {folded("कल"): 1, "kal": 1, folded("परसों"): 2, "parson": 2}
"""Words for a day ahead that Hindi also says of the same day behind; they are read back."""
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_NUMERIC = re.compile(r"^(\d{1,2})\s?[-/.]\s?(\d{1,2})(?:\s?[-/.]\s?(\d{4}|\d{2})|\.)?$")
_FILLER_WORDS = (
    "of the on next this coming am den der nachsten kommenden diesen de del el proximo este que viene "
    "को के इस अगले في يوم"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_DAYS = {
    1: "day days tag tage tagen dia dias दिन يوم ايام",
    7: "week weeks woche wochen semana semanas हफ्ता हफ्ते हफ़्ता हफ़्ते सप्ताह اسبوع أسبوع أسابيع",
}
_DAY_COUNTS = {folded(word): days for days, words in _DAYS.items() for word in words.split()}
_AHEAD = re.compile(r"^(?:in|en|dentro de|بعد|خلال)\s(.+)$|^(.+?)\s(?:from now|from today|में|बाद|के बाद)$")
_ARTICLES = frozenset(["a", "an", "einer", "einem"])
_ORDINAL = re.compile(r"^(\d{1,4})(?:st|nd|rd|th|\.|º)?$")
_TOO_LONG = 80
_NEIGHBOURS = {"ar": (Locale("ar", "SY"),)}
"""Months have other names in the east of the Arab world, كانون الأول for ديسمبر."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of months and weekdays in a person's language and in English, folded."""

    months: dict[str, int]
    weekdays: dict[str, int]

    @property
    def of_two_words(self) -> list[str]:
        """Names such as كانون الأول, with the space that they are written with."""
        return [name.replace("_", " ") for name in self.months if "_" in name]


def read(words: str, reading: Reading) -> Answer:
    """Read a date: `2026-12-24`, `24.12.2026`, `24/12`, `24 December`, `Dec 24`, `tomorrow`, `Friday`, `in 3 days`.

    A date without a year is the next such one, today included; a weekday is the next one after today. Day goes
    before month, except in the English of the United States.

    Returns:
        The date as ISO 8601, for instance `2026-12-24`.

    Raises:
        Refused: `need_date`.
    """
    plain = folded(words)[:_TOO_LONG].strip(' ,!?;。।؟"')
    today = to_local(reading.now, reading.zone).date()
    if plain in _EITHER_SIDE:
        return _answer(today + timedelta(days=_EITHER_SIDE[plain]), reading, sure=False)
    plain = re.sub(r"(?<=\w)-(?=[^\W\d])|(?<=[^\W\d])-(?=\w)", " ", plain)
    found = (
        _near(plain, today)
        or _ahead(plain, today, reading.language)
        or _numeric(plain, today, reading)
        or _named(plain, today, reading.language)
    )
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Refused("need_date")
    return _answer(found, reading)


def _answer(day: date, reading: Reading, *, sure: bool = True) -> Answer:
    return Answer(day.isoformat(), format_date(day, "long", locale=locale_of(reading.language)), sure)


def _near(plain: str, today: date) -> date | None:
    days = _NEAR_DAYS.get(plain.rstrip("."))
    return None if days is None else today + timedelta(days=days)


def _ahead(plain: str, today: date, language: str) -> date | None:
    """Read "in 3 days" and "a week from now"."""
    found = _AHEAD.match(plain)
    if not found:
        return None
    tokens = in_figures(found[1] or found[2], language, _DAY_COUNTS.__contains__).split()
    count, unit = ("1", tokens[-1]) if len(tokens) == 1 or tokens[0] in _ARTICLES else (tokens[0], tokens[-1])
    if len(tokens) > 2 or unit not in _DAY_COUNTS or not count.isdecimal() or len(count) > 3:
        return None
    return today + timedelta(days=int(count) * _DAY_COUNTS[unit])


def _numeric(plain: str, today: date, reading: Reading) -> date | None:
    if iso := _YEAR_FIRST.match(plain):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    found = _NUMERIC.match(plain)
    if not found:
        return None
    day, month = int(found[1]), int(found[2])
    if reading.language == "en-US" and "." not in plain:
        day, month = month, day
    if month > 12:
        day, month = month, day
    return _in_year(day, month, found[3], today)


def _named(plain: str, today: date, language: str) -> date | None:
    """Read words with the name of a month or of a weekday in them."""
    names = _names(language.partition("-")[0])
    for name in names.of_two_words:
        plain = plain.replace(name, name.replace(" ", "_"))
    tokens = [token for token in re.split(r"[\s,]+", plain) if token and token not in _FILLERS]
    numbers = [found[1] for token in tokens if (found := _ORDINAL.match(token))]
    months = [names.months[key] for token in tokens if (key := token.rstrip(".")) in names.months] if numbers else []
    behind = names.months if numbers else {}  # Spanish "mar" is March beside a number, else a Tuesday.
    weekdays = [names.weekdays[key] for token in tokens if (key := token.rstrip(".")) in names.weekdays.keys() - behind]
    if len(numbers) + len(months) + len(weekdays) != len(tokens):
        return None
    if len(weekdays) == 1 and not numbers:
        return today + timedelta(days=(weekdays[0] - today.weekday() - 1) % 7 + 1)
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        return None
    # The year has four figures, or stands last: "24 December 26".
    years = [number for number in numbers if len(number) == 4] or numbers[1:]
    days = [number for number in numbers if number not in years or numbers[0] == numbers[-1]][:1]
    if len(days) + len(years) != len(numbers) or any(len(day) > 2 for day in days) or not days:
        return None
    return _in_year(int(days[0]), months[0], years[0] if years else None, today)


def _in_year(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _day(int(year) if len(year) == 4 else _century(int(year), today), month, day)
    # The 29th of February may be up to eight years away.
    for candidate in range(today.year, today.year + 9):
        found = _day(candidate, month, day)
        if found and found >= today:
            return found
    return None


def _century(year: int, today: date) -> int:
    """Return the full year for two figures: at most ten years ahead, else of the past."""
    full = today.year // 100 * 100 + year
    return full if full <= today.year + 10 else full - 100


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _names(language: str) -> _Names:
    months: dict[str, int] = {"sept": 9}
    weekdays: dict[str, int] = {"tues": 1, "thurs": 3, "thur": 3, "sonnabend": 5}
    for locale in (Locale("en"), *_NEIGHBOURS.get(language, ()), locale_of(language)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months.update(_by_name(locale.months[context][width]))
                weekdays.update(_by_name(locale.days[context][width]))
    return _Names(months, weekdays)


def _by_name(names: Mapping[int, str]) -> dict[str, int]:
    return {folded(name).rstrip(".").replace(" ", "_"): number for number, name in names.items()}
