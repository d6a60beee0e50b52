"""A server that listens on the loopback for as long as it is entered."""

import asyncio
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.fakes.faults import Fault, Kind

BODY_LIMIT = 60 * 1024 * 1024


class FakeServer:
    """What every fake provider is at bottom.

    Args:
        host: Where to listen.
        port: 0 takes a free one.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._application = web.Application(client_max_size=BODY_LIMIT)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    @property
    def router(self) -> web.UrlDispatcher:
        """Where its pages are added, before it starts."""
        return self._application.router

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self._application, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop answering and listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def misbehave(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Let a call hang, or cut its connection."""
    if fault.kind is Kind.HANG:
        await asyncio.sleep(fault.seconds)
    elif request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
