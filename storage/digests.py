"""Digests of the published workflows: whether a document is current already, without reading any document."""

import sqlalchemy as sa

from storage import tables
from storage.database import Database

_workflows, _versions = tables.workflows, tables.workflow_versions
_CURRENT = sa.select(_versions.c.sha256).join(
    _workflows, (_workflows.c.name == _versions.c.name) & (_workflows.c.version == _versions.c.version)
)


def current_digests(database: Database) -> frozenset[str]:
    """Return the SHA-256, in hex, of every document that is current.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    with database.read() as connection:
        return frozenset(connection.execute(_CURRENT).scalars())
