"""The database: one transaction or none, and one error for every way in which it can be away."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core import errors
from storage import tables
from storage.database import Database
from tests.integration.storage.desk import Desk
from tests.servers import PostgresServer

ADD = sa.text("insert into leases values (:name, 'me', '2026-01-01 00:00:00')")


def add(database: Database, *names: str) -> None:
    with database.write() as connection:
        for name in names:
            connection.execute(ADD, {"name": name})


def test_write_keeps_everything_or_nothing(desk: Desk) -> None:
    add(desk.database, "a", "b")
    with pytest.raises(sa.exc.IntegrityError):
        add(desk.database, "c", "a")
    assert sorted(row.name for row in desk.rows(tables.leases)) == ["a", "b"]


def test_read_sees_what_was_committed_while_another_writes(desk: Desk) -> None:
    add(desk.database, "a")
    with desk.database.write() as connection:
        connection.execute(ADD, {"name": "b"})
        assert [row.name for row in desk.rows(tables.leases)] == ["a"]
    assert len(desk.rows(tables.leases)) == 2


def test_a_database_that_was_never_there_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(errors.StorageUnavailable):
        database.ping()
    with pytest.raises(errors.StorageUnavailable):
        add(database, "a")
    database.close()


def test_a_server_that_crashes_in_a_transaction_is_unavailable_and_comes_back(postgres_server: PostgresServer) -> None:
    desk = Desk(postgres_server.database_url("postgres"))

    def crash() -> None:
        with desk.database.write() as connection:
            connection.execute(ADD, {"name": "a"})
            postgres_server.kill()
            connection.execute(ADD, {"name": "b"})

    with pytest.raises(errors.StorageUnavailable):
        crash()
    with pytest.raises(errors.StorageUnavailable):
        desk.database.ping()
    postgres_server.start()
    desk.database.ping()
    assert desk.rows(tables.leases) == []
    add(desk.database, "a")
    desk.close()


def test_a_connection_that_is_cut_is_unavailable(postgres_desk: Desk) -> None:
    def cut() -> None:
        with postgres_desk.database.write() as connection:
            connection.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(errors.StorageUnavailable):
        cut()
    postgres_desk.database.ping()


def test_errors_do_not_tell_what_was_written(desk: Desk) -> None:
    with pytest.raises(sa.exc.IntegrityError) as raised:
        add(desk.database, "quokkas", "quokkas")
    assert "quokkas" not in str(raised.value).partition("DETAIL")[0]
