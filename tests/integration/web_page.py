"""A browser's page as the server meets it: one cookie jar and one socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from bots.web import signature


class Served(Protocol):
    """Something that serves the page."""

    @property
    def url(self) -> str:
        """Where."""
        ...


@dataclass
class Page:
    """A browser's page, as far as the server can tell."""

    http: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse

    async def send(self, **frame: object) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def hear(self, kind: str) -> dict[str, object]:
        """Return the next frame of a kind; others are passed over."""
        async with asyncio.timeout(5):
            while True:
                frame: dict[str, object] = await self.socket.receive_json()
                if frame["type"] == kind:
                    return frame

    async def hear_until(self, kind: str) -> list[dict[str, object]]:
        """Return all frames up to and with the next of a kind."""
        frames: list[dict[str, object]] = []
        async with asyncio.timeout(5):
            while not frames or frames[-1]["type"] != kind:
                frames.append(await self.socket.receive_json())
        return frames

    async def silence(self, seconds: float = 0.2) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            await self.socket.receive_str(timeout=seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def browser(double: Served, http: aiohttp.ClientSession | None = None) -> AsyncIterator[Page]:
    """Open the page and its socket; with `http`, in a browser that was here before."""
    own = http or aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    try:
        async with own.get(double.url + "/") as page:
            assert page.status == 200
        async with own.ws_connect(double.url + "/chat/socket", headers={"Origin": double.url}) as socket:
            yield Page(own, socket)
    finally:
        if http is None:
            await own.close()


def address_in(http: aiohttp.ClientSession) -> str:
    cookies = {cookie.key: cookie.value for cookie in http.cookie_jar}
    return signature.session_address(cookies[signature.COOKIE])
