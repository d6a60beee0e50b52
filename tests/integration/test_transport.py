"""The one HTTP client between servers on the loopback."""

import asyncio
import gzip
import logging
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from bots import addresses, transport
from bots.addresses import HostRefused
from bots.transport import AnswerLost, BodyTooLarge, ConnectFailed, Transport, Upload

LIMIT = 1000
TOKEN = uuid4().hex


class Names(AbstractResolver):
    """Knows a few names; counts how often it is asked."""

    def __init__(self, **hosts: list[str]) -> None:
        self.hosts = hosts
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        found = self.hosts[host.partition(".")[0]]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0)
            for each in found
        ]

    async def close(self) -> None:
        self.hosts = {}


class Provider:
    """A server that answers as its paths say and remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.location = ""
        self.bodies: list[object] = []
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.app.router.add_route("*", "/{path:.*}", self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.seen.append((path, request.headers.get("Authorization", "")))
        if path == "away":
            return web.Response(status=302, headers={"Location": self.location})
        if path == "round":
            return web.Response(status=307, headers={"Location": "/round"})
        if path == "slow":
            await asyncio.sleep(30)
        if path == "stream":
            return await self.stream(request)
        if path == "bomb":
            return web.Response(body=gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
        if path == "form":
            self.bodies.append(
                {
                    name: (value.filename, value.content_type, value.file.read())
                    if isinstance(value, web.FileField)
                    else value
                    for name, value in (await request.post()).items()
                }
            )
        size = int(request.query.get("size", "2"))
        return web.Response(body=b"x" * size, content_type="image/png")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b"x" * 100)
        return response


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def base(provider: Provider) -> AsyncIterator[str]:
    async with TestServer(provider.app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def other() -> AsyncIterator[tuple[Provider, str]]:
    provider = Provider()
    async with TestServer(provider.app) as server:
        yield provider, str(server.make_url("")).rstrip("/")


async def test_call_brings_status_body_and_headers(base: str) -> None:
    async with Transport() as ours:
        answer = await ours.call("POST", f"{base}/any", body=b"{}")

    assert (answer.status, answer.body, answer.headers.get("content-type")) == (200, b"xx", "image/png")


async def test_call_does_not_follow_a_redirect(provider: Provider, base: str) -> None:
    provider.location = f"{base}/elsewhere"
    async with Transport() as ours:
        answer = await ours.call("POST", f"{base}/away", body=b"{}")

    assert (answer.status, [path for path, _ in provider.seen]) == (302, ["away"])


async def test_upload_sends_fields_and_files(provider: Provider, base: str) -> None:
    data = bytes(2 * 1024 * 1024)
    async with Transport() as ours:
        await ours.upload(f"{base}/form", {"chat_id": "42"}, (Upload("photo", "a.png", data, "image/png"),))

    assert provider.bodies == [{"chat_id": "42", "photo": ("a.png", "image/png", data)}]


async def test_call_to_a_closed_port_never_connected() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with Transport() as ours:
        with pytest.raises(ConnectFailed) as raised:
            await ours.call("POST", f"http://127.0.0.1:{port}/bot100:{TOKEN}/x", body=b"{}")

    assert TOKEN not in "".join(traceback.format_exception(raised.value))


async def test_call_without_an_answer_is_lost(base: str) -> None:
    async with Transport() as ours:
        with pytest.raises(AnswerLost) as raised:
            await ours.call("POST", f"{base}/slow?{TOKEN}", body=b"{}", within=timedelta(seconds=0.2))

    assert TOKEN not in "".join(traceback.format_exception(raised.value))


async def test_call_to_a_url_that_is_none_never_connected() -> None:
    async with Transport() as ours:
        with pytest.raises(ConnectFailed):
            await ours.call("POST", f"http://:{TOKEN}", body=b"{}")


async def test_close_lets_a_later_call_open_anew(base: str) -> None:
    ours = Transport()
    await ours.call("GET", f"{base}/one")
    await ours.close()
    answer = await ours.call("GET", f"{base}/two")
    await ours.close()

    assert answer.status == 200


async def test_download_from_the_configured_base_may_be_on_this_machine(base: str) -> None:
    async with Transport() as ours:
        answer = await ours.download(f"{base}/a.png", LIMIT, trusted=(base,))

    assert (answer.status, answer.body) == (200, b"xx")


@pytest.mark.parametrize("path", ["a?size=1001", "stream", "bomb"])
async def test_download_larger_than_the_limit_is_broken_off(base: str, path: str) -> None:
    async with Transport() as ours:
        with pytest.raises(BodyTooLarge):
            await ours.download(f"{base}/{path}", LIMIT, trusted=(base,))


async def test_download_of_just_the_limit_is_taken(base: str) -> None:
    async with Transport() as ours:
        answer = await ours.download(f"{base}/a?size=1000", LIMIT, trusted=(base,))

    assert len(answer.body) == 1000


async def test_download_from_a_stranger_on_this_machine_is_refused(provider: Provider, base: str) -> None:
    async with Transport() as ours:
        with pytest.raises(HostRefused):
            await ours.download(f"{base}/a.png", LIMIT, trusted=("https://api.telegram.org",))

    assert provider.seen == []


async def test_download_redirected_to_a_stranger_on_this_machine_is_refused(
    provider: Provider, base: str, other: tuple[Provider, str]
) -> None:
    stranger, address = other
    provider.location = f"{address}/secret"
    async with Transport() as ours:
        with pytest.raises(HostRefused):
            await ours.download(f"{base}/away", LIMIT, trusted=(base,))

    assert ([path for path, _ in provider.seen], stranger.seen) == (["away"], [])


async def test_download_redirect_does_not_take_credentials_along(
    provider: Provider, base: str, other: tuple[Provider, str]
) -> None:
    second, address = other
    provider.location = f"{address}/file"
    async with Transport() as ours:
        await ours.download(f"{base}/away", LIMIT, trusted=(base, address), headers={"Authorization": "Bearer secret"})

    assert (provider.seen, second.seen) == ([("away", "Bearer secret")], [("file", "")])


async def test_download_endless_redirects_are_refused(provider: Provider, base: str) -> None:
    async with Transport() as ours:
        with pytest.raises(HostRefused, match="too many redirects"):
            await ours.download(f"{base}/round", LIMIT, trusted=(base,))

    assert len(provider.seen) == 4


@pytest.mark.parametrize("host", ["127.0.0.1", "127。0。0。1", "127．0．0．1", "1②7｡0｡0｡1"])
async def test_download_from_this_machine_in_any_spelling_is_refused(
    provider: Provider, base: str, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The client reads these dots and digits as plain ones, and asks no resolver for an address."""
    port = int(base.rpartition(":")[2])
    monkeypatch.setattr(addresses, "STRANGER_PORTS", frozenset({port}))
    async with Transport() as ours:
        with pytest.raises(HostRefused):
            await ours.download(f"http://{host}:{port}/a.png", LIMIT)

    assert provider.seen == []


@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"]])
async def test_download_from_a_name_that_leads_inside_is_refused(found: list[str]) -> None:
    names = Names(evil=found)
    async with Transport(resolver=names) as ours:
        with pytest.raises(HostRefused):
            await ours.download("http://evil.example/a.png", LIMIT)

    assert names.asked == 1


async def test_download_from_a_stranger_connects_to_what_was_judged_and_sends_no_credentials(
    provider: Provider, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(base.rpartition(":")[2])
    monkeypatch.setattr(addresses, "STRANGER_PORTS", frozenset({port}))
    monkeypatch.setattr(transport, "is_public", lambda address: address == "127.0.0.1")
    names = Names(files=["127.0.0.1"])
    async with Transport(resolver=names) as ours:
        answer = await ours.download(
            f"http://files.example:{port}/a.png", LIMIT, headers={"Authorization": "Bearer secret"}
        )

    assert (answer.body, provider.seen, names.asked) == (b"xx", [("a.png", "")], 1)


async def test_nothing_is_logged_of_a_call(base: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Transport() as ours:
        await ours.call("GET", f"{base}/bot100:{TOKEN}/getMe")
        await ours.download(f"{base}/file/bot100:{TOKEN}/a", LIMIT, trusted=(base,))

    ours_alone = [record for record in caplog.records if record.name != "aiohttp.access"]
    assert TOKEN not in " ".join(record.getMessage() for record in ours_alone)


async def test_call_with_a_long_body_brings_all_of_it() -> None:
    taken: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.read())
        return web.Response()

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/", take)
    async with TestServer(app) as server, Transport() as ours:
        await ours.call("POST", str(server.make_url("/")), body=b"x" * 3_000_000)

    assert list(map(len, taken)) == [3_000_000]


async def test_socket_carries_texts_both_ways_and_ends_with_none() -> None:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_bytes(b"of no concern")
        await socket.send_str((await socket.receive_str()).upper())
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/", echo)
    async with (
        TestServer(app) as server,
        Transport() as ours,
        await ours.socket(str(server.make_url("/")), heartbeat=timedelta(seconds=5)) as socket,
    ):
        await socket.send("hello")
        heard = [await socket.receive(), await socket.receive()]
        with pytest.raises(AnswerLost):
            await socket.send("anybody there?")

    assert heard == ["HELLO", None]


async def test_socket_to_a_server_that_has_none_never_connected(base: str) -> None:
    async with Transport() as ours:
        with pytest.raises(ConnectFailed) as raised:
            await ours.socket(f"{base}/link?ticket={TOKEN}", heartbeat=timedelta(seconds=5))

    assert TOKEN not in "".join(traceback.format_exception(raised.value))
