"""What providers send: halves of characters are read, and everything else is judged strictly."""

from datetime import UTC, datetime

import pytest

from bots.reading import NestedTooDeeply, clean, count, inner, moment, read_json, read_object
from core import errors

HALF = b'{"text": "half \\ud83d", "whole": "\xf0\x9f\x8e\x89"}'
NONSENSE = [b"", b"{", b"\xff", b'{"a":NaN}', b'{"a":"\\ud83d","b":Infinity}', b"<html>"]
DEEP = [b"[" * 100_000, b"[" * 2_000 + b"]" * 2_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000]


def test_read_json_keeps_half_of_a_surrogate_pair() -> None:
    assert read_json(HALF) == {"text": "half \ud83d", "whole": "🎉"}


@pytest.mark.parametrize("body", NONSENSE)
def test_read_json_of_what_is_none_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whose words may quote the body and are shown to nobody
        read_json(body)


@pytest.mark.parametrize("body", DEEP, ids=["open", "lists", "objects"])
def test_read_json_that_is_nested_too_deeply_is_told_apart(body: bytes) -> None:
    with pytest.raises(NestedTooDeeply):
        read_json(body)


@pytest.mark.parametrize("body", [*NONSENSE, b"[]", b'"a"', b"null", b"7"])
def test_read_object_of_what_is_none_is_malformed(body: bytes) -> None:
    with pytest.raises(errors.Malformed) as raised:
        read_object(body)

    assert raised.value.__cause__ is None


@pytest.mark.parametrize("body", DEEP, ids=["open", "lists", "objects"])
def test_read_object_that_is_nested_too_deeply_is_not_understood(body: bytes) -> None:
    with pytest.raises(errors.Uninterpretable, match="nested too deeply"):
        read_object(body)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("hi", "hi"),
        ("sold\x00 now", "sold now"),
        ("half \ud83d", "half \ufffd"),
        ("\ud83c\udf89", "🎉"),
        ("grün 🎉", "grün 🎉"),
        (None, ""),
        (7, ""),
        (["hi"], ""),
    ],
)
def test_clean_returns_what_every_database_takes(text: object, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("held", [None, 7, "a", [], {"b": {"c": 1}}])
def test_inner_is_always_an_object(held: object) -> None:
    assert inner({"a": held}, "a") == (held if isinstance(held, dict) else {})


@pytest.mark.parametrize(
    ("held", "counted"),
    [(7, 7), (0, 0), (-7, 0), (True, 0), ("7", 0), (7.0, 0), (2**53 - 1, 2**53 - 1), (2**53, 0), (None, 0)],
)
def test_count_is_a_whole_number_above_nothing(held: object, counted: int) -> None:
    assert count({"size": held}, "size") == counted


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1795000000, datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)),
        (253_402_300_799, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (253_402_300_800, None),
        (0, None),
        (-1, None),
        (True, None),
        ("1795000000", None),
        (None, None),
    ],
)
def test_moment_is_one_that_can_be_written_down(seconds: object, expected: datetime | None) -> None:
    assert moment(seconds) == expected
