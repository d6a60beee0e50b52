"""Migrations: an empty database becomes what the code believes it to be, once, whoever tries."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core import errors
from storage import tables
from storage.database import Database
from storage.migrations import pending, upgrade, versions
from tests.integration.storage.desk import Desk

NEWEST = max(path.name[:4] for path in Path(versions.__path__[0]).glob("[0-9]*.py"))
processes = multiprocessing.get_context("forkserver")


def differences(database: Database) -> list[object]:
    """Return what sets a database apart from the tables of the code."""
    with database.read() as connection:
        # SQLite tells defaults in other quotes than it was given.
        options = {"compare_type": True, "compare_server_default": database.dialect != "sqlite"}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, tables.metadata))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_upgrade_makes_exactly_the_tables_of_the_code(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_differences_are_seen(database: Database) -> None:
    upgrade(database)
    with database.write() as connection:
        connection.execute(sa.text("drop index ix_timers_due_at"))
        connection.execute(sa.text("alter table leases add column more integer"))
    assert len(differences(database)) == 2


def test_upgrade_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    with database.write() as connection:
        connection.execute(sa.text("insert into leases values ('mine', 'me', '2026-01-01 00:00:00')"))
    upgrade(database)
    with database.read() as connection:
        assert connection.execute(sa.text("select owner from leases")).scalars().all() == ["me"]
    assert pending(database) == []


def test_pending_names_what_is_missing(database: Database) -> None:
    assert pending(database)[0] == "0001"
    assert pending(database)[-1] == NEWEST
    upgrade(database)
    assert pending(database) == []


def test_a_database_of_a_later_release_lacks_nothing(database: Database) -> None:
    upgrade(database)
    with database.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    assert pending(database) == []


def test_upgrade_leaves_a_database_of_a_later_release_alone(database: Database) -> None:
    upgrade(database)
    with database.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    upgrade(database)
    with database.read() as connection:
        assert connection.execute(sa.text("select version_num from alembic_version")).scalar() == "9999"


def test_upgrade_by_two_threads_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(upgrade, databases)) == [None, None, None]
    assert pending(databases[0]) == []
    for database in databases:
        database.close()


def test_upgrade_by_two_processes_at_once(database_url: str) -> None:
    started = [processes.Process(target=upgrade_alone, args=(database_url,)) for _ in range(2)]
    for process in started:
        process.start()
    for process in started:
        process.join(30)
    assert [process.exitcode for process in started] == [0, 0]
    database = Database(database_url)
    assert differences(database) == []
    database.close()


def upgrade_alone(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def test_upgrade_without_a_database_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(errors.StorageUnavailable):
        upgrade(database)
    with pytest.raises(errors.StorageUnavailable):
        pending(database)
    database.close()


# -- append-only ---------------------------------------------------------------------------------


def filled(desk: Desk) -> None:
    now, here = desk.clock.now(), desk.ids.new()
    rows: dict[str, dict[str, object]] = {
        "messages": {
            "conversation_id": here, "person_id": here, "seq": 1, "inbound": True, "kind": "text", "at": now,
            "key": "k", "body": b"x",
        },
        "facts": {"person_id": here, "kind": "stopped", "at": now, "data": b"x"},
        "outcomes": {
            "person_id": here, "execution_id": here, "metric": "revenue", "value": 4500, "currency": "INR",
            "verified": False, "at": now,
        },
        "audit": {"at": now, "actor": "somebody", "action": "did", "data": "{}"},
        "workflow_versions": {
            "name": "w", "version": 1, "source": "s", "sha256": "h", "shipped": False, "published_by": "somebody",
            "published_at": now,
        },
    }  # fmt: skip
    with desk.database.write() as connection:
        for table in tables.APPEND_ONLY:
            row = rows[table.name] if "id" not in table.c else {"id": desk.ids.new(), **rows[table.name]}
            connection.execute(table.insert(), row)


@pytest.mark.parametrize("table", tables.APPEND_ONLY, ids=str)
@pytest.mark.parametrize("act", ["update", "delete", "truncate"])
def test_history_refuses_to_change(desk: Desk, table: sa.Table, act: str) -> None:
    filled(desk)
    column = next(column.name for column in table.c if isinstance(column.type, sa.String))
    change = {
        "update": sa.update(table).values({column: "other"}),
        "delete": sa.delete(table),
        "truncate": sa.text(f"{'delete from' if desk.database.dialect == 'sqlite' else 'truncate'} {table.name}"),
    }[act]
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        _run(desk, change)
    assert desk.count(table) == 1


def _run(desk: Desk, change: Any) -> None:
    with desk.database.write() as connection:
        connection.execute(change)
