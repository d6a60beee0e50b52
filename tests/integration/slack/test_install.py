"""Installing the app in further workspaces, and keeping their tokens fresh."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bots.slack.install import COOKIE, SCOPES, App, Installer, InstallRefused, renew
from bots.slack.installation import Installation
from bots.transport import Transport
from core import errors
from tests.integration.slack.counterpart import Counterpart, Reply

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REDIRECT = "https://sunup.example/slack/oauth"
BASIC = "Basic " + b64encode(b"1.2:client-secret").decode()
GRANTED: dict[str, Any] = {
    "ok": True,
    "access_token": "xoxe.xoxb-1-new",
    "token_type": "bot",
    "scope": "chat:write,im:history",
    "bot_user_id": "U024SUNUP",
    "app_id": "A024SUNUP",
    "team": {"id": "T024CREW", "name": "Crew"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U024ASHA"},
    "refresh_token": "xoxe-1-first",
    "expires_in": 43200,
}
CREW = Installation(
    team="T024CREW",
    bot_token="xoxe.xoxb-1-new",
    bot_user="U024SUNUP",
    app="A024SUNUP",
    scopes=("chat:write", "im:history"),
    name="Crew",
    refresh_token="xoxe-1-first",
    expires_at=NOW + timedelta(hours=12),
    installed_at=NOW,
)


class Waiting:
    """Begun installations, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, datetime] = {}

    async def keep(self, digest: str, expires_at: datetime) -> None:
        self.kept[digest] = expires_at

    async def use(self, digest: str, now: datetime) -> bool:
        return self.kept.pop(digest, now) > now


class Kept:
    """Installations, in memory; what was written comes in order."""

    def __init__(self, *installations: Installation) -> None:
        self.held = {one.account: one for one in installations}
        self.written: list[Installation] = []

    async def read(self, account: str) -> Installation | None:
        await asyncio.sleep(0)
        return self.held.get(account)

    async def write(self, installation: Installation) -> None:
        await asyncio.sleep(0)
        self.held[installation.account] = installation
        self.written.append(installation)


@pytest.fixture
def states() -> Waiting:
    return Waiting()


@pytest.fixture
def installer(slack: Counterpart, transport: Transport, states: Waiting) -> Installer:
    return Installer(App("1.2", "client-secret", REDIRECT), slack.api_url, transport, states)


async def begun(installer: Installer) -> str:
    response = await installer.begin(NOW)
    return response.headers["Set-Cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")


def back(state: str, **more: str) -> str:
    return urlencode({"state": state, "code": "1.2.code", **more})


async def test_begin_sends_the_browser_to_slack_with_a_state_of_its_own(
    installer: Installer, slack: Counterpart, states: Waiting
) -> None:
    response = await installer.begin(NOW)

    location = urlsplit(response.headers["Location"])
    query = parse_qs(location.query)
    (state,) = query.pop("state")
    cookie = response.headers["Set-Cookie"]
    assert (response.status, f"{location.scheme}://{location.netloc}") == (302, slack.root)
    assert location.path == "/oauth/v2/authorize"
    assert query == {"client_id": ["1.2"], "scope": [",".join(SCOPES)], "redirect_uri": [REDIRECT]}
    assert cookie == f"{COOKIE}={state}; Secure; HttpOnly; SameSite=Lax; Path=/slack; Max-Age=600"
    assert list(states.kept.values()) == [NOW + timedelta(seconds=600)]
    assert state not in f"{states.kept}"


async def test_finish_exchanges_the_code_for_an_installation(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply(GRANTED))
    state = await begun(installer)
    found = await installer.finish(back(state), {COOKIE: state}, NOW)

    assert found == CREW
    assert (slack.asked[0].authorization, slack.asked[0].params) == (
        BASIC,
        {"code": "1.2.code", "redirect_uri": REDIRECT},
    )


async def test_installation_survives_its_credentials() -> None:
    assert Installation.read(CREW.credentials()) == CREW
    plain = Installation("T1", "xoxb-1", "U1", "A1")
    assert Installation.read(plain.credentials()) == plain
    assert all(isinstance(each, str) for each in CREW.credentials().values())


async def test_finish_for_a_whole_organisation_is_named_by_it(installer: Installer, slack: Counterpart) -> None:
    org = {"is_enterprise_install": True, "team": None, "enterprise": {"id": "E024ORG", "name": "Org"}}
    slack.reply("oauth.v2.access", Reply({**GRANTED, **org}))
    state = await begun(installer)
    found = await installer.finish(back(state), {COOKIE: state}, NOW)

    assert (found.account, found.enterprise, found.name) == ("E024ORG", "E024ORG", "Org")


async def test_finish_without_rotation_has_no_end(installer: Installer, slack: Counterpart) -> None:
    slack.reply(
        "oauth.v2.access",
        Reply({name: each for name, each in GRANTED.items() if name not in ("refresh_token", "expires_in")}),
    )
    state = await begun(installer)
    found = await installer.finish(back(state), {COOKIE: state}, NOW)

    assert (found.expires_at, found.is_due(NOW + timedelta(days=900))) == (None, False)


async def test_finish_twice_is_refused(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply(GRANTED))
    state = await begun(installer)
    await installer.finish(back(state), {COOKIE: state}, NOW)

    with pytest.raises(InstallRefused, match="/slack/install"):
        await installer.finish(back(state), {COOKIE: state}, NOW)
    assert slack.names == ["oauth.v2.access"]


async def test_finish_after_ten_minutes_is_refused(installer: Installer) -> None:
    state = await begun(installer)

    with pytest.raises(InstallRefused):
        await installer.finish(back(state), {COOKIE: state}, NOW + timedelta(seconds=600))


OTHER_BROWSERS: dict[str, dict[str, str]] = {
    "no cookie": {},
    "another state": {COOKIE: "other"},
    "not ascii": {COOKIE: "ä\udcff"},
    "another cookie": {"session": "x"},
}


@pytest.mark.parametrize("cookies", OTHER_BROWSERS.values(), ids=OTHER_BROWSERS)
async def test_finish_in_another_browser_is_refused_and_uses_nothing_up(
    installer: Installer, slack: Counterpart, cookies: dict[str, str]
) -> None:
    slack.reply("oauth.v2.access", Reply(GRANTED))
    state = await begun(installer)
    with pytest.raises(InstallRefused):
        await installer.finish(back(state), cookies, NOW)

    assert (await installer.finish(back(state), {COOKIE: state}, NOW)).team == "T024CREW"


@pytest.mark.parametrize("query", ["", "state=", "code=1.2.code", "&".join(["a=1"] * 100), "state=%FF&code=1"])
async def test_finish_of_anything_else_is_refused(installer: Installer, query: str) -> None:
    with pytest.raises(InstallRefused):
        await installer.finish(query, {COOKIE: ""}, NOW)


async def test_finish_of_somebody_who_said_no_is_refused(installer: Installer, slack: Counterpart) -> None:
    state = await begun(installer)
    with pytest.raises(InstallRefused, match="cancelled"):
        await installer.finish(urlencode({"state": state, "error": "access_denied"}), {COOKIE: state}, NOW)

    assert slack.names == []


async def test_finish_with_a_code_that_slack_refuses_says_so(installer: Installer, slack: Counterpart) -> None:
    slack.refuse("oauth.v2.access", "invalid_code")
    state = await begun(installer)

    with pytest.raises(InstallRefused, match="invalid_code"):
        await installer.finish(back(state), {COOKIE: state}, NOW)


ODD = {
    "no token": {"access_token": ""},
    "a person's token": {"token_type": "user"},
    "no workspace": {"team": None},
    "no app": {"app_id": None},
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
async def test_finish_with_half_an_answer_is_none(
    installer: Installer, slack: Counterpart, change: dict[str, Any]
) -> None:
    slack.reply("oauth.v2.access", Reply({**GRANTED, **change}))
    state = await begun(installer)

    with pytest.raises(errors.ChannelUnavailable):
        await installer.finish(back(state), {COOKIE: state}, NOW)


# -- rotation ----------------------------------------------------------------------------------

FRESH = {**GRANTED, "access_token": "xoxe.xoxb-2-new", "refresh_token": "xoxe-1-second"}
LATE = NOW + timedelta(hours=10)


@pytest.mark.parametrize(("minutes", "due"), [(121, False), (120, True), (119, True), (-60, True)])
async def test_is_due_two_hours_before_the_end(minutes: int, due: bool) -> None:
    assert CREW.is_due(NOW + timedelta(hours=12) - timedelta(minutes=minutes)) == due


async def test_renew_with_time_left_asks_nobody(installer: Installer, slack: Counterpart) -> None:
    assert await renew(installer, "T024CREW", Kept(CREW), asyncio.Lock(), now=NOW) == CREW
    assert slack.names == []


async def test_renew_keeps_the_new_token_before_it_is_used(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply(FRESH))
    vault = Kept(CREW)
    found = await renew(installer, "T024CREW", vault, asyncio.Lock(), now=LATE)

    assert found is not None
    assert (found.bot_token, found.refresh_token) == ("xoxe.xoxb-2-new", "xoxe-1-second")
    assert found.expires_at == LATE + timedelta(hours=12)
    assert found.installed_at == NOW
    assert vault.written == [found]
    assert (slack.asked[0].authorization, slack.asked[0].params) == (
        BASIC,
        {"grant_type": "refresh_token", "refresh_token": "xoxe-1-first"},
    )


async def test_renew_by_two_at_once_exchanges_the_token_once(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply(FRESH, seconds=0.1))
    slack.refuse("oauth.v2.access", "invalid_refresh_token")
    vault, lock = Kept(CREW), asyncio.Lock()

    found = await asyncio.gather(*(renew(installer, "T024CREW", vault, lock, now=LATE) for _ in range(5)))

    assert {one.bot_token for one in found if one} == {"xoxe.xoxb-2-new"}
    assert slack.names == ["oauth.v2.access"]


async def test_renew_that_cannot_be_kept_is_not_used(installer: Installer, slack: Counterpart) -> None:
    class Full(Kept):
        async def write(self, installation: Installation) -> None:
            raise errors.StorageUnavailable

    slack.reply("oauth.v2.access", Reply(FRESH))

    with pytest.raises(errors.StorageUnavailable):
        await renew(installer, "T024CREW", Full(CREW), asyncio.Lock(), now=LATE)


async def test_renew_with_a_refresh_token_that_is_used_up_ends_the_account(
    installer: Installer, slack: Counterpart
) -> None:
    slack.refuse("oauth.v2.access", "invalid_refresh_token")
    vault = Kept(CREW)

    with pytest.raises(errors.AccountRevoked):
        await renew(installer, "T024CREW", vault, asyncio.Lock(), now=LATE)
    assert vault.written == []


async def test_renew_without_an_answer_leaves_everything(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply(reset=True))
    vault = Kept(CREW)

    with pytest.raises(errors.SendError):
        await renew(installer, "T024CREW", vault, asyncio.Lock(), now=LATE)
    assert await vault.read("T024CREW") == CREW


async def test_renew_answered_for_another_workspace_is_not_taken(installer: Installer, slack: Counterpart) -> None:
    slack.reply("oauth.v2.access", Reply({**FRESH, "team": {"id": "T024OTHER"}}))
    vault = Kept(CREW)

    with pytest.raises(errors.AccountRevoked):
        await renew(installer, "T024CREW", vault, asyncio.Lock(), now=LATE)
    assert vault.written == []


async def test_renew_of_an_account_that_is_gone_is_none(installer: Installer) -> None:
    assert await renew(installer, "T024GONE", Kept(), asyncio.Lock(), now=LATE) is None
