"""From a message to calls of the Web API. Pure.

Words travel as Slack's markup with everything in them made harmless; choices as buttons, many of them as a menu, too
many as numbers. Source: docs.slack.dev, chat.postMessage, chat.postEphemeral, views.publish, Block Kit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bots.degrade import Choices, degrade
from bots.reading import clean
from bots.slack.blocks import MOST_BLOCKS, SECTION_LIMIT, TOTAL_LIMIT, UNIT, actions, menu, section, size
from bots.slack.body import is_private, split_chat
from bots.slack.mrkdwn import bold, escape
from bots.slack.value import Slip, write
from bots.split import clip, length, split
from core.errors import MessageRejected
from core.ids import MediaId
from core.messages import Capabilities, Content, OutboundMessage, Place

LONGEST_TITLE = 256
"""A longer title is no longer a line of its own and is shown like the text."""
FALLBACK_LIMIT = 3000
"""What a notification shows of blocks."""
NOTICE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, or the three that share a picture.

    Args:
        method: Its name; `files.completeUploadExternal` stands for all three.
        params: Its parameters.
        repeatable: Whether it can be made twice without a second effect.
        picture: The one of an album that it shows; None for the message's own.
    """

    method: str
    params: Mapping[str, Any]
    repeatable: bool = False
    picture: MediaId | None = None


UPLOAD = "files.completeUploadExternal"


def render(message: OutboundMessage, capabilities: Capabilities) -> tuple[Call, ...]:
    """Return the calls that carry a message; each of them is one part of it.

    With a `tap_id` it is a notice that only the one who clicked sees, or nothing where there is nothing to say.

    Raises:
        MessageRejected: It says nothing, or a button's payload does not fit.
    """
    if message.tap_id:
        return tuple(_notice(message))
    if message.content.place is Place.HOME:
        return (_home(message, capabilities),)
    calls = tuple(_calls(message, capabilities))
    if not calls:
        raise MessageRejected("The message holds neither words nor a picture.", code="empty")
    return calls


def target(chat: str) -> dict[str, str]:
    """Return the parameters that name a direct message, or a channel's thread."""
    channel, thread = split_chat(chat)
    return {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}


def user_of(address: str) -> str:
    """Return the user of an address `TEAM/USER`."""
    return address.partition("/")[2]


def _calls(message: OutboundMessage, capabilities: Capabilities) -> Iterator[Call]:
    where, content, limit = target(message.chat), message.content, capabilities.text_limit
    for one in content.album:
        yield Call(UPLOAD, {**where, "initial_comment": escape(clean(one.caption).strip())}, picture=one.media)
    if content.image is not None:
        rides = _rides(content, capabilities.caption_limit)
        yield Call(UPLOAD, {**where, "initial_comment": _marked(*_words(content)) if rides else ""})
        if rides:
            return
    owner = "" if is_private(where["channel"]) or "thread_ts" not in where else user_of(message.address)
    shown, keys = _choices(content, capabilities, owner) if _offers(content) else (content, ())
    whole, title = _words(shown)
    *before, last = pieces(whole, title, limit) or [""]
    for place, piece in enumerate(before):
        yield _post(where, _marked(piece, "" if place else title))
    title = "" if before else title
    if keys:
        yield _post(where, _fallback(last, title), [*_sections(last, title), *keys])
    elif last:
        yield _post(where, _marked(last, title))


def _offers(content: Content) -> bool:
    return bool(content.buttons or content.form)


def _rides(content: Content, limit: int) -> bool:
    """Say whether the words travel with the picture."""
    return not _offers(content) and length(_marked(*_words(content)), UNIT) <= limit


def _choices(content: Content, capabilities: Capabilities, owner: str) -> tuple[Content, Sequence[Mapping[str, Any]]]:
    """Return the content with what of its choices is written out, and the blocks of the others."""
    shaped = degrade(content, capabilities)
    listed = shaped.choices is Choices.LIST
    menus = [menu(shaped.content.buttons, owner)] if listed else []
    rows = actions(() if listed else shaped.content.buttons, owner, content.form, content.title)
    keys = [*menus, *rows]
    room = TOTAL_LIMIT - capabilities.text_limit
    if size(keys) <= room and len(keys) <= MOST_BLOCKS // 2:
        return shaped.content, keys
    written = degrade(content, replace(capabilities, buttons=0, list_rows=0)).content
    return written, list(actions((), owner, content.form, content.title))


def _notice(message: OutboundMessage) -> Iterator[Call]:
    text = escape(clip(clean(message.content.text).strip(), NOTICE_LIMIT, UNIT))
    if not text:
        return
    where = target(message.chat)
    if where["channel"].startswith(("U", "W")):
        yield Call("chat.postMessage", {**where, "text": text})
    else:
        yield Call("chat.postEphemeral", {**where, "user": message.tap_id, "text": text})


def _home(message: OutboundMessage, capabilities: Capabilities) -> Call:
    user = user_of(message.address)
    if not user:
        raise MessageRejected("A home belongs to a person, and this message names none.", code="nobody")
    shown, keys = _choices(message.content, capabilities, "")
    text = list(_sections(*_words(shown)))
    while size([*text, *keys]) > TOTAL_LIMIT:
        text.pop()
    blocks = [*text, *keys]
    view = {"type": "home", "private_metadata": write(Slip("", message.chat, user)), "blocks": blocks}
    return Call("views.publish", {"user_id": user, "view": view}, repeatable=True)


def _post(where: Mapping[str, str], text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> Call:
    params = {**where, "text": text, "unfurl_links": False, "unfurl_media": False}
    return Call("chat.postMessage", {**params, "blocks": blocks} if blocks else params)


def _words(content: Content) -> tuple[str, str]:
    """Return the whole visible text, and the title at its head, empty where it is too long for one."""
    title, text = " ".join(clean(content.title).split()), clean(content.text).strip()
    whole = "\n".join(part for part in (title, text) if part)
    return whole, (title if length(title, UNIT) <= LONGEST_TITLE else "")


def pieces(whole: str, title: str, limit: int) -> list[str]:
    """Cut words into pieces that fit even as markup, in which `&` takes five characters.

    Args:
        whole: The words, with the title at their head.
        title: What of them is shown in bold; may be empty.
        limit: Longest piece as markup.
    """
    room = limit
    while True:
        found = split(whole, room, UNIT)
        shown = (_marked(piece, "" if place else title) for place, piece in enumerate(found))
        longest = max((length(piece, UNIT) for piece in shown), default=0)
        if longest <= limit:
            return list(found)
        room = max(room * limit // (longest + 1), 1)


def _sections(whole: str, title: str) -> Iterator[Mapping[str, Any]]:
    for place, piece in enumerate(pieces(whole, title, SECTION_LIMIT)):
        yield section(_marked(piece, "" if place else title))


def _fallback(whole: str, title: str) -> str:
    """Return what a notification and a screen reader say in place of blocks."""
    return next((_marked(piece, title) for piece in pieces(whole, title, FALLBACK_LIMIT)), "")


def _marked(text: str, title: str) -> str:
    """Return words as markup, with the title at their head in bold."""
    return f"{bold(title)}{escape(text[len(title) :])}" if title and text.startswith(title) else escape(text)
