"""amount: what an outcome was, in money, hours, customers or a unit of the author's."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision
from babel.units import format_unit

from conversations.inputs.answer import Reading, Refused
from conversations.inputs.currencies import arabic_signs, currency_named, is_code
from conversations.inputs.figures import Figure, find_figures
from conversations.inputs.folded import folded
from conversations.inputs.spelled import in_figures
from core.executions import Metric

_LARGEST = 10**12
_THOUSANDTHS = 3
"""Decimals of money that is counted in thousandths, such as the dinar of Kuwait."""
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u097f])+(?:\$|/?\.?(?=\s?\d))?|[^\w\s]")
_CODE_BESIDE = re.compile(r"\b([A-Z]{3})(?=\s?\d)|(?<=\d)\s?([A-Z]{3})\b")
_HOURS = "h hr hrs hour hours std stunde stunden hora horas घंटा घंटे घण्टे ghante ساعة ساعات ساعه"
_MINUTES = "m min mins minute minutes minuten minuto minutos मिनट دقيقة دقائق دقيقه"
_LONGER = (
    "d day days week weeks month months tag tage tagen woche wochen monat monate dia dias semana semanas mes meses \
दिन हफ्ते हफ़्ते हफ्ता महीने يوم ايام أيام اسبوع أسبوع شهر"
)
_SPOKEN = {
    folded(words): minutes
    for minutes, spoken in {
        30: "half an hour, a half hour, half hour, eine halbe stunde, halbe stunde, media hora, نصف ساعة",
        60: "an hour, ساعة, ساعة واحدة",
        90: "an hour and a half, one and a half hours, hora y media, una hora y media, ساعة ونصف",
        120: "ساعتين, ساعتان",
    }.items()
    for words in spoken.split(",")
}
_TIME_UNITS = {
    **{folded(word): 60 for word in _HOURS.split()},
    **{folded(word): 1 for word in _MINUTES.split()},
    **{folded(word): 0 for word in _LONGER.split()},
}
_CLOCK = re.compile(r"(?<!\d)(\d{1,4})(?:\s?(?:h|:)\s?)([0-5]\d)(?!\d)")
_UNIT_BEHIND = re.compile(r"\s?((?:[^\W\d_]|[\u0900-\u097f])+)")


def read(words: str, reading: Reading, currency: str = "", metric: Metric = Metric.REVENUE) -> tuple[Decimal, str]:
    """Read the one amount in the words; words around it are tolerated.

    Args:
        words: For instance `4500`, `₹4,500`, `2 lakh`, `$120.50`, `3 hours`, `1h30`.
        reading: What helps to understand them.
        currency: ISO 4217 code of money that is not named; empty where no money is meant.
        metric: What is measured. Time saved is read in hours, customers as whole people.

    Returns:
        The value, and the currency that the person named or else the one that was given.

    Raises:
        Refused: `need_amount`, `one_figure`, `amount_negative`, `amount_too_large`, `currency_unknown`,
            `amount_plain` (money where none is meant), `need_hours`, `need_whole`.
    """
    plain = folded(words)
    if metric is Metric.TIME_SAVED:
        return _bounded(_hours(plain, reading.language)), ""
    named = _currency(words, currency or "USD")
    if named and not currency:
        raise Refused("amount_plain")
    money = named or currency
    grouping = ".," if money and get_currency_precision(money) < _THOUSANDTHS else ""
    bare = in_figures(_without_signs(plain), reading.language, lambda word: bool(currency_named(word, money or "USD")))
    value = _bounded(_only(find_figures(bare, reading.language, grouping=grouping)).value)
    if metric is Metric.CUSTOMERS and value != value.to_integral_value():
        raise Refused("need_whole")
    return value, named or currency


def _only(figures: list[Figure] | None) -> Figure:
    if not figures:
        raise Refused("need_amount")
    if len(figures) > 1:
        raise Refused("one_figure")
    return figures[0]


def _bounded(value: Decimal) -> Decimal:
    if value < 0:
        raise Refused("amount_negative")
    if value > _LARGEST:
        raise Refused("amount_too_large")
    return value


def _without_signs(plain: str) -> str:
    """Take the letters and signs of money off a figure: "rs.4500/-" and "4500inr" hold the figure 4500."""
    apart = re.sub(r"(?<=[^\W\d_])/?\.?(?=\d)", " ", plain.replace("/-", " "))
    return "".join(" " if unicodedata.category(character) == "Sc" else character for character in apart)


def _currency(words: str, default: str) -> str:
    """Return the one currency that the words name, or nothing.

    A sign of money that is not known, and three capitals beside the figure, are a currency that we do not know.
    """
    tokens = _tokens(words)
    shouted = len(tokens) > 1 and " ".join(tokens).isupper() and sum(map(str.isalpha, tokens)) > 1
    if shouted:
        # In words that are all capitals, "ALL" and "GOT" are no codes.
        tokens = [token.lower() for token in tokens]
    named = {code for token in tokens if (code := currency_named(token, default))}
    codes = {bare.upper() for token in tokens if is_code(bare := token.rstrip("$/"))}
    if len(named) > 1 and len(codes) == 1:
        # A sign that the code may share, as in "$4,500 MXN", is no second currency.
        (default,) = codes
        named = {code for token in tokens if (code := currency_named(token, default))}
    if len(named) == 1:
        return named.pop()
    if named:
        raise Refused("one_figure")
    unknown = [token for token in tokens if unicodedata.category(token[-1]) == "Sc"]
    unknown += [before or behind for before, behind in _CODE_BESIDE.findall("" if shouted else words)]
    if unknown:
        raise Refused("currency_unknown", currency=unknown[0])
    return ""


def _tokens(words: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", words)
    for sign, code in arabic_signs().items():
        plain = plain.replace(sign, f" {code} ") if sign in plain else plain
    return _WORD.findall(plain)


def _hours(plain: str, language: str) -> Decimal:
    """Read hours: a bare figure, figures with units, "1:30", or "half an hour"."""
    if spoken := _SPOKEN.get(plain.strip(" .!")):
        return _rounded(Decimal(spoken))
    clocks = _CLOCK.findall(plain)
    if len(clocks) == 1 and len(re.findall(r"\d+", plain)) == 2:
        return _rounded(Decimal(clocks[0][0]) * 60 + Decimal(clocks[0][1]))
    apart = re.sub(r"(?<=[a-z])(?=\d)", " ", in_figures(plain, language, _TIME_UNITS.__contains__))
    figures = find_figures(apart, language)
    if not figures:
        raise Refused("need_hours")
    units = [_unit_behind(apart, figure) for figure in figures]
    if 0 in units:
        raise Refused("need_hours")
    if len(figures) == 1:
        return _rounded(figures[0].value * (units[0] or 60))
    minutes_follow = units == [60, 1] or (units == [60, None] and 0 <= figures[1].value < 60)
    if minutes_follow:
        return _rounded(figures[0].value * 60 + figures[1].value)
    raise Refused("one_figure")


def _unit_behind(plain: str, figure: Figure) -> int | None:
    found = _UNIT_BEHIND.match(plain, figure.end)
    return _TIME_UNITS.get(found[1]) if found else None


def _rounded(minutes: Decimal) -> Decimal:
    return (minutes / 60).quantize(Decimal("0.01")).normalize() + 0


def label(
    value: Decimal, currency: str, metric: Metric, *, unit: str, locale: Locale, counted: Callable[[str, Decimal], str]
) -> str:
    """Return how an amount reads: "₹4,500", "3 hours", "1 customer", "12 new subscribers".

    Args:
        value: How much.
        currency: ISO 4217 code of money, else empty.
        metric: What is measured.
        unit: What a custom metric counts, in the person's language; may be empty.
        locale: How numbers are written.
        counted: Gives one of Sunup's words for a number of things, by its key, in the form that the number asks for.
    """
    if metric is Metric.REVENUE and currency:
        return _money(value, currency, locale)
    if metric is Metric.TIME_SAVED:
        return format_unit(value, "duration-hour", locale=locale)
    if metric is Metric.CUSTOMERS:
        return counted("customers", value)
    return f"{format_decimal(value, locale=locale)} {unit}".strip()


def _money(value: Decimal, currency: str, locale: Locale) -> str:
    if value != value.to_integral_value():
        return format_currency(value, currency, locale=locale)
    pattern = re.sub(r"0\.0+", "0", locale.currency_formats["standard"].pattern)
    return format_currency(value, currency, format=pattern, locale=locale, currency_digits=False)
