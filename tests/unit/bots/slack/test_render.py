"""Messages as calls of the Web API."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock
from slack_sdk.models.views import View

from bots.slack import value
from bots.slack.adapter import CAPABILITIES
from bots.slack.blocks import TOTAL_LIMIT, modal, size
from bots.slack.mrkdwn import plain
from bots.slack.render import UPLOAD, Call, render
from core import errors
from core.ids import MediaId, MessageId
from core.messages import Button, Content, Form, OutboundMessage, Picture, Place

DM = "D024ASHA"
ROOM = "C024ROOM:1794999000.000100"
ASHA = "T024CREW/U024ASHA"
DESIGN, CODE = Button("Design", "f6f2.4:design"), Button("Code & more", "f6f2.4:code")
WRITE = Form("Write it", "f6f2.4:", "Send", "Cancel")
PICTURE = MediaId(UUID(int=7))


def calls(chat: str = DM, text: str = "", **more: Any) -> tuple[Call, ...]:
    outer = {name: more.pop(name) for name in ("tap_id", "address") if name in more}
    message = OutboundMessage(
        MessageId(UUID(int=1)), "slack", "default", chat, Content(text, **more), **{"address": ASHA, **outer}
    )
    return render(message, CAPABILITIES)


def shown(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "unfurl_links": False, "unfurl_media": False, **more}


def key(button: Button, place: int, carried: str = "") -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": str(place),
        "text": {"type": "plain_text", "text": button.title, "emoji": True},
        "value": carried or button.payload,
    }


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_render_words_are_one_message() -> None:
    assert calls(text="Good morning") == (Call("chat.postMessage", shown("Good morning", channel=DM)),)


def test_render_title_stands_bold_at_the_head() -> None:
    assert calls(text="2 < 3", title="Day 12")[0].params["text"] == "*Day 12*\n2 &lt; 3"


def test_render_into_a_thread_names_it() -> None:
    assert calls(ROOM, "hi")[0].params == shown("hi", channel="C024ROOM", thread_ts="1794999000.000100")


def test_render_mentions_in_somebodys_words_call_nobody() -> None:
    text = calls(text="<!channel> <@U024BEN> @here <http://evil.example|bank>")[0].params["text"]

    assert text == "&lt;!channel&gt; &lt;@U024BEN&gt; @\u2060here &lt;http://evil.example|bank&gt;"


def test_render_buttons_stand_below_the_words() -> None:
    found = calls(text="Where?", title="Step 1 of 5", buttons=(DESIGN, CODE))

    blocks = [
        paragraph("*Step 1 of 5*\nWhere?"),
        {"type": "actions", "elements": [key(DESIGN, 0), key(CODE, 1)]},
    ]
    assert found == (Call("chat.postMessage", shown("*Step 1 of 5*\nWhere?", channel=DM, blocks=blocks)),)


def test_render_buttons_in_a_channel_name_the_only_one_who_may_press_them() -> None:
    found = calls(ROOM, "Where?", buttons=(DESIGN,))[0].params["blocks"][1]["elements"][0]

    assert found == key(DESIGN, 0, "@U024ASHA|f6f2.4:design")
    assert value.read_choice(found["value"]) == ("f6f2.4:design", "U024ASHA")


def test_render_many_choices_become_a_menu() -> None:
    buttons = tuple(Button(f"Choice {place}", f"f6f2.4:{place}") for place in range(40))
    (menu,) = calls(ROOM, "Which?", buttons=buttons)[0].params["blocks"][1]["elements"]

    assert (menu["type"], len(menu["options"])) == ("static_select", 40)
    assert menu["options"][39]["value"] == "@U024ASHA|f6f2.4:39"


@pytest.mark.parametrize(
    ("title", "count"),
    [("Choice {}", 101), ("A choice with so many words that a hundred of them are too many {}", 100)],
)
def test_render_too_many_choices_become_numbers(title: str, count: int) -> None:
    buttons = tuple(Button(title.format(place), f"f6f2.4:{place}" + "x" * 50) for place in range(count))
    found = calls(text="Which?", buttons=buttons)
    text = "\n".join(call.params["text"] for call in found)

    assert all("blocks" not in call.params for call in found)
    assert f"\n{count}. {title.format(count - 1)}" in text


def test_render_titles_too_long_for_buttons_are_numbered() -> None:
    long = Button("x" * 76, "f6f2.4:long")
    found = calls(text="Which?", buttons=(long, DESIGN))[0].params["blocks"]

    assert [one["text"]["text"] for one in found[1]["elements"]] == ["1", "2"]
    assert f"1. {'x' * 76}" in found[0]["text"]["text"]


def test_render_form_is_offered_beside_the_choices() -> None:
    opener = calls(ROOM, "What did you do?", title="Step 2 of 5", buttons=(DESIGN,), form=WRITE)[0].params["blocks"][1][
        "elements"
    ][1]

    assert (opener["action_id"], opener["text"]["text"]) == ("form", "Write it")
    assert value.read_opening(opener["value"]) == value.Opening(
        "f6f2.4:", "Step 2 of 5", "Write it", "Send", "Cancel", "U024ASHA"
    )


def test_render_form_alone_in_a_direct_message_is_for_nobody_else() -> None:
    (opener,) = calls(text="What did you do?", form=WRITE)[0].params["blocks"][1]["elements"]

    assert value.read_opening(opener["value"]) == value.Opening("f6f2.4:", "Write it", "Write it", "Send", "Cancel", "")


def test_render_picture_goes_first_and_words_ride_on_it() -> None:
    found = calls(ROOM, "Your page & more", title="Day 1", image=PICTURE)

    where = {"channel": "C024ROOM", "thread_ts": "1794999000.000100"}
    assert found == (Call(UPLOAD, {**where, "initial_comment": "*Day 1*\nYour page &amp; more"}),)


def test_render_album_goes_one_by_one_before_the_words() -> None:
    found = calls(text="Look", album=(Picture(PICTURE, "House & home"), Picture(PICTURE)), buttons=(DESIGN,))

    assert [(call.method, call.picture) for call in found] == [
        (UPLOAD, PICTURE), (UPLOAD, PICTURE), ("chat.postMessage", None),
    ]  # fmt: skip
    assert [call.params.get("initial_comment") for call in found] == ["House &amp; home", "", None]


@pytest.mark.parametrize(("text", "more"), [("x" * 3001, {}), ("Where?", {"buttons": (DESIGN,)})])
def test_render_words_too_long_or_with_choices_follow_the_picture(text: str, more: dict[str, Any]) -> None:
    found = calls(text=text, image=PICTURE, **more)

    assert [call.method for call in found] == [UPLOAD, "chat.postMessage"]
    assert found[0].params == {"channel": DM, "initial_comment": ""}


def test_render_long_words_become_several_messages_with_the_choices_under_the_last() -> None:
    text = "\n\n".join(f"Paragraph {place} & so on. " + "word " * 180 for place in range(12))
    found = calls(text=text, title="Day 1", buttons=(DESIGN,))

    assert len(found) > 1
    assert ["blocks" in call.params for call in found] == [*[False] * (len(found) - 1), True]
    assert found[0].params["text"].startswith("*Day 1*\n")
    assert all(len(call.params["text"]) <= 4000 for call in found)


def test_render_words_that_grow_as_markup_are_cut_evenly() -> None:
    found = [len(call.params["text"]) for call in calls(text="x & " * 3000)]

    assert max(found) <= 4000
    assert min(found) >= max(found) // 2


def test_render_home_replaces_what_stood_there() -> None:
    (found,) = calls(text="Nothing is running.", title="Today", buttons=(DESIGN,), place=Place.HOME)

    view = found.params["view"]
    assert (found.method, found.params["user_id"], found.repeatable) == ("views.publish", "U024ASHA", True)
    assert view["blocks"] == [
        paragraph("*Today*\nNothing is running."),
        {"type": "actions", "elements": [key(DESIGN, 0)]},
    ]
    assert value.read_slip(view["private_metadata"]).chat == DM
    View(**view).to_dict()


def test_render_home_of_any_length_is_within_the_limits() -> None:
    (found,) = calls(text="word & " * 5000, place=Place.HOME)

    assert size(found.params["view"]["blocks"]) <= TOTAL_LIMIT


def test_render_home_of_nobody_is_refused() -> None:
    with pytest.raises(errors.MessageRejected):
        calls(text="hi", place=Place.HOME, address="")


def test_render_answer_to_a_tap_is_for_the_one_who_pressed() -> None:
    found = calls(ROOM, "You have answered that.", tap_id="U024ASHA")

    where = {"channel": "C024ROOM", "thread_ts": "1794999000.000100"}
    assert found == (Call("chat.postEphemeral", {**where, "user": "U024ASHA", "text": "You have answered that."}),)


def test_render_answer_to_a_tap_without_words_is_nothing() -> None:
    assert calls(text="", tap_id="U024ASHA") == ()


def test_render_answer_to_a_tap_where_only_the_user_is_known_is_a_message() -> None:
    assert calls("U024ASHA", "Too late.", tap_id="U024ASHA") == (
        Call("chat.postMessage", {"channel": "U024ASHA", "text": "Too late."}),
    )


REFUSED = {
    "nothing": Content(""),
    "blank": Content(" \n\t", title=" "),
    "a button without a title": Content("hi", buttons=(Button(" ", "a"),)),
    "a button without a payload": Content("hi", buttons=(Button("a", ""),)),
    "too long a payload": Content("hi", buttons=(Button("a", "ä" * 33),)),
    "a form without a payload": Content("hi", form=Form("Write it", "", "Send", "Cancel")),
    "a form of too many words": Content("hi", form=Form("Write it", "a", "S" * 2000, "Cancel")),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_render_what_cannot_be_shown_is_refused(content: Content) -> None:
    with pytest.raises(errors.MessageRejected):
        render(OutboundMessage(MessageId(UUID(int=1)), "slack", "default", DM, content), CAPABILITIES)


def test_render_half_a_character_is_replaced() -> None:
    (found,) = calls(text="sold \ud83d\x00 now", title="Day\ud83d", buttons=(Button("Yes\ud83d", "a"),))

    json.dumps(found.params, ensure_ascii=False).encode()
    assert "\ufffd" in found.params["text"]


WORDS = st.text(st.sampled_from("ab &<>*_@.\n🌞e\u0301"), max_size=9000)
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=90)


@given(
    text=WORDS,
    title=st.text(st.sampled_from("Day 12&<*"), max_size=300),
    titles=st.lists(TITLES, max_size=120),
    chat=st.sampled_from([DM, ROOM]),
    form=st.sampled_from([None, WRITE]),
)
def test_render_anything_is_within_every_limit_and_loses_no_word(
    text: str, title: str, titles: list[str], chat: str, form: Form | None
) -> None:
    buttons = tuple(Button(each, f"f6f2.4:{place}") for place, each in enumerate(titles))
    try:
        found = calls(chat, text, title=title, buttons=buttons, form=form)
    except errors.MessageRejected:
        assert not f"{title}{text}".strip()
        return
    for call in found:
        assert 0 < len(call.params["text"].encode("utf-16-le")) // 2 <= 4000 or call.params.get("blocks")
        blocks = call.params.get("blocks", [])
        assert len(blocks) <= 50
        assert size(blocks) <= TOTAL_LIMIT
        for block in Block.parse_all(blocks):
            assert isinstance(block, SectionBlock | ActionsBlock)
            block.to_dict()  # slack_sdk's own checks of every limit
    said = " ".join(
        "\n".join(block["text"]["text"] for block in call.params.get("blocks", ()) if block["type"] == "section")
        or call.params["text"]
        for call in found
    )
    wanted = "".join(f"{title}{text}".split())
    assert _bare(plain(said)).startswith(_bare(wanted))


def _bare(text: str) -> str:
    return "".join(text.split()).replace("\u2060", "").replace("*", "")


def test_modal_is_what_slack_takes() -> None:
    opening = value.Opening(
        "f6f2.4:", "A heading that is longer than a modal's title can be", "Write it", "Send", "Cancel", "U024ASHA"
    )
    slip = value.Slip("f6f2.4:", ROOM, "U024ASHA", "de")
    view = modal(opening, slip, "*Step 2*\nWhat did you do? " + "word " * 1000)

    View(**view).to_dict()
    assert value.read_slip(view["private_metadata"]) == slip
    assert view["blocks"][-1]["element"]["multiline"] is True
    assert len(view["title"]["text"]) <= 24


@given(payload=st.text(max_size=64), owner=st.sampled_from(["", "U024ASHA"]))
def test_value_of_a_choice_comes_back_as_it_was(payload: str, owner: str) -> None:
    assert value.read_choice(value.choice(payload, owner)) == (payload, owner)
