"""A rig for every test of the workers."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from tests.integration.workers.rig import Rig
from tests.integration.workers.windowed import Windowed


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Log without the coloured tracebacks of a console, which take seconds to draw."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    """Everything that works on an empty database of each kind in turn."""
    rig = Rig(database_url)
    yield rig
    rig.close()


@pytest.fixture
def narrow(rig: Rig) -> Windowed:
    """Make the first account one with a window."""
    channel = rig.channels[rig.account] = Windowed()
    return channel


@pytest.fixture
def wide(rig: Rig) -> UUID:
    """Add an account without a window."""
    return rig.add_account("wide")
