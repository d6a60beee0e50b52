"""Clocks and the source of identifiers; read at the edge only.

There is one clock in a process, injected everywhere. Travelling in time is another clock and no other code: the demo
has one that stands still until it is set, an embedded Sunup one that can be put forward.
"""

import mmap
import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7

_SHIFT = struct.Struct("<q")
"""Microseconds that a travelling clock is ahead of the machine's."""
_MICROSECOND = timedelta(microseconds=1)


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """Tells the time that it was set to.

    Args:
        now: The moment at which it starts, aware, in UTC.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the moment that the clock stands at."""
        return self._now

    def forward(self, moment: datetime) -> None:
        """Set the clock to a moment; one that is past leaves it as it is."""
        self._now = max(self._now, moment)


class TravellingClock:
    """Tells the time of this machine, put forward by what a file says; every process over the same file agrees.

    Args:
        path: Holds how far; made where there is none.

    Raises:
        OSError: It can be neither read nor made.
    """

    def __init__(self, path: Path) -> None:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < _SHIFT.size:
                os.ftruncate(file, _SHIFT.size)
            self._shift = mmap.mmap(file, _SHIFT.size)
        finally:
            os.close(file)

    @property
    def ahead(self) -> timedelta:
        """How far the clock is ahead of the machine's."""
        microseconds: int = _SHIFT.unpack_from(self._shift)[0]
        return microseconds * _MICROSECOND

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        return datetime.now(UTC) + self.ahead

    def forward(self, moment: datetime) -> None:
        """Put the clock forward to a moment, for all processes; one that is past leaves it as it is."""
        further = moment - self.now()
        if further > timedelta():
            _SHIFT.pack_into(self._shift, 0, (self.ahead + further) // _MICROSECOND)


class Uuid7Source:
    """Makes identifiers that sort by the time of their making."""

    def new(self) -> UUID:
        """Return a fresh UUIDv7."""
        return uuid7()
