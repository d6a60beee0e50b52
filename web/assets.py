"""The page and its files: read once at the start, served under a name that changes with their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from web import headers

FOLDER = Path(__file__).parent / "static"
PAGE = "index.html"
_BASE_MARK = b"{{base}}"
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire; `packed` is its gzip form."""

    data: bytes
    packed: bytes
    content_type: str


class Assets:
    """All files of a folder under one version.

    Every file shares the version, so that modules that import one another always fit together.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}
        digest = hashlib.sha256()
        for name, data in files.items():
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        self.version = digest.hexdigest()[:16]
        self._files: Mapping[str, Asset] = {name: self._asset(name, data) for name, data in files.items()}

    def page(self, request: web.Request) -> web.Response:
        """Return the page; it names the version, so it is asked for anew each time."""
        return self._answer(request, self._files[PAGE], "private, no-cache")

    def file(self, request: web.Request) -> web.Response:
        """Return the file that a request's `name` and `version` name.

        A page from before an update still asks for the version it knows; it gets today's file, not to be kept.
        """
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound(text="There is no such file.")
        current = request.match_info["version"] == self.version
        return self._answer(request, asset, _FOREVER if current else "no-cache")

    def _asset(self, name: str, data: bytes) -> Asset:
        data = data.replace(_BASE_MARK, f"/static/{self.version}".encode())
        return Asset(data, gzip.compress(data, 9, mtime=0), _TYPES[Path(name).suffix])

    def _answer(self, request: web.Request, asset: Asset, cache: str) -> web.Response:
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = web.Response(body=asset.packed if packed else asset.data, content_type=asset.content_type)
        response.charset = "utf-8"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = cache
        return headers.secure(response)
