"""Bodies: how messages read once they are unsealed.

inbound   {"text": "4500", "payload": "", "attachments": [{"kind": "image", "ref": "…", …}]}
outbound  {"text": "What did it bring?", "title": "Step 4 of 4", "buttons": [["Skip", "f6f2.4:skip"]], "image": null,
           "purpose": "reminder", "place": "home", "form": ["Write it", "f6f2.4:", "Send", "Close"],
           "album": [["0193…", "Our house"]]}

Of the latter, what follows the image only where it says something.
"""

from dataclasses import astuple
from typing import Any
from uuid import UUID

import orjson

from core.ids import MediaId
from core.media import Attachment, MediaKind
from core.messages import Button, Content, Form, InboundMessage, Picture, Place

_FIELDS = 4
"""Of an outbound message that says nothing more than everyone."""


def inbound_body(message: InboundMessage) -> bytes:
    """Return what is kept of a person's message."""
    return orjson.dumps({"text": message.text, "payload": message.payload, "attachments": message.attachments})


def outbound_body(content: Content) -> bytes:
    """Return what is kept of Sunup's message."""
    buttons = [(button.title, button.payload) for button in content.buttons]
    plain: dict[str, Any] = {"text": content.text, "title": content.title, "buttons": buttons, "image": content.image}
    if content.purpose:
        plain["purpose"] = content.purpose
    if content.place is not Place.CHAT:
        plain["place"] = content.place
    if content.form:
        plain["form"] = astuple(content.form)
    if content.album:
        plain["album"] = [(one.media, one.caption) for one in content.album]
    return orjson.dumps(plain)


def content_from(body: bytes) -> Content:
    """Read Sunup's message back."""
    plain = orjson.loads(body)
    image = MediaId(UUID(plain["image"])) if plain["image"] else None
    buttons = tuple(Button(*button) for button in plain["buttons"])
    if len(plain) == _FIELDS:  # as nearly always
        return Content(plain["text"], plain["title"], buttons, image)
    place, form = Place(plain.get("place", Place.CHAT)), plain.get("form")
    purpose = plain.get("purpose", "")
    album = tuple(Picture(MediaId(UUID(media)), caption) for media, caption in plain.get("album", ()))
    return Content(plain["text"], plain["title"], buttons, image, purpose, place, Form(*form) if form else None, album)


def attachments_from(plain: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    """Read the attachments of a person's message back."""
    return tuple(Attachment(**{**one, "kind": MediaKind(one["kind"])}) for one in plain)
