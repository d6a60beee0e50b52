"""A call that brought no answer."""

import pytest

from bots.transport import AnswerLost, BodyTooLarge, ConnectFailed, TransportError, unanswered
from core import errors

LOST = "Twilio did not answer in time or broke off."
NOT_REACHED = "Twilio could not be reached."
CASES: list[tuple[TransportError, bool, type[errors.SendError], str, str]] = [
    (AnswerLost("ReadTimeout"), True, errors.OutcomeUnknown, LOST, "ReadTimeout"),
    (AnswerLost("ReadTimeout"), False, errors.ChannelUnavailable, LOST, "ReadTimeout"),
    (ConnectFailed("Refused"), True, errors.ChannelUnavailable, NOT_REACHED, "Refused"),
    (ConnectFailed(), False, errors.ChannelUnavailable, NOT_REACHED, "ConnectFailed"),
    (BodyTooLarge("large"), True, errors.ChannelUnavailable, NOT_REACHED, "large"),
]


@pytest.mark.parametrize(("error", "acts", "kind", "said", "code"), CASES)
def test_unanswered_call_that_may_have_acted_is_the_only_unknown_one(
    error: TransportError, acts: bool, kind: type[errors.SendError], said: str, code: str
) -> None:
    with pytest.raises(errors.SendError) as raised:
        unanswered("Twilio", error, acts=acts)

    assert (type(raised.value), str(raised.value), raised.value.code) == (kind, said, code)
    assert raised.value.__cause__ is None
