"""Frames of the browser: a table of what each one means."""

import json
from typing import Any

import pytest

from bots.web import parse
from core.media import Attachment, MediaKind
from core.messages import InboundKind, InboundMessage

ID = "6f1c0a9b-e2d7-4c55-8a11-0123456789ab"
ADDRESS = "a" * 40
SESSION = parse.Session(ADDRESS, language="de-DE", zone="Europe/Berlin")


def message(kind: InboundKind, **fields: Any) -> InboundMessage:
    return InboundMessage(
        key=ID,
        channel="web",
        account="default",
        address=ADDRESS,
        chat=ADDRESS,
        kind=kind,
        language="de-DE",
        zone="Europe/Berlin",
        **fields,
    )


def media(**fields: object) -> dict[str, object]:
    return {"type": "media", "id": ID, "ref": "0123456789abcdef", "kind": "image", **fields}


VALID = [
    ({"type": "say", "id": ID, "text": "hello"}, message(InboundKind.TEXT, text="hello")),
    (
        {"type": "say", "id": ID, "text": "مرحبا 😀\n\tnext"},
        message(InboundKind.TEXT, text="مرحبا 😀\n\tnext"),
    ),
    ({"type": "say", "id": ID, "text": "nul\x00 bell\x07"}, message(InboundKind.TEXT, text="nul bell")),
    ({"type": "say", "id": ID, "text": "x" * 8000}, message(InboundKind.TEXT, text="x" * 8000)),
    (
        {"type": "tap", "id": ID, "payload": "yes", "title": "Yes"},
        message(InboundKind.TAP, text="Yes", payload="yes"),
    ),
    ({"type": "tap", "id": ID, "payload": "é" * 32}, message(InboundKind.TAP, payload="é" * 32)),
    (
        media(mime="image/png", name="page.png", size=4711, text="my page"),
        message(
            InboundKind.MEDIA,
            text="my page",
            attachments=(Attachment(MediaKind.IMAGE, f"{ADDRESS}/0123456789abcdef", "image/png", 4711, "page.png", 0),),
        ),
    ),
    (
        media(kind="voice", mime="audio/webm;codecs=opus", seconds=12),
        message(
            InboundKind.MEDIA,
            attachments=(
                Attachment(MediaKind.VOICE, f"{ADDRESS}/0123456789abcdef", "audio/webm;codecs=opus", 0, "", 12),
            ),
        ),
    ),
    ({"type": "hello"}, parse.Hello(0)),
    (
        {"type": "hello", "after": 12, "language": "hi", "zone": "Asia/Kolkata", "who": "4f1c"},
        parse.Hello(12, "hi", "Asia/Kolkata", "4f1c"),
    ),
    ({"type": "hello", "after": 1, "language": "<b>", "zone": "../etc", "who": 7}, parse.Hello(1)),
    ({"type": "seen", "seq": 14}, parse.Seen(14)),
    ({"type": "earlier", "before": 14}, parse.Earlier(14)),
    ({"type": "ping"}, parse.Ping()),
]


@pytest.mark.parametrize(("frame", "meaning"), VALID)
def test_read_frame_valid(frame: dict[str, object], meaning: object) -> None:
    assert parse.read_frame(json.dumps(frame), SESSION) == meaning


REFUSED = [
    ({"type": "say", "id": ID, "text": "x" * 8001}, "too_long", ID),
    (media(text="x" * 8001), "too_long", ID),
    ({"type": "say", "id": ID, "text": " \n "}, "empty", ID),
    ({"type": "say", "id": ID, "text": "\x00"}, "empty", ID),
    ({"type": "say", "id": ID}, "empty", ID),
    ({"type": "say", "id": ID.upper(), "text": "x"}, "bad_id", ""),
    ({"type": "say", "id": ID + "\n", "text": "x"}, "bad_id", ""),
    ({"type": "say", "text": "x"}, "bad_id", ""),
    ({"type": "tap", "id": ID, "payload": ""}, "malformed", ID),
    ({"type": "tap", "id": ID, "payload": "é" * 33}, "malformed", ID),
    ({"type": "tap", "id": "1", "payload": "yes"}, "bad_id", ""),
    (media(ref="../../etc/passwd"), "bad_file", ID),
    (media(ref=f"{'b' * 40}/0123456789abcdef"), "bad_file", ID),
    (media(ref=""), "bad_file", ID),
    (media(kind="program"), "bad_file", ID),
    (media(kind=["image"]), "bad_file", ID),
    (media(size=-1), "bad_file", ID),
    (media(size=True), "bad_file", ID),
    (media(seconds=1.5), "bad_file", ID),
    ({"type": "hello", "after": -1}, "malformed", ""),
    ({"type": "hello", "after": True}, "malformed", ""),
    ({"type": "hello", "after": 2**53}, "malformed", ""),
    ({"type": "seen", "seq": "1"}, "malformed", ""),
    ({"type": "earlier", "before": None}, "malformed", ""),
    ({"type": "launch", "id": ID}, "malformed", ID),
    ({"type": None}, "malformed", ""),
    ([], "malformed", ""),
    ("say", "malformed", ""),
    (None, "malformed", ""),
]


@pytest.mark.parametrize(("frame", "code", "id_"), REFUSED)
def test_read_frame_refused(frame: object, code: str, id_: str) -> None:
    refusal = parse.read_frame(json.dumps(frame), SESSION)
    assert isinstance(refusal, parse.Refusal)
    assert (refusal.code, refusal.id) == (code, id_)
    assert refusal.why.endswith(".")


@pytest.mark.parametrize("raw", ["", "{", b"\xff\xfe", "[" * 100_000, "NaN", '{"type":"say","text":"\\ud800"}'])
def test_read_frame_malformed_is_refused_and_never_raises(raw: bytes | str) -> None:
    refusal = parse.read_frame(raw, SESSION)
    assert isinstance(refusal, parse.Refusal)
    assert refusal.code == "malformed"


def test_file_name_of_a_claim_loses_controls_and_length() -> None:
    frame = parse.read_frame(json.dumps(media(name="a\nb\x00" + "c" * 300)), SESSION)
    assert isinstance(frame, InboundMessage)
    assert frame.attachments[0].name == "a b" + "c" * 197


def test_owned_ref_names_its_owner_and_splits_again() -> None:
    assert parse.split_ref(parse.owned_ref("owner", "ref")) == ("owner", "ref")
    assert parse.split_ref("ref") == ("", "ref")
