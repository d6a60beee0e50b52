"""Surroundings: what the adapters of this installation are given."""

from collections.abc import Awaitable, Callable

from bots.registry import Surroundings
from bots.transport import Transport
from sunup.files import Files
from sunup.settings import Settings


def surroundings(
    settings: Settings, transport: Transport, files: Files, announce: Callable[[str], Awaitable[None]]
) -> Surroundings:
    """Join them.

    Args:
        settings: The public URL and the bases of the providers' APIs.
        transport: The shared HTTP client.
        files: The stores of files.
        announce: Tells the web processes that a chat has news.
    """
    return Surroundings(
        transport=transport,
        images=files.for_sending,
        announce=announce,
        read_upload=files.claim,
        public_url=settings.public_url or "",
        telegram_api_url=settings.telegram_api_url,
    )
