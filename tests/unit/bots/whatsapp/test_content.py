"""Approved templates: read, judged and made."""

from dataclasses import replace
from typing import Any

import pytest

from bots.whatsapp.content import Approval, Draft, Template, content_request, faults, read_approval, read_template
from core.messages import Button

RECORD: dict[str, Any] = {
    "sid": "HX00000000000000000000000000000001",
    "account_sid": "AC00000000000000000000000000000001",
    "friendly_name": "nudge_en",
    "language": "en",
    "variables": {"1": "Asha"},
    "types": {"twilio/text": {"body": "Hi {{1}}, your next step waits."}},
    "approval_requests": {
        "name": "nudge_en",
        "category": "UTILITY",
        "content_type": "twilio/text",
        "status": "approved",
        "rejection_reason": "",
        "allow_category_change": True,
        "flows": None,
    },
    "date_created": "2026-10-01T08:00:00Z",
}
TEMPLATE = Template(
    sid="HX00000000000000000000000000000001",
    name="nudge_en",
    language="en",
    body="Hi {{1}}, your next step waits.",
    kinds=("twilio/text",),
    variables={"1": "Asha"},
    approval=Approval.APPROVED,
    category="UTILITY",
)
DRAFT = Draft("nudge_en", "en", "Hi {{1}}, your next step waits.", {"1": "Asha"})


def test_read_template() -> None:
    found = read_template(RECORD)

    assert (found, found.is_usable) == (TEMPLATE, True)


@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        ({}, Approval.UNSUBMITTED),
        (None, Approval.UNSUBMITTED),
        ({"status": "pending"}, Approval.PENDING),
        ({"status": "REJECTED", "rejection_reason": "promotional"}, Approval.REJECTED),
        ({"status": "paused"}, Approval.PAUSED),
        ({"status": "enchanted"}, Approval.OTHER),
        ({"status": 7}, Approval.UNSUBMITTED),
    ],
)
def test_read_template_that_is_not_approved_is_not_usable(approval: Any, expected: Approval) -> None:
    found = read_template({**RECORD, "approval_requests": approval})

    assert (found.approval, found.is_usable) == (expected, False)


def test_read_template_keeps_why_it_was_rejected() -> None:
    found = read_template({**RECORD, "approval_requests": {"status": "rejected", "rejection_reason": "promotional"}})

    assert found.reason == "promotional"


@pytest.mark.parametrize("kind", ["twilio/list-picker", "twilio/location"])
def test_read_template_that_cannot_begin_a_conversation_is_not_usable(kind: str) -> None:
    assert not read_template({**RECORD, "types": {kind: {"body": "Choose"}}}).is_usable


@pytest.mark.parametrize("record", [{}, {"types": []}, {"types": {"twilio/text": None}}, {"variables": "x", "sid": 1}])
def test_read_template_of_odd_make_is_a_poor_one(record: dict[str, Any]) -> None:
    assert not read_template(record).is_usable


def test_read_approval_of_nothing_is_unsubmitted() -> None:
    assert (read_approval(None), read_approval("Approved")) == (Approval.UNSUBMITTED, Approval.APPROVED)


FAULTS = {
    "fine": (DRAFT, ""),
    "fine without variables": (Draft("a", "en", "Hello."), ""),
    "name": (replace(DRAFT, name="Nudge EN"), "small letters"),
    "same title twice": (replace(DRAFT, buttons=(Button("Yes", "1"), Button("Yes", "2"))), "same title"),
    "empty": (replace(DRAFT, body=" ", samples={}), "empty"),
    "too long": (replace(DRAFT, body="x" * 1025), "1025 characters; 1024"),
    "begins with a variable": (replace(DRAFT, body="{{1}}, your next step waits."), "begin or end"),
    "ends with a variable": (replace(DRAFT, body="Hi {{1}}"), "begin or end"),
    "adjacent variables": (replace(DRAFT, body="Hi {{1}} {{2}} there.", samples={"1": "a", "2": "b"}), "next to"),
    "sample missing": (replace(DRAFT, samples={}), "sample is missing for 1"),
    "sample blank": (replace(DRAFT, samples={"1": " "}), "sample is missing for 1"),
    "variable's name": (replace(DRAFT, body="Hi {{first name}}!", samples={"first name": "a"}), "'first name'"),
    "empty variable": (replace(DRAFT, body="Hi {{}} there.", samples={"": "a"}), "''"),
    "button title": (replace(DRAFT, buttons=(Button("x" * 21, "a"),)), "1 to 20 characters"),
    "eleven buttons": (
        replace(DRAFT, buttons=tuple(Button(f"No. {place}", f"{place}") for place in range(11))),
        "11 buttons; 10",
    ),
}


@pytest.mark.parametrize(("draft", "reason"), FAULTS.values(), ids=FAULTS)
def test_faults_say_what_would_be_right(draft: Draft, reason: str) -> None:
    found = faults(draft)

    assert (len(found), reason in " ".join(found)) == (1 if reason else 0, True)


def test_content_request_of_a_text() -> None:
    assert content_request(DRAFT) == {
        "friendly_name": "nudge_en",
        "language": "en",
        "variables": {"1": "Asha"},
        "types": {"twilio/text": {"body": "Hi {{1}}, your next step waits."}},
    }


def test_content_request_with_buttons_and_without_variables() -> None:
    assert content_request(Draft("a", "de", "Weiter?", buttons=(Button("Ja", "/continue"),))) == {
        "friendly_name": "a",
        "language": "de",
        "types": {
            "twilio/quick-reply": {
                "body": "Weiter?",
                "actions": [{"type": "QUICK_REPLY", "title": "Ja", "id": "/continue"}],
            }
        },
    }
