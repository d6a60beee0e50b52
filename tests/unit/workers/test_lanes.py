"""A lane lets everybody through whom its platform's pace allows, whatever the clock does between two looks at it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast

from bots.adapter import Adapter
from core.messages import Capabilities, Priority
from workers.lanes import Lane, Limits


class Account:
    """What a lane asks of an adapter."""

    channel = "telegram"
    account = "default"
    capabilities = Capabilities(text_limit=4096, account_rate=30.0, chat_rate=30.0, chat_burst=3)


class Clock:
    """Stands still, or goes on by a step whenever somebody looks at it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, tzinfo=UTC)
        self.step = timedelta()

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at


async def test_waiter_goes_when_its_token_grows_between_two_looks_at_the_clock() -> None:
    clock = Clock()
    lane = Lane(cast(Adapter, Account()), Limits(), clock)
    for chat in range(30):
        await lane.enter(str(chat), Priority.BROADCAST)
        lane.leave(str(chat), None, 1)

    # A timer may ring a little early: at the first look a millionth of a second is missing, at the next one none is.
    waiting = asyncio.create_task(lane.enter("30", Priority.BROADCAST))
    await asyncio.sleep(0)
    clock.at += timedelta(microseconds=33_330)
    clock.step = timedelta(microseconds=2)

    async with asyncio.timeout(1):
        await waiting
