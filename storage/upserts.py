"""Upserts: inserts that say what happens where there is such a row; each database has a class of its own for them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Upsert = postgresql.Insert | sqlite.Insert


def insert(dialect: str, table: sa.Table) -> Upsert:
    """Return an insert into a table that takes `on_conflict_do_nothing` and `on_conflict_do_update`.

    Args:
        dialect: Name of the database's kind.
        table: Where to.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
