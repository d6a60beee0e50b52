"""Files: what was uploaded and what is kept, joined for those who read them from an event loop."""

import asyncio

from bots.adapter import Fetched
from bots.web.parse import CHANNEL
from core import errors
from core.ids import MediaId
from storage.media import Media
from storage.media_store import MediaStore
from storage.uploads import Uploads
from sunup.composition import Foundation


class Files:
    """The stores of files, each blocking call in a thread.

    Args:
        foundation: Database, keys and settings.
    """

    def __init__(self, foundation: Foundation) -> None:
        store = MediaStore(foundation.settings.media_url)
        self.media = Media(foundation.database, foundation.sealer, store, foundation.clock)
        self.uploads = Uploads(foundation.database, foundation.sealer, store, foundation.clock)

    async def put(self, owner: str, data: bytes, mime: str, name: str) -> str:
        """Keep an upload; returns its reference."""
        return await asyncio.to_thread(self.uploads.put, owner, data, mime, name)

    async def get(self, owner: str, ref: str) -> Fetched | None:
        """Return an upload to its owner."""
        found = await asyncio.to_thread(self.uploads.get, owner, ref)
        return Fetched(*found) if found else None

    async def claim(self, owner: str, ref: str) -> Fetched | None:
        """Return an upload whose message has come, and keep it from expiring."""
        found = await asyncio.to_thread(self.uploads.claim, owner, ref)
        return Fetched(*found) if found else None

    async def picture(self, owner_address: str, media: MediaId, thumbnail: bool) -> Fetched | None:
        """Return the shown copy of a kept picture to the web session whose it is."""
        found = await asyncio.to_thread(self.media.picture_at, CHANNEL, owner_address, media, thumbnail=thumbnail)
        return Fetched(*found) if found else None

    async def for_sending(self, media: MediaId) -> Fetched:
        """Return the shown copy of a picture that goes out with a message.

        Raises:
            MediaRejected: It is gone.
        """
        found = await asyncio.to_thread(self.media.for_sending, media)
        if found is None:
            raise errors.MediaRejected("unavailable")
        return Fetched(*found)
