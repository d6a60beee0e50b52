"""clock_time: a time of day, such as 7:30, half past seven, 7h30, um halb acht, siete y media."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

from conversations.inputs.answer import Answer, Reading, Refused
from conversations.inputs.clock_words import FILLERS, HALVES, MOMENTS, NUMBERS, PARTS, SIGNS
from conversations.inputs.folded import folded
from conversations.inputs.spelled import in_figures

_LONGEST = 80
_DOTTED = re.compile(r"(?<=[\d\s])([ap])\.\s?m\b\.?")
_GLUED = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_ONE_FIGURE = re.compile(r"\d[:.,]\d(?!\d)")
"""Minutes have two figures: 7.5 may be five past or half past."""
_BETWEEN = re.compile(r"(?<=\d)\s?[:.,]\s?(?=\d\d(?!\d))|(?<=\d)\sh(?!\w)")
_AND = "و"
"""Arabic writes "and" to the word that follows."""
_LETTERS = {"past": "P", "to": "T", "and": "A", "less": "L", "between": ":"}
_TWELVE = 12 * 60
_UNCLEAR = frozenset((12, 1, 2, 3, 4))
"""Hours in which people are awake in the afternoon rather than at night; without more words they are read back."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """What one word stands for in a time of day.

    Args:
        letter: `n` a number in figures, `w` one in words, `f` a part of an hour, `m` an hour with a name, `c` hours and
            minutes in one, `h` a half of the day, `P T A L :` what stands between, `?` a word that does not belong.
        value: The number, the minutes of a part, the hour.
        before: What a part of an hour adds where it stands right before one.
        half: Which half of the day.
    """

    letter: str
    value: int = 0
    before: int = 0
    half: str = ""


def read(words: str, reading: Reading, *, evening: bool = False) -> Answer:
    """Read a time of day, in figures or words, in the person's language or in English.

    An hour from 1 to 12 with nothing that says which half of the day is meant is of the morning; 12 and 1 to 4 are
    read back.

    Args:
        words: What the person wrote.
        reading: Their language.
        evening: Whether a time in the second half of the day is asked for: then eight is 20:00, and "08:00" stays.

    Returns:
        Hours and minutes, for instance `07:30`.

    Raises:
        Refused: `need_time`.
    """
    plain = folded(words)
    signs = _signs(plain, reading.language.partition("-")[0]) if len(plain) <= _LONGEST else []
    halves = {sign.half for sign in signs if sign.letter == "h"}
    found = _hour_and_offset([sign for sign in signs if sign.letter != "h"])
    if found is None or len(halves) > 1:
        raise Refused("need_time")
    hour, offset = found
    half = halves.pop() if halves else ""
    has_name = any(sign.letter == "m" for sign in signs)
    open_half = not half and not has_name and 1 <= hour <= 12 and not re.match(r"\D*0\d", plain)
    if open_half and evening:
        half = "evening"
    minutes = _minutes_of_day(hour, offset, half)
    if minutes is None:
        raise Refused("need_time")
    clock = time(minutes // 60, minutes % 60)
    return Answer(f"{clock:%H:%M}", sure=evening or not open_half or clock.hour not in _UNCLEAR)


class _Table:
    """What the words of one language and of English stand for."""

    def __init__(self, language: str) -> None:
        self.signs: dict[str, _Sign] = {}
        for tag in dict.fromkeys(("en", language)):
            for entry in filter(None, NUMBERS.get(tag, "").split(",")):
                number, *names = entry.split()
                self._put(names, _Sign("w" if int(number) < 60 else "c", int(number)))
            for name, words in SIGNS.get(tag, {}).items():
                self._put(words.split(","), _Sign(_LETTERS[name]))
            for part, (minutes, before) in PARTS.get(tag, {}).items():
                self._put([part], _Sign("f", minutes, before))
            for half, words in HALVES.get(tag, {}).items():
                self._put(words.split(","), _Sign("h", half=half))
            for hour, words in MOMENTS.get(tag, {}).items():
                self._put(words.split(","), _Sign("m", int(hour)))
        self.fillers = frozenset(folded(word).replace(" ", "_") for word in FILLERS.split(","))
        several = [key for key in (*self.signs, *self.fillers) if "_" in key]
        spoken = sorted((re.escape(key.replace("_", " ")) for key in several), key=len, reverse=True)
        self.several_words = re.compile(rf"(?<!\w)(?:{'|'.join(spoken)})(?!\w)")

    def _put(self, words: list[str], sign: _Sign) -> None:
        self.signs |= {folded(word.replace("_", " ")).replace(" ", "_"): sign for word in words}


@lru_cache(maxsize=16)
def _table(language: str) -> _Table:
    return _Table(language)


def _signs(plain: str, language: str) -> list[_Sign]:
    if _ONE_FIGURE.search(plain):
        return []
    table = _table(language)
    spaced = _BETWEEN.sub(" : ", _GLUED.sub(" ", _DOTTED.sub(r"\1m", plain)))
    spaced = table.several_words.sub(lambda found: found[0].replace(" ", "_"), spaced)
    found: list[_Sign] = []
    for word in re.findall(r":|[^\s:.,!?;।؟()]+", spaced):
        found += _read(word, table, language)
    return found


def _read(word: str, table: _Table, language: str) -> list[_Sign]:
    if word.isdecimal() and len(word) <= 4:
        return [_Sign("n" if len(word) <= 2 else "c", int(word))]
    if word in table.signs:
        return [table.signs[word]]
    if word in table.fillers:
        return []
    if word == ":":
        return [_Sign(":")]
    if "-" in word:
        return [sign for part in word.split("-") if part for sign in _read(part, table, language)]
    figures = in_figures(word, language)
    if figures.isdecimal() and len(figures) <= 2:
        return [_Sign("w", int(figures))]
    if word.startswith(_AND) and len(word) > 1:
        return [_Sign("A"), *_read(word.removeprefix(_AND), table, language)]
    return [_Sign("?")]


def _joined(signs: list[_Sign]) -> list[_Sign]:
    """Put tens and ones together: "twenty five", "treinta y cinco"."""
    for place in range(len(signs) - 1, 0, -1):
        one = signs[place]
        linked = signs[place - 1].letter == "A" and place > 1
        ten = signs[place - 2] if linked else signs[place - 1]
        tens = (30, 40, 50) if linked else (20, 30, 40, 50)
        if one.letter == ten.letter == "w" and ten.value in tens and 0 < one.value < 10:
            return [*signs[: place - 1 - linked], _Sign("w", ten.value + one.value), *signs[place + 1 :]]
    return signs


def _hour_and_offset(signs: list[_Sign]) -> tuple[int, int] | None:
    """Return the hour that is named and how many minutes away from it the time is; None where it is no time."""
    signs = _joined(signs)
    if signs and signs[-1].letter == ":":
        signs = signs[:-1]  # "7 Uhr", "7 h"
    shape = "".join(sign.letter for sign in signs).replace("w", "n")
    values = [sign.value for sign in signs]
    if any(sign.value > 59 for sign in signs if sign.letter in "nw"):
        return None
    match shape:
        case "n" | "m":
            return values[0], 0
        case "nm":
            return (values[1], 0) if values[0] == 12 else None
        case "c":
            return (values[0] // 100, values[0] % 100) if values[0] % 100 < 60 else None
        case "nn" | "n:n" | "nAn" | "nAf":
            return values[0], values[-1]
        case "nLn" | "nLf":
            return values[0], -values[-1]
        case "nPn" | "fPn":
            return values[-1], values[0]
        case "nTn" | "fTn":
            return values[-1], -values[0]
        case "fn" | "nPfn" | "nTfn":
            return _before_an_hour(signs)
        case "nAfAn" | "nAfLn":  # السابعة والنصف إلا خمس دقائق
            return values[0], values[2] + (values[4] if shape[3] == "A" else -values[4])
        case _:
            return None


def _before_an_hour(signs: list[_Sign]) -> tuple[int, int] | None:
    """Read "halb acht", "fünf vor halb acht", "साढ़े सात"."""
    *more, part, hour = signs
    if not part.before:
        return None
    shift = sum(sign.value for sign in more)
    return hour.value, part.before + (-shift if more and more[1].letter == "T" else shift)


def _minutes_of_day(hour: int, offset: int, half: str) -> int | None:
    """Return the minutes from midnight on; None where hour and half do not fit."""
    if hour > 24 or (hour == 24 and offset > 0):
        return None
    total = hour * 60 + offset
    if not 1 <= hour <= 12:
        is_contradiction = half and (half == "am" or hour == 0) and not (half in ("am", "night") and hour in (0, 24))
        return None if is_contradiction else total % (2 * _TWELVE)
    minutes = total % _TWELVE
    if not half:
        return minutes + _TWELVE if minutes < 60 else minutes
    is_first_half = (
        half == "am"
        or (half == "night" and minutes < 6 * 60)
        or (half == "evening" and minutes < 60)
        or (half == "noon" and minutes >= 10 * 60)
    )
    return minutes if is_first_half else minutes + _TWELVE
