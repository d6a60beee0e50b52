"""An answer: what words mean once they were understood, or why they were not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """Words that were understood.

    Args:
        value: A plain JSON value: str, int, float or bool.
        label: How it reads in the person's language; None where that is the value itself.
        sure: False where it should be read back and confirmed, for instance a zone found by a country.
    """

    value: str | int | float
    label: str | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What helps to understand words.

    Args:
        language: The person's language, an IETF tag.
        country: ISO 3166 code, or empty; for phone numbers without a prefix.
        zone: The person's IANA zone, or empty; for "tomorrow".
        now: The moment of the turn, aware, in UTC.
        least: Smallest number, or fewest characters; None for no bound.
        most: Largest number, or most characters; None for no bound.
    """

    language: str
    country: str
    zone: str
    now: datetime
    least: float | None = None
    most: float | None = None


class Refused(Exception):
    """Words were not understood.

    Args:
        phrase: Key of the sentence in `conversations/phrases` that says what would be right.
        values: What the sentence puts in.
    """

    def __init__(self, phrase: str, **values: object) -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.values = values


ReadInput = Callable[[str, Reading], Answer]
