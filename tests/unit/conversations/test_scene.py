from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from conversations import facts
from conversations.effects import RecordFact, Say
from conversations.scene import Scene
from conversations.state import State
from core.messages import Priority
from core.people import Person
from tests.unit.conversations.stage import MONDAY, Shelf, Stage, flow


def scene_for(language: str = "en", **state: Any) -> Scene:
    return Scene(
        State(person=Person(language=language), **state), Shelf(), UUID(int=1), now=MONDAY, priority=Priority.REPLY
    )


def said(scene: Scene) -> list[str]:
    return [effect.content.text for effect in scene.turn().effects if isinstance(effect, Say)]


@pytest.mark.parametrize(
    ("duration", "language", "words"),
    [
        (timedelta(minutes=45), "en", "45 minutes"),
        (timedelta(hours=1), "en", "1 hour"),
        (timedelta(hours=2, minutes=30), "en", "2 hours, 30 minutes"),
        (timedelta(days=1, hours=2, minutes=3), "en", "1 day, 2 hours"),
        (timedelta(seconds=90), "en", "1 minute, 30 seconds"),
        (timedelta(minutes=45), "de", "45 Minuten"),
        (timedelta(minutes=45), "hi", "45 मिनट"),
        (timedelta(minutes=45), "xx", "45 minutes"),
    ],
)
def test_spoken_duration_is_exact_in_the_persons_language(duration: timedelta, language: str, words: str) -> None:
    assert scene_for(language).spoken(duration) == words


def test_lead_stands_above_what_is_said_next() -> None:
    scene = scene_for()
    scene.lead_in("noted")
    scene.say("Next?")
    assert said(scene) == ["Noted.\n\nNext?"]


def test_lead_without_company_is_said_alone() -> None:
    scene = scene_for()
    scene.lead_in("noted")
    scene.lead_in("resumed")
    assert said(scene) == ["Noted.", "Welcome back."]


def test_say_to_somebody_who_blocked_us_and_of_nothing_is_silence() -> None:
    blocked = scene_for(blocked=True)
    blocked.say("Hello")
    assert said(blocked) == []
    nothing = scene_for()
    nothing.say("")
    assert said(nothing) == []


def test_change_person_tells_fields_and_never_values() -> None:
    scene = scene_for()
    scene.change_person(name="Asha", goal="save_time")
    turn = scene.turn()
    assert turn.state.person == Person(name="Asha", profile={"goal": "save_time"})
    assert turn.effects == (RecordFact(facts.PROFILE_CHANGED, None, {"fields": ["goal", "name"]}),)


def test_record_keeps_data_named_like_its_own_parameter() -> None:
    scene = scene_for()
    scene.record("proof_kept", kind="image", self="x")
    assert scene.turn().effects == (RecordFact("proof_kept", None, {"kind": "image", "self": "x"}),)


def test_open_run_without_one_is_an_error() -> None:
    with pytest.raises(LookupError):
        scene_for().open_run()


FORK = flow(
    "fork",
    {"choose": "kind", "text": "Which?", "options": {"long": "Long", "short": "Short"}},
    {"branch": "last", "when": 'kind == "short"'},
    {"do": "extra", "text": "One thing more."},
    {"ask": "last", "text": "And now?"},
)


@pytest.mark.parametrize(
    ("kind", "titles"), [("Long", ["1 of 3", "2 of 3", "3 of 3"]), ("Short", ["1 of 3", "2 of 2"])]
)
def test_progress_counts_the_way_that_the_person_takes(kind: str, titles: list[str]) -> None:
    stage = Stage(FORK)
    stage.write("/start fork")
    stage.tap(kind)
    if kind == "Long":
        stage.write("done")

    assert [said.title for said in stage.said] == [f"Step {title} · Fork" for title in titles]
    stage.write("home")
    [kept] = stage.executions.values()
    assert (kept.steps_completed, kept.steps_total) == (len(titles), len(titles))


def test_steps_total_of_an_abandoned_execution_tells_what_was_left() -> None:
    stage = Stage(FORK)
    stage.write("/start fork")
    stage.wait(days=30)

    [kept] = stage.executions.values()
    assert (kept.steps_completed, kept.steps_total) == (0, 3)
