"""Requests through a connection that we open ourselves."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import structlog
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from bots.adapter import Request, Response
from bots.slack.socket_mode import app_api, listen
from bots.transport import Transport
from core import errors
from tests.unit.bots.slack.payloads import payload

APP_TOKEN = "xapp-1-A024SUNUP-1-very-secret"
HELLO = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A024SUNUP"}}
EVENT = {
    "type": "events_api",
    "envelope_id": "e1",
    "payload": payload("im_text"),
    "accepts_response_payload": False,
    "retry_attempt": 0,
}
FORM = {
    "type": "interactive",
    "envelope_id": "e2",
    "payload": payload("form"),
    "accepts_response_payload": True,
}
Script = Callable[[web.WebSocketResponse], Awaitable[None]]
CLOSED = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)


class Line:
    """Slack's end: each connection follows the next script; acknowledgements are remembered."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.opened = 0
        self.connected = 0
        self.acknowledged: list[dict[str, Any]] = []
        self.errors: list[Any] = []
        self.authorization = ""
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)
        self.server = TestServer(app)

    async def _open(self, request: web.Request) -> web.Response:
        self.opened += 1
        self.authorization = request.headers.get("authorization", "")
        if self.errors:
            return web.json_response({"ok": False, "error": self.errors.pop(0)})
        url = str(self.server.make_url("/link")).replace("http:", "ws:")
        return web.json_response({"ok": True, "url": f"{url}?ticket=secret-ticket"})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connected += 1
        script = self.scripts.pop(0) if self.scripts else _greet
        await script(socket)
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self.drain(socket)
        return socket

    async def drain(self, socket: web.WebSocketResponse) -> None:
        while True:
            message = await socket.receive()
            if message.type in CLOSED:
                return
            self.acknowledged.append(json.loads(message.data))


async def _greet(socket: web.WebSocketResponse) -> None:
    await socket.send_json(HELLO)


def saying(*envelopes: Any) -> Script:
    async def script(socket: web.WebSocketResponse) -> None:
        for envelope in (HELLO, *envelopes):
            await (socket.send_str(envelope) if isinstance(envelope, str) else socket.send_json(envelope))

    return script


class Desk:
    """Keeps requests; fails while `failures` are left."""

    def __init__(self) -> None:
        self.taken: list[Request] = []
        self.reacted: list[Request] = []
        self.failures: list[Exception] = []
        self.answer = Response(200)

    async def take(self, request: Request) -> Response:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(request)
        return self.answer

    async def react(self, request: Request) -> None:
        self.reacted.append(request)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    one = Line()
    async with one.server:
        yield one


@pytest.fixture
def desk() -> Desk:
    return Desk()


class Listening:
    """A listener under way, until told to stop."""

    def __init__(self, line: Line, desk: Desk, transport: Transport) -> None:
        self.stop = asyncio.Event()
        api = app_api(APP_TOKEN, str(line.server.make_url("/api")), transport)
        self.task = asyncio.create_task(
            listen(
                api,
                desk.take,
                desk.react,
                stop=self.stop,
                heartbeat=timedelta(seconds=0.2),
                first_pause=timedelta(seconds=0.02),
            )
        )

    async def __aenter__(self) -> "Listening":
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 5)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for happens in a server of its own
            await asyncio.sleep(0.01)


async def test_listen_takes_then_acknowledges_then_reacts(line: Line, desk: Desk, transport: Transport) -> None:
    line.scripts.append(saying(EVENT))
    async with Listening(line, desk, transport):
        await until(lambda: bool(line.acknowledged and desk.reacted))

    assert line.authorization == f"Bearer {APP_TOKEN}"
    assert line.acknowledged == [{"envelope_id": "e1"}]
    assert [json.loads(one.body) for one in desk.taken] == [payload("im_text")]
    assert desk.reacted == desk.taken


async def test_listen_puts_the_answer_into_the_acknowledgement_where_slack_takes_one(
    line: Line, desk: Desk, transport: Transport
) -> None:
    desk.answer = Response(200, b'{"response_action": "clear"}', "application/json")
    line.scripts.append(saying(EVENT, FORM))
    async with Listening(line, desk, transport):
        await until(lambda: len(line.acknowledged) == 2)

    assert line.acknowledged == [
        {"envelope_id": "e1"},
        {"envelope_id": "e2", "payload": {"response_action": "clear"}},
    ]


@pytest.mark.parametrize("failure", [errors.StorageUnavailable(), ValueError("a fault")], ids=["storage", "fault"])
async def test_listen_does_not_acknowledge_what_was_not_kept(
    line: Line, desk: Desk, transport: Transport, failure: Exception
) -> None:
    desk.failures.append(failure)
    line.scripts.append(saying(EVENT, {**EVENT, "envelope_id": "again", "retry_attempt": 1}))
    async with Listening(line, desk, transport):
        await until(lambda: bool(line.acknowledged))

    assert line.acknowledged == [{"envelope_id": "again"}]
    assert len(desk.taken) == 1


async def test_listen_lets_nothing_odd_end_the_connection(line: Line, desk: Desk, transport: Transport) -> None:
    odd = ["{", "[]", "null", {"type": "invented", "envelope_id": "odd"}, {"envelope_id": 7}, "[" * 100_000]
    line.scripts.append(saying(*odd, EVENT))
    async with Listening(line, desk, transport):
        await until(lambda: len(line.acknowledged) == 2)

    assert [one["envelope_id"] for one in line.acknowledged] == ["odd", "e1"]
    assert line.connected == 1


def nested(levels: int) -> str:
    """An envelope whose payload holds something odd."""
    whole = json.dumps({**EVENT, "envelope_id": "deep", "payload": {"odd": 7}})
    return whole.replace("7", '{"a":' * levels + "1" + "}" * levels)


async def test_listen_lets_nothing_that_is_nested_deeply_end_the_connection(
    line: Line, desk: Desk, transport: Transport
) -> None:
    line.scripts.append(saying(*map(nested, (*range(900, 1060), 5_000, 100_000)), EVENT))
    async with Listening(line, desk, transport):
        await until(lambda: {"envelope_id": "e1"} in line.acknowledged)

    assert line.connected == 1


@pytest.mark.parametrize(
    ("reason", "warned"), [("warning", False), ("refresh_requested", False), ("too_many_websockets", True)]
)
async def test_listen_opens_the_next_connection_when_slack_ends_one(
    line: Line, desk: Desk, transport: Transport, reason: str, warned: bool
) -> None:
    line.scripts += [saying({"type": "disconnect", "reason": reason}), saying(EVENT)]
    with structlog.testing.capture_logs() as events:
        async with Listening(line, desk, transport):
            await until(lambda: bool(line.acknowledged))

    assert (line.opened, line.connected) == (2, 2)
    assert ("slack_socket_ended" in [one["event"] for one in events]) == warned


async def test_listen_opens_the_next_connection_when_one_falls_silent(
    line: Line, desk: Desk, transport: Transport
) -> None:
    async def deaf(socket: web.WebSocketResponse) -> None:
        await socket.send_json(HELLO)
        await asyncio.sleep(1)  # nobody reads, so no ping is answered

    line.scripts += [deaf, saying(EVENT)]
    async with Listening(line, desk, transport):
        await until(lambda: bool(line.acknowledged))

    assert line.connected == 2


async def test_listen_opens_the_next_connection_when_one_is_cut(line: Line, desk: Desk, transport: Transport) -> None:
    async def cut(socket: web.WebSocketResponse) -> None:
        await socket.send_json(HELLO)
        await socket.close()

    async def rude(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"type": "goodbye"})

    line.scripts += [cut, rude, saying(EVENT)]
    async with Listening(line, desk, transport):
        await until(lambda: bool(line.acknowledged))

    assert line.connected == 3


async def test_listen_tries_again_while_slack_does_not_answer(line: Line, desk: Desk, transport: Transport) -> None:
    line.errors += ["internal_error", "service_unavailable"]
    line.scripts.append(saying(EVENT))
    with structlog.testing.capture_logs() as events:
        async with Listening(line, desk, transport):
            await until(lambda: bool(line.acknowledged))

    failed = [one["code"] for one in events if one["event"] == "slack_socket_failed"]
    assert failed == ["internal_error", "service_unavailable"]
    assert "secret" not in f"{events}"


async def test_listen_with_socket_mode_switched_off_says_so(line: Line, desk: Desk, transport: Transport) -> None:
    line.scripts.append(saying({"type": "disconnect", "reason": "link_disabled"}))
    with structlog.testing.capture_logs() as events:
        async with Listening(line, desk, transport):
            await until(lambda: line.connected == 2)

    assert [one["code"] for one in events if one["event"] == "slack_socket_failed"] == ["link_disabled"]


async def test_listen_with_a_token_that_is_no_longer_accepted_ends(
    line: Line, desk: Desk, transport: Transport
) -> None:
    line.errors.append("invalid_auth")
    listening = Listening(line, desk, transport)

    with pytest.raises(errors.AccountRevoked):
        await asyncio.wait_for(listening.task, 5)
