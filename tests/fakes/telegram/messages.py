"""What a chat shows, and the errors that the server answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.reading import Screen

Json = dict[str, Any]


class Refused(Exception):
    """The server says no."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad_request(description: str, **parameters: int) -> Refused:
    return Refused(400, f"Bad Request: {description}", parameters)


@dataclass(slots=True)
class Shown:
    """A message from a bot as a person sees it; an edit changes it in place."""

    message_id: int
    chat_id: int
    text: str = ""
    html: str = ""
    """The text as it was sent where it held markup."""
    entities: list[Json] = field(default_factory=list)
    rows: list[list[Json]] = field(default_factory=list)
    photo: bytes = b""
    thread: int | None = None
    edits: int = 0

    @property
    def title_rows(self) -> list[list[str]]:
        return [[key["text"] for key in row] for row in self.rows]

    @property
    def titles(self) -> list[str]:
        return [title for row in self.title_rows for title in row]

    @property
    def bold(self) -> list[str]:
        raw = self.text.encode("utf-16-le")
        return [
            raw[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
            for each in self.entities
            if each["type"] == "bold"
        ]


class Chat(Screen[Shown]):
    """A chat of one bot with a person or a group."""

    def __init__(self, chat_id: int, kind: str, title: str) -> None:
        super().__init__()
        self.id = chat_id
        self.kind = kind
        self.title = title
        self.typing = 0
        self.started = False
        self.blocked = False
        self.gone = False
        self.moved_to: int | None = None
        self.threads: set[int] = set()

    def as_json(self) -> Json:
        name = "first_name" if self.kind == "private" else "title"
        found: Json = {"id": self.id, "type": self.kind, name: self.title}
        return {**found, "is_forum": True} if self.threads else found

    def find(self, message_id: object) -> Shown | None:
        return next((each for each in self.shown if each.message_id == message_id), None)
