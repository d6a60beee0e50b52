"""Twilio's error codes: what each means for a message, and in words that repeat nobody's number.

The same code comes at once, as the answer to a send, or later in a status callback.
Source: Twilio, Error and Warning Dictionary; nyaruka/courier, handlers/twiml/errors.json.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core import errors

WINDOW_CODE = "63016"
CONTENT_CODES = frozenset({"20404", "21654", "21655", "21656"})
"""The content behind a message's buttons is gone or does not fit; the message itself may be right."""
CHANNEL_WAIT = timedelta(minutes=15)
"""Between attempts while WhatsApp's own limit binds, which may last a day."""
DAY_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means.

    Args:
        kind: Which error of ours it is.
        meaning: What happened and, where somebody can mend it, how.
        wait: How long to wait before the next attempt; None for our own rule.
        whole_account: Whether a wait is meant for every recipient.
    """

    kind: type[errors.SendError]
    meaning: str
    wait: timedelta | None = None
    whole_account: bool = False


_REVOKED = errors.AccountRevoked
_THROTTLED = errors.ChannelThrottled
_LATER = errors.ChannelUnavailable
_GONE = errors.RecipientUnreachable
_REJECTED = errors.MessageRejected

CODES: Mapping[str, Code] = {
    "10001": Code(_REVOKED, "The Twilio account is not active; see its console."),
    "11751": Code(_REJECTED, "The media file is larger than WhatsApp takes (16 MB)."),
    "20003": Code(_REVOKED, "Twilio refuses the credentials; set SUNUP_TWILIO_ACCOUNT_SID and _AUTH_TOKEN anew."),
    "20005": Code(_REVOKED, "The Twilio account is not active; see its console."),
    "20006": Code(_REVOKED, "The credentials may not send messages; use the account's own auth token."),
    "20404": Code(_REJECTED, "Twilio does not have what the message refers to."),
    "20429": Code(_THROTTLED, "Too many calls at once; nothing was done.", whole_account=True),
    "20500": Code(_LATER, "Twilio had an internal error."),
    "20503": Code(_LATER, "Twilio is not available just now."),
    "21211": Code(_GONE, "The recipient is no valid WhatsApp number."),
    "21212": Code(_REVOKED, "SUNUP_WHATSAPP_FROM is no number of this Twilio account."),
    "21408": Code(_GONE, "The account may not send to this region; enable it in Twilio's geo permissions."),
    "21603": Code(_REVOKED, "No sender is set; set SUNUP_WHATSAPP_FROM."),
    "21606": Code(_REVOKED, "SUNUP_WHATSAPP_FROM cannot send to WhatsApp; register it as a WhatsApp sender."),
    "21608": Code(_GONE, "A trial account sends to verified numbers alone; verify the number or upgrade the account."),
    "21609": Code(_REVOKED, "Twilio cannot reach SUNUP_PUBLIC_URL with its reports; it must be a public address."),
    "21610": Code(_GONE, "The person has stopped messages from this sender; they come back by writing START."),
    "21611": Code(_THROTTLED, "The sender's queue at Twilio is full.", timedelta(minutes=5), whole_account=True),
    "21614": Code(_GONE, "The recipient is no mobile number."),
    "21617": Code(_REJECTED, "The text is longer than 1600 characters."),
    "21620": Code(_REJECTED, "Twilio cannot fetch the picture; SUNUP_PUBLIC_URL must be reachable from outside."),
    "21623": Code(_REJECTED, "WhatsApp takes one media file a message."),
    "21654": Code(_REJECTED, "The template's id is missing."),
    "21655": Code(_REJECTED, "The template does not exist; run `sunup templates sync`."),
    "21656": Code(_REJECTED, "The template's variables do not fit it; run `sunup templates sync`."),
    "21705": Code(_REVOKED, "The Messaging Service in SUNUP_WHATSAPP_FROM does not exist."),
    "30001": Code(_THROTTLED, "Twilio's queue is full.", timedelta(minutes=5), whole_account=True),
    "30002": Code(_REVOKED, "The Twilio account is suspended; see its console."),
    "30008": Code(_LATER, "The message failed for a reason that Twilio does not know."),
    "51002": Code(_THROTTLED, "Too many calls a second; nothing was done.", whole_account=True),
    "63001": Code(_REVOKED, "WhatsApp does not accept the sender's credentials; connect the sender in Twilio again."),
    "63002": Code(_REVOKED, "WhatsApp does not know the sender; see its state in Twilio's console."),
    "63003": Code(_GONE, "The recipient is not on WhatsApp."),
    "63005": Code(_REJECTED, "WhatsApp did not accept the content."),
    "63006": Code(_REJECTED, "Twilio could not shape the content for WhatsApp."),
    "63007": Code(_REVOKED, "SUNUP_WHATSAPP_FROM is no WhatsApp sender of this Twilio account."),
    "63008": Code(_REVOKED, "The WhatsApp sender is set up wrongly in Twilio; see its console."),
    "63009": Code(_LATER, "WhatsApp had an internal error."),
    "63010": Code(_LATER, "Twilio had an internal error."),
    "63011": Code(_REJECTED, "WhatsApp calls the message invalid."),
    "63012": Code(_LATER, "WhatsApp had an internal error."),
    "63013": Code(_REJECTED, "The message breaks a policy of WhatsApp."),
    "63014": Code(_GONE, "The person has blocked this sender."),
    "63015": Code(_GONE, "The person has not joined the sandbox in 3 days; they send it `join` and its two words."),
    WINDOW_CODE: Code(errors.WindowClosed, "More than 24 hours since the person wrote; this needs a template."),
    "63017": Code(_THROTTLED, "More than 2,000 messages a second.", whole_account=True),
    "63018": Code(_THROTTLED, "WhatsApp's own limit for this sender is reached.", CHANNEL_WAIT),
    "63019": Code(_LATER, "Twilio could not download the picture from us."),
    "63020": Code(_REVOKED, "Meta has trouble with the business account; see Meta Business Manager."),
    "63021": Code(_REJECTED, "The content is invalid; a template may hold 1,024 characters with its variables."),
    "63024": Code(_GONE, "The recipient is not valid on WhatsApp."),
    "63026": Code(_REJECTED, "WhatsApp takes the content for spam."),
    "63027": Code(_REJECTED, "The template does not exist in this language; run `sunup templates sync`."),
    "63028": Code(_REJECTED, "The template has another number of variables; run `sunup templates sync`."),
    "63030": Code(_REJECTED, "WhatsApp does not take this kind of message."),
    "63031": Code(_REJECTED, "Sender and recipient are the same."),
    "63032": Code(_GONE, "WhatsApp does not let this person have this message."),
    "63033": Code(_GONE, "WhatsApp does not let this person have messages from businesses."),
    "63034": Code(_REJECTED, "The media file is larger than WhatsApp takes."),
    "63037": Code(_LATER, "WhatsApp could not take the media file in."),
    "63038": Code(_THROTTLED, "The account's daily number of messages is reached.", DAY_WAIT, whole_account=True),
    "63040": Code(_REJECTED, "The template was not accepted; see `sunup templates list`."),
    "63041": Code(_REJECTED, "WhatsApp has paused the template; see `sunup templates list`."),
}


def meaning(code: str) -> str:
    """Return what a code means, for whoever reads reports; a code unknown to us is named."""
    known = CODES.get(code)
    return known.meaning if known else f"Twilio's error {code}; see https://www.twilio.com/docs/api/errors/{code}."


def failure(code: str, retry_after: timedelta | None = None) -> errors.SendError:
    """Return the error that a code stands for; one unknown to us is a refusal for good.

    Args:
        code: Twilio's, in digits.
        retry_after: What the answer asks for; goes ahead of what we know of the code.
    """
    known = CODES.get(code, Code(_REJECTED, meaning(code)))
    error = known.kind(known.meaning, code=code, retry_after=retry_after or known.wait)
    if isinstance(error, errors.ChannelThrottled):
        error.whole_account = known.whole_account
    return error
