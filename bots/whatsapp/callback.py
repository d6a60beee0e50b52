"""The address that Twilio calls to tell what became of a message: which message it was, and which part of it. Pure.

    …/webhooks/whatsapp/status?message=0198e180-7d60-7000-aded-7d8b151cbd5b                   the whole of it
    …/webhooks/whatsapp/status?message=0198e180-7d60-7000-aded-7d8b151cbd5b&part=2&parts=3    one of several

A report may come before the call that made the message is answered, so it is our own id that it goes by; the query is
signed as the rest of the address is.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import UUID

from core.ids import MessageId

_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What a callback's address says.

    Args:
        message: Our own id of the message; None where it names none.
        part: Which part of it, counted from 1.
        parts: How many there are.
    """

    message: MessageId | None
    part: int = 1
    parts: int = 1


def callback_url(status_url: str, told: Told) -> str:
    """Return the address for a part of a message, behind that of the account's status callback."""
    part = f"&part={told.part}&parts={told.parts}" if told.parts > 1 else ""
    return f"{status_url}?message={told.message}{part}"


def read_callback(query: str) -> Told:
    """Read the query of an address that was called; what is none of ours names no message."""
    values = {name: found[0] for name, found in parse_qs(query).items()}
    try:
        message = MessageId(UUID(values["message"]))
    except (KeyError, ValueError):
        message = None
    part, parts = _number(values.get("part", "")), _number(values.get("parts", ""))
    return Told(message, part, parts) if 1 <= part <= parts else Told(message)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
