from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.limits import REMINDER_SLACK, WINDOW_MARGIN
from conversations.windows import before_closing
from core.people import Person
from tests.unit.conversations.stage import MONDAY, Stage, flow, texts

DAY = timedelta(hours=24)
ASKING = flow("asking", {"ask": "q", "text": "Which?"}, {"ask": "r", "text": "And?"})
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40))


@given(due=SPANS, window=SPANS)
def test_reminder_comes_earlier_by_less_than_its_slack_or_not_at_all(due: timedelta, window: timedelta) -> None:
    moment, closes_at = MONDAY + due, MONDAY + window
    planned = before_closing(moment, closes_at, MONDAY)
    assert planned == moment or planned == closes_at - WINDOW_MARGIN
    assert timedelta(0) <= moment - planned < REMINDER_SLACK + WINDOW_MARGIN
    assert planned > MONDAY or planned == moment
    misses_by_little = closes_at - WINDOW_MARGIN < moment < closes_at + REMINDER_SLACK
    if misses_by_little and window > WINDOW_MARGIN:
        assert planned < closes_at


@given(due=SPANS)
def test_reminder_on_a_channel_without_a_window_keeps_its_moment(due: timedelta) -> None:
    assert before_closing(MONDAY + due, None, MONDAY) == MONDAY + due


def test_reminder_after_a_day_is_sent_before_the_window_closes() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking", reply_window=DAY)
    assert stage.state.reply_until == MONDAY + DAY
    assert stage.wait(hours=23, minutes=49) == []
    (reminder,) = stage.wait(minutes=2)
    assert reminder.text.startswith("Still there?")


def test_window_counts_from_the_moment_at_which_the_person_wrote() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking", reply_window=DAY, sent_at=MONDAY - timedelta(hours=3))
    assert stage.state.reply_until == MONDAY + timedelta(hours=21)
    assert stage.wait(hours=23, minutes=59) == []
    stage.write("this", reply_window=DAY, sent_at=stage.now + timedelta(hours=1))
    assert stage.state.reply_until == stage.now + DAY


def test_message_that_was_brought_late_does_not_close_the_window_earlier() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking", reply_window=DAY)
    stage.write("this", reply_window=DAY, sent_at=MONDAY - timedelta(hours=5))
    assert stage.state.reply_until == MONDAY + DAY


def test_reminder_that_misses_the_window_by_more_than_its_slack_keeps_its_moment() -> None:
    stage = Stage(flow("slow", {"ask": "q", "text": "Which?", "remind": "3d"}))
    stage.write("/start slow", reply_window=DAY)
    assert stage.wait(hours=71) == []
    assert len(stage.wait(hours=2)) == 1


def test_message_through_a_channel_without_a_window_opens_it_for_good() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking", reply_window=DAY)
    stage.write("this")
    assert stage.state.reply_until is None
    assert stage.wait(hours=23, minutes=59) == []


# -- what a message is for -----------------------------------------------------------------------


def test_answer_has_no_purpose() -> None:
    stage = Stage(ASKING)
    assert [content.purpose for content in stage.write("/start asking")] == [""]


def test_reminder_and_giving_up_say_what_they_are_for() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    said = stage.wait(days=8)
    assert [content.purpose for content in said] == ["reminder", "reminder", "reminder", "gave_up"][-len(said) :]
    assert {content.purpose for content in said} == {"reminder", "gave_up"}


def test_tip_and_timer_say_what_they_are_for() -> None:
    stage = Stage(flow("work", {"do": "it", "text": "Do it.", "timer": "1h", "tips": {"20m": "One.", "30m": "Two."}}))
    stage.write("/start work")
    assert [content.purpose for content in stage.wait(hours=1)] == ["tip", "tip", "timer"]


@pytest.mark.parametrize(("named", "purpose"), [({"template": "follow_up"}, "follow_up"), ({}, "nudge")])
def test_text_after_a_wait_is_for_what_its_step_says(named: dict[str, str], purpose: str) -> None:
    asks = {"ask": "how", "text": "How was it?", **named}
    stage = Stage(flow("habit", {"wait": "rest", "for": "2d"}, {"say": "back", "text": "I am back."}, asks))
    stage.write("/start habit")
    said = stage.wait(days=2)
    assert texts(said) == ["I am back.", "How was it?"]
    assert [content.purpose for content in said] == ["nudge", purpose]


def test_text_after_a_signal_is_a_nudge_and_the_template_is_no_matter_of_an_answer() -> None:
    asks = {"ask": "how", "text": "How was it?", "template": "follow_up"}
    stage = Stage(flow("paying", {"wait": "pay", "event": "paid", "skippable": True}, asks))
    stage.write("/start paying")
    assert [content.purpose for content in stage.signal("paid")] == ["follow_up"]
    other = Stage(flow("paying", {"wait": "pay", "event": "paid", "skippable": True}, asks), person=Person())
    other.write("/start paying")
    assert [content.purpose for content in other.write("go on")] == [""]
