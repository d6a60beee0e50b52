"""A workflow that lasts a day: what is left open of it ends with the person's day, and nothing is said of it."""

from datetime import datetime, timedelta

import pytest

from core.executions import ExecutionStatus
from core.streaks import day_end
from core.zones import local_moment, to_local
from tests.unit.conversations.stage import Stage, flow

KOLKATA = "Asia/Kolkata"
REVIEW = flow(
    "review", {"ask": "q", "text": "How was it?"}, {"ask": "r", "text": "And?"},
    ends_with_day=True, remind=timedelta(hours=1),
)  # fmt: skip


def stage_at(hour: int, minute: int = 0) -> Stage:
    """Return a stage whose person's clock shows a time."""
    stage = Stage(REVIEW)
    stage.now = local_moment(to_local(stage.now, KOLKATA).date(), hour, minute, KOLKATA)
    return stage


def test_question_that_is_left_open_ends_in_the_night_without_a_word() -> None:
    stage = stage_at(20)
    stage.write("/start review")
    (reminder,) = stage.wait(hours=2)
    assert reminder.text.startswith("Still there?")
    stage.wait(hours=4, minutes=59)
    assert stage.state.executions
    said = len(stage.said)
    stage.wait(hours=6)
    assert stage.state.executions == ()
    assert [one.status for one in stage.executions.values()] == [ExecutionStatus.ABANDONED]
    assert len(stage.said) == said


def test_answer_after_midnight_still_belongs_to_the_day() -> None:
    stage = stage_at(23, 30)
    stage.write("/start review")
    stage.wait(hours=2)
    (second,) = stage.write("well")
    assert second.text.endswith("And?")
    stage.wait(hours=1, minutes=31)
    assert stage.state.executions == ()


def test_what_was_open_when_somebody_stopped_is_not_asked_again_on_another_day() -> None:
    stage = stage_at(20)
    stage.write("/start review")
    stage.write("stop")
    stage.wait(days=2)
    stage.write("/start")
    said = len(stage.said)
    stage.wait(minutes=1)
    assert stage.state.executions == ()
    assert len(stage.said) == said


@pytest.mark.parametrize(
    ("clock", "end"),
    [
        ("2027-03-13T20:00", "2027-03-14T03:00"),
        ("2027-03-14T01:30", "2027-03-14T03:00"),  # clocks go forward at two
        ("2027-03-14T03:00", "2027-03-15T03:00"),
        ("2027-11-07T00:10", "2027-11-07T03:00"),  # and back at two
    ],
)
def test_day_ends_at_three_o_clock_whatever_the_clocks_do(clock: str, end: str) -> None:
    zone = "America/New_York"
    wall = datetime.fromisoformat(clock)
    moment = local_moment(wall.date(), wall.hour, wall.minute, zone)
    assert to_local(day_end(moment, zone), zone).isoformat(timespec="minutes").startswith(end)
