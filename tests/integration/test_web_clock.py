"""The clock of the web chat, over HTTP, between doubles."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from core import errors
from tests.integration.web_doubles import ChatDouble, start_chat

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Journey:
    """Travels over planned moments; fails where it is told to."""

    def __init__(self, *moments: datetime, fault: Exception | None = None) -> None:
        self.at = NOON
        self.moments = list(moments)
        self.fault = fault

    def now(self) -> datetime:
        return self.at

    async def next_moment(self, address: str) -> datetime | None:
        if self.fault is not None:
            raise self.fault
        if not self.moments:
            return None
        self.at = self.moments.pop(0)
        return self.at


@asynccontextmanager
async def chat(travel: Journey | None) -> AsyncIterator[tuple[ChatDouble, aiohttp.ClientSession]]:
    """Serve the chat to somebody who has opened its page."""
    double = await start_chat(travel=travel)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        await (await http.get(double.url)).read()
        yield double, http
    assert double.stop is not None
    await double.stop()


async def press(double: ChatDouble, http: aiohttp.ClientSession, origin: str = "") -> tuple[int, dict[str, object]]:
    answer = await http.post(f"{double.url}/chat/clock/next", headers={"Origin": origin or double.url})
    return answer.status, await answer.json()


async def test_clock_is_read_and_put_forward_until_nothing_is_planned() -> None:
    async with chat(Journey(NOON + DAY)) as (double, http):
        answer = await http.get(f"{double.url}/chat/clock")
        assert (answer.status, await answer.json()) == (200, {"now": NOON.isoformat(), "nothing": False})
        assert answer.headers["Cache-Control"] == "no-store"
        later = (NOON + DAY).isoformat()
        assert await press(double, http) == (200, {"now": later, "nothing": False})
        assert await press(double, http) == (200, {"now": later, "nothing": True})


async def test_clock_that_is_everybodys_is_not_offered() -> None:
    async with chat(None) as (double, http):
        assert (await http.get(f"{double.url}/chat/clock")).status == 204
        assert await press(double, http) == (404, {"code": "clock_fixed"})


async def test_foreign_page_and_stranger_may_not_put_the_clock_forward() -> None:
    journey = Journey(NOON + DAY)
    async with chat(journey) as (double, http):
        assert await press(double, http, "https://elsewhere.example") == (403, {"code": "foreign"})
        async with aiohttp.ClientSession() as stranger:
            assert await press(double, stranger) == (401, {"code": "no_session"})
    assert journey.at == NOON


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (errors.Busy(), 503, "clock_busy"),
        (errors.StorageUnavailable(), 503, "clock_busy"),
        (errors.ConfigurationError("no"), 409, "clock_fixed"),
    ],
)
async def test_refusals_have_a_code_that_the_page_has_words_for(fault: Exception, status: int, code: str) -> None:
    async with chat(Journey(fault=fault)) as (double, http):
        assert await press(double, http) == (status, {"code": code})
