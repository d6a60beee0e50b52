"""The database: one engine for writing and one for reading, the same code for PostgreSQL and SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from core import errors

_LOST = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    # 16 MB of cache and 16 MB of write-ahead log: a page that many turns change is read and copied back less often.
    # A fifth off the intake's own CPU in a file of 20,000 turns; hardly to be seen with the web process around it.
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)


class Database:
    """Connections to one database.

    Args:
        url: `sqlite:///PATH` or `postgresql://…`; a bare `postgresql://` means the driver psycopg.
        pool: Most connections that this process holds for writing; reading may take as many again.
    """

    def __init__(self, url: str, *, pool: int = 4) -> None:
        address = sa.make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        self.dialect = address.get_backend_name()
        if self.dialect == "sqlite":
            if address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite(address, "BEGIN IMMEDIATE")
            self._reader = _sqlite(address, "BEGIN")
        else:
            self._writer = _postgresql(address, pool)
            self._reader = self._writer

    @property
    def engine(self) -> sa.Engine:
        """The writing engine, for migrations."""
        return self._writer

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Run one transaction; it is committed at the end and rolled back on any exception.

        Raises:
            StorageUnavailable: The database does not answer; nothing of the transaction was kept,
                unless it was lost in the very moment of the commit.
        """
        with _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Run statements that change nothing.

        Raises:
            StorageUnavailable: The database does not answer.
        """
        with _translated(), self._reader.begin() as connection:
            yield connection

    def ping(self) -> None:
        """Return when the database answers.

        Raises:
            StorageUnavailable: It does not.
        """
        with self.read() as connection:
            connection.execute(sa.text("select 1"))

    def close(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        # The driver's words may hold statement parameters; the type is enough to act on.
        raise errors.StorageUnavailable from error
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise errors.StorageUnavailable from error
        raise


def _postgresql(address: sa.URL, pool: int) -> sa.Engine:
    return sa.create_engine(
        address,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "sunup", "prepare_threshold": 2},
    )


def _sqlite(address: sa.URL, begin: str) -> sa.Engine:
    engine = sa.create_engine(
        address, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 10}, pool_size=8
    )

    @sa.event.listens_for(engine, "connect")
    def _connect(dbapi: Any, record: Any) -> None:
        # The driver's own transactions start too late for read-modify-write; ours begin by hand below.
        dbapi.isolation_level = None
        for pragma in _PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A deferred BEGIN that turns into a write fails at once when another writer was faster: 27 % measured.
        connection.exec_driver_sql(begin)

    return engine
