"""The database file: what cannot be Sunup's is refused with one sentence, before anything opens it."""

import sqlite3
from pathlib import Path

import pytest

from core import errors
from sunup.database_file import check_database_file
from sunup.settings import Settings, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sunup.db"


def settings_of(url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SUNUP_DATABASE_URL", url)
    return read_settings(None)


def refusal(file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    with pytest.raises(errors.ConfigurationError) as refused:
        check_database_file(settings_of(f"sqlite:///{file}", monkeypatch))
    return str(refused.value)


def test_file_that_has_yet_to_be_made_is_fine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_database_file(settings_of(f"sqlite:///{file}", monkeypatch))


def test_database_and_empty_file_are_fine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.touch()
    check_database_file(settings_of(f"sqlite:///{file}", monkeypatch))
    with sqlite3.connect(file) as connection:
        connection.execute("create table one (id)")
    connection.close()
    check_database_file(settings_of(f"sqlite:///{file}", monkeypatch))


def test_postgresql_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    check_database_file(settings_of("postgresql://sunup@localhost/sunup", monkeypatch))


def test_file_of_another_kind_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("root:x:0:0:root:/root:/bin/bash\n")
    assert refusal(file, monkeypatch) == f"SUNUP_DATABASE_URL names {file}, which is no database; name another file."


def test_folder_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.mkdir()
    assert "which cannot be read (Is a directory)" in refusal(file, monkeypatch)


def test_file_of_somebody_else_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.touch()
    monkeypatch.setattr("os.access", lambda path, mode: False)  # whoever is root may write to everything
    assert "which this user may not write to" in refusal(file, monkeypatch)


def test_old_sqlite_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version", "3.31.1")
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 31, 1))
    assert refusal(file, monkeypatch).startswith("This Python has SQLite 3.31.1 and Sunup needs 3.35.0 or newer;")
