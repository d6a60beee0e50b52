"""A workspace: its channels, its members, and the app's place in it."""

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.clock import Clock
from tests.fakes.reading import Screen
from tests.fakes.slack.blocks import buttons, pings, plain, visible
from tests.fakes.slack.errors import Json, Refused

if TYPE_CHECKING:
    from tests.fakes.slack.people import Person

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
)
_numbers = itertools.count(1)


def new_id(prefix: str) -> str:
    """Return the next id of a kind."""
    return f"{prefix}{next(_numbers):09d}X"


@dataclass(slots=True)
class Shown:
    """A message of the app as people see it; an update changes it in place."""

    ts: str
    channel: str
    words: str = ""
    """Its text as it was sent: what notifications show, and the message itself where there are no blocks."""
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    files: list[bytes] = field(default_factory=list)
    edits: int = 0
    only_for: str = ""
    """Whom it is shown to; empty for everybody in the channel."""

    @property
    def text(self) -> str:
        """What people read: the blocks, or the text where there are none."""
        return visible(self.blocks) if self.blocks else plain(self.words)

    @property
    def titles(self) -> list[str]:
        """What stands on its buttons."""
        return [element["text"]["text"] for element, _ in buttons(self.blocks)]

    @property
    def pings(self) -> list[str]:
        """Whom it calls."""
        return [each for words in (self.words, *map(str, self.blocks)) for each in pings(words)]

    def as_json(self, team: "Workspace") -> Json:
        """Return the message as payloads and answers hold it."""
        found: Json = {
            "type": "message",
            "user": team.bot_user,
            "bot_id": team.bot_id,
            "app_id": team.app_id,
            "team": team.id,
            "ts": self.ts,
            "text": self.words,
        }
        if self.blocks:
            found["blocks"] = self.blocks
        return {**found, "thread_ts": self.thread} if self.thread else found


class Channel(Screen[Shown]):
    """A direct message with the app, or a channel.

    Args:
        channel_id: `D…` or `C…`.
        name: Of a channel; `directmessage` for the other kind.
    """

    def __init__(self, channel_id: str, name: str) -> None:
        super().__init__()
        self.id = channel_id
        self.name = name
        self.archived = False
        self.app_is_in = True
        self.said: list[Json] = []
        """Everything in it, of people and of the app, oldest first."""

    @property
    def direct(self) -> bool:
        """Whether it is a direct message."""
        return self.id.startswith("D")

    def find(self, ts: object) -> Shown | None:
        """Return a message of the app."""
        return next((each for each in self.shown if each.ts == ts), None)


@dataclass(slots=True)
class Token:
    """A token of the app, and what it is good for."""

    value: str
    team: "Workspace"
    scopes: tuple[str, ...] = SCOPES
    expires_at: float | None = None
    revoked: bool = False


class Workspace:
    """A workspace in which the app is installed, or was.

    Args:
        name: What people call it.
        app_id: Of the app.
        clock: The server's.
    """

    def __init__(self, name: str, app_id: str, clock: Clock) -> None:
        self.id = new_id("T")
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.app_id = app_id
        self.clock = clock
        self.bot_user = new_id("U")
        self.bot_id = new_id("B")
        self.token: Token | None = None
        self.installed = False
        self.messages_tab = True
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self._last = 0.0

    @property
    def bot_token(self) -> str:
        """The newest token of the app's bot."""
        return self.token.value if self.token else ""

    def new_ts(self) -> str:
        """Return a timestamp that no other message has."""
        self._last = max(self.clock.time(), self._last + 0.000001)
        return f"{self._last:.6f}"

    def channel(self, name: str) -> Channel:
        """Return a new channel that the app is in."""
        channel = Channel(new_id("C"), name)
        self.channels[channel.id] = channel
        return channel

    def find(self, channel_id: object) -> Channel:
        """Return the channel that a call names, also by one of its members; refuses as Slack does."""
        person = self.people.get(str(channel_id))
        channel = person.channel if person else self.channels.get(str(channel_id))
        if channel is None or (person is not None and person.deleted):
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if not channel.app_is_in:
            raise Refused("not_in_channel")
        if channel.direct and not self.messages_tab:
            raise Refused("messages_tab_disabled")
        return channel
