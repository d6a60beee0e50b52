"""Timetable: a rule in plain words, such as "every weekday at 07:30", in the languages that ship."""

from datetime import date, datetime, time
from typing import Final, assert_never

from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from conversations.inputs.language import locale_of
from core.schedules import EVERY_DAY, WEEKDAYS, WEEKEND, Cron, EveryDays, FromDate, Monthly, Once, Rule, Weekly
from core.schedules.cron import Fields, read_cron
from core.zones import to_local

_MOST_LISTED: Final = 6
"""Times of day that are named one by one."""

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "at": "{days} at {times}",
        "many": "{days}, {count} times from {first} to {last}",
        "every_day": "every day",
        "weekdays": "every weekday",
        "weekend": "every Saturday and Sunday",
        "on_days": "every {names}",
        "interval": "every {period}",
        "of_month": "on day {day} of each month",
        "of_month_or_last": "on day {day} of each month (or the last one)",
        "last_of_month": "on the last day of each month",
        "before_last": "{period} before the last day of each month",
        "on_date": "on {date}",
        "each_year": "every year on {date}",
        "around": "{parts}: {date}",
        "before": "{period} before",
        "same_day": "on the day",
        "after": "{period} after",
        "cron": "by the rule “{expression}”",
    },
    "de": {
        "at": "{days} um {times}",
        "many": "{days}, {count}-mal von {first} bis {last}",
        "every_day": "jeden Tag",
        "weekdays": "montags bis freitags",
        "weekend": "samstags und sonntags",
        "on_days": "jeden {names}",
        "interval": "alle {period}",
        "of_month": "am {day}. jedes Monats",
        "of_month_or_last": "am {day}. jedes Monats (oder am letzten Tag)",
        "last_of_month": "am letzten Tag jedes Monats",
        "before_last": "{period} vor dem letzten Tag jedes Monats",
        "on_date": "am {date}",
        "each_year": "jedes Jahr am {date}",
        "around": "{parts}: {date}",
        "before": "{period} vorher",
        "same_day": "am Tag selbst",
        "after": "{period} danach",
        "cron": "nach der Regel „{expression}“",
    },
    "es": {
        "at": "{days} a las {times}",
        "many": "{days}, {count} veces entre las {first} y las {last}",
        "every_day": "todos los días",
        "weekdays": "de lunes a viernes",
        "weekend": "sábados y domingos",
        "on_days": "cada {names}",
        "interval": "cada {period}",
        "of_month": "el día {day} de cada mes",
        "of_month_or_last": "el día {day} de cada mes (o el último)",
        "last_of_month": "el último día de cada mes",
        "before_last": "{period} antes del último día de cada mes",
        "on_date": "el {date}",
        "each_year": "cada año el {date}",
        "around": "{parts}: {date}",
        "before": "{period} antes",
        "same_day": "el mismo día",
        "after": "{period} después",
        "cron": "según la regla «{expression}»",
    },
    "hi": {
        "at": "{days} {times} बजे",
        "many": "{days} {first} से {last} तक {count} बार",
        "every_day": "हर दिन",
        "weekdays": "सोमवार से शुक्रवार",
        "weekend": "शनिवार और रविवार को",
        "on_days": "हर {names} को",
        "interval": "हर {period} में",
        "of_month": "हर महीने की {day} तारीख़ को",
        "of_month_or_last": "हर महीने की {day} तारीख़ (या आख़िरी दिन) को",
        "last_of_month": "हर महीने के आख़िरी दिन",
        "before_last": "हर महीने के आख़िरी दिन से {period} पहले",
        "on_date": "{date} को",
        "each_year": "हर साल {date} को",
        "around": "{parts}: {date},",
        "before": "{period} पहले",
        "same_day": "उसी दिन",
        "after": "{period} बाद",
        "cron": "नियम “{expression}” के अनुसार",
    },
    "ar": {
        "at": "{days} الساعة {times}",
        "many": "{days} من {first} حتى {last}، عدد المرات {count}",
        "every_day": "كل يوم",
        "weekdays": "من الاثنين إلى الجمعة",
        "weekend": "كل سبت وأحد",
        "on_days": "أيام {names}",
        "interval": "كل {period}",
        "of_month": "يوم {day} من كل شهر",
        "of_month_or_last": "يوم {day} من كل شهر (أو آخر يوم فيه)",
        "last_of_month": "آخر يوم من كل شهر",
        "before_last": "قبل آخر يوم من كل شهر بمدة {period}",
        "on_date": "يوم {date}",
        "each_year": "كل سنة يوم {date}",
        "around": "{parts}: {date}،",
        "before": "قبل {period}",
        "same_day": "في اليوم نفسه",
        "after": "بعد {period}",
        "cron": "حسب القاعدة «{expression}»",
    },
}
"""How rules are said; a language that is not here is spoken to in English."""

PERIODS: Final[dict[str, dict[str, str]]] = {
    "en": {"one": "{} day", "other": "{} days"},
    "de": {"one": "{} Tag", "other": "{} Tage"},
    "es": {"one": "{} día", "other": "{} días"},
    "hi": {"other": "{} दिन"},
    "ar": {"one": "يوم", "two": "يومين", "few": "{} أيام", "many": "{} يومًا", "other": "{} يوم"},
}
"""A number of days by CLDR's plural categories; Babel has no such words for Arabic."""


def describe(rule: Rule, language: str, zone: str = "") -> str:
    """Return a rule in plain words.

    Args:
        rule: Any rule.
        language: IETF tag; English where it is not shipped.
        zone: IANA zone in which a moment that is the same for everybody is said; UTC where it is empty.

    Returns:
        For instance "every weekday at 07:30", which begins with a small letter and ends without a point.
    """
    speaker = _Speaker(language)
    match rule:
        case Weekly():
            return speaker.at(days_in_words(rule.days, language), rule.times)
        case EveryDays():
            days = speaker.say("interval", period=speaker.period(rule.every))
            return speaker.at(speaker.say("every_day") if rule.every == 1 else days, rule.times)
        case Monthly():
            return speaker.at(speaker.of_month(rule.day), rule.times)
        case FromDate():
            return speaker.at(speaker.around(rule), rule.times)
        case Cron():
            return _cron(rule, speaker, language)
        case Once():
            shown = to_local(rule.moment, zone) if rule.at else rule.moment
            return speaker.at(speaker.say("on_date", date=speaker.date(shown)), (shown.time(),))
        case _:
            assert_never(rule)


def days_in_words(days: frozenset[int], language: str) -> str:
    """Return ISO weekdays in plain words, for instance "every Monday and Friday"."""
    speaker = _Speaker(language)
    for group, key in ((EVERY_DAY, "every_day"), (WEEKDAYS, "weekdays"), (WEEKEND, "weekend")):
        if days == group:
            return speaker.say(key)
    names = [speaker.locale.days["stand-alone"]["wide"][day - 1] for day in sorted(days)]
    return speaker.say("on_days", names=speaker.listed(names))


class _Speaker:
    """One language's words, names and plurals."""

    def __init__(self, language: str) -> None:
        base = language.partition("-")[0]
        self.words = WORDS.get(base, WORDS["en"])
        self.periods = PERIODS.get(base, PERIODS["en"])
        self.locale = locale_of(language if base in WORDS else "en")

    def say(self, key: str, **values: object) -> str:
        return self.words[key].format_map(values)

    def at(self, days: str, times: tuple[time, ...]) -> str:
        clocks = [f"{at:%H:%M}" for at in times]
        if len(clocks) > _MOST_LISTED:
            return self.say("many", days=days, first=clocks[0], last=clocks[-1], count=len(clocks))
        return self.say("at", days=days, times=self.listed(clocks))

    def listed(self, words: list[str]) -> str:
        return format_list(words, locale=self.locale)

    def period(self, days: int) -> str:
        forms = self.periods
        return forms.get(self.locale.plural_form(days), forms["other"]).format(days)

    def date(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def of_month(self, day: int) -> str:
        if day < 0:
            return self.say("last_of_month") if day == -1 else self.say("before_last", period=self.period(-day - 1))
        return self.say("of_month" if day <= 28 else "of_month_or_last", day=day)

    def around(self, rule: FromDate) -> str:
        own = rule.date
        if isinstance(own, str):
            named = own.replace("_", " ")
        elif rule.yearly:
            named = format_skeleton("MMMMd", datetime.combine(own, time.min), locale=self.locale)
        else:
            named = self.date(own)
        whole = self.say("each_year" if rule.yearly else "on_date", date=named)
        return whole if rule.offsets == (0,) else self.say("around", parts=self._parts(rule.offsets), date=whole)

    def _parts(self, offsets: tuple[int, ...]) -> str:
        return self.listed(
            [
                self.say("before" if offset < 0 else "after", period=self.period(abs(offset)))
                if offset
                else self.say("same_day")
                for offset in offsets
            ]
        )


def _cron(rule: Cron, speaker: _Speaker, language: str) -> str:
    fields: Fields = read_cron(rule.expression)
    every_month, every_day = len(fields.months) == 12, len(fields.days) == 31
    if every_month and every_day and not fields.either:
        return speaker.at(days_in_words(fields.weekdays, language), fields.times)
    if every_month and fields.weekdays == EVERY_DAY and len(fields.days) == 1 and max(fields.days) <= 28:
        return speaker.at(speaker.of_month(max(fields.days)), fields.times)
    return speaker.say("cron", expression=rule.expression)
