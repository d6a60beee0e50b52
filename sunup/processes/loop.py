"""The event loop: uvloop where it is installed, else asyncio's own; and garbage collection that does not stop it."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes an event loop; None for asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine to its end."""
    calm_collector()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main)


def calm_collector() -> None:
    """Let what was loaded so far stay out of collections, and collect what comes and goes in larger lots.

    A full collection walks every object of every library, a tenth of a second during which nobody is answered: it
    made the slowest of a hundred requests twice as slow, and firing a timer half as dear again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
