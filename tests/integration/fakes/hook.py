"""A program that only listens: it keeps what it is brought, and answers what it is told."""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from tests.fakes.server import FakeServer


@dataclass(frozen=True, slots=True)
class Brought:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> dict[str, object]:
        found = orjson.loads(self.body)
        assert isinstance(found, dict)
        return found


class Hook(FakeServer):
    """Answers `statuses` in turn, then 200 with `body`."""

    def __init__(self) -> None:
        super().__init__()
        self.brought: list[Brought] = []
        self.statuses: list[int] = []
        self.body = b""
        self.headers: dict[str, str] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.router.add_post("/{path:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.brought.append(Brought(request.path_qs, headers, await request.read()))
        await self.gate.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, body=self.body, headers=self.headers)
