"""Messages to send, and the names that the tests share."""

from typing import Any
from uuid import UUID, uuid4

from core.ids import MediaId, MessageId
from core.messages import Content, OutboundMessage
from tests.fakes.telegram import Person

TOKEN = "100:a-very-secret-token"
SECRET = "webhook-secret"
PICTURE = MediaId(UUID(int=7))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def message(person: Person | int, text: str = "Good morning", **more: Any) -> OutboundMessage:
    chat = person if isinstance(person, int) else person.id
    outer = {name: more.pop(name) for name in ("tap_id", "parts_sent") if name in more}
    content = Content(text, **more)
    return OutboundMessage(MessageId(uuid4()), "telegram", "default", str(chat), content, **outer)
