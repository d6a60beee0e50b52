"""The web chat: its page at `/`, its WebSocket and its files."""

import asyncio
import time
from collections import Counter
from datetime import timedelta

from aiohttp import WSCloseCode, web

from bots.web import signature
from web import session
from web.assets import Assets
from web.ports import Chat
from web.rates import Allowance
from web.socket import FRAME_BYTES, ChatSocket
from web.travel import ClockRoutes
from web.uploads import UploadRoutes

_UPLOAD_BURST = 12
_UPLOAD_BURST_TIME = timedelta(minutes=1)


def setup(app: web.Application, chat: Chat) -> None:
    """Add the web chat to an application; its open pages are closed with code 1001 when the application stops."""
    routes = ChatRoutes(chat)
    app.add_routes(routes.routes())
    app.on_shutdown.append(routes.close)


class ChatRoutes:
    """Serves the page and holds the sockets of this process."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._assets = Assets()
        self._allowance = Allowance(chat.pace.burst, chat.pace.burst_time, time.monotonic)
        self._uploads = UploadRoutes(chat, Allowance(_UPLOAD_BURST, _UPLOAD_BURST_TIME, time.monotonic))
        self._sockets: set[web.WebSocketResponse] = set()
        self._pages: Counter[str] = Counter()

    def routes(self) -> list[web.RouteDef]:
        """Return all routes of the web chat."""
        return [
            web.get("/", self.page),
            web.get("/static/{version:[0-9a-f]{16}}/{name:.+}", self.static),
            web.get("/chat/socket", self.socket),
            *self._uploads.routes(),
            *ClockRoutes(self._chat).routes(),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Answer with the page, and begin or prolong the session."""
        response = self._assets.page(request)
        session.ensure(request, response, self._chat.public_url)
        return response

    async def static(self, request: web.Request) -> web.Response:
        """Answer with one of the page's files."""
        return self._assets.file(request)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Speak with an open page; a session that has run out meanwhile is renewed with the handshake."""
        if not signature.own_origin(session.neutral(request).headers, self._chat.public_url):
            raise web.HTTPForbidden(text="The chat is open to its own page only.")
        address = session.address_of(request)
        if self._pages[address] >= self._chat.pace.sockets_per_session and address:
            raise web.HTTPTooManyRequests(text="The chat is open in many places already; close one of them.")
        socket = web.WebSocketResponse(
            heartbeat=self._chat.pace.heartbeat.total_seconds(),
            max_msg_size=FRAME_BYTES,
            compress=False,
        )
        address = session.ensure(request, socket, self._chat.public_url)
        await socket.prepare(request)
        self._sockets.add(socket)
        self._pages[address] += 1
        try:
            await ChatSocket(socket, self._chat, address, self._allowance).run()
        finally:
            self._sockets.discard(socket)
            self._pages[address] -= 1
            self._pages += Counter()  # lets go of those at zero
        return socket

    async def close(self, _app: web.Application) -> None:
        """Close every open page, so that the browsers connect to the next process at once."""
        closing = (socket.close(code=WSCloseCode.GOING_AWAY, message=b"The server stops.") for socket in self._sockets)
        await asyncio.gather(*closing, return_exceptions=True)
