"""Probing: every probe runs, none for longer than its time, and one that fails is a finding like another."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from core import errors
from sunup.doctor.finding import Finding, Probe, broken

_log = structlog.get_logger()

T = TypeVar("T")

LONGEST = timedelta(seconds=5)
"""How long one probe may take."""


async def probe_all(probes: Mapping[str, Probe], longest: timedelta = LONGEST) -> list[Finding]:
    """Run probes at once and return what they found, in their order."""
    found = await asyncio.gather(*(_probe(name, probe, longest) for name, probe in probes.items()))
    return [finding for findings in found for finding in findings]


async def _probe(name: str, probe: Probe, longest: timedelta) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(longest.total_seconds()):
            return await probe()
    except TimeoutError:
        seconds = f"{longest.total_seconds():g}"
        return [broken(name, f"no answer within {seconds} seconds", "see that it runs and can be reached from here")]
    except errors.StorageUnavailable:
        return [broken(name, "the database does not answer", "start it, or correct SUNUP_DATABASE_URL")]
    except errors.SunupError as error:
        return [broken(name, str(error), "")]
    except Exception as error:  # noqa: BLE001 - whatever one probe dies of, the others have to be heard
        _log.exception("probe_failed", probe=name)
        return [broken(name, f"could not be looked at ({type(error).__name__})", "the log says more")]


async def in_thread(work: Callable[[], T]) -> T:
    """Do something that blocks, in a thread that nobody waits for.

    A thread of the loop's own pool is waited for when the loop ends, so that a database which hangs would hang the
    doctor as well.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            settle = partial(future.set_result, work())
        except Exception as error:  # noqa: BLE001 - it is raised where the work is awaited
            settle = partial(future.set_exception, error)
        _tell(loop, future, settle)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await future


def _tell(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[T]", settle: Callable[[], None]) -> None:
    def settle_if_awaited() -> None:
        if not future.done():
            settle()

    try:
        loop.call_soon_threadsafe(settle_if_awaited)
    except RuntimeError:
        return  # the doctor is done and gone
