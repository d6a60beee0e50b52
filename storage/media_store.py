"""The media store: sealed bytes by key, in a folder or in a bucket."""

import contextlib
import os
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from core import errors


class MediaStore:
    """Keeps bytes.

    Args:
        url: `file:///folder`, which is made where it is missing, `s3://bucket/prefix`, or `memory:///`.

    Raises:
        ConfigurationError: There can be no store at this URL.
    """

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {}
        try:
            if url.startswith("file://"):
                _own_folder(Path(url.removeprefix("file://")))
                options["mkdir"] = True
            self._store = from_url(url, **options)
        except (BaseError, OSError, ValueError) as error:
            raise errors.ConfigurationError(
                "SUNUP_MEDIA_URL must be file:///folder, one that this user may write to, or s3://bucket/prefix."
            ) from error

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes; what was there before is replaced as a whole.

        Raises:
            StorageUnavailable: They were not kept.
        """
        try:
            obstore.put(self._store, key, data)
        except (BaseError, OSError) as error:
            raise errors.StorageUnavailable("The media store does not answer.") from error

    def get(self, key: str) -> bytes:
        """Return what is kept.

        Raises:
            LookupError: There is nothing under this key.
            StorageUnavailable: The store does not answer.
        """
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError as error:
            raise LookupError(key) from error
        except (BaseError, OSError) as error:
            raise errors.StorageUnavailable("The media store does not answer.") from error

    def delete(self, key: str) -> None:
        """Remove what is kept; nothing happens where there is nothing.

        Raises:
            StorageUnavailable: The store does not answer.
        """
        try:
            with contextlib.suppress(FileNotFoundError):
                obstore.delete(self._store, key)
        except (BaseError, OSError) as error:
            raise errors.StorageUnavailable("The media store does not answer.") from error


def _own_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(folder)
