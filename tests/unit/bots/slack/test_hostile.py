"""Whatever comes through a door ends in messages or in a refusal, never in another exception."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.adapter import Request, Response
from bots.slack.adapter import SlackAdapter
from bots.transport import Transport
from core import errors
from tests.unit.bots.oddities import spoilt
from tests.unit.bots.slack.payloads import PAYLOADS, command, event, interaction, payload

LABELS = sorted(path.stem for path in PAYLOADS.glob("*.json"))
DOORS = ("events", "interactions", "commands")
OURS = SlackAdapter(
    "default",
    {"team_id": "T024CREW", "bot_user_id": "U024SUNUP", "api_app_id": "A024SUNUP"},
    "https://slack.com/api",
    Transport(),
)


def wrapped(label: str, body: dict[str, Any]) -> Request:
    if label.startswith("command"):
        return command(body)
    kind = body.get("type")
    return event(body) if kind in ("event_callback", "app_rate_limited", "url_verification") else interaction(body)


BODIES = {
    "nothing": b"",
    "no json": b"{",
    "a list": b"[]",
    "a text": b'"hi"',
    "null": b"null",
    "no number": b'{"a": NaN}',
    "not utf-8": b"\xff\xfe{}",
    "a mebibyte of nothing": b" " * 2**20,
    "a list of brackets": b"[" * 900 + b"]" * 900,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_parse_event_that_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        OURS.parse(Request("POST", "/webhooks/slack/events", {}, body=body))


def nested(levels: int) -> bytes:
    return b'{"type":"event_callback","a":' + b'{"a":' * levels + b"1" + b"}" * levels + b"}"


@pytest.mark.parametrize("levels", [1_500, 20_000, 170_000])
def test_parse_what_is_nested_too_deeply_becomes_a_dead_letter(levels: int) -> None:
    requests = (
        Request("POST", "/webhooks/slack/events", {}, body=nested(levels)),
        Request("POST", "/webhooks/slack/interactions", {}, body=b"payload=" + nested(levels)),
    )
    for request in requests:
        with pytest.raises(errors.Uninterpretable, match="nested too deeply"):
            OURS.parse(request)
        assert OURS.acknowledge(request) == Response(200)


@pytest.mark.parametrize("levels", range(900, 1100, 7))
def test_parse_near_the_deepest_level_is_taken_or_refused(levels: int) -> None:
    request = Request("POST", "/webhooks/slack/events", {}, body=nested(levels))

    with contextlib.suppress(errors.Uninterpretable):
        assert not OURS.parse(request)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("door", DOORS[1:])
def test_parse_form_of_anything_is_refused_or_empty(door: str, body: bytes) -> None:
    for form in (body, b"payload=" + body):
        request = Request("POST", f"/webhooks/slack/{door}", {}, body=form)
        with contextlib.suppress(errors.RequestRefused):
            assert not OURS.parse(request)
        assert OURS.acknowledge(request) == Response(200)


def test_parse_form_of_too_many_fields_is_malformed() -> None:
    body = b"&".join(b"f%d=1" % place for place in range(1000))

    with pytest.raises(errors.Malformed):
        OURS.parse(Request("POST", "/webhooks/slack/commands", {}, body=body))


@pytest.mark.parametrize(
    "path", ["/webhooks/slack/events", "/webhooks/slack/events/T024CREW", "/webhooks/slack/events/", "/webhooks/slack"]
)
def test_parse_events_door_is_told_by_the_path_with_or_without_an_account(path: str) -> None:
    assert len(OURS.parse(Request("POST", path, {}, body=event(payload("im_text")).body))) == 1


@pytest.mark.parametrize("path", ["/webhooks/slack/interactions", "/webhooks/slack/interactions/T024CREW"])
def test_parse_interactions_door_is_told_by_the_path(path: str) -> None:
    assert len(OURS.parse(Request("POST", path, {}, body=interaction(payload("tap")).body))) == 1


@given(data=st.data(), label=st.sampled_from(LABELS))
def test_parse_any_field_replaced_by_anything_ends_in_messages_or_a_refusal(data: st.DataObject, label: str) -> None:
    body = payload(label)
    changed = spoilt(data, body)
    request = wrapped(label, body)
    if isinstance(changed, dict):
        request = wrapped(label, changed) if not label.startswith("command") else command(_texts(changed))

    assert OURS.acknowledge(request).status == 200
    try:
        found = OURS.parse(request)
    except errors.RequestRefused:
        return
    for each in found:
        assert "\x00" not in f"{each}"
        json.dumps(f"{each}").encode()
        f"{each}".encode()


def _texts(body: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
