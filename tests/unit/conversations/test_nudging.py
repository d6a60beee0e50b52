"""Nudging: what comes by itself comes once, at the right local minute; what does not is recorded with its reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from conversations import linking
from conversations.enrolments import Enrolment, Standing
from conversations.events import PeopleLinked
from conversations.state import Connection
from conversations.workflow import Schedule, Workflow
from core.ids import ConversationId
from core.messages import InboundKind, Priority
from core.nudges import Reason
from core.people import Person
from core.schedules import CatchUp, Weekly
from core.zones import to_local
from tests.unit.conversations.stage import MONDAY, Stage, flow, texts, titles

HALF_PAST_SEVEN = {"at": ["07:30"]}
ASK = {"ask": "plan", "text": "What is the plan?", "remind": "20h", "give_up": "23h"}


def morning(**fields: Any) -> Workflow:
    """Return a workflow of one question that comes every morning."""
    schedule = fields.pop("schedule", Schedule(Weekly((time(7, 30),))))
    return flow("morning", ASK, schedule=schedule, **fields)


def person(zone: str = "Europe/Paris", **profile: str) -> Person:
    return Person(name="Asha", zone=zone, profile=profile)


def enrolled(*workflows: Workflow, who: Person | None = None, **fields: Any) -> Stage:
    """Return a stage with a person who is enrolled in the first workflow; it is Monday, 09:00 in Paris."""
    workflows = workflows or (morning(),)
    stage = Stage(*workflows, person=who or person())
    schedule = fields.pop("schedule", HALF_PAST_SEVEN)
    enrolment = Enrolment(workflows[0].name, schedule, **fields).planned(stage.state.person.zone, stage.now)
    stage.state = replace(stage.state, enrolments=(enrolment,))
    assert enrolment.due_at is not None
    stage.timers[enrolment.timer_key] = enrolment.due_at
    return stage


def kept(stage: Stage) -> list[tuple[str, str, str, str]]:
    return [(one.rule, one.date.isoformat(), one.result, one.reason) for one in stage.nudges]


def local(stage: Stage, moment: datetime) -> str:
    return f"{to_local(moment, stage.state.person.zone):%Y-%m-%d %H:%M}"


# -- at the right minute ---------------------------------------------------------------------


def test_nudge_comes_at_the_local_minute_and_plans_the_next() -> None:
    stage = enrolled()
    assert texts(stage.wait(hours=22, minutes=29)) == []
    said = stage.wait(minutes=1)
    assert [text.splitlines()[-1] for text in texts(said)] == ["What is the plan?"]
    assert stage.says[-1].priority is Priority.NUDGE
    assert kept(stage) == [("morning", "2026-03-03", "queued", "")]
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-04 07:30"


def test_nudge_says_until_when_it_is_worth_sending() -> None:
    stage = enrolled()
    stage.wait(days=1)
    assert stage.says[-1].expires_at == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    assert not stage.says[-1].quiet


def test_nudge_comes_once_a_day_through_a_change_of_the_clocks() -> None:
    stage = enrolled(who=person("America/New_York"))
    days = []
    for _ in range(20):
        stage.wait(days=1)
        stage.write("fine")
        days = kept(stage)
    assert [day for _, day, result, _ in days if result == "queued"] == [
        (date(2026, 3, 2) + timedelta(days=place)).isoformat() for place in range(20)
    ]


def test_answer_ends_the_wait_for_it() -> None:
    stage = enrolled()
    stage.wait(days=1)
    stage.write("write the offer")
    (enrolment,) = stage.state.enrolments
    assert (enrolment.asked_at, enrolment.delays, enrolment.missed) == (None, (90,), 0)


def test_two_times_a_day_are_two_rules() -> None:
    twice = {"at": ["07:30", "20:00"]}
    stage = enrolled(schedule=twice)
    stage.wait(days=1)
    stage.write("one")
    assert [one[:2] for one in kept(stage)] == [("morning#20:00", "2026-03-02"), ("morning", "2026-03-03")]


def test_open_question_is_asked_again() -> None:
    stage = Stage(flow("weekly", {"ask": "a", "text": "How far?"}), person=person("Asia/Kolkata"))
    stage.write("start weekly")
    enrolment = Enrolment("weekly", HALF_PAST_SEVEN).planned("Asia/Kolkata", stage.now)
    stage.state = replace(stage.state, enrolments=(enrolment,))
    stage.timers = {enrolment.timer_key: enrolment.due_at or stage.now}
    assert texts(stage.wait(days=1))[-1].endswith("How far?")
    assert len(stage.state.executions) == 1
    assert kept(stage) == [("weekly", "2026-03-03", "queued", "")]


# -- never twice for one local date ----------------------------------------------------------


def test_timer_that_fires_early_is_set_again() -> None:
    stage = enrolled()
    due_at = stage.timers["enrolment:morning"]
    assert stage.fire("enrolment:morning") == []
    assert stage.timers["enrolment:morning"] == due_at
    assert kept(stage) == []


@pytest.mark.parametrize("minutes", [-10, 10])
def test_clock_that_is_moved_says_nothing_twice(minutes: int) -> None:
    stage = enrolled()
    stage.wait(hours=22, minutes=30)
    stage.now += timedelta(minutes=minutes)
    stage.wait(minutes=30)
    stage.fire("enrolment:morning")
    assert kept(stage) == [("morning", "2026-03-03", "queued", "")]


def test_second_firing_of_the_same_timer_says_nothing() -> None:
    stage = enrolled()
    stage.wait(hours=22, minutes=30)
    stage.now += timedelta(seconds=2)
    assert stage.fire("enrolment:morning") == []
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-04 07:30"


def move(stage: Stage, zone: str) -> None:
    stage.receive(InboundKind.PROFILE, zone=zone)
    assert stage.state.person.zone == zone


def test_zone_change_plans_anew() -> None:
    stage = enrolled()
    stage.state = replace(stage.state, reported={"zone": "Europe/Paris"})
    move(stage, "Asia/Tokyo")
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-03 07:30"
    assert stage.timers["enrolment:morning"] == datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


def test_zone_change_on_the_same_day_never_comes_twice_for_one_date() -> None:
    stage = enrolled(who=person("Pacific/Auckland"))
    stage.state = replace(stage.state, reported={"zone": "Pacific/Auckland"})
    stage.wait(days=1)
    assert [one[1] for one in kept(stage)] == ["2026-03-03"]
    move(stage, "Pacific/Honolulu")
    assert local(stage, stage.now) == "2026-03-02 22:00"
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-04 07:30"


# -- outages ---------------------------------------------------------------------------------


def test_outage_of_three_days_says_one_thing_and_records_the_others() -> None:
    stage = enrolled()
    said = stage.outage(days=3)
    assert len(said) == 1
    assert kept(stage) == [
        ("morning", "2026-03-03", "skipped", "late"),
        ("morning", "2026-03-04", "skipped", "late"),
        ("morning", "2026-03-05", "queued", ""),
    ]


def test_outage_that_ends_after_the_grace_says_nothing() -> None:
    stage = enrolled()
    assert stage.outage(days=3, hours=3) == []
    assert [one[3] for one in kept(stage)] == ["late", "late", "late"]
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-06 07:30"


def test_outage_with_a_rule_that_makes_nothing_good_says_nothing() -> None:
    stage = enrolled(morning(schedule=Schedule(Weekly((time(7, 30),)), catch_up=CatchUp.NONE)))
    assert stage.outage(hours=23) == []
    assert [one[3] for one in kept(stage)] == ["late"]


# -- reasons against -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "reason"), [("stop", Reason.STOPPED), ("pause", Reason.PAUSED)], ids=["stopped", "paused"]
)
def test_held_person_hears_nothing_and_is_woken_once(words: str, reason: str) -> None:
    stage = enrolled()
    stage.write(words)
    assert stage.wait(days=5) == []
    assert kept(stage) == [("morning", "2026-03-03", "skipped", reason)]
    assert "enrolment:morning" not in stage.timers
    stage.write("start" if words == "stop" else "resume")
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-08 07:30"


@pytest.mark.parametrize("words", ["thanks", "stop"], ids=["there", "stopped"])
def test_rule_of_one_moment_has_ended_after_it(words: str) -> None:
    stage = enrolled(schedule={"on": "2026-03-03T07:30"})
    stage.write(words)
    stage.wait(days=2)
    assert stage.state.enrolments == ()
    assert "enrolment:morning" not in stage.timers


def test_rule_of_one_moment_that_passes_in_a_silence_ends_with_it() -> None:
    stage = enrolled(schedule={"on": "2026-03-03T07:30"})
    stage.write("stop")
    stage.timers.clear()
    (enrolment,) = stage.state.enrolments
    stage.state = replace(stage.state, enrolments=(replace(enrolment, due_at=None),))
    stage.wait(days=2)
    stage.write("start")
    assert stage.state.enrolments == ()


def test_block_is_a_reason() -> None:
    stage = enrolled()
    stage.receive(InboundKind.BLOCKED)
    stage.wait(days=2)
    assert kept(stage) == [("morning", "2026-03-03", "skipped", Reason.BLOCKED)]


def test_pause_until_a_moment_skips_one_and_plans_behind_it() -> None:
    stage = enrolled()
    (enrolment,) = stage.state.enrolments
    stage.state = replace(stage.state, enrolments=(replace(enrolment, paused_until=MONDAY + timedelta(days=3)),))
    stage.wait(days=3)
    assert kept(stage) == [("morning", "2026-03-03", "skipped", Reason.PAUSED)]
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-06 07:30"


def test_prerequisite_is_a_reason_until_it_is_completed() -> None:
    stage = enrolled(morning(after=("basics",)), flow("basics", {"say": "hi", "text": "All of it."}))
    stage.wait(days=1)
    assert kept(stage)[-1][2:] == ("skipped", Reason.PREREQUISITE)
    stage.write("start basics")
    stage.wait(days=1)
    assert kept(stage)[-1][2:] == ("queued", "")


def test_workflow_that_is_gone_is_a_reason() -> None:
    stage = enrolled()
    stage.shelf.lose("morning")
    stage.wait(days=1)
    assert kept(stage)[-1][2:] == ("skipped", Reason.GONE)


def test_workflow_with_nothing_to_say_is_a_reason() -> None:
    silent = flow("morning", {"say": "a", "text": "Hello", "when": 'goal == "x"'}, schedule=morning().schedule)
    stage = enrolled(silent)
    stage.wait(days=1)
    assert kept(stage) == [("morning", "2026-03-03", "skipped", Reason.NOTHING_TO_SAY)]


def test_whoever_has_begun_by_themselves_is_not_asked_on_that_day() -> None:
    stage = enrolled(schedule={"at": ["18:00"]})
    stage.write("start morning")
    stage.write("done already")
    assert stage.wait(hours=12) == []
    assert kept(stage) == [("morning", "2026-03-02", "skipped", Reason.ALREADY_TODAY)]
    stage.wait(days=1)
    assert kept(stage)[-1] == ("morning", "2026-03-03", "queued", "")


def test_whoever_is_in_the_middle_of_it_is_left_to_it() -> None:
    stage = enrolled(flow("morning", ASK, {**ASK, "ask": "more"}, schedule=morning().schedule))
    stage.wait(hours=22)
    stage.state = replace(stage.state, enrolments=(replace(stage.state.enrolments[0], began_at=None),))
    stage.write("start morning")
    stage.state = replace(stage.state, enrolments=(replace(stage.state.enrolments[0], began_at=None),))
    assert stage.wait(minutes=30) == []
    assert kept(stage) == [("morning", "2026-03-03", "skipped", Reason.OPEN_ALREADY)]


# -- quiet hours and the cap -----------------------------------------------------------------

QUIET = {"quiet_from": "22:00", "quiet_until": "09:00"}


def test_nudge_of_quiet_hours_comes_at_their_end() -> None:
    stage = enrolled(who=person(**QUIET))
    assert stage.wait(hours=23, minutes=59) == []
    assert len(stage.wait(minutes=1)) == 1
    assert kept(stage) == [("morning", "2026-03-03", "queued", "")]
    assert local(stage, stage.now) == "2026-03-03 09:00"
    assert stage.says[-1].quiet
    assert local(stage, stage.timers["enrolment:morning"]) == "2026-03-04 07:30"


def test_nudge_that_would_be_too_old_at_the_end_of_quiet_hours_is_dropped() -> None:
    stage = enrolled(who=person(quiet_from="22:00", quiet_until="09:31"))
    assert stage.wait(days=1) == []
    assert kept(stage) == [("morning", "2026-03-03", "skipped", Reason.QUIET)]


@pytest.mark.parametrize("fields", [{"explicit": True}, {}], ids=["asked for", "by its author"])
def test_explicit_reminder_comes_in_quiet_hours_too(fields: dict[str, Any]) -> None:
    stage = enrolled(morning(ignores_quiet=not fields), who=person(**QUIET), **fields)
    assert len(stage.wait(hours=22, minutes=30)) == 1
    assert not stage.says[-1].quiet


def test_daily_cap_holds_over_all_nudges() -> None:
    stage = enrolled(schedule={"at": ["10:00", "12:00", "14:00"]}, who=person(nudges_a_day="2"))
    for _ in range(6):
        stage.wait(hours=2)
        stage.write("ok")
    assert [one[2:] for one in kept(stage)] == [("queued", ""), ("queued", ""), ("skipped", Reason.CAP)]


def test_reminder_of_quiet_hours_comes_at_their_end() -> None:
    stage = Stage(flow("task", {"ask": "a", "text": "How far?", "remind": "15h"}), person=person(**QUIET))
    stage.write("start task")
    assert stage.wait(hours=23, minutes=59) == []
    assert len(stage.wait(minutes=1)) == 1
    assert stage.says[-1].quiet


def test_giving_up_in_quiet_hours_is_told_in_the_morning() -> None:
    stage = Stage(flow("task", {"ask": "a", "text": "How far?", "give_up": "15h"}), person=person(**QUIET))
    stage.write("start task")
    assert len(stage.wait(hours=15)) == 1
    assert stage.says[-1].quiet
    assert stage.says[-1].expires_at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert stage.state.executions == ()


def test_reminders_count_among_the_nudges_of_a_day() -> None:
    ask = {"ask": "a", "text": "How far?", "remind": "1h", "give_up": "5d"}
    stage = Stage(flow("task", ask), person=person(nudges_a_day="2"))
    stage.write("start task")
    assert len(stage.wait(hours=12)) == 2
    assert len(stage.wait(hours=24)) >= 1


# -- pacing ----------------------------------------------------------------------------------


def answer_late(stage: Stage, days: int, **late: float) -> None:
    for _ in range(days):
        target = to_local(stage.timers["enrolment:morning"], "UTC")
        stage.wait(seconds=(target - stage.now).total_seconds())
        stage.wait(**late)
        stage.write("done")


def test_late_answers_lead_to_an_offer_that_moves_the_time() -> None:
    stage = enrolled()
    answer_late(stage, 5, minutes=70)
    offer = stage.said[-1]
    assert offer.text == "You usually answer about 1 hour, 15 minutes after 07:30. Shall I come at 08:45 from now on?"
    assert titles(offer) == ["Yes", "Keep 07:30"]


def test_offer_does_not_come_back_while_it_is_not_answered() -> None:
    stage = enrolled()
    answer_late(stage, 12, minutes=70)
    assert sum("usually" in text for text in texts(stage.said)) == 1


def test_punctual_answers_lead_to_no_offer() -> None:
    stage = enrolled()
    answer_late(stage, 4, minutes=70)
    answer_late(stage, 1, minutes=20)
    answer_late(stage, 3, minutes=70)
    assert not any("usually" in text for text in texts(stage.said))


def test_three_missed_in_a_row_lead_to_a_question_instead_of_the_fourth() -> None:
    stage = enrolled()
    stage.wait(days=4)
    assert [one[3] for one in kept(stage)] == ["", "", "", Reason.ASKED_ABOUT_TIME]
    question = stage.said[-1]
    assert question.text == "I missed you with “Morning” 3 times in a row. Would another time be better?"
    assert titles(question) == ["Begin now", "Other time", "Keep 07:30"]
    stage.wait(days=4)
    assert [one[3] for one in kept(stage)][4:] == ["", "", "", ""]


def test_whoever_lets_it_rest_has_missed_nothing_before() -> None:
    stage = enrolled()
    stage.wait(days=2)
    assert stage.state.enrolments[0].missed == 1
    stage.write("/schedule morning rest day")
    stage.wait(days=4)
    assert Reason.ASKED_ABOUT_TIME not in [one[3] for one in kept(stage)]


# -- two chats become one person's -----------------------------------------------------------

TELEGRAM, WEB = (
    Connection(ConversationId(UUID(int=place)), name, "default") for place, name in ((1, "telegram"), (2, "web"))
)


def test_two_who_become_one_are_nudged_once() -> None:
    mine, theirs = enrolled(), enrolled(schedule={"at": ["09:15"]})
    mine.wait(days=1)
    other = replace(theirs.state, standing=Standing(("basics",)))
    mine.state = linking.joined(mine.state, other, TELEGRAM, WEB)
    mine.timers = {"enrolment:morning": theirs.timers["enrolment:morning"]}
    mine.advance(PeopleLinked(mine.event_id(), gave=True, other=WEB))
    mine.advance(PeopleLinked(mine.event_id(), gave=False, other=TELEGRAM))
    assert [one.schedule for one in mine.state.enrolments] == [HALF_PAST_SEVEN]
    assert mine.state.standing.completed == ("basics",)
    assert local(mine, mine.timers["enrolment:morning"]) == "2026-03-04 07:30"
    mine.wait(days=1)
    assert [one[1] for one in kept(mine)] == ["2026-03-03", "2026-03-04"]


def test_enrolment_of_the_other_chat_goes_on() -> None:
    mine, theirs = Stage(morning(), person=person()), enrolled()
    mine.state = linking.joined(mine.state, theirs.state, TELEGRAM, WEB)
    mine.advance(PeopleLinked(mine.event_id(), gave=True, other=WEB))
    assert local(mine, mine.timers["enrolment:morning"]) == "2026-03-03 07:30"
