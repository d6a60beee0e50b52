"""What is no readable HTTP: refused with a status and nothing else, and nothing of it in the log."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
import structlog
from aiohttp import web

from webhooks.runner import Runner

MARKER = b"quokkas"


@dataclass(frozen=True, slots=True)
class House:
    """A server that reads what it is sent, on a loopback port."""

    port: int

    async def send(self, request: bytes) -> bytes:
        """Write bytes, hang up for writing, and return the whole answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        return answer


async def read(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())}")


async def fail(request: web.Request) -> web.Response:
    raise ZeroDivisionError


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    app = web.Application()
    app.router.add_post("/", read)
    app.router.add_post("/fail", fail)
    runner = Runner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield House(runner.addresses[0][1])
    await runner.cleanup()


UNREADABLE = {
    "control character": b"POST / HTTP/1.1\r\nHost: x\r\nX-Secret: quokkas\x01\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\nquokkas",
    "header too long": b"POST / HTTP/1.1\r\nHost: x\r\nX-Secret: " + MARKER * 5000 + b"\r\n\r\n",
    "bad chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz quokkas\r\n\r\n",
    "no HTTP": b"quokkas / HTTP/1.1\r\n\r\n",
    "garbage for gzip": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nquokkas",
    "unknown encoding": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: zstd\r\nContent-Length: 7\r\n\r\nquokkas",
}


@pytest.mark.parametrize("request_bytes", UNREADABLE.values(), ids=UNREADABLE)
async def test_request_unreadable_is_refused_without_repeating_any_of_it(
    house: House, request_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with structlog.testing.capture_logs() as ours:
        answer = await house.send(request_bytes)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"400"
    assert body == b""
    assert caplog.text == ""
    assert [(line["event"], line["log_level"]) for line in ours] == [("request_unreadable", "debug")]
    assert MARKER.decode() not in f"{ours}"


async def test_sender_gone_in_the_middle_of_a_body_is_no_error(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with structlog.testing.capture_logs() as ours:
        _, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nquokkas")
        await writer.drain()
        writer.transport.abort()
        await asyncio.sleep(0.2)
    assert [line for line in ours if line["log_level"] != "debug"] == []
    assert caplog.text == ""


async def test_fault_of_ours_is_logged_and_answered_with_a_bare_500(house: House) -> None:
    with structlog.testing.capture_logs() as ours:
        answer = await house.send(b"POST /fail HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    assert answer.split(b" ")[1] == b"500"
    assert answer.endswith(b"\r\n\r\n")
    assert [(line["event"], line["path"]) for line in ours] == [("request_failed", "/fail")]
    assert isinstance(ours[0]["exc_info"], ZeroDivisionError)


async def test_request_as_it_should_be_is_answered(house: House) -> None:
    answer = await house.send(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 7\r\n\r\nquokkas")
    assert answer.endswith(b"7")
