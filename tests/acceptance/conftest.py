"""What the tests here share: a page in a browser between doubles, and assertions that say what they compared."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.web_page import Opened, pages
from tests.integration.web_doubles import ChatDouble, coach, start_chat

pytest.register_assert_rewrite("tests.acceptance.program", "tests.acceptance.story", "tests.acceptance.town")


@pytest.fixture
async def double() -> AsyncIterator[ChatDouble]:
    double = await start_chat(coach)
    yield double
    assert double.stop is not None
    await double.stop()


@pytest.fixture
async def opened(double: ChatDouble, chromium: str) -> AsyncIterator[Opened]:
    async with pages(double, chromium) as open_page:
        yield open_page
