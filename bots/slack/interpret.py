"""From an answer of the Web API to its content, or to one of our errors. Pure.

An answer with status 200 says in `ok` whether it is one. Source: docs.slack.dev, chat.postMessage and Rate limits;
what each error means for us is our own judgement.
"""

import re
from collections.abc import Mapping
from typing import Any

from bots.answers import answer_object, asked_wait
from core import errors

CODE = re.compile(r"[a-z0-9_.:-]{1,60}", re.ASCII)
THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "too_many_requests"})
UNKNOWN = frozenset({"fatal_error", "internal_error"})
"""Slack says of both that some aspect of the operation may have succeeded."""
UNAVAILABLE = frozenset(
    {"service_unavailable", "request_timeout", "team_added_to_org", "org_login_required", "server_error"}
)
REVOKED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "invalid_refresh_token",
    }
)
GONE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_found",
        "users_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "user_disabled",
        "cannot_dm_bot",
        "no_permission",
        "cannot_reply_to_message",
        "thread_not_found",
    }
)
"""These are about the recipient, as is every `restricted_action…`, and not about the message."""
RESTRICTED = "restricted_action"
MISSING_SCOPE = "missing_scope"
SPEAKING = "chat.postMessage"
"""Without the scope for this method an account can say nothing at all."""


def interpret(method: str, status: int, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
    """Return an answer, for instance `{"ok": true, "channel": "D024ASHA", "ts": "1795000000.000100"}`.

    Args:
        method: What was called.
        status: HTTP status.
        headers: Looked up by name in any case.
        body: What came back.

    Raises:
        SendError: As the answer asks for.
    """
    answer = answer_object(body)
    if status == 200 and answer.get("ok") is True:
        return answer
    said = answer.get("error")
    code = said if isinstance(said, str) and CODE.fullmatch(said) else ""
    if status == 429 or code in THROTTLED:
        raise errors.ChannelThrottled(code=code or "429", retry_after=asked_wait(headers))
    if code:
        raise _refusal(method, code, answer, headers)
    if status == 504 or status in range(200, 300):
        # A gateway that did not wait for the answer knows as little as a page in place of one.
        raise errors.OutcomeUnknown("Slack's answer could not be read.", code=_unread(status))
    if status in (400, 413):
        raise errors.MessageRejected("Slack refused the call.", code=str(status))
    raise errors.ChannelUnavailable(code=str(status), retry_after=asked_wait(headers))


def _refusal(method: str, code: str, answer: Mapping[str, Any], headers: Mapping[str, str]) -> errors.SendError:
    if code in UNKNOWN:
        return errors.OutcomeUnknown("Slack failed, and does not know how far it came.", code=code)
    if code in UNAVAILABLE:
        return errors.ChannelUnavailable(code=code, retry_after=asked_wait(headers))
    if code in REVOKED:
        return errors.AccountRevoked(code=code)
    if code in GONE or code.startswith(RESTRICTED):
        return errors.RecipientUnreachable(code=code)
    if code == MISSING_SCOPE:
        needed = answer.get("needed")
        scopes = needed if isinstance(needed, str) and CODE.fullmatch(needed.replace(",", ".")) else "another scope"
        said = f"The app lacks {scopes}; add it to the app and install it again."
        return (errors.AccountRevoked if method == SPEAKING else errors.MessageRejected)(said, code=code)
    if code == "messages_tab_disabled":
        said = "Direct messages are switched off; enable the Messages Tab in the app's App Home."
        return errors.MessageRejected(said, code=code)
    return errors.MessageRejected(code=code)


def _unread(status: int) -> str:
    return "unreadable" if status == 200 else str(status)
