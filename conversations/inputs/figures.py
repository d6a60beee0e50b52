"""Figures: numbers as people write them, in any script and with either decimal mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from conversations.inputs.folded import folded
from conversations.inputs.language import locale_of

_BODY = r"\d{1,3}(?:[ ']\d{2,3})*[ ']\d{3}(?![\d])(?:[.,]\d+)?|\d+(?:[.,']\d+)*|[.,]\d+"
_FIGURE = re.compile(rf"(?P<minus>(?<![\w.,)])-\s?|\()?(?<![\w.,])(?P<body>{_BODY})(?![\d])")
_INDIAN_OR_THOUSANDS = re.compile(
    r"^\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*$|^\d{1,2}(?:([.,' ])\d{2})(?:\2\d{2})*\2\d{3}$"
)
_LONGEST = 40
_SCALES = {
    100: "hundred hundert cien cientos सौ مئة مائة",
    1_000: "k thousand tsd tausend mil hazar हजार हज़ार الف ألف الاف آلاف",
    100_000: "lakh lakhs lac lacs लाख",
    1_000_000: "million millions mn mio million millionen millon millones मिलियन مليون ملايين",
    10_000_000: "crore crores cr करोड़",
    1_000_000_000: "billion bn milliarde milliarden مليار",
}
_SCALE = {folded(word): scale for scale, words in _SCALES.items() for word in words.split()}
_GLUED = re.compile(r"[^\W\d_]+\d")
"""Letters between digits, as in "1e5": a code, not a number."""
_JOINED = re.compile(r"^\s(?:and\s|und\s)?$")
_WORD_BEHIND = re.compile(r"\s?([^\W\d_][\w\u0900-\u097f]*)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number found in words.

    Args:
        value: How much, scale words such as "k" or "lakh" included.
        start: Where it begins in the folded words.
        end: Where it ends there, behind its scale word.
        scale: What the scale word multiplied by; 1 without one.
    """

    value: Decimal
    start: int
    end: int
    scale: int = 1


def find_figures(words: str, language: str, *, grouping: str = "") -> list[Figure] | None:
    """Return the numbers in folded words, in their order; None where one of them cannot be read.

    Args:
        words: What `folded` made of the person's words.
        language: The person's; it decides whether "1.250" is a thousand or little more than one.
        grouping: Marks before three last figures that stand between thousands, whatever the language; ".," for
            money that is counted in hundredths, of which nobody writes thousandths.
    """
    found = list(_find(words, grouping_mark(language), grouping))
    return None if any(figure is None for figure in found) else _summed([one for one in found if one], words)


def _find(words: str, group: str, grouping: str) -> Iterator[Figure | None]:
    for match in _FIGURE.finditer(words):
        scale, end = _scale(words, match.end())
        groups = grouping if grouping and scale == 1 else group
        value = None if _GLUED.match(words, match.end()) else _value(match["body"], groups)
        if value is None:
            yield None
        else:
            sign = -1 if (match["minus"] or "").strip() == "-" else 1
            yield Figure(sign * value * scale, match.start(), end, scale)


def _summed(figures: list[Figure], words: str) -> list[Figure]:
    """Put parts of one number together: "1 lakh 20 thousand", "4 thousand and 500"."""
    whole: list[Figure] = []
    for figure in figures:
        before = whole[-1] if whole else None
        if before and _JOINED.match(words[before.end : figure.start]) and 0 < figure.value < before.scale:
            whole[-1] = Figure(before.value + figure.value, before.start, figure.end, figure.scale)
        else:
            whole.append(figure)
    return whole


def _scale(words: str, end: int) -> tuple[int, int]:
    behind = _WORD_BEHIND.match(words, end)
    if behind and behind[1] in _SCALE:
        return _SCALE[behind[1]], behind.end()
    return 1, end


def grouping_mark(language: str) -> str:
    """Return the mark between thousands where a person's language is written: "," or "." or a space."""
    symbols = locale_of(language).number_symbols.get("latn", {})
    return str(symbols.get("group", ","))


def _value(body: str, groups: str) -> Decimal | None:
    if len(body) > _LONGEST:
        return None
    whole, mark, part = _split(body, groups)
    if not whole.isdigit():
        if whole and not _INDIAN_OR_THOUSANDS.match(whole):
            return None
        whole = re.sub(r"\D", "", whole)
    return Decimal(f"{whole or 0}.{part or 0}") if mark else Decimal(whole)


def _split(body: str, groups: str) -> tuple[str, str, str]:
    """Split at the decimal mark: the last mark, unless it can only stand between thousands."""
    marks = [character for character in body if character in ".,"]
    if not marks or (len(marks) > 1 and len(set(marks)) == 1):
        return body, "", ""
    last = marks[-1]
    whole, _, part = body.rpartition(last)
    if len(marks) == 1 and last in groups and len(part) == 3 and re.match(r"^[1-9]\d{0,2}$", whole):
        return body, "", ""
    return whole, last, part
