"""What the web pages ask of the rest of Sunup; the composition root hands it in."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bots.adapter import Fetched
from core.history import HistoryEntry, Thread
from core.ids import MediaId
from core.messages import InboundMessage

__all__ = [
    "Announcements",
    "Chat",
    "Fetched",
    "History",
    "HistoryEntry",
    "Intake",
    "Pace",
    "Thread",
    "Travel",
    "Uploads",
]


class Intake(Protocol):
    """Takes in what people say."""

    async def take(self, messages: Sequence[InboundMessage]) -> None:
        """Keep messages and let the conversation answer; returns once that is committed.

        A message whose key is known already is dropped without a word.

        Raises:
            core.errors.StorageUnavailable: Nothing was kept.
        """
        ...


class History(Protocol):
    """Reads what was said in one person's conversation."""

    async def since(self, thread: Thread, after: int, limit: int) -> Sequence[HistoryEntry]:
        """Return the first `limit` entries whose `seq` is greater than `after`, in order.

        Returns nothing for a conversation that does not exist yet.

        Raises:
            core.errors.StorageUnavailable: The database does not answer.
        """
        ...

    async def seen(self, thread: Thread, seq: int) -> None:
        """Note that everything up to `seq` was in front of the person's eyes.

        Raises:
            core.errors.StorageUnavailable: The database does not answer.
        """
        ...


class Uploads(Protocol):
    """Keeps what a browser uploads and gives it back to its owner only."""

    async def put(self, owner: str, data: bytes, mime: str, name: str) -> str:
        """Keep a file.

        Args:
            owner: Address of the session that uploaded it.
            data: The original bytes, at most `core.media.MAX_MEDIA_BYTES`.
            mime: Claimed type; not to be believed.
            name: Claimed file name; never used as a path.

        Returns:
            A reference of 8 to 128 characters out of `A-Z a-z 0-9 _ -`, not to be guessed.

        Raises:
            core.errors.StorageUnavailable: Nothing was kept.
        """
        ...

    async def get(self, owner: str, ref: str) -> Fetched | None:
        """Return an upload as it came; None where there is none or it is somebody else's."""
        ...

    async def picture(self, owner_address: str, media: MediaId, thumbnail: bool) -> Fetched | None:
        """Return the shown copy of a kept picture; None where there is none or it is somebody else's."""
        ...


class Announcements(Protocol):
    """Hears that a chat has news, whichever process made them."""

    def listen(self, chat: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Hold an event that is set whenever `chat` may have news.

        Hints may be lost or come twice: who listens also looks by itself now and then. So this never
        fails; without its bus the event is simply set less often.
        """
        ...


class Travel(Protocol):
    """Puts the clock forward."""

    def now(self) -> datetime:
        """Return this moment."""
        ...

    async def next_moment(self, address: str) -> datetime | None:
        """Go to the next moment at which something happens by itself to the person of a session.

        Returns:
            The moment; None where nothing is planned.

        Raises:
            core.errors.StorageUnavailable: The database does not answer.
            core.errors.Busy: Something under way does not end.
            core.errors.ConfigurationError: The clock cannot be put forward.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how often the chat does things.

    Args:
        burst: Messages that one session may send at once.
        burst_time: In what time a spent burst has grown back.
        poll: How often a socket looks for news that no hint announced.
        heartbeat: How often the line is tried; one that stays silent for half of it is closed.
        retry: How long to wait before reading again from a database that does not answer.
        upload_time: How long one upload may take.
        uploads_at_once: Uploads held in memory at the same moment, by everybody together.
        sockets_per_session: Open pages of one session.
    """

    burst: int = 20
    burst_time: timedelta = timedelta(seconds=10)
    poll: timedelta = timedelta(seconds=20)
    heartbeat: timedelta = timedelta(seconds=30)
    retry: timedelta = timedelta(seconds=2)
    upload_time: timedelta = timedelta(minutes=5)
    uploads_at_once: int = 8
    sockets_per_session: int = 10


@dataclass(frozen=True, slots=True)
class Chat:
    """Everything that the web chat is given.

    Args:
        intake: Takes in messages.
        history: Reads the conversation.
        uploads: Keeps files.
        announcements: Brings hints of news.
        public_url: Where people reach the page, for instance `https://chat.example.org`; empty for wherever they do.
        account: Name of our account on the channel.
        pace: Limits and intervals.
        travel: Puts the clock forward; None where that is not offered.
    """

    intake: Intake
    history: History
    uploads: Uploads
    announcements: Announcements
    public_url: str = ""
    account: str = "default"
    pace: Pace = Pace()
    travel: Travel | None = None
