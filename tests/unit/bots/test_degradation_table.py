"""The same message on every channel: what a person sees of each kind of it, by what the channel can carry.

parts, in order            one string each
[Yes] [No]                 buttons
(list) [Mon] [Tue]         rows of a list
(menu) [Mon] [Tue]         options of a menu
{Write it}                 a button that opens a form
(picture)                  a picture
(home) (only for U1)       where, and for whom
(5999 characters)          a text that is too long to be written down here
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from bots.registry import CHANNELS as REGISTERED
from bots.slack.adapter import CAPABILITIES as SLACK
from bots.slack.interactions import FORM
from bots.slack.render import render as render_slack
from bots.telegram.adapter import CAPABILITIES as TELEGRAM
from bots.telegram.render import render as render_telegram
from bots.terminal.render import Tone
from bots.terminal.render import render as render_terminal
from bots.web.render import message as web_frame
from bots.web.render import visible
from bots.whatsapp.adapter import CAPABILITIES as WHATSAPP
from bots.whatsapp.address import Sender
from bots.whatsapp.interactive import LIST_PICKER, Shape
from bots.whatsapp.render import Outlet
from bots.whatsapp.render import render as render_whatsapp
from core.action_words import WORDS as ACTION_WORDS
from core.actions import LIBRARY
from core.ids import MediaId, MessageId
from core.messages import Button, Content, Form, OutboundMessage, Picture, Place
from storage.history import spoken

PICTURE = MediaId(UUID(int=7))
OUTLET = Outlet(Sender(number="+14155550100"), "", lambda media: "https://chat.example.org/p/7")
LONGEST_SHOWN = 1000
WORDS = " ".join(["word"] * 1200)
CAPTION = " ".join(["word"] * 300)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLANS = ("Write the book at last", "Rest until I am myself again")
AIMS = ("Write the whole book now", "Rest")
ESSAYS = ("One " * 22 + "end", "Two " * 22 + "end")
NUMBERS = tuple(f"No. {place}" for place in range(1, 31))
ONE_TO_TEN = tuple(map(str, range(1, 11)))
BOARD = tuple(Picture(MediaId(UUID(int=place)), f"No. {place}" if place != 2 else "") for place in range(1, 9))
BOARD_SHOWN = [f"(picture) {one.caption}".strip() for one in BOARD]
"""A vision board of eight pictures, one of them without words."""


def longest_offer() -> str:
    """Return what `offer` says where the three actions are the longest of the library, in the longest language."""
    worded = [action.words(language) for action in LIBRARY.values() for language in ACTION_WORDS]
    three = sorted(worded, key=lambda one: -len(f"{one[0]}{one[1]}"))[:3]
    lines = [f"{place}. {words}\n{more}\n" for place, (words, more) in enumerate(three, 1)]
    return "\n".join(["One bold action for today. Which one is yours?\n", *lines, "Tap a number, or write your own."])


OFFER = longest_offer()


def choices(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, f"f6f2.4:{place}") for place, title in enumerate(titles))


def keys(titles: Sequence[str]) -> str:
    return " ".join(f"[{title}]" for title in titles)


def lines(titles: Sequence[str]) -> str:
    return "\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1))


# -- what a person sees ------------------------------------------------------------------------


def on_telegram(message: OutboundMessage) -> Iterator[str]:
    for call in render_telegram(message, TELEGRAM):
        if call.method == "sendMediaGroup":
            yield " ".join(part("(picture)", one.get("caption", ""), "") for one in call.params["media"])
            continue
        where = {"sendPhoto": "(picture)", "answerCallbackQuery": "(notice)"}.get(call.method, "")
        markup = call.params.get("reply_markup", {"inline_keyboard": []})
        titles = [key["text"] for row in markup["inline_keyboard"] for key in row]
        yield part(where, call.params.get("text", call.params.get("caption", "")), keys(titles))


def on_whatsapp(message: OutboundMessage) -> Iterator[str]:
    for call in render_whatsapp(message, OUTLET, WHATSAPP):
        picture = "(picture)" if "MediaUrl" in call.form else ""
        words, offered = call.form.get("Body", ""), ""
        if call.shape is not None:
            words, offered = filled(call.shape, orjson.loads(call.form["ContentVariables"]))
        yield part(picture, words, offered)


def filled(shape: Shape, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return what a content shows with its variables in place."""
    [(kind, definition)] = shape.types().items()
    body = definition["body"]
    for name, value in variables.items():
        body = body.replace(f"{{{{{name}}}}}", value)
    holes = [
        each["title" if "title" in each else "item"] for each in definition.get("actions", definition.get("items"))
    ]
    titles = [variables[hole.strip("{}")] for hole in holes]
    return body, f"(list) {keys(titles)}" if kind == LIST_PICKER else keys(titles)


def on_slack(message: OutboundMessage) -> Iterator[str]:
    for call in render_slack(message, SLACK):
        params = call.params
        where = {"files.completeUploadExternal": "(picture)", "views.publish": "(home)"}.get(call.method, "")
        if call.method == "chat.postEphemeral":
            where = f"(only for {params['user']})"
        blocks = params["view"]["blocks"] if "view" in params else params.get("blocks", [])
        words = [block["text"]["text"] for block in blocks if block["type"] == "section"]
        offered = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
        said = "\n".join(words) or str(params.get("text", params.get("initial_comment", "")))
        yield part(where, said, " ".join(map(element_of, offered)))


def element_of(element: Mapping[str, Any]) -> str:
    """Return one thing to tap in a row of Slack's."""
    if element["type"] == "static_select":
        return f"(menu) {keys([option['text']['text'] for option in element['options']])}"
    title = element["text"]["text"]
    return f"{{{title}}}" if element["action_id"] == FORM else f"[{title}]"


def on_web(message: OutboundMessage) -> Iterator[str]:
    if message.tap_id:
        return  # the page itself shows which button was tapped
    entry = spoken(1, datetime(2026, 11, 21, tzinfo=UTC), message.content)
    if visible(entry):
        frame = orjson.loads(web_frame(entry))
        heading = f"*{frame['title']}*" if frame["title"] else ""
        said = "\n".join(filter(None, (heading, frame["text"])))
        shown = " ".join(part("(picture)", one["caption"], "") for one in frame.get("album", ()))
        where = "(picture)" if frame["image"] else shown
        yield part(where, said, keys([each["title"] for each in frame["buttons"]]))


def on_terminal(message: OutboundMessage) -> Iterator[str]:
    shown = [f"*{line.words}*" if line.tone is Tone.TITLE else line.words for line in render_terminal(message)]
    if shown:
        yield part("", "\n".join(shown), "")


def part(where: str, words: str, offered: str) -> str:
    said = words if len(words) <= LONGEST_SHOWN else f"({len(words)} characters)"
    return " ".join(filter(None, (where, said, offered)))


CHANNELS: Mapping[str, Callable[[OutboundMessage], Iterator[str]]] = {
    "telegram": on_telegram,
    "whatsapp": on_whatsapp,
    "slack": on_slack,
    "web": on_web,
    "terminal": on_terminal,
}


# -- the table ---------------------------------------------------------------------------------


def everywhere(*parts: str, **others: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return one row of the table: what all channels show but those that are named."""
    return {channel: tuple(others.get(channel, parts)) for channel in CHANNELS}


HTML_TITLE = "<b>Step 2 of 5</b>"
"""A title in bold, as Telegram takes it; the others have marks of their own for it."""
NO_PICTURE = "(a picture goes with this; the web chat shows it)"

TABLE: Mapping[str, tuple[Content, Mapping[str, tuple[str, ...]]]] = {
    "plain text": (Content("Good morning, Asha."), everywhere("Good morning, Asha.")),
    "titled text": (
        Content("Make the offer.", title="Step 2 of 5"),
        everywhere("*Step 2 of 5*\nMake the offer.", telegram=[f"{HTML_TITLE}\nMake the offer."]),
    ),
    "long text": (
        Content(WORDS),
        everywhere(
            "(5999 characters)",
            telegram=["(4094 characters)", "(1904 characters)"],
            whatsapp=[*["(1599 characters)"] * 3, "(1199 characters)"],
            slack=["(3999 characters)", "(1999 characters)"],
        ),
    ),
    "two buttons": (
        Content("Ready?", buttons=choices("Yes", "No")),
        everywhere("Ready? [Yes] [No]", terminal=["Ready?\n  1  Yes\n  2  No"]),
    ),
    "five buttons": (
        Content("Which day?", buttons=choices(*WEEK)),
        everywhere(
            f"Which day? {keys(WEEK)}",
            whatsapp=[f"Which day? (list) {keys(WEEK)}"],
            terminal=["Which day?\n  1  Monday\n  2  Tuesday\n  3  Wednesday\n  4  Thursday\n  5  Friday"],
        ),
    ),
    "many buttons": (
        Content("Which month?", buttons=choices(*MONTHS)),
        everywhere(
            f"Which month? {keys(MONTHS)}",
            whatsapp=[f"Which month?\n\n{lines(MONTHS)}"],
            terminal=["\n".join(["Which month?", *(f"  {place:>2}  {one}" for place, one in enumerate(MONTHS, 1))])],
        ),
    ),
    "more buttons than a message holds": (
        Content("Which?", buttons=choices(*NUMBERS)),
        everywhere(
            f"Which? {keys(NUMBERS)}",
            whatsapp=[f"Which?\n\n{lines(NUMBERS)}"],
            slack=[f"Which? (menu) {keys(NUMBERS)}"],
            terminal=["\n".join(["Which?", *(f"  {place:>2}  {one}" for place, one in enumerate(NUMBERS, 1))])],
        ),
    ),
    "long button titles": (
        Content("What now?", buttons=choices(*PLANS)),
        everywhere(
            f"What now? {keys(PLANS)}",
            whatsapp=[f"What now?\n\n{lines(PLANS)} [1] [2]"],
            terminal=[f"What now?\n  1  {PLANS[0]}\n  2  {PLANS[1]}"],
        ),
    ),
    "button titles for a row of a list": (
        Content("What now?", buttons=choices(*AIMS)),
        everywhere(
            f"What now? {keys(AIMS)}",
            whatsapp=[f"What now? (list) {keys(AIMS)}"],
            terminal=[f"What now?\n  1  {AIMS[0]}\n  2  {AIMS[1]}"],
        ),
    ),
    "very long button titles": (
        Content("What now?", buttons=choices(*ESSAYS)),
        everywhere(
            f"What now?\n\n{lines(ESSAYS)} [1] [2]",
            web=[f"What now? {keys(ESSAYS)}"],
            terminal=[f"What now?\n  1  {ESSAYS[0]}\n  2  {ESSAYS[1]}"],
        ),
    ),
    "picture with caption": (
        Content("Well done.", image=PICTURE),
        everywhere("(picture) Well done.", terminal=[f"Well done.\n{NO_PICTURE}"]),
    ),
    "picture with long caption": (
        Content(CAPTION, image=PICTURE),
        everywhere(
            "(picture)",
            "(1499 characters)",
            slack=["(picture) (1499 characters)"],
            web=["(picture) (1499 characters)"],
            terminal=["(1549 characters)"],
        ),
    ),
    "picture with buttons": (
        Content("Well done.", image=PICTURE, buttons=choices("Thanks")),
        everywhere(
            "(picture) Well done. [Thanks]",
            whatsapp=["(picture)", "Well done. [Thanks]"],
            slack=["(picture)", "Well done. [Thanks]"],
            terminal=[f"Well done.\n{NO_PICTURE}\n  [Thanks]"],
        ),
    ),
    "album of eight": (
        Content("This is where you are going.", album=BOARD),
        everywhere(
            *BOARD_SHOWN,
            "This is where you are going.",
            telegram=[" ".join(BOARD_SHOWN), "This is where you are going."],
            web=[f"{' '.join(BOARD_SHOWN)} This is where you are going."],
            terminal=["\n".join(["This is where you are going.", *BOARD_SHOWN])],
        ),
    ),
    "album of one": (
        Content("Look.", album=BOARD[:1]),
        everywhere("(picture) No. 1", "Look.", web=["(picture) No. 1 Look."], terminal=["Look.\n(picture) No. 1"]),
    ),
    "scale from 1 to 10": (
        Content("How disciplined were you today?", buttons=choices(*ONE_TO_TEN)),
        everywhere(
            f"How disciplined were you today? {keys(ONE_TO_TEN)}",
            whatsapp=[f"How disciplined were you today? (list) {keys(ONE_TO_TEN)}"],
            terminal=[f"How disciplined were you today?\n  {'  '.join(ONE_TO_TEN)}"],
        ),
    ),
    "three bold actions": (
        Content(OFFER, title="Step 2 of 2", buttons=choices("1", "2", "3", "Others")),
        everywhere(
            f"*Step 2 of 2*\n{OFFER} [1] [2] [3] [Others]",
            telegram=[f"<b>Step 2 of 2</b>\n{OFFER} [1] [2] [3] [Others]"],
            whatsapp=[f"*Step 2 of 2*\n{OFFER} (list) [1] [2] [3] [Others]"],
            terminal=[f"*Step 2 of 2*\n{OFFER}\n  1  2  3\n  4  Others"],
        ),
    ),
    "form": (
        Content("What do you offer?", title="Step 2 of 5", form=Form("Write it", "f6f2.4:", "Send", "Cancel")),
        # Where there is no form, the words are simply written in the chat.
        everywhere(
            "*Step 2 of 5*\nWhat do you offer?",
            telegram=[f"{HTML_TITLE}\nWhat do you offer?"],
            slack=["*Step 2 of 5*\nWhat do you offer? {Write it}"],
        ),
    ),
    "tap notice": (
        Content("That question is already answered."),
        everywhere(
            "That question is already answered.",
            telegram=["(notice) That question is already answered."],
            slack=["(only for U1) That question is already answered."],
            web=[],
        ),
    ),
    "home": (
        Content("This is open:", place=Place.HOME, buttons=choices("Sell three prompt packs")),
        everywhere(slack=["(home) This is open: [Sell three prompt packs]"]),
    ),
}
CHATS = {"slack": "D024ASHA", "whatsapp": "+919812345678"}
CELLS = [(kind, channel) for kind in TABLE for channel in CHANNELS]


@pytest.mark.parametrize(("kind", "channel"), CELLS, ids=[f"{kind} on {channel}" for kind, channel in CELLS])
def test_message_of_each_kind_is_shown_as_the_channel_can_carry_it(kind: str, channel: str) -> None:
    content, expected = TABLE[kind]
    message = OutboundMessage(
        MessageId(UUID(int=1)),
        channel,
        "default",
        CHATS.get(channel, "7"),
        content,
        tap_id="U1" if kind == "tap notice" else "",
        address="T024CREW/U1",
    )
    assert tuple(CHANNELS[channel](message)) == expected[channel]


def test_table_has_every_channel() -> None:
    assert set(CHANNELS) == {*REGISTERED, "terminal"}
