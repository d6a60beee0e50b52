"""Reading what providers send: JSON with oddities in it, texts that no database takes as they come, moments. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import orjson

from core.errors import Malformed, Uninterpretable

Json = Mapping[str, Any]
_YEAR_10000 = 253_402_300_800
_LARGEST_COUNT = 2**53


class NestedTooDeeply(ValueError):
    """JSON that is nested deeper than anything that a provider has to say."""


def read_json(body: bytes) -> Any:
    """Return what a body says; half of a surrogate pair in it stays one.

    A phone that cuts an emoji in two sends such a half, and providers hand it on. orjson, which is quick, refuses it.

    Raises:
        NestedTooDeeply: Some thousand levels are too many.
        ValueError: It is no JSON; the message may quote the body.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _lenient(body)


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object that an authentic body is.

    Raises:
        Malformed: It is none.
        Uninterpretable: It is nested too deeply; refused, it would only come again.
    """
    try:
        found = read_json(body)
    except NestedTooDeeply as error:
        raise Uninterpretable(str(error)) from None
    except ValueError:
        raise Malformed from None  # the cause would quote the body
    if not isinstance(found, dict):
        raise Malformed
    return found


def clean(text: object) -> str:
    """Return a text that every database and every encoder takes; anything but a text becomes an empty one.

    NUL goes, and half of a surrogate pair becomes the replacement character.
    """
    if not isinstance(text, str):
        return ""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def inner(holder: Json, name: str) -> Json:
    """Return the object that a field holds; an empty one where it holds anything else."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def count(holder: Json, name: str) -> int:
    """Return the whole number above 0 that a field holds; 0 where it holds anything else."""
    found = holder.get(name)
    return found if type(found) is int and 0 < found < _LARGEST_COUNT else 0


def moment(seconds: object) -> datetime | None:
    """Return a moment that is told in whole seconds since 1970; None where it is none."""
    if type(seconds) is not int or not 0 < seconds < _YEAR_10000:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _lenient(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_no_constant)
    except RecursionError:
        raise NestedTooDeeply("nested too deeply") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
