"""Stopping: one event that SIGTERM and Ctrl-C set, and rests that it ends."""

import asyncio
import signal
from contextlib import suppress
from datetime import timedelta


def stop_event() -> asyncio.Event:
    """Return an event that is set when this process is told to stop; call it inside the running loop."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, event.set)
    return event


async def rest(stop: asyncio.Event, pause: timedelta) -> None:
    """Sleep, or wake at once when told to stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(pause.total_seconds()):
            await stop.wait()
