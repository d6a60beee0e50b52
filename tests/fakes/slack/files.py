"""Files: what people send, behind a login page; and what the app sends, in three calls."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.server import FakeServer, misbehave
from tests.fakes.slack.errors import Json, Refused
from tests.fakes.slack.workspace import Workspace, new_id

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"


@dataclass(slots=True)
class File:
    """A file in a workspace; `size` may claim more than there is."""

    id: str
    team: Workspace
    data: bytes
    name: str
    mime: str
    size: int
    uploaded: bool = True
    seconds: float = 0
    """How long a recording is; 0 for what is none."""

    def as_json(self, base: str) -> Json:
        """Return the file as events hold it."""
        private = f"{base}/files-pri/{self.team.id}-{self.id}"
        clip = {"subtype": "slack_audio", "duration_ms": int(self.seconds * 1000)} if self.seconds else {}
        return {
            **clip,
            "id": self.id,
            "name": self.name,
            "title": self.name,
            "mimetype": self.mime,
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "is_external": False,
            "size": self.size,
            "url_private": f"{private}/{self.name}",
            "url_private_download": f"{private}/download/{self.name}",
        }


class FileNetwork(FakeServer):
    """Where files lie when the server redirects: another host, with the key in the address."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.files: dict[str, File] = {}
        self.leaked: list[str] = []
        self.router.add_get("/{id}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.leaked.append(request.headers["Authorization"])
        file = self.files.get(request.match_info["id"])
        if file is None or request.query.get("key") != file.id:
            return web.Response(body=LOGIN_PAGE, content_type="text/html")
        return web.Response(body=file.data, content_type=file.mime)


class Files:
    """The files of all workspaces."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self.kept: dict[str, File] = {}
        self.network = FileNetwork(slack.host)
        self.redirects = False
        """Whether a download is redirected to the file network."""
        self.redirect_to = ""
        """Another place that a download is redirected to."""
        slack.router.add_get("/files-pri/{file}/{path:.+}", self._download)
        slack.router.add_post("/upload/v1/{id}", self._upload)

    def keep(self, team: Workspace, data: bytes, name: str, mime: str, size: int = 0) -> File:
        """Keep a file."""
        file = File(new_id("F"), team, data, name, mime, size or len(data))
        self.kept[file.id] = file
        self.network.files[file.id] = file
        return file

    def lose(self) -> None:
        """Forget every file."""
        self.kept.clear()

    def find(self, file_id: object) -> File:
        """Return a file; refuses one that there is not."""
        file = self.kept.get(str(file_id))
        if file is None:
            raise Refused("file_not_found")
        return file

    def reserve(self, team: Workspace, name: str, length: int) -> File:
        """Return the place of a file that the app is about to upload."""
        if not name or length <= 0:
            raise Refused("invalid_arguments", ["[ERROR] missing required field: filename and length"])
        file = self.keep(team, b"", name, "application/octet-stream", length)
        file.uploaded = False
        return file

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self.slack.faults.next("upload")
        if fault is not None:
            return web.Response(status=503) if fault.error else await misbehave(request, fault)
        file = self.kept.get(request.match_info["id"])
        if file is None or file.uploaded:
            return web.Response(status=404)
        if request.content_type == "multipart/form-data":
            parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
            file.data = parts[0].file.read() if parts else b""
        else:
            file.data = await request.read()
        if len(file.data) != file.size:
            return web.Response(status=400, text="length mismatch")
        file.uploaded = True
        return web.Response(text=f"OK - {len(file.data)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self.slack.tokens.get(value) if kind.lower() == "bearer" else None
        file = self.kept.get(request.match_info["file"].partition("-")[2])
        self.slack.calls.append(("file", {"file": file.id if file else ""}))
        fault = self.slack.faults.next("file")
        if fault is not None:
            return web.Response(status=503) if fault.error else await misbehave(request, fault)
        if token is None or token.revoked or "files:read" not in token.scopes:
            # A page with status 200, as a browser would get it: an easy thing to keep as somebody's photo.
            return web.Response(body=LOGIN_PAGE, content_type="text/html")
        if file is None or file.team is not token.team:
            return web.Response(status=404, text="File not found")
        if self.redirects or self.redirect_to:
            place = self.redirect_to or f"{self.network.url}/{file.id}?key={file.id}"
            return web.Response(status=302, headers={"Location": place})
        return web.Response(body=file.data, content_type=file.mime)
