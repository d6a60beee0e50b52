"""A nudge comes at 07:30 of the person's own clock, on every day once, also when the clocks change.

The whole program, over days: its clock is put forward as the button of the web chat does it.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from core.zones import to_local
from sunup.clock import TravellingClock
from tests.acceptance.program import Program, until
from tests.acceptance.town import patient
from tests.integration.web_page import Page, browser

pytestmark = patient


@asynccontextmanager
async def program_at(folder: Path, moment: datetime) -> AsyncIterator[Program]:
    """Run a program whose clock shows a moment."""
    program = Program(folder, {})
    program.data.mkdir(parents=True)
    TravellingClock(program.data / "clock").forward(moment)
    program.start()
    try:
        await program.ready()
        yield program
        assert await program.stop() == {"serve": 0}
        assert program.faults_in_log([]) == []
    finally:
        program.end()


class Chat:
    """An open page, and all that was said on it."""

    def __init__(self, program: Program, page: Page) -> None:
        self._program = program
        self._page = page
        self.said: list[tuple[datetime, str]] = []

    async def say(self, words: str, expected: str) -> None:
        """Say something and wait for the answer."""
        before = len(self.said)
        await self._page.send(type="say", id=str(uuid4()), text=words)
        await until(lambda: any(expected in text for _, text in self.said[before:]), expected)

    async def listen(self) -> None:
        """Note what is said, until the page is closed."""
        async for frame in self._page.socket:
            told = json.loads(frame.data)
            if told["type"] == "message" and not told["inbound"]:
                self.said.append((datetime.fromisoformat(told["at"]), told["text"]))

    async def next_moment(self) -> datetime:
        """Press the button."""
        url = self._program.url
        async with self._page.http.post(f"{url}/chat/clock/next", headers={"Origin": url}) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            assert not told["nothing"]
            return datetime.fromisoformat(told["now"])


@asynccontextmanager
async def chat_in(program: Program, zone: str) -> AsyncIterator[Chat]:
    """Open the page in a zone."""
    async with browser(program) as page:
        chat = Chat(program, page)
        listening = asyncio.create_task(chat.listen())
        await page.send(type="hello", after=0, language="en-US", zone=zone)
        yield chat
        listening.cancel()


@pytest.mark.parametrize(
    ("season", "begins"),
    [
        ("spring", datetime(2027, 3, 11, 20, tzinfo=UTC)),  # clocks go forward on Sunday the 14th
        ("autumn", datetime(2027, 11, 4, 20, tzinfo=UTC)),  # and back on Sunday, 7 November
    ],
)
async def test_one_nudge_a_day_at_half_past_seven_across_a_change_of_the_clocks(
    tmp_path: Path, season: str, begins: datetime
) -> None:
    zone, days = "America/New_York", 4
    first = to_local(begins, zone).date() + timedelta(days=1)
    end = begins + timedelta(days=days, hours=12)
    async with program_at(tmp_path, begins) as program, chat_in(program, zone) as chat:
        await chat.say("/start morning_protocol", "When shall I say good morning?")
        await chat.say("7:30", "Every day at 07:30, New York time.")
        await chat.say("yes", "The next one comes")
        while await chat.next_moment() < end:
            await until(lambda: "Good morning" in chat.said[-1][1], "the nudge")
            await chat.say("not today", "tomorrow")
        nudges = [to_local(at, zone) for at, text in chat.said if "Good morning" in text and at < end]

    assert [nudge.date() for nudge in nudges] == [first + timedelta(days=day) for day in range(days)]
    assert {f"{nudge:%H:%M}" for nudge in nudges} == {"07:30"}
    assert len({nudge.utcoffset() for nudge in nudges}) == 2
    assert date(2027, 3, 14) in {nudge.date() for nudge in nudges} or season == "autumn"
