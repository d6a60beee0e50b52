"""The system's clock and source of identifiers; read at the edge only."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        return datetime.now(UTC)


class Uuid7Source:
    """Makes identifiers that sort by the time of their making."""

    def new(self) -> UUID:
        """Return a fresh UUIDv7."""
        return uuid7()
