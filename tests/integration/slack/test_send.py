"""How the adapter sends."""

import json
import logging
import traceback
from datetime import timedelta
from uuid import UUID

import pytest
import structlog

from bots.adapter import Fetched
from bots.slack import api as slack_api
from bots.slack.adapter import SlackAdapter
from bots.transport import Transport
from core import errors
from core.ids import MediaId
from core.messages import Button, Picture, Place, SendReceipt
from tests.integration.pictures import Pictures
from tests.integration.slack.counterpart import Counterpart, Reply
from tests.integration.slack.messages import BEARER, DM, PICTURE, PNG, ROOM, message

DESIGN = Button("Design", "f6f2.4:design")
UPLOADED = ["files.getUploadURLExternal", "upload/1", "files.completeUploadExternal"]


def make_room_for_a_picture(slack: Counterpart) -> None:
    place = {"ok": True, "file_id": "F024NEW", "upload_url": f"{slack.root}/files/upload/1"}
    slack.reply("files.getUploadURLExternal", Reply(place))
    slack.files["upload/1"] = Reply(b"OK - 107")


async def test_send_words_brings_them_and_the_receipt(slack: Counterpart, adapter: SlackAdapter) -> None:
    receipt = await adapter.send(message("Good morning"))

    assert receipt == SendReceipt(("1795000000.000100",))
    (asked,) = slack.asked
    assert (asked.name, asked.authorization) == ("chat.postMessage", BEARER)
    assert asked.params == {"channel": DM, "text": "Good morning", "unfurl_links": False, "unfurl_media": False}


async def test_send_into_a_thread_answers_there(slack: Counterpart, adapter: SlackAdapter) -> None:
    await adapter.send(message("Where?", ROOM, buttons=(DESIGN,)))

    params = slack.asked[0].params
    assert (params["channel"], params["thread_ts"]) == ("C024ROOM", "1794999000.000100")
    assert params["blocks"][1]["elements"][0]["value"] == "@U024ASHA|f6f2.4:design"


async def test_send_long_words_goes_on_after_the_parts_that_were_sent(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    text = "word " * 2000
    slack.reply("chat.postMessage", Reply({"ok": True, "ts": "1.1"}), Reply({"ok": False, "error": "ratelimited"}))
    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message(text))
    first = [one.params["text"] for one in slack.asked]
    await adapter.send(message(text, parts_sent=len(raised.value.external_ids)))

    assert raised.value.external_ids == ("1.1",)
    said = [one.params["text"] for one in slack.asked]
    assert said[2] == first[1]
    assert " ".join([said[0], *said[2:]]).split() == text.split()


async def test_send_picture_takes_three_calls_and_shows_once(slack: Counterpart, adapter: SlackAdapter) -> None:
    make_room_for_a_picture(slack)

    receipt = await adapter.send(message("Your offer", ROOM, image=PICTURE))

    assert (slack.names, receipt.external_ids) == (UPLOADED, ("F024NEW",))
    place, put, shown = slack.asked
    assert place.params == {"filename": "offer.png", "length": str(len(PNG))}
    assert (put.body, put.authorization) == (PNG, "")
    assert {**shown.params, "files": json.loads(shown.params["files"])} == {
        "files": [{"id": "F024NEW", "title": "offer.png"}],
        "channel_id": "C024ROOM",
        "thread_ts": "1794999000.000100",
        "initial_comment": "Your offer",
    }


async def test_send_large_picture_arrives_whole(slack: Counterpart, adapter: SlackAdapter, pictures: Pictures) -> None:
    make_room_for_a_picture(slack)
    pictures.kept[PICTURE] = type(pictures.kept[PICTURE])(PNG * 30_000, "image/png")

    await adapter.send(message(image=PICTURE))

    assert slack.asked[1].body == PNG * 30_000
    assert slack.asked[0].params["filename"] == "picture.png"


async def test_send_album_that_fails_midway_goes_on_in_its_order_and_doubles_nothing(
    slack: Counterpart, adapter: SlackAdapter, pictures: Pictures
) -> None:
    album = tuple(Picture(MediaId(UUID(int=place)), f"No. {place}") for place in range(1, 4))
    place = {"ok": True, "upload_url": f"{slack.root}/files/upload/1"}
    pictures.kept.update({one.media: Fetched(PNG, "image/png") for one in album})
    slack.reply("files.getUploadURLExternal", *(Reply({**place, "file_id": f"F{number}"}) for number in (1, 2, 22, 3)))
    slack.files["upload/1"] = Reply(b"OK - 107")
    slack.reply(UPLOADED[2], Reply(), Reply({"ok": False, "error": "ratelimited"}))

    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message("Look", album=album))
    await adapter.send(message("Look", album=album, parts_sent=len(raised.value.external_ids)))

    assert raised.value.external_ids == ("F1",)
    shown = [one.params["initial_comment"] for one in slack.asked if one.name == UPLOADED[2]]
    assert shown == ["No. 1", "No. 2", "No. 2", "No. 3"]  # the first No. 2 was refused
    assert slack.names[-1] == "chat.postMessage"


async def test_send_picture_where_only_the_user_is_known_opens_the_direct_message(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    make_room_for_a_picture(slack)

    await adapter.send(message("Where?", "U024ASHA", image=PICTURE, buttons=(DESIGN,)))

    assert slack.names == ["conversations.open", *UPLOADED, "chat.postMessage"]
    assert (slack.asked[0].params, slack.asked[3].params["channel_id"]) == ({"users": "U024ASHA"}, DM)


@pytest.mark.parametrize("reply", [Reply(reset=True), Reply(b"", 500)])
@pytest.mark.parametrize("step", UPLOADED[:2])
async def test_send_picture_that_was_not_shown_yet_may_simply_be_tried_again(
    slack: Counterpart, adapter: SlackAdapter, step: str, reply: Reply
) -> None:
    if step == UPLOADED[0]:
        slack.reply(step, reply)
    make_room_for_a_picture(slack)
    if step == UPLOADED[1]:
        slack.files[step] = reply

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(image=PICTURE))

    assert "files.completeUploadExternal" not in slack.names


async def test_send_picture_whose_last_answer_is_lost_is_unknown(slack: Counterpart, adapter: SlackAdapter) -> None:
    make_room_for_a_picture(slack)
    slack.reply("files.completeUploadExternal", Reply(reset=True))

    with pytest.raises(errors.OutcomeUnknown):
        await adapter.send(message(image=PICTURE))


async def test_send_picture_goes_only_where_slack_keeps_files(
    slack: Counterpart, elsewhere: Counterpart, adapter: SlackAdapter
) -> None:
    place = {"ok": True, "file_id": "F024NEW", "upload_url": f"{elsewhere.root}/files/upload/1"}
    slack.reply("files.getUploadURLExternal", Reply(place))

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(image=PICTURE))

    assert (slack.names, elsewhere.names) == (["files.getUploadURLExternal"], [])


async def test_send_without_the_picture_where_it_is_gone(
    slack: Counterpart, adapter: SlackAdapter, pictures: Pictures
) -> None:
    pictures.kept.clear()
    with structlog.testing.capture_logs() as events:
        await adapter.send(message("Your offer", image=PICTURE))

    assert slack.names == ["chat.postMessage"]
    assert [event["event"] for event in events] == ["picture_left_out"]


async def test_send_waits_for_a_picture_that_cannot_be_read_now(adapter: SlackAdapter, pictures: Pictures) -> None:
    pictures.down = True

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(image=PICTURE))


async def test_send_home_replaces_it_and_may_be_repeated(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("views.publish", Reply(reset=True))
    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message("Nothing is running.", place=Place.HOME))
    receipt = await adapter.send(message("Nothing is running.", place=Place.HOME))

    assert (receipt.external_ids, slack.asked[1].params["user_id"]) == (("V024HOME",), "U024ASHA")


async def test_send_answer_to_a_tap_is_seen_by_one(slack: Counterpart, adapter: SlackAdapter) -> None:
    receipt = await adapter.send(message("Answered already.", ROOM, tap_id="U024ASHA"))

    assert (slack.names, slack.asked[0].params["user"]) == (["chat.postEphemeral"], "U024ASHA")
    assert receipt.external_ids == ("1795000000.000300",)


async def test_send_answer_to_a_tap_without_words_calls_nobody(slack: Counterpart, adapter: SlackAdapter) -> None:
    assert await adapter.send(message("", tap_id="U024ASHA")) == SendReceipt()
    assert slack.names == []


async def test_edit_puts_new_words_and_takes_old_buttons_away(slack: Counterpart, adapter: SlackAdapter) -> None:
    await adapter.edit(message("Design, then."), "1795000000.000100")

    assert slack.asked[0].params == {
        "channel": DM,
        "ts": "1795000000.000100",
        "text": "Design, then.",
        "blocks": [],
    }


async def test_edit_whose_answer_is_lost_may_be_repeated(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("chat.update", Reply(reset=True))

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.edit(message("Design, then."), "1795000000.000100")


async def test_edit_with_too_many_words_is_refused(adapter: SlackAdapter) -> None:
    with pytest.raises(errors.MessageRejected):
        await adapter.edit(message("word " * 2000), "1795000000.000100")


REFUSALS: dict[str, type[errors.SendError]] = {
    "channel_not_found": errors.RecipientUnreachable,
    "token_revoked": errors.AccountRevoked,
    "invalid_blocks": errors.MessageRejected,
    "fatal_error": errors.OutcomeUnknown,
    "service_unavailable": errors.ChannelUnavailable,
}


@pytest.mark.parametrize(("code", "kind"), REFUSALS.items(), ids=REFUSALS)
async def test_send_refused_with_status_200_is_classified(
    slack: Counterpart, adapter: SlackAdapter, code: str, kind: type[errors.SendError]
) -> None:
    slack.refuse("chat.postMessage", code)

    with pytest.raises(errors.SendError) as raised:
        await adapter.send(message())

    assert (type(raised.value), raised.value.code) == (kind, code)


async def test_send_throttled_carries_the_wait(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.reply("chat.postMessage", Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}))

    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message())

    assert raised.value.retry_after == timedelta(seconds=30)


async def test_send_without_an_answer_in_time_is_unknown_and_made_once(
    slack: Counterpart, adapter: SlackAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_api.SlackApi.post, "__kwdefaults__", {"within": timedelta(seconds=0.3)})
    slack.reply("chat.postMessage", Reply(seconds=5))

    with pytest.raises(errors.OutcomeUnknown):
        await adapter.send(message())

    assert slack.names == ["chat.postMessage"]


async def test_send_goes_on_after_a_picture_that_is_gone_by_now(
    slack: Counterpart, adapter: SlackAdapter, pictures: Pictures
) -> None:
    pictures.kept.clear()
    receipt = await adapter.send(message("Well done, word by word. " * 200, image=PICTURE, parts_sent=1))

    assert slack.names == ["chat.postMessage"] * 2
    assert len(receipt.external_ids) == 2


UNREADABLE = {
    "a page": b"<html>welcome</html>",
    "a bare yes": b'{"ok": true}',
    "cut short": b'{"ok": true, "ts": "1795000000.0001',
    "a ts of another kind": b'{"ok": true, "ts": {"a": 1}}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_send_answer_that_names_no_message_is_unknown_and_made_once(
    slack: Counterpart, adapter: SlackAdapter, body: bytes
) -> None:
    slack.reply("chat.postMessage", Reply(body))

    with pytest.raises(errors.OutcomeUnknown) as raised:
        await adapter.send(message())

    assert (slack.names, raised.value.code) == (["chat.postMessage"], "unreadable")


async def test_send_home_whose_answer_names_no_view_may_be_made_again(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    slack.reply("views.publish", Reply(b'{"ok": true}'))

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(place=Place.HOME, address="T024CREW/U024ASHA"))


async def test_send_whose_connection_breaks_off_is_unknown_and_made_once(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    slack.reply("chat.postMessage", Reply(reset=True))

    with pytest.raises(errors.OutcomeUnknown):
        await adapter.send(message())

    assert slack.names == ["chat.postMessage"]


async def test_send_to_a_closed_port_sent_nothing(transport: Transport, unused_port: int) -> None:
    ours = SlackAdapter("default", {"bot_token": "xoxb-secret"}, f"http://127.0.0.1:{unused_port}/api", transport)

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await ours.send(message())

    assert raised.value.code == "ClientConnectorError"
    assert "secret" not in "".join(traceback.format_exception(raised.value))


async def test_send_without_a_token_is_told_as_such(slack: Counterpart, transport: Transport) -> None:
    ours = SlackAdapter("default", {"signing_secret": "x"}, slack.api_url, transport)

    with pytest.raises(errors.AccountRevoked) as raised:
        await ours.send(message())

    assert (raised.value.code, slack.names) == ("no_token", [])


async def test_introduce_learns_who_we_are(slack: Counterpart, transport: Transport) -> None:
    slack.reply("auth.test", Reply({"ok": True, "team_id": "T024CREW", "user_id": "U024SUNUP", "bot_id": "B024SUNUP"}))
    slack.reply("bots.info", Reply({"ok": True, "bot": {"id": "B024SUNUP", "app_id": "A024SUNUP"}}))
    ours = SlackAdapter("default", {"bot_token": "xoxb-1"}, slack.api_url, transport)
    found = await ours.introduce()

    assert (found.team, found.bot_user, found.app) == ("T024CREW", "U024SUNUP", "A024SUNUP")
    assert ours.workspace == found


async def test_introduce_for_a_whole_organisation_is_named_by_it(slack: Counterpart, adapter: SlackAdapter) -> None:
    org = {"is_enterprise_install": True, "enterprise_id": "E024ORG", "team_id": "E024ORG", "user_id": "U024SUNUP"}
    slack.reply("auth.test", Reply({"ok": True, **org}))
    slack.refuse("bots.info", "bot_not_found")

    assert (await adapter.introduce()).team == "E024ORG"


async def test_introduce_with_a_revoked_token_says_so(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.refuse("auth.test", "invalid_auth")

    with pytest.raises(errors.AccountRevoked):
        await adapter.introduce()


async def test_nothing_logged_or_shown_holds_the_token(
    slack: Counterpart, adapter: SlackAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.refuse("chat.postMessage", "invalid_blocks very-secret")
    with structlog.testing.capture_logs() as events, pytest.raises(errors.SendError) as raised:
        await adapter.send(message())

    shown = f"{events} {caplog.text} {adapter!r} {adapter.api!r} {vars(adapter)}"
    assert "very-secret" not in shown + "".join(traceback.format_exception(raised.value))
