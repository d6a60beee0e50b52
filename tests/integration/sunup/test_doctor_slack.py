"""`sunup doctor` on Slack: the workspaces, their scopes, the request URLs and Socket Mode."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.slack.install import SCOPES
from sunup.doctor.examination import examine
from tests.fakes.slack import FakeSlack
from tests.integration.command_line import Installation

PUBLIC = "https://sunup.example"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, slack: FakeSlack) -> Installation:
    slack.workspace("Sunrise", scopes=SCOPES)
    installation = Installation(tmp_path, sqlite_database_url, monkeypatch)
    for name, value in slack.connect(PUBLIC).items():
        installation.set(name.removeprefix("SUNUP_"), value)
    return installation


def socket_mode(here: Installation, slack: FakeSlack) -> None:
    """Have Slack bring everything through a connection of ours."""
    for name in ("PUBLIC_URL", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        here.set(name, "")
    here.set("SLACK_APP_TOKEN", slack.app.app_token)


async def look(here: Installation, *names: str) -> list[str]:
    wanted = names or ("slack", "slack app", "slack default")
    return [str(one) for one in await examine(here.settings) if one.name in wanted]


async def test_no_workspace_is_no_fault(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await look(Installation(tmp_path, sqlite_database_url, monkeypatch))

    assert found == ["✓ slack: no workspace is set up; docs/channels/slack.md says how to connect one"]


async def test_workspace_that_is_well(here: Installation, slack: FakeSlack) -> None:
    team = next(iter(slack.teams))
    urls = ", ".join(f"{PUBLIC}/webhooks/slack/{door}" for door in ("events", "interactions", "commands"))

    assert await look(here) == [
        f"✓ slack app: the app's request URLs must be {urls}",
        f"✓ slack app: workspaces install it at {PUBLIC}/slack/install; it redirects to {PUBLIC}/slack/oauth",
        f"✓ slack default: @sunup answers in the workspace Sunrise ({team})",
    ]


@pytest.mark.parametrize(("lacking", "mark"), [("im:history", "✗"), ("files:read", "!")])
async def test_missing_scope_is_named(here: Installation, slack: FakeSlack, lacking: str, mark: str) -> None:
    team = slack.workspace("Sunset", scopes=tuple(scope for scope in SCOPES if scope != lacking))
    here.set("SLACK_BOT_TOKEN", team.bot_token)

    finding = (await look(here, "slack default"))[1]

    cure = "add what is missing under OAuth & Permissions of the app, and install it again"
    assert finding == f"{mark} slack default: the token lacks {lacking} – {cure}"


async def test_refused_token_is_broken_and_not_told(here: Installation, slack: FakeSlack) -> None:
    here.set("SLACK_BOT_TOKEN", "xoxb-not-a-token")

    found = await look(here)

    assert found[-1].startswith("✗ slack default: Slack refuses the token (invalid_auth)")
    assert "xoxb-not-a-token" not in " ".join(map(str, await examine(here.settings)))


async def test_slack_that_is_away_is_broken(here: Installation) -> None:
    here.set("SLACK_API_URL", "http://127.0.0.1:1")

    assert (await look(here))[-1].startswith("✗ slack default: Slack was not reached (")


async def test_token_of_the_environment_that_ends_is_a_warning(here: Installation, slack: FakeSlack) -> None:
    slack.app.rotates = True
    here.set("SLACK_BOT_TOKEN", slack.workspace("Sunset", scopes=SCOPES).bot_token)

    assert "the token of the environment ends after twelve hours" in (await look(here))[-1]


async def test_socket_mode_proves_the_app_token(here: Installation, slack: FakeSlack) -> None:
    socket_mode(here, slack)

    assert await look(here, "slack app") == ["✓ slack app: Socket Mode; a connection can be opened"]


async def test_refused_app_token_is_broken(here: Installation, slack: FakeSlack) -> None:
    socket_mode(here, slack)
    here.set("SLACK_APP_TOKEN", "xapp-1-wrong")

    finding = (await look(here, "slack app"))[0]

    assert finding.startswith("✗ slack app: Slack refuses the app token (invalid_auth)")
    assert "connections:write" in finding


async def test_app_token_beside_a_public_url_is_a_warning(here: Installation, slack: FakeSlack) -> None:
    here.set("SLACK_APP_TOKEN", slack.app.app_token)

    finding = (await look(here, "slack app"))[-1]

    assert finding.startswith("! slack app: there are a public URL and an app token")


async def test_without_url_and_app_token_nothing_can_be_brought(here: Installation, slack: FakeSlack) -> None:
    socket_mode(here, slack)
    here.set("SLACK_APP_TOKEN", "")

    finding = (await look(here, "slack app"))[0]

    assert finding.startswith("✗ slack app: there is no public URL and no app token")


async def test_url_without_signing_secret_is_broken(here: Installation, slack: FakeSlack) -> None:
    socket_mode(here, slack)
    here.set("PUBLIC_URL", PUBLIC)
    here.set("SLACK_SIGNING_SECRET", "")

    assert (await look(here, "slack app"))[0].startswith("✗ slack app: there is no signing secret")


async def test_installing_needs_a_public_url(here: Installation, slack: FakeSlack) -> None:
    here.set("PUBLIC_URL", "")
    here.set("SLACK_APP_TOKEN", slack.app.app_token)

    assert "without a public URL no workspace can install the app" in (await look(here, "slack app"))[0]


async def test_installed_workspace_is_looked_at_as_well(here: Installation, slack: FakeSlack) -> None:
    here.make_database()
    team = slack.workspace("Guest", scopes=SCOPES)
    foundation = here.foundation()
    foundation.accounts.put("slack", team.id, {"bot_token": team.bot_token, "team_id": team.id})
    foundation.database.close()

    found = await look(here, f"slack {team.id}")

    assert found == [f"✓ slack {team.id}: @sunup answers in the workspace Guest ({team.id})"]
