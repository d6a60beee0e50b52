"""Slack's office: tokens renewed by one process at a time, installations begun once, workspaces got to know."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import structlog
from pydantic import SecretStr

from bots.slack.adapter import SlackAdapter
from bots.slack.install import Installer
from bots.slack.installation import Installation
from bots.transport import Transport
from storage.accounts import REFUSED, Account, AccountStatus
from storage.forwarding import Forwarding
from storage.leases import Leases
from storage.pausing import Pausing
from sunup.channels import Channels
from sunup.processes.slack import SlackOffice
from sunup.settings import Settings
from tests.fakes.slack import FakeSlack, Workspace
from tests.integration.storage.desk import Desk

PUBLIC = "https://chat.example.org"


class Rows:
    """Adapters as `Channels` has them."""

    def __init__(self) -> None:
        self.adapters: list[SlackAdapter] = []
        self.refreshed = 0

    def all(self, channel: str) -> list[SlackAdapter]:
        return self.adapters

    def refresh(self) -> None:
        self.refreshed += 1


class Site:
    """A Slack with one installed workspace whose token ends, beside a database."""

    def __init__(self, desk: Desk, slack: FakeSlack, transport: Transport, folder: Path) -> None:
        self.desk, self.slack, self.transport = desk, slack, transport
        self.rows = Rows()
        slack.app.rotates = True
        self.crew: Workspace = slack.workspace("Crew", installed=False)
        token, refresh = slack.oauth.issue(self.crew)
        ends = desk.clock.now() + timedelta(hours=12)
        installed = Installation(
            self.crew.id, token.value, self.crew.bot_user, slack.app.id, refresh_token=refresh, expires_at=ends
        )
        desk.accounts.put("slack", self.crew.id, installed.credentials())
        self.settings = Settings(
            _env_file=None,
            data_dir=folder,
            public_url=PUBLIC,
            slack_api_url=slack.api_url,
            slack_client_id=slack.app.client_id,
            slack_client_secret=SecretStr(slack.app.client_secret),
        )

    def office(self) -> SlackOffice:
        """Return what one process has."""
        return SlackOffice(
            cast("Channels", self.rows),
            self.desk.accounts,
            Pausing(self.desk.database, Forwarding(self.desk.sealer, self.desk.ids), self.desk.clock),
            leases=Leases(self.desk.database, self.desk.clock),
            transport=self.transport,
            clock=self.desk.clock,
        )

    async def renew(self, office: SlackOffice) -> None:
        """Let a process see to the workspace's token."""
        installer = office.installer(self.settings)
        assert isinstance(installer, Installer)
        await office._renew(installer, self.crew.id)

    def exchanges(self) -> int:
        return sum(name == "oauth.v2.access" for name, _ in self.slack.calls)

    def account(self) -> Account:
        found = self.desk.accounts.find("slack", self.crew.id)
        assert found is not None
        return found

    def set_status(self, status: AccountStatus, reason: str = "") -> None:
        self.desk.accounts.set_status(self.desk.accounts.id_of("slack", self.crew.id), status, reason)


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    desk = Desk(database_url)
    async with FakeSlack() as slack, Transport() as transport:
        yield Site(desk, slack, transport, tmp_path)
    desk.close()


# -- tokens ------------------------------------------------------------------------------------


async def test_token_with_time_left_is_left_alone(site: Site) -> None:
    await site.renew(site.office())
    assert site.exchanges() == 0


async def test_processes_that_renew_at_once_use_the_refresh_token_once(site: Site) -> None:
    site.desk.clock.ahead = timedelta(hours=11)
    first = site.account().credentials["bot_token"]
    await asyncio.gather(*(site.renew(site.office()) for _ in range(4)))
    kept = site.account()
    assert site.exchanges() == 1
    assert first != kept.credentials["bot_token"] == site.crew.bot_token
    assert kept.status is AccountStatus.ACTIVE
    assert site.rows.refreshed == 1


async def test_token_that_was_refused_since_it_had_ended_is_renewed_and_what_waits_goes_out(site: Site) -> None:
    site.desk.clock.ahead = timedelta(hours=13)
    site.set_status(AccountStatus.PAUSED, REFUSED)
    await site.renew(site.office())
    assert (site.account().status, site.account().credentials["bot_token"]) == (
        AccountStatus.ACTIVE,
        site.crew.bot_token,
    )


@pytest.mark.parametrize("reason", ["paused by an operator", f"{REFUSED} (app_uninstalled)"])
async def test_token_of_an_account_that_is_paused_for_good_is_left_alone(site: Site, reason: str) -> None:
    site.desk.clock.ahead = timedelta(hours=13)
    site.set_status(AccountStatus.PAUSED, reason)
    await site.renew(site.office())
    assert (site.exchanges(), site.account().reason) == (0, reason)


async def test_refresh_token_that_is_refused_pauses_once_and_is_tried_no_more(site: Site) -> None:
    site.desk.clock.ahead = timedelta(hours=11)
    site.slack.oauth.forget(site.crew)
    office = site.office()
    with structlog.testing.capture_logs() as events:
        for _ in range(3):
            await site.renew(office)
    assert (site.exchanges(), site.account().status, site.account().reason) == (1, AccountStatus.PAUSED, REFUSED)
    assert [one["event"] for one in events if one["log_level"] == "error"] == ["account_paused"]


async def test_workspace_that_is_installed_again_is_renewed_again(site: Site) -> None:
    site.desk.clock.ahead = timedelta(hours=11)
    site.slack.oauth.forget(site.crew)
    office = site.office()
    await site.renew(office)
    token, refresh = site.slack.oauth.issue(site.crew)
    anew = Installation(
        site.crew.id,
        token.value,
        "U1",
        "A1",
        refresh_token=refresh,
        expires_at=site.desk.clock.now() + timedelta(hours=1),
    )
    site.desk.accounts.put("slack", site.crew.id, anew.credentials())
    await site.renew(office)
    assert (site.exchanges(), site.account().credentials["bot_token"]) == (2, site.crew.bot_token)
    assert token.value != site.crew.bot_token


async def test_slack_that_does_not_answer_leaves_the_token_for_the_next_time(site: Site) -> None:
    site.desk.clock.ahead = timedelta(hours=11)
    site.slack.faults.fail(503, method="oauth.v2.access")
    office = site.office()
    with structlog.testing.capture_logs() as events:
        await site.renew(office)
    assert [one["event"] for one in events] == ["slack_token_not_renewed"]
    assert site.account().status is AccountStatus.ACTIVE
    await site.renew(office)
    assert site.account().credentials["bot_token"] == site.crew.bot_token


async def test_account_that_was_removed_while_its_token_was_renewed_stays_gone(site: Site) -> None:
    office, kept = site.office(), await site.office().read(site.crew.id)
    assert kept is not None
    site.set_status(AccountStatus.REMOVED)
    await office.write(kept)
    assert site.desk.accounts.find("slack", site.crew.id) is None
    assert await office.read(site.crew.id) is None


# -- installing --------------------------------------------------------------------------------


async def test_state_of_a_begun_installation_is_used_once_by_whichever_process_and_in_time(site: Site) -> None:
    now = site.desk.clock.now()
    begun = site.office()
    await begun.keep("a" * 64, now + timedelta(minutes=10))
    await begun.keep("b" * 64, now + timedelta(minutes=10))
    other = site.office()
    assert [await other.use("a" * 64, now), await other.use("a" * 64, now), await begun.use("c" * 64, now)] == [
        True,
        False,
        False,
    ]
    site.desk.clock.ahead = timedelta(minutes=10, seconds=1)
    assert not await other.use("b" * 64, site.desk.clock.now())


@pytest.mark.parametrize("name", ["public_url", "slack_client_id", "slack_client_secret"])
async def test_without_an_app_or_a_way_back_nobody_installs(site: Site, name: str) -> None:
    assert site.office().installer(site.settings.model_copy(update={name: None})) is None


# -- getting to know workspaces ----------------------------------------------------------------


def adapter(site: Site, token: str) -> SlackAdapter:
    return SlackAdapter("default", {"bot_token": token, "signing_secret": "s"}, site.slack.api_url, site.transport)


async def test_open_gets_to_know_every_workspace_before_the_first_request(site: Site) -> None:
    site.rows.adapters = [adapter(site, site.crew.bot_token)]
    await site.office().open()
    assert site.rows.adapters[0].workspace.team == site.crew.id


async def test_open_does_not_wait_for_a_slack_that_does_not_answer_nor_for_a_wrong_token(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunup.processes.slack._FIRST_TRY", timedelta(seconds=0.2))
    site.rows.adapters = [adapter(site, site.crew.bot_token), adapter(site, "xoxb-wrong")]
    site.slack.faults.hang(30, method="auth.test", times=2)
    async with asyncio.timeout(5):
        await site.office().open()
    assert [one.workspace.team for one in site.rows.adapters] == ["", ""]
