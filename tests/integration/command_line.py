"""What the tests of the small commands stand on: an installation of their own, and the command line over it."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from storage import migrations, tables
from sunup.__main__ import command_line
from sunup.clock import SystemClock
from sunup.composition import Foundation, found
from sunup.settings import Settings, read_settings

MASTER_KEY = base64.b64encode(b"m" * 32).decode()


class Clock(SystemClock):
    """Tells the machine's time, moved by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Installation:
    """A database that is up to date, a data folder, and the settings that name both."""

    def __init__(self, folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.folder = folder
        monkeypatch.chdir(folder)  # no .env of the working copy is read
        self.set("DATA_DIR", str(folder / "var"))
        self.set("DATABASE_URL", database_url)
        self.set("MASTER_KEY", MASTER_KEY)
        self.set("HTTP_PORT", "0")

    def set(self, name: str, value: str) -> None:
        """Set a setting of this installation."""
        self._monkeypatch.setenv(f"SUNUP_{name}", value)

    @property
    def settings(self) -> Settings:
        return read_settings()

    def foundation(self) -> Foundation:
        """Join what a process of this installation stands on."""
        return found(self.settings)

    def make_database(self, *sources: str) -> None:
        """Bring the database up to date and publish documents."""
        foundation = self.foundation()
        migrations.upgrade(foundation.database)
        for source in sources:
            foundation.publications.publish(source, "test")
        foundation.database.close()

    def run(self, *arguments: str, typed: str = "") -> Result:
        """Give a command and return how it ended; an error of ours is in `exception`."""
        return CliRunner().invoke(command_line(arguments[0]), list(arguments), input=typed)

    def rows(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> list[Any]:
        foundation = self.foundation()
        try:
            with foundation.database.read() as connection:
                return list(connection.execute(sa.select(table).where(*conditions)))
        finally:
            foundation.database.close()

    def change(self, work: Callable[[sa.Connection], Any]) -> None:
        foundation = self.foundation()
        with foundation.database.write() as connection:
            work(connection)
        foundation.database.close()

    def audited(self) -> list[tuple[str, str]]:
        """Return (action, data) of what the audit has noted, in order."""
        rows = sorted(self.rows(tables.audit), key=lambda row: cast(UUID, row.id).bytes)
        return [(row.action, row.data) for row in rows if row.action != "workflow_published"]


def lines(result: Result) -> list[str]:
    """Return what a command said, line by line; what it was not expected to die of is raised again."""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return [line.rstrip() for line in result.stdout.splitlines()]
