"""Files of the web chat: taken in before their message, and given back to their owner alone."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote
from uuid import UUID

from aiohttp import web

from bots.web import signature
from core import errors
from core.ids import MediaId
from core.media import MAX_MEDIA_BYTES
from web import content_types, headers, session
from web.ports import Chat, Fetched
from web.rates import Allowance

_CHUNK = 64 * 1024
_NAME_HEADER = "X-File-Name"
_Handler = Callable[[web.Request], Awaitable[web.Response]]


class UploadRoutes:
    """Takes uploads and serves them.

    Args:
        chat: What the chat is given.
        allowance: Uploads that one session may begin.
    """

    def __init__(self, chat: Chat, allowance: Allowance) -> None:
        self._chat = chat
        self._allowance = allowance
        self._slots = asyncio.Semaphore(chat.pace.uploads_at_once)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of uploads, originals and shown pictures."""
        return [
            web.post("/chat/upload", _unless_away(self.take)),
            web.get("/chat/media/{ref:[A-Za-z0-9_-]{8,128}}", _unless_away(self.original)),
            web.get("/chat/picture/{id:[0-9a-f-]{36}}", _unless_away(self.picture)),
        ]

    async def take(self, request: web.Request) -> web.Response:
        """Keep the body as a file of this session and answer `{"ref": "…", "size": 4711}`.

        The claimed type is the `Content-Type`, the claimed name comes percent-encoded in `X-File-Name`.
        What the file really is, is judged later, when its message is handled.
        """
        if not signature.own_origin(session.neutral(request).headers, self._chat.public_url):
            return _refusal(403, "foreign", "Files are taken from the chat's own page only.")
        owner = session.address_of(request)
        if not owner:
            return _refusal(401, "no_session", "Please load the page again, then send the file once more.")
        if wait := self._allowance.take(owner).total_seconds():
            return _refusal(429, "too_fast", "That was a little fast; the file goes out in a moment.", wait)
        if self._slots.locked():
            return _refusal(503, "busy", "Many files are arriving just now; yours goes out in a moment.", 1)
        async with self._slots:
            return await self._keep(request, owner)

    async def original(self, request: web.Request) -> web.Response:
        """Answer with an upload as it came, to the session that uploaded it."""
        owner = session.address_of(request)
        fetched = await self._chat.uploads.get(owner, request.match_info["ref"]) if owner else None
        return _file(fetched)

    async def picture(self, request: web.Request) -> web.Response:
        """Answer with the shown copy of a kept picture (`?size=small`: its thumbnail), to the person whose it is."""
        owner = session.address_of(request)
        media = _media_id(request.match_info["id"])
        if not owner or media is None:
            return _file(None)
        small = request.query.get("size") == "small"
        return _file(await self._chat.uploads.picture(owner, media, small))

    async def _keep(self, request: web.Request, owner: str) -> web.Response:
        try:
            async with asyncio.timeout(self._chat.pace.upload_time.total_seconds()):
                data = await _read_body(request, MAX_MEDIA_BYTES)
        except TimeoutError:
            return _refusal(408, "too_slow", "The file took too long to arrive. Please try a better line.")
        if data is None:
            megabytes = MAX_MEDIA_BYTES // 2**20
            return _refusal(413, "too_large", f"This file is larger than {megabytes} MB. Please send a smaller one.")
        if not data:
            return _refusal(400, "empty", "This file is empty. Please choose another one.")
        name = content_types.safe_name(unquote(request.headers.get(_NAME_HEADER, "")))
        ref = await self._chat.uploads.put(owner, data, request.content_type, name)
        return headers.secure(web.json_response({"ref": ref, "size": len(data)}))


async def _read_body(request: web.Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is known to be longer than `limit`; the rest is not kept."""
    if (request.content_length or 0) > limit:
        return None
    data = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            return None
    return bytes(data)


def _media_id(text: str) -> MediaId | None:
    try:
        return MediaId(UUID(text))
    except ValueError:
        return None


def _file(fetched: Fetched | None) -> web.Response:
    if fetched is None:
        # The same answer for "there is none" and "not yours": whoever guesses learns nothing.
        return headers.secure(web.Response(status=404, text="There is no such file."))
    kind = content_types.type_of(fetched.data)
    shown = "inline" if kind.startswith("image/") else "attachment"
    name = quote(content_types.safe_name(fetched.name), safe="")
    response = web.Response(body=fetched.data, content_type=kind)
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return headers.secure_file(response)


def _refusal(status: int, code: str, why: str, retry_after: float = 0) -> web.Response:
    response = web.json_response({"code": code, "why": why}, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(max(1, round(retry_after)))
    return headers.secure(response)


def _unless_away(handler: _Handler) -> _Handler:
    """Return a handler that answers 503 in words while the database is away."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except errors.StorageUnavailable:
            return _refusal(503, "unavailable", "Files cannot be kept just now; yours goes out in a moment.", 2)

    return handle
