"""From an answer of Twilio to its content, or to one of our errors.

Pure. Twilio's own message quotes the person's number, so it is never repeated; the code says enough.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bots.answers import answer_object, asked_wait
from bots.whatsapp.codes import CODES, failure
from core import errors


def interpret(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return what an answer holds, for instance of `{"sid":"SM…","status":"queued"}`.

    Args:
        status: HTTP status.
        headers: Looked up by name in any case.
        body: What came back; an error's is for instance `{"code":21211,"message":"…","status":400}`.

    Raises:
        SendError: As the answer asks for.
    """
    answer = answer_object(body)
    if 200 <= status < 300:
        if not answer:
            raise errors.OutcomeUnknown("The answer could not be read.", code="unreadable")
        return answer
    raise _error(status, _code(answer), asked_wait(headers))


def _error(status: int, code: str, wait: timedelta | None) -> errors.SendError:
    if status == 429:
        # Not processed, whatever the code says. Source: Twilio, error 20429.
        error = failure(code if CODES.get(code) else "20429", wait)
        return error if isinstance(error, errors.ChannelThrottled) else failure("20429", wait)
    if code in CODES:
        return failure(code, wait)
    if status in (401, 403):
        return errors.AccountRevoked(code=code or str(status))
    if status == 504:
        return errors.OutcomeUnknown("Twilio did not answer in time behind its gateway.", code="504")
    if status >= 500 or status < 400 or status == 408:
        return errors.ChannelUnavailable(code=code or str(status), retry_after=wait)
    return failure(code or str(status))


def _code(answer: Mapping[str, Any]) -> str:
    code = answer.get("code")
    return str(code) if type(code) is int or (isinstance(code, str) and code.isdecimal()) else ""
