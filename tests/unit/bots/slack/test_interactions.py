"""Clicks, forms and commands as messages: a table over captured payloads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bots.slack.parse import parse_request
from bots.slack.workspace import Workspace
from core import errors
from core.messages import Inbound, InboundKind, InboundMessage
from tests.unit.bots.slack.payloads import command, interaction, payload

OURS = Workspace("default", "T024CREW", "U024SUNUP", "A024SUNUP")
TAP = InboundMessage(
    key="T024CREW:U024ASHA:1795000010.469172:0",
    channel="slack",
    account="default",
    address="T024CREW/U024ASHA",
    chat="D024ASHA",
    kind=InboundKind.TAP,
    text="Design",
    payload="f6f2.4:design",
    tap_id="U024ASHA",
)
FORM = replace(TAP, key="T024CREW:V024FORM", payload="f6f2.4:", text="Twenty prompts\nfor <designers> & friends")

UNDERSTOOD: dict[str, InboundMessage] = {
    "tap": TAP,
    "tap_menu": replace(TAP, key="T024CREW:U024ASHA:1795000011.469172:menu", text="Copywriting", payload="f6f2.4:copy"),
    "tap_room": replace(TAP, chat="C024ROOM:1794999000.000100", private=False),
    "tap_room_top": replace(TAP, chat="C024ROOM:1795000000.679169", payload="/help", private=False),
    "tap_home": replace(TAP, text="Today", payload="/today"),
    "form": FORM,
    "form_without_payload": replace(FORM, kind=InboundKind.TEXT, payload="", text="Twenty prompts"),
    "form_room": replace(FORM, chat="C024ROOM:1794999000.000100", text="Twenty prompts", private=False),
    "form_from_shared_channel": replace(FORM, text="Hi there!"),
}

OF_NO_CONCERN = (
    "tap_menu_left",
    "tap_room_by_somebody_else",
    "tap_form",
    "tap_form_by_somebody_else",
    "form_empty",
    "form_null",
    "form_by_somebody_else",
    "view_closed",
    "shortcut",
    "block_suggestion",
)

NOT_UNDERSTOOD = (
    "odd_tap_other_app",
    "odd_tap_no_team",
    "odd_tap_no_user",
    "odd_tap_channel",
    "odd_tap_action",
    "odd_tap_no_moment",
    "odd_tap_form_value",
    "odd_form_of_another_app",
    "odd_form_metadata",
    "odd_form_no_chat",
    "odd_form_no_user",
)


def parse(body: dict[str, Any]) -> Sequence[Inbound]:
    return parse_request(interaction(body), OURS)


@pytest.mark.parametrize(("label", "expected"), UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_parse_interaction_is_understood(label: str, expected: InboundMessage) -> None:
    assert list(parse(payload(label))) == [expected]


@pytest.mark.parametrize("label", OF_NO_CONCERN)
def test_parse_interaction_of_no_concern_is_empty(label: str) -> None:
    assert not parse(payload(label))


@pytest.mark.parametrize("label", NOT_UNDERSTOOD)
def test_parse_odd_interaction_is_not_understood(label: str) -> None:
    with pytest.raises(errors.Uninterpretable):
        parse(payload(label))


def test_parse_two_clicks_on_one_button_are_two_messages() -> None:
    body, again = payload("tap"), payload("tap")
    again["actions"][0]["action_ts"] = "1795000012.000100"

    assert parse(body)[0] != parse(again)[0]


def test_parse_click_brought_twice_keeps_its_key() -> None:
    assert parse(payload("tap")) == parse(payload("tap"))


COMMANDS = {
    "help": ("help", "/help"),
    "start": ("start prompt_selling", "/start prompt_selling"),
    "nothing": ("", "/help"),
    "space": ("  ", "/help"),
    "slashed": ("/today", "/today"),
    "a figure": ("25", "25"),
    "another script": ("मदद", "मदद"),
    "escapes": ("start a &amp; b", "/start a & b"),
    "mention": ("start with <@U024BEN|ben>", "/start with @ben"),
}


@pytest.mark.parametrize(("text", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_parse_command_speaks_in_the_direct_conversation(text: str, expected: str) -> None:
    found = parse_request(command({**payload("command_help"), "text": text}), OURS)

    assert list(found) == [
        InboundMessage(
            key="T024CREW:3701415066658.3485157640.72f11de3d52bb9593d6931af772a323e",
            channel="slack",
            account="default",
            address="T024CREW/U024ASHA",
            chat="U024ASHA",
            kind=InboundKind.TEXT,
            text=expected,
        )
    ]


@pytest.mark.parametrize("missing", ["user_id", "team_id", "trigger_id"])
def test_parse_command_that_lacks_an_id_is_not_understood(missing: str) -> None:
    body = {name: value for name, value in payload("command_help").items() if name != missing}

    with pytest.raises(errors.Uninterpretable):
        parse_request(command(body), OURS)


def test_parse_certificate_check_is_of_no_concern() -> None:
    assert not parse_request(command({"ssl_check": "1", "token": "verification-token"}), OURS)


def test_parse_command_of_an_organisation_belongs_to_it() -> None:
    body = {**payload("command_help"), "is_enterprise_install": "true", "enterprise_id": "E024ORG"}
    found = parse_request(command(body), OURS)[0]

    assert isinstance(found, InboundMessage)
    assert (found.account, found.address) == ("E024ORG", "E024ORG/U024ASHA")
