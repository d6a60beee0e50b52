"""What the fake Slack takes and refuses, with the official client as the judge."""

import io
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Limits, Person, Workspace
from tests.integration.fakes.hook import Hook
from tests.integration.fakes.slack.expected import BUTTONS, events, refused

# -- what is sent ----------------------------------------------------------------------------


async def test_message_is_shown_as_its_blocks_read(asha: Person, web: AsyncWebClient) -> None:
    sent = await web.chat_postMessage(channel=asha.channel.id, text="Ready?", blocks=BUTTONS)
    shown = await asha.reads("*Ready?* a & b")
    assert (shown.ts, shown.titles) == (sent["ts"], ["Begin", "Later"])
    await web.chat_update(channel=asha.channel.id, ts=shown.ts, text="Begun", blocks=[])
    assert (shown.text, shown.titles, shown.edits) == ("Begun", [], 1)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "channel": "C404"}, "channel_not_found"),
        ({"text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": BUTTONS[1]["elements"] * 2}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider", "block_id": "same"}] * 2}, "invalid_blocks"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}} for _ in range(5)]},
            "msg_blocks_too_long",
        ),
        ({"blocks": "nonsense"}, "invalid_blocks_format"),
    ],
)
async def test_message_outside_the_limits_is_refused(
    asha: Person, web: AsyncWebClient, content: dict[str, Any], error: str
) -> None:
    refusal = await refused(web.api_call("chat.postMessage", json={"channel": asha.channel.id, **content}))
    assert refusal.response["error"] == error
    assert asha.messages == []
    if error == "invalid_blocks":
        assert "json-pointer:/blocks" in refusal.response["response_metadata"]["messages"][0]


async def test_text_too_long_becomes_several_messages(asha: Person, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel=asha.channel.id, text="x" * 4040)
    await web.chat_postMessage(channel=asha.channel.id, text="x" * 4041)
    assert [len(shown.text) for shown in asha.messages] == [4040, 4000, 41]


async def test_channel_that_does_not_take_messages_says_why(team: Workspace, asha: Person, web: AsyncWebClient) -> None:
    sales = team.channel("sales")
    errors = []
    for name, value in (("app_is_in", False), ("archived", True)):
        setattr(sales, name, value)
        errors.append((await refused(web.chat_postMessage(channel=sales.id, text="x"))).response["error"])
    team.messages_tab = False
    errors.append((await refused(web.chat_postMessage(channel=asha.id, text="x"))).response["error"])
    assert errors == ["not_in_channel", "is_archived", "messages_tab_disabled"]


async def test_pings_in_what_is_sent_are_noticed(asha: Person, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel=asha.id, text="<!channel> look, <@U1>")
    await web.chat_postMessage(channel=asha.id, text="&lt;!channel&gt; look")
    assert [shown.pings for shown in asha.messages] == [["!channel", "@U1"], []]


async def test_token_wrong_revoked_or_without_scope_is_refused(
    slack: FakeSlack, team: Workspace, asha: Person, web: AsyncWebClient
) -> None:
    assert (await web.auth_test())["team_id"] == team.id
    wrong = AsyncWebClient(token="xoxb-wrong", base_url=f"{slack.api_url}/")
    assert (await refused(wrong.auth_test())).response["error"] == "invalid_auth"
    assert team.token is not None
    team.token.scopes = ("chat:write",)
    refusal = await refused(web.users_info(user=asha.id))
    assert (refusal.response["error"], refusal.response["needed"]) == ("missing_scope", "users:read")
    team.token.revoked = True
    assert (await refused(web.auth_test())).response["error"] == "token_revoked"


async def test_member_is_known_with_zone_and_locale(asha: Person, web: AsyncWebClient) -> None:
    found = (await web.users_info(user=asha.id, include_locale=True))["user"]
    assert (found["tz"], found["tz_offset"], found["locale"]) == ("Asia/Kolkata", 19800, "en-IN")
    assert "locale" not in (await web.users_info(user=asha.id))["user"]
    opened = await web.conversations_open(users=asha.id)
    assert opened["channel"]["id"] == asha.channel.id


async def test_method_that_only_reads_sees_no_json(slack: FakeSlack, asha: Person, team: Workspace) -> None:
    headers = {"Authorization": f"Bearer {team.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{slack.api_url}/users.info", json={"user": asha.id}) as answer,
    ):
        assert await answer.json() == {"ok": False, "error": "user_not_found"}


# -- files -----------------------------------------------------------------------------------


async def test_file_wants_a_token_and_else_there_is_a_login_page(
    slack: FakeSlack, asha: Person, team: Workspace, hook: Hook
) -> None:
    await asha.upload(b"\x89PNG", name="proof.png", mime="image/png", text="my shop")
    await slack.settled()
    [event] = events(hook)
    assert (event["subtype"], event["text"], event["files"][0]["size"]) == ("file_share", "my shop", 4)
    url = event["files"][0]["url_private_download"]
    proof = {"Authorization": f"Bearer {team.bot_token}"}
    assert team.token is not None
    async with aiohttp.ClientSession() as http:
        async with http.get(url, headers=proof) as answer:
            assert await answer.read() == b"\x89PNG"
        async with http.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        team.token.scopes = ("chat:write",)
        async with http.get(url, headers=proof) as answer:
            assert b"<!DOCTYPE html>" in await answer.read()
        team.token.scopes = ("files:read",)
        slack.files.redirects = True
        async with http.get(url, headers=proof, allow_redirects=False) as answer:
            place = answer.headers["Location"]
        assert place.startswith(slack.files.network.url)
        async with http.get(place) as answer:
            assert await answer.read() == b"\x89PNG"
        assert slack.files.network.leaked == []
        async with http.get(place, headers=proof) as answer:
            assert len(slack.files.network.leaked) == 1


async def test_file_uploaded_with_the_official_client_is_shown(asha: Person, web: AsyncWebClient) -> None:
    await web.files_upload_v2(
        file=io.BytesIO(b"picture"), filename="a.png", channel=asha.channel.id, initial_comment="look"
    )
    shown = await asha.reads("look")
    assert shown.files == [b"picture"]


async def test_file_of_another_length_than_announced_is_refused(
    slack: FakeSlack, asha: Person, web: AsyncWebClient
) -> None:
    place = await web.files_getUploadURLExternal(filename="a.png", length=5)
    async with aiohttp.ClientSession() as http, http.post(place["upload_url"], data=b"four") as answer:
        assert answer.status == 400
    done = web.files_completeUploadExternal(files=[{"id": place["file_id"]}], channel_id=asha.channel.id)
    assert (await refused(done)).response["error"] == "file_not_found"


# -- faults ----------------------------------------------------------------------------------


async def test_call_cut_after_it_acted_shows_the_message_and_tells_the_caller_nothing(
    slack: FakeSlack, asha: Person, web: AsyncWebClient
) -> None:
    slack.faults.reset(method="chat.postMessage", chat=asha.channel.id)
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=asha.id, text="hello")
    assert [shown.text for shown in asha.messages] == ["hello"]
    slack.faults.throttle(7, method="chat.postMessage")
    refusal = await refused(web.chat_postMessage(channel=asha.id, text="hello"))
    assert (refusal.response.status_code, refusal.response.headers["Retry-After"]) == (429, "7")
    slack.faults.refuse("internal_error", method="chat.postMessage")
    assert (await refused(web.chat_postMessage(channel=asha.id, text="x"))).response["error"] == "internal_error"
    assert len(asha.messages) == 1


async def test_limits_refuse_what_is_too_much_for_one_channel(
    slack: FakeSlack, asha: Person, web: AsyncWebClient
) -> None:
    slack.limits = Limits(channel_burst=2)
    for _ in range(2):
        await web.chat_postMessage(channel=asha.id, text="hello")
    refusal = await refused(web.chat_postMessage(channel=asha.id, text="hello"))
    assert (refusal.response["error"], refusal.response.headers["Retry-After"]) == ("ratelimited", "2")
