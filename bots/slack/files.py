"""Files, in and out.

In: a file lives at a private address, which wants the bot token. Where the token may not read it, Slack answers with
its login page, as if all were well. The token goes to Slack's own hosts alone, and never along with a redirect.
Out: three calls, of which only the last one shows anything to anybody.

Source: docs.slack.dev, Working with files; slack_sdk 3.47, files_upload_v2.
"""

import re
from collections.abc import Mapping
from mimetypes import guess_extension
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from bots.adapter import Fetched, too_large
from bots.addresses import DEFAULT_PORTS, HostRefused, origin
from bots.reading import clean
from bots.slack.api import SlackApi, harmless
from bots.slack.render import UPLOAD
from bots.transport import DOWNLOAD_TIMEOUT, Answer, BodyTooLarge, TransportError, unanswered
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment

log = structlog.get_logger(__name__)

OWN_DOMAIN = "slack.com"
FILE_ID = re.compile(r"F[A-Z0-9]{2,40}", re.ASCII)
PAGE = re.compile(rb"^(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head)[\s>]", re.IGNORECASE)
BYTES_HEADERS = {"content-type": "application/octet-stream"}


async def fetch(api: SlackApi, attachment: Attachment, limit: int) -> Fetched:
    """Download what a message announced.

    Args:
        api: The workspace's calls.
        attachment: Its `ref` is the file's address, or its id where the address must be asked for.
        limit: Most bytes taken.

    Raises:
        MediaRejected: `too_large`, or `unavailable`: gone, not readable by our token, or not where Slack keeps files.
        ChannelUnavailable: It may be there later.
    """
    size = min(limit, MAX_MEDIA_BYTES)
    if attachment.size > size:
        raise too_large(size)
    url = await _locate(api, attachment.ref) if FILE_ID.fullmatch(attachment.ref) else attachment.ref
    try:
        answer = await _download(api, url, size)
    except BodyTooLarge:
        raise too_large(size) from None  # what comes next to a URL stays unsaid
    mime = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if mime == "text/html" or PAGE.match(answer.body[:256]):
        log.warning("slack_file_not_readable", why="Slack sent a page in place of a file; add the scope files:read")
        raise errors.MediaRejected("unavailable")
    return Fetched(answer.body, attachment.mime or mime, attachment.name)


def is_own(url: str, api_url: str) -> bool:
    """Say whether our token may go to an address: to Slack's own hosts over TLS, and to the configured one."""
    try:
        scheme, host, port = origin(url)
    except (HostRefused, ValueError):
        return False
    if "\\" in url or not host.isascii() or urlsplit(url).username is not None:
        return False
    if (scheme, host, port) == origin(api_url):
        return True
    ours = host == OWN_DOMAIN or host.endswith(f".{OWN_DOMAIN}")
    return ours and scheme == "https" and port == DEFAULT_PORTS["https"]


async def share(api: SlackApi, picture: Fetched, params: Mapping[str, str]) -> str:
    """Upload a picture and show it in a conversation.

    Args:
        api: The workspace's calls.
        picture: Its bytes.
        params: `channel`, and `thread_ts` and `initial_comment` where there are such.

    Returns:
        The file's id.

    Raises:
        SendError: Classified; only a lost answer to the last of three calls is of unknown outcome.
    """
    name = clean(picture.name) or f"picture{guess_extension(picture.mime) or ''}"
    place = await api.ask("files.getUploadURLExternal", {"filename": name, "length": str(len(picture.data))})
    file_id, url = clean(place.get("file_id")), clean(place.get("upload_url"))
    if not file_id or not is_own(url, api.api_url):
        raise errors.ChannelUnavailable("Slack named no place for the picture.", code="no_upload_url")
    await harmless(_put(api, url, picture.data))
    wanted = {"files": orjson.dumps([{"id": file_id, "title": name}]).decode(), "channel_id": params["channel"]}
    more = {key: params[key] for key in ("thread_ts", "initial_comment") if params.get(key)}
    await api.form(UPLOAD, wanted | more)
    return file_id


async def _locate(api: SlackApi, file_id: str) -> str:
    """Ask where a file is that an event announced by its id alone, as of another organisation."""
    try:
        answer = await api.ask("files.info", {"file": file_id})
    except (errors.MessageRejected, errors.RecipientUnreachable):
        raise errors.MediaRejected("unavailable") from None
    except errors.ChannelUnavailable:
        raise
    except errors.SendError as error:
        raise errors.ChannelUnavailable(code=error.code, retry_after=error.retry_after) from None
    file: Any = answer.get("file")
    url = clean(file.get("url_private_download") or file.get("url_private")) if isinstance(file, dict) else ""
    if not url:
        raise errors.MediaRejected("unavailable")
    return url


async def _download(api: SlackApi, url: str, limit: int) -> Answer:
    ours = is_own(url, api.api_url)
    trusted = {api.api_url, url} if ours else {api.api_url}
    # Whoever keeps the API may keep its files beside it, as on another port of the same host.
    hosts = (urlsplit(api.api_url).hostname or "",)
    bearer = api.bearer if ours else None
    try:
        answer = await api.transport.download(url, limit, trusted=trusted, hosts=hosts, headers=bearer)
    except HostRefused:
        log.warning("slack_file_elsewhere", why="the file lies where Slack keeps none")
        raise errors.MediaRejected("unavailable") from None
    except BodyTooLarge:
        raise
    except (TransportError, ValueError) as error:
        raise errors.ChannelUnavailable(code=type(error).__name__) from None
    if answer.status == 429 or answer.status >= 500:
        raise errors.ChannelUnavailable(code=str(answer.status))
    if answer.status != 200:
        raise errors.MediaRejected("unavailable")
    return answer


async def _put(api: SlackApi, url: str, data: bytes) -> None:
    """Bring the bytes to the place that Slack named; the address itself is the proof."""
    try:
        answer = await api.transport.call("POST", url, body=data, headers=BYTES_HEADERS, within=DOWNLOAD_TIMEOUT)
    except TransportError as error:
        unanswered("Slack", error)
    if answer.status != 200:
        raise errors.ChannelUnavailable("Slack did not take the picture.", code=str(answer.status))
