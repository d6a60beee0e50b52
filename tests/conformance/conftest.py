"""One installation for each channel, which all tests of that channel share."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conformance.drivers import DRIVERS
from tests.conformance.house import House, house


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=DRIVERS)
async def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(DRIVERS[request.param](), tmp_path_factory.mktemp(request.param)) as built:
        yield built
