"""The Slack adapter as far as it is pure; what it sends is tested against a server."""

import json
from datetime import UTC, datetime

import pytest

from bots.adapter import Adapter, Reactive, Request, Response
from bots.slack.adapter import SlackAdapter
from bots.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from bots.slack.socket_mode import app_api
from bots.transport import Transport
from core import errors
from core.messages import TextUnit
from tests.unit.bots.slack.payloads import command, event, interaction, payload

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "a-very-secret-signing-secret"
TOKEN = "xoxb-1-2-very-secret"
API_URL = "https://slack.com/api"
CREDENTIALS = {
    "bot_token": TOKEN,
    "signing_secret": SECRET,
    "team_id": "T024CREW",
    "bot_user_id": "U024SUNUP",
    "api_app_id": "A024SUNUP",
}


def adapter(account: str = "default", api_url: str = API_URL, **credentials: str) -> SlackAdapter:
    return SlackAdapter(account, {**CREDENTIALS, **credentials}, api_url, Transport())


def signed(request: Request, secret: str = SECRET) -> Request:
    stamp = str(int(NOW.timestamp()))
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(request.body, stamp, secret)}
    return Request(request.method, request.path, headers, body=request.body)


def answer(request: Request) -> object:
    response = adapter().acknowledge(request)
    assert response.status == 200
    return json.loads(response.body) if response.body else None


def test_adapter_fulfils_the_contract() -> None:
    ours: Adapter = adapter()
    reactive: Reactive = adapter()

    assert (ours.channel, ours.account) == ("slack", "default")
    assert callable(reactive.react)


def test_adapter_verifies_then_parses_then_acknowledges() -> None:
    request = signed(event(payload("im_text")))
    adapter().verify(request, NOW)

    assert len(adapter().parse(request)) == 1
    assert adapter().acknowledge(request) == Response(200)


UNSIGNED = {
    "an event": event(payload("im_text")),
    "a challenge": event(payload("url_verification")),
    "a click": interaction(payload("tap")),
    "a command": command(payload("command_help")),
    "a check of the certificate": command({"ssl_check": "1", "token": "x"}),
}


@pytest.mark.parametrize("request_", UNSIGNED.values(), ids=UNSIGNED)
def test_adapter_refuses_everything_that_is_not_signed(request_: Request) -> None:
    for refused in (request_, signed(request_, "another")):
        with pytest.raises(errors.Forged):
            adapter().verify(refused, NOW)


def test_adapter_without_a_secret_refuses_everything() -> None:
    with pytest.raises(errors.Forged):
        adapter(signing_secret="").verify(signed(event(payload("im_text")), ""), NOW)


def test_acknowledge_challenge_gives_it_back() -> None:
    body = payload("url_verification")

    assert answer(event(body)) == {"challenge": body["challenge"]}


def test_acknowledge_form_closes_it() -> None:
    assert answer(interaction(payload("form"))) == {"response_action": "clear"}


@pytest.mark.parametrize("label", ["form_empty", "form_null"])
def test_acknowledge_empty_form_says_so_in_the_persons_language(label: str) -> None:
    said = {"form": "Bitte schreib zuerst eine Antwort."}

    assert answer(interaction(payload(label))) == {"response_action": "errors", "errors": said}


def test_acknowledge_command_in_a_channel_says_where_the_answer_is() -> None:
    said = {"response_type": "ephemeral", "text": "I answer you in our direct messages."}

    assert answer(command(payload("command_help"))) == said


@pytest.mark.parametrize(
    "label", ["tap", "tap_form", "view_closed", "shortcut", "odd_form_metadata", "odd_tap_no_user"]
)
def test_acknowledge_other_interactions_with_nothing(label: str) -> None:
    assert answer(interaction(payload(label))) is None


def test_acknowledge_command_in_a_direct_message_with_nothing() -> None:
    assert answer(command({**payload("command_help"), "channel_id": "D024ASHA"})) is None


def test_acknowledge_whatever_was_buried_with_nothing() -> None:
    assert adapter().acknowledge(Request("POST", "/webhooks/slack/events", {}, body=b"{")) == Response(200)


def test_account_of_another_workspaces_request_is_named_by_it() -> None:
    said, click = event(payload("other_workspace")), interaction(payload("tap_form"))

    assert adapter().account_of(said, adapter().parse(said)) == "T024OTHER"
    assert adapter().account_of(click, ()) == "default"


def test_account_that_reacts_to_an_event_in_which_nothing_was_said_is_none() -> None:
    assert adapter().account_of(event(payload("room_text")), ()) == ""


async def test_react_to_another_workspaces_request_is_left_to_its_own_adapter() -> None:
    said = event(payload("other_workspace"))

    assert not await adapter().react(said, adapter().parse(said))


async def test_react_without_a_token_does_nothing() -> None:
    assert not await adapter(bot_token="").react(interaction(payload("tap_form")), ())


@pytest.mark.parametrize("label", ["odd_tap_no_team", "odd_tap_no_user", "odd_tap_other_app"])
async def test_react_to_what_cannot_be_understood_does_nothing(label: str) -> None:
    assert not await adapter().react(interaction(payload(label)), ())


def test_adapter_capabilities_are_slacks() -> None:
    found = adapter().capabilities

    assert (found.text_limit, found.text_unit, found.buttons, found.button_title) == (4000, TextUnit.UTF16, 25, 75)
    assert (found.list_rows, found.row_title) == (100, 75)
    assert (found.chat_rate, found.chat_burst, found.edits, found.reply_window) == (1.0, 3, True, None)


@pytest.mark.parametrize("token", ["xoxb 1", "xoxb-1\n", "xoxb-ä", "xoxb/1"])
def test_adapter_token_that_cannot_be_right_is_a_wrong_setting(token: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        adapter(bot_token=token)

    assert token not in str(raised.value)


@pytest.mark.parametrize("url", ["", "slack.com/api", "ftp://slack.com", "https://", "https://a.example?x=1"])
def test_adapter_base_that_cannot_be_right_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="SUNUP_SLACK_API_URL"):
        adapter(api_url=url)


def test_app_token_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(errors.ConfigurationError, match="SUNUP_SLACK_APP_TOKEN") as raised:
        app_api(TOKEN, API_URL, Transport())

    assert "secret" not in str(raised.value)


def test_adapter_shows_no_secret_of_its_own() -> None:
    ours = adapter()

    assert "secret" not in f"{ours!r} {ours} {ours.api!r} {ours.workspace!r}"
