"""Pictures for platforms: some fetch a picture of ours by itself, without any session, from an address that we tell.

The address holds its own proof and its end, so that it opens one picture for a while and nothing else:

    /pictures/0193….1795280000.5f2c…        id, end in seconds since 1970, proof
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aiohttp import web

from core import errors
from core.ids import MediaId
from core.ports import Clock
from sunup.files import Files
from web import headers

VALID = timedelta(hours=6)
"""Longer than any platform waits before it fetches a picture, and tries again."""
_PROOF_LENGTH = 40


class Pictures:
    """Makes addresses of pictures, and answers those who come with one.

    Args:
        master_key: What the proofs are derived from.
        public_url: Where platforms reach us.
        clock: The time.
    """

    def __init__(self, master_key: bytes, public_url: str, clock: Clock) -> None:
        self._key = hmac.digest(master_key, b"addresses of pictures", hashlib.sha256)
        self._public_url = public_url
        self._clock = clock

    def url_of(self, picture: MediaId) -> str:
        """Return where anybody can fetch a picture for the next hours."""
        end = int((self._clock.now() + VALID).timestamp())
        return f"{self._public_url}/pictures/{picture}.{end}.{self._proof(picture, end)}"

    def opened(self, ticket: str) -> MediaId | None:
        """Return the picture that a ticket opens; None where it is forged, over, or no ticket at all."""
        try:
            name, moment, proof = ticket.split(".")
            picture, end = MediaId(UUID(name)), int(moment)
            over = datetime.fromtimestamp(end, UTC) <= self._clock.now()
        except (ValueError, OverflowError, OSError):
            return None
        given = proof.encode("utf-8", "replace")
        same = hmac.compare_digest(given, self._proof(picture, end).encode())
        return picture if same and not over else None

    def _proof(self, picture: MediaId, end: int) -> str:
        return hmac.new(self._key, f"{picture}.{end}".encode(), hashlib.sha256).hexdigest()[:_PROOF_LENGTH]

    def add_to(self, app: web.Application, files: Files) -> None:
        """Add the route."""

        async def show(request: web.Request) -> web.Response:
            picture = self.opened(request.match_info["ticket"])
            if picture is None:
                raise web.HTTPNotFound
            try:
                found = await files.for_sending(picture)
            except errors.MediaRejected:
                raise web.HTTPNotFound from None
            return headers.secure_file(web.Response(body=found.data, content_type=found.mime))

        app.router.add_get("/pictures/{ticket}", show)
