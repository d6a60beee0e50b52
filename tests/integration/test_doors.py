"""Channels with several doors and several accounts behind them, over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bots.adapter import Fetched, Request, Response
from bots.registry import DOORS
from core import errors
from core.media import Attachment
from core.messages import (
    Capabilities,
    Inbound,
    InboundKind,
    InboundMessage,
    OutboundMessage,
    SendReceipt,
)
from core.undigested import Undigested
from tests.integration.edge import Clock
from webhooks.application import application
from webhooks.door import Door
from webhooks.health import Health
from webhooks.metrics import Metrics


class Bell:
    """An adapter that takes `ACCOUNT WORDS` for a message, and does more once that is kept."""

    capabilities = Capabilities(100)

    def __init__(self, house: "House", channel: str, account: str) -> None:
        self.house = house
        self.channel = channel
        self.account = account

    def verify(self, request: Request, now: datetime) -> None:
        if b"forged" in request.body:
            raise errors.Forged

    def parse(self, request: Request) -> Sequence[Inbound]:
        account, _, words = request.body.decode().partition(" ")
        if not words:
            raise errors.Uninterpretable("no words")
        self.house.rung.append(f"{self.account} {request.path}")
        return [self._message(account, words)]

    def acknowledge(self, request: Request) -> Response:
        return Response(200, b"rung")

    def account_of(self, request: Request, inbound: Sequence[Inbound]) -> str:
        return request.body.decode().partition(" ")[0]

    async def react(self, request: Request, inbound: Sequence[Inbound]) -> Sequence[InboundMessage]:
        await self.house.hold.wait()
        if b"break" in request.body:
            raise ZeroDivisionError
        return [self._message(self.account, f"met after {self.house.taken[-1]}")]

    async def send(self, message: OutboundMessage) -> SendReceipt:
        raise errors.ChannelUnavailable

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        raise errors.MediaRejected("unavailable")

    def _message(self, account: str, words: str) -> InboundMessage:
        return InboundMessage(words, self.channel, account, "7", "7", InboundKind.TEXT, words)


class House:
    """Doors, and in memory what is kept behind them."""

    def __init__(self) -> None:
        self.bells = {
            ("slack", name): Bell(self, "slack", name) for name in ("default", "T1", "events", "interactions")
        }
        self.bells |= {("whatsapp", name): Bell(self, "whatsapp", name) for name in ("default", "status")}
        self.elsewhere: list[str] = []
        self.rung: list[str] = []
        self.taken: list[str] = []
        self.buried: list[str] = []
        self.away = False
        self.hold = asyncio.Event()
        self.hold.set()
        self.door = Door(self._find, self, self, clock=Clock(), look_again=self._look_again)
        app = application(self.door, Health({}, Metrics(), self._look_again), DOORS)
        self.client: TestClient[web.Request, web.Application] = TestClient(TestServer(app))

    def _find(self, channel: str, account: str) -> Bell | None:
        return self.bells.get((channel, account))

    async def _look_again(self) -> None:
        self.bells |= {("slack", name): Bell(self, "slack", name) for name in self.elsewhere}

    async def take(self, inbound: Sequence[Inbound], /) -> None:
        if self.away:
            raise errors.StorageUnavailable
        self.taken += [f"{one.account}: {one.text}" for one in inbound if isinstance(one, InboundMessage)]

    async def bury(self, what: Undigested, body: bytes) -> None:
        self.buried.append(what.reason)

    async def post(self, path: str, body: str) -> int:
        async with self.client.post(f"/webhooks/{path}", data=body.encode()) as answer:
            await answer.read()
            return answer.status


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    async with house.client:
        yield house
        house.hold.set()
        await house.door.close()


# -- doors -------------------------------------------------------------------------------------

ROUTES = {
    "slack/events": "default",
    "slack/interactions": "default",
    "slack/commands": "default",
    "slack/events/T1": "T1",
    "slack/interactions/T1": "T1",
    "slack/commands/T1": "T1",
    "slack/events/default": "default",
    # An account that is called like a door has its own address behind each door.
    "slack/events/events": "events",
    "slack/commands/interactions": "interactions",
    "whatsapp": "default",
    "whatsapp/status": "default",
    "whatsapp/status/status": "status",
}


@pytest.mark.parametrize(("path", "account"), ROUTES.items())
async def test_each_door_leads_to_its_account(house: House, path: str, account: str) -> None:
    assert await house.post(path, f"{account} hello") == 200
    assert house.rung[0] == f"{account} /webhooks/{path}"


@pytest.mark.parametrize("path", ["slack", "slack/elsewhere", "slack/events/T9", "slack/events/T1/more", "whatsapp/x"])
async def test_what_is_no_door_is_not_found(house: House, path: str) -> None:
    assert await house.post(path, "default hello") == 404
    assert (house.rung, house.taken) == ([], [])


# -- accounts ----------------------------------------------------------------------------------


async def test_message_of_another_account_of_ours_is_taken_for_that_one(house: House) -> None:
    assert await house.post("slack/events", "T1 hello") == 200
    await house.door.close()
    assert house.taken == ["T1: hello", "T1: met after T1: hello"]


async def test_message_of_an_account_that_nobody_connected_is_dropped(house: House) -> None:
    assert await house.post("slack/events", "T9 hello") == 200
    await house.door.close()
    assert (house.taken, house.buried) == ([], [])


async def test_message_of_an_account_that_another_process_has_just_connected_is_taken(house: House) -> None:
    house.elsewhere.append("T9")
    assert await house.post("slack/events", "T9 hello") == 200
    await house.door.close()
    assert house.taken == ["T9: hello", "T9: met after T9: hello"]


# -- reactions ---------------------------------------------------------------------------------


async def test_reaction_comes_after_the_request_is_kept_and_holds_nobody_up(house: House) -> None:
    house.hold.clear()
    assert [await house.post("slack/events", "default a"), await house.post("slack/events", "default b")] == [200, 200]
    assert house.taken == ["default: a", "default: b"]
    house.hold.set()
    await house.door.close()
    assert house.taken[2:] == ["default: met after default: b", "default: met after default: met after default: b"]


async def test_reaction_that_breaks_is_logged_and_hurts_nothing(house: House) -> None:
    with structlog.testing.capture_logs() as events:
        assert await house.post("slack/events", "default break") == 200
        assert await house.post("slack/events", "default hello") == 200
        await house.door.close()
    assert [(one["event"], one["error"]) for one in events] == [("reaction_failed", "ZeroDivisionError")]
    assert house.taken == ["default: break", "default: hello", "default: met after default: hello"]


async def test_nothing_reacts_to_what_was_not_kept(house: House) -> None:
    house.away = True
    assert await house.post("slack/events", "default hello") == 503
    assert await house.post("slack/events", "forged hello") == 401
    assert await house.post("slack/events", "default") == 200
    await house.door.close()
    assert (house.taken, house.buried) == ([], ["no words"])


async def test_reactions_under_way_are_finished_before_the_door_closes(house: House) -> None:
    house.hold.clear()
    await house.post("slack/events", "default hello")
    closing = asyncio.create_task(house.door.close())
    await asyncio.sleep(0)
    assert not closing.done()
    house.hold.set()
    await closing
    assert house.taken[-1] == "default: met after default: hello"


# -- without HTTP ------------------------------------------------------------------------------


async def test_admit_keeps_what_is_known_to_be_authentic(house: House) -> None:
    bell = house.bells["slack", "default"]
    request = Request("POST", "/webhooks/slack/events", {}, body=b"T1 hello")
    assert await house.door.admit(bell, request) == ("taken", Response(200, b"rung"))
    assert await house.door.admit(bell, Request("POST", "/", {}, body=b"T1")) == ("buried", Response(200, b"rung"))
    house.away = True
    with pytest.raises(errors.StorageUnavailable):
        await house.door.admit(bell, request)
    await house.door.close()
