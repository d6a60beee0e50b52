"""What a channel knows of a stranger is offered in the question that would ask for it."""

from dataclasses import replace
from typing import Any

from core.messages import InboundKind
from core.people import Person
from tests.unit.conversations.stage import Stage, flow

NAME: dict[str, Any] = {"ask": "name", "text": "What shall I call you?", "save": "name", "optional": True}
ZONE: dict[str, Any] = {"ask": "zone", "text": "Which city?", "type": "zone", "save": "zone"}
LAYLA = {"text": "hello", "name": "ليلى", "zone": "Africa/Cairo"}


def _stranger() -> Stage:
    end = {"end": "done", "text": "Hello {{ name }} in {{ zone }}."}
    stage = Stage(flow("welcome", NAME, ZONE, end), met=False)
    stage.state = replace(stage.state, person=Person())
    return stage


def test_ask_known_name_and_zone_are_buttons_that_keep_them() -> None:
    stage = _stranger()
    stage.receive(InboundKind.TEXT, **LAYLA)
    stage.tap("ليلى")
    stage.tap("Africa/Cairo")

    assert stage.said[-1].text == "Hello ليلى in Africa/Cairo."
    assert (stage.state.person.name, stage.state.person.zone) == ("ليلى", "Africa/Cairo")


def test_ask_known_name_other_words_replace_it() -> None:
    stage = _stranger()
    stage.receive(InboundKind.TEXT, **LAYLA)
    stage.write("Layla")

    assert stage.state.person.name == "Layla"


def test_meet_zone_that_does_not_exist_is_not_believed() -> None:
    stage = _stranger()
    stage.receive(InboundKind.TEXT, text="hello", zone="../../etc/passwd")

    assert stage.state.person.zone == ""


def test_ask_nothing_known_offers_to_skip() -> None:
    stage = _stranger()
    stage.receive(InboundKind.TEXT, text="hello")

    assert [button.title for button in stage.said[-1].buttons] == ["Skip"]
