"""People and groups: those who talk to bots."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from tests.fakes.reading import Reader
from tests.fakes.telegram.bot import Bot, File
from tests.fakes.telegram.messages import Chat, Json, Shown

Matching = str | re.Pattern[str] | Callable[[Shown], bool]

_tap_ids = itertools.count(4_000_000_000_000)


class Tap:
    """A tapped button whose spinner turns until the bot answers."""

    def __init__(self, tap_id: str) -> None:
        self.id = tap_id
        self.notice = ""
        self.answers = 0
        self.expired = False
        self._ended = asyncio.Event()

    def end(self, notice: str) -> None:
        self.notice = notice
        self.answers += 1
        self._ended.set()

    async def answered(self, timeout: float = 5.0) -> str:  # noqa: ASYNC109 - the word that every test expects
        """Wait until the spinner ends and return the notice that was shown."""
        async with asyncio.timeout(timeout):
            await self._ended.wait()
        return self.notice


class Group:
    """A group that a bot is a member of."""

    def __init__(self, bot: Bot, chat: Chat) -> None:
        self.bot = bot
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Shown]:
        return self.chat.shown

    async def migrate(self) -> int:
        """Become a supergroup; tells both chats of it and returns the new id."""
        old = self.chat
        new = Chat(-1_000_000_000_000 + old.id, "supergroup", old.title)
        new.started = True
        self.bot.chats[new.id] = self.chat = new
        old.moved_to = new.id
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        for chat, field, other in ((old, "migrate_to_chat_id", new.id), (new, "migrate_from_chat_id", old.id)):
            message = {**_frame(self.bot, chat), "from": anonymous, field: other}
            self.bot.updates.put("message", message, queue=f"chat {chat.id}")
        return new.id

    async def kick(self) -> None:
        """Throw the bot out."""
        self.chat.blocked = True


class Person(Reader[Shown]):
    """Someone who talks to one bot, in private unless another chat is named."""

    def __init__(self, bot: Bot, person_id: int, name: str, language: str) -> None:
        self.chat = bot.chats.setdefault(person_id, Chat(person_id, "private", name))
        super().__init__(name, self.chat)
        self.bot = bot
        self.id = person_id
        self.language = language
        self.is_bot = False
        self._said: dict[int, Json] = {}

    @property
    def messages(self) -> list[Shown]:
        """What the bot has sent to the private chat, oldest first."""
        return self.chat.shown

    def as_json(self) -> Json:
        first, _, last = self.name.partition(" ")
        found: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": first}
        if last:
            found["last_name"] = last
        return {**found, "language_code": self.language} if self.language else found

    async def start(self, payload: str = "") -> int:
        """Press Start, perhaps through a deep link."""
        return await self.say(f"/start {payload}".strip())

    async def say(self, text: str, *, group: Group | None = None, thread: int | None = None) -> int:
        """Write a message and return its number."""
        return self._send({"text": text}, group, thread)

    async def upload(self, data: bytes, *, name: str = "photo.jpg", mime: str = "image/jpeg", text: str = "") -> int:
        """Send a file in the way that its kind is usually sent."""
        if mime.startswith("image/"):
            return await self.send_photo(data, caption=text)
        if mime.startswith("audio/"):
            return await self.send_voice(data, mime=mime, caption=text)
        return await self.send_document(data, name=name, mime=mime, caption=text)

    async def send_photo(self, data: bytes, *, caption: str = "", size: int | None = None) -> int:
        """Send a picture, which Telegram offers in two sizes."""
        small, large = self.bot.keep(data[:64], "photos", ".jpg"), self.bot.keep(data, "photos", ".jpg", size)
        sizes = [
            {**small.as_json(), "width": 90, "height": 67},
            {**large.as_json(), "width": 1280, "height": 960},
        ]
        return self._send({"photo": sizes, **_caption(caption)})

    async def send_voice(self, data: bytes, *, seconds: int = 3, mime: str = "audio/ogg", caption: str = "") -> int:
        """Record a voice note."""
        file = self.bot.keep(data, "voice", ".oga")
        voice = {**file.as_json(), "duration": seconds, "mime_type": mime}
        return self._send({"voice": voice, **_caption(caption)})

    async def send_document(
        self, data: bytes, *, name: str = "file.pdf", mime: str = "application/pdf", caption: str = "", size: int = 0
    ) -> int:
        """Send a file; `size` claims another size than it has."""
        file = self.bot.keep(data, "documents", f".{name.rpartition('.')[2]}", size or None)
        document = {**file.as_json(), "file_name": name, "mime_type": mime}
        return self._send({"document": document, **_caption(caption)})

    async def send_sticker(self) -> int:
        """Send a sticker."""
        file: File = self.bot.keep(b"webp", "stickers", ".webp")
        return self._send({"sticker": {**file.as_json(), "type": "regular", "width": 512, "height": 512}})

    async def send(self, content: Json, *, group: Group | None = None, thread: int | None = None) -> int:
        """Send any content, as the fields of a message."""
        return self._send(content, group, thread)

    async def edit(self, message_id: int, text: str) -> None:
        """Change a message of one's own."""
        message = {**self._said[message_id], "text": text, "edit_date": int(time.time())}
        self._said[message_id] = message
        self.bot.updates.put("edited_message", message, queue=f"chat {message['chat']['id']}")

    async def tap(self, title: str, *, message: Shown | None = None, group: Group | None = None) -> Tap:
        """Tap the newest button of this title, or the one of a certain message."""
        chat = group.chat if group else self.chat
        for shown in [message] if message else reversed(chat.shown):
            for key in (key for row in shown.rows for key in row):
                if key["text"] == title:
                    return self.tap_data(key["callback_data"], shown, chat)
        raise AssertionError(f"no button {title!r}; there are {[each.title_rows for each in chat.shown if each.rows]}")

    def tap_data(self, data: str, shown: Shown, chat: Chat | None = None) -> Tap:
        """Tap a button by what it carries."""
        chat = chat or self.chat
        tap = Tap(str(next(_tap_ids)))
        self.bot.taps[tap.id] = tap
        markup = {"reply_markup": {"inline_keyboard": shown.rows}}
        message = self.bot.message_json(chat, shown.message_id, {"text": shown.text, **markup})
        query = {"id": tap.id, "from": self.as_json(), "message": message, "chat_instance": "1", "data": data}
        self.bot.updates.put("callback_query", query, queue=f"taps {self.id}")
        return tap

    async def block(self) -> None:
        """Block the bot."""
        self.chat.blocked = True
        self._membership("member", "kicked")

    async def unblock(self) -> None:
        """Take the block away."""
        self.chat.blocked = False
        self._membership("kicked", "member")

    def _send(self, content: Json, group: Group | None = None, thread: int | None = None) -> int:
        chat = group.chat if group else self.chat
        chat.started = True
        message = {**_frame(self.bot, chat), "from": self.as_json(), **content}
        if thread is not None:
            chat.threads.add(thread)
            message |= {"message_thread_id": thread, "is_topic_message": True, "chat": chat.as_json()}
        number = int(message["message_id"])
        self._said[number] = message
        self.bot.updates.put("message", message, queue=f"chat {chat.id}")
        return number

    def _membership(self, old: str, new: str) -> None:
        change = {
            "chat": self.chat.as_json(),
            "from": self.as_json(),
            "date": int(time.time()),
            "old_chat_member": {"user": self.bot.as_json(), "status": old, "until_date": 0},
            "new_chat_member": {"user": self.bot.as_json(), "status": new, "until_date": 0},
        }
        self.bot.updates.put("my_chat_member", change, queue=f"membership {self.id}")


def _frame(bot: Bot, chat: Chat) -> dict[str, Any]:
    return {"message_id": bot.number(), "date": int(time.time()), "chat": chat.as_json()}


def _caption(caption: str) -> Json:
    return {"caption": caption} if caption else {}
