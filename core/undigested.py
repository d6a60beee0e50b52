"""Undigested: what came and could not be dealt with, named without its content."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undigested:
    """Names what becomes a dead letter.

    Args:
        source: Where it happened: `webhook`, `intake`, `engine`, `outbox` or `job`.
        reason: Why; never the content.
        channel: The channel it came from, if any.
        account: The account it came to, if any.
        key: The provider's key of it, or ours.
    """

    source: str
    reason: str
    channel: str = ""
    account: str = ""
    key: str = ""
