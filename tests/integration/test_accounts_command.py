"""`sunup accounts`: bots are added with a proven token, which is sealed and stands nowhere in clear."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from core import errors
from storage import tables
from storage.accounts import Account
from tests.fakes.telegram import FakeTelegram
from tests.integration.command_line import Installation, lines

TOKEN = "100:a-very-secret-token"
RENEWED = "100:another-secret-token"
OTHER = "200:a-third-secret-token"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        server.bot(TOKEN, username="support_bot")
        yield server


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, telegram: FakeTelegram) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database()
    installation.set("TELEGRAM_API_URL", telegram.api_url)
    return installation


async def run(here: Installation, *arguments: str, typed: str = "") -> Result:
    """Give a command beside the running server."""
    return await asyncio.to_thread(lambda: here.run("accounts", *arguments, typed=typed))


def stored(here: Installation, name: str) -> Account | None:
    foundation = here.foundation()
    try:
        return foundation.accounts.find("telegram", name)
    finally:
        foundation.database.close()


def raw(here: Installation) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in here.rows(tables.accounts)]


async def test_bot_is_added_sealed_with_a_secret_of_its_own(here: Installation) -> None:
    result = await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")

    assert lines(result) == [
        "@support_bot is the telegram account support.",
        "Its updates are delivered to /webhooks/telegram/support below the public URL, or polled.",
    ]
    account = stored(here, "support")
    assert account is not None
    assert account.credentials["token"] == TOKEN
    assert account.credentials["username"] == "support_bot"
    assert len(account.credentials["secret"]) >= 32
    assert b"secret-token" not in raw(here)[0]["credentials"]
    assert here.audited() == [("account_added", '{"channel":"telegram","account":"support"}')]


async def test_token_comes_from_a_variable(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_BOT_TOKEN", TOKEN)

    result = await run(here, "add", "telegram", "support", "--env", "token=SUPPORT_BOT_TOKEN")

    assert result.exit_code == 0
    assert stored(here, "support") is not None


async def test_new_token_keeps_the_secret(here: Installation, telegram: FakeTelegram) -> None:
    await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")
    before = stored(here, "support")
    telegram.bot(RENEWED, username="support_bot")
    await run(here, "pause", "telegram", "support")

    await run(here, "add", "telegram", "support", typed=f"{RENEWED}\n")

    after = stored(here, "support")
    assert before is not None
    assert after is not None
    assert (after.credentials["token"], after.status) == (RENEWED, "active")
    assert after.credentials["secret"] == before.credentials["secret"]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("999:not-known-to-telegram", "Telegram refuses this token, so nothing was stored; ask @BotFather for it."),
        ("no token", "This is no token; one looks like 123456:ABC-DEF, as @BotFather shows it."),
    ],
)
async def test_token_that_is_refused_is_not_stored(here: Installation, token: str, said: str) -> None:
    result = await run(here, "add", "telegram", "support", typed=f"{token}\n")

    assert isinstance(result.exception, errors.ConfigurationError)
    assert str(result.exception) == said
    assert raw(here) == []


async def test_token_that_cannot_be_proved_is_not_stored(here: Installation) -> None:
    here.set("TELEGRAM_API_URL", "http://127.0.0.1:1")

    result = await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")

    assert str(result.exception).startswith("Telegram was not reached at http://127.0.0.1:1 (")
    assert raw(here) == []


async def test_bot_is_one_account_alone(here: Installation) -> None:
    await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")

    result = await run(here, "add", "telegram", "second", typed=f"{TOKEN}\n")

    assert isinstance(result.exception, errors.ConfigurationError)
    assert "'support' already" in str(result.exception)


async def test_bot_of_the_environment_is_no_second_account(here: Installation) -> None:
    here.set("TELEGRAM_TOKEN", TOKEN)

    result = await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")
    default = await run(here, "add", "telegram", "default", typed=f"{TOKEN}\n")
    removed = await run(here, "remove", "telegram", "default")

    for one in (result, default, removed):
        assert isinstance(one.exception, errors.ConfigurationError)


@pytest.mark.parametrize("arguments", [("web", "x"), ("pigeon", "x"), ("telegram", "Support bot"), ("telegram", "")])
async def test_account_that_cannot_be_is_refused(here: Installation, arguments: tuple[str, str]) -> None:
    assert (await run(here, "add", *arguments, typed="x\n")).exit_code == 2
    assert raw(here) == []


async def test_removed_account_leaves_no_credentials(here: Installation) -> None:
    await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")

    await run(here, "remove", "telegram", "support")

    assert stored(here, "support") is None
    assert [(row["status"], row["credentials"]) for row in raw(here)] == [("removed", None)]
    assert [action for action, _ in here.audited()] == ["account_added", "account_removed"]


async def test_paused_account_says_why_until_it_is_used_again(here: Installation) -> None:
    await run(here, "add", "telegram", "support", typed=f"{TOKEN}\n")

    await run(here, "pause", "telegram", "support", "--reason", "moving house")
    paused = lines(await run(here, "list"))
    await run(here, "use", "telegram", "support")
    used = lines(await run(here, "list"))

    assert paused == ["telegram\tsupport\tpaused\tstored\tmoving house"]
    assert used == ["telegram\tsupport\tactive\tstored"]


@pytest.mark.parametrize("command", ["pause", "use", "remove"])
async def test_account_that_is_none_is_told_of(here: Installation, command: str) -> None:
    result = await run(here, command, "telegram", "nobody")

    assert isinstance(result.exception, errors.ConfigurationError)
    assert "sunup accounts list" in str(result.exception)


async def test_terminal_is_no_account_of_the_list(here: Installation) -> None:
    foundation = here.foundation()
    foundation.accounts.id_of("terminal", "default")
    foundation.database.close()

    assert lines(await run(here, "list")) == ["There are no accounts yet; `sunup accounts add telegram NAME` adds one."]
