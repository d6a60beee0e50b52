"""What an answer says, whoever gave it."""

from datetime import timedelta

import pytest

from bots.answers import answer_object, asked_wait, bounded_wait

UNREADABLE = [b"", b"{", b'{"ok": tr', b"<html>", b"[]", b"null", b'"ok"', b"\xff", b"[" * 5_000, b'{"a":' * 5_000]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:10]))
def test_answer_object_of_anything_else_is_empty(body: bytes) -> None:
    assert answer_object(body) == {}


def test_answer_object_is_what_was_answered() -> None:
    assert answer_object(b'{"ok": true, "name": "half \\ud83d"}') == {"ok": True, "name": "half \ud83d"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("0", 1), ("999999999", 86_400), ("soon", None), ("", None), ("9" * 5_000, None), ("٣", None)],
)
def test_asked_wait_is_in_whole_seconds_and_has_bounds(header: str, seconds: int | None) -> None:
    assert asked_wait({"retry-after": header}) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(("asked", "seconds"), [(-5, 1), (0, 1), (1, 1), (86_400, 86_400), (10**12, 86_400)])
def test_bounded_wait_is_a_second_to_a_day(asked: int, seconds: int) -> None:
    assert bounded_wait(asked) == timedelta(seconds=seconds)
