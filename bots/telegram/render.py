"""From a message to calls of the Bot API. Pure.

A title is shown bold through HTML, the parse mode with the fewest characters to escape; without a title a
text travels as it is. Source: Bot API, sendMessage, sendPhoto, answerCallbackQuery, InlineKeyboardMarkup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from bots.degrade import degrade
from bots.reading import clean
from bots.split import clip, length, split
from bots.telegram.parse import split_chat
from core.errors import MessageRejected
from core.ids import MediaId
from core.messages import Button, Capabilities, Content, OutboundMessage, Picture, Place, TextUnit

ANSWER_LIMIT = 200
CALLBACK_BYTES = 64
LONGEST_TITLE = 256
"""A longer title is no longer a line of its own and is shown like the text."""
ROWS = ((2, 5), (10, 3), (18, 2))
"""Buttons a row by the length of their titles, so that a phone shows them whole; longer ones stand alone."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API.

    Args:
        method: Its name.
        params: Its parameters.
        plain: Parameters without markup, for when Telegram cannot read the markup.
        image: Whether the message's picture travels with it.
        album: Pictures that travel with it, in the order of their names `picture0`, `picture1` …
    """

    method: str
    params: Mapping[str, Any]
    plain: Mapping[str, Any] | None = None
    image: bool = False
    album: tuple[MediaId, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the visible text, the first one with the title at its head."""

    text: str
    title: str = ""

    def fields(self, name: str) -> dict[str, str]:
        """Return it under a field's name, with markup where there is a title."""
        if not self.title:
            return {name: self.text}
        marked = f"<b>{escape(self.title)}</b>{escape(self.text[len(self.title) :])}"
        return {name: marked, "parse_mode": "HTML"}


def render(message: OutboundMessage, capabilities: Capabilities) -> tuple[Call, ...]:
    """Return the calls that carry a message; each of them is one part of it, none for what Telegram has no place for.

    With a `tap_id` it is the one call that ends the button's spinner, with the text as a short notice.

    Raises:
        MessageRejected: It says nothing, or a button's payload does not fit.
    """
    if message.tap_id:
        return (_answer(message.tap_id, message.content.text),)
    if message.content.place is Place.HOME:
        return ()
    content = degrade(message.content, capabilities).content
    calls = list(_calls(message.chat, content, capabilities))
    if not calls:
        raise MessageRejected("The message holds neither words nor a picture.", code="empty")
    if content.buttons:
        calls[-1] = _with(calls[-1], {"reply_markup": keyboard(content.buttons)})
    return tuple(calls)


def keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """Lay buttons out in rows: short neighbours share rows evenly.

    Raises:
        MessageRejected: A title is empty, or a payload does not take 1 to 64 bytes.
    """
    rows: list[list[dict[str, str]]] = []
    for _, group in groupby(buttons, key=lambda button: _per_row(button) > 1):
        neighbours = tuple(group)
        width = min(map(_per_row, neighbours))
        like = [_key(button) for button in neighbours]
        count = -(-len(like) // width)
        cuts = [len(like) * place // count for place in range(count + 1)]
        rows.extend(like[start:end] for start, end in pairwise(cuts))
    return {"inline_keyboard": rows}


def escape(text: str) -> str:
    """Escape a text for Telegram's HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def target(chat: str) -> dict[str, Any]:
    """Return the parameters that name a chat, or a topic within it."""
    name, thread = split_chat(chat)
    digits = name.removeprefix("-")
    chat_id: int | str = int(name) if digits.isascii() and digits.isdecimal() else name
    return {"chat_id": chat_id} if thread is None else {"chat_id": chat_id, "message_thread_id": thread}


def _calls(chat: str, content: Content, capabilities: Capabilities) -> Iterator[Call]:
    where, unit = target(chat), capabilities.text_unit
    title, words = clean(content.title).strip(), clean(content.text).strip()
    whole = "\n".join(part for part in (title, words) if part)
    title = title if length(title, unit) <= LONGEST_TITLE else ""
    for start in range(0, len(content.album), capabilities.album or 1):
        yield _album(where, content.album[start : start + (capabilities.album or 1)])
    if content.image is not None:
        rides = length(whole, unit) <= capabilities.caption_limit
        yield (
            _call("sendPhoto", where, _Part(whole, title), "caption")
            if rides and whole
            else Call("sendPhoto", where, image=True)
        )
        if rides:
            return
    for place, text in enumerate(split(whole, capabilities.text_limit, unit)):
        yield _call("sendMessage", where, _Part(text, title if place == 0 else ""), "text")


def _album(where: Mapping[str, Any], pictures: Sequence[Picture]) -> Call:
    """Return the call that shows pictures together; one alone is a photo. Source: Bot API, sendMediaGroup, 2 to 10."""
    media = tuple(one.media for one in pictures)
    captions = [clean(one.caption).strip() for one in pictures]
    if len(pictures) == 1:
        return Call("sendPhoto", {**where, "caption": captions[0]} if captions[0] else where, album=media)
    shown = [
        {"type": "photo", "media": f"attach://picture{place}", **({"caption": caption} if caption else {})}
        for place, caption in enumerate(captions)
    ]
    return Call("sendMediaGroup", {**where, "media": shown}, album=media)


def _call(method: str, where: Mapping[str, Any], part: _Part, field: str) -> Call:
    plain = {**where, field: part.text} if part.title else None
    return Call(method, {**where, **part.fields(field)}, plain, image=method == "sendPhoto")


def _with(call: Call, more: Mapping[str, Any]) -> Call:
    plain = None if call.plain is None else {**call.plain, **more}
    return Call(call.method, {**call.params, **more}, plain, call.image)


def _answer(tap_id: str, text: str) -> Call:
    params = {"callback_query_id": tap_id}
    notice = clip(clean(text).strip(), ANSWER_LIMIT, TextUnit.UTF16)
    return Call("answerCallbackQuery", {**params, "text": notice} if notice else params)


def _per_row(button: Button) -> int:
    return next((count for longest, count in ROWS if len(button.title) <= longest), 1)


def _key(button: Button) -> dict[str, str]:
    title, size = clean(button.title).strip(), len(button.payload.encode("utf-8", "surrogatepass"))
    if not title:
        raise MessageRejected("A button has no title.", code="button_title")
    if not 1 <= size <= CALLBACK_BYTES:
        raise MessageRejected(f"A button's payload takes {size} bytes; 1 to 64 are allowed.", code="button_payload")
    return {"text": title, "callback_data": button.payload}
