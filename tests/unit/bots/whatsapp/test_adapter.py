"""The WhatsApp adapter as far as it is pure; what it sends is tested against a server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bots.adapter import Adapter, Request, Response
from bots.transport import Transport
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter, webhook_path
from bots.whatsapp.form import MOST_FIELDS, Form
from bots.whatsapp.signature import sign
from core.errors import ConfigurationError, Forged, Malformed
from core.messages import DeliveryReport, InboundMessage, TextUnit

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAYLOADS = Path(__file__).parents[3] / "payloads" / "whatsapp"
TWILIO = TwilioAccount("AC00000000000000000000000000000001", "a-very-secret-token", "whatsapp:+14155550100")
URLS = TwilioUrls(public="https://chat.example.org")


def adapter(twilio: TwilioAccount = TWILIO, urls: TwilioUrls = URLS, account: str = "default") -> WhatsAppAdapter:
    return WhatsAppAdapter(account, twilio, urls, Transport())


def body_of(name: str) -> bytes:
    return (PAYLOADS / f"{name}.form").read_bytes().rstrip(b"\n")


def request(body: bytes, path: str = "/webhooks/whatsapp", query: str = "") -> Request:
    url = f"{URLS.public}{path}?{query}" if query else f"{URLS.public}{path}"
    try:
        signature = sign(TWILIO.token, url, Form(body)).decode()
    except Malformed:
        signature = "none"
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    return Request("POST", path, headers, query, body)


def test_adapter_is_one_of_the_contract() -> None:
    ours: Adapter = adapter()

    assert (ours.channel, ours.account) == ("whatsapp", "default")


def test_adapter_verifies_then_parses_then_acknowledges() -> None:
    ours, given = adapter(), request(body_of("text"))
    ours.verify(given, NOW)

    (read,) = ours.parse(given)
    assert isinstance(read, InboundMessage)
    assert (read.text, ours.acknowledge(given)) == (
        "I sold two prompt packs",
        Response(200, b"<Response/>", "text/xml"),
    )


def test_adapter_parses_what_it_has_not_verified_a_moment_ago() -> None:
    ours = adapter()
    ours.verify(request(body_of("image")), NOW)

    assert [one.key for one in ours.parse(request(body_of("text"))) if isinstance(one, InboundMessage)] == [
        "SM000000000000000000000000000000a1"
    ]


@pytest.mark.parametrize("path", ["/webhooks/whatsapp/status", "/webhooks/whatsapp/status/coach"])
def test_adapter_takes_statuses_at_their_own_door(path: str) -> None:
    ours, given = adapter(), request(body_of("status_read"), path, "message=0198e180-7d60-7000-aded-7d8b151cbd5b")
    ours.verify(given, NOW)

    (report,) = ours.parse(given)
    assert isinstance(report, DeliveryReport)
    assert str(report.message_id) == "0198e180-7d60-7000-aded-7d8b151cbd5b"


@pytest.mark.parametrize("path", ["/webhooks/whatsapp/coach", "/webhooks/whatsapp/statuses"])
def test_adapter_takes_messages_at_every_other_door(path: str) -> None:
    ours, given = adapter(), request(body_of("text"), path)
    ours.verify(given, NOW)

    assert [type(one) for one in ours.parse(given)] == [InboundMessage]


FOREIGN = body_of("text").replace(b"AccountSid=AC00000000000000000000000000000001", b"AccountSid=AC" + b"9" * 32)
REFUSED = {
    "another account": request(FOREIGN),
    "no account": request(body_of("text").replace(b"AccountSid=", b"Account=")),
    "two accounts": request(body_of("text") + b"&AccountSid=AC" + b"9" * 32),
    "no message": request(body_of("text").replace(b"&MessageSid=", b"&Message=")),
    "empty": request(b""),
    "status without a status": request(
        body_of("status_sent").replace(b"MessageStatus=", b"A=").replace(b"SmsStatus=", b"B="),
        "/webhooks/whatsapp/status",
    ),
    "too many fields": request(b"&".join([b"a=1"] * (MOST_FIELDS + 1))),
    "unsigned": replace(request(body_of("text")), headers={"content-type": "application/x-www-form-urlencoded"}),
    "json": replace(request(b'{"MessageSid": "SM1"}'), headers={"content-type": "application/json"}),
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_adapter_refuses_what_proves_nothing(given: Request) -> None:
    with pytest.raises(Forged) as raised:
        adapter().verify(given, NOW)

    assert "very-secret" not in str(raised.value)


def test_adapter_of_another_account_refuses_a_signature_that_is_right_for_the_first() -> None:
    given = request(body_of("text"))
    other = replace(TWILIO, sid="AC00000000000000000000000000000002", token="another-secret-token")

    with pytest.raises(Forged):
        adapter(other).verify(given, NOW)


def test_adapter_without_a_public_address_refuses_everything() -> None:
    with pytest.raises(Forged):
        adapter(urls=TwilioUrls()).verify(request(body_of("text")), NOW)


def test_adapter_replay_is_verified_and_has_the_same_key() -> None:
    ours, given = adapter(), request(body_of("text"))
    for _ in range(2):
        ours.verify(given, NOW + timedelta(days=400))

    assert ours.parse(given) == ours.parse(replace(given))


def test_adapter_capabilities_are_whatsapps() -> None:
    found = adapter().capabilities

    assert (found.text_limit, found.text_unit, found.buttons, found.button_title) == (1600, TextUnit.UTF16, 3, 20)
    assert found.row_title == 24
    assert (found.list_rows, found.reply_window, found.answers_taps) == (10, timedelta(hours=24), False)
    assert (found.account_rate, round(1 / found.chat_rate), found.chat_burst) == (10.0, 6, 5)


WRONG = {
    "no account": (replace(TWILIO, sid=""), URLS, "SUNUP_TWILIO_ACCOUNT_SID"),
    "an api key for an account": (replace(TWILIO, sid="SK" + "0" * 32), URLS, "SUNUP_TWILIO_ACCOUNT_SID"),
    "no token": (replace(TWILIO, token=""), URLS, "SUNUP_TWILIO_AUTH_TOKEN"),
    "token with a line end": (replace(TWILIO, token="secret-\n"), URLS, "SUNUP_TWILIO_AUTH_TOKEN"),
    "no sender": (replace(TWILIO, sender=""), URLS, "SUNUP_WHATSAPP_FROM"),
    "api base": (TWILIO, replace(URLS, api="api.twilio.com"), "SUNUP_TWILIO_API_URL"),
    "content base": (TWILIO, replace(URLS, content="ftp://content.twilio.com"), "SUNUP_TWILIO_CONTENT_API_URL"),
}


@pytest.mark.parametrize(("twilio", "urls", "name"), WRONG.values(), ids=WRONG)
def test_adapter_setting_that_cannot_be_right_names_itself(twilio: TwilioAccount, urls: TwilioUrls, name: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as raised:
        adapter(twilio, urls)

    assert "secret" not in str(raised.value)


def test_adapter_shows_no_secret_of_its_own() -> None:
    ours = adapter()

    assert "secret" not in f"{ours!r} {ours} {ours.api!r} {TWILIO!r}"


@pytest.mark.parametrize(
    ("account", "door", "expected"),
    [
        ("default", "", "/webhooks/whatsapp"),
        ("coach", "", "/webhooks/whatsapp/coach"),
        ("default", "status", "/webhooks/whatsapp/status"),
        ("coach", "status", "/webhooks/whatsapp/status/coach"),
    ],
)
def test_webhook_path_names_every_account_but_the_default(account: str, door: str, expected: str) -> None:
    assert webhook_path(account, door) == expected


def test_form_with_every_field_blank_is_still_read() -> None:
    assert Form(urlencode({"Body": "", "From": ""}).encode()).text(b"Body") == ""
