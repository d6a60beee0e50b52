"""Bodies: how messages read once they are unsealed.

inbound   {"text": "4500", "payload": "", "attachments": [{"kind": "image", "ref": "…", …}]}
outbound  {"text": "What did it bring?", "title": "Step 4 of 4", "buttons": [["Skip", "f6f2.4:skip"]], "image": null}
"""

from typing import Any
from uuid import UUID

import orjson

from core.ids import MediaId
from core.media import Attachment, MediaKind
from core.messages import Button, Content, InboundMessage


def inbound_body(message: InboundMessage) -> bytes:
    """Return what is kept of a person's message."""
    return orjson.dumps({"text": message.text, "payload": message.payload, "attachments": message.attachments})


def outbound_body(content: Content) -> bytes:
    """Return what is kept of Sunup's message."""
    buttons = [(button.title, button.payload) for button in content.buttons]
    return orjson.dumps({"text": content.text, "title": content.title, "buttons": buttons, "image": content.image})


def content_from(body: bytes) -> Content:
    """Read Sunup's message back."""
    plain = orjson.loads(body)
    image = MediaId(UUID(plain["image"])) if plain["image"] else None
    return Content(plain["text"], plain["title"], tuple(Button(*button) for button in plain["buttons"]), image)


def attachments_from(plain: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    """Read the attachments of a person's message back."""
    return tuple(Attachment(**{**one, "kind": MediaKind(one["kind"])}) for one in plain)
