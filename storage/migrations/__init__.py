"""Migrations: each is safe with the release before it, so that processes can be renewed one by one.

`upgrade` brings a database to this release; `pending` says what is missing. A new migration is one file in
`versions/`, called by its number, with an upgrade that only adds; what is no longer used is dropped a release later.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent
_LOCK = 7_305_117
"""Key of the advisory lock under which PostgreSQL is upgraded; any number that nobody else uses."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring a database to a revision; several processes may try at once.

    A database of a later release is left as it is: its migrations are safe with this one.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    # Alembic costs most of a second of a start, and only who upgrades needs it.
    from alembic import command

    if (version(database) or "") > _known()[-1]:
        return
    with database.write() as connection:
        if database.dialect == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def pending(database: Database) -> list[str]:
    """Return the revisions that a database lacks, oldest first; empty when it is up to date.

    A database of a later release lacks nothing: migrations are safe with the release before them.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    present = version(database)
    return [revision for revision in _known() if present is None or revision > present]


def version(database: Database) -> str | None:
    """Return the newest revision that a database has; None for an empty one.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("select version_num from alembic_version")).scalar()
        return None if found is None else str(found)


def _known() -> list[str]:
    return sorted(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py"))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
