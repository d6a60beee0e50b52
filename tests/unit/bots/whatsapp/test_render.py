"""Messages as forms for Twilio."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.split import length
from bots.whatsapp.adapter import CAPABILITIES
from bots.whatsapp.address import Sender
from bots.whatsapp.interactive import LIST_PICKER, QUICK_REPLY, Shape
from bots.whatsapp.render import Call, Outlet, render
from core.errors import MessageRejected
from core.ids import MediaId, MessageId
from core.messages import Button, Content, OutboundMessage, Picture, Place, TemplateUse, TextUnit

ID = UUID("0198e180-7d60-7000-aded-7d8b151cbd5b")
SERVICE = "MG00000000000000000000000000000001"
CALLBACK = "https://chat.example.org/webhooks/whatsapp/status"
PICTURE = MediaId(UUID(int=7))
OUTLET = Outlet(Sender(number="+14155550100"), CALLBACK, lambda media: f"https://chat.example.org/p/{media.int}")
FRAME = {
    "To": "whatsapp:+919812345678",
    "From": "whatsapp:+14155550100",
    "StatusCallback": f"{CALLBACK}?message={ID}",
}


def message(text: str = "Good morning", *, chat: str = "+919812345678", **more: Any) -> OutboundMessage:
    outer = {name: more.pop(name) for name in ("tap_id", "template") if name in more}
    return OutboundMessage(MessageId(ID), "whatsapp", "default", chat, Content(text, **more), **outer)


def rendered(wanted: OutboundMessage, outlet: Outlet = OUTLET) -> tuple[Call, ...]:
    return render(wanted, outlet, CAPABILITIES)


def choices(count: int, title: str = "Choice") -> tuple[Button, ...]:
    return tuple(Button(f"{title} {place}", f"pick.1:c{place}") for place in range(1, count + 1))


def test_render_text() -> None:
    assert rendered(message()) == (Call({**FRAME, "Body": "Good morning"}),)


def test_render_title_is_bold_on_a_line_of_its_own() -> None:
    (call,) = rendered(message("Make the offer.", title="Step 2 of 5"))

    assert call.form["Body"] == "*Step 2 of 5*\nMake the offer."


@pytest.mark.parametrize("title", ["2 * 3", "two\nlines"])
def test_render_title_that_would_break_the_marks_stays_plain(title: str) -> None:
    assert rendered(message("x", title=title))[0].form["Body"] == f"{title}\nx"


def test_render_to_a_scoped_id_from_a_service_without_a_callback() -> None:
    (call,) = rendered(message(chat="US.13491208655302741918"), Outlet(Sender(service=SERVICE)))

    assert call.form == {
        "To": "whatsapp:US.13491208655302741918",
        "MessagingServiceSid": SERVICE,
        "Body": "Good morning",
    }


def test_render_long_text_is_split_at_words_within_1600_units() -> None:
    calls = rendered(message("ten letters " * 400 + "🌞" * 10))

    bodies = [call.form["Body"] for call in calls]
    assert all(0 < length(body, TextUnit.UTF16) <= 1600 for body in bodies)
    assert " ".join(bodies) == ("ten letters " * 400 + "🌞" * 10).strip()
    assert {body.split()[-1] for body in bodies[:-1]} <= {"ten", "letters"}


def callbacks(calls: tuple[Call, ...]) -> list[str]:
    return [form["StatusCallback"] for call in calls for form in (call.form, call.plain) if form is not None]


def test_render_each_of_several_parts_is_reported_as_that_part() -> None:
    calls = rendered(message("word " * 800, buttons=choices(2)))
    told = [f"{CALLBACK}?message={ID}&part={part}&parts=3" for part in (1, 2, 3)]

    # The last one twice: with buttons, and with numbers in their place.
    assert callbacks(calls) == [*told, told[-1]]


def test_render_picture_and_its_words_are_reported_as_two_parts() -> None:
    calls = rendered(message("word " * 300, image=PICTURE))

    assert [one.partition("&")[2] for one in callbacks(calls)] == ["part=1&parts=2", "part=2&parts=2"]


def test_render_several_parts_where_nothing_is_reported_names_no_callback() -> None:
    calls = rendered(message("word " * 800), Outlet(Sender(service=SERVICE)))

    assert len(calls) == 3
    assert not any("StatusCallback" in call.form for call in calls)


def test_render_1600_emoji_take_two_messages() -> None:
    assert [len(call.form["Body"]) for call in rendered(message("🌞" * 1600))] == [800, 800]


def test_render_three_buttons_as_quick_replies_with_a_numbered_way_out() -> None:
    (call,) = rendered(message("How far?", buttons=choices(3)))

    assert call.shape == Shape(QUICK_REPLY, 3)
    assert "Body" not in call.form
    assert orjson.loads(call.form["ContentVariables"]) == {
        "1": "How far?",
        "2": "Choice 1",
        "3": "pick.1:c1",
        "4": "Choice 2",
        "5": "pick.1:c2",
        "6": "Choice 3",
        "7": "pick.1:c3",
    }
    assert call.plain == {**FRAME, "Body": "How far?\n\n1. Choice 1\n2. Choice 2\n3. Choice 3"}


@pytest.mark.parametrize("count", [4, 10])
def test_render_up_to_ten_choices_as_a_list(count: int) -> None:
    (call,) = rendered(message("Which?", buttons=choices(count)))

    assert (call.shape, len(orjson.loads(call.form["ContentVariables"]))) == (Shape(LIST_PICKER, count), 1 + 2 * count)


@pytest.mark.parametrize(
    ("letters", "count", "kind"), [(20, 2, QUICK_REPLY), (21, 2, LIST_PICKER), (24, 5, LIST_PICKER)]
)
def test_render_titles_go_where_they_fit_whole(letters: int, count: int, kind: str) -> None:
    buttons = (*choices(count - 1), Button("t" * letters, "pick.1:long"))
    (call,) = rendered(message("Which?", buttons=buttons))

    assert call.shape == Shape(kind, count)
    assert orjson.loads(call.form["ContentVariables"])[str(2 * count)] == "t" * letters


def test_render_titles_too_long_for_a_row_are_numbered() -> None:
    (call,) = rendered(message("Which?", buttons=choices(5, "A title of 26 characters")))

    assert (call.shape, call.form["Body"].splitlines()[2]) == (None, "1. A title of 26 characters 1")


def test_render_eleven_choices_as_numbered_text() -> None:
    (call,) = rendered(message("Which?", buttons=choices(11)))

    assert (call.shape, call.form["Body"].splitlines()[-1]) == (None, "11. Choice 11")


def test_render_long_titles_are_spelled_out_above_buttons_with_numbers() -> None:
    buttons = choices(2, "A title of more than twenty characters")
    (call,) = rendered(message("Which?", buttons=buttons))

    assert call.shape == Shape(QUICK_REPLY, 2, (2, 1))
    assert orjson.loads(call.form["ContentVariables"]) == {
        "1": "Which?",
        "2": f"1. {buttons[0].title}",
        "3": f"2. {buttons[1].title}",
        "4": "1",
        "5": "pick.1:c1",
        "6": "2",
        "7": "pick.1:c2",
    }
    assert call.plain == {**FRAME, "Body": "Which?\n\n1. {}\n2. {}".format(*(button.title for button in buttons))}


def test_render_lines_of_a_body_are_variables_of_their_own_since_none_may_hold_a_line_end() -> None:
    (call,) = rendered(message("It's\ttime.\n\n\n  Go     on?", title="Step 2 of 5", buttons=choices(1)))

    assert call.shape == Shape(QUICK_REPLY, 1, (1, 2))
    assert call.shape.types()["twilio/quick-reply"]["body"] == "{{1}}\n{{2}}\n\n{{3}}"
    variables = orjson.loads(call.form["ContentVariables"])
    assert list(variables.values()) == ["*Step 2 of 5*", "It’s time.", "Go on?", "Choice 1", "pick.1:c1"]


@pytest.mark.parametrize(("lines", "fits"), [(30, True), (31, False)])
def test_render_body_of_very_many_lines_has_its_choices_numbered(lines: int, fits: bool) -> None:
    (call,) = rendered(message("\n".join(map(str, range(lines))), buttons=choices(2)))

    assert (call.shape is not None, "1. Choice 1" in call.form.get("Body", "")) == (fits, not fits)


@pytest.mark.parametrize(
    "buttons",
    [(Button("Same", "a"), Button("Same ", "b")), (Button("One", "a"), Button("Two", "a"))],
    ids=["title", "payload"],
)
def test_render_choices_that_whatsapp_cannot_tell_apart_are_numbered(buttons: tuple[Button, ...]) -> None:
    (call,) = rendered(message("Which?", buttons=buttons))

    assert (call.shape, call.form["Body"]) == (
        None,
        f"Which?\n\n1. {buttons[0].title.strip()}\n2. {buttons[1].title.strip()}",
    )


def test_render_long_text_with_buttons_keeps_them_on_a_last_part_of_1024() -> None:
    calls = rendered(message("ten letters " * 220, buttons=choices(2)))

    assert [call.shape for call in calls] == [None, None, Shape(QUICK_REPLY, 2)]
    bodies = [call.form["Body"] for call in calls[:-1]] + [orjson.loads(calls[-1].form["ContentVariables"])["1"]]
    assert [limit >= len(body) for limit, body in zip((1600, 1024, 1024), bodies, strict=True)] == [True] * 3
    assert " ".join(bodies) == ("ten letters " * 220).strip()


def test_render_picture_carries_a_short_text() -> None:
    (call,) = rendered(message("Well done", image=PICTURE))

    assert call.form == {**FRAME, "MediaUrl": "https://chat.example.org/p/7", "Body": "Well done"}


def test_render_album_goes_one_by_one_before_the_words() -> None:
    album = (Picture(PICTURE, "Our house"), Picture(PICTURE))
    calls = rendered(message("Look", album=album))

    assert [(call.form.get("MediaUrl"), call.form.get("Body")) for call in calls] == [
        ("https://chat.example.org/p/7", "Our house"), ("https://chat.example.org/p/7", None), (None, "Look"),
    ]  # fmt: skip


def test_render_album_that_nobody_can_fetch_is_left_out() -> None:
    (call,) = rendered(message("Look", album=(Picture(PICTURE),)), Outlet(Sender(number="+14155550100")))

    assert call.form["Body"] == "Look"


def test_render_picture_without_words() -> None:
    (call,) = rendered(message("", image=PICTURE))

    assert call.form == {**FRAME, "MediaUrl": "https://chat.example.org/p/7"}


def test_render_picture_goes_ahead_of_a_long_text_and_of_buttons() -> None:
    long = rendered(message("x" * 1025, image=PICTURE))
    with_buttons = rendered(message("Go on?", image=PICTURE, buttons=choices(1)))

    assert ["MediaUrl" in call.form and "Body" not in call.form for call in long] == [True, False]
    assert [call.shape for call in with_buttons] == [None, Shape(QUICK_REPLY, 1)]


def test_render_picture_that_nobody_can_fetch_is_left_out() -> None:
    (call,) = rendered(message("Well done", image=PICTURE), Outlet(Sender(number="+14155550100")))

    assert "MediaUrl" not in call.form


def test_render_template_has_no_words_of_its_own() -> None:
    template = TemplateUse(
        "HX00000000000000000000000000000001", {"1": "Asha's", "2": " two\nlines  of\x00 it ", "3": " "}
    )
    (call,) = rendered(message("ignored", image=PICTURE, buttons=choices(2), template=template))

    assert call == Call(
        {
            **FRAME,
            "ContentSid": "HX00000000000000000000000000000001",
            "ContentVariables": '{"1":"Asha’s","2":"two lines of it","3":"–"}',
        }
    )


def test_render_template_without_variables() -> None:
    (call,) = rendered(message(template=TemplateUse("HX1")))

    assert call.form == {**FRAME, "ContentSid": "HX1"}


@pytest.mark.parametrize(
    "nothing", [message("", tap_id="x"), message("At home", place=Place.HOME)], ids=["spinner", "home"]
)
def test_render_what_whatsapp_has_no_place_for_is_nothing(nothing: OutboundMessage) -> None:
    assert rendered(nothing) == ()


REJECTED = {
    "empty": (message(" \n"), "empty"),
    "buttons without words": (message("", buttons=choices(1)), "empty"),
    "button without a title": (message("x", buttons=(Button(" ", "a"),)), "button_title"),
    "button without a payload": (message("x", buttons=(Button("A", ""),)), "button_payload"),
    "button with a payload too long": (message("x", buttons=(Button("A", "a" * 201),)), "button_payload"),
}


@pytest.mark.parametrize(("wanted", "code"), REJECTED.values(), ids=REJECTED)
def test_render_what_cannot_be_shown_is_rejected(wanted: OutboundMessage, code: str) -> None:
    with pytest.raises(MessageRejected) as raised:
        rendered(wanted)

    assert raised.value.code == code


def test_render_half_a_character_and_nul_are_mended() -> None:
    assert rendered(message("sold \ud83c\x00 now"))[0].form["Body"] == "sold \ufffd now"


def test_shape_definition_holds_only_variables_so_that_one_content_says_everything() -> None:
    request = Shape(QUICK_REPLY, 2).request()

    assert request["types"] == {
        "twilio/quick-reply": {
            "body": "{{1}}",
            "actions": [
                {"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"},
                {"type": "QUICK_REPLY", "title": "{{4}}", "id": "{{5}}"},
            ],
        }
    }
    assert list(request["variables"]) == ["1", "2", "3", "4", "5"]
    assert all(request["variables"].values())


def test_shape_of_a_list_says_how_many_rows_it_opens() -> None:
    definition = Shape(LIST_PICKER, 7).types()["twilio/list-picker"]

    assert (definition["button"], len(definition["items"])) == ("☰ 1–7", 7)
    assert definition["items"][6] == {"item": "{{14}}", "id": "{{15}}"}


def test_shape_names_differ_and_are_stable() -> None:
    shapes = [Shape(QUICK_REPLY, count) for count in (1, 2, 3)] + [Shape(LIST_PICKER, count) for count in (4, 10)]
    names = [shape.name for shape in shapes]

    assert len(set(names)) == 5
    assert names == [replace(shape).name for shape in shapes]
    assert names[0].startswith("sunup_shape_quick_reply_1_")


titles = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip)


@given(st.text(max_size=4000), st.lists(titles, max_size=12))
def test_render_keeps_every_limit(text: str, names: list[str]) -> None:
    buttons = tuple(Button(name, f"t:{place}") for place, name in enumerate(names))
    try:
        calls = rendered(message(text, buttons=buttons))
    except MessageRejected:
        assert not text.replace("\x00", "").strip()
        return

    for call in calls:
        for form in (call.form, call.plain or {}):
            assert length(form.get("Body", ""), TextUnit.UTF16) <= 1600
        if call.shape is not None:
            variables = orjson.loads(call.form["ContentVariables"])
            body = [variables[str(place)] for place in range(1, call.shape.lines + 1)]
            assert len(variables) == call.shape.lines + 2 * call.shape.count <= 100
            assert all(value and not set("\n\t'") & set(value) and "  " not in value for value in variables.values())
            assert length("\n\n".join(body), TextUnit.UTF16) <= 1024 + 2 * len(call.shape.breaks)
            longest = 20 if call.shape.kind == QUICK_REPLY else 24
            assert all(
                len(variables[str(call.shape.lines + place)]) <= longest for place in range(1, call.shape.count * 2, 2)
            )
