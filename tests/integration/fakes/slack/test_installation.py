"""Tokens and sockets of the fake Slack, with the official library as the judge."""

import aiohttp
import pytest
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Person, Workspace
from tests.integration.fakes.hook import Hook
from tests.integration.fakes.slack.expected import refused

official_oauth = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
"""slack_sdk proves the client to `oauth.v2.access` with a class that aiohttp is about to drop."""


# -- installation ----------------------------------------------------------------------------


@official_oauth
async def test_app_is_installed_once_for_each_code(slack: FakeSlack) -> None:
    guest = slack.workspace("Guest", installed=False)
    slack.oauth.installs_into = guest
    url = f"{slack.url}/oauth/v2/authorize?client_id={slack.app.client_id}&scope=chat:write&state=s1&redirect_uri=http://127.0.0.1/back"
    async with aiohttp.ClientSession() as http, http.get(url, allow_redirects=False) as answer:
        place = answer.headers["Location"]
    assert place.endswith("&state=s1")
    code = place.partition("code=")[2].partition("&")[0]
    client = AsyncWebClient(base_url=f"{slack.api_url}/")
    given = {"client_id": slack.app.client_id, "code": code, "redirect_uri": "http://127.0.0.1/back"}
    wrong = client.oauth_v2_access(client_secret="wrong", **given)
    assert (await refused(wrong)).response["error"] == "bad_client_secret"
    granted = await client.oauth_v2_access(client_secret=slack.app.client_secret, **given)
    assert (granted["team"]["id"], granted["scope"], granted["token_type"]) == (guest.id, "chat:write", "bot")
    assert (await AsyncWebClient(token=granted["access_token"], base_url=f"{slack.api_url}/").auth_test())["ok"]
    again = client.oauth_v2_access(client_secret=slack.app.client_secret, **given)
    assert (await refused(again)).response["error"] == "code_already_used"


@official_oauth
async def test_token_rotated_by_the_official_rotator_and_refresh_token_works_once(slack: FakeSlack) -> None:
    slack.app.rotates = True
    team = slack.workspace("Turning", installed=False)
    token, refresh = slack.oauth.issue(team)
    client = AsyncWebClient(base_url=f"{slack.api_url}/")
    bot = Bot(
        app_id=slack.app.id,
        team_id=team.id,
        bot_token=token.value,
        bot_refresh_token=refresh,
        bot_token_expires_at=1,
        bot_id=team.bot_id,
        bot_user_id=team.bot_user,
        installed_at=1.0,
    )
    rotator = AsyncTokenRotator(client_id=slack.app.client_id, client_secret=slack.app.client_secret, client=client)
    turned = await rotator.perform_bot_token_rotation(bot=bot)
    assert turned is not None
    assert (turned.bot_token, turned.bot_refresh_token) != (token.value, refresh)
    again = client.oauth_v2_access(
        client_id=slack.app.client_id,
        client_secret=slack.app.client_secret,
        grant_type="refresh_token",
        refresh_token=refresh,
    )
    assert (await refused(again)).response["error"] == "invalid_refresh_token"
    assert (await client.auth_test(token=token.value))["ok"]
    slack.clock.advance(hours=12.1)
    assert (await refused(client.auth_test(token=turned.bot_token))).response["error"] == "token_expired"


# -- socket mode -----------------------------------------------------------------------------


async def test_socket_mode_with_the_official_client(
    slack: FakeSlack, team: Workspace, asha: Person, web: AsyncWebClient, hook: Hook
) -> None:
    slack.app.socket_mode = True
    heard: list[SocketModeRequest] = []

    async def hear(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        answer = SocketModeResponse(request.envelope_id, {"text": "heard"})
        await client.send_socket_mode_response(answer)

    wrong = AsyncWebClient(base_url=f"{slack.api_url}/")
    refusal = await refused(wrong.apps_connections_open(app_token=team.bot_token))
    assert refusal.response["error"] == "not_allowed_token_type"
    client = SocketModeClient(app_token=slack.app.app_token, web_client=web)
    client.socket_mode_request_listeners.append(hear)
    await client.connect()  # type: ignore[no-untyped-call]  # the library has no annotation there
    try:
        await slack.sockets.opened()
        await asha.say("hello")
        await asha.command("/sunup", "today")
        await slack.settled()
    finally:
        await client.close()  # type: ignore[no-untyped-call]  # the library has no annotation there
        await client.aiohttp_client_session.close()
    assert {each.type for each in heard} == {"events_api", "slash_commands"}
    assert asha.notices == ["heard"]
    assert hook.brought == []
