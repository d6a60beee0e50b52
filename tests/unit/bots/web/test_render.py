"""Frames for the browser: a table of how each thing is said."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bots.web import parse, render
from core.history import HistoryEntry
from core.ids import MediaId
from core.media import Attachment, MediaKind
from core.messages import Button, Picture

AT = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
PICTURE = MediaId(UUID("018f0000-0000-7000-8000-000000000001"))
PLAIN: dict[str, object] = {
    "type": "message",
    "seq": 3,
    "inbound": False,
    "at": "2026-11-02T07:30:00+00:00",
    "title": "",
    "text": "Ready?",
    "buttons": [],
    "image": None,
    "kind": "",
    "key": "",
    "attachments": [],
}

MESSAGES = [
    (HistoryEntry(3, False, AT, "Ready?"), PLAIN),
    (
        HistoryEntry(3, False, AT, "Ready?", "Step 1 of 5", (Button("Yes", "yes"),)),
        {
            **PLAIN,
            "title": "Step 1 of 5",
            "buttons": [{"title": "Yes", "payload": "yes"}],
        },
    ),
    (
        HistoryEntry(3, False, AT, "Ready?", image=PICTURE),
        {**PLAIN, "image": {"url": f"/chat/picture/{PICTURE}", "small": f"/chat/picture/{PICTURE}?size=small"}},
    ),
    (
        HistoryEntry(3, False, AT, "Ready?", album=(Picture(PICTURE, "Our house"),)),
        {
            **PLAIN,
            "album": [
                {
                    "url": f"/chat/picture/{PICTURE}",
                    "small": f"/chat/picture/{PICTURE}?size=small",
                    "caption": "Our house",
                }
            ],
        },
    ),
    (
        HistoryEntry(3, True, AT, "Yes", kind="tap", key="k"),
        {**PLAIN, "inbound": True, "text": "Yes", "kind": "tap", "key": "k"},
    ),
    (
        HistoryEntry(
            3,
            True,
            AT,
            kind="media",
            attachments=(Attachment(MediaKind.VOICE, "owner/ref12345", "audio/ogg", 900, "v.ogg", 7),),
        ),
        {
            **PLAIN,
            "inbound": True,
            "text": "",
            "kind": "media",
            "attachments": [
                {
                    "kind": "voice",
                    "url": "/chat/media/ref12345",
                    "mime": "audio/ogg",
                    "name": "v.ogg",
                    "size": 900,
                    "seconds": 7,
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(("entry", "frame"), MESSAGES, ids=["plain", "buttons", "picture", "album", "tap", "voice"])
def test_message(entry: HistoryEntry, frame: dict[str, object]) -> None:
    assert json.loads(render.message(entry)) == frame


TOO_FAST = parse.Refusal("too_fast", "Slower.", "k")
OTHERS = [
    (render.accepted("k"), {"type": "accepted", "id": "k"}),
    (render.refused(TOO_FAST), {"type": "refused", "id": "k", "code": "too_fast", "why": "Slower."}),
    (
        render.refused(TOO_FAST, timedelta(milliseconds=2500)),
        {"type": "refused", "id": "k", "code": "too_fast", "why": "Slower.", "retry_after": 2.5},
    ),
    (render.unavailable("k"), {"type": "unavailable", "id": "k"}),
    (render.unavailable(), {"type": "unavailable", "id": ""}),
    (render.ready("0123456789abcdef" * 2, anew=True), {"type": "ready", "who": "0123456789ab", "anew": True}),
    (render.settled(14, more=True), {"type": "settled", "seq": 14, "earlier": True}),
    (render.earlier([], more=False), {"type": "earlier", "messages": [], "earlier": False}),
    (render.pong(), {"type": "pong"}),
]


@pytest.mark.parametrize(("said", "frame"), OTHERS)
def test_frame(said: str, frame: dict[str, object]) -> None:
    assert json.loads(said) == frame


def test_attachment_never_names_its_owner_to_the_browser() -> None:
    entry = HistoryEntry(1, True, AT, attachments=(Attachment(MediaKind.IMAGE, f"{'a' * 40}/ref12345"),))
    assert "a" * 40 not in render.message(entry)


@pytest.mark.parametrize(
    ("entry", "visible"),
    [
        (HistoryEntry(1, False, AT), False),
        (HistoryEntry(1, True, AT, kind="text", key="k"), False),
        (HistoryEntry(1, False, AT, "Ready?"), True),
        (HistoryEntry(1, False, AT, image=PICTURE), True),
        (HistoryEntry(1, True, AT, attachments=(Attachment(MediaKind.IMAGE, "o/ref12345"),)), True),
    ],
)
def test_visible(entry: HistoryEntry, visible: bool) -> None:
    assert render.visible(entry) is visible
