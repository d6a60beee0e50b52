"""What Twilio keeps: messages in doubt, and messages that were never brought."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import structlog
from aiohttp import web

from bots.whatsapp.adapter import WhatsAppAdapter
from bots.whatsapp.api import TwilioApi
from core import errors
from core.media import Attachment, MediaKind
from core.messages import InboundKind, InboundMessage, SendReceipt, TemplateUse
from tests.integration.whatsapp.conftest import ACCOUNT, SmallTwilio, hang, refusal
from tests.integration.whatsapp.messages import ASHA, PICTURE, TWO, message

SINCE = datetime(2026, 11, 21, 8, 0, 0, 700_000, tzinfo=UTC)
MESSAGES = "/Messages.json"
LONG = "ten letters " * 220


def record(sid: str, body: str = "Good morning", after: float = 1, **more: Any) -> dict[str, Any]:
    moment = format_datetime(SINCE + timedelta(seconds=after))
    return {
        "sid": sid,
        "body": body,
        "direction": "outbound-api",
        "from": "whatsapp:+14155550100",
        "to": f"whatsapp:{ASHA}",
        "status": "queued",
        "num_media": "0",
        "messaging_service_sid": None,
        "date_created": moment,
        "date_sent": None,
        **more,
    }


def page(*records: dict[str, Any], following: str | None = None) -> web.Response:
    return web.json_response({"messages": list(records), "next_page_uri": following, "page": 0})


async def test_reconcile_finds_what_went_out_and_sends_nothing_again(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    twilio.prepare("GET", MESSAGES, page(record("SM9", "Something else"), record("SM7")))

    assert await adapter.reconcile(message(), SINCE) == SendReceipt(("SM7",))
    assert [(one.method, one.query["To"]) for one in twilio.asked] == [("GET", f"whatsapp:{ASHA}")]


NOT_SENT = {
    "nothing at all": [],
    "other words": [record("SM7", "Good evening")],
    "the same words an hour before": [record("SM7", after=-3600)],
    "the person's own words": [record("SM7", direction="inbound")],
    "from another sender": [{**record("SM7"), "from": "whatsapp:+14155550199"}],
    "without a moment": [record("SM7", date_created="yesterday")],
}


@pytest.mark.parametrize("records", NOT_SENT.values(), ids=NOT_SENT)
async def test_reconcile_that_finds_nothing_lets_it_be_sent_again(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, records: list[dict[str, Any]]
) -> None:
    twilio.prepare("GET", MESSAGES, page(*records))

    assert await adapter.reconcile(message(), SINCE) is None
    assert twilio.made("POST", MESSAGES) == []


async def test_reconcile_bears_whole_seconds_and_a_slow_clock(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", MESSAGES, page(record("SM7", after=-1.6)))

    assert await adapter.reconcile(message(), SINCE) == SendReceipt(("SM7",))


async def test_reconcile_takes_the_one_nearest_to_the_attempt(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", MESSAGES, page(record("SM9", after=60), record("SM7", after=2)))

    assert await adapter.reconcile(message(), SINCE) == SendReceipt(("SM7",))


async def test_reconcile_sends_what_follows_the_part_in_doubt(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    await adapter.send(message(LONG))
    first, second = (one.fields["Body"] for one in twilio.made("POST", MESSAGES))
    twilio.prepare("GET", MESSAGES, page(record("SM7", first)), page(record("SM7", first)))
    twilio.prepare("POST", MESSAGES, web.json_response({"sid": "SM8"}, status=201), refusal(63018))

    assert await adapter.reconcile(message(LONG), SINCE) == SendReceipt(("SM7", "SM8"))
    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.reconcile(message(LONG), SINCE)

    assert [one.fields["Body"] for one in twilio.made("POST", MESSAGES)[2:]] == [second, second]
    assert raised.value.external_ids == ("SM7",)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (message("Go on?", buttons=TWO), record("SM7", "Go on?")),
        (message("Go on?", buttons=TWO), record("SM7", "Go on?\n\n1. Yes\n2. No")),
        (message("It's on\n\nGo  on?", title="Day 1", buttons=TWO), record("SM7", "*Day 1*\nIt’s on\n\nGo on?")),
        (message("x", template=TemplateUse("HX1", {"1": "Asha"})), record("SM7", "Hi Asha, your step waits.")),
        (message("", image=PICTURE), record("SM7", "", num_media="1")),
    ],
    ids=["buttons", "numbered", "lines", "template", "picture"],
)
async def test_reconcile_knows_every_kind_of_message(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, wanted: Any, found: dict[str, Any]
) -> None:
    twilio.prepare("GET", MESSAGES, page(found), page(record("SM7", "Something else")))

    assert await adapter.reconcile(wanted, SINCE) == SendReceipt(("SM7",))
    assert await adapter.reconcile(wanted, SINCE) is None


@pytest.mark.parametrize("answer", [refusal(20429, 429), web.Response(text="<html>"), hang])
async def test_reconcile_without_an_answer_settles_nothing(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, answer: web.Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TwilioApi._call, "__kwdefaults__", {"within": timedelta(seconds=0.3)})
    twilio.prepare("GET", MESSAGES, answer)

    with pytest.raises(errors.SendError) as raised:
        await adapter.reconcile(message(), SINCE)

    assert raised.value.retryable


def inbound(sid: str, body: str, after: float, **more: Any) -> dict[str, Any]:
    moment = format_datetime(SINCE + timedelta(seconds=after))
    people = {"from": f"whatsapp:{ASHA}", "to": "whatsapp:+14155550100"}
    return record(sid, body, after, direction="inbound", date_sent=moment, status="received", **{**people, **more})


async def test_missed_brings_every_page_in_order(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    following = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=200&Page=1&PageToken=PASM3"
    twilio.prepare(
        "GET",
        MESSAGES,
        page(inbound("SM3", "three", 30), record("SM0", "our own"), inbound("SM2", "two", 20), following=following),
        page(inbound("SM1", "one\x00", 10)),
    )

    found = await adapter.missed(SINCE)

    first, second = twilio.asked
    assert first.query == {"DateSent>": "2026-11-21T08:00:00Z", "PageSize": "200", "To": "whatsapp:+14155550100"}
    assert second.query["PageToken"] == "PASM3"
    assert [(one.key, one.text) for one in found] == [("SM1", "one"), ("SM2", "two"), ("SM3", "three")]
    assert found[1] == InboundMessage(
        key="SM2",
        channel="whatsapp",
        account="default",
        address=ASHA,
        chat=ASHA,
        kind=InboundKind.TEXT,
        text="two",
        sent_at=SINCE.replace(microsecond=0) + timedelta(seconds=20),
        reply_window=timedelta(hours=24),
    )


async def test_missed_brings_half_of_an_emoji_beside_its_neighbours(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    twilio.prepare("GET", MESSAGES, page(inbound("SM2", "two", 20), inbound("SM1", "half \ud83d", 10)))

    assert [one.text for one in await adapter.missed(SINCE)] == ["half \ufffd", "two"]


async def test_missed_brings_the_files_of_a_message(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    twilio.prepare("GET", MESSAGES, page(inbound("MM1", "My page", 5, num_media="1")))
    media = {"media_list": [{"sid": "ME1", "content_type": "image/jpeg", "uri": f"{path}.json"}, {"uri": "//evil"}, {}]}
    twilio.prepare("GET", "/MM1/Media.json", web.json_response(media))
    twilio.prepare("GET", path, web.Response(body=b"\xff\xd8", content_type="image/jpeg"))

    (found,) = await adapter.missed(SINCE)

    assert found.attachments[0] == Attachment(MediaKind.IMAGE, twilio.url + path, "image/jpeg")
    assert (await adapter.fetch(found.attachments[0], 100)).data == b"\xff\xd8"
    assert twilio.asked[-1].authorization.startswith("Basic ")


async def test_missed_leaves_out_what_is_not_for_us_and_says_so(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    strange = inbound("SM2", "odd", 20, **{"from": "whatsapp:junk"})
    twilio.prepare("GET", MESSAGES, page(inbound("SM3", "three", 30), strange))

    with structlog.testing.capture_logs() as events:
        found = await adapter.missed(SINCE)

    assert [one.key for one in found] == ["SM3"]
    assert [(event["event"], event["sid"]) for event in events] == [("whatsapp_record_not_understood", "SM2")]


async def test_missed_never_leaves_the_configured_host(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", MESSAGES, page(following="https://evil.example/2010-04-01/Next.json?Page=1"))

    assert await adapter.missed(SINCE) == []
    assert twilio.asked[-1].path == "/2010-04-01/Next.json"


async def test_missed_ends_where_pages_go_in_a_circle(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", MESSAGES, *(page(following="/again/Messages.json") for _ in range(9)))

    assert await adapter.missed(SINCE) == []
    assert len(twilio.asked) == 2


async def test_missed_that_breaks_off_brings_nothing_in_part(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare(
        "GET", MESSAGES, page(inbound("SM1", "one", 1), following="/next/Messages.json"), refusal(20429, 429)
    )

    with pytest.raises(errors.ChannelThrottled):
        await adapter.missed(SINCE)
