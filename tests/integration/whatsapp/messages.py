"""Messages to send, and the names that the tests share."""

from typing import Any
from uuid import UUID

from core.ids import MediaId, MessageId
from core.messages import Button, Content, OutboundMessage

ID = UUID("0198e180-7d60-7000-aded-7d8b151cbd5b")
ASHA = "+919812345678"
PICTURE = MediaId(UUID(int=7))
TWO = (Button("Yes", "go.1:yes"), Button("No", "go.1:no"))
FIVE = tuple(Button(f"Choice {place}", f"pick.1:c{place}") for place in range(1, 6))


def message(text: str = "Good morning", **more: Any) -> OutboundMessage:
    outer = {name: more.pop(name) for name in ("template", "parts_sent", "tap_id") if name in more}
    return OutboundMessage(MessageId(ID), "whatsapp", "default", ASHA, Content(text, **more), **outer)
