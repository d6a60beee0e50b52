"""zone: where a person's clock is, by a city, a country, an offset or an IANA name."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from conversations.inputs.answer import Answer, Reading, Refused
from conversations.inputs.folded import folded
from conversations.inputs.language import locale_of
from conversations.inputs.places import (
    ABBREVIATIONS,
    CITIES,
    COUNTRY_NAMES,
    LIKELY_BY_OFFSET,
    MAIN_ZONES,
    RENAMED,
)
from core.zones import to_local, zone_names

_NO_CITIES = (
    *("Etc/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "SystemV/"),
    *("Australia/North", "Australia/South", "Australia/West"),
)
_OFFSET = re.compile(r"^(?:utc|gmt)?\s?([+-])?\s?(\d{1,2})(?:[:.h]?(\d{2})|([.,]\d{1,2}))?(?:\s?(?:hours|h))?$")
_EARLIEST, _LATEST = timedelta(hours=-12), timedelta(hours=14)
_LONGEST = 80
_MOST_WORDS = 3


def read(words: str, reading: Reading) -> Answer:
    """Find the zone that words mean.

    A city is sure; a country, an offset, letters such as IST and a city among other words are read back.

    Returns:
        The IANA name, for instance `Asia/Kolkata`, labelled with what a clock there shows now.

    Raises:
        Refused: `need_zone`.
    """
    plain = _plain(words)
    if len(plain) > _LONGEST:
        raise Refused("need_zone")
    exact = _iana().get(folded(words).replace(" ", "_"))
    zone = exact or _cities(reading.language.partition("-")[0]).get(plain)
    sure = zone is not None
    zone = zone or _guess(plain, words, reading)
    if zone is None:
        raise Refused("need_zone")
    return Answer(zone, f"{zone} ({to_local(reading.now, zone):%H:%M})", sure)


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[_.,;!?'\"()/-]+", " ", folded(words)).split())


def _guess(plain: str, words: str, reading: Reading) -> str | None:
    return (
        _by_offset(folded(words).strip(" ."), reading.now)
        or ABBREVIATIONS.get(plain.upper())
        or _by_country(plain, reading.language)
        or _within(plain, reading.language)
    )


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    return {"utc": "Etc/UTC", **{name.casefold(): RENAMED.get(name, name) for name in sorted(zone_names())}}


@lru_cache(maxsize=16)
def _cities(language: str) -> dict[str, str]:
    """Return zones by the plain name of a city: in the language and in English, and as IANA calls it."""
    cities = {}
    for locale in _locales(language):
        cities.update({_plain(city["city"]): RENAMED.get(zone, zone) for zone, city in _translated(locale)})
    for name in sorted(zone_names()):
        if not name.startswith(_NO_CITIES):
            cities[_plain(name.rpartition("/")[2])] = RENAMED.get(name, name)
    for zone, names in CITIES.items():
        cities.update({_plain(name): zone for name in names.split(",")})
    return cities


def _translated(locale: Locale) -> Iterator[tuple[str, dict[str, str]]]:
    names = zone_names()
    for zone, translated in locale.time_zones.items():
        if "city" in translated and zone in names and not zone.startswith(_NO_CITIES):
            yield zone, translated


def _locales(language: str) -> list[Locale]:
    return [Locale("en"), locale_of(language)]


def _by_country(plain: str, language: str) -> str | None:
    return _countries(language.partition("-")[0]).get(plain)


@lru_cache(maxsize=16)
def _countries(language: str) -> dict[str, str]:
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    main = {code: MAIN_ZONES.get(code, names[0]) for code, names in zones.items() if len(code) == 2 and code.isalpha()}
    countries = {}
    for locale in _locales(language):
        countries.update({_plain(name): main[code] for code, name in locale.territories.items() if code in main})
    for code, names in COUNTRY_NAMES.items():
        countries.update({_plain(name): main[code] for name in names.split(",")})
    return countries


def _by_offset(plain: str, now: datetime) -> str | None:
    """Return the likeliest zone whose clocks are this far from UTC at the moment."""
    found = _OFFSET.match(plain)
    if not found:
        return None
    sign, hours, minutes, part = found.groups()
    offset = timedelta(hours=int(hours) + float((part or "0").replace(",", ".")), minutes=int(minutes or 0))
    offset = -offset if sign == "-" else offset
    if not _EARLIEST <= offset <= _LATEST or int(minutes or 0) >= 60:
        return None
    zones = (*LIKELY_BY_OFFSET, *sorted(zone_names()))
    return next((zone for zone in zones if to_local(now, zone).utcoffset() == offset), None)


def _within(plain: str, language: str) -> str | None:
    """Return the zone of the one city or country named among other words, such as "I live in New York"."""
    words = plain.split()
    known = {**_countries(language.partition("-")[0]), **_cities(language.partition("-")[0])}
    for length in range(_MOST_WORDS, 0, -1):
        parts = (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))
        zones = {known[part] for part in parts if len(part) > 3 and part in known}
        if zones:
            return zones.pop() if len(zones) == 1 else None
    return None
