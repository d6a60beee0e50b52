"""Media: what kinds of files people send, and what is kept of them."""

from dataclasses import dataclass
from enum import StrEnum

MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""Largest file taken in. Source: Telegram's getFile serves at most 20 MB."""


class MediaKind(StrEnum):
    """What a file is, judged by its content and never by its name."""

    IMAGE = "image"
    VOICE = "voice"
    DOCUMENT = "document"
    VIDEO = "video"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a channel announces it, before it was downloaded or believed.

    Args:
        kind: What the channel says it is.
        ref: The channel's own handle to fetch it with (a Telegram file_id, a key of the web chat's uploads).
        mime: Claimed type, may be empty.
        size: Claimed size in bytes, 0 where unknown.
        name: Claimed file name, may be empty; never used as a path.
        seconds: Claimed duration of a recording, 0 where unknown.
    """

    kind: MediaKind
    ref: str
    mime: str = ""
    size: int = 0
    name: str = ""
    seconds: int = 0
