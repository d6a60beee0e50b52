"""What our buttons carry through Slack and back: the payload, and whom it is for. Pure.

A button in a channel can be pressed by everybody who sees it, so it names the only user whose press counts:

    f6f2.4:design                   in a direct message, where nobody else is
    @U024ASHA|f6f2.4:design         in a channel
    {"payload": "f6f2.4:", "title": "Step 2 of 5", "label": "Write it", "submit": "Send", "close": "Cancel",
     "owner": "U024ASHA"}           opens a form
    {"payload": "f6f2.4:", "chat": "C024ROOM:1795000000.000100", "owner": "U024ASHA", "language": "de-DE"}
                                    an open form's `private_metadata`
"""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bots.reading import clean
from core.errors import Uninterpretable

VALUE_LIMIT = 2000
"""Longest value of a button, and of ours for a form. Source: Block Kit, button."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the button that opens a form carries.

    Args:
        payload: Comes back with the words.
        title: Heading of the form.
        label: Stands above its field.
        submit: Title of the button that sends it.
        close: Title of the button that leaves it.
        owner: The only user who may open it; empty where nobody else could.
    """

    payload: str
    title: str
    label: str
    submit: str
    close: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """What an open form remembers.

    Args:
        payload: Comes back with the words.
        chat: The conversation that it was opened from.
        owner: Who opened it.
        language: IETF tag of whom we speak to in it; may be empty.
    """

    payload: str
    chat: str
    owner: str
    language: str = ""


def choice(payload: str, owner: str) -> str:
    """Return the value of a button."""
    return f"@{owner}|{payload}" if owner or payload.startswith("@") else payload


def read_choice(value: str) -> tuple[str, str]:
    """Return a button's payload and the only user who may press it, empty where anybody may."""
    if not value.startswith("@"):
        return value, ""
    owner, _, payload = value[1:].partition("|")
    return payload, owner


def write(carried: Opening | Slip) -> str:
    """Return what goes into a value or into a form's metadata."""
    return orjson.dumps(asdict(carried)).decode()


def read_opening(value: object) -> Opening:
    """Read the value of a button that opens a form; raises `Uninterpretable` where it is none of ours."""
    plain = _texts(value)
    return Opening(**{name: plain[name] for name in ("payload", "title", "label", "submit", "close", "owner")})


def read_slip(metadata: object) -> Slip:
    """Read what a form remembers; raises `Uninterpretable` where it is none of ours."""
    plain = _texts(metadata)
    if not plain["chat"]:
        raise Uninterpretable("a form that belongs to no conversation")
    return Slip(plain["payload"], plain["chat"], plain["owner"], plain["language"])


class _Texts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def _texts(value: object) -> _Texts:
    try:
        found: Any = orjson.loads(clean(value))
    except orjson.JSONDecodeError:
        raise Uninterpretable("a form that is none of ours") from None
    if not isinstance(found, dict):
        raise Uninterpretable("a form that is none of ours")
    return _Texts((name, clean(each)) for name, each in found.items())
