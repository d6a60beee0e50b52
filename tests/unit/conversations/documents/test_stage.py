"""The stage: timers fire in order, jobs settle, and the dialogue survives being written down."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.documents import Shelf, Stage, load_workflow
from conversations.documents.stage import StateLost, person_of
from conversations.state import State
from conversations.workflow import Workflow
from core.executions import ExecutionStatus
from core.media import Attachment, MediaKind
from core.people import Person

NOW = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)

TEA = load_workflow("""\
workflow: tea
title: Tea
remind: 3h
give_up: 9h
steps:
  - do: boil
    text: Boil the water.
    timer: 1h
    tips: {10m: Use a lid., 20m: Turn it up.}
  - proof: cup
    text: Send a photo of the cup.
    accept: [image]
  - wait: cool
    until: "09:00"
  - say: enjoy
    text: Enjoy.
""")


def _stage(person: Person | None = None) -> Stage:
    stage = Stage([TEA], person or Person(), NOW)
    stage.write("start tea")
    return stage


def _heard(stage: Stage) -> list[str]:
    words = []
    while (content := stage.hear()) is not None:
        words.append(content.text.partition("\n")[0])
    return words


def test_wait_fires_timers_in_order_and_stops_where_it_was_told() -> None:
    stage = _stage()
    assert _heard(stage) == ["Boil the water."]
    assert stage.next_due_at == NOW + timedelta(minutes=10)
    stage.wait(timedelta(minutes=25))
    assert _heard(stage) == ["Use a lid.", "Turn it up."]
    assert stage.now == NOW + timedelta(minutes=25)
    stage.wait(timedelta(minutes=35))
    assert len(_heard(stage)) == 1


def test_wait_fires_the_earliest_of_several_executions_first() -> None:
    def workflow(name: str, after: str) -> Workflow:
        wait = f"{{wait: pause, for: {after}}}"
        return load_workflow(f"workflow: {name}\ntitle: A\nsteps: [{wait}, {{say: over, text: {name} is over}}]")

    stage = Stage([workflow("slow", "2h"), workflow("quick", "1h")], Person(), NOW)
    stage.write("start slow")
    stage.write("start quick")
    stage.said.clear()
    stage.wait(timedelta(hours=3))
    assert [words for words in _heard(stage) if words.endswith("is over")] == ["quick is over", "slow is over"]


def test_wait_long_ends_in_silence() -> None:
    stage = _stage()
    stage.wait(timedelta(days=300))
    assert list(stage.executions.values()) == [ExecutionStatus.ABANDONED]
    assert stage.next_due_at is None
    assert stage.state.executions == ()


def test_wait_until_takes_the_persons_clock_over_a_change_of_the_clocks() -> None:
    # In Berlin the clocks went forward in the night to 29 March 2026, so 09:00 is 07:00 in UTC.
    stage = _stage(Person(zone="Europe/Berlin"))
    stage.wait_until(9, 0)
    assert stage.now == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    stage.wait_until(9, 0)
    assert stage.now == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_file_settles_by_what_is_wanted_and_can_be_refused() -> None:
    stage = _stage()
    stage.write("done")
    _heard(stage)
    assert not stage.refuse_file("empty")
    stage.send(Attachment(MediaKind.VOICE, "a"))
    checking, refused = _heard(stage)
    assert checking.startswith("Got it.")
    assert "Please send a picture" in refused
    stage.send(Attachment(MediaKind.IMAGE, "b"))
    assert stage.refuse_file("empty")
    assert _heard(stage)[-1].startswith("That file is empty.")
    stage.send(Attachment(MediaKind.IMAGE, "c"))
    assert _heard(stage)[-1] == "Kept, thank you."


def test_tap_takes_the_newest_button_of_this_title() -> None:
    stage = _stage()
    assert stage.titles == ["Done", "Skip", "Stuck"]
    assert stage.tap("Stuck")
    assert _heard(stage)[-1] == "Use a lid."
    assert not stage.tap("White")
    assert stage.tap("Done")
    assert _heard(stage) == ["Send a photo of the cup."]
    # The step is over, so its buttons lead nowhere; the notice over the chat says so.
    assert stage.tap("Skip")
    assert _heard(stage) == []
    assert len(stage.notices) == 1


def test_dialogue_that_does_not_survive_being_written_down_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(State, "from_json", classmethod(lambda cls, stored: State()))
    with pytest.raises(StateLost):
        _stage()


def test_shelf_knows_what_is_listed() -> None:
    hidden = load_workflow("workflow: hidden\ntitle: H\nlisted: false\nsteps: [{say: a, text: A}]")
    shelf = Shelf([TEA, hidden])
    listed: list[Workflow] = list(shelf.listed())
    assert listed == [TEA]
    assert shelf.current("hidden") is hidden
    assert shelf.version("tea", 7) is TEA
    assert shelf.current("coffee") is None


def test_person_of_puts_fields_where_they_belong() -> None:
    known = [("name", "Asha"), ("zone", "Asia/Kolkata"), ("market", "student")]
    assert person_of(known, language="hi") == Person("Asha", "hi", "Asia/Kolkata", {"market": "student"})
