from conversations import facts
from core.executions import ExecutionStatus
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts

TWO = flow("two", {"say": "one", "text": "First."}, {"say": "two", "text": "Second, {{ name | friend }}."})


def test_say_goes_straight_on_and_an_end_completes_the_execution() -> None:
    stage = Stage(TWO)
    assert texts(stage.write("/start two")) == ["First.", "Second, Asha."]
    assert stage.statuses == {"two": ExecutionStatus.COMPLETED}
    assert stage.state.executions == ()
    assert stage.timers == {}


def test_say_counts_as_no_step_of_the_person() -> None:
    stage = Stage(TWO)
    stage.write("/start two")
    (kept,) = stage.executions.values()
    assert (kept.steps_completed, kept.steps_total) == (0, 0)
    assert facts.STEP_COMPLETED not in stage.facts


def test_say_without_a_value_uses_the_words_behind_the_bar() -> None:
    assert texts(Stage(TWO, person=Person()).write("/start two"))[1] == "Second, friend."


def test_say_name_from_right_to_left_is_put_in_as_it_is() -> None:
    name = "آشا ابن‌سینا"
    assert texts(Stage(TWO, person=Person(name=name)).write("/start two"))[1] == f"Second, {name}."


def test_say_value_that_looks_like_a_place_is_not_filled_again() -> None:
    name = "{{ zone }} {goal}"
    assert texts(Stage(TWO, person=Person(name=name)).write("/start two"))[1] == f"Second, {name}."


def test_say_language_falls_back_to_base_then_to_the_default() -> None:
    words = {"en": "Hello", "de": "Hallo", "pt-BR": "Oi"}
    spoken = {
        "de-AT": "Hallo",
        "pt-BR": "Oi",
        "pt": "Hello",
        "fr": "Hello",
        "en-GB": "Hello",
        "zz": "Hello",
        "": "Hello",
    }
    for language, wanted in spoken.items():
        stage = Stage(flow("hi", {"say": "one", "text": words}), person=Person(language=language))
        assert texts(stage.write("/start hi")) == [wanted], language
