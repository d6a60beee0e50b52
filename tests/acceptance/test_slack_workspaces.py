"""One app in several workspaces: installed, kept apart, renewed, removed and installed again."""

from pathlib import Path
from typing import cast

import aiohttp
import pytest
import sqlalchemy as sa

from storage import tables
from storage.accounts import Account, AccountStatus
from tests.acceptance.program import PARTS, PATIENCE, until
from tests.acceptance.town import patient
from tests.conformance.house import House, house
from tests.conformance.slack import SlackDriver
from tests.fakes.slack import FakeSlack, Person, Workspace, oauth

pytestmark = patient

QUESTION = "Where did your prompts help a paying client most?"
DESIGN = "Put your twenty best Design prompts"


def slack_of(here: House) -> FakeSlack:
    return cast("SlackDriver", here.driver).slack


async def install(here: House, team: Workspace, *, deny: bool = False) -> tuple[int, str]:
    """Install the app as an administrator does with a browser; return the page at the end of it."""
    slack_of(here).oauth.installs_into = team
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(f"{here.program.url}/slack/install", allow_redirects=False) as begun:
            assert (begun.status, begun.headers["Cache-Control"]) == (302, "no-store")
            where = begun.headers["Location"] + ("&deny=1" if deny else "")
        async with browser.get(where) as page:
            return page.status, await page.text()


async def joined(here: House, team: Workspace) -> None:
    """Install the app and see that it went well."""
    status, said = await install(here, team)
    assert (status, said) == (200, f"Sunup is connected to {team.name}. Say hello to it there: find it under Apps.")


def account(here: House, name: str) -> Account:
    return next(one for one in here.records.base.accounts.all() if (one.channel, one.name) == ("slack", name))


def member(here: House, team: Workspace, name: str = "Asha") -> Person:
    return slack_of(here).person(name, team=team)


async def test_workspaces_that_install_the_app_never_see_each_other(tmp_path: Path) -> None:
    async with house(SlackDriver(), tmp_path) as here:
        slack = slack_of(here)
        crew = slack.workspace("Crew", installed=False)
        await joined(here, crew)
        first, second = member(here, next(iter(slack.teams.values()))), member(here, crew)
        # Ids of Slack's are only unique within a workspace, as far as we may rely on it.
        second.id = first.id
        crew.people[first.id] = second
        for person in (first, second):
            await here.says(person, "hello", "What shall I call you?")
        await here.says(first, "start prompt_selling", QUESTION)
        await here.says(second, "/today", "This is open:")
        await here.taps(first, "Design", DESIGN)
        await second.opens_home()
        await until(lambda: second.home, "the home in the second workspace")
        await here.quiet()

        ours = here.records.person(f"{first.team.id}/{first.id}", channel="slack")
        theirs = here.records.person(f"{crew.id}/{second.id}", account=crew.id, channel="slack")
        assert ours != theirs
        assert not any("prompts" in shown.text for shown in second.messages)
        assert "prompts" not in second.views[0]["text"]
        # A workspace's own address takes what is that workspace's, and nothing else.
        events = slack.dispatch.attempts
        assert {attempt.status for attempt in events} == {200}
        slack.app.request_url = f"{here.program.url}/webhooks/slack"


async def test_browser_that_did_not_begin_the_installation_or_said_no_connects_nothing(tmp_path: Path) -> None:
    async with house(SlackDriver(), tmp_path) as here:
        slack = slack_of(here)
        crew = slack.workspace("Crew", installed=False)
        status, said = await install(here, crew, deny=True)
        assert (status, "cancelled" in said) == (400, True)
        slack.oauth.installs_into = crew
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(f"{here.program.url}/slack/install", allow_redirects=False) as begun:
                where = begun.headers["Location"]
            async with browser.get(where, allow_redirects=False) as agreed:
                back = agreed.headers["Location"]
        async with aiohttp.ClientSession() as victim, victim.get(back) as page:
            assert page.status == 400
        assert [name for name, _ in slack.calls if name == "oauth.v2.access"] == []
        assert [one.name for one in here.records.base.accounts.all() if one.channel == "slack"] == ["default"]


async def test_workspace_that_removes_the_app_waits_and_goes_on_where_it_is_installed_again(tmp_path: Path) -> None:
    async with house(SlackDriver(), tmp_path) as here:
        slack = slack_of(here)
        crew = slack.workspace("Crew", installed=False)
        await joined(here, crew)
        mia, home = member(here, crew, "Mia"), member(here, next(iter(slack.teams.values())), "Noor")
        for person in (mia, home):
            await here.says(person, "hello", "What shall I call you?")
        await here.says(mia, "start prompt_selling", QUESTION)
        await here.quiet()
        # What is under way when the app is removed finds no way out any more.
        slack.faults.throttle(2, method="chat.postMessage", chat=mia.channel.id)
        await mia.tap("Design")
        await until(lambda: not slack.faults.waiting, "the call that is put off")
        await slack.uninstall(crew)
        await slack.settled()
        await until(lambda: account(here, crew.id).status is AccountStatus.PAUSED, "the pause of the account")
        calls = [params for name, params in slack.calls if params.get("channel") == mia.channel.id]
        await here.says(home, "/today", "This is open:")
        assert len(here.program.events("account_paused")) == 1
        assert "refuses the credentials" in account(here, crew.id).reason
        assert not any(DESIGN in shown.text for shown in mia.messages)
        assert [params for name, params in slack.calls if params.get("channel") == mia.channel.id][len(calls) :] == []

        await joined(here, crew)
        await until(lambda: account(here, crew.id).status is AccountStatus.ACTIVE, "the account in use")
        here.records.hurry()
        await here.reads(mia, DESIGN)
        await here.taps(mia, "Done", "Send a screenshot")
        await here.quiet()
        assert sum(DESIGN in shown.text for shown in mia.messages) == 1
        assert set(here.records.keys().values()) == {1}


async def test_environments_workspace_that_removed_the_app_is_served_after_a_start_with_a_new_token(
    tmp_path: Path,
) -> None:
    async with house(SlackDriver(), tmp_path) as here:
        slack = slack_of(here)
        team = next(iter(slack.teams.values()))
        asha = member(here, team)
        await here.says(asha, "hello", "What shall I call you?")
        await slack.uninstall(team)
        await slack.settled()
        await until(lambda: account(here, "default").status is AccountStatus.PAUSED, "the pause of the account")
        assert set((await here.program.stop()).values()) == {0}
        slack.oauth.issue(team)
        await here.start()
        await here.says(asha, "start prompt_selling", QUESTION)
        assert len(here.program.events("account_paused")) == 1


async def test_token_that_ends_is_renewed_also_after_an_outage_longer_than_its_life(
    tmp_path: Path, sqlite_database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Less than the two hours before whose end a token is renewed: each start renews it.
    monkeypatch.setattr(oauth, "LIFE_SECONDS", 3600)
    settings = {"DATABASE_URL": sqlite_database_url, "REDIS_URL": redis_url}
    async with house(SlackDriver(), tmp_path, settings=settings, parts=PARTS) as here:
        slack = slack_of(here)
        slack.app.rotates = True
        crew = slack.workspace("Crew", installed=False)
        await joined(here, crew)
        installed = crew.bot_token
        mia = member(here, crew, "Mia")
        await here.says(mia, "hello", "What shall I call you?")
        await here.quiet()

        assert here.program.kill("send")
        await here.says(mia, "start prompt_selling")
        await until(here.records.waiting, "an answer that waits")
        assert set((await here.program.stop()).values()) == {0}
        slack.clock.advance(hours=13)
        slack.app.rotates = True
        # The sender is up before anybody has renewed the token, and finds it refused.
        here.program.start("send")
        here.records.hurry()
        await until(lambda: here.program.events("account_paused"), "the pause of the account")
        here.program.start("web", "schedule", "worker")
        await here.program.ready()
        await until(lambda: crew.bot_token != installed, "the renewed token")
        await until(lambda: account(here, crew.id).status is AccountStatus.ACTIVE, "the account in use")
        here.records.hurry()
        await here.reads(mia, QUESTION)
        await here.taps(mia, "Design", DESIGN)
        await here.quiet()
        kept = account(here, crew.id).credentials
        assert (kept["bot_token"], slack.tokens[installed].value) == (crew.bot_token, installed)
        assert len(here.program.events("account_paused")) == 1


async def test_refresh_token_that_is_refused_pauses_the_workspace_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "LIFE_SECONDS", 3600)
    async with house(SlackDriver(), tmp_path) as here:
        slack = slack_of(here)
        slack.app.rotates = True
        crew = slack.workspace("Crew", installed=False)
        await joined(here, crew)
        assert set((await here.program.stop()).values()) == {0}
        slack.oauth.forget(crew)
        await here.start()
        await until(lambda: account(here, crew.id).status is AccountStatus.PAUSED, "the pause of the account")
        asked = sum(name == "oauth.v2.access" for name, _ in slack.calls)
        assert (asked, len(here.program.events("account_paused"))) == (2, 1)
        rows = here.records.rows(sa.select(tables.accounts.c.reason).where(tables.accounts.c.name == crew.id))
        assert "give it new ones" in rows[0].reason
        await joined(here, crew)
        await until(lambda: account(here, crew.id).status is AccountStatus.ACTIVE, "the account in use")
        mia = member(here, crew, "Mia")
        await here.says(mia, "hello")
        await mia.reads("What shall I call you?", timeout=PATIENCE)
