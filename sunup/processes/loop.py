"""The event loop: uvloop where it is installed, else asyncio's own."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes an event loop; None for asyncio's own."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine to its end."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main)
