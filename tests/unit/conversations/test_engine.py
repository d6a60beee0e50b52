"""Time, limits, versions and signals: what happens when nobody writes."""

from datetime import timedelta

import pytest

from conversations import facts, limits, phrases
from core.executions import ExecutionStatus
from core.messages import OnUnknown, Priority
from core.people import Person
from tests.unit.conversations.stage import MONDAY, Stage, flow, texts

ASKING = flow("asking", {"ask": "q", "text": "Which?"}, {"say": "s", "text": "So {{ q }}."})
REMINDER = f"{phrases.phrase('en', 'reminder', title='Asking')}\n\nWhich?"


def reminded_days(stage: Stage) -> list[float]:
    """Return after how many days something was said, over a month."""
    return [(hour + 1) / 24 for hour in range(30 * 24) if stage.wait(hours=1)]


# -- reminders -----------------------------------------------------------------------------------


def test_reminders_double_in_distance_and_giving_up_abandons_with_a_fact() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    assert reminded_days(stage) == [1, 3, 7]
    assert texts(stage.said[1:]) == [REMINDER, REMINDER, phrases.phrase("en", "gave_up", title="Asking", name="asking")]
    assert [button.payload for button in stage.said[-1].buttons] == ["/start asking"]
    assert stage.statuses == {"asking": ExecutionStatus.ABANDONED}
    assert stage.fact(facts.EXECUTION_ABANDONED) == {"workflow": "asking", "version": 1, "reason": "no_answer"}
    assert stage.timers == {}


def test_reminders_are_at_most_four_and_then_silence() -> None:
    stage = Stage(flow("f", {"ask": "q", "text": "Which?", "remind": "1h", "give_up": "30d"}))
    stage.write("/start f")
    assert [round(day * 24) for day in reminded_days(stage)] == [1, 3, 7, 15, 720]
    assert stage.facts.count(facts.REMINDER_SENT) == limits.REMINDERS


def test_sign_of_life_counts_reminders_from_anew() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.wait(days=2)
    stage.write("/continue")
    assert reminded_days(stage)[:2] == [1, 3]


def test_answer_that_is_not_understood_is_a_sign_of_life_too() -> None:
    stage = Stage(flow("f", {"ask": "q", "text": "How many?", "type": "number"}))
    stage.write("/start f")
    stage.wait(hours=20)
    assert len(stage.write("oh dear")) == 1
    assert stage.wait(hours=23) == []
    assert len(stage.wait(hours=1)) == 1


def test_tap_that_asks_for_more_is_a_sign_of_life_too() -> None:
    stage = Stage(flow("f", {"do": "d", "text": "Do it.", "tips": {"30d": "Count to ten."}, "give_up": "60d"}))
    stage.write("/start f")
    stage.wait(hours=20)
    stage.tap(phrases.phrase("en", "button_stuck"))
    assert stage.wait(hours=23) == []
    assert len(stage.wait(hours=1)) == 1


def test_condition_judges_the_answer_of_this_execution_before_what_was_known() -> None:
    choosing = flow(
        "f",
        {"choose": "market", "text": "Which?", "options": {"shop": "Shop", "agency": "Agency"}},
        {"say": "yes", "text": "A shop.", "when": "market == 'shop'"},
        {"say": "no", "text": "No shop.", "when": "market != 'shop'"},
    )
    stage = Stage(choosing, person=Person(profile={"market": "agency"}))
    stage.write("/start f")
    assert texts(stage.tap("Shop")) == ["A shop."]


def test_reminder_is_a_nudge_that_is_not_sent_again_when_its_end_is_unknown() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.wait(days=1)
    assert [(say.priority, say.on_unknown) for say in stage.says] == [
        (Priority.REPLY, OnUnknown.SEND_AGAIN),
        (Priority.NUDGE, OnUnknown.GIVE_UP),
    ]


@pytest.mark.parametrize(
    "step",
    [
        {"ask": "q", "text": "Which?"},
        {"do": "d", "text": "Do it.", "timer": "45m", "tips": {"10m": "One.", "20m": "Two."}},
        {"do": "d", "text": "Do it.", "timer": "45m", "tips": {"10m": "One.", "2d": "Two."}},
        {"proof": "p", "text": "Show it."},
    ],
)
def test_outage_of_three_days_ends_with_one_message_and_no_burst(step: dict[str, object]) -> None:
    stage = Stage(flow("f", step))
    stage.write("/start f")
    (said,) = stage.outage(days=3)
    assert said.text.startswith(phrases.phrase("en", "reminder", title="F"))
    assert stage.wait(hours=12) == []


def test_outage_of_an_hour_ends_with_the_newest_of_timer_and_tips() -> None:
    stage = Stage(flow("f", {"do": "d", "text": "Do it.", "timer": "45m", "tips": {"10m": "One.", "20m": "Two."}}))
    stage.write("/start f")
    assert texts(stage.outage(hours=1)) == [phrases.phrase("en", "time_is_up", duration="45 minutes")]


def test_outage_of_a_month_ends_with_giving_up_alone() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    assert texts(stage.outage(days=30)) == [phrases.phrase("en", "gave_up", title="Asking", name="asking")]


def test_timer_that_fires_twice_or_too_early_says_nothing_and_is_set_again() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    ((key, due_at),) = stage.timers.items()
    assert stage.fire(key) == []
    assert stage.timers == {key: due_at}
    stage.wait(days=1)
    assert stage.fire(key) == []


@pytest.mark.parametrize(
    "key", ["", "execution:nothing", "execution:00000000-0000-0000-0000-000000000001", "session:1"]
)
def test_timer_of_nobody_changes_nothing(key: str) -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    before = stage.state
    assert stage.fire(key) == []
    assert stage.state == before


@pytest.mark.parametrize("words", ["/stop", "/pause"])
def test_timer_already_on_its_way_does_nothing_in_a_silence(words: str) -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    ((key, _),) = stage.timers.items()
    stage.write(words)
    stage.now += timedelta(days=2)
    before = stage.state
    assert stage.fire(key) == []
    assert stage.state == before
    assert facts.REMINDER_SENT not in stage.facts


def test_timer_that_says_nothing_does_not_take_the_turn_from_another_execution() -> None:
    other = flow("other", {"ask": "o", "text": "Other?"})
    stage = Stage(ASKING, other)
    stage.write("/start asking")
    ((key, _),) = stage.timers.items()
    stage.write("/start other")
    stage.fire(key)
    assert stage.run.workflow == "other"


def test_job_that_says_nothing_does_not_take_the_turn_from_another_execution() -> None:
    doing = flow("doing", {"do": "d", "text": "Do it."})
    stage = Stage(ASKING, doing)
    stage.write("/start doing")
    stage.send()
    stage.write("/start asking")
    stage.finish_job()
    assert texts(stage.write("this"))[0] == "So this."


# -- limits --------------------------------------------------------------------------------------


def test_workflow_that_loops_ends_with_a_fact_and_a_sentence() -> None:
    stage = Stage(flow("loop", {"say": "a", "text": "Round."}, {"branch": "a"}))
    said = texts(stage.write("/start loop"))
    assert said[-1] == phrases.phrase("en", "workflow_broken", title="Loop")
    assert len(said) <= limits.STEPS_IN_A_TURN + 1
    assert stage.fact(facts.LIMIT_REACHED)["limit"] == "steps_in_a_turn"
    assert stage.statuses == {"loop": ExecutionStatus.ABANDONED}


def test_workflow_that_loops_over_a_question_ends_after_its_visits() -> None:
    stage = Stage(flow("loop", {"ask": "a", "text": "Again?", "next": "a"}))
    stage.write("/start loop")
    for _ in range(limits.VISITS_IN_AN_EXECUTION - 1):
        stage.write("yes")
    assert stage.run.visit == limits.VISITS_IN_AN_EXECUTION
    assert texts(stage.write("yes")) == [phrases.phrase("en", "workflow_broken", title="Loop")]
    assert stage.fact(facts.LIMIT_REACHED)["limit"] == "visits_in_an_execution"


def test_workflow_that_loops_does_not_drag_another_down_that_waited_for_its_end() -> None:
    waiting = flow("waiting", {"wait": "w", "event": "abandoned.loop"}, {"say": "s", "text": "It broke."})
    stage = Stage(flow("loop", {"say": "a", "text": "Round."}, {"branch": "a"}), waiting)
    stage.write("/start waiting")
    assert texts(stage.write("/start loop"))[-1] == "It broke."
    assert stage.statuses["waiting"] is ExecutionStatus.COMPLETED


def test_ninth_open_execution_ends_the_oldest_with_a_fact() -> None:
    many = [flow(f"f{number}", {"ask": "q", "text": "Which?"}) for number in range(9)]
    stage = Stage(*many)
    for workflow in many:
        stage.write(f"/start {workflow.name}")
    assert len(stage.state.executions) == limits.OPEN_EXECUTIONS
    assert stage.statuses["f0"] is ExecutionStatus.ABANDONED
    assert stage.fact(facts.LIMIT_REACHED) == {"limit": "open_executions"}
    assert stage.fact(facts.EXECUTION_ABANDONED)["reason"] == "too_many_open"
    assert len(stage.timers) == limits.OPEN_EXECUTIONS


def test_step_whose_condition_cannot_be_judged_is_passed_by_with_a_fact() -> None:
    stage = Stage(flow("f", {"ask": "q", "text": "Which?", "when": "goal > 3"}, {"say": "s", "text": "On."}))
    assert texts(stage.write("/start f")) == ["On."]
    assert facts.CONDITION_FAILED in stage.facts


# -- versions ------------------------------------------------------------------------------------


def test_new_version_leaves_a_running_execution_on_its_own() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.shelf.publish(flow("asking", {"ask": "other", "text": "Other?"}, {"say": "s", "text": "New."}, version=2))
    assert texts(stage.write("this")) == ["So this."]
    assert texts(stage.write("/start asking")) == ["Other?"]
    assert stage.run.version == 2


def test_missing_version_ends_the_execution_with_a_fact_and_answers() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.shelf.lose("asking")
    assert texts(stage.write("this")) == [phrases.phrase("en", "not_understood")]
    assert stage.fact(facts.WORKFLOW_MISSING) == {"workflow": "asking"}
    assert stage.statuses == {"asking": ExecutionStatus.ABANDONED}
    assert stage.timers == {}


def test_missing_version_is_survived_by_every_other_event() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    ((key, _),) = stage.timers.items()
    stage.shelf.lose("asking")
    assert stage.signal("paid") == []
    assert stage.write("/today") != []
    assert stage.fire(key) == []
    assert stage.state.executions == ()


# -- signals -------------------------------------------------------------------------------------


def test_signal_goes_to_the_newest_execution_that_waits_for_it() -> None:
    first = flow("first", {"wait": "w", "event": "paid"}, {"say": "s", "text": "First."})
    second = flow("second", {"wait": "w", "event": "paid"}, {"say": "s", "text": "Second."})
    stage = Stage(first, second)
    stage.write("/start first")
    stage.write("/start second")
    assert texts(stage.signal("paid"))[0] == "Second."
    assert texts(stage.signal("paid")) == ["First."]


def test_signal_nobody_waits_for_changes_nothing() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    before = stage.state
    assert stage.signal("paid") == []
    assert stage.state == before


# -- progress ------------------------------------------------------------------------------------


def test_progress_counts_steps_that_ask_something() -> None:
    steps = ({"say": "s", "text": "Hello."}, {"ask": "a", "text": "One?"}, {"do": "b", "text": "Two."})
    stage = Stage(flow("f", *steps, title="Two things"))
    assert [content.title for content in stage.write("/start f")] == ["", "Step 1 of 2 · Two things"]
    assert [content.title for content in stage.write("x")] == ["Step 2 of 2 · Two things"]
    stage.write("done")
    (kept,) = stage.executions.values()
    assert (kept.steps_completed, kept.steps_total, kept.ended_at) == (2, 2, MONDAY)
    assert kept.started_at == MONDAY


def test_execution_is_started_until_the_first_answer_and_then_in_progress() -> None:
    stage = Stage(flow("f", {"ask": "a", "text": "One?"}, {"ask": "b", "text": "Two?"}))
    stage.write("/start f")
    assert stage.statuses == {"f": ExecutionStatus.STARTED}
    stage.now += timedelta(minutes=1)
    stage.write("x")
    assert stage.statuses == {"f": ExecutionStatus.IN_PROGRESS}
