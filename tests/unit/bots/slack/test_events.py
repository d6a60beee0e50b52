"""Slack's events as messages: a table over captured payloads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.slack.parse import parse_request
from bots.slack.workspace import Workspace
from core import errors
from core.media import Attachment, MediaKind
from core.messages import AccountNotice, Inbound, InboundKind, InboundMessage
from tests.unit.bots.slack.payloads import event, payload

OURS = Workspace("default", "T024CREW", "U024SUNUP", "A024SUNUP")
ASHA = InboundMessage(
    key="T024CREW:D024ASHA:1795000000.000100",
    channel="slack",
    account="default",
    address="T024CREW/U024ASHA",
    chat="D024ASHA",
    kind=InboundKind.TEXT,
    sent_at=datetime.fromtimestamp(1795000000, UTC),
)
ROOM = replace(ASHA, key="T024CREW:C024ROOM:1795000000.000100", chat="C024ROOM:1795000000.000100", private=False)
THREAD = replace(ROOM, chat="C024ROOM:1794999000.000100")
MEDIA = replace(ASHA, kind=InboundKind.MEDIA)
FILES = "https://files.slack.com/files-pri/T024CREW-"
PAGE = Attachment(MediaKind.IMAGE, f"{FILES}F024PAGE/download/page.png", "image/png", 92582, "page.png")
OFFER = Attachment(
    MediaKind.DOCUMENT, f"{FILES}F024OFFER/download/offer.pdf", "application/pdf", 48211, "..\\..\\etc/passwd"
)
VOICE = Attachment(
    MediaKind.VOICE, f"{FILES}F024VOICE/download/audio_message.m4a", "audio/mp4", 28411, "audio_message.m4a", 7
)
PROFILE = InboundMessage(
    key="Ev024U",
    channel="slack",
    account="default",
    address="T024CREW/U024ASHA",
    chat="U024ASHA",
    kind=InboundKind.PROFILE,
    name="Asha Rao",
    language="en-GB",
    zone="Asia/Kolkata",
)
ELSEWHERE = replace(
    ASHA,
    key="T024OTHER:D024OTHER:1795000000.000100",
    account="T024OTHER",
    address="T024OTHER/U024CARO",
    chat="D024OTHER",
    text="hi",
)

UNDERSTOOD: dict[str, Inbound] = {
    "im_text": replace(ASHA, text="I sold two prompt packs"),
    "im_escaped": replace(
        ASHA,
        text="is 3 < 4 & 5 > 4? ask @ben in #general, see sunup.example or my page (https://sunup.example/pack), "
        "mail asha@sunup.example @here",
    ),
    "im_nul_and_half_emoji": replace(ASHA, text="sold \ufffd now"),
    "im_emoji": replace(ASHA, text="🌞" * 2000),
    "im_in_thread": replace(ASHA, text="and this"),
    "im_unknown_fields": replace(ASHA, text="hello"),
    "im_no_blocks_no_text": replace(ASHA, kind=InboundKind.OTHER),
    "im_file": replace(MEDIA, text="My page on sale", attachments=(PAGE,)),
    "im_two_files": replace(MEDIA, attachments=(PAGE, OFFER)),
    "im_voice": replace(MEDIA, attachments=(VOICE,)),
    "im_file_of_connect": replace(MEDIA, attachments=(Attachment(MediaKind.DOCUMENT, "F024FAR"),)),
    "im_file_gone": replace(ASHA, kind=InboundKind.OTHER),
    "mention": replace(ROOM, text="start prompt_selling"),
    "mention_as_message": replace(ROOM, text="start prompt_selling"),
    "mention_in_thread": replace(THREAD, text="and now?"),
    "room_thread_reply": replace(THREAD, text="thirty euros", addressed=False),
    "room_thread_broadcast": replace(THREAD, text="thirty euros", addressed=False),
    "group_mention": replace(
        ROOM, key="T024CREW:G024CREW:1795000000.000100", chat="G024CREW:1795000000.000100", text="help"
    ),
    "home_opened": replace(ASHA, key="Ev024H", kind=InboundKind.HOME, sent_at=None),
    "user_change": PROFILE,
    "team_join": replace(PROFILE, key="Ev024J", zone="Europe/Berlin", language=""),
    "app_uninstalled": AccountNotice("slack", "default", "app_uninstalled", ASHA.sent_at),
    "tokens_revoked": AccountNotice("slack", "default", "tokens_revoked", ASHA.sent_at),
    "other_workspace": ELSEWHERE,
    "shared_channel": replace(ROOM, text="hi"),
    "organisation": replace(
        ASHA,
        key="E024ORG:D024ASHA:1795000000.000100",
        account="E024ORG",
        address="E024ORG/U024ASHA",
        text="hi",
    ),
}

OF_NO_CONCERN = (
    "room_text",
    "bot_message",
    "bot_without_subtype",
    "ourselves",
    "ourselves_without_bot_id",
    "slackbot",
    "message_changed",
    "message_deleted",
    "channel_join",
    "home_messages_tab",
    "user_change_bot",
    "user_change_deleted",
    "tokens_revoked_of_a_person",
    "reaction_added",
    "unheard_of_event",
    "app_rate_limited",
    "url_verification",
    "event_missing",
)

NOT_UNDERSTOOD = (
    "odd_other_app",
    "odd_no_team",
    "odd_team",
    "odd_no_user",
    "odd_no_ts",
    "odd_ts",
    "odd_user",
    "odd_channel",
    "odd_thread",
    "odd_profile",
    "odd_home",
)


def parse(body: dict[str, Any], workspace: Workspace = OURS) -> Sequence[Inbound]:
    return parse_request(event(body), workspace)


def first(body: dict[str, Any], workspace: Workspace = OURS) -> InboundMessage:
    found = parse(body, workspace)[0]
    assert isinstance(found, InboundMessage)
    return found


@pytest.mark.parametrize(("label", "expected"), UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_parse_event_is_understood(label: str, expected: Inbound) -> None:
    assert list(parse(payload(label))) == [expected]


@pytest.mark.parametrize("label", OF_NO_CONCERN)
def test_parse_event_of_no_concern_is_empty(label: str) -> None:
    assert not parse(payload(label))


@pytest.mark.parametrize("label", NOT_UNDERSTOOD)
def test_parse_odd_event_is_not_understood(label: str) -> None:
    with pytest.raises(errors.Uninterpretable):
        parse(payload(label))


def test_parse_one_mention_told_as_two_events_is_one_message() -> None:
    told, again = payload("mention"), payload("mention_as_message")

    assert told["event_id"] != again["event_id"]
    assert first(told) == first(again)


def test_parse_retry_keeps_its_key() -> None:
    body = payload("im_text")
    again = {**body, "event_time": body["event_time"] + 60}

    assert first(again).key == first(body).key


def test_parse_same_ts_in_two_workspaces_is_two_messages() -> None:
    body = payload("im_text")
    other = payload("im_text")
    other["team_id"] = other["authorizations"][0]["team_id"] = "T024OTHER"

    assert first(body).key != first(other).key


def test_parse_names_us_by_what_the_event_says_of_another_workspace() -> None:
    body = payload("other_workspace")
    body["event"].update(text="<@U024SUNUP2> <@U024SUNUP> hi", channel="C024FAR", channel_type="channel")
    found = first(body)

    assert (found.account, found.text, found.addressed) == ("T024OTHER", "@U024SUNUP hi", True)


def test_parse_own_message_in_another_workspace_is_of_no_concern() -> None:
    body = payload("other_workspace")
    body["event"]["user"] = "U024SUNUP2"

    assert not parse(body)


@pytest.mark.parametrize("told", [None, "1795000000", 0, 10**15, True], ids=str)
def test_parse_end_of_an_installation_without_a_moment_tells_none(told: object) -> None:
    assert parse({**payload("app_uninstalled"), "event_time": told}) == (
        AccountNotice("slack", "default", "app_uninstalled"),
    )


DOORS = {
    "before the workspace is known": (Workspace("default"), "im_text", "default"),
    "ours": (OURS, "im_text", "default"),
    "an installed one through the default door": (OURS, "other_workspace", "T024OTHER"),
    "the app alone": (Workspace("default", speaks=False), "im_text", "T024CREW"),
    "an installed one's own door": (Workspace("T024OTHER", "T024OTHER"), "other_workspace", "T024OTHER"),
}


@pytest.mark.parametrize(("workspace", "label", "account"), DOORS.values(), ids=DOORS)
def test_parse_account_is_told_by_the_signed_body(workspace: Workspace, label: str, account: str) -> None:
    assert first(payload(label), workspace).account == account


def test_parse_foreign_workspace_through_a_named_door_is_not_taken() -> None:
    with pytest.raises(errors.Uninterpretable):
        parse(payload("other_workspace"), Workspace("T024CREW", "T024CREW"))
