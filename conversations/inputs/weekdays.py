"""weekdays: days of the week, such as every day, weekdays, Mon-Fri, Mon, Wed and Fri, weekends."""

import re
from functools import lru_cache

from babel import Locale

from conversations import timetable
from conversations.inputs.answer import Answer, Reading, Refused
from conversations.inputs.folded import folded
from conversations.inputs.language import locale_of
from core.schedules import EVERY_DAY, WEEKEND

_LONGEST = 120
_SPOKEN = {
    "every": (
        "every day,everyday,daily,all days,any day,each day,all week,seven days a week,7 days a week,always,"
        "jeden tag,täglich,alle tage,an jedem tag,todos los días,todos los dias de la semana,cada día,diario,"
        "diariamente,a diario,toda la semana,हर दिन,रोज,रोज़,हर रोज,हर रोज़,प्रतिदिन,रोजाना,रोज़ाना,har din,roz,har roz,"
        "rozana,كل يوم,يوميا,كل الأيام,جميع الأيام,طوال الأسبوع"
    ),
    "work": (
        "weekdays,weekday,working days,workdays,business days,work days,during the week,werktags,wochentags,"
        "unter der woche,werktagen,wochentagen,werktage,arbeitstage,arbeitstagen,entre semana,días laborables,"
        "días hábiles,días de semana,कार्यदिवस,काम के दिन,kaam ke din,أيام العمل,أيام الأسبوع"
    ),
    "free": (
        "weekends,weekend,the weekend,wochenende,wochenenden,fin de semana,fines de semana,सप्ताहांत,वीकेंड,"
        "نهاية الأسبوع,عطلة نهاية الأسبوع"
    ),
    "less": (
        "except,except on,but not,but not on,besides,ausser,aber nicht,excepto,excepto los,menos,menos los,salvo,"
        "ما عدا,عدا,إلا,باستثناء"
    ),
    "without": "को छोड़कर,छोड़कर,के अलावा,chhodkar,ko chhodkar",
    "to": "to,till,until,through,thru,bis,a,al,hasta,से,se,إلى,حتى,-",
    "": (
        "and,on,every,each,the,only,just,from,please,days,day,und,am,an,jeden,jedes,nur,von,den,dem,y,e,los,las,el,"
        "cada,solo,de,desde,और,को,हर,तक,में,सिर्फ़,aur,ko,har,tak,mein,و,كل,يوم,أيام,يومي,في,فقط,من"
    ),
}
"""What words mean beside the names of days; "" for those that change nothing.

`less` stands before the days that are left out, `without` behind them.
"""

_NAMES = {
    "en": "mo,tu,we,th,fr,sa,su",
    "es": "l,m,x,j,v,s,d",
    "hi": "somvar,mangalvar,budhvar,guruvar,shukravar,shanivar,ravivar",
}
_MORE_NAMES = {
    "en": ",tues,weds,thurs,,,",
    "de": ",,,,,sonnabend,",
    "hi": "somwar,mangalwar,budhwar,बृहस्पतिवार,shukrawar,shaniwar,इतवार",
}
_FREE_FROM_FRIDAY = frozenset(["BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"])
"""Countries whose weekend is Friday and Saturday. Source: CLDR, supplemental/weekData."""
_AND = "و"


def read(words: str, reading: Reading) -> Answer:
    """Read days of the week, in the person's language or in English.

    Names of days, spans such as Mon-Fri, `every day`, `weekdays`, `weekends`, and any of them `except` others. Where
    the weekend is Friday and Saturday, what weekdays and weekends are is read back.

    Returns:
        ISO weekdays, 1 for Monday to 7 for Sunday, for instance `1,3,5`; see `days_of`.

    Raises:
        Refused: `need_days`.
    """
    plain = folded(words)
    language = reading.language.partition("-")[0]
    signs = _signs(plain, language) if len(plain) <= _LONGEST else ["?"]
    is_early = reading.country in _FREE_FROM_FRIDAY or (not reading.country and language == "ar")
    free = frozenset((5, 6)) if is_early else WEEKEND
    groups = {"every": EVERY_DAY, "work": EVERY_DAY - free, "free": free}
    named, left_out = _parted(signs)
    days = _days(named, groups)
    without = _days(left_out, groups)
    if left_out and days is not None and without is not None:
        days = (days or EVERY_DAY) - without  # "Except Sunday" alone is every other day.
    if not days or without is None:
        raise Refused("need_days")
    sure = not is_early or not {"work", "free"}.intersection(signs)
    label = timetable.days_in_words(days, reading.language)
    return Answer(",".join(map(str, sorted(days))), label, sure)


def days_of(value: str) -> frozenset[int]:
    """Return the ISO weekdays of an answer's value."""
    return frozenset(map(int, value.split(",")))


class _Table:
    """What the words of one language and of English mean."""

    def __init__(self, language: str) -> None:
        self.signs: dict[str, str] = {}
        for sign, words in _SPOKEN.items():
            self.signs |= {folded(word).replace(" ", "_"): sign for word in words.split(",")}
        for tag in dict.fromkeys(("en", language)):
            for names in (_NAMES.get(tag, ""), _MORE_NAMES.get(tag, "")):
                self.signs |= {folded(name): str(day) for day, name in enumerate(names.split(","), 1) if name}
        for locale in (Locale("en"), locale_of(language)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    names = locale.days[context][width]
                    self.signs |= {folded(name).rstrip("."): str(day + 1) for day, name in names.items()}
        several = sorted((word.replace("_", " ") for word in self.signs if "_" in word), key=len, reverse=True)
        self.several_words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, several))})(?!\w)")

    def read(self, word: str) -> str:
        """Return what one word means; `?` for none that belongs here."""
        forms = (word, word.removesuffix("s"), f"ال{word}", word.removeprefix(_AND), f"ال{word.removeprefix(_AND)}")
        return next((self.signs[form] for form in forms if form in self.signs), "?")


@lru_cache(maxsize=16)
def _table(language: str) -> _Table:
    return _Table(language)


def _signs(plain: str, language: str) -> list[str]:
    table = _table(language)
    joined = table.several_words.sub(lambda found: found[0].replace(" ", "_"), plain)
    words = re.findall(r"-|[^\s,.;:!?/&+।؟()-]+", joined)
    return [sign for word in words if (sign := table.read(word))]


def _parted(signs: list[str]) -> tuple[list[str], list[str]]:
    """Return the signs of the days that are meant, and of those that are left out."""
    if "less" in signs:
        place = signs.index("less")
        return signs[:place], signs[place + 1 :] or ["?"]
    if "without" in signs:
        end = begin = signs.index("without")
        while begin and (signs[begin - 1].isdecimal() or signs[begin - 1] == "to"):
            begin -= 1
        return signs[:begin] + signs[end + 1 :], signs[begin:end] or ["?"]
    return signs, []


def _days(signs: list[str], groups: dict[str, frozenset[int]]) -> frozenset[int] | None:
    """Return the days that signs name; None where one of them does not belong."""
    days: frozenset[int] = frozenset()
    for place, sign in enumerate(signs):
        if sign in groups:
            days |= groups[sign]
        elif sign.isdecimal():
            days |= {int(sign)}
        elif sign == "to" and 0 < place < len(signs) - 1 and (signs[place - 1] + signs[place + 1]).isdecimal():
            first, last = int(signs[place - 1]), int(signs[place + 1])
            days |= {(first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1)}
        else:
            return None
    return days
