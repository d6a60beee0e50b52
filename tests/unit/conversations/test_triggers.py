"""Triggers: what happens begins a workflow, once on a local date, and never in a circle."""

from datetime import time, timedelta
from typing import Any

import pytest

from conversations.workflow import Schedule, Trigger, TriggerKind, Workflow
from core.executions import Metric
from core.nudges import Reason
from core.people import Person
from core.schedules import Weekly
from tests.unit.conversations.stage import Stage, flow, texts

HELLO = {"say": "hello", "text": "How was it?"}


def kept(stage: Stage) -> list[tuple[str, str, str, str]]:
    return [(one.rule, one.date.isoformat(), one.result, one.reason) for one in stage.nudges]


def test_completion_of_another_workflow_begins_one() -> None:
    task = flow("task", {"say": "a", "text": "Do it."})
    stage = Stage(task, flow("after", HELLO, triggers=(Trigger(TriggerKind.COMPLETED, "task"),)))
    stage.write("start task")
    assert texts(stage.wait(seconds=0)) == ["How was it?"]
    assert kept(stage) == [("after!completed:task", "2026-03-02", "queued", "")]


def test_trigger_acts_once_on_a_local_date() -> None:
    task = flow("task", {"say": "a", "text": "Do it."})
    stage = Stage(task, flow("after", HELLO, triggers=(Trigger(TriggerKind.COMPLETED, "task"),)))
    for _ in range(3):
        stage.write("start task")
        stage.wait(seconds=0)
    assert len(stage.nudges) == 1
    stage.wait(days=1)
    stage.write("start task")
    assert texts(stage.wait(seconds=0)) == ["How was it?"]


def test_workflows_that_trigger_each_other_come_to_rest() -> None:
    one = flow("one", HELLO, triggers=(Trigger(TriggerKind.COMPLETED, "two"),))
    two = flow("two", HELLO, triggers=(Trigger(TriggerKind.COMPLETED, "one"),))
    stage = Stage(one, two)
    stage.write("start one")
    assert len(stage.wait(hours=1)) == 2
    assert not stage.timers


def test_trigger_with_a_delay_waits() -> None:
    task = flow("task", {"say": "a", "text": "Do it."})
    after = flow("after", HELLO, triggers=(Trigger(TriggerKind.COMPLETED, "task", timedelta(hours=2)),))
    stage = Stage(task, after)
    stage.write("start task")
    assert stage.wait(minutes=119) == []
    assert len(stage.wait(minutes=1)) == 1


@pytest.mark.parametrize(
    ("trigger", "happens"),
    [
        (Trigger(TriggerKind.ABANDONED, "task"), lambda stage: (stage.write("start task"), stage.wait(days=8))),
        (Trigger(TriggerKind.TAG, "vip"), lambda stage: stage.signal("tag.vip")),
        (
            Trigger(TriggerKind.OUTCOME, Metric.REVENUE.value),
            lambda stage: (stage.write("start earn"), stage.write("4500 INR")),
        ),
    ],
    ids=["abandoned", "tag", "outcome"],
)
def test_trigger_acts(trigger: Trigger, happens: Any) -> None:
    stage = Stage(
        flow("task", {"ask": "a", "text": "How far?"}),
        flow("earn", {"outcome": "revenue", "text": "How much?"}),
        flow("after", HELLO, triggers=(trigger,)),
    )
    happens(stage)
    stage.wait(seconds=0)
    assert [one.rule for one in stage.nudges] == [trigger.key_in("after")]


def test_stranger_triggers_what_follows_joining() -> None:
    after = flow("after", HELLO, triggers=(Trigger(TriggerKind.JOINED, "", timedelta(days=1)),))
    stage = Stage(after, met=False)
    stage.write("hi")
    assert texts(stage.wait(days=1)) == ["How was it?"]


def silent(days: int) -> Workflow:
    return flow("after", HELLO, triggers=(Trigger(TriggerKind.SILENT, f"{days}d", timedelta(days=days)),))


def test_silence_triggers_after_its_days_and_again_after_new_words() -> None:
    stage = Stage(silent(3))
    stage.write("hi")
    assert stage.wait(days=2) == []
    stage.write("still here")
    assert stage.wait(days=2, hours=23) == []
    assert texts(stage.wait(hours=1)) == ["How was it?"]
    assert stage.wait(days=30) == []
    stage.write("back")
    assert texts(stage.wait(days=3)) == ["How was it?"]


def test_trigger_of_a_silence_waits_for_the_end_of_quiet_hours() -> None:
    stage = Stage(
        silent(3), person=Person(zone="Europe/Paris", profile={"quiet_from": "08:00", "quiet_until": "11:00"})
    )
    stage.write("hi")
    assert stage.wait(days=3, hours=1) == []
    assert texts(stage.wait(hours=1)) == ["How was it?"]


def test_trigger_is_held_back_with_a_reason() -> None:
    stage = Stage(silent(3))
    stage.write("hi")
    stage.write("stop")
    assert stage.wait(days=4) == []
    assert kept(stage) == [("after!silent:3d", "2026-03-05", "skipped", Reason.STOPPED)]


def test_trigger_after_an_outage_of_days_is_late() -> None:
    stage = Stage(silent(3))
    stage.write("hi")
    assert stage.outage(days=6) == []
    assert kept(stage)[-1][2:] == ("skipped", Reason.LATE)


def test_nothing_is_kept_for_people_who_use_none_of_it() -> None:
    stage = Stage(flow("task", {"ask": "a", "text": "How far?"}))
    stage.write("start task")
    assert b"enrolments" not in stage.state.to_json()
    assert b"standing" not in stage.state.to_json()


def test_trigger_of_a_workflow_that_comes_by_itself_enrols() -> None:
    task = flow("task", {"say": "a", "text": "Do it."})
    daily = flow(
        "daily",
        {"ask": "b", "text": "How was today?"},
        schedule=Schedule(Weekly((time(20),))),
        triggers=(Trigger(TriggerKind.COMPLETED, "task"),),
    )
    stage = Stage(task, daily)
    stage.write("start task")
    assert [text.splitlines()[-1] for text in texts(stage.wait(seconds=0))] == ["How was today?"]
    assert [one.workflow for one in stage.state.enrolments] == ["daily"]


def test_trigger_that_has_gone_from_its_workflow_does_nothing() -> None:
    stage = Stage(silent(3))
    stage.write("hi")
    stage.shelf.publish(flow("after", HELLO, version=2))
    assert stage.wait(days=4) == []
    assert stage.nudges == []
