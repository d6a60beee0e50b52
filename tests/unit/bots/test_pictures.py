"""The picture of a message: there, gone, too large, or not to be read just now."""

from dataclasses import replace
from uuid import UUID

import pytest
import structlog

from bots.adapter import Fetched
from bots.pictures import illustrated
from core import errors
from core.ids import MediaId, MessageId
from core.messages import Content, OutboundMessage

PICTURE = MediaId(UUID(int=7))
WITH = OutboundMessage(MessageId(UUID(int=1)), "slack", "crew", "D1", Content("Well done.", image=PICTURE))
WITHOUT = replace(WITH, content=Content("Well done."))
FILE = Fetched(b"12345678", "image/png")


async def kept(media: MediaId) -> Fetched:
    return FILE


async def gone(media: MediaId) -> Fetched:
    raise errors.MediaRejected("unavailable")


async def away(media: MediaId) -> Fetched:
    raise errors.StorageUnavailable


async def never(media: MediaId) -> Fetched:
    raise AssertionError


@pytest.mark.parametrize("largest", [None, 8])
async def test_illustrated_brings_the_picture(largest: int | None) -> None:
    assert await illustrated(WITH, kept, largest) == (WITH, FILE)


@pytest.mark.parametrize(("images", "largest"), [(None, None), (gone, None), (kept, 7)], ids=["none", "gone", "large"])
async def test_illustrated_without_a_picture_to_be_had_still_has_its_words(images: object, largest: int | None) -> None:
    with structlog.testing.capture_logs() as events:
        assert await illustrated(WITH, images, largest) == (WITHOUT, None)  # type: ignore[arg-type]  # one of the three

    [event] = events
    assert (event["event"], event["channel"], event["account"]) == ("picture_left_out", "slack", "crew")


async def test_illustrated_while_the_store_is_away_is_tried_again() -> None:
    with pytest.raises(errors.ChannelUnavailable):
        await illustrated(WITH, away)


@pytest.mark.parametrize(
    "message", [WITHOUT, replace(WITH, tap_id="t"), replace(WITH, parts_sent=1)], ids=["none", "tap", "out already"]
)
async def test_illustrated_reads_no_picture_that_is_not_to_be_sent(message: OutboundMessage) -> None:
    assert await illustrated(message, never) == (message, None)
