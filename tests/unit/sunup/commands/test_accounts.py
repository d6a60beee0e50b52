"""Where an account's credentials come from: never from the command line."""

import io
import sys

import pytest
import typer

from sunup.commands.accounts import credentials_for


def test_credentials_come_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_BOT_TOKEN", " 100:made-up \n")

    assert credentials_for("telegram", ["token=SUPPORT_BOT_TOKEN"]) == {"token": "100:made-up"}


def test_credentials_come_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("100:made-up\nmore\n"))

    assert credentials_for("telegram", []) == {"token": "100:made-up"}


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (["token=NO_SUCH_VARIABLE"], "is not set"),
        (["token"], "is not set"),
        (["password=HOME"], "it takes token"),
        ([], "expected on standard input"),
    ],
)
def test_credentials_missing_are_asked_for_in_words(
    monkeypatch: pytest.MonkeyPatch, env: list[str], words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    with pytest.raises(typer.BadParameter, match=words):
        credentials_for("telegram", env)
