"""Answers of the Bot API, as results and errors."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bots.telegram.interpret import FileTooBig, NoPhoto, NotModified, TapTooOld, UnparsableMarkup, interpret
from core import errors


def refused(code: int, description: str, **parameters: Any) -> bytes:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return orjson.dumps({**answer, "parameters": parameters} if parameters else answer)


FAILURES: dict[str, tuple[int, bytes, type[errors.SendError]]] = {
    "blocked": (403, refused(403, "Forbidden: bot was blocked by the user"), errors.RecipientUnreachable),
    "deactivated": (403, refused(403, "Forbidden: user is deactivated"), errors.RecipientUnreachable),
    "kicked": (403, refused(403, "Forbidden: bot was kicked from the group chat"), errors.RecipientUnreachable),
    "chat not found": (400, refused(400, "Bad Request: chat not found"), errors.RecipientUnreachable),
    "peer": (400, refused(400, "Bad Request: PEER_ID_INVALID"), errors.RecipientUnreachable),
    "topic gone": (400, refused(400, "Bad Request: message thread not found"), errors.RecipientUnreachable),
    "muted": (
        400,
        refused(400, "Bad Request: not enough rights to send text messages to the chat"),
        errors.RecipientUnreachable,
    ),
    "token wrong": (401, refused(401, "Unauthorized"), errors.AccountRevoked),
    "token malformed": (404, refused(404, "Not Found"), errors.AccountRevoked),
    "conflict": (409, refused(409, "Conflict: terminated by other getUpdates request"), errors.ChannelUnavailable),
    "too large": (413, refused(413, "Request Entity Too Large"), errors.MessageRejected),
    "throttled": (429, refused(429, "Too Many Requests: retry after 5", retry_after=5), errors.ChannelThrottled),
    "internal": (500, refused(500, "Internal Server Error"), errors.ChannelUnavailable),
    "gateway": (502, b"<html>Bad Gateway</html>", errors.ChannelUnavailable),
    "gateway that did not wait": (504, b"", errors.OutcomeUnknown),
    "gateway that did not wait, in words": (504, refused(504, "Gateway Timeout"), errors.OutcomeUnknown),
    "redirect": (302, b"", errors.ChannelUnavailable),
    "not modified": (400, refused(400, "Bad Request: message is not modified: the same"), NotModified),
    "markup": (400, refused(400, "Bad Request: can't parse entities: Unsupported start tag"), UnparsableMarkup),
    "tap too old": (
        400,
        refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        TapTooOld,
    ),
    "no photo": (400, refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), NoPhoto),
    "file too big": (400, refused(400, "Bad Request: file is too big"), FileTooBig),
    "file later": (
        400,
        refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        errors.ChannelUnavailable,
    ),
    "any other": (400, refused(400, "Bad Request: BUTTON_DATA_INVALID"), errors.MessageRejected),
    "says no with 200": (200, refused(400, "Bad Request: chat not found"), errors.RecipientUnreachable),
    "unreadable": (200, b"<html>welcome</html>", errors.OutcomeUnknown),
    "a list": (200, b"[]", errors.OutcomeUnknown),
    "nothing": (200, b"", errors.OutcomeUnknown),
    "an empty object": (200, b"{}", errors.OutcomeUnknown),
    "a yes without a result": (200, b'{"ok":true}', errors.OutcomeUnknown),
    "a yes that is cut short": (200, b'{"ok":true,"result":{"message_id":7', errors.OutcomeUnknown),
    "neither yes nor no": (200, b'{"ok":1,"result":{"message_id":7}}', errors.OutcomeUnknown),
    "a no without a reason": (200, b'{"ok":false}', errors.OutcomeUnknown),
    "a page of another success": (202, b"<html>welcome</html>", errors.OutcomeUnknown),
}


@pytest.mark.parametrize(("status", "body", "kind"), FAILURES.values(), ids=FAILURES)
def test_interpret_failure_is_classified(status: int, body: bytes, kind: type[errors.SendError]) -> None:
    with pytest.raises(errors.SendError) as raised:
        interpret(status, {}, body)

    assert type(raised.value) is kind


@pytest.mark.parametrize("result", [True, {"message_id": 7}, []])
def test_interpret_success_is_the_result(result: object) -> None:
    assert interpret(200, {}, orjson.dumps({"ok": True, "result": result})) == result


def test_interpret_migration_carries_the_new_address() -> None:
    body = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001987654321)

    with pytest.raises(errors.RecipientMoved) as raised:
        interpret(400, {}, body)

    assert raised.value.moved_to == "-1001987654321"


WAITS: dict[str, tuple[bytes, dict[str, str], timedelta | None]] = {
    "parameters": (refused(429, "", retry_after=17), {}, timedelta(seconds=17)),
    "header": (b"", {"retry-after": "9"}, timedelta(seconds=9)),
    "parameters go ahead": (refused(429, "", retry_after=17), {"retry-after": "9"}, timedelta(seconds=17)),
    "neither": (refused(429, ""), {}, None),
    "date": (b"", {"retry-after": "Sat, 21 Nov 2026 07:28:00 GMT"}, None),
    "figures without end": (b"", {"retry-after": "9" * 5000}, None),
    "nonsense": (refused(429, "", retry_after="soon"), {"retry-after": "-5"}, None),
    "zero": (refused(429, "", retry_after=0), {}, timedelta(seconds=1)),
    "endless": (refused(429, "", retry_after=10**12), {}, timedelta(days=1)),
}


@pytest.mark.parametrize(("body", "headers", "wait"), WAITS.values(), ids=WAITS)
def test_interpret_throttled_says_how_long(body: bytes, headers: dict[str, str], wait: timedelta | None) -> None:
    with pytest.raises(errors.ChannelThrottled) as raised:
        interpret(429, headers, body)

    assert raised.value.retry_after == wait


@pytest.mark.parametrize("status", [409, 500, 503])
def test_interpret_unavailable_says_how_long_too(status: int) -> None:
    with pytest.raises(errors.ChannelUnavailable) as raised:
        interpret(status, {"retry-after": "9"}, b"")

    assert raised.value.retry_after == timedelta(seconds=9)


@pytest.mark.parametrize(
    "description",
    [
        'Bad Request: odd thing "my private words" at 5',
        "Bad Request: odd thing 100:AAE-secret-token",
        "Bad Request: odd thing `my private words`",
        "Bad Request: odd thing <my private words",
    ],
)
def test_interpret_error_quotes_neither_words_nor_token(description: str) -> None:
    with pytest.raises(errors.MessageRejected) as raised:
        interpret(400, {}, refused(400, description))

    assert str(raised.value) == "Bad Request: odd thing"
