"""One bot as the server knows it."""

import itertools
import time
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.messages import Chat, Json, Refused, bad_request
from tests.fakes.telegram.updates import Updates, Webhook

__all__ = ["Bot", "File", "Webhook"]

FILE_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file that a person sent; `size` may claim more than there is."""

    file_id: str
    path: str
    data: bytes
    size: int

    def as_json(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": self.size}


class Bot:
    """A bot account with its chats, files and updates."""

    def __init__(self, token: str, username: str, pace: float) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.username = username
        self.updates = Updates(first_id=self.id * 1000 + 1, pace=pace)
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.taps: dict[str, Any] = {}
        self.commands: dict[str, list[Json]] = {}
        self.calls: list[tuple[str, Json]] = []
        self._numbers = itertools.count(1)

    @property
    def webhook(self) -> Webhook | None:
        return self.updates.webhook

    def as_json(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": "Sunup", "username": self.username}

    def number(self) -> int:
        """Return the next number of a message."""
        return next(self._numbers)

    def chat(self, chat_id: object) -> Chat:
        """Return the chat that a call names; refuses as Telegram does."""
        try:
            chat = self.chats.get(int(str(chat_id)))
        except ValueError:
            chat = None
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        if chat.gone:
            raise Refused(403, "Forbidden: user is deactivated")
        if chat.blocked:
            who = "the user" if chat.kind == "private" else f"the {chat.kind} chat"
            raise Refused(403, f"Forbidden: bot was {'blocked by' if chat.kind == 'private' else 'kicked from'} {who}")
        if not chat.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def keep(self, data: bytes, folder: str, suffix: str, size: int | None = None) -> File:
        """Keep a file that a person sends."""
        number = len(self.files) + 1
        file = File(f"F{self.id}x{number}", f"{folder}/file_{number}{suffix}", data, size or len(data))
        self.files[file.file_id] = file
        return file

    def lose_files(self) -> None:
        """Forget every file."""
        self.files.clear()

    def age_taps(self) -> None:
        """Make every tap so far too old to be answered."""
        for tap in self.taps.values():
            tap.expired = True

    def message_json(self, chat: Chat, message_id: int, content: Json) -> Json:
        """Return a message of this bot's own."""
        return {
            "message_id": message_id,
            "from": self.as_json(),
            "chat": chat.as_json(),
            "date": int(time.time()),
            **content,
        }
