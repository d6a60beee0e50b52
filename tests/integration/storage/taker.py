"""A process that takes messages in until it is killed, for the test of what a kill leaves behind."""

import asyncio
from collections.abc import Sequence
from multiprocessing.connection import Connection

from core.messages import InboundMessage
from storage.intake import Intake
from tests.integration.storage.desk import Desk

WAVE = 6
"""Messages that are on their way at the same moment."""


def take_all(url: str, messages: Sequence[InboundMessage], acknowledged: Connection) -> None:
    """Take messages in, a few at a time and in order, and tell the key of each that is kept."""
    desk = Desk(url)
    intake = desk.intake()
    intake.start()
    asyncio.run(_take(intake, messages, acknowledged))
    intake.stop()
    desk.close()


async def _take(intake: Intake, messages: Sequence[InboundMessage], acknowledged: Connection) -> None:
    async def take(message: InboundMessage) -> None:
        await intake.take([message])
        acknowledged.send_bytes(message.key.encode())

    for start in range(0, len(messages), WAVE):
        await asyncio.gather(*(take(message) for message in messages[start : start + WAVE]))
