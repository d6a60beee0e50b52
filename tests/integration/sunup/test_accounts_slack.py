"""`sunup accounts add slack`: a workspace is stored once Slack has proven its token."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import Result

from bots.slack.install import SCOPES
from core import errors
from storage import tables
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import Workspace
from tests.integration.command_line import Installation, lines

PUBLIC = "https://sunup.example"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as server:
        yield server


@pytest.fixture
def team(slack: FakeSlack) -> Workspace:
    return slack.workspace("Sunrise", scopes=SCOPES)


@pytest.fixture
def here(tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, slack: FakeSlack) -> Installation:
    installation = Installation(tmp_path, sqlite_database_url, monkeypatch)
    installation.make_database()
    installation.set("SLACK_API_URL", slack.api_url)
    installation.set("PUBLIC_URL", PUBLIC)
    return installation


async def add(here: Installation, token: str, name: str = "crew") -> Result:
    typed = f"{token}\na-signing-secret\n"
    return await asyncio.to_thread(lambda: here.run("accounts", "add", "slack", name, typed=typed))


def stored(here: Installation) -> list[str]:
    return [row.name for row in here.rows(tables.accounts)]


def refusal(result: Result) -> str:
    assert isinstance(result.exception, errors.ConfigurationError)
    return str(result.exception)


async def test_workspace_is_added_with_what_slack_tells(here: Installation, team: Workspace) -> None:
    result = await add(here, team.bot_token)

    urls = ", ".join(f"{PUBLIC}/webhooks/slack/{door}/crew" for door in ("events", "interactions", "commands"))
    assert lines(result) == [
        "@sunup in Sunrise is the slack account crew.",
        f"In the app's settings, its request URLs must be {urls}.",
    ]
    foundation = here.foundation()
    kept = foundation.accounts.find("slack", "crew")
    foundation.database.close()
    assert kept is not None
    assert kept.credentials == {
        "bot_token": team.bot_token,
        "signing_secret": "a-signing-secret",
        "team_id": team.id,
        "team_name": "Sunrise",
        "bot_user_id": team.bot_user,
        "api_app_id": team.app_id,
    }


async def test_token_that_is_refused_is_not_stored(here: Installation) -> None:
    said = refusal(await add(here, "xoxb-not-a-token"))

    assert said.startswith("Slack refuses this bot token (invalid_auth), so nothing was stored")
    assert "xoxb-not-a-token" not in said
    assert stored(here) == []


async def test_token_that_can_say_nothing_is_not_stored(here: Installation, slack: FakeSlack) -> None:
    team = slack.workspace("Silent", scopes=tuple(scope for scope in SCOPES if scope != "chat:write"))

    said = refusal(await add(here, team.bot_token))

    assert said == "This token lacks chat:write, so nothing was stored; add it and install the app again."
    assert stored(here) == []


async def test_slack_that_is_away_stores_nothing(here: Installation, team: Workspace) -> None:
    here.set("SLACK_API_URL", "http://127.0.0.1:1")

    assert refusal(await add(here, team.bot_token)).startswith("Slack was not reached at http://127.0.0.1:1 (")
    assert stored(here) == []


async def test_workspace_is_one_account_alone(here: Installation, team: Workspace) -> None:
    await add(here, team.bot_token)

    assert (await add(here, team.bot_token)).exit_code == 0
    said = refusal(await add(here, team.bot_token, "second"))
    assert said == "This workspace is the account 'crew' already; each workspace is one account."


async def test_workspace_of_the_environment_is_no_second_account(here: Installation, team: Workspace) -> None:
    here.set("SLACK_BOT_TOKEN", team.bot_token)
    here.set("SLACK_SIGNING_SECRET", "s" * 32)

    assert "'default' already" in refusal(await add(here, team.bot_token))


async def test_environment_that_slack_refuses_hinders_nobody(here: Installation, team: Workspace) -> None:
    here.set("SLACK_BOT_TOKEN", "xoxb-revoked")
    here.set("SLACK_SIGNING_SECRET", "s" * 32)

    assert (await add(here, team.bot_token)).exit_code == 0


@pytest.mark.parametrize("name", ["events", "interactions", "commands"])
async def test_door_is_no_name(here: Installation, team: Workspace, name: str) -> None:
    assert (await add(here, team.bot_token, name)).exit_code == 2
    assert stored(here) == []
