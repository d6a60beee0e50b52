"""The web chat behind the contract of all channels."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bots.adapter import Adapter, Fetched, Request
from bots.web import signature
from bots.web.adapter import WebAdapter
from core import errors
from core.ids import MessageId
from core.media import Attachment, MediaKind
from core.messages import Content, DeliveryStatus, InboundMessage, OutboundMessage

NOW = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
TOKEN = "T" * 43
HEADERS = {
    "host": "chat.example.org",
    "origin": "https://chat.example.org",
    "cookie": f"sunup_session={TOKEN}",
}
SAY = b'{"type":"say","id":"6f1c0a9b-e2d7-4c55-8a11-0123456789ab","text":"hello"}'


class Sunup:
    """Hears announcements and keeps two files."""

    def __init__(self) -> None:
        self.announced: list[str] = []
        self.adapter: Adapter = WebAdapter(self.announce, self.read, public_url="https://chat.example.org")

    async def announce(self, chat: str) -> None:
        self.announced.append(chat)

    async def read(self, owner: str, ref: str) -> Fetched | None:
        return {("mine", "ref12345"): Fetched(b"1234", "image/png", "a.png")}.get((owner, ref))


def request(body: bytes, **headers: str) -> Request:
    return Request("GET", "/chat/socket", {**HEADERS, **headers}, body=body)


def test_parse_valid_is_a_message_of_the_session() -> None:
    (message,) = Sunup().adapter.parse(request(SAY))
    assert isinstance(message, InboundMessage)
    assert (message.channel, message.account, message.text) == ("web", "default", "hello")
    assert message.address == message.chat == signature.session_address(TOKEN)


def test_parse_hello_is_of_no_concern() -> None:
    assert list(Sunup().adapter.parse(request(b'{"type":"hello"}'))) == []


def test_parse_malformed_is_refused() -> None:
    with pytest.raises(errors.Malformed):
        Sunup().adapter.parse(request(b"nonsense"))


def test_verify_foreign_page_is_refused() -> None:
    adapter = Sunup().adapter
    adapter.verify(request(b""), NOW)
    with pytest.raises(errors.Forged):
        adapter.verify(request(b"", origin="http://chat.example.org"), NOW)


def test_acknowledge_is_empty() -> None:
    answer = Sunup().adapter.acknowledge(request(SAY))
    assert (answer.status, answer.body) == (204, b"")


async def test_send_announces_the_chat_and_returns_a_receipt() -> None:
    sunup = Sunup()
    message = OutboundMessage(MessageId(UUID(int=1)), "web", "default", "chat-1", Content("Good morning"), seq=7)
    receipt = await sunup.adapter.send(message)
    assert sunup.announced == ["chat-1"]
    assert (receipt.external_ids, receipt.status) == (("7",), DeliveryStatus.WIRED)


async def test_fetch_returns_the_owners_upload() -> None:
    fetched = await Sunup().adapter.fetch(Attachment(MediaKind.IMAGE, "mine/ref12345"), 4)
    assert fetched == Fetched(b"1234", "image/png", "a.png")


@pytest.mark.parametrize(
    ("ref", "limit", "reason"),
    [
        ("other/ref12345", 10, "unavailable"),
        ("ref12345", 10, "unavailable"),
        ("mine/gone1234", 10, "unavailable"),
        ("mine/ref12345", 3, "too_large"),
    ],
)
async def test_fetch_of_what_is_not_there_theirs_or_small_is_rejected(ref: str, limit: int, reason: str) -> None:
    with pytest.raises(errors.MediaRejected) as rejected:
        await Sunup().adapter.fetch(Attachment(MediaKind.IMAGE, ref), limit)
    assert rejected.value.reason == reason
