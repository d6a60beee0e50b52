"""What the adapter does within seconds of a request."""

from collections.abc import Sequence
from typing import Any

import pytest
import structlog

from bots.adapter import Request, Response
from bots.reading import read_object
from bots.slack import value
from bots.slack.adapter import SlackAdapter
from core.messages import Inbound, InboundKind, InboundMessage
from core.undigested import Undigested
from tests.integration.edge import Clock
from tests.integration.slack.counterpart import Counterpart, Reply
from tests.unit.bots.slack.payloads import command, event, interaction, payload
from webhooks.door import Door

ASHA = {
    "ok": True,
    "user": {
        "id": "U024ASHA",
        "real_name": "Asha Rao",
        "tz": "Asia/Kolkata",
        "locale": "de-DE",
        "updated": 1795000000,
    },
}
TRIGGER = "3701415066658.3485157640.72f11de3d52bb9593d6931af772a323e"


async def react(adapter: SlackAdapter, request: Request) -> Sequence[InboundMessage]:
    return await adapter.react(request, adapter.parse(request))


async def test_react_to_somebody_unseen_asks_who_they_are_once(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("users.info", Reply(ASHA))
    first = await react(adapter, event(payload("im_text")))
    again = await react(adapter, event(payload("im_file")))

    (profile,) = first
    assert (profile.kind, profile.address, profile.chat) == (InboundKind.PROFILE, "T024CREW/U024ASHA", "D024ASHA")
    assert (profile.name, profile.zone, profile.language) == ("Asha Rao", "Asia/Kolkata", "de-DE")
    assert (list(again), slack.names) == ([], ["users.info"])
    assert slack.asked[0].params == {"user": "U024ASHA", "include_locale": "true"}


async def test_react_asks_again_where_slack_did_not_answer(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("users.info", Reply(reset=True), Reply(ASHA))
    with structlog.testing.capture_logs() as events:
        first = await react(adapter, event(payload("im_text")))
    again = await react(adapter, event(payload("im_text")))

    assert (list(first), len(again)) == ([], 1)
    assert [one["event"] for one in events] == ["slack_reaction_failed"]


async def test_react_asks_nobody_about_people_who_do_not_talk_to_us(slack: Counterpart, adapter: SlackAdapter) -> None:
    for label in ("room_thread_reply", "room_text", "user_change", "message_changed"):
        assert not await react(adapter, event(payload(label)))

    assert slack.names == []


async def test_react_to_the_forms_button_opens_it_while_the_trigger_lives(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    await react(adapter, interaction(payload("tap_form")))

    assert slack.names == ["views.open"]
    params = slack.asked[0].params
    slip = value.read_slip(params["view"]["private_metadata"])
    assert params["trigger_id"] == TRIGGER
    assert slip == value.Slip("f6f2.4:", "C024ROOM:1794999000.000100", "U024ASHA", "")
    assert params["view"]["blocks"][0]["text"]["text"] == "*Step 1 of 5*\nWhere did your prompts help?"


async def test_react_form_knows_the_persons_language(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("users.info", Reply(ASHA))
    await react(adapter, event(payload("im_text")))
    await react(adapter, interaction(payload("tap_form")))

    assert value.read_slip(slack.asked[1].params["view"]["private_metadata"]).language == "de-DE"
    assert "Direktnachrichten" in adapter.acknowledge(command(payload("command_help"))).body.decode()


@pytest.mark.parametrize("label", ["tap_room_by_somebody_else", "tap_form_by_somebody_else"])
async def test_react_to_somebody_elses_click_tells_them_alone(
    slack: Counterpart, adapter: SlackAdapter, label: str
) -> None:
    assert not await react(adapter, interaction(payload(label)))

    assert slack.names == ["chat.postEphemeral"]
    assert slack.asked[0].params == {
        "channel": "C024ROOM",
        "thread_ts": "1794999000.000100",
        "user": "U024ASHA",
        "text": "This question is for somebody else. Write to me directly, and we begin your own.",
    }


@pytest.mark.parametrize("error", ["expired_trigger_id", "trigger_expired", "internal_error"])
async def test_react_to_a_click_that_comes_too_late_hurts_nobody(
    slack: Counterpart, adapter: SlackAdapter, error: str
) -> None:
    slack.refuse("views.open", error)
    with structlog.testing.capture_logs() as events:
        assert not await react(adapter, interaction(payload("tap_form")))

    assert [(one["event"], one["code"]) for one in events] == [("slack_reaction_failed", error)]


class Kept:
    """Keeps whatever comes in, in memory."""

    def __init__(self) -> None:
        self.inbound: list[Inbound] = []

    async def take(self, inbound: Sequence[Inbound], /) -> None:
        self.inbound += inbound

    async def bury(self, what: Undigested, body: bytes) -> None:
        raise AssertionError(what.reason)


@pytest.mark.parametrize(
    ("label", "kinds"),
    [("im_text", [InboundKind.TEXT, InboundKind.PROFILE]), ("room_text", []), ("other_workspace", [])],
)
async def test_event_that_is_kept_and_reacted_to_is_read_once(
    slack: Counterpart, adapter: SlackAdapter, monkeypatch: pytest.MonkeyPatch, label: str, kinds: list[InboundKind]
) -> None:
    slack.reply("users.info", Reply(ASHA))
    kept, bodies = Kept(), []

    def counted(body: bytes) -> dict[str, Any]:
        bodies.append(body)
        return read_object(body)

    monkeypatch.setattr("bots.slack.body.read_object", counted)
    door = Door(lambda channel, account: adapter if account == "default" else None, kept, kept, clock=Clock())
    request = event(payload(label))
    assert await door.admit(adapter, request) == ("taken", Response(200))
    await door.close()

    assert [one.kind for one in kept.inbound if isinstance(one, InboundMessage)] == kinds
    assert bodies == [request.body]
