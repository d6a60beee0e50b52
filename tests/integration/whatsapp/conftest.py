"""Fixtures of the tests against a small Twilio on the loopback, which answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.transport import Transport
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter
from core.ids import MediaId

ACCOUNT = "AC00000000000000000000000000000001"
TWILIO = TwilioAccount(ACCOUNT, "a-very-secret-token", "whatsapp:+14155550100")


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    authorization: str
    fields: dict[str, str] = field(default_factory=dict)
    json: Any = None


Answering = web.StreamResponse | Callable[[web.Request], Any]


class SmallTwilio:
    """Takes every call, keeps it, and answers with what was prepared for its path, else with success."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self._prepared: dict[tuple[str, str], list[Answering]] = {}
        self._serial = 0

    def prepare(self, method: str, path: str, *answers: Answering) -> None:
        """Give these answers, one after the other, to calls whose path ends so."""
        self._prepared.setdefault((method, path), []).extend(answers)

    def made(self, method: str, path: str) -> list[Asked]:
        """Return the calls to a path."""
        return [one for one in self.asked if one.method == method and one.path.endswith(path)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = Asked(request.method, request.path, dict(request.query), request.headers.get("Authorization", ""))
        if request.content_type == "application/x-www-form-urlencoded":
            asked.fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        elif body:
            asked.json = orjson.loads(body)
        self.asked.append(asked)
        for (method, path), answers in self._prepared.items():
            if answers and method == request.method and request.path.endswith(path):
                given = answers.pop(0)
                return given if isinstance(given, web.StreamResponse) else await given(request)
        return self._success(request)

    def _success(self, request: web.Request) -> web.Response:
        self._serial += 1
        if request.method == "POST" and request.path.endswith("/Messages.json"):
            return web.json_response({"sid": f"SM{self._serial:032x}", "status": "queued"}, status=201)
        if request.method == "POST" and request.path.endswith("/Content"):
            return web.json_response({"sid": f"HX{self._serial:032x}"}, status=201)
        return web.json_response({"contents": [], "messages": [], "media_list": []})


def refusal(code: int, status: int = 400, **headers: str) -> web.Response:
    """An error as Twilio words it, quoting the number."""
    told = {"code": code, "message": "'To' number whatsapp:+919812345678 is wrong", "status": status}
    return web.json_response(
        told, status=status, headers={name.replace("_", "-"): each for name, each in headers.items()}
    )


async def hang(request: web.Request) -> web.Response:
    """Act, and say nothing for longer than anybody waits."""
    await asyncio.sleep(5)
    return web.json_response({"sid": "SM1"})


async def reset(request: web.Request) -> web.Response:
    """Act, and break the connection off."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
async def twilio() -> AsyncIterator[SmallTwilio]:
    small = SmallTwilio()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", small.answer)
    async with TestServer(app) as server:
        small.url = str(server.make_url("")).rstrip("/")
        yield small


@pytest.fixture
def make(twilio: SmallTwilio, transport: Transport) -> Callable[[], WhatsAppAdapter]:
    """Makes an adapter anew, as after a restart."""

    def make_adapter() -> WhatsAppAdapter:
        urls = TwilioUrls("https://chat.example.org", twilio.url, twilio.url)
        return WhatsAppAdapter("default", TWILIO, urls, transport, picture_url=_picture_url)

    return make_adapter


@pytest.fixture
def adapter(make: Callable[[], WhatsAppAdapter]) -> WhatsAppAdapter:
    return make()


def _picture_url(media: MediaId) -> str:
    return f"https://chat.example.org/pictures/{media.int}"
