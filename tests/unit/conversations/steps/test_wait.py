from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from conversations import facts, phrases
from conversations.steps.wait import Wait
from core.executions import ExecutionStatus
from core.people import Person
from tests.unit.conversations.stage import MONDAY, Stage, flow, texts


def waiting(zone: str = "Asia/Kolkata", now: datetime = MONDAY, duration: str = "", **fields: Any) -> Stage:
    fields = {**fields, "for": duration} if duration else fields
    stage = Stage(flow("f", {"wait": "w", **fields}, {"say": "s", "text": "On."}), person=Person(zone=zone))
    stage.now = now
    stage.write("/start f")
    return stage


def test_wait_for_a_duration_goes_on_after_it() -> None:
    stage = waiting(duration="2h", text="Rest.")
    assert texts(stage.said) == ["Rest."]
    assert stage.wait(minutes=119) == []
    assert texts(stage.wait(minutes=1)) == ["On."]
    assert stage.fact(facts.WAIT_ENDED) == {"step": "w", "reason": "over"}


@pytest.mark.parametrize(
    ("zone", "now", "until", "due_at"),
    [
        ("Asia/Kolkata", datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "14:00", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 2, 8, 30, tzinfo=UTC), "14:00", datetime(2026, 3, 3, 8, 30, tzinfo=UTC)),
        ("", datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "09:00", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        ("Nowhere/At_all", datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "09:00", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        # 02:30 does not exist on 29 March in Berlin: the first moment after the gap is 03:00 of summer time.
        ("Europe/Berlin", datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "02:30", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 02:30 comes twice on 25 October: the first one counts.
        (
            "Europe/Berlin",
            datetime(2026, 10, 24, 12, 0, tzinfo=UTC),
            "02:30",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
    ],
)
def test_wait_until_a_time_of_day_is_the_persons_own(zone: str, now: datetime, until: str, due_at: datetime) -> None:
    stage = waiting(zone, now, until=until)
    assert list(stage.timers.values()) == [due_at]
    assert texts(stage.wait(days=2)) == ["On."]


def test_wait_until_after_the_second_of_two_equal_times_is_tomorrows() -> None:
    stage = waiting("Europe/Berlin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC), until="02:30")
    assert list(stage.timers.values()) == [datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("fields", "zone", "said"),
    [
        ({"until": "14:00"}, "Asia/Kolkata", "Monday 14:00"),
        ({"until": "09:00"}, "", "Monday 09:00 UTC"),
        ({"duration": "10d"}, "Asia/Kolkata", "12 March, 13:30"),
    ],
)
def test_wait_person_who_writes_is_told_until_when(fields: dict[str, Any], zone: str, said: str) -> None:
    stage = waiting(zone, **fields)
    assert texts(stage.write("hello?")) == [phrases.phrase("en", "waiting_until", moment=said)]


def test_wait_for_an_event_ends_with_its_signal_only() -> None:
    stage = waiting(event="order_shipped")
    assert texts(stage.write("and?")) == [phrases.phrase("en", "waiting_event")]
    assert stage.signal("order_lost") == []
    assert texts(stage.signal("order_shipped")) == ["On."]
    assert stage.signal("order_shipped") == []
    assert stage.fact(facts.WAIT_ENDED)["reason"] == "event"


def test_wait_first_of_event_and_duration_ends_it_once() -> None:
    stage = waiting(event="paid", duration="1d")
    assert texts(stage.signal("paid")) == ["On."]
    assert stage.timers == {}
    assert stage.wait(days=2) == []


def test_wait_duration_and_time_both_long_over_end_with_the_first() -> None:
    stage = waiting(until="14:00", duration="1d")
    assert texts(stage.outage(days=3)) == ["On."]
    assert stage.fact(facts.WAIT_ENDED)["reason"] == "until"


@pytest.mark.parametrize("words", ["go on", "continue", "Now!"])
def test_wait_skippable_goes_on_at_once(words: str) -> None:
    stage = waiting(skippable=True, text="Rest.", duration="1d")
    assert texts(stage.write(words)) == ["On."]
    assert stage.fact(facts.WAIT_ENDED)["reason"] == "skipped"


def test_wait_not_skippable_does_not_go_on() -> None:
    assert texts(waiting(duration="1h").write("go on")) == [
        phrases.phrase("en", "waiting_until", moment="Monday 14:30")
    ]


def test_wait_end_that_came_in_a_pause_counts_after_it() -> None:
    stage = waiting(duration="1h")
    stage.write("pause")
    assert stage.wait(hours=5) == []
    assert texts(stage.write("resume")) == [phrases.phrase("en", "resumed")]
    assert texts(stage.wait(seconds=1)) == ["On."]


def test_wait_is_neither_reminded_of_nor_given_up() -> None:
    stage = waiting(event="never")
    assert stage.wait(days=100) == []
    assert stage.statuses["f"] is ExecutionStatus.STARTED


def test_wait_for_the_end_of_another_workflow_goes_on_with_it() -> None:
    first = flow("first", {"wait": "w", "event": "completed.second"}, {"say": "s", "text": "After second."})
    second = flow("second", {"ask": "q", "text": "Second?"})
    stage = Stage(first, second)
    stage.write("/start first")
    stage.write("/start second")
    assert texts(stage.write("yes")) == ["After second."]
    assert set(stage.statuses.values()) == {ExecutionStatus.COMPLETED}


@pytest.mark.parametrize("fields", [{}, {"until": "24:00"}, {"until": "9:00"}, {"for": "0m"}, {"event": "Big"}])
def test_wait_document_without_a_proper_end_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Wait.model_validate({"wait": "w", **fields})
