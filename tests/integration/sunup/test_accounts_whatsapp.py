"""`sunup accounts add whatsapp`: a sender is stored once Twilio has proven its credentials."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import Result

from core import errors
from storage import tables
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio.account import SANDBOX, Account
from tests.integration.command_line import Installation, lines

PUBLIC = "https://sunup.example"


@pytest.fixture
def here(tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, twilio: FakeTwilio) -> Installation:
    installation = Installation(tmp_path, sqlite_database_url, monkeypatch)
    installation.make_database()
    installation.set("TWILIO_API_URL", twilio.api_url)
    installation.set("TWILIO_CONTENT_API_URL", twilio.api_url)
    installation.set("PUBLIC_URL", PUBLIC)
    return installation


async def add(here: Installation, account: Account, name: str = "support", **other: str) -> Result:
    """Give the command beside the running server, with the account's credentials or others."""
    given = {"sid": account.sid, "token": account.auth_token, "sender": account.sender} | other
    typed = "".join(f"{line}\n" for line in given.values())
    return await asyncio.to_thread(lambda: here.run("accounts", "add", "whatsapp", name, typed=typed))


def stored(here: Installation) -> list[str]:
    return [row.name for row in here.rows(tables.accounts)]


def refusal(result: Result) -> str:
    assert isinstance(result.exception, errors.ConfigurationError)
    return str(result.exception)


async def test_sender_is_added_and_told_where_to_deliver(here: Installation, account: Account) -> None:
    result = await add(here, account)

    assert lines(result) == [
        "+15550001111 is the whatsapp account support.",
        f"In Twilio's console, its webhook for incoming messages must be {PUBLIC}/webhooks/whatsapp/support "
        f"and that for statuses {PUBLIC}/webhooks/whatsapp/status/support.",
    ]
    foundation = here.foundation()
    kept = foundation.accounts.find("whatsapp", "support")
    foundation.database.close()
    assert kept is not None
    assert kept.credentials == {
        "account_sid": account.sid,
        "auth_token": account.auth_token,
        "sender": account.sender,
    }
    assert account.auth_token.encode() not in here.rows(tables.accounts)[0].credentials
    assert here.audited() == [("account_added", '{"channel":"whatsapp","account":"support"}')]


@pytest.mark.parametrize("sender", [SANDBOX, "service"])
async def test_sandbox_and_service_are_senders_too(here: Installation, account: Account, sender: str) -> None:
    result = await add(here, account, sender=account.service_sid if sender == "service" else sender)

    assert result.exit_code == 0
    assert stored(here) == ["support"]


async def test_sender_that_cannot_be_looked_up_is_stored(
    here: Installation, twilio: FakeTwilio, account: Account
) -> None:
    twilio.faults.fail(method="senders")

    assert (await add(here, account)).exit_code == 0
    assert stored(here) == ["support"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"sid": "SK123"}, "This is no account SID"),
        ({"token": "0" * 32}, "Twilio refuses this SID with this auth token, so nothing was stored"),
        ({"sender": "whatsapp:+15559999999"}, "This Twilio account has no WhatsApp sender +15559999999"),
        ({"sender": "MG" + "0" * 32}, "This Twilio account has no WhatsApp sender MG0"),
        ({"sender": "me"}, "SUNUP_WHATSAPP_FROM must be the sender's number"),
    ],
)
async def test_what_is_wrong_is_said_and_not_stored(
    here: Installation, account: Account, other: dict[str, str], said: str
) -> None:
    result = await add(here, account, **other)

    assert refusal(result).startswith(said)
    assert account.auth_token not in refusal(result)
    assert stored(here) == []


async def test_suspended_account_is_not_stored(here: Installation, account: Account) -> None:
    account.status = "suspended"

    assert refusal(await add(here, account)) == "This Twilio account is suspended, so nothing was stored."


async def test_twilio_that_is_away_stores_nothing(here: Installation, account: Account) -> None:
    here.set("TWILIO_API_URL", "http://127.0.0.1:1")

    assert refusal(await add(here, account)).startswith("Twilio was not reached at http://127.0.0.1:1 (")
    assert stored(here) == []


async def test_sender_is_one_account_alone(here: Installation, account: Account) -> None:
    await add(here, account)

    again = await add(here, account)
    second = await add(here, account, "second", sender=account.sender.removeprefix("whatsapp:"))

    assert again.exit_code == 0
    assert refusal(second) == "This sender is the account 'support' already; each sender is one account."


async def test_sender_of_the_environment_is_no_second_account(here: Installation, account: Account) -> None:
    here.set("TWILIO_ACCOUNT_SID", account.sid)
    here.set("TWILIO_AUTH_TOKEN", account.auth_token)
    here.set("WHATSAPP_FROM", account.sender)

    assert "'default' already" in refusal(await add(here, account))
    assert "SUNUP_TWILIO_ACCOUNT_SID" in refusal(await add(here, account, "default"))


async def test_door_is_no_name(here: Installation, account: Account) -> None:
    assert (await add(here, account, "status")).exit_code == 2
    assert stored(here) == []
