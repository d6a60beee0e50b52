"""Purposes: what comes by itself names the template that may stand for it, and a button of a template is its words."""

from datetime import date, time
from typing import Any

import pytest

from conversations.state import State
from conversations.workflow import Schedule, Workflow
from core.messages import Content, InboundKind
from core.schedules import Weekly
from tests.unit.conversations.stage import Stage, flow, texts
from tests.unit.conversations.test_nudging import HALF_PAST_SEVEN, enrolled

ASK = {"ask": "plan", "text": "What is the plan?", "template": "plans", "remind": "20h", "give_up": "2d"}
CHOOSE = {
    "choose": "ready",
    "text": "Ready?",
    "options": {"ready": "I'm ready", "skip": "Not today"},
    "template": "morning",
}
END = {"end": "end", "text": "You said {{ ready }}.", "suggest": False}


def daily(*steps: dict[str, Any]) -> Workflow:
    return flow("morning", *steps, schedule=Schedule(Weekly((time(7, 30),))))


def purposes(said: list[Content]) -> list[str]:
    return [one.purpose for one in said]


def test_nudge_has_the_purpose_that_its_step_names() -> None:
    assert purposes(enrolled(daily(ASK)).wait(days=1)) == ["plans"]


def test_nudge_of_a_step_that_names_none_is_a_nudge() -> None:
    assert purposes(enrolled(daily({**ASK, "template": None})).wait(days=1)) == ["nudge"]


def test_nudge_that_asks_again_what_is_open_has_the_same_purpose() -> None:
    stage = enrolled(daily(ASK))
    first, reminder, again = stage.wait(days=2)
    assert purposes([first, reminder, again]) == ["plans", "reminder", "plans"]
    assert again.text == first.text


def test_reply_has_no_purpose() -> None:
    stage = enrolled(daily(ASK))
    assert purposes(stage.write("/start morning")) == [""]


@pytest.mark.parametrize("too_long", [False, True])
def test_summary_that_comes_by_itself_keeps_its_purpose_while_the_chart_is_drawn(too_long: bool) -> None:
    week = flow(
        "weekly_summary",
        {"summary": "week", "text": "Your week.", "empty": "Quiet.", "template": "weekly"},
        schedule=Schedule(Weekly((time(7, 30),))),
    )
    stage = enrolled(week, flow("m", {"mark": "morning", "text": "Done."}))
    stage.write("/start m")
    assert stage.wait(hours=22, minutes=31) == []
    said = stage.wait(minutes=20) if too_long else stage.finish_job()
    assert purposes(said) == ["weekly"]


# -- buttons of templates ------------------------------------------------------------------------


def tapped(stage: Stage, title: str, payload: str) -> list[str]:
    """Tap a button of a channel whose taps need no answer."""
    return texts(stage.receive(InboundKind.TAP, text=title, payload=payload))


@pytest.mark.parametrize("payload", ["2", "Not today", "skip_it", "x:y", "0000000000:a"])
def test_button_that_was_made_for_no_question_is_read_as_its_words(payload: str) -> None:
    stage = enrolled(daily(CHOOSE, END))
    stage.wait(days=1)
    assert tapped(stage, "Not today", payload) == ["You said Not today."]


def test_button_of_a_template_that_begins_a_workflow_by_its_title() -> None:
    stage = Stage(flow("walk", {"say": "week", "text": "Seven days."}, title="A walk"))
    assert tapped(stage, "A walk", "1") == ["Seven days."]


def test_button_of_a_template_that_carries_a_command_gives_it() -> None:
    stage = Stage(flow("weekly_summary", {"say": "week", "text": "Seven days."}, title="Your week", listed=False))
    assert tapped(stage, "Your week", "/start weekly_summary") == ["Seven days."]


def test_button_of_an_answered_question_is_still_no_answer_to_the_next() -> None:
    stage = enrolled(daily(CHOOSE, {**ASK, "template": None}, END))
    stage.wait(days=1)
    payload = stage.buttons[0].payload
    stage.write("ready")
    before: State = stage.state
    assert tapped(stage, "I'm ready", payload) == []
    assert stage.state == before


def test_days_of_these_tests_are_those_of_the_rule() -> None:
    stage = enrolled(daily(ASK), schedule=HALF_PAST_SEVEN)
    stage.wait(days=1)
    assert [one.date for one in stage.nudges] == [date(2026, 3, 3)]
