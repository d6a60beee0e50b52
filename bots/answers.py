"""What an answer says, as far as it is the same with every provider. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bots.reading import read_json

LONGEST_WAIT = timedelta(days=1)
_MOST_DIGITS = 9


def answer_object(body: bytes) -> dict[str, Any]:
    """Return the object that an answer is; an empty one where it is anything else."""
    try:
        answer = read_json(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def asked_wait(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long an answer's `Retry-After` asks us to wait; None where it gives no seconds."""
    asked = headers.get("retry-after", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= _MOST_DIGITS):
        return None
    return bounded_wait(int(asked))


def bounded_wait(seconds: int) -> timedelta:
    """Return a wait of at least a second and at most a day."""
    return timedelta(seconds=min(max(seconds, 1), int(LONGEST_WAIT.total_seconds())))
