"""From an update of Telegram to messages: tolerant of what we do not know, strict about what we need.

An update is read from raw JSON and never through python-telegram-bot's types, which cost ten times as
much and refuse a message that lacks `date`. Source: Bot API, Update; tdlib/telegram-bot-api, Client.cpp.
"""

from typing import Any

from bots.reading import Json, clean, moment, read_object
from bots.telegram.content import attachments_of, is_content
from core.errors import Uninterpretable
from core.messages import InboundKind, InboundMessage

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for; everything else is ignored should it come nevertheless."""


def parse_update(body: bytes, *, account: str, bot_id: str, username: str = "") -> list[InboundMessage]:
    """Read one update.

    Args:
        body: The request's raw bytes, for instance
            `{"update_id": 7, "message": {"message_id": 1, "date": 1700000000, "text": "hi",
            "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": false}}}`.
        account: Name of our account.
        bot_id: The bot's own id; keys carry it, since two bots count their updates apart.
        username: The bot's name without `@`; empty where unknown.

    Returns:
        One message, or none where the update is of no concern.

    Raises:
        Malformed: Not a JSON object.
        Uninterpretable: It lacks what a message needs.
    """
    update = read_object(body)
    update_id = update.get("update_id")
    if type(update_id) is not int:
        raise Uninterpretable("update without an update_id")
    reader = _Reader(f"{bot_id}:{update_id}", account, username)
    for name, read in reader.kinds:
        if name in update:
            message = read(_dict(update, name))
            return [] if message is None else [message]
    return []


def split_chat(chat: str) -> tuple[str, int | None]:
    """Part our name of a chat, `chat` or `chat:thread`, into Telegram's two ids."""
    name, _, thread = chat.partition(":")
    return name, int(thread) if thread.isdecimal() else None


class _Reader:
    """Reads one update's content; holds what all kinds of update share."""

    __slots__ = ("account", "key", "kinds", "username")

    def __init__(self, key: str, account: str, username: str) -> None:
        self.key = key
        self.account = account
        self.username = username.lower()
        self.kinds = (
            ("message", self.message),
            ("callback_query", self.tap),
            ("edited_message", self.edit),
            ("my_chat_member", self.membership),
        )

    def message(self, message: Json) -> InboundMessage | None:
        if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
            return self.moved(message)
        return self.content(message, edited=False)

    def edit(self, message: Json) -> InboundMessage | None:
        return self.content(message, edited=True)

    def content(self, message: Json, *, edited: bool) -> InboundMessage | None:
        chat = _dict(message, "chat")
        if chat.get("type") == "channel" or message.get("is_automatic_forward"):
            return None
        sender = _dict(message, "from")
        if sender.get("is_bot"):
            return None
        attachments = attachments_of(message)
        text = self.words(message.get("text") or message.get("caption") or "")
        if text is None:
            return None
        kind = _kind(message, text, bool(attachments), private=chat.get("type") == "private")
        if kind is None:
            return None
        return InboundMessage(
            key=self.key,
            channel=CHANNEL,
            account=self.account,
            address=_id(sender),
            chat=_chat_name(chat, message),
            kind=InboundKind.EDIT if edited else kind,
            text=text,
            attachments=attachments,
            name=_name(sender),
            language=clean(sender.get("language_code")),
            sent_at=moment(message.get("edit_date") if edited else message.get("date")),
            private=chat.get("type") == "private",
        )

    def tap(self, query: Json) -> InboundMessage:
        sender = _dict(query, "from")
        # The message may be too old for Telegram to show (date 0); its chat is told even then.
        message = _dict(query, "message")
        chat = _dict(message, "chat")
        tap_id, payload = query.get("id"), clean(query.get("data"))
        if not isinstance(tap_id, str) or not tap_id:
            raise Uninterpretable("callback_query without an id")
        return InboundMessage(
            key=self.key,
            channel=CHANNEL,
            account=self.account,
            address=_id(sender),
            chat=_chat_name(chat, message),
            kind=InboundKind.TAP,
            text=_title(message, query.get("data")),
            payload=payload,
            tap_id=clean(tap_id),
            name=_name(sender),
            language=clean(sender.get("language_code")),
            private=chat.get("type") == "private",
        )

    def membership(self, change: Json) -> InboundMessage | None:
        chat = _dict(change, "chat")
        status = _dict(change, "new_chat_member").get("status")
        if chat.get("type") != "private" or status not in ("kicked", "member"):
            return None
        sender = _dict(change, "from")
        return InboundMessage(
            key=self.key,
            channel=CHANNEL,
            account=self.account,
            address=_id(sender),
            chat=_id(chat),
            kind=InboundKind.BLOCKED if status == "kicked" else InboundKind.UNBLOCKED,
            name=_name(sender),
            language=clean(sender.get("language_code")),
            sent_at=moment(change.get("date")),
        )

    def moved(self, message: Json) -> InboundMessage:
        # Told twice, in the old chat and in the new one; both come out as the same move.
        here = _id(_dict(message, "chat"))
        to, origin = message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
        other = to if origin is None else origin
        if type(other) is not int:
            raise Uninterpretable("migration without a chat id")
        old, new = (here, str(other)) if origin is None else (str(other), here)
        sender = message.get("from")
        return InboundMessage(
            key=self.key,
            channel=CHANNEL,
            account=self.account,
            address=_id(sender) if isinstance(sender, dict) else old,
            chat=old,
            kind=InboundKind.MOVED,
            sent_at=moment(message.get("date")),
            moved_to=new,
            private=False,
        )

    def words(self, text: object) -> str | None:
        """Return a text without our name behind its command; None where it speaks to another bot."""
        words = clean(text)
        if not words.startswith("/"):
            return words
        command, space, rest = words.partition(" ") if "\n" not in words else words.partition("\n")
        name, at, addressee = command.partition("@")
        if not at or not addressee:
            return words
        if self.username and addressee.lower() != self.username:
            return None
        return f"{name}{space}{rest}"


def _kind(message: Json, text: str, has_files: bool, *, private: bool) -> InboundKind | None:
    if has_files:
        return InboundKind.MEDIA
    if "text" in message:
        return InboundKind.TEXT
    return InboundKind.OTHER if text or is_content(message, private=private) else None


def _dict(holder: Json, name: str) -> dict[str, Any]:
    found = holder.get(name)
    if not isinstance(found, dict):
        raise Uninterpretable(f"no {name} where there must be one")
    return found


def _id(holder: Json) -> str:
    # Ids need up to 52 bits. Source: Bot API, Chat.
    found = holder.get("id")
    if type(found) is not int:
        raise Uninterpretable("no id where there must be one")
    return str(found)


def _chat_name(chat: Json, message: Json) -> str:
    # Replies in an ordinary group carry a thread too, but a send into that one fails.
    thread = message.get("message_thread_id")
    if message.get("is_topic_message") is True and type(thread) is int:
        return f"{_id(chat)}:{thread}"
    return _id(chat)


def _name(sender: Json) -> str:
    return " ".join(part for part in (clean(sender.get("first_name")), clean(sender.get("last_name"))) if part)


def _title(message: Json, data: object) -> str:
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and data is not None and button.get("callback_data") == data:
                return clean(button.get("text"))
    return ""
