"""The ground that the processes with an event loop share: HTTP client, bus, adapters, opened and closed together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bots.transport import Transport
from sunup.bus import Bus, ChatAnnouncements, RedisHints
from sunup.channels import Channels
from sunup.composition import Foundation
from sunup.files import Files
from sunup.surroundings import surroundings
from workers.queue import Queue


@dataclass(frozen=True, slots=True)
class Ground:
    """What a process with an event loop stands on.

    Args:
        foundation: Database and settings.
        queue: Hands jobs over.
        hints: Wakes other processes after a commit.
        bus: Hears and gives hints.
        announcements: The bus as the web chat sees it.
        files: The stores of files.
        channels: The adapters.
        transport: The shared HTTP client.
    """

    foundation: Foundation
    queue: Queue
    hints: RedisHints
    bus: Bus
    announcements: ChatAnnouncements
    files: Files
    channels: Channels
    transport: Transport


def _timeout_of(kind: str) -> timedelta:
    from workers.jobs import timeout_of  # late: the jobs bring Pillow along, which most processes never need

    return timeout_of(kind)


@asynccontextmanager
async def ground(foundation: Foundation, hears: str) -> AsyncIterator[Ground]:
    """Open it, and close it at the end.

    Args:
        foundation: What every process stands on.
        hears: Pattern of the hints that the process waits for.
    """
    queue = Queue(foundation.redis_url, _timeout_of)
    bus = Bus(foundation.redis_url, hears)
    announcements = ChatAnnouncements(bus)
    files = Files(foundation)
    async with Transport() as transport:
        around = surroundings(foundation, transport, files, announcements.announce)
        channels = Channels(foundation.settings, foundation.accounts, around)
        await asyncio.to_thread(channels.open)
        running = [asyncio.create_task(bus.run()), asyncio.create_task(channels.follow())]
        hints = RedisHints(foundation.redis_url, queue.put, foundation.clock)
        try:
            yield Ground(foundation, queue, hints, bus, announcements, files, channels, transport)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await bus.close()
