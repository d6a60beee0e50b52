"""What the tests of the fake Slack send and expect."""

from typing import Any

import orjson
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack import FakeSlack
from tests.integration.fakes.hook import Brought, Hook

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Ready?* a &amp; b"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": f"a{n}", "value": f"p:{n}", "text": {"type": "plain_text", "text": title}}
            for n, title in enumerate(("Begin", "Later"))
        ],
    },
]
FORM: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Your answer"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "secret",
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "said", "multiline": True},
        }
    ],
}


def events(hook: Hook) -> list[dict[str, Any]]:
    return [dict(each.json["event"]) for each in hook.brought if each.path.endswith("/events")]  # type: ignore[call-overload]  # JSON is object here


def payloads(hook: Hook) -> list[dict[str, Any]]:
    return [orjson.loads(each.form["payload"]) for each in hook.brought if each.path.endswith("/interactions")]


def is_valid(slack: FakeSlack, brought: Brought) -> bool:
    return SignatureVerifier(slack.app.signing_secret).is_valid_request(brought.body, brought.headers)


async def refused(call: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return refusal.value
