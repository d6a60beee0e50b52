"""Approved templates, over the Content API."""

from typing import Any

import pytest
from aiohttp import web

from bots.whatsapp.adapter import WhatsAppAdapter
from bots.whatsapp.content import Approval, Category, Draft
from bots.whatsapp.interactive import QUICK_REPLY, Shape
from core import errors
from tests.integration.whatsapp.conftest import SmallTwilio, refusal

DRAFT = Draft("nudge_en", "en", "Hi {{1}}, your next step waits.", {"1": "Asha"})


def content(sid: str, name: str, status: str = "approved") -> dict[str, Any]:
    types = {"twilio/text": {"body": "Hi {{1}}, your next step waits."}}
    approval = {"name": name, "category": "UTILITY", "status": status, "rejection_reason": ""}
    return {"sid": sid, "friendly_name": name, "language": "en", "types": types, "approval_requests": approval}


async def test_templates_are_listed_over_all_pages_without_our_own_contents(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    ours = content("HX3", Shape(QUICK_REPLY, 2).name, "unsubmitted")
    following = "https://content.twilio.com/v1/ContentAndApprovals?PageSize=100&Page=1&PageToken=DN1"
    pages = [
        {"contents": [content("HX1", "nudge_en"), ours], "meta": {"key": "contents", "next_page_url": following}},
        {"contents": [content("HX2", "tip_en", "pending")], "meta": {"key": "contents", "next_page_url": None}},
    ]
    twilio.prepare("GET", "/v1/ContentAndApprovals", *(web.json_response(page) for page in pages))

    found = await adapter.templates.list()

    assert [(one.sid, one.name, one.approval) for one in found] == [
        ("HX1", "nudge_en", Approval.APPROVED),
        ("HX2", "tip_en", Approval.PENDING),
    ]
    assert twilio.asked[1].query["PageToken"] == "DN1"
    assert all(one.authorization.startswith("Basic ") for one in twilio.asked)


async def test_template_is_created_and_submitted(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    path = "/v1/Content/HX7/ApprovalRequests/whatsapp"
    twilio.prepare("POST", "/v1/Content", web.json_response({"sid": "HX7"}, status=201))
    twilio.prepare("POST", path, web.json_response({"name": "nudge_en", "status": "received"}, status=201))

    sid = await adapter.templates.create(DRAFT)
    approval = await adapter.templates.submit(sid, "nudge_en", Category.UTILITY)

    made, submitted = twilio.asked
    assert (sid, approval) == ("HX7", Approval.RECEIVED)
    assert made.json["types"] == {"twilio/text": {"body": DRAFT.body}}
    assert (submitted.path, submitted.json) == (path, {"name": "nudge_en", "category": "UTILITY"})


async def test_template_that_would_be_rejected_is_not_created(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    with pytest.raises(errors.MessageRejected, match="begin or end"):
        await adapter.templates.create(Draft("nudge_en", "en", "Hi {{1}}", {"1": "Asha"}))

    assert twilio.asked == []


async def test_template_created_without_an_answer_is_unknown(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("POST", "/v1/Content", web.json_response({"status": "ok"}), web.Response(text="<html>"))

    for _ in range(2):
        with pytest.raises(errors.OutcomeUnknown):
            await adapter.templates.create(DRAFT)


async def test_template_approval_says_why_it_was_rejected(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    told = {"sid": "HX7", "whatsapp": {"status": "rejected", "rejection_reason": "It reads like an advertisement."}}
    twilio.prepare(
        "GET", "/v1/Content/HX7/ApprovalRequests", web.json_response(told), web.json_response({"sid": "HX7"})
    )

    assert await adapter.templates.approval("HX7") == (Approval.REJECTED, "It reads like an advertisement.")
    assert await adapter.templates.approval("HX7") == (Approval.UNSUBMITTED, "")


async def test_templates_refused_for_the_credentials_say_so(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", "/v1/ContentAndApprovals", refusal(20003, 401))

    with pytest.raises(errors.AccountRevoked):
        await adapter.templates.list()
