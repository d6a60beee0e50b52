"""The one HTTP client of all channels: pooled, timed, capped, and silent about URLs.

A provider's URL may carry its token (Telegram's do), so no URL appears in a log line or in an error
here; the errors name a kind of failure and nothing else. Redirects are never followed on a call. On a
download they are, and every hop is judged anew: the hosts that the operator configured are trusted,
every other one is a stranger and is reached only at a public address, on port 80 or 443.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from socket import AddressFamily
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bots.addresses import HostRefused, is_public, origin, refuse_stranger
from core import errors

CONNECT_TIMEOUT = timedelta(seconds=5)
"""Shorter than any call's own limit, so that a time-out tells the two phases apart."""
CALL_TIMEOUT = timedelta(seconds=30)
DOWNLOAD_TIMEOUT = timedelta(seconds=60)
MAX_HOPS = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024
LONG_BODY = 512 * 1024


class TransportError(Exception):
    """A call did not bring an answer. Carries the kind of failure, never the URL."""


class ConnectFailed(TransportError):
    """No connection came about: nothing of the request was written."""


class AnswerLost(TransportError):
    """The request was written, at least in part, and no whole answer came back."""


class BodyTooLarge(TransportError):
    """The answer is larger than the caller allows; the rest was not read."""


def unanswered(platform: str, error: TransportError, *, acts: bool = True) -> NoReturn:
    """Raise what it means that a call brought no answer.

    Args:
        platform: Whom we called, in words.
        error: What the transport says; it names no address.
        acts: Whether the call does something that may have been done; one that only asks is simply made again.
    """
    code = str(error) or type(error).__name__
    if not isinstance(error, AnswerLost):
        raise errors.ChannelUnavailable(f"{platform} could not be reached.", code=code) from None
    said = f"{platform} did not answer in time or broke off."
    raise (errors.OutcomeUnknown if acts else errors.ChannelUnavailable)(said, code=code) from None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        status: HTTP status.
        body: The whole body.
        headers: Looked up by name in any case.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart call.

    Args:
        field: Name of the form's field.
        name: File name told to the provider.
        data: Its bytes.
        mime: Its type.
    """

    field: str
    name: str
    data: bytes
    mime: str = "application/octet-stream"


class Transport:
    """Shared sessions for calls to providers and for downloads.

    Make one per process; the sessions open with the first call, in the running loop.

    Args:
        connections: Most connections open at once.
        resolver: Looks up strangers' names; the system's where None.
    """

    def __init__(self, *, connections: int = 100, resolver: AbstractResolver | None = None) -> None:
        self._connections = connections
        self._resolver = resolver
        self._trusted: aiohttp.ClientSession | None = None
        self._strangers: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; a later call opens new ones."""
        sessions, self._trusted, self._strangers = (self._trusted, self._strangers), None, None
        for session in sessions:
            if session is not None:
                await session.close()

    async def call(
        self,
        method: str,
        url: str | URL,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        within: timedelta = CALL_TIMEOUT,
    ) -> Answer:
        """Call a provider at an address of the operator's choosing.

        Args:
            method: `GET` or `POST`.
            url: Built from a configured base; a ready `URL` is cheapest.
            body: Bytes as they go out.
            headers: Sent as they are.
            within: For the whole call.

        Raises:
            ConnectFailed: Nothing was written.
            AnswerLost: The provider may have acted.
        """
        # As a stream where it is long: aiohttp objects to large plain bytes.
        data = BytesIO(body) if body is not None and len(body) > LONG_BODY else body
        return await self._exchange(method, url, data, headers=headers, within=within)

    async def upload(
        self,
        url: str | URL,
        fields: Mapping[str, str],
        files: Sequence[Upload],
        *,
        headers: Mapping[str, str] | None = None,
        within: timedelta = DOWNLOAD_TIMEOUT,
    ) -> Answer:
        """POST a form with files to a provider; raises as `call` does."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        for file in files:
            # As a stream: aiohttp objects to large plain bytes.
            form.add_field(file.field, BytesIO(file.data), filename=file.name, content_type=file.mime)
        return await self._exchange("POST", url, form, headers=headers, within=within)

    async def download(
        self,
        url: str,
        limit: int,
        *,
        trusted: Collection[str] = (),
        hosts: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        within: timedelta = DOWNLOAD_TIMEOUT,
    ) -> Answer:
        """GET a file, following redirects with care.

        Args:
            url: Where it is said to be.
            limit: Most bytes taken, judged before and while reading.
            trusted: Configured bases; their hosts may be anywhere, even on this machine.
            hosts: Names whose every port is trusted as well, but not with credentials.
            headers: Credentials; they go to a trusted `url` only, and never along with a redirect.
            within: For each hop.

        Raises:
            HostRefused: A hop leads where a stranger may not send us.
            BodyTooLarge: There are more than `limit` bytes.
            ConnectFailed: No connection came about.
            AnswerLost: The download broke off.
        """
        origins = {origin(base) for base in trusted}
        for _ in range(MAX_HOPS):
            credible = origin(url) in origins
            ours = credible or origin(url)[1] in hosts
            if not ours:
                refuse_stranger(url)
            answer = await self._take(url, limit, headers=headers if credible else None, within=within, ours=ours)
            location = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not location:
                return answer
            url, headers = urljoin(url, location), None
        raise HostRefused("too many redirects")

    async def socket(self, url: str, *, heartbeat: timedelta) -> "Socket":
        """Open a web socket to a provider; raises as `call` does.

        Args:
            url: As the provider gave it; it may carry a ticket and is kept in here.
            heartbeat: How often the other end is asked for a sign of life; without one the socket is closed.
        """
        session = self._trusted or self._open()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT.total_seconds()):
                return Socket(await session.ws_connect(url, heartbeat=heartbeat.total_seconds()))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectFailed(type(error).__name__) from None  # the cause may spell the URL out

    async def _exchange(
        self,
        method: str,
        url: str | URL,
        data: bytes | BytesIO | aiohttp.FormData | None,
        *,
        headers: Mapping[str, str] | None,
        within: timedelta,
    ) -> Answer:
        session = self._trusted or self._open()
        call = session.request(method, url, data=data, headers=headers, timeout=_limits(within), allow_redirects=False)
        with _classified():
            async with call as response:
                return Answer(response.status, await response.read(), response.headers)

    async def _take(
        self, url: str, limit: int, *, headers: Mapping[str, str] | None, within: timedelta, ours: bool
    ) -> Answer:
        session = (self._trusted or self._open()) if ours else self._open_to_strangers()
        call = session.get(url, headers=headers, timeout=_limits(within), allow_redirects=False)
        with _classified():
            async with call as response:
                return Answer(response.status, await _read(response, limit), response.headers)

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._connections)
        self._trusted = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._trusted

    def _open_to_strangers(self) -> aiohttp.ClientSession:
        if self._strangers is None:
            resolver = PublicResolver(self._resolver or aiohttp.ThreadedResolver())
            # Neither names nor connections are kept: what was judged is what is connected to.
            connector = aiohttp.TCPConnector(
                limit=self._connections, resolver=resolver, use_dns_cache=False, force_close=True
            )
            self._strangers = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._strangers


class Socket:
    """An open web socket; texts in both directions.

    Args:
        inner: aiohttp's own.
    """

    def __init__(self, inner: aiohttp.ClientWebSocketResponse) -> None:
        self._inner = inner

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.close()

    async def receive(self) -> str | None:
        """Return the next text; None once the socket is closed, by whomever or by silence."""
        while True:
            message = await self._inner.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                return str(message.data)
            if message.type is not aiohttp.WSMsgType.BINARY:
                return None

    async def send(self, text: str) -> None:
        """Send a text; raises `AnswerLost` where the socket is closed."""
        try:
            await self._inner.send_str(text)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise AnswerLost(type(error).__name__) from None


class PublicResolver(AbstractResolver):
    """Looks a name up once, and lets the connection go to those very addresses if all are public."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """Return the addresses of a host; raises `HostRefused` where one is not public."""
        found = await self._inner.resolve(host, port, AddressFamily(family))
        if not all(is_public(each["host"]) for each in found):
            raise HostRefused("the name leads to a private address")
        return found

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()


@contextmanager
def _classified() -> Iterator[None]:
    """Say of whatever a call dies of whether anything of it was written."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise ConnectFailed(type(error).__name__) from None  # the cause may spell the URL out
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise AnswerLost(type(error).__name__) from None  # the cause may spell the URL out


def _limits(within: timedelta) -> aiohttp.ClientTimeout:
    return _CALL_LIMITS if within is CALL_TIMEOUT else _client_timeout(within)


def _client_timeout(within: timedelta) -> aiohttp.ClientTimeout:
    connect = min(CONNECT_TIMEOUT, within / 2).total_seconds()
    return aiohttp.ClientTimeout(total=within.total_seconds(), connect=connect, sock_connect=connect)


_CALL_LIMITS = _client_timeout(CALL_TIMEOUT)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.status not in range(200, 300):
        return b""
    if (response.content_length or 0) > limit:
        raise BodyTooLarge("announced as larger than allowed")
    taken = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        taken += chunk
        if len(taken) > limit:
            raise BodyTooLarge("larger than allowed")
    return bytes(taken)
