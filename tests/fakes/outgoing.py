"""Requests from a provider to the program."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program answered; status 0 where no answer came."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    timed_out: bool = False
    seconds: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300


class Outgoing:
    """An HTTP client that never follows a redirect and never raises."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], patience: float) -> Answer:
        """Post a body; waits at most `patience` seconds."""
        return await self._ask("POST", url, patience, body, headers)

    async def get(self, url: str, patience: float) -> Answer:
        """Fetch something; waits at most `patience` seconds."""
        return await self._ask("GET", url, patience)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(
        self, method: str, url: str, patience: float, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        begun = time.monotonic()
        try:
            async with self._session.request(
                method,
                url,
                data=body or None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as response:
                found = await response.read()
                # A plain dict would take the case of the names seriously.
                return Answer(response.status, found, response.headers, seconds=time.monotonic() - begun)
        except TimeoutError:
            return Answer(0, timed_out=True, seconds=time.monotonic() - begun)
        except (aiohttp.ClientError, OSError):
            return Answer(0, seconds=time.monotonic() - begun)
