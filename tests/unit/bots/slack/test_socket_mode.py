"""Envelopes of Socket Mode as the requests that a webhook would have brought."""

from typing import Any

import pytest

from bots.slack.parse import parse_request
from bots.slack.socket_mode import request_of
from bots.slack.workspace import Workspace
from tests.unit.bots.slack.payloads import command, event, interaction, payload

OURS = Workspace("default", "T024CREW", "U024SUNUP", "A024SUNUP")

ENVELOPES = {
    "events_api": (event, "im_text"),
    "events_api with half an emoji": (event, "im_nul_and_half_emoji"),
    "interactive": (interaction, "tap"),
    "interactive form": (interaction, "form"),
    "slash_commands": (command, "command_help"),
}


@pytest.mark.parametrize("kind", ENVELOPES)
def test_request_of_an_envelope_holds_what_the_webhook_would(kind: str) -> None:
    through_the_web, label = ENVELOPES[kind]
    request = request_of({"type": kind.partition(" ")[0], "envelope_id": "1", "payload": payload(label)})

    assert request is not None
    assert parse_request(request, OURS) == parse_request(through_the_web(payload(label)), OURS)


@pytest.mark.parametrize("envelope", [{}, {"type": "hello"}, {"type": ["events_api"]}, {"type": "invented"}])
def test_request_of_an_envelope_of_no_concern_is_none(envelope: dict[str, Any]) -> None:
    assert request_of(envelope) is None
