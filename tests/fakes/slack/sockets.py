"""Socket Mode: payloads in envelopes over a websocket that the program opens.

Source: Slack's page on Socket Mode, and the clients of slack_sdk: `hello` first, each envelope acknowledged by its id,
`disconnect` before Slack lets go of a connection; ten at most.
"""

import asyncio
import itertools
import time
from typing import TYPE_CHECKING

import orjson
from aiohttp import WSMsgType, web

from tests.fakes.outgoing import Answer
from tests.fakes.slack.dispatch import PATIENCE, Parcel
from tests.fakes.slack.errors import Json, Refused

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

MOST = 10


class Sockets:
    """The open connections of an app."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self.open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._opened = asyncio.Event()
        slack.router.add_get("/link", self._connect)

    def ticket(self) -> str:
        """Return the address of a new connection, good for one."""
        if len(self.open) >= MOST:
            raise Refused("too_many_websockets")
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return f"ws://{self.slack.host}:{self.slack.port}/link?ticket={ticket}&app_id={self.slack.app.id}"

    async def opened(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the word that every test expects
        """Wait for the first connection."""
        async with asyncio.timeout(timeout):
            await self._opened.wait()

    async def refresh(self) -> None:
        """Ask every client to connect anew, then let go, as Slack does every few hours."""
        for socket in list(self.open):
            await socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "fake"}}
            )
            await socket.close()

    async def send(self, parcel: Parcel, retry: int, reason: str) -> Answer:
        """Send an envelope over one connection and wait for its acknowledgement."""
        begun = time.monotonic()
        if not self.open:
            return Answer(0)
        number = next(self._numbers)
        socket = self.open[number % len(self.open)]
        envelope: Json = {
            "type": parcel.kind,
            "envelope_id": f"envelope-{number}",
            "payload": parcel.payload,
            "accepts_response_payload": parcel.kind != "events_api",
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            await socket.send_json(envelope)
            found = await asyncio.wait_for(waiting, PATIENCE)
        except (TimeoutError, ConnectionError):
            return Answer(0, timed_out=True, seconds=time.monotonic() - begun)
        finally:
            del self._waiting[envelope["envelope_id"]]
        payload = found.get("payload")
        body = orjson.dumps(payload) if payload is not None else b""
        return Answer(200, body, {}, seconds=time.monotonic() - begun)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.open) + 1,
                "connection_info": {"app_id": self.slack.app.id},
                "debug_info": {"host": "fake", "approximate_connection_time": 18060},
            }
        )
        self.open.append(socket)
        self._opened.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self.open.remove(socket)
        return socket

    def _acknowledge(self, text: str) -> None:
        found = orjson.loads(text)
        waiting = self._waiting.get(found.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(found)
