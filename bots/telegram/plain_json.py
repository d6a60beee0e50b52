"""JSON of Telegram's, read and written with half of a surrogate pair in it.

A phone that cuts an emoji in two sends such a half, and Telegram hands it on. orjson, which is quick, refuses it.
"""

import json
from typing import Any, NoReturn

import orjson


def read_json(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        ValueError: It is no JSON, or it is nested too deeply; the message may quote the body.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _lenient(body)


def write_json(value: Any) -> bytes:
    """Return what `read_json` reads as this value; halves of surrogate pairs travel as escapes.

    Raises:
        TypeError: It holds something that JSON does not know.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value).encode()


def _lenient(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
