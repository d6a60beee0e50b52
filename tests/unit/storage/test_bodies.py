from uuid import UUID

import orjson

from core.ids import MediaId
from core.media import Attachment, MediaKind
from core.messages import Button, Content, Form, InboundKind, InboundMessage, Picture, Place
from storage.bodies import attachments_from, content_from, inbound_body, outbound_body


def test_outbound_body_reads_back_as_it_was_written() -> None:
    image = MediaId(UUID(int=7))
    for content in (
        Content("Done?", "Step 2 of 5", (Button("Yes", "a.1:yes"), Button("नहीं", "a.1:no")), image),
        Content(""),
        Content("Still there?", purpose="reminder"),
        Content("Look", album=(Picture(image, "Our house"), Picture(image))),
        Content("Today", place=Place.HOME, form=Form("Write it", "a.1:", "Send", "Close")),
    ):
        assert content_from(outbound_body(content)) == content


def test_outbound_body_of_the_release_before_is_read() -> None:
    body = b'{"text": "Done?", "title": "", "buttons": [["Yes", "a.1:yes"]], "image": null}'
    assert content_from(body) == Content("Done?", buttons=(Button("Yes", "a.1:yes"),))
    assert orjson.loads(outbound_body(content_from(body))) == orjson.loads(body)


def test_inbound_body_keeps_words_payload_and_files() -> None:
    files = (
        Attachment(MediaKind.IMAGE, "file-1", "image/png", 1000, "page.png"),
        Attachment(MediaKind.VOICE, "file-2", seconds=4),
    )
    message = InboundMessage(
        "k",
        "telegram",
        "default",
        "7",
        "7",
        InboundKind.MEDIA,
        "look",
        payload="a.1:yes",
        attachments=files,
        name="Asha",
    )
    plain = orjson.loads(inbound_body(message))
    assert (plain["text"], plain["payload"]) == ("look", "a.1:yes")
    assert attachments_from(plain["attachments"]) == files
    assert "Asha" not in str(plain)
