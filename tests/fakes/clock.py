"""The time as a provider sees it."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """A clock that can be put forward, and whose waiting times can be shortened.

    Args:
        pace: Factor on every waiting time; 0.01 makes a minute 0.6 s.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace
        self._ahead = 0.0

    def time(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        """Return the moment, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, *, hours: float = 0.0, seconds: float = 0.0) -> None:
        """Let time pass at once."""
        self._ahead += hours * 3600 + seconds

    async def wait(self, seconds: float) -> None:
        """Wait, by the clock's pace."""
        await asyncio.sleep(seconds * self.pace)
