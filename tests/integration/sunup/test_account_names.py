"""Accounts may be called anything but what their channel's own addresses are called."""

from pathlib import Path

import pytest

from bots.registry import DOORS
from storage import tables
from tests.integration.command_line import Installation

NAMES = [(channel, name) for channel, names in DOORS.items() for name in names if name]


@pytest.mark.parametrize(("channel", "name"), NAMES)
def test_account_named_like_a_door_is_refused_before_anything_is_asked(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, channel: str, name: str
) -> None:
    here = Installation(tmp_path, sqlite_database_url, monkeypatch)
    here.make_database()
    result = here.run("accounts", "add", channel, name, typed="x\nx\nx\n")
    assert result.exit_code == 2
    assert "choose another name" in " ".join(result.output.replace("│", " ").split())
    assert here.rows(tables.accounts) == []
