"""Twilio's answers as results and errors: a table over its codes."""

from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.whatsapp.codes import CODES, failure, meaning
from bots.whatsapp.interpret import interpret
from core import errors

GONE, REJECTED = errors.RecipientUnreachable, errors.MessageRejected
THROTTLED, LATER, REVOKED = errors.ChannelThrottled, errors.ChannelUnavailable, errors.AccountRevoked

KINDS: dict[type[errors.SendError], str] = {
    REVOKED: "20003 20005 10001 63001 63007 21212 21606 30002 21609",
    THROTTLED: "20429 21611 63017 63018 63038",
    LATER: "20500 20503 63009 63010 63012 63019 30008",
    GONE: "21211 21408 21610 21614 63003 63014 63015 63024 63032 63033",
    errors.WindowClosed: "63016",
    REJECTED: "21617 21620 21655 21656 63005 63013 63021 63027 63028 63034 63041 11751 99999",
}
ROWS = [(code, kind) for kind, codes in KINDS.items() for code in codes.split()]


def answer(code: int | None = None, message: str = "The number whatsapp:+919812345678 is wrong") -> bytes:
    return orjson.dumps({"code": code, "message": message, "more_info": "https://www.twilio.com", "status": 400})


def failed(status: int, body: bytes, **headers: str) -> errors.SendError:
    with pytest.raises(errors.SendError) as raised:
        interpret(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
    return raised.value


@pytest.mark.parametrize("status", [200, 201])
def test_interpret_success_is_the_answer(status: int) -> None:
    assert interpret(status, {}, b'{"sid": "SM1", "status": "queued"}') == {"sid": "SM1", "status": "queued"}


@pytest.mark.parametrize(("code", "kind"), ROWS, ids=[code for code, _ in ROWS])
def test_interpret_code(code: str, kind: type[errors.SendError]) -> None:
    now, later = failed(400, answer(int(code))), failure(code)

    assert (type(now), type(later), now.code) == (kind, kind, code)


def test_interpret_repeats_nothing_of_twilios_own_words() -> None:
    for code in (*map(int, CODES), 99999):
        assert "919812345678" not in str(failed(400, answer(code)))


def test_interpret_not_joined_names_the_cure() -> None:
    assert "join" in str(failed(400, answer(63015)))


def test_interpret_window_says_what_it_needs() -> None:
    assert "template" in str(failed(400, answer(63016)))


STATUSES = {
    "429 with its code": (429, answer(20429), THROTTLED, "20429"),
    "429 without a body": (429, b"", THROTTLED, "20429"),
    "429 with a strange code": (429, answer(21211), THROTTLED, "20429"),
    "429 of the channel": (429, answer(63018), THROTTLED, "63018"),
    "401": (401, answer(20003), REVOKED, "20003"),
    "401 without a body": (401, b"", REVOKED, "401"),
    "403 without a body": (403, b"", REVOKED, "403"),
    "404": (404, answer(20404), REJECTED, "20404"),
    "408": (408, b"", LATER, "408"),
    "500": (500, b"<html>", LATER, "500"),
    "502": (502, b"", LATER, "502"),
    "503": (503, answer(20503), LATER, "20503"),
    "504 may have acted": (504, b"", errors.OutcomeUnknown, "504"),
    "redirect": (302, b"", LATER, "302"),
    "400 without a body": (400, b"", REJECTED, "400"),
    "400 with a code in words": (400, b'{"code": "21211"}', GONE, "21211"),
    "400 with a code of another kind": (400, b'{"code": {"a": 1}}', REJECTED, "400"),
    "200 that cannot be read": (200, b"<html>welcome</html>", errors.OutcomeUnknown, "unreadable"),
    "201 of another kind": (201, b"[]", errors.OutcomeUnknown, "unreadable"),
}


@pytest.mark.parametrize(("status", "body", "kind", "code"), STATUSES.values(), ids=STATUSES)
def test_interpret_status(status: int, body: bytes, kind: type[errors.SendError], code: str) -> None:
    error = failed(status, body)

    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("7", 7), ("0", 1), ("99999999", 24 * 3600), ("soon", None), ("", None), ("9999999999", None), ("٧", None)],
)
def test_interpret_throttled_carries_the_wait(header: str, expected: int | None) -> None:
    error = failed(429, answer(20429), retry_after=header)

    assert error.retry_after == (None if expected is None else timedelta(seconds=expected))


def test_interpret_channel_limit_waits_longer_than_a_moment() -> None:
    ours, twilios = failed(400, answer(63018)), failed(429, answer(63018), retry_after="30")

    assert (ours.retry_after, twilios.retry_after) == (timedelta(minutes=15), timedelta(seconds=30))


@pytest.mark.parametrize(("code", "whole"), [("20429", True), ("21611", True), ("63038", True), ("63018", False)])
def test_failure_says_whether_every_recipient_waits(code: str, whole: bool) -> None:
    error = failure(code)

    assert isinstance(error, errors.ChannelThrottled)
    assert error.whole_account is whole


def test_meaning_of_an_unknown_code_leads_to_twilios_page() -> None:
    assert "https://www.twilio.com/docs/api/errors/69999" in meaning("69999")


@given(st.integers(100, 599), st.binary(max_size=60))
def test_interpret_takes_whatever_comes(status: int, body: bytes) -> None:
    try:
        answer = interpret(status, {}, body)
    except errors.SendError as refused:
        answer = {"code": refused.code}

    assert answer
