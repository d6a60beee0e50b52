"""Spelled numbers: "four thousand", "zwei", "साढ़े चार हज़ार" and "nothing yet" in figures."""

import re
from collections.abc import Callable
from functools import lru_cache

from conversations.inputs.folded import folded

_NUMBERS = {
    "en": (
        "0 zero none nothing nil, 1 one, 2 two, 3 three, 4 four, 5 five, 6 six, 7 seven, 8 eight, 9 nine, 10 ten,"
        "11 eleven, 12 twelve, 13 thirteen, 14 fourteen, 15 fifteen, 16 sixteen, 17 seventeen, 18 eighteen,"
        "19 nineteen, 20 twenty, 30 thirty, 40 forty, 50 fifty, 60 sixty, 70 seventy, 80 eighty, 90 ninety"
    ),
    "de": (
        "0 null nichts keine keiner keinen keins niemand, 1 ein eine einen eins, 1.5 anderthalb eineinhalb,"
        "2 zwei zwo, 2.5 zweieinhalb, 3 drei, 4 vier, 5 fünf, 6 sechs, 7 sieben, 8 acht, 9 neun, 10 zehn, 11 elf,"
        "12 zwölf, 15 fünfzehn, 20 zwanzig, 30 dreißig, 40 vierzig, 50 fünfzig"
    ),
    "es": (
        "0 cero nada ninguno ninguna ningún nadie, 1 un uno una, 2 dos, 3 tres, 4 cuatro, 5 cinco, 6 seis, 7 siete,"
        "8 ocho, 9 nueve, 10 diez, 11 once, 12 doce, 15 quince, 20 veinte, 30 treinta, 40 cuarenta, 50 cincuenta"
    ),
    "hi": (
        "0 शून्य, 0.5 आधा आधे, 1 एक, 1.5 डेढ़, 2 दो, 2.5 ढाई, 3 तीन, 4 चार, 5 पाँच पांच, 6 छह छः, 7 सात, 8 आठ, 9 नौ,"
        "10 दस, 11 ग्यारह, 12 बारह, 15 पंद्रह पन्द्रह, 20 बीस, 25 पच्चीस, 30 तीस, 40 चालीस, 50 पचास"
    ),
    "ar": (
        "0 صفر, 1 واحد واحدة, 2 اثنان اثنين اثنتان, 3 ثلاثة ثلاث, 4 أربعة أربع, 5 خمسة خمس, 6 ستة ست, 7 سبعة سبع,"
        "8 ثمانية ثماني ثمان, 9 تسعة تسع, 10 عشرة عشر, 20 عشرون عشرين, 30 ثلاثون ثلاثين, 50 خمسون خمسين"
    ),
}
_NOTHING = (
    "no one, not yet, none yet, nothing yet, nothing so far, no sales, no sales yet, noch nichts, noch keine,"
    "noch niemand, nada todavia, todavia nada, aun nada, todavia no, ninguno todavia, कुछ नहीं, कुछ भी नहीं,"
    "अभी कुछ नहीं, कोई नहीं, kuch nahi, لا شيء, لا شيء بعد, لا أحد, ليس بعد"
)
_SCALES = (
    "hundred thousand million billion lakh lakhs lac lacs crore crores hundert tausend million millionen cien cientos "
    "mil millon millones सौ हजार हज़ार लाख करोड़ مئة مائة ألف الف آلاف الاف مليون"
)
_FILLERS = (
    "about around only just roughly nearly almost perhaps maybe exactly etwa ungefähr rund nur fast genau vielleicht "
    "unos unas como solo casi aproximadamente लगभग करीब क़रीब सिर्फ़ केवल शायद حوالي تقريبا فقط ربما"
)
_HALF_MORE = folded("साढ़े")
"""Hindi puts "and a half" before the number: साढ़े चार is four and a half."""
_GLUED = re.compile(r"(tausend|hundert)")


def _no_unit(word: str) -> bool:
    return False


def in_figures(words: str, language: str, is_unit: Callable[[str], bool] = _no_unit) -> str:
    """Return folded words that are a number, and perhaps its unit, with the number in figures; others unchanged.

    Words that hold a figure are left alone: in "one pack for 4500" the figure is meant. So are those with anything
    else behind the number: "two or three" is no answer yet, and "one moment" is none at all.

    Args:
        words: What `folded` made of the person's words.
        language: The person's; English is understood beside it.
        is_unit: Whether a word is a unit that may stand behind the number.
    """
    if any(character.isdigit() for character in words):
        return words
    plain = words.strip(" .,!?।؟")
    if plain in _nothing():
        return "0"
    table = _table(language.partition("-")[0])
    tokens = _GLUED.sub(r" \1 ", plain).replace("-", " ").split()
    while tokens and tokens[0] in table.fillers:
        del tokens[0]
    figures, behind = _read(tokens, table)
    if not figures or not all(is_unit(word) for word in behind):
        return words
    return " ".join([*figures, *behind])


class _Table:
    """The words of one language and of English."""

    def __init__(self, language: str) -> None:
        self.numbers: dict[str, str] = {}
        for tag in ("en", language):
            for group in _NUMBERS.get(tag, "").split(","):
                value, *names = group.split() or [""]
                self.numbers.update({folded(name): value for name in names})
        self.scales = frozenset(map(folded, _SCALES.split()))
        self.fillers = frozenset(map(folded, _FILLERS.split()))


@lru_cache(maxsize=16)
def _table(language: str) -> _Table:
    return _Table(language)


@lru_cache(maxsize=1)
def _nothing() -> frozenset[str]:
    return frozenset(folded(words) for words in _NOTHING.split(","))


def _read(tokens: list[str], table: _Table) -> tuple[list[str], list[str]]:
    """Return the figures and scale words that the tokens begin with, and the rest."""
    figures: list[str] = []
    for place, token in enumerate(tokens):
        half = bool(place) and tokens[place - 1] == _HALF_MORE
        value = table.numbers.get(token)
        if token == _HALF_MORE or (figures and token in ("and", "und")):
            continue
        if value is not None and figures and figures[-1] in _TENS and len(value) == 1 and value != "0":
            figures[-1] = str(int(figures[-1]) + int(value))
        elif value is not None and not (figures and figures[-1][-1].isdigit()):
            figures.append(f"{value}.5" if half else value)
        elif token in table.scales and figures and figures[-1][-1].isdigit():
            figures.append(token)
        else:
            return figures, tokens[place:]
    return figures, []


_TENS = tuple(str(ten) for ten in range(20, 100, 10))
