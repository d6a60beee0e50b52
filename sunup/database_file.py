"""The database file of this machine: whether it can be Sunup's, looked at before anything opens it."""

import os
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from core import errors
from sunup.settings import Settings

_OLDEST = (3, 35, 0)
"""SQLite before it cannot say what a statement has changed. Source: https://sqlite.org/lang_returning.html"""
_HEADER = b"SQLite format 3\0"
"""Source: https://sqlite.org/fileformat.html#the_database_header"""


def check_database_file(settings: Settings) -> None:
    """Return where the file of the settings can be opened, or made; also where the database is PostgreSQL.

    Raises:
        ConfigurationError: It is no database, this user may not use it, or this Python's SQLite is too old.
    """
    if not settings.embedded_database:
        return
    if sqlite3.sqlite_version_info < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        raise errors.ConfigurationError(
            f"This Python has SQLite {sqlite3.sqlite_version} and Sunup needs {wanted} or newer; use another Python, "
            "or set SUNUP_DATABASE_URL to a PostgreSQL."
        )
    file = Path(str(sa.make_url(settings.database_url).database))
    try:
        exists = file.exists()
        header = _header(file) if exists else _HEADER
    except OSError as error:
        raise errors.ConfigurationError(
            f"SUNUP_DATABASE_URL names {file}, which cannot be read ({error.strerror}); name another file."
        ) from error
    if header not in (b"", _HEADER):
        raise errors.ConfigurationError(f"SUNUP_DATABASE_URL names {file}, which is no database; name another file.")
    if exists and not os.access(file, os.W_OK):
        raise errors.ConfigurationError(
            f"SUNUP_DATABASE_URL names {file}, which this user may not write to; give it to them, or name another file."
        )


def _header(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(len(_HEADER))
