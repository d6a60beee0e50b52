"""Telegram updates as messages: a table over captured payloads."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.parse import parse_update, split_chat
from core import errors
from core.media import Attachment, MediaKind
from core.messages import InboundKind, InboundMessage
from tests.unit.bots.oddities import spoilt

PAYLOADS = Path(__file__).parents[3] / "payloads" / "telegram"
SENT = datetime.fromtimestamp(1795000000, UTC)
ASHA = InboundMessage(
    key="",
    channel="telegram",
    account="default",
    address="5123456789",
    chat="5123456789",
    kind=InboundKind.TEXT,
    name="Asha Rao",
    language="en",
    sent_at=SENT,
)
GROUP = replace(ASHA, chat="-4012345678", private=False)
MEDIA = replace(ASHA, kind=InboundKind.MEDIA)
OTHER = replace(ASHA, kind=InboundKind.OTHER)
TAP = replace(
    ASHA,
    kind=InboundKind.TAP,
    text="I am stuck",
    payload="step:pack:stuck",
    tap_id="4382bfdwdsb323b2d9",
    sent_at=None,
)
MOVED = replace(
    ASHA,
    kind=InboundKind.MOVED,
    chat="-4012345678",
    moved_to="-1001987654321",
    private=False,
    name="",
    language="",
)


def _file(kind: MediaKind, ref: str, mime: str, size: int = 0, name: str = "", seconds: int = 0) -> Any:
    return (Attachment(kind, ref, mime, size, name, seconds),)


UNDERSTOOD: dict[str, InboundMessage] = {
    "text": replace(ASHA, text="I sold two prompt packs"),
    "text_unknown_fields": replace(ASHA, text="hello"),
    "reply": replace(ASHA, text="this one"),
    "text_without_date": replace(ASHA, text="hi", sent_at=None),
    "text_minimal_sender": replace(ASHA, text="hi", name="Asha", language=""),
    "text_nul_and_half_emoji": replace(ASHA, text="sold \ufffd now"),
    "text_emoji": replace(ASHA, text="🌞" * 2048),
    "text_large_ids": replace(ASHA, text="hi", address="4503599627370495", chat="4503599627370495"),
    "deep_link": replace(ASHA, text="/start spring_2027"),
    "photo": replace(
        MEDIA,
        text="My page on sale",
        attachments=_file(MediaKind.IMAGE, "AgAClarge", "image/jpeg", 168432),
    ),
    "photo_of_album": replace(MEDIA, attachments=_file(MediaKind.IMAGE, "AgACsmall", "image/jpeg", 1120)),
    "voice": replace(MEDIA, attachments=_file(MediaKind.VOICE, "AwACvoice", "audio/ogg", 28411, seconds=7)),
    "audio": replace(MEDIA, attachments=_file(MediaKind.VOICE, "CQACaudio", "audio/mpeg", 2912342, "memo.mp3", 182)),
    "document": replace(
        MEDIA,
        text="The offer",
        attachments=_file(MediaKind.DOCUMENT, "BQACdoc", "application/pdf", 48211, "offer.pdf"),
    ),
    "document_picture": replace(
        MEDIA, attachments=_file(MediaKind.IMAGE, "BQACpng", "image/png", 918211, "screen.png")
    ),
    "document_hostile_name": replace(
        MEDIA, attachments=_file(MediaKind.DOCUMENT, "BQACodd", "text/plain", 0, "..\\..\\etc/passwd")
    ),
    "video": replace(MEDIA, attachments=_file(MediaKind.VIDEO, "BAACvideo", "video/mp4", 1200000, "v.mp4", 12)),
    "video_note": replace(MEDIA, attachments=_file(MediaKind.VIDEO, "DQACnote", "", 400000, seconds=5)),
    "animation": replace(MEDIA, attachments=_file(MediaKind.VIDEO, "CgACgif", "video/mp4", 91000, "x.mp4", 3)),
    "sticker": OTHER,
    "location": OTHER,
    "contact": OTHER,
    "poll": OTHER,
    "unheard_of_content": OTHER,
    "edited": replace(
        ASHA,
        kind=InboundKind.EDIT,
        text="I sold three prompt packs",
        sent_at=datetime.fromtimestamp(1795000060, UTC),
    ),
    "edited_caption": replace(
        ASHA,
        kind=InboundKind.EDIT,
        text="Better",
        sent_at=datetime.fromtimestamp(1795000061, UTC),
        attachments=_file(MediaKind.IMAGE, "AgACsmall", "image/jpeg", 1120),
    ),
    "blocked": replace(ASHA, kind=InboundKind.BLOCKED, sent_at=datetime.fromtimestamp(1795000100, UTC)),
    "unblocked": replace(ASHA, kind=InboundKind.UNBLOCKED, sent_at=datetime.fromtimestamp(1795000100, UTC)),
    "migrated_to": MOVED,
    "migrated_from": replace(MOVED, address="1087968824"),
    "tap": TAP,
    "tap_old_message": replace(TAP, text=""),
    "tap_group": replace(TAP, chat="-4012345678", private=False),
    "group_text": replace(GROUP, text="hello all"),
    "group_command_ours": replace(GROUP, text="/help me please"),
    "group_command_ours_lines": replace(GROUP, text="/note\nfirst line\nsecond"),
    "group_reply_thread": replace(GROUP, chat="-1001987654321", text="in a reply thread"),
    "forum_thread": replace(GROUP, chat="-1002012345678:5", text="in a topic"),
    "tap_forum_thread": replace(TAP, chat="-1002012345678:5", private=False),
}
OF_NO_CONCERN = [
    "empty",
    "unheard_of_content_group",
    "service_pinned",
    "service_member_joined",
    "forum_topic_created",
    "promoted_in_group",
    "kicked_from_group",
    "group_command_other",
    "bot_sender",
    "anonymous_admin",
    "channel_forward",
    "channel_post",
    "reaction",
    "poll_answer",
    "unknown_update",
]
NOT_UNDERSTOOD = [
    "odd_message_no_chat",
    "odd_message_no_sender",
    "odd_message_not_an_object",
    "odd_chat_id",
    "odd_sender_id",
    "odd_tap_without_id",
    "odd_migration",
    "odd_member_missing",
    "odd_no_update_id",
    "odd_update_id_text",
    "tap_inline_message",
]
MALFORMED = {
    "empty body": b"",
    "no json": b"update_id=7",
    "cut off": b'{"update_id": 7',
    "a list": b'[{"update_id": 7}]',
    "a text": b'"hi"',
    "null": b"null",
    "not a number": b'{"update_id": NaN}',
    "not utf-8": b'{"update_id": 7, "message": "\xff\xfe"}',
    "a list that is nested too deeply": b'[{"a":' + b"[" * 900 + b"]" * 900 + b"}]",
}


def parse(body: bytes, username: str = "sunup_test_bot") -> list[InboundMessage]:
    return parse_update(body, account="default", bot_id="100", username=username)


def payload(label: str) -> bytes:
    return (PAYLOADS / f"{label}.json").read_bytes()


@pytest.mark.parametrize("label", UNDERSTOOD)
def test_parse_captured_update_is_understood(label: str) -> None:
    body = payload(label)

    assert parse(body) == [replace(UNDERSTOOD[label], key=f"100:{json.loads(body)['update_id']}")]


@pytest.mark.parametrize("label", OF_NO_CONCERN)
def test_parse_captured_update_is_of_no_concern(label: str) -> None:
    assert parse(payload(label)) == []


@pytest.mark.parametrize("label", NOT_UNDERSTOOD)
def test_parse_captured_update_cannot_be_understood(label: str) -> None:
    with pytest.raises(errors.Uninterpretable):
        parse(payload(label))


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_parse_body_is_malformed(body: bytes) -> None:
    with pytest.raises(errors.Malformed) as raised:
        parse(body)

    assert (str(raised.value), raised.value.__cause__) == (errors.Malformed.__doc__, None)


@pytest.mark.parametrize("levels", [2_000, 100_000])
def test_parse_update_that_is_nested_too_deeply_becomes_a_dead_letter_and_comes_no_more(levels: int) -> None:
    deep = b'{"update_id":7,"message":' + b"[" * levels + b"]" * levels + b"}"

    with pytest.raises(errors.Uninterpretable, match="nested too deeply"):
        parse(deep)


def test_every_captured_payload_is_in_a_table() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == {*UNDERSTOOD, *OF_NO_CONCERN, *NOT_UNDERSTOOD}


def test_parse_replay_has_the_same_key() -> None:
    first, second = parse(payload("text")), parse(payload("text"))

    assert first == second


def test_parse_keys_of_two_bots_differ() -> None:
    ours, other = (parse_update(payload("text"), account="default", bot_id=bot)[0].key for bot in ("100", "200"))

    assert ours != other


def test_parse_both_notices_of_a_move_have_keys_of_their_own() -> None:
    assert parse(payload("migrated_to"))[0].key != parse(payload("migrated_from"))[0].key


def test_parse_command_with_a_name_is_ours_while_we_do_not_know_our_own() -> None:
    assert [message.text for message in parse(payload("group_command_other"), username="")] == ["/help"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("/help@", "/help@"), ("mail me@sunup_test_bot", "mail me@sunup_test_bot"), ("/a /b@other", "/a /b@other")],
)
def test_parse_at_sign_elsewhere_stays(text: str, expected: str) -> None:
    update = json.loads(payload("text"))
    update["message"]["text"] = text

    assert parse(orjson.dumps(update))[0].text == expected


@pytest.mark.parametrize("date", [-1, 0, 10**15, "soon", True, None])
def test_parse_impossible_date_is_no_date(date: object) -> None:
    update = json.loads(payload("text"))
    update["message"]["date"] = date

    assert parse(orjson.dumps(update))[0].sent_at is None


@pytest.mark.parametrize(
    ("chat", "parts"), [("42", ("42", None)), ("-1002012345678:5", ("-1002012345678", 5)), ("42:", ("42", None))]
)
def test_split_chat_parts_the_topic(chat: str, parts: tuple[str, int | None]) -> None:
    assert split_chat(chat) == parts


@given(data=st.data(), label=st.sampled_from(sorted(UNDERSTOOD)))
def test_parse_any_field_replaced_by_anything_ends_in_a_message_or_a_refusal(data: st.DataObject, label: str) -> None:
    update = json.loads(payload(label))
    body = json.dumps(spoilt(data, update)).encode()

    try:
        messages = parse(body)
    except errors.RequestRefused:
        return
    for message in messages:
        assert "\x00" not in f"{message}"
        f"{message.text}{message.payload}{message.name}{message.language}{message.attachments}".encode()
