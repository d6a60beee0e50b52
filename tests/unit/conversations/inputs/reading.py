"""What inputs are read with in tests: a moment at which it is Saturday in every zone but the farthest east."""

from datetime import UTC, datetime
from typing import Any

from conversations.inputs import INPUTS, Answer, Reading, Refused

SATURDAY = datetime(2026, 11, 21, 8, 35, tzinfo=UTC)


def reading(language: str = "en", **fields: Any) -> Reading:
    return Reading(**{"language": language, "country": "", "zone": "", "now": SATURDAY, **fields})


def read(kind: str, words: str, language: str = "en", **fields: Any) -> Answer | str:
    """Return the answer, or the key of the sentence with which it was refused."""
    try:
        return INPUTS[kind](words, reading(language, **fields))
    except Refused as refusal:
        return refusal.phrase
