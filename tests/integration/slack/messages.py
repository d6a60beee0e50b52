"""Messages to send, requests that came, and the names that the tests share."""

from typing import Any
from uuid import UUID, uuid4

from core.ids import MediaId, MessageId
from core.messages import Content, OutboundMessage

TOKEN = "xoxb-1-2-very-secret"
BEARER = f"Bearer {TOKEN}"
CREDENTIALS = {
    "bot_token": TOKEN,
    "signing_secret": "signing-secret",
    "team_id": "T024CREW",
    "bot_user_id": "U024SUNUP",
    "api_app_id": "A024SUNUP",
}
DM = "D024ASHA"
ROOM = "C024ROOM:1794999000.000100"
ASHA = "T024CREW/U024ASHA"
PICTURE = MediaId(UUID(int=7))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def message(text: str = "Good morning", chat: str = DM, **more: Any) -> OutboundMessage:
    outer = {name: more.pop(name) for name in ("tap_id", "parts_sent", "address") if name in more}
    content = Content(text, **more)
    return OutboundMessage(MessageId(uuid4()), "slack", "default", chat, content, **{"address": ASHA, **outer})
