"""Plans: how a database goes about a statement."""

from typing import Any

import sqlalchemy as sa

from storage.database import Database


def explain(database: Database, statement: sa.Select[Any], parameters: dict[str, object], word: str = "") -> str:
    """Return the database's plan for a statement exactly as the driver gets it.

    Args:
        database: Which one.
        statement: What is asked.
        parameters: With which values.
        word: With what it is asked for; the database's plainest where empty.
    """
    asked: list[tuple[str, Any]] = []
    with database.read() as connection:
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda c, cursor, sql, values, context, many: asked.append((sql, values)),
        )
        connection.execute(statement, parameters)
        [(sql, values)] = asked
        word = word or ("EXPLAIN" if database.dialect == "postgresql" else "EXPLAIN QUERY PLAN")
        return "\n".join(" ".join(map(str, row)) for row in connection.exec_driver_sql(f"{word} {sql}", values))
