"""Twilio's forms as messages and reports: a table over captured payloads."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.whatsapp.address import Sender
from bots.whatsapp.form import Form
from bots.whatsapp.parse import SANDBOX, Whose, read_message, read_status
from core import errors
from core.ids import MessageId
from core.media import Attachment, MediaKind
from core.messages import DeliveryReport, DeliveryStatus, InboundKind, InboundMessage

PAYLOADS = Path(__file__).parents[3] / "payloads" / "whatsapp"
OURS = Whose("default", Sender(number="+14155550100"))
SERVICE = Whose("default", Sender(service="MG00000000000000000000000000000001"))
SM, MM = "SM000000000000000000000000000000a1", "MM000000000000000000000000000000a1"
MEDIA = (
    "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001"
    "/Messages/MM000000000000000000000000000000a1/Media/ME000000000000000000000000000000b"
)
ASHA = InboundMessage(
    key=SM,
    channel="whatsapp",
    account="default",
    address="+919812345678",
    chat="+919812345678",
    kind=InboundKind.TEXT,
    text="I sold two prompt packs",
    name="Asha Rao",
    reply_window=timedelta(hours=24),
)
SCOPED = "US.13491208655302741918"
FILE = replace(ASHA, key=MM, kind=InboundKind.MEDIA, text="")
OTHER = replace(ASHA, kind=InboundKind.OTHER, text="")
TAP = replace(ASHA, kind=InboundKind.TAP)


def form(name: str) -> Form:
    return Form((PAYLOADS / f"{name}.form").read_bytes().rstrip(b"\n"))


def files(*found: tuple[MediaKind, str]) -> tuple[Attachment, ...]:
    return tuple(Attachment(kind, f"{MEDIA}{place}", mime) for place, (kind, mime) in enumerate(found))


UNDERSTOOD: dict[str, InboundMessage] = {
    "text": ASHA,
    "text_blank_and_unknown_fields": replace(ASHA, text="hello"),
    "text_hindi_and_emoji": replace(ASHA, text="मैंने दो पैक बेचे 🌞"),
    "text_nul": replace(ASHA, text="sold now"),
    "text_prefixless_sender": ASHA,
    "text_scoped_sender": replace(ASHA, address=SCOPED, chat=SCOPED),
    "text_external_id": replace(ASHA, also="IN.45661208655302741918"),
    "text_external_id_junk": ASHA,
    "text_without_name": replace(ASHA, name=""),
    "text_forwarded": replace(ASHA, text="look at this"),
    "text_reply": replace(ASHA, text="this one"),
    "text_referral": replace(ASHA, text="hi"),
    "text_through_service": ASHA,
    "sandbox_join_ordinary_number": replace(ASHA, text="join silver-fox"),
    "opt_out_localised": replace(ASHA, text="/stop"),
    "opt_in": replace(ASHA, text="/start"),
    "opt_help": replace(ASHA, text="HELP"),
    "button_reply": replace(TAP, text="I am stuck", payload="pack.3:stuck"),
    "button_of_template": replace(TAP, text="Yes, go on", payload="/continue"),
    "button_without_payload": replace(ASHA, text="Confirm"),
    "list_pick": replace(TAP, text="Design", payload="pick.1:design"),
    "image": replace(FILE, text="My page on sale", attachments=files((MediaKind.IMAGE, "image/jpeg"))),
    "images": replace(FILE, attachments=files((MediaKind.IMAGE, "image/jpeg"), (MediaKind.IMAGE, "image/png"))),
    "voice": replace(FILE, attachments=files((MediaKind.VOICE, "audio/ogg"))),
    "video": replace(FILE, attachments=files((MediaKind.VIDEO, "video/mp4"))),
    "document": replace(FILE, text="offer.pdf", attachments=files((MediaKind.DOCUMENT, "application/pdf"))),
    "sticker": replace(OTHER, key=MM),
    "contact": replace(OTHER, key=MM),
    "location": OTHER,
    "unheard_of_content": OTHER,
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_read_message(name: str) -> None:
    assert read_message(form(name), OURS) == [UNDERSTOOD[name]]


def test_read_message_looks_into_none_of_the_json_in_its_fields() -> None:
    fields = {"MessageSid": SM, "From": "whatsapp:+919812345678", "To": "whatsapp:+14155550100", "Body": "hello"}
    deep = '{"a":' * 20_000 + "1" + "}" * 20_000
    body = urlencode({**fields, "ChannelMetadata": deep, "InteractiveData": deep}).encode()

    assert read_message(Form(body), OURS) == [replace(ASHA, text="hello", name="")]


def test_read_message_of_our_own_that_comes_back_is_ignored() -> None:
    assert read_message(form("own_echo"), OURS) == []


def test_read_message_that_joins_the_sandbox_starts() -> None:
    sandbox = Whose("default", Sender(number=SANDBOX))

    assert read_message(form("sandbox_join"), sandbox) == [replace(ASHA, text="/start")]


def test_read_message_to_a_service_goes_by_the_service() -> None:
    assert read_message(form("text_through_service"), SERVICE) == [ASHA]
    with pytest.raises(errors.Uninterpretable, match="another sender"):
        read_message(form("text"), SERVICE)


ODD = {
    "odd_no_sender": "sender",
    "odd_sender": "sender",
    "odd_other_recipient": "another sender",
    "odd_no_sid": "MessageSid",
    "odd_sid": "MessageSid",
}


@pytest.mark.parametrize(("name", "reason"), ODD.items(), ids=ODD)
def test_read_message_that_cannot_be_understood_says_why(name: str, reason: str) -> None:
    with pytest.raises(errors.Uninterpretable, match=reason):
        read_message(form(name), OURS)


MESSAGE = MessageId(UUID("0198e180-7d60-7000-aded-7d8b151cbd5b"))
REPORT = DeliveryReport("whatsapp", "default", DeliveryStatus.DELIVERED, SM, MESSAGE)
STATUSES = {
    "status_accepted": DeliveryStatus.WIRED,
    "status_scheduled": DeliveryStatus.WIRED,
    "status_queued": DeliveryStatus.WIRED,
    "status_sending": DeliveryStatus.WIRED,
    "status_sent": DeliveryStatus.SENT,
    "status_partially_delivered": DeliveryStatus.SENT,
    "status_delivered": DeliveryStatus.DELIVERED,
    "status_read": DeliveryStatus.READ,
    "status_undelivered": DeliveryStatus.FAILED,
    "status_failed": DeliveryStatus.FAILED,
    "status_canceled": DeliveryStatus.FAILED,
    "status_receiving": None,
    "status_teleported": None,
}


@pytest.mark.parametrize(("name", "status"), STATUSES.items(), ids=STATUSES)
def test_read_status(name: str, status: DeliveryStatus | None) -> None:
    assert read_status(form(name), f"message={MESSAGE}", OURS) == replace(REPORT, status=status)


@pytest.mark.parametrize("query", ["", "message=", "message=asdf", "uuid=1", "message=%00", "&&=&"])
def test_read_status_without_our_id_goes_by_twilios(query: str) -> None:
    assert read_status(form("status_delivered"), query, OURS) == replace(REPORT, message_id=None)


def test_read_status_carries_the_code_and_zero_is_none() -> None:
    failed = read_status(form("status_failed_window"), f"message={MESSAGE}", OURS)
    fine = read_status(form("status_code_zero"), f"message={MESSAGE}", OURS)

    assert (failed, fine) == (replace(REPORT, status=DeliveryStatus.FAILED, code="63016"), REPORT)


UNREACHABLE = {
    "status_failed_stopped": "21610",
    "status_undelivered_blocked": "63033",
    "status_scoped_recipient": "21610",
}


@pytest.mark.parametrize(("name", "code"), UNREACHABLE.items(), ids=UNREACHABLE)
def test_read_status_of_somebody_unreachable_is_a_report_that_the_sender_acts_upon(name: str, code: str) -> None:
    told = read_status(form(name), f"message={MESSAGE}", OURS)

    assert told == replace(REPORT, status=DeliveryStatus.FAILED, code=code)


PARTS = {
    "part=2&parts=3": (2, 3),
    "parts=3&part=3": (3, 3),
    "": (1, 1),
    "part=2": (1, 1),
    "part=0&parts=3": (1, 1),
    "part=4&parts=3": (1, 1),
    "part=-1&parts=3": (1, 1),
    "part=two&parts=3": (1, 1),
    "part=1&parts=" + "9" * 5000: (1, 1),
    "part=١&parts=٣": (1, 1),
}


@pytest.mark.parametrize(("query", "part"), PARTS.items(), ids=[one[:20] for one in PARTS])
def test_read_status_says_which_part_of_the_message_it_is_about(query: str, part: tuple[int, int]) -> None:
    told = read_status(form("status_delivered"), f"message={MESSAGE}&{query}", OURS)

    assert told == replace(REPORT, part=part[0], parts=part[1])


def test_read_status_of_another_senders_message_is_not_understood() -> None:
    with pytest.raises(errors.Uninterpretable, match="another sender"):
        read_status(form("status_other_sender"), f"message={MESSAGE}", OURS)


@pytest.mark.parametrize("name", ["status_through_service", "status_delivered"])
def test_read_status_of_a_service_is_proven_without_its_name(name: str) -> None:
    assert read_status(form(name), f"message={MESSAGE}", SERVICE) == REPORT


FIELDS = st.sampled_from(
    ["Body", "From", "To", "MessageSid", "ButtonPayload", "ListId", "MediaUrl0", "MediaContentType0", "ExternalUserId"]
)


@given(st.dictionaries(FIELDS, st.text(max_size=40)))
def test_read_message_takes_or_refuses_whatever_comes(changed: dict[str, str]) -> None:
    fields = {"MessageSid": SM, "From": "whatsapp:+919812345678", "To": "whatsapp:+14155550100", **changed}
    body = urlencode(fields, errors="replace").encode()
    try:
        read = read_message(Form(body), OURS)
    except errors.Uninterpretable:
        return

    for message in read:
        assert isinstance(message, InboundMessage)
        assert message.key
        assert "\x00" not in f"{message.text}{message.name}{message.payload}"


@given(st.binary(max_size=200), st.text(max_size=60))
def test_read_status_takes_or_refuses_whatever_comes(body: bytes, query: str) -> None:
    try:
        read = read_status(Form(body), query, OURS)
    except (errors.Uninterpretable, errors.Malformed):
        return

    assert 1 <= read.part <= read.parts
