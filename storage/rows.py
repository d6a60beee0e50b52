"""Rows: many rows of many tables, as cheaply as each database takes them.

PostgreSQL gets the rows of a table as one JSON parameter that `json_to_recordset` unfolds: a quarter of the work, in
this process, of binding every value of every row. Several tables travel in one statement, so that a batch
waits once for them. SQLite, which runs inside this process, gets them bound, without SQLAlchemy's own work for each
value. The same rows give the same result on both.

What every turn does goes to the driver itself: SQLAlchemy's own work for a statement costs more than the driver's.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import pysqlite

from storage.columns import Moment

Row = Mapping[str, Any]
Bind = Callable[[Any], Any]

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_SQLITE = pysqlite.dialect()


class Statement:
    """One statement for many rows of a table.

    Args:
        table: The table.
        values: Its columns, each with the name of the value in a row.
        postgresql: The statement for rows that stand in `given`.
        sqlite: The statement for one row, with a `?` for each value in this order.
    """

    def __init__(self, table: sa.Table, values: Mapping[str, str], *, postgresql: str, sqlite: str) -> None:
        self.postgresql = postgresql.format(given=_given(table, values))
        self.sqlite = sqlite
        self._values = itemgetter(*values.values())
        bound = enumerate(_bind(table.c[column]) for column in values)
        self._bound = tuple((place, bind) for place, bind in bound if bind)

    def bind(self, row: Row) -> list[Any]:
        """Return a row's values as SQLite keeps them."""
        values = list(self._values(row))
        for place, bind in self._bound:
            values[place] = bind(values[place])
        return values


def execute(connection: sa.Connection, work: Sequence[tuple[Statement, Sequence[Row]]]) -> None:
    """Execute statements for their rows, in this order; those without rows are passed over.

    No row may be touched by two of them, and none may depend on another: PostgreSQL sees all rows as they were before,
    and does the parts in an order of its own.
    """
    work = [(statement, rows) for statement, rows in work if rows]
    if connection.dialect.name != "postgresql":
        with _cursor(connection) as cursor:
            for statement, rows in work:
                cursor.executemany(statement.sqlite, [statement.bind(row) for row in rows])
    elif work:
        parameters = [orjson.dumps(rows, default=_plain).decode() for _, rows in work]
        with _cursor(connection) as cursor:
            cursor.execute(_joined(tuple(statement for statement, _ in work)), parameters)


class Query:
    """A statement that is given many texts at once, as one JSON parameter, and gives rows.

    Args:
        sql: With `{given}` for the texts as a table `given` of one column `value`, or with `{among}` for the condition
            that a column is one of them, `{among_ids}` where they are identifiers; with `%s` for every other parameter.
            What stands in `{postgresql:…}` is left out on SQLite.
        by_index: Whether an index has to give the rows in their order, whatever the planner thinks of it. Then
            nothing else of the transaction is sorted either.
    """

    def __init__(self, sql: str, *, by_index: bool = False) -> None:
        self.sql = sql
        self._by_index = by_index
        own = re.compile(r"\{postgresql:([^}]*)\}")
        # A join with the texts would read all of a table of ten thousand rows; an array goes through its index.
        among = "= any(array(select json_array_elements_text(%s::json){}))"
        self._postgresql = own.sub(r"\1", sql).format(
            given="json_array_elements_text(%s::json) as given(value)",
            among=among.format(""),
            among_ids=among.format("::uuid"),
        )
        listed = "in (select value from json_each(%s))"
        self._sqlite = (
            own.sub("", sql).format(given="json_each(%s) as given", among=listed, among_ids=listed).replace("%s", "?")
        )

    def rows(self, connection: sa.Connection, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows; identifiers and moments as `uuid_of` and `moment_of` take them.

        Args:
            connection: An open transaction.
            parameters: In the order of the statement; a list for `{given}`, `{among}` and `{among_ids}`.
        """
        with _cursor(connection) as cursor:
            if connection.dialect.name == "postgresql":
                if self._by_index:
                    cursor.execute("set local enable_sort = off")
                # Planned anew each time: a plan from the hour in which the tables were empty would read all of them.
                cursor.execute(self._postgresql, [_listed(one) for one in parameters], prepare=False)
            else:
                cursor.execute(self._sqlite, [_plain_for_sqlite(one) for one in parameters])
            return list(cursor.fetchall())


def uuid_of(value: UUID | str) -> UUID:
    """Return an identifier as `Query.rows` gave it as a UUID."""
    return value if isinstance(value, UUID) else UUID(value)


def moment_of(value: datetime | str) -> datetime:
    """Return a moment as `Query.rows` gave it as an aware one in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _listed(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def _plain_for_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list):
        value = [one.hex if isinstance(one, UUID) else one for one in value]
    return _moment(value) if isinstance(value, datetime) else _listed(value)


@contextmanager
def _cursor(connection: sa.Connection) -> Iterator[Any]:
    """Lend the driver's cursor; its errors come out as SQLAlchemy's, as they would anywhere else."""
    cursor = connection.connection.cursor()
    own = connection.dialect.loaded_dbapi.Error
    try:
        yield cursor
    except own as error:
        raise sa.exc.DBAPIError.instance(None, None, error, own, hide_parameters=True) from error
    finally:
        cursor.close()


@lru_cache(maxsize=256)
def _joined(statements: tuple[Statement, ...]) -> str:
    """Return one statement that does the work of several."""
    *others, last = (statement.postgresql for statement in statements)
    parts = ", ".join(f"part_{place} as ({other})" for place, other in enumerate(others))
    return f"with {parts} {last}" if parts else last


def insert(table: sa.Table, conflict: str = "", constants: Mapping[str, str] | None = None) -> Statement:
    """Return what inserts rows.

    Args:
        table: Where to.
        conflict: What to do where there is such a row, for instance `on conflict (id) do nothing`.
        constants: Columns that are the same in every row, each with its SQL; rows hold all the others.
    """
    constants = constants or {}
    given = [name for name in table.c.keys() if name not in constants]  # noqa: SIM118 - iterates over columns else
    columns = ", ".join(map(_quoted, [*given, *constants]))
    into = f"insert into {table.name} ({columns})"
    selected = ", ".join([*map(_quoted, given), *constants.values()])
    marks = ", ".join(["?"] * len(given) + list(constants.values()))
    return Statement(
        table,
        {name: name for name in given},
        postgresql=f"{into} select {selected} from {{given}} {conflict}",  # noqa: S608 - names of our own tables
        sqlite=f"{into} values ({marks}) {conflict}",
    )


def update(table: sa.Table, changes: Mapping[str, str], where: Mapping[str, str]) -> Statement:
    """Return what changes rows.

    Args:
        table: Where.
        changes: Columns that are set, each with the name of its value in a row.
        where: Columns that find the row, each with the name of its value.
    """
    many = ", ".join(f"{_quoted(column)} = given.{_quoted(name)}" for column, name in changes.items())
    one = ", ".join(f"{_quoted(column)} = ?" for column in changes)
    return Statement(
        table,
        {**changes, **where},
        postgresql=f"update {table.name} set {many} from {{given}} where {_same(table, where)}",  # noqa: S608 - names of our own tables
        sqlite=f"update {table.name} set {one} where {_marks(where)}",  # noqa: S608 - names of our own tables
    )


def delete(table: sa.Table, where: Mapping[str, str]) -> Statement:
    """Return what deletes rows; `where` as in `update`."""
    return Statement(
        table,
        where,
        postgresql=f"delete from {table.name} using {{given}} where {_same(table, where)}",  # noqa: S608 - names of our own tables
        sqlite=f"delete from {table.name} where {_marks(where)}",  # noqa: S608 - names of our own tables
    )


def _given(table: sa.Table, values: Mapping[str, str]) -> str:
    kinds = (f"{_quoted(name)} {table.c[column].type.compile(_POSTGRESQL)}" for column, name in values.items())
    return f"json_to_recordset(%s::json) as given({', '.join(kinds)})"


def _same(table: sa.Table, where: Mapping[str, str]) -> str:
    return " and ".join(f"{table.name}.{_quoted(column)} = given.{_quoted(name)}" for column, name in where.items())


def _marks(where: Mapping[str, str]) -> str:
    return " and ".join(f"{_quoted(column)} = ?" for column in where)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _plain(value: Any) -> str:
    """Return what JSON has no form for as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def _bind(column: sa.Column[Any]) -> Bind | None:
    """Return what turns a value into what SQLite keeps; None where it is kept as it is."""
    bind = column.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
    # The moments of a batch are few and the same.
    return lru_cache(maxsize=256)(bind) if bind and isinstance(column.type, sa.DateTime) else bind


_moment = _bind(sa.Column(Moment)) or str
