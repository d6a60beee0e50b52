"""What this machine holds: settings, data folder, disk, master key, queue, the web process."""

import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import redis

from bots.telegram.delivery import API_URL
from bots.transport import Transport, TransportError
from core import errors
from sunup.doctor.finding import Finding, broken, fine, warning
from sunup.doctor.probing import in_thread
from sunup.embedded import find_server, queue_url
from sunup.keys import FILE_NAME, ensure_master_key
from sunup.settings import PREFIX, Settings

_GIGABYTE = 2**30
_LITTLE_DISK = 1 * _GIGABYTE
_NO_DISK = _GIGABYTE // 10


def configured(settings: Settings) -> list[Finding]:
    """Name the settings that are set, and never a value: several of them are secrets."""
    names = sorted(f"{PREFIX}{name.upper()}" for name in settings.model_fields_set)
    if not names:
        return [fine("settings", "none is set; everything runs embedded on this machine")]
    return [fine("settings", f"set are {', '.join(names)}; everything else has its default")]


async def data_folder(settings: Settings) -> list[Finding]:
    """Look whether the data folder can be written, and how much room there is."""
    return await in_thread(lambda: [*_folder(settings.data_dir), *_disk(settings.data_dir)])


def _folder(folder: Path) -> list[Finding]:
    if not folder.exists():
        return [fine("data folder", f"{folder} is not there yet; the first start makes it")]
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        cure = "give it to the user that Sunup runs as, or set SUNUP_DATA_DIR to another one"
        return [broken("data folder", f"{folder} cannot be written: {error.strerror}", cure)]
    return [fine("data folder", f"{folder} can be written")]


def _disk(folder: Path) -> list[Finding]:
    there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    room = f"{free / _GIGABYTE:.1f} GB are free"
    if free < _NO_DISK:
        return [broken("disk", room, "make room, or move SUNUP_DATA_DIR to a larger disk")]
    if free < _LITTLE_DISK:
        return [warning("disk", room, "make room soon: files and history only grow")]
    return [fine("disk", room)]


def known_master_key(settings: Settings) -> bytes | None:
    """Return the master key; None where the first start has yet to make it.

    Raises:
        ConfigurationError: There should be one, and there is none that can be read.
    """
    kept = settings.data_dir / FILE_NAME
    if settings.master_key is None and settings.embedded_database and not kept.exists():
        return None
    return ensure_master_key(settings)


async def master_key(settings: Settings) -> list[Finding]:
    """Look whether there is a master key, and whether nobody else can read it."""
    key = await in_thread(lambda: known_master_key(settings))
    if key is None:
        return [fine("master key", "there is none yet; the first start makes it")]
    if settings.master_key is not None:
        return [fine("master key", "SUNUP_MASTER_KEY is set")]
    kept = settings.data_dir / FILE_NAME
    if stat.S_IMODE(kept.stat().st_mode) & 0o077 and os.name == "posix":
        return [warning("master key", f"{kept} can be read by other users", f"run `chmod 600 {kept}`")]
    return [fine("master key", f"kept in {kept}; back it up, without it nothing personal can be read")]


async def queue(settings: Settings) -> list[Finding]:
    """Ask the queue; where none is configured, look whether one runs here or could be started."""
    url = settings.redis_url or queue_url(settings.data_dir)
    try:
        version = await in_thread(lambda: _ping(url))
    except (redis.RedisError, OSError) as error:
        why = type(error).__name__
        return [await in_thread(lambda: _no_queue(settings, why))]
    where = "embedded" if settings.embedded_queue else "SUNUP_REDIS_URL"
    return [fine("queue", f"{where} answers (Redis {version})")]


def _ping(url: str) -> str:
    with redis.Redis.from_url(url, socket_timeout=4, socket_connect_timeout=4) as client:
        return str(client.info("server").get("redis_version", "?"))


def _no_queue(settings: Settings, why: str) -> Finding:
    if not settings.embedded_queue:
        cure = "start it, or correct SUNUP_REDIS_URL"
        return broken("queue", f"SUNUP_REDIS_URL does not answer ({why})", cure)
    try:
        return fine("queue", f"embedded; `sunup serve` starts {find_server().name}")
    except errors.ConfigurationError as missing:
        return broken("queue", "there is none on this machine", str(missing))


async def web_process(settings: Settings, transport: Transport) -> list[Finding]:
    """Ask the web process of this machine whether it is ready."""
    if settings.http_port == 0:
        return [fine("web process", "takes a free port at each start, so it is not asked here")]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http_host, settings.http_host)  # noqa: S104 - is read here
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.http_port}"
    try:
        answer = await transport.call("GET", f"{base}/readyz")
    except TransportError:
        cure = "`sunup serve` starts everything; all is well if it runs on another machine"
        return [warning("web process", f"nothing answers at {base}", cure)]
    if answer.status == 200:
        return [fine("web process", f"ready at {base}")]
    if answer.status == 503:
        return [broken("web process", f"runs at {base} and is not ready", "the lines about database and queue say why")]
    cure = "another program may have this port; set SUNUP_HTTP_PORT"
    return [warning("web process", f"{base} answers {answer.status} to a question about Sunup", cure)]


def public_url(settings: Settings) -> Sequence[Finding]:
    """Look whether providers could deliver to the public URL."""
    if settings.public_url is None:
        if settings.telegram_mode == "webhook":
            cure = "set SUNUP_PUBLIC_URL to where this server is reached from outside"
            return [
                warning("public URL", "there is none, so no webhook can be set and Telegram is not polled either", cure)
            ]
        return [fine("public URL", "none; Telegram is polled and the web chat is for this machine")]
    if urlsplit(settings.public_url).scheme == "https":
        return [fine("public URL", settings.public_url)]
    cure = "put a proxy with a certificate in front and set SUNUP_PUBLIC_URL to its https address"
    delivered = settings.telegram_mode == "webhook" and settings.telegram_api_url == API_URL
    found = f"{settings.public_url} is not https"
    if delivered and settings.telegram_token is not None:
        return [broken("public URL", f"{found}, and Telegram delivers to https alone", cure)]
    return [warning("public URL", found, cure)]
