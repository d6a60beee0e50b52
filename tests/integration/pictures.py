"""Pictures: what the media store holds, for the tests of a channel that shows some."""

from collections.abc import Mapping

from bots.adapter import Fetched
from core import errors
from core.ids import MediaId


class Pictures:
    """Kept pictures by id, as the media store would give them.

    Args:
        kept: What there is.
    """

    def __init__(self, kept: Mapping[MediaId, Fetched]) -> None:
        self.kept = dict(kept)
        self.down = False

    async def __call__(self, media: MediaId) -> Fetched:
        if self.down:
            raise errors.StorageUnavailable
        if media not in self.kept:
            raise errors.MediaRejected("unavailable")
        return self.kept[media]
