"""Answers of the Web API."""

import json
from datetime import timedelta

import pytest

from bots.slack.interpret import interpret
from core import errors

POST = "chat.postMessage"


def refused(error: object, **more: object) -> bytes:
    return json.dumps({"ok": False, "error": error, **more}).encode()


def test_interpret_ok_is_the_answer() -> None:
    assert interpret(POST, 200, {}, b'{"ok": true, "ts": "1.2"}') == {"ok": True, "ts": "1.2"}


REFUSALS: dict[str, type[errors.SendError]] = {
    "ratelimited": errors.ChannelThrottled,
    "rate_limited": errors.ChannelThrottled,
    "message_limit_exceeded": errors.ChannelThrottled,
    "fatal_error": errors.OutcomeUnknown,
    "internal_error": errors.OutcomeUnknown,
    "service_unavailable": errors.ChannelUnavailable,
    "request_timeout": errors.ChannelUnavailable,
    "invalid_auth": errors.AccountRevoked,
    "account_inactive": errors.AccountRevoked,
    "token_revoked": errors.AccountRevoked,
    "token_expired": errors.AccountRevoked,
    "not_authed": errors.AccountRevoked,
    "missing_scope": errors.AccountRevoked,
    "channel_not_found": errors.RecipientUnreachable,
    "is_archived": errors.RecipientUnreachable,
    "not_in_channel": errors.RecipientUnreachable,
    "user_not_found": errors.RecipientUnreachable,
    "no_permission": errors.RecipientUnreachable,
    "restricted_action": errors.RecipientUnreachable,
    "restricted_action_read_only_channel": errors.RecipientUnreachable,
    "messages_tab_disabled": errors.MessageRejected,
    "invalid_blocks": errors.MessageRejected,
    "msg_blocks_too_long": errors.MessageRejected,
    "msg_too_long": errors.MessageRejected,
    "an_error_of_next_year": errors.MessageRejected,
}


@pytest.mark.parametrize(("code", "kind"), REFUSALS.items(), ids=REFUSALS)
def test_interpret_refusal_is_classified(code: str, kind: type[errors.SendError]) -> None:
    with pytest.raises(errors.SendError) as raised:
        interpret(POST, 200, {}, refused(code))

    assert (type(raised.value), raised.value.code) == (kind, code)


STATUSES = {
    "throttled": (429, b"", errors.ChannelThrottled, "429"),
    "500": (500, b"<html>", errors.ChannelUnavailable, "500"),
    "502": (502, b"", errors.ChannelUnavailable, "502"),
    "503": (503, refused("service_unavailable"), errors.ChannelUnavailable, "service_unavailable"),
    "500 with an error of unknown outcome": (500, refused("fatal_error"), errors.OutcomeUnknown, "fatal_error"),
    "a gateway that did not wait": (504, b"", errors.OutcomeUnknown, "504"),
    "a page": (200, b"<html>welcome</html>", errors.OutcomeUnknown, "unreadable"),
    "an empty answer": (200, b"", errors.OutcomeUnknown, "unreadable"),
    "a list": (200, b"[]", errors.OutcomeUnknown, "unreadable"),
    "neither yes nor no": (200, b'{"ok": 1}', errors.OutcomeUnknown, "unreadable"),
    "no reason": (200, b'{"ok": false}', errors.OutcomeUnknown, "unreadable"),
    "a redirect": (301, b"", errors.ChannelUnavailable, "301"),
    "a wrong base": (404, b"not found", errors.ChannelUnavailable, "404"),
    "too large": (413, b"", errors.MessageRejected, "413"),
    "hostile reason": (200, refused("xoxb-1 Hello <@U1>"), errors.OutcomeUnknown, "unreadable"),
    "reason that is no text": (200, refused(["invalid_auth"]), errors.OutcomeUnknown, "unreadable"),
}


@pytest.mark.parametrize(("status", "body", "kind", "code"), STATUSES.values(), ids=STATUSES)
def test_interpret_answer_without_a_yes_is_classified(
    status: int, body: bytes, kind: type[errors.SendError], code: str
) -> None:
    with pytest.raises(errors.SendError) as raised:
        interpret(POST, status, {}, body)

    assert (type(raised.value), raised.value.code) == (kind, code)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("0", timedelta(seconds=1)),
        ("999999999", timedelta(days=1)),
        ("soon", None),
        ("", None),
        ("9" * 5000, None),
        ("٣", None),
    ],
)
@pytest.mark.parametrize(("status", "body"), [(429, b""), (200, refused("ratelimited"))])
def test_interpret_throttled_carries_the_wait(status: int, body: bytes, header: str, wait: timedelta | None) -> None:
    with pytest.raises(errors.ChannelThrottled) as raised:
        interpret(POST, status, {"retry-after": header}, body)

    assert raised.value.retry_after == wait


def test_interpret_missing_scope_names_it() -> None:
    with pytest.raises(errors.AccountRevoked, match="chat:write"):
        interpret(POST, 200, {}, refused("missing_scope", needed="chat:write", provided="im:history"))


def test_interpret_missing_scope_of_another_method_silences_no_account() -> None:
    with pytest.raises(errors.MessageRejected, match="files:write"):
        interpret("files.getUploadURLExternal", 200, {}, refused("missing_scope", needed="files:write"))


def test_interpret_direct_messages_switched_off_names_the_cure() -> None:
    with pytest.raises(errors.MessageRejected, match="Messages Tab"):
        interpret(POST, 200, {}, refused("messages_tab_disabled"))
