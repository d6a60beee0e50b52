"""The providers' door over a real socket: what is refused leaves no trace, what is answered is kept."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bots.adapter import Adapter
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from core.messages import Inbound, InboundMessage
from storage import tables
from storage.intake import Intake
from storage.stock import stock
from sunup.composition import AsyncBurial
from tests.integration.storage.desk import Desk
from webhooks.application import application
from webhooks.door import LARGEST_BODY, Door
from webhooks.health import Health
from webhooks.metrics import Metrics

SECRET = "s" * 32
HEADER = "X-Telegram-Bot-Api-Secret-Token"
PROVEN = {HEADER: SECRET, "Content-Type": "application/json"}
HERE = "/webhooks/telegram"
PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
MARKER = "quokkas"


def update(number: int, words: str = MARKER, who: int = 7) -> dict[str, Any]:
    sender = {"id": who, "is_bot": False, "first_name": "Mia"}
    chat = {"id": who, "type": "private"}
    message = {"message_id": number, "date": 1795000000, "from": sender, "chat": chat, "text": words}
    return {"update_id": number, "message": message}


class _OnlyMessages:
    """An intake for channels that bring nothing but messages."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def take(self, inbound: Sequence[Inbound], /) -> None:
        await self._intake.take([one for one in inbound if isinstance(one, InboundMessage)])


class House:
    """A door with everything behind it, on a loopback port."""

    def __init__(self, desk: Desk, transport: Transport) -> None:
        self.desk = desk
        self.intake = desk.intake()
        self.metrics = Metrics()
        self.adapters: dict[tuple[str, str], Adapter] = {
            ("telegram", name): TelegramAdapter(name, "424242:" + "t" * 35, SECRET, "http://127.0.0.1:9", transport)
            for name in ("default", "shop")
        }
        self.queue_away = False
        probes = {"database": self._ping, "queue": self._ping_queue}
        self.health = Health(probes, self.metrics, self._refresh)
        self.door = Door(
            lambda channel, account: self.adapters.get((channel, account)),
            _OnlyMessages(self.intake),
            AsyncBurial(desk.dead_letters),
            clock=desk.clock,
            observe=self.metrics.observe_request,
        )
        app = application(self.door, self.health, {"telegram": ("",)})
        self.client: TestClient[web.Request, web.Application] = TestClient(TestServer(app))

    async def _ping(self) -> None:
        await asyncio.to_thread(self.desk.database.ping)

    async def _ping_queue(self) -> None:
        if self.queue_away:
            raise ConnectionError("away")

    async def _refresh(self) -> None:
        self.metrics.set_stock(await asyncio.to_thread(stock, self.desk.database, self.desk.clock.now()))

    async def post(self, body: object, headers: dict[str, str] | None = None, path: str = HERE) -> int:
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.client.post(path, data=data, headers=PROVEN if headers is None else headers) as response:
            await response.read()
            return response.status

    async def figure(self, name: str) -> float:
        async with self.client.get("/metrics") as response:
            lines = (await response.text()).splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


@pytest.fixture
async def house(sqlite_database_url: str) -> AsyncIterator[House]:
    desk = Desk(sqlite_database_url)
    desk.accounts.put("telegram", "shop", {"token": "t"})
    async with Transport() as transport:
        house = House(desk, transport)
        house.intake.start()
        await house.client.start_server()
        yield house
        await house.client.close()
        await asyncio.to_thread(house.intake.stop)
    desk.close()


def traces(desk: Desk) -> list[int]:
    """Return what there is of anybody; zeros where nothing was kept."""
    return [desk.count(table) for table in (tables.inbox, tables.people, tables.messages, tables.dead_letters)]


# -- who is let in -------------------------------------------------------------------------------


FORGED = [
    pytest.param({}, id="no secret"),
    pytest.param({HEADER: ""}, id="empty secret"),
    pytest.param({HEADER: "x" * 32}, id="wrong secret"),
    pytest.param({HEADER: SECRET[:-1]}, id="secret cut short"),
    pytest.param({HEADER: SECRET + "s"}, id="secret and more"),
    pytest.param({HEADER: "ſ" * 32}, id="secret that is not ASCII"),
    pytest.param({HEADER: "s\xff" * 16}, id="secret in Latin-1"),
    pytest.param({"Authorization": f"Bearer {SECRET}"}, id="secret in another header"),
]


@pytest.mark.parametrize("headers", FORGED)
@pytest.mark.parametrize("body", [update(1), b"\x00{", {"update_id": 1, "message": {"quokkas": 1}}], ids=str)
async def test_a_forged_request_is_refused_without_a_trace(
    house: House, headers: dict[str, str], body: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as ours:
        assert await house.post(body, {"Content-Type": "application/json", **headers}) == 401
    assert traces(house.desk) == [0, 0, 0, 0]
    assert MARKER not in f"{ours} {caplog.text}"
    assert await house.figure('sunup_webhook_requests_total{channel="telegram",result="forged"}') == 1


async def test_a_verifier_that_breaks_refuses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(request: object, now: datetime) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(house.adapters["telegram", "default"], "verify", breaks)
    assert await house.post(update(1)) == 401
    assert traces(house.desk) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "path", ["/webhooks/telegram/nobody", "/webhooks/whatsapp", "/webhooks", "/webhooks/telegram/a/b"]
)
async def test_what_does_not_exist_is_not_found(house: House, path: str) -> None:
    assert await house.post(update(1), path=path) == 404
    assert traces(house.desk) == [0, 0, 0, 0]


async def test_a_named_account_is_served_under_its_name(house: House) -> None:
    assert await house.post(update(1, "a"), path=f"{HERE}/shop") == 200
    assert await house.post(update(1, "a"), path=f"{HERE}/default") == 200
    assert house.desk.count(tables.people) == 2


async def test_an_account_that_was_just_removed_is_not_found(house: House) -> None:
    """Its adapter is known a moment longer than its row."""
    house.adapters["telegram", "gone"] = house.adapters["telegram", "shop"]
    house.adapters["telegram", "shop"].account = "gone"
    assert await house.post(update(1), path=f"{HERE}/gone") == 404
    assert traces(house.desk) == [0, 0, 0, 0]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_another_method_is_not_allowed(house: House, method: str) -> None:
    async with house.client.request(method, HERE, headers=PROVEN) as response:
        assert response.status == 405


# -- what is taken -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain", None])
async def test_an_update_is_taken_whatever_its_content_type(house: House, kind: str | None) -> None:
    headers = {HEADER: SECRET} if kind is None else {HEADER: SECRET, "Content-Type": kind}
    skip = ["Content-Type"] if kind is None else []
    body = json.dumps(update(1, "a")).encode()
    async with house.client.post(HERE, data=body, headers=headers, skip_auto_headers=skip) as response:
        assert (response.status, await response.read(), response.content_type) == (200, b"{}", "application/json")
    assert house.desk.heard() == ["a"]


async def test_duplicates_are_answered_and_act_once(house: House) -> None:
    answers = await asyncio.gather(*(house.post(update(number % 3, f"w{number % 3}")) for number in range(30)))
    assert set(answers) == {200}
    assert sorted(house.desk.heard()) == ["w0", "w1", "w2"]


async def test_what_is_answered_is_kept(house: House) -> None:
    assert await house.post(update(1, "a")) == 200
    assert (house.desk.count(tables.inbox), house.desk.said()) == (1, ["a"])


@pytest.mark.parametrize("name", sorted(file.stem for file in PAYLOADS.glob("*.json")))
async def test_every_captured_update_is_answered(house: House, name: str) -> None:
    body = (PAYLOADS / f"{name}.json").read_bytes()
    assert await house.post(body) == 200
    # A tap under a message that was sent by way of another chat names no chat to answer in.
    odd = name.startswith("odd_") or name == "tap_inline_message"
    assert (house.desk.count(tables.dead_letters) > 0) == odd


# -- what cannot be understood -------------------------------------------------------------------


MALFORMED = [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"{" * 100_000, b"null", b'{"update_id": NaN}']


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:12]))
async def test_a_malformed_body_is_refused_without_a_trace(house: House, body: bytes) -> None:
    assert await house.post(body) == 400
    assert traces(house.desk) == [0, 0, 0, 0]


async def test_an_update_that_cannot_be_understood_is_kept_and_the_next_is_handled(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    odd = {"update_id": 1, "message": {"text": MARKER, "from": {"id": 7}}}
    with structlog.testing.capture_logs() as ours:
        assert await house.post(odd) == 200
    assert await house.post(update(2, "a")) == 200
    assert house.desk.heard() == ["a"]
    (letter,) = house.desk.dead_letters.newest()
    assert (letter.source, letter.channel, letter.account) == ("webhook", "telegram", "default")
    assert json.loads(house.desk.dead_letters.body(letter.id)) == odd
    assert MARKER not in f"{ours} {caplog.text} {letter.reason}"


async def test_a_parser_that_breaks_keeps_the_update(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(request: object) -> list[InboundMessage]:
        raise KeyError(MARKER)

    with monkeypatch.context() as broken:
        broken.setattr(house.adapters["telegram", "default"], "parse", breaks)
        assert await house.post(update(1)) == 200
    assert [reason for _, reason in house.desk.letters()] == ["parse failed: KeyError"]
    assert await house.post(update(2, "a")) == 200


async def test_a_message_that_the_engine_cannot_digest_is_answered_and_the_next_is_handled(house: House) -> None:
    assert [await house.post(update(1, "poison")), await house.post(update(2, "a"))] == [200, 200]
    assert (house.desk.heard(), len(house.desk.letters())) == (["a"], 1)


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 3 * LARGEST_BODY])
async def test_a_body_that_is_too_large_is_refused(house: House, size: int) -> None:
    assert await house.post(b" " * size) == 413
    assert traces(house.desk) == [0, 0, 0, 0]


async def test_a_body_that_unpacks_to_too_much_is_refused(house: House) -> None:
    bomb = gzip.compress(b" " * (20 * LARGEST_BODY))
    assert await house.post(bomb, {**PROVEN, "Content-Encoding": "gzip"}) in (400, 413)
    assert traces(house.desk) == [0, 0, 0, 0]


async def test_a_body_of_just_the_limit_is_read(house: House) -> None:
    body = json.dumps(update(1, "a")).encode()
    assert await house.post(body + b" " * (LARGEST_BODY - len(body))) == 200


async def test_a_request_that_ends_in_the_middle_leaves_no_trace(house: House) -> None:
    server = house.client.server
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"POST {HERE} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n"
    writer.write(head.encode() + b'{"update_id": 1')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await reader.read()
    assert await house.post(update(2, "a")) == 200
    assert house.desk.count(tables.inbox) == 1


# -- the database away ---------------------------------------------------------------------------


@pytest.mark.parametrize("body", [update(1), {"update_id": 1, "message": {}}], ids=["message", "dead letter"])
async def test_a_database_that_is_away_asks_to_come_again(
    house: House, body: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(house.desk.database, "write", _away)
        async with house.client.post(HERE, json=body, headers=PROVEN) as response:
            assert (response.status, int(response.headers["Retry-After"]) > 0) == (503, True)
    assert traces(house.desk) == [0, 0, 0, 0]
    assert await house.post(body) == 200
    assert traces(house.desk)[0] + traces(house.desk)[3] == 1


def _away() -> None:
    raise errors.StorageUnavailable


async def test_a_process_that_stops_asks_to_come_again(house: House) -> None:
    await asyncio.to_thread(house.intake.stop)
    assert await house.post(update(1)) == 503


# -- health --------------------------------------------------------------------------------------


async def look(house: House, path: str) -> tuple[int, dict[str, Any]]:
    async with house.client.get(path) as response:
        return response.status, await response.json()


async def test_a_healthy_process_says_so(house: House) -> None:
    assert await look(house, "/healthz") == (200, {"status": "alive"})
    checks = {"database": "ok", "queue": "ok"}
    assert await look(house, "/readyz") == (200, {"status": "ready", "checks": checks})


async def test_readyz_names_what_is_away_and_nothing_else_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.desk.database, "read", _away)
    checks = {"database": "StorageUnavailable", "queue": "ok"}
    assert await look(house, "/readyz") == (503, {"status": "not ready", "checks": checks})
    assert (await look(house, "/healthz"))[0] == 200


async def test_readyz_without_a_queue_goes_on_taking_messages(house: House) -> None:
    house.queue_away = True
    checks = {"database": "ok", "queue": "ConnectionError"}
    assert await look(house, "/readyz") == (200, {"status": "degraded", "checks": checks})


async def test_a_draining_process_is_not_ready(house: House) -> None:
    house.health.draining = True
    status, told = await look(house, "/readyz")
    assert (status, told["status"]) == (503, "draining")
    assert (await look(house, "/healthz"))[0] == 200


async def test_metrics_count_requests_and_what_waits(house: House) -> None:
    await house.post(update(1, "in 1"))
    await house.post(b"{")
    assert await house.figure('sunup_webhook_requests_total{channel="telegram",result="taken"}') == 1
    assert await house.figure('sunup_webhook_requests_total{channel="telegram",result="malformed"}') == 1
    assert await house.figure('sunup_waiting{kind="outbox"}') == 1
    assert await house.figure("sunup_database_up") == 1
    assert await house.figure("process_resident_memory_bytes") > 1_000_000


async def test_metrics_answer_while_the_database_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.post(update(1, "a"))
    monkeypatch.setattr(house.desk.database, "read", _away)
    assert await house.figure("sunup_database_up") == 0
    assert await house.figure('sunup_webhook_requests_total{channel="telegram",result="taken"}') == 1


async def test_metrics_are_in_the_form_of_prometheus(house: House) -> None:
    async with house.client.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        body = await response.text()
    assert "# HELP sunup_webhook_requests_total" in body
    assert "# TYPE sunup_intake_batch_messages histogram" in body
