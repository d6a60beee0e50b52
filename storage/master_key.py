"""The master key, compared with what a database was sealed with before anything runs over it."""

import sqlalchemy as sa

from core import errors
from storage import tables
from storage.database import Database
from storage.sealing import MasterKeyMissing, Sealer

_NEWEST = (
    sa.select(tables.people.c.id, tables.people.c.data_key)
    .where(tables.people.c.data_key.is_not(None))
    .order_by(tables.people.c.id.desc())
    .limit(1)
)


def check_master_key(database: Database, sealer: Sealer) -> None:
    """Return where the newest person's data key opens, or where there is nobody yet.

    Raises:
        ConfigurationError: The configured master key is not the one that this database was sealed with.
        StorageUnavailable: The database does not answer.
    """
    with database.read() as connection:
        row = connection.execute(_NEWEST).first()
    try:
        if row is not None:
            sealer.seal_of(row.id, row.data_key)
    except MasterKeyMissing:
        raise errors.ConfigurationError(
            "SUNUP_MASTER_KEY is not the key that this database was sealed with; set it as it was before."
        ) from None
