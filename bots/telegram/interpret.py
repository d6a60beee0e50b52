"""From an answer of the Bot API to its result, or to one of our errors.

Pure. Says nothing that could hold a token or a message's text: of Telegram's description only what it
says before it begins to quote. Source: tdlib/telegram-bot-api, Client.cpp fail_query_with_error.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bots.answers import answer_object, asked_wait, bounded_wait
from core import errors

QUOTES = re.compile(r"[\"'“‘`<{].*", re.DOTALL)
TOKEN = re.compile(r"\d+:[\w-]{8,}", re.ASCII)
GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "group chat was deactivated",
    "group is deactivated",
    "message thread not found",
    "topic_deleted",
    "topic_closed",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
)
"""400s that are about the recipient and not about the message."""
LATE_TAP = ("query is too old", "query id is invalid")
NOT_MODIFIED = "message is not modified"
UNPARSABLE = "can't parse entities"
NO_PHOTO = ("photo_invalid_dimensions", "image_process_failed", "photo_save_file_invalid", "photo_ext_invalid")
FILE_TOO_BIG = "file is too big"
FILE_LATER = "temporarily unavailable"


class UnparsableMarkup(errors.MessageRejected):
    """Telegram cannot read the markup of this message; it goes out once more as plain text."""


class TapTooOld(errors.MessageRejected):
    """The tap can no longer be answered; its spinner has ended by itself."""


class NotModified(errors.MessageRejected):
    """The message reads like this already."""


class NoPhoto(errors.MessageRejected):
    """Telegram does not take this picture as a photo; it goes out once more as a file."""


class FileTooBig(errors.MessageRejected):
    """The file is larger than the Bot API serves."""


def interpret(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Return the `result` of an answer, for instance of `{"ok":true,"result":{"message_id":7}}`.

    Args:
        status: HTTP status.
        headers: Looked up by name in any case.
        body: What came back.

    Raises:
        SendError: As the answer asks for.
    """
    answer = answer_object(body)
    if status == 200 and answer.get("ok") is True and "result" in answer:
        return answer["result"]
    said = answer.get("error_code")
    code = said if type(said) is int and said >= 300 else status
    if code in range(200, 300):
        raise errors.OutcomeUnknown("Telegram's answer could not be read.", code="unreadable")
    raise _error(code, headers, answer)


def _error(code: int, headers: Mapping[str, str], answer: dict[str, Any]) -> errors.SendError:
    description = str(answer.get("description") or "")
    said, name = safe_words(description), str(code)
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if code == 429:
        return errors.ChannelThrottled(said, code=name, retry_after=_wait(parameters, headers))
    if code in (401, 404):
        return errors.AccountRevoked(code=name)
    if code == 403:
        return errors.RecipientUnreachable(said, code=name)
    if code == 400:
        return _bad_request(description.lower(), said, parameters)
    if code == 504:
        return errors.OutcomeUnknown("Telegram did not answer in time behind its gateway.", code=name)
    if code == 409 or code >= 500 or code < 400:
        return errors.ChannelUnavailable(said, code=name, retry_after=_wait(parameters, headers))
    return errors.MessageRejected(said, code=name)


def _bad_request(description: str, said: str | None, parameters: dict[str, Any]) -> errors.SendError:
    moved_to = parameters.get("migrate_to_chat_id")
    if type(moved_to) is int:
        return errors.RecipientMoved(said, moved_to=str(moved_to), code="400")
    if any(words in description for words in GONE):
        return errors.RecipientUnreachable(said, code="400")
    if any(words in description for words in LATE_TAP):
        return TapTooOld(code="400")
    if NOT_MODIFIED in description:
        return NotModified(code="400")
    if UNPARSABLE in description:
        return UnparsableMarkup(code="400")
    if any(words in description for words in NO_PHOTO):
        return NoPhoto(code="400")
    if FILE_TOO_BIG in description:
        return FileTooBig(code="400")
    if FILE_LATER in description:
        return errors.ChannelUnavailable(said, code="400")
    return errors.MessageRejected(said, code="400")


def _wait(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> timedelta | None:
    asked = parameters.get("retry_after")
    return bounded_wait(asked) if type(asked) is int else asked_wait(headers)


def safe_words(description: str) -> str | None:
    """Return what Telegram says before it begins to quote, without a token; None where nothing is left."""
    plain = QUOTES.sub("", TOKEN.sub("", description)).strip(" :,")
    return plain[:120] or None
