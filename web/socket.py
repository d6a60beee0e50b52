"""One open page: frames come in and are kept, news go out in order."""

import asyncio
import contextlib
from datetime import timedelta

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bots.web import parse, render
from core import errors
from core.messages import InboundMessage
from web.ports import Chat, HistoryEntry
from web.rates import Allowance
from web.transcript import PAGE, Transcript

log = structlog.get_logger(__name__)

FRAME_BYTES = 2**20
"""Largest frame; far above the longest message, so that one too long is turned down in words."""

_TOO_FAST = "That was a little fast; the rest goes out by itself in a moment."


class ChatSocket:
    """Speaks with one open page of one person.

    Args:
        socket: The open WebSocket.
        chat: What the chat is given.
        address: The person whose session it is.
        allowance: Shared by all of a session's pages.
    """

    def __init__(self, socket: web.WebSocketResponse, chat: Chat, address: str, allowance: Allowance) -> None:
        self._socket = socket
        self._chat = chat
        self._session = parse.Session(address, chat.account)
        self._allowance = allowance
        self._transcript = Transcript(chat.history, chat.account, address)
        self._hello: parse.Hello | None = None
        self._sent: int | None = None
        self._seen_to = 0

    async def run(self) -> None:
        """Serve the page until it goes away."""
        async with self._chat.announcements.listen(self._session.address) as news:
            pushing = asyncio.create_task(self._push(news))
            try:
                await self._listen(news)
            finally:
                pushing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pushing

    async def _listen(self, news: asyncio.Event) -> None:
        async for message in self._socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                await self._receive(message.data, news)

    async def _receive(self, raw: bytes | str, news: asyncio.Event) -> None:
        match parse.read_frame(raw, self._session):
            case InboundMessage() as said:
                await self._keep(said, news)
            case parse.Hello() as hello:
                self._session = parse.Session(self._session.address, self._session.account, hello.language, hello.zone)
                self._hello = hello
                news.set()
            case parse.Seen(seq):
                await self._seen(seq)
            case parse.Earlier(before):
                await self._earlier(before)
            case parse.Ping():
                await self._say(render.pong())
            case parse.Refusal() as refusal:
                log.info("web_frame_refused", code=refusal.code)
                await self._say(render.refused(refusal))

    async def _keep(self, said: InboundMessage, news: asyncio.Event) -> None:
        wait = self._allowance.take(self._session.address)
        if wait > timedelta(0):
            await self._say(render.refused(parse.Refusal("too_fast", _TOO_FAST, said.key), wait))
            return
        try:
            await self._chat.intake.take([said])
        except errors.StorageUnavailable:
            await self._say(render.unavailable(said.key))
            return
        except Exception:  # the border: the page keeps the message, so no fault in here may lose it
            log.exception("web_intake_failed", key=said.key)
            await self._say(render.unavailable(said.key))
            return
        await self._say(render.accepted(said.key))
        news.set()

    async def _seen(self, seq: int) -> None:
        if self._sent is None or not self._seen_to < seq <= self._sent:
            return
        self._seen_to = seq
        # A receipt that cannot be kept now is no loss: the next one covers it.
        with contextlib.suppress(errors.StorageUnavailable):
            await self._transcript.seen(seq)

    async def _earlier(self, before: int) -> None:
        wait = self._allowance.take(self._session.address)
        if wait > timedelta(0):
            await self._say(render.refused(parse.Refusal("too_fast", _TOO_FAST), wait))
            return
        try:
            entries, more = await self._transcript.before(before)
        except errors.StorageUnavailable:
            await self._say(render.unavailable())
            return
        await self._say(render.earlier(entries, more))

    async def _push(self, news: asyncio.Event) -> None:
        """Bring the page its news until the socket closes; what breaks here closes it, and the page comes again."""
        try:
            while not self._socket.closed:
                await self._await_news(news)
                await self._bring(news)
        except Exception:  # the border: a page without news must not look alive
            log.exception("web_push_failed")
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _await_news(self, news: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._chat.pace.poll.total_seconds()):
                await news.wait()
        news.clear()

    async def _bring(self, news: asyncio.Event) -> None:
        try:
            if self._hello is not None:
                await self._greet(self._hello)
            elif self._sent is not None:
                await self._catch_up(self._sent)
        except errors.StorageUnavailable:
            await self._say(render.unavailable())
            await asyncio.sleep(self._chat.pace.retry.total_seconds())
            news.set()

    async def _greet(self, hello: parse.Hello) -> None:
        known = hello.after if await self._same_history(hello) else 0
        entries, more = await self._transcript.recent() if known == 0 else ((), False)
        await self._say(render.ready(self._session.address, anew=known == 0))
        for entry in entries:
            await self._show(entry)
        await self._catch_up(entries[-1].seq if entries else known)
        await self._say(render.settled(self._sent or 0, more))
        if self._hello is hello:
            self._hello = None

    async def _same_history(self, hello: parse.Hello) -> bool:
        """Tell whether what a page shows is this person's history, and as long as ours."""
        own = hello.who in ("", render.who(self._session.address))
        return own and await self._transcript.knows(hello.after)

    async def _catch_up(self, seq: int) -> None:
        self._sent = seq
        while True:
            entries = await self._transcript.after(self._sent)
            for entry in entries:
                await self._show(entry)
                self._sent = entry.seq
            if len(entries) < PAGE:
                return

    async def _show(self, entry: HistoryEntry) -> None:
        if render.visible(entry):
            await self._say(render.message(entry))

    async def _say(self, frame: str) -> None:
        # A page that went away in between is told nothing; it asks again from where it was.
        with contextlib.suppress(ConnectionError):
            await self._socket.send_str(frame)
