"""The secrets that Sunup makes for itself: the master key, and the proof that an update comes from Telegram.

May import `core` and `sunup.settings`. A secret that every process must agree on is derived from
the master key here, so that there is one secret to keep and to back up.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from core.errors import ConfigurationError
from sunup.setting_types import MASTER_KEY_BYTES
from sunup.settings import Settings

FILE_NAME = "master.key"


def ensure_master_key(settings: Settings) -> bytes:
    """Return the 32 bytes that wrap every person's data key, made on the first start on one machine.

    On SQLite the key is kept as base64 in `master.key` in the data folder, readable by its owner alone.
    On PostgreSQL several machines must hold the same key, so it has to be set.

    Raises:
        ConfigurationError: PostgreSQL without a key, or a kept key that cannot be read.
    """
    if settings.master_key is not None:
        return base64.b64decode(settings.master_key.get_secret_value())
    if not settings.embedded_database:
        raise ConfigurationError(
            "SUNUP_MASTER_KEY must be set when SUNUP_DATABASE_URL is PostgreSQL, because every process needs the same "
            "key; `openssl rand -base64 32` prints one."
        )
    path = settings.data_dir / FILE_NAME
    if not path.exists():
        _keep_new_key(path)
    return _kept_key(path)


def telegram_secret(settings: Settings) -> str:
    """Return what Telegram must send in `X-Telegram-Bot-Api-Secret-Token`.

    Where none is set it is derived from the master key and the bot's number, so every process and machine with
    the same key expects the same secret, also before and after a restart.

    Raises:
        ConfigurationError: There is no Telegram token, or no master key to derive from.
    """
    if settings.telegram_secret is not None:
        return settings.telegram_secret.get_secret_value()
    if settings.telegram_token is None:
        raise ConfigurationError("SUNUP_TELEGRAM_TOKEN must be set to the token that @BotFather shows.")
    bot = settings.telegram_token.get_secret_value().partition(":")[0]
    purpose = f"telegram webhook secret of bot {bot}".encode()
    return hmac.new(ensure_master_key(settings), purpose, hashlib.sha256).hexdigest()


def _keep_new_key(path: Path) -> None:
    """Write a fresh key, unless another process is first.

    The key is written whole and flushed under another name, then linked: a link fails where the name is taken,
    so of several processes that start together one wins and no one ever reads half a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        Path(draft).unlink()


def _kept_key(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, binascii.Error) as error:
        raise ConfigurationError(_unusable(path)) from error
    if len(key) != MASTER_KEY_BYTES:
        raise ConfigurationError(_unusable(path))
    return key


def _unusable(path: Path) -> str:
    return (
        f"SUNUP_MASTER_KEY is not set and {path} holds no key that can be read; restore that file from a backup, "
        "because without it everything sealed so far stays unreadable."
    )
