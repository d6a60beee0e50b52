"""The load generator's requests are such as the providers make: each adapter proves them and reads the same words."""

from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict
from twilio.request_validator import RequestValidator

from bench import wires
from bench.dialogue import ANSWERS
from bots.adapter import Adapter, Request
from bots.slack.adapter import SlackAdapter
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter
from core.messages import Inbound, InboundMessage

TOKEN = "100:bench-token-of-nobody"
API = "http://127.0.0.1:1"


def read(raw: bytes) -> Request:
    """Take a request apart."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers: CIMultiDict[str] = CIMultiDict()
    for line in lines:
        name, _, value = line.partition(": ")
        headers.add(name, value)
    assert headers["content-length"] == str(len(body))
    method, path, _ = first.split(" ")
    return Request(method, path, headers, "", body)


@pytest.fixture
def adapters() -> dict[str, Adapter]:
    transport = Transport()
    twilio = TwilioAccount(wires.ACCOUNT, wires.AUTH_TOKEN, wires.SENDER)
    slack = {"bot_token": "xoxb-bench", "signing_secret": wires.SIGNING_SECRET}
    return {
        "telegram": TelegramAdapter("default", TOKEN, wires.SECRET, API, transport),
        "whatsapp": WhatsAppAdapter("default", twilio, TwilioUrls(wires.PUBLIC_URL, API, API), transport),
        "slack": SlackAdapter("default", slack, API, transport),
    }


@pytest.mark.parametrize("channel", wires.WIRES)
def test_request_is_proven_and_read_by_its_adapter(adapters: dict[str, Adapter], channel: str) -> None:
    adapter = adapters[channel]
    said: list[Inbound] = []
    for turn in range(len(ANSWERS)):
        request = read(wires.WIRES[channel](7, turn))
        adapter.verify(request, datetime.now(UTC))
        said.extend(adapter.parse(request))
    messages = [one for one in said if isinstance(one, InboundMessage)]
    assert [one.text for one in messages] == list(ANSWERS)
    assert len({one.key for one in messages}) == len(ANSWERS)
    assert {(one.channel, one.private) for one in messages} == {(channel, True)}
    assert len({one.address for one in messages}) == 1


@pytest.mark.parametrize("channel", wires.WIRES)
def test_two_people_share_neither_address_nor_key(adapters: dict[str, Adapter], channel: str) -> None:
    found = [adapters[channel].parse(read(wires.WIRES[channel](person, 3)))[0] for person in (1, 2)]
    first, second = (one for one in found if isinstance(one, InboundMessage))
    assert first.address != second.address
    assert first.key != second.key


def test_twilio_signs_as_its_own_library_does() -> None:
    request = read(wires.whatsapp(3, 4))
    fields = wires._fields("700000003", f"{3:016x}{4:016x}", ANSWERS[4])
    validator = RequestValidator(wires.AUTH_TOKEN)
    assert validator.validate(wires.PUBLIC_URL + request.path, fields, request.headers["x-twilio-signature"])
