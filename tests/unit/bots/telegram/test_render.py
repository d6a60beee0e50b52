"""Messages as calls of the Bot API."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.split import length
from bots.telegram.adapter import CAPABILITIES
from bots.telegram.render import Call, keyboard, render
from core.errors import MessageRejected
from core.ids import MediaId, MessageId
from core.messages import Button, Content, OutboundMessage, Picture, TextUnit

PICTURE = MediaId(UUID(int=7))


def calls(text: str = "", chat: str = "42", tap_id: str = "", **more: Any) -> tuple[Call, ...]:
    message = OutboundMessage(MessageId(UUID(int=1)), "telegram", "default", chat, Content(text, **more), tap_id=tap_id)
    return render(message, CAPABILITIES)


def buttons(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, f"p{place}") for place, title in enumerate(titles))


def rows(*titles: str) -> list[list[str]]:
    return [[key["text"] for key in row] for row in keyboard(buttons(*titles))["inline_keyboard"]]


def test_render_plain_text_has_no_parse_mode() -> None:
    assert calls("1 < 2 & <b>") == (Call("sendMessage", {"chat_id": 42, "text": "1 < 2 & <b>"}),)


def test_render_title_is_bold_and_the_rest_escaped() -> None:
    assert calls("1 < 2 & 3 > 2", title="A & <B>") == (
        Call(
            "sendMessage",
            {
                "chat_id": 42,
                "text": "<b>A &amp; &lt;B&gt;</b>\n1 &lt; 2 &amp; 3 &gt; 2",
                "parse_mode": "HTML",
            },
            {"chat_id": 42, "text": "A & <B>\n1 < 2 & 3 > 2"},
        ),
    )


def test_render_title_alone_is_a_message() -> None:
    assert [call.params["text"] for call in calls("", title="Day 12")] == ["<b>Day 12</b>"]


def test_render_title_too_long_for_a_line_is_text() -> None:
    (call,) = calls("words", title="t" * 300)

    assert call.params == {"chat_id": 42, "text": "t" * 300 + "\nwords"}


def test_render_title_stands_on_the_first_part_only() -> None:
    sent = calls("word " * 1500, title="Day 12")

    assert [call.params.get("parse_mode") for call in sent] == ["HTML", None]
    assert [call.params["text"].startswith("<b>Day 12</b>\n") for call in sent] == [True, False]


def test_render_escapes_do_not_count_against_the_limit() -> None:
    (call,) = calls("&" * 4000, title="Day 12")

    assert len(call.params["text"]) > 4096 * 4


def test_render_buttons_stand_on_the_last_part() -> None:
    sent = calls("word " * 1500, buttons=buttons("Go"))

    assert ["reply_markup" in call.params for call in sent] == [False, True]


def test_render_fall_back_keeps_the_buttons() -> None:
    (call,) = calls("words", title="Day", buttons=buttons("Go"))

    assert call.plain is not None
    assert call.plain["reply_markup"] == call.params["reply_markup"]


@pytest.mark.parametrize("text", ["", " \n ", "\x00"])
def test_render_nothing_to_say_is_rejected(text: str) -> None:
    with pytest.raises(MessageRejected) as raised:
        calls(text, buttons=buttons("Go"))

    assert raised.value.code == "empty"


@pytest.mark.parametrize(
    ("chat", "where"),
    [
        ("42", {"chat_id": 42}),
        ("-1002012345678:5", {"chat_id": -1002012345678, "message_thread_id": 5}),
        ("@news", {"chat_id": "@news"}),
    ],
)
def test_render_chat_and_topic_are_named(chat: str, where: dict[str, Any]) -> None:
    (call,) = calls("hi", chat=chat)

    assert call.params == {**where, "text": "hi"}


def test_render_half_a_character_does_not_reach_the_wire() -> None:
    (call,) = calls("a\ud83db\x00c")

    assert call.params["text"] == "a\ufffdbc"


def test_render_picture_with_short_words_is_one_call() -> None:
    assert calls("c" * 1024, image=PICTURE) == (Call("sendPhoto", {"chat_id": 42, "caption": "c" * 1024}, image=True),)


def test_render_picture_with_long_words_goes_ahead() -> None:
    assert calls("c" * 1025, image=PICTURE) == (
        Call("sendPhoto", {"chat_id": 42}, image=True),
        Call("sendMessage", {"chat_id": 42, "text": "c" * 1025}),
    )


ALBUM = (Picture(PICTURE, "Our house"), Picture(MediaId(UUID(int=8))))


def test_render_album_is_one_call_before_the_words_that_carry_the_buttons() -> None:
    album, words = calls("Look", album=ALBUM, buttons=buttons("Go"))

    media = [
        {"type": "photo", "media": "attach://picture0", "caption": "Our house"},
        {"type": "photo", "media": "attach://picture1"},
    ]
    assert album == Call("sendMediaGroup", {"chat_id": 42, "media": media}, album=(PICTURE, ALBUM[1].media))
    assert (words.params["text"], "reply_markup" in words.params) == ("Look", True)


def test_render_album_of_one_is_a_photo() -> None:
    assert calls("Look", album=ALBUM[:1])[0] == Call(
        "sendPhoto", {"chat_id": 42, "caption": "Our house"}, album=(PICTURE,)
    )


def test_render_album_larger_than_telegram_takes_becomes_several() -> None:
    many = tuple(Picture(MediaId(UUID(int=number))) for number in range(12))

    assert [len(call.album) for call in calls("Look", album=many)] == [10, 2, 0]


def test_render_picture_alone_carries_the_buttons() -> None:
    (call,) = calls("", image=PICTURE, buttons=buttons("Go"))

    assert (call.method, "caption" in call.params, "reply_markup" in call.params) == ("sendPhoto", False, True)


def test_render_tap_answer_is_a_notice_of_at_most_200() -> None:
    (call,) = calls("🌞" * 150, tap_id="t1", title="ignored", buttons=buttons("ignored"))

    assert (call.method, call.params["callback_query_id"]) == ("answerCallbackQuery", "t1")
    assert call.params["text"] == "🌞" * 99 + "…"


def test_render_tap_answer_without_words_only_ends_the_spinner() -> None:
    assert calls("", tap_id="t1") == (Call("answerCallbackQuery", {"callback_query_id": "t1"}),)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Yes", "No"], [["Yes", "No"]]),
        (["Done", "Skip", "Stuck"], [["Done", "Skip", "Stuck"]]),
        (["A", "B", "C", "D", "Four"], [["A", "B"], ["C", "D", "Four"]]),
        (["Copywriting", "Design", "Code"], [["Copywriting"], ["Design", "Code"]]),
        (["Yes", "Show me more of these"], [["Yes"], ["Show me more of these"]]),
        ([str(n) for n in range(1, 11)], [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]]),
    ],
)
def test_keyboard_lays_out_rows_that_a_phone_shows_whole(titles: list[str], expected: list[list[str]]) -> None:
    assert rows(*titles) == expected


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=100))
def test_keyboard_keeps_every_button_in_order_and_rows_short(titles: list[str]) -> None:
    laid = keyboard(buttons(*titles))["inline_keyboard"]

    assert [key["callback_data"] for row in laid for key in row] == [f"p{n}" for n in range(len(titles))]
    assert all(1 <= len(row) <= 8 for row in laid)


@pytest.mark.parametrize("payload", ["", "p" * 65, "ü" * 33])
def test_render_payload_that_does_not_fit_is_rejected(payload: str) -> None:
    with pytest.raises(MessageRejected, match="1 to 64 are allowed") as raised:
        calls("hi", buttons=(Button("Go", payload),))

    assert raised.value.code == "button_payload"


def test_render_button_without_a_title_is_rejected() -> None:
    with pytest.raises(MessageRejected) as raised:
        calls("hi", buttons=(Button(" ", "p"),))

    assert raised.value.code == "button_title"


@pytest.mark.parametrize("payload", ["p", "p" * 64, "ü" * 32])
def test_render_payload_of_64_bytes_fits(payload: str) -> None:
    (call,) = calls("hi", buttons=(Button("Go", payload),))

    assert call.params["reply_markup"] == {"inline_keyboard": [[{"text": "Go", "callback_data": payload}]]}


@given(text=st.text(max_size=12_000), title=st.text(max_size=300))
def test_render_any_text_fits_part_by_part(text: str, title: str) -> None:
    try:
        sent = calls(text, title=title)
    except MessageRejected:
        return
    for call in sent:
        visible = (call.plain or call.params)["text"]
        assert 1 <= length(visible, TextUnit.UTF16) <= 4096
