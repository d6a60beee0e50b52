"""The picture of a message on its way out: read from where it is kept, or left out where it is gone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from bots.adapter import Fetched
from core import errors
from core.ids import MediaId
from core.messages import OutboundMessage

log = structlog.get_logger(__name__)

Images = Callable[[MediaId], Awaitable[Fetched]]
"""Reads a kept picture; raises `MediaRejected` where it is gone, `StorageUnavailable` where that is not known now."""


async def illustrated(
    message: OutboundMessage, images: Images | None, largest: int | None = None
) -> tuple[OutboundMessage, Fetched | None]:
    """Return a message with its picture, or without any where there is none to be had.

    Args:
        message: Where parts of it are out already, the picture counts as one of them, for it is the first: were it
            left out only now, a part of the words would be taken for it and be lost.
        images: Reads it; None where nothing can.
        largest: Most bytes that the channel takes; None for any number.

    Raises:
        ChannelUnavailable: It cannot be read just now.
    """
    wanted = message.content.image
    if wanted is None or message.tap_id or message.parts_sent:
        return message, None
    try:
        image = await images(wanted) if images else None
    except errors.MediaRejected:
        image = None
    except errors.StorageUnavailable:
        raise errors.ChannelUnavailable("The picture cannot be read just now.", code="image") from None
    if image is not None and (largest is None or len(image.data) <= largest):
        return message, image
    log.warning("picture_left_out", channel=message.channel, account=message.account, message_id=str(message.id))
    return replace(message, content=replace(message.content, image=None)), None


async def with_album(
    message: OutboundMessage, images: Images | None
) -> tuple[OutboundMessage, Mapping[MediaId, Fetched]]:
    """Return a message with the pictures of its album that there are, and their bytes.

    A picture that is gone stays gone, so each attempt has the same parts.

    Raises:
        ChannelUnavailable: They cannot be read just now.
    """
    if not message.content.album or message.tap_id:
        return message, {}
    found: dict[MediaId, Fetched] = {}
    for one in message.content.album:
        try:
            if images is not None:
                found[one.media] = await images(one.media)
        except errors.MediaRejected:
            log.warning(
                "picture_left_out", channel=message.channel, account=message.account, message_id=str(message.id)
            )
        except errors.StorageUnavailable:
            raise errors.ChannelUnavailable("The picture cannot be read just now.", code="image") from None
    album = tuple(one for one in message.content.album if one.media in found)
    return replace(message, content=replace(message.content, album=album)), found
