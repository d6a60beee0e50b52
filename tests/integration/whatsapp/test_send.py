"""How the adapter sends, and how it classifies what goes wrong."""

import asyncio
import base64
import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
import structlog
from aiohttp import web

from bots.transport import Transport
from bots.whatsapp.adapter import TwilioUrls, WhatsAppAdapter
from bots.whatsapp.api import TwilioApi
from bots.whatsapp.interactive import QUICK_REPLY, Shape, Shelf
from core import errors
from core.ids import MediaId
from core.messages import DeliveryStatus, Picture, Place, SendReceipt, TemplateUse
from tests.integration.whatsapp.conftest import ACCOUNT, TWILIO, SmallTwilio, hang, refusal, reset
from tests.integration.whatsapp.messages import FIVE, ID, PICTURE, TWO, message

MESSAGES = "/Messages.json"
LONG = "ten letters " * 220


async def test_send_text(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    receipt = await adapter.send(message("Good morning", title="Day 1"))

    (asked,) = twilio.asked
    credentials = base64.b64encode(f"{ACCOUNT}:{TWILIO.token}".encode()).decode()
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert asked.authorization == f"Basic {credentials}"
    assert asked.fields == {
        "To": "whatsapp:+919812345678",
        "From": "whatsapp:+14155550100",
        "StatusCallback": f"https://chat.example.org/webhooks/whatsapp/status?message={ID}",
        "Body": "*Day 1*\nGood morning",
    }
    assert receipt == SendReceipt(("SM" + "0" * 31 + "1",), DeliveryStatus.WIRED)


async def test_send_long_text_goes_on_after_what_was_sent(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    whole = await adapter.send(message(LONG))
    rest = await adapter.send(message(LONG, parts_sent=1))

    bodies = [one.fields["Body"] for one in twilio.asked]
    assert (len(whole.external_ids), len(rest.external_ids)) == (2, 1)
    assert bodies == [bodies[0], bodies[1], bodies[1]]
    told = [one.fields["StatusCallback"].partition("&")[2] for one in twilio.asked]
    assert told == ["part=1&parts=2", "part=2&parts=2", "part=2&parts=2"]


async def test_send_that_fails_midway_names_what_went_out(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare(
        "POST", MESSAGES, web.json_response({"sid": "SM1"}, status=201), refusal(20429, 429, retry_after="7")
    )

    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message(LONG))

    assert (raised.value.external_ids, raised.value.retry_after) == (("SM1",), timedelta(seconds=7))


async def test_send_picture_by_its_address(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    await adapter.send(message("Well done", image=PICTURE))

    (asked,) = twilio.asked
    assert (asked.fields["MediaUrl"], asked.fields["Body"]) == ("https://chat.example.org/pictures/7", "Well done")


async def test_send_album_that_fails_midway_goes_on_in_its_order_and_doubles_nothing(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    captions = [f"No. {place}" for place in range(1, 9)]
    album = tuple(Picture(MediaId(UUID(int=place)), caption) for place, caption in enumerate(captions, 1))
    taken = [web.json_response({"sid": f"SM{place}"}, status=201) for place in range(1, 4)]
    twilio.prepare("POST", MESSAGES, *taken, refusal(20429, 429))

    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message("Look", album=album))
    await adapter.send(message("Look", album=album, parts_sent=len(raised.value.external_ids)))

    assert raised.value.external_ids == ("SM1", "SM2", "SM3")
    taken_words = [one.fields["Body"] for place, one in enumerate(twilio.asked) if place != 3]
    assert taken_words == [*captions, "Look"]
    urls = [one.fields.get("MediaUrl", "").rpartition("/")[2] for place, one in enumerate(twilio.asked) if place != 3]
    assert urls == [*map(str, range(1, 9)), ""]


async def test_send_template_in_place_of_the_words(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    await adapter.send(message("ignored", buttons=TWO, template=TemplateUse("HX1", {"1": "Asha"})))

    (asked,) = twilio.asked
    assert (asked.fields["ContentSid"], asked.fields["ContentVariables"]) == ("HX1", '{"1":"Asha"}')
    assert "Body" not in asked.fields


async def test_send_what_whatsapp_has_no_place_for_calls_nobody(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    assert (await adapter.send(message("Home", place=Place.HOME)), twilio.asked) == (SendReceipt(), [])


async def test_send_buttons_makes_their_content_once(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, make: Callable[[], WhatsAppAdapter]
) -> None:
    await adapter.send(message("One?", buttons=TWO))
    await adapter.send(message("Two?", buttons=TWO))
    await adapter.send(message("Which?", buttons=FIVE))

    made, sent = twilio.made("POST", "/v1/Content"), twilio.made("POST", MESSAGES)
    assert [list(one.json["types"]) for one in made] == [["twilio/quick-reply"], ["twilio/list-picker"]]
    assert [one.fields["ContentSid"] for one in sent[:2]] == [sent[0].fields["ContentSid"]] * 2
    assert [orjson.loads(one.fields["ContentVariables"])["1"] for one in sent] == ["One?", "Two?", "Which?"]
    assert all("Body" not in one.fields for one in sent)

    known = {"contents": [{"sid": "HX7", "friendly_name": made[0].json["friendly_name"]}]}
    twilio.prepare("GET", "/v1/Content", web.json_response(known))
    await make().send(message("Three?", buttons=TWO))
    assert len(twilio.made("POST", "/v1/Content")) == 2
    assert twilio.made("POST", MESSAGES)[-1].fields["ContentSid"] == "HX7"


@pytest.mark.parametrize("answer", [refusal(20500, 500), refusal(20003, 403), web.json_response({}), hang])
async def test_send_buttons_whose_content_cannot_be_made_are_numbered(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, answer: web.Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.whatsapp.interactive.PATIENCE", timedelta(seconds=0.3))
    twilio.prepare("POST", "/v1/Content", answer)
    for _ in range(2):
        await adapter.send(message("Go on?", buttons=TWO))

    sent = twilio.made("POST", MESSAGES)
    assert [one.fields["Body"] for one in sent] == ["Go on?\n\n1. Yes\n2. No"] * 2
    assert len(twilio.made("POST", "/v1/Content")) == 1


async def test_send_buttons_whose_content_is_gone_are_numbered_once(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    twilio.prepare("POST", MESSAGES, refusal(21655))
    for _ in range(2):
        await adapter.send(message("Go on?", buttons=TWO))

    sent = twilio.made("POST", MESSAGES)
    assert ["Body" in one.fields for one in sent] == [False, True, False]
    assert len(twilio.made("POST", "/v1/Content")) == 2


@pytest.mark.parametrize("code", [63033, 63016, 63013])
async def test_send_buttons_refused_for_another_reason_are_not_tried_as_text(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, code: int
) -> None:
    twilio.prepare("POST", MESSAGES, refusal(code))

    with pytest.raises(errors.SendError) as raised:
        await adapter.send(message("Go on?", buttons=TWO))

    assert (raised.value.code, len(twilio.made("POST", MESSAGES))) == (str(code), 1)


async def test_content_for_many_messages_at_once_is_made_once(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    await asyncio.gather(*(adapter.send(message("Go on?", buttons=TWO)) for _ in range(5)))

    assert (len(twilio.made("POST", "/v1/Content")), len(twilio.made("POST", MESSAGES))) == (1, 5)


async def test_content_that_was_not_to_be_had_is_asked_for_again_after_a_pause(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    now = [0.0]
    shelf = Shelf(adapter.api, lambda: now[0])
    twilio.prepare("POST", "/v1/Content", refusal(20500, 500), web.json_response({"sid": "HX7"}, status=201))

    found = []
    for moment in (0.0, 299.0, 301.0, 302.0):
        now[0] = moment
        found.append(await shelf.sid_of(Shape(QUICK_REPLY, 2)))

    assert (found, len(twilio.made("POST", "/v1/Content"))) == ([None, None, "HX7", "HX7"], 2)


FAILURES = {
    "throttled": (refusal(20429, 429), errors.ChannelThrottled, "20429"),
    "5xx": (web.Response(status=502), errors.ChannelUnavailable, "502"),
    "gateway gave up": (web.Response(status=504), errors.OutcomeUnknown, "504"),
    "stopped": (refusal(21610), errors.RecipientUnreachable, "21610"),
    "no such number": (refusal(21211), errors.RecipientUnreachable, "21211"),
    "not in the sandbox": (refusal(63015), errors.RecipientUnreachable, "63015"),
    "window closed": (refusal(63016), errors.WindowClosed, "63016"),
    "too long": (refusal(21617), errors.MessageRejected, "21617"),
    "token refused": (refusal(20003, 401), errors.AccountRevoked, "20003"),
    "unreadable": (web.Response(text="<html>welcome</html>"), errors.OutcomeUnknown, "unreadable"),
    "cut short": (web.Response(status=201, text='{"sid": "SM1'), errors.OutcomeUnknown, "unreadable"),
    "a bare yes": (web.Response(status=201), errors.OutcomeUnknown, "unreadable"),
    "no id": (web.json_response({"status": "queued"}), errors.OutcomeUnknown, "unreadable"),
    "reset": (reset, errors.OutcomeUnknown, "ServerDisconnectedError"),
    "redirected": (web.Response(status=307, headers={"Location": "/x"}), errors.ChannelUnavailable, "307"),
}


@pytest.mark.parametrize(("answer", "kind", "code"), FAILURES.values(), ids=FAILURES)
async def test_send_failure_is_classified(
    twilio: SmallTwilio,
    adapter: WhatsAppAdapter,
    answer: web.Response,
    kind: type[errors.SendError],
    code: str,
) -> None:
    twilio.prepare("POST", MESSAGES, answer)

    with pytest.raises(errors.SendError) as raised:
        await adapter.send(message())

    shown = "".join(traceback.format_exception(raised.value))
    assert (type(raised.value), raised.value.code) == (kind, code)
    assert len(twilio.asked) == 1
    assert "very-secret" not in shown
    assert "919812345678" not in shown


async def test_send_without_an_answer_in_time_is_unknown(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TwilioApi.create_message, "__kwdefaults__", {"within": timedelta(seconds=0.3)})
    twilio.prepare("POST", MESSAGES, hang)

    with pytest.raises(errors.OutcomeUnknown):
        await adapter.send(message())

    assert len(twilio.asked) == 1


async def test_send_to_a_closed_port_sent_nothing(transport: Transport, unused_port: int) -> None:
    urls = TwilioUrls("https://chat.example.org", f"http://127.0.0.1:{unused_port}", f"http://127.0.0.1:{unused_port}")
    adapter = WhatsAppAdapter("default", TWILIO, urls, transport)

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.send(message())

    assert raised.value.code == "ClientConnectorError"


async def test_nothing_logged_holds_a_token_a_number_or_the_words(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.prepare("POST", "/v1/Content", refusal(63005))
    with structlog.testing.capture_logs() as events:
        await adapter.send(message("Sesame", buttons=TWO))

    shown = f"{events} {caplog.text} {adapter!r} {adapter.api!r} {vars(adapter)}"
    assert [event["event"] for event in events] == ["whatsapp_content_not_made"]
    assert not [word for word in ("very-secret", "919812345678", "Sesame") if word in shown]
