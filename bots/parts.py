"""The parts of a message: sent one after another; the attempt after a failure begins behind those that are out."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from core import errors
from core.messages import SendReceipt

Call = TypeVar("Call")


async def send_each(calls: Iterable[Call], send_one: Callable[[Call], Awaitable[str]]) -> SendReceipt:
    """Send what is left of a message.

    Args:
        calls: One for each part.
        send_one: Makes a call and returns the platform's id of what it shows; empty where it shows nothing that lasts.

    Raises:
        SendError: As `send_one` does; its `external_ids` name the parts that went out before it.
    """
    sent: list[str] = []
    for call in calls:
        try:
            sent.append(await send_one(call))
        except errors.SendError as error:
            error.external_ids = tuple(filter(None, sent))
            raise
    return SendReceipt(tuple(filter(None, sent)))
