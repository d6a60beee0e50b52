"""What the tests of the fakes share."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.fakes.hook import Hook


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook() as listening:
        yield listening
