"""Surroundings: what the adapters of this installation are given."""

from collections.abc import Awaitable, Callable

from bots.registry import Surroundings
from bots.transport import Transport
from sunup.composition import Foundation
from sunup.files import Files
from sunup.keys import ensure_master_key
from sunup.pictures import Pictures


def surroundings(
    foundation: Foundation, transport: Transport, files: Files, announce: Callable[[str], Awaitable[None]]
) -> Surroundings:
    """Join them.

    Args:
        foundation: The settings, the clock and the master key.
        transport: The shared HTTP client.
        files: The stores of files.
        announce: Tells the web processes that a chat has news.
    """
    settings = foundation.settings
    public_url = settings.public_url or ""
    return Surroundings(
        transport=transport,
        images=files.for_sending,
        announce=announce,
        read_upload=files.claim,
        public_url=public_url,
        picture_url=pictures_of(foundation).url_of if public_url else None,
        telegram_api_url=settings.telegram_api_url,
        twilio_api_url=settings.twilio_api_url,
        twilio_content_api_url=settings.twilio_content_api_url,
        slack_api_url=settings.slack_api_url,
    )


def pictures_of(foundation: Foundation) -> Pictures:
    """Return what gives platforms the pictures of this installation."""
    settings = foundation.settings
    return Pictures(ensure_master_key(settings), settings.public_url or "", foundation.clock)
