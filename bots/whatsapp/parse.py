"""From Twilio's forms to messages and reports: tolerant of what we do not know, strict about what we need.

Source: Twilio, "Twilio's request to your incoming message webhook URL" and "Outbound message status callbacks";
nyaruka/courier, handlers/twiml.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from bots.whatsapp.address import Sender, read_address
from bots.whatsapp.callback import read_callback
from bots.whatsapp.form import Form
from core import errors
from core.media import Attachment, MediaKind
from core.messages import DeliveryReport, DeliveryStatus, Inbound, InboundKind, InboundMessage

CHANNEL = "whatsapp"
REPLY_WINDOW = timedelta(hours=24)
"""How long after a person's message free text is taken. Source: Twilio, error 63016."""
SANDBOX = "+14155238886"
"""The number that every trial shares; a person joins it with `join two-words`. Source: Twilio, WhatsApp sandbox."""
JOIN = re.compile(r"\s*join\s+\w+-\w+\s*", re.IGNORECASE)
OPT_OUT_WORDS = {"STOP": "/stop", "START": "/start"}
"""What Twilio's own opt-out has made of a word, in whatever language; `HELP` changes nothing for us."""
SID = re.compile(r"[A-Za-z0-9]{2,64}", re.ASCII)
STATUSES = {
    "accepted": DeliveryStatus.WIRED,
    "scheduled": DeliveryStatus.WIRED,
    "queued": DeliveryStatus.WIRED,
    "sending": DeliveryStatus.WIRED,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
"""Source: twilio 9.13, MessageInstance.Status; `receiving` and `received` are about messages to us."""
MOST_MEDIA = 16
MEDIA_KINDS = {"image": MediaKind.IMAGE, "audio": MediaKind.VOICE, "video": MediaKind.VIDEO}
CARDS = frozenset({"text/vcard", "text/x-vcard"})


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose messages are read.

    Args:
        account: Name of our account.
        sender: Who we are on WhatsApp.
    """

    account: str
    sender: Sender


def read_message(form: Form, whose: Whose) -> list[Inbound]:
    """Read a message that a person sent.

    Args:
        form: A proven form.
        whose: Our account.

    Returns:
        One message, or none where it is our own that came back.

    Raises:
        Uninterpretable: It is for another sender, or it lacks what a message needs.
    """
    if not whose.sender.is_meant(form.text(b"To"), form.text(b"MessagingServiceSid")):
        raise errors.Uninterpretable("message to another sender; give that one its own account and webhook address")
    address = read_address(form.text(b"From"))
    if address is None:
        raise errors.Uninterpretable("no sender's number or id where there must be one")
    if address == whose.sender.number:
        return []
    also = read_address(form.text(b"ExternalUserId")) or ""
    said = _content(form, whose)
    return [
        InboundMessage(
            key=_sid(form),
            channel=CHANNEL,
            account=whose.account,
            address=address,
            chat=address,
            kind=said.kind,
            text=said.text,
            payload=said.payload,
            attachments=said.attachments,
            name=form.text(b"ProfileName").strip(),
            reply_window=REPLY_WINDOW,
            also="" if also == address else also,
        )
    ]


def read_status(form: Form, query: str, whose: Whose) -> DeliveryReport:
    """Read what became of a part of a message that we sent.

    Args:
        form: A proven form.
        query: Of the address that was called, proven with it; see `bots.whatsapp.callback`.
        whose: Our account.

    Raises:
        Uninterpretable: It is about another sender's message.
    """
    if not _is_ours(form, whose.sender):
        raise errors.Uninterpretable("status of another sender's message; give that one its own account")
    told, code = read_callback(query), form.text(b"ErrorCode")
    return DeliveryReport(
        CHANNEL,
        whose.account,
        STATUSES.get(status_of(form)),
        _sid(form),
        message_id=told.message,
        code="" if code == "0" else code,
        part=told.part,
        parts=told.parts,
    )


def status_of(form: Form) -> str:
    """Return Twilio's word for where a message stands; empty where the form names none."""
    return form.text(b"MessageStatus") or form.text(b"SmsStatus")


@dataclass(frozen=True, slots=True)
class _Said:
    kind: InboundKind
    text: str = ""
    payload: str = ""
    attachments: tuple[Attachment, ...] = ()


def _content(form: Form, whose: Whose) -> _Said:
    body = form.text(b"Body")
    payload = form.text(b"ButtonPayload") or form.text(b"ListId")
    if payload:
        return _Said(InboundKind.TAP, form.text(b"ButtonText") or form.text(b"ListTitle") or body, payload)
    kind = form.text(b"MessageType")
    attachments = () if kind == "sticker" else _attachments(form)
    if attachments:
        return _Said(InboundKind.MEDIA, body, attachments=attachments)
    text = _words(form, body, whose) or form.text(b"ButtonText")
    if text and not form.text(b"MediaUrl0") and not form.text(b"Latitude"):
        return _Said(InboundKind.TEXT, text)
    return _Said(InboundKind.OTHER, text)


def _words(form: Form, body: str, whose: Whose) -> str:
    opted = OPT_OUT_WORDS.get(form.text(b"OptOutType"))
    if opted:
        return opted
    if whose.sender.number == SANDBOX and JOIN.fullmatch(body):
        return "/start"  # to the sandbox, this is what the Start button is elsewhere
    return body


def _attachments(form: Form) -> tuple[Attachment, ...]:
    found = []
    for place in range(MOST_MEDIA):
        url = form.text(b"MediaUrl%d" % place)
        if not url:
            break
        mime = form.text(b"MediaContentType%d" % place).partition(";")[0].strip().lower()
        if mime not in CARDS:
            found.append(attachment(url, mime))
    return tuple(found)


def attachment(url: str, mime: str) -> Attachment:
    """Return a file that Twilio keeps at an address; its claimed type says what it is to us."""
    return Attachment(MEDIA_KINDS.get(mime.partition("/")[0], MediaKind.DOCUMENT), url, mime)


def _is_ours(form: Form, sender: Sender) -> bool:
    # A service's callback does not always repeat the service; its account and our own query prove it as well.
    service = form.text(b"MessagingServiceSid") or sender.service
    return sender.is_meant(form.text(b"From"), service)


def _sid(form: Form) -> str:
    sid = form.text(b"MessageSid")
    if not SID.fullmatch(sid):
        raise errors.Uninterpretable("no MessageSid where there must be one")
    return sid
