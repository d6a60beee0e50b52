"""Stopping: one event that SIGTERM and Ctrl-C set."""

import asyncio
import signal


def stop_event() -> asyncio.Event:
    """Return an event that is set when this process is told to stop; call it inside the running loop."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, event.set)
    return event
