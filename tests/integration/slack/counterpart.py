"""A counterpart on the loopback that answers as a test says, and remembers what it was asked."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came.

    Args:
        name: The method, or the path of a file.
        params: Its parameters.
        authorization: What it proved itself with; empty where it did not.
        body: Its raw bytes.
    """

    name: str
    params: Mapping[str, Any]
    authorization: str = ""
    body: bytes = b""


@dataclass(slots=True)
class Reply:
    """What a method answers once.

    Args:
        body: An object becomes JSON.
        status: HTTP status.
        headers: As they go out.
        seconds: How long it takes; the effect is done before.
        reset: Whether the connection breaks off instead.
    """

    body: Any = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    reset: bool = False


STANDING: dict[str, Any] = {
    "chat.postMessage": {"ok": True, "channel": "D024ASHA", "ts": "1795000000.000100"},
    "chat.postEphemeral": {"ok": True, "message_ts": "1795000000.000300"},
    "chat.update": {"ok": True, "channel": "D024ASHA", "ts": "1795000000.000100"},
    "conversations.open": {"ok": True, "channel": {"id": "D024ASHA"}},
    "views.publish": {"ok": True, "view": {"id": "V024HOME"}},
    "views.open": {"ok": True, "view": {"id": "V024FORM"}},
}


class Counterpart:
    """Slack's side of the Web API; file addresses and sockets beside it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: dict[str, list[Reply]] = {}
        self.files: dict[str, Reply] = {}
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/api/{method}", self._method)
        app.router.add_route("*", "/files/{path:.*}", self._file)
        self.server = TestServer(app)

    @property
    def root(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    @property
    def api_url(self) -> str:
        return f"{self.root}/api"

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.asked]

    def reply(self, method: str, *replies: Reply) -> None:
        """Answer a method so, once each; afterwards as ever."""
        self.replies.setdefault(method, []).extend(replies)

    def refuse(self, method: str, error: str, **more: Any) -> None:
        self.reply(method, Reply({"ok": False, "error": error, **more}))

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await request.read()
        form = request.content_type == "application/x-www-form-urlencoded"
        params = dict(parse_qsl(body.decode())) if form else json.loads(body or b"{}")
        self.asked.append(Asked(method, params, request.headers.get("authorization", ""), body))
        waiting = self.replies.get(method)
        reply = waiting.pop(0) if waiting else Reply(STANDING.get(method, {"ok": True}))
        return await self._answer(request, reply)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(
            Asked(path, dict(request.query), request.headers.get("authorization", ""), await request.read())
        )
        return await self._answer(request, self.files.get(path, Reply(b"", 404)))

    async def _answer(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.reset:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        await asyncio.sleep(reply.seconds)
        if isinstance(reply.body, bytes):
            return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)
