"""In-memory stand-ins for what the web chat is given, and a responder with a script."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from bots.adapter import Fetched
from core import errors
from core.history import HistoryEntry, Thread
from core.ids import MediaId
from core.messages import Button, Content, InboundKind, InboundMessage
from web import chat
from web.ports import Chat, Pace, Travel

Responder = Callable[[InboundMessage], Sequence[Content]]


def echo(message: InboundMessage) -> Sequence[Content]:
    """Answer with the same words."""
    return [Content(text=f"You said: {message.text or message.payload or message.kind.value}")]


def coach(message: InboundMessage) -> Sequence[Content]:
    """Answer as a short workflow would, so that the page has one of everything to show."""
    if message.kind is InboundKind.MEDIA:
        kind = message.attachments[0].kind.value
        words = {"image": "Great shot. I kept your picture.", "voice": "I heard you. Well said."}
        return [Content(text=words.get(kind, "Thank you, I kept your file."), title="Step 3 of 3")]
    buttons = (Button("Design", "design"), Button("Copywriting", "copy"), Button("Code", "code"))
    if message.kind is InboundKind.TAP:
        return [
            Content(text="Good choice. Put your twenty best prompts into one document.", title="Step 2 of 3"),
            Content(text="Then send me a screenshot of the page where it is on sale: https://example.org/sale."),
        ]
    if message.text.lower().startswith("note"):
        return [Content(text="Noted.")]
    return [
        Content(text="Good morning! Let us sell your first three prompt packs. It takes about three hours."),
        Content(text="Where did your prompts help a paying client most?", title="Step 1 of 3", buttons=buttons),
    ]


class Announcer:
    """Announcements within one process."""

    def __init__(self) -> None:
        self._events: dict[str, set[asyncio.Event]] = defaultdict(set)

    @asynccontextmanager
    async def listen(self, address: str) -> AsyncIterator[asyncio.Event]:
        """Hold an event for a chat."""
        event = asyncio.Event()
        self._events[address].add(event)
        try:
            yield event
        finally:
            self._events[address].discard(event)

    async def announce(self, address: str) -> None:
        """Set every event of a chat."""
        for event in self._events[address]:
            event.set()


@dataclass
class Conversations:
    """Intake and history in memory; `away` plays a database that does not answer."""

    announcer: Announcer
    respond: Responder = echo
    delay: float = 0.0
    away: bool = False
    taken: list[InboundMessage] = field(default_factory=list)
    entries: dict[str, list[HistoryEntry]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[str, int] = field(default_factory=dict)

    async def take(self, messages: Sequence[InboundMessage]) -> None:
        """Keep new messages and answer them."""
        self._answer_or_fail()
        for message in messages:
            if any(known.key == message.key for known in self.taken):
                continue
            self.taken.append(message)
            self._keep(message)
            if self.delay:
                task = asyncio.get_running_loop().call_later(self.delay, self._reply, message)
                del task
            else:
                self._reply(message)

    async def since(self, thread: Thread, after: int, limit: int) -> Sequence[HistoryEntry]:
        """Return entries after a number."""
        self._answer_or_fail()
        return [entry for entry in self.entries[thread.address] if entry.seq > after][:limit]

    async def seen(self, thread: Thread, seq: int) -> None:
        """Note a receipt."""
        self._answer_or_fail()
        self.receipts[thread.address] = seq

    def say(self, address: str, content: Content) -> None:
        """Say something without having been asked."""
        shown: dict[str, Any] = {"image": content.image, "album": content.album}
        said = HistoryEntry(0, False, datetime.now(UTC), content.text, content.title, content.buttons, **shown)
        self._append(address, said)

    def _answer_or_fail(self) -> None:
        if self.away:
            raise errors.StorageUnavailable

    def _keep(self, message: InboundMessage) -> None:
        entry = HistoryEntry(
            seq=0,
            inbound=True,
            at=datetime.now(UTC),
            text=message.text,
            kind=message.kind.value,
            key=message.key,
            attachments=message.attachments,
        )
        self._append(message.address, entry)

    def _reply(self, message: InboundMessage) -> None:
        for content in self.respond(message):
            self.say(message.address, content)
        self._pending = asyncio.ensure_future(self.announcer.announce(message.address))

    def _append(self, address: str, entry: HistoryEntry) -> None:
        self.entries[address].append(replace(entry, seq=len(self.entries[address]) + 1))


@dataclass
class Shelf:
    """Uploads in memory."""

    files: dict[tuple[str, str], Fetched] = field(default_factory=dict)
    pictures: dict[tuple[str, UUID], Fetched] = field(default_factory=dict)
    away: bool = False

    async def put(self, owner: str, data: bytes, mime: str, name: str) -> str:
        """Keep a file."""
        if self.away:
            raise errors.StorageUnavailable
        ref = uuid4().hex
        self.files[owner, ref] = Fetched(data, mime, name)
        return ref

    async def get(self, owner: str, ref: str) -> Fetched | None:
        """Return an owner's file."""
        return self.files.get((owner, ref))

    async def picture(self, owner_address: str, media: MediaId, thumbnail: bool) -> Fetched | None:
        """Return a person's picture."""
        return self.pictures.get((owner_address, media))


@dataclass
class ChatDouble:
    """A whole web chat on doubles, on a port of its own."""

    conversations: Conversations
    shelf: Shelf
    announcer: Announcer
    url: str = ""
    port: int = 0
    stop: Callable[[], Awaitable[None]] | None = None


async def start_chat(
    respond: Responder = echo,
    *,
    pace: Pace | None = None,
    public_url: str = "",
    port: int = 0,
    double: ChatDouble | None = None,
    travel: Travel | None = None,
) -> ChatDouble:
    """Start the chat on a free port; with `double`, again on what an earlier one kept."""
    announcer = double.announcer if double else Announcer()
    conversations = double.conversations if double else Conversations(announcer, respond)
    shelf = double.shelf if double else Shelf()
    app = web.Application()
    given = Chat(
        conversations, conversations, shelf, announcer, public_url=public_url, pace=pace or Pace(), travel=travel
    )
    chat.setup(app, given)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    bound = runner.addresses[0][1]
    return ChatDouble(conversations, shelf, announcer, f"http://127.0.0.1:{bound}", bound, runner.cleanup)
