"""Scheduling: a person says in plain words when something is to come by itself, and changes, pauses and ends it."""

from datetime import datetime, time
from typing import Any

import pytest

from conversations.documents.loader import load_workflow
from conversations.scheduling import ENROLMENT
from conversations.text import Text
from conversations.workflow import Schedule, Workflow
from core.people import Person
from core.schedules import Cron, EveryDays, FromDate, Monthly, Once, Rule, Weekly
from core.zones import to_local
from sunup.shipped import shipped_sources
from tests.unit.conversations.stage import Stage, flow, texts, titles

NAMES = (ENROLMENT, "quiet_hours", "daily_limit")
SMALL = [
    load_workflow(source) for source in shipped_sources() if any(f"\nworkflow: {one}\n" in source for one in NAMES)
]
ASK = {"ask": "plan", "text": "What is the plan?", "remind": "20h", "give_up": "23h"}


def morning(rule: Rule | None = None, **fields: Any) -> Workflow:
    question = Text.from_plain("When shall I say good morning?")
    return flow("morning", ASK, schedule=Schedule(rule or Weekly((time(7, 30),)), question), **fields)


def stage(*workflows: Workflow, zone: str = "Europe/Paris", language: str = "en", **profile: str) -> Stage:
    person = Person(name="Asha", zone=zone, language=language, profile=profile)
    return Stage(*(workflows or (morning(),)), *SMALL, person=person)


def due(here: Stage, name: str = "morning") -> str:
    return f"{to_local(here.timers[f'enrolment:{name}'], here.state.person.zone):%Y-%m-%d %H:%M}"


# -- enrolling -------------------------------------------------------------------------------


def test_enrolling_asks_the_authors_question_and_reads_everything_back() -> None:
    here = stage()
    assert texts(here.write("start morning")) == ["When shall I say good morning?"]
    (confirm,) = here.write("half past six")
    assert confirm.text == "Every day at 06:30, Paris time. Right?"
    assert titles(confirm) == ["Yes", "Other time", "Other days", "Other place"]
    (done,) = here.tap("Yes")
    assert done.text.startswith("Good. The next one comes Tue 3 Mar, 06:30.")
    assert "22:00–07:00" in done.text
    assert due(here) == "2026-03-03 06:30"
    assert here.state.enrolments[0].explicit
    assert here.facts.count("enrolled") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("7:30", "Every day at 07:30"),
        ("7h30", "Every day at 07:30"),
        ("weekdays at 8", "Every weekday at 08:00"),
        ("at nine on Mon, Wed and Fri", "Every Monday, Wednesday, and Friday at 09:00"),
    ],
)
def test_time_takes_plain_words_and_days_with_it(words: str, told: str) -> None:
    here = stage()
    here.write("start morning")
    assert texts(here.write(words))[0].startswith(f"{told}, Paris time. Right?")


def test_place_is_asked_where_it_is_not_known() -> None:
    here = stage(zone="")
    here.write("start morning")
    assert texts(here.write("7:30")) == ["Which city are you in or near? Then I keep to your clock."]
    assert texts(here.write("Mumbai"))[0].startswith("Every day at 07:30, Kolkata time. Right?")
    here.tap("Yes")
    assert due(here) == "2026-03-03 07:30"


def test_everything_can_be_said_anew_before_yes() -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    here.tap("Other days")
    here.write("weekends")
    here.tap("Other place")
    here.write("UTC-5")
    here.tap("Other time")
    (confirm,) = here.write("9:15")
    assert confirm.text.startswith("Every Saturday and Sunday at 09:15, New York time.")
    assert here.state.person.zone == "America/New_York"
    assert texts(here.write("at ten"))[0].startswith("Every Saturday and Sunday at 10:00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2", "When shall I say good morning?"),
        ("Other time", "When shall I say good morning?"),
        ("other days!", "On which days? For instance every day, weekdays, or Mon, Wed and Fri."),
        ("4", "Which city are you in or near? Then I keep to your clock."),
        ("no", "When shall I say good morning?"),
        ("hm", "I need a time of day here, for instance 7:30, half past seven or 8 pm."),
    ],
)
def test_choice_is_understood_by_its_number_and_title(words: str, said: str) -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    assert texts(here.write(words)) == [said]


def test_days_alone_are_said_anew_in_place_of_yes() -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    assert texts(here.write("weekdays"))[0].startswith("Every weekday at 07:30, Paris time. Right?")


def test_what_is_not_understood_in_place_of_yes_keeps_the_buttons() -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    (refusal,) = here.write("perfect")
    assert titles(refusal) == ["Yes", "Other time", "Other days", "Other place"]


def test_number_of_yes_enrols() -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    here.write("1")
    assert due(here) == "2026-03-03 07:30"


@pytest.mark.parametrize("words", ["25:00", "7:75", "soon", "99", "x" * 5000])
def test_time_that_there_is_not_is_refused_with_the_cure(words: str) -> None:
    here = stage()
    here.write("start morning")
    assert texts(here.write(words))[0].startswith("I need a time of day here")
    assert not here.state.enrolments


@pytest.mark.parametrize("words", ["../etc/passwd", "Mars/Phobos", "\u0000", "'; drop table people"])
def test_hostile_zone_is_refused_with_the_cure(words: str) -> None:
    here = stage(zone="")
    here.write("start morning")
    here.write("7:30")
    assert texts(here.write(words))[0].startswith("I don't know that place.")


def test_second_start_begins_it_now() -> None:
    here = stage()
    here.write("start morning")
    here.write("7:30")
    here.tap("Yes")
    assert texts(here.write("start morning"))[-1].endswith("What is the plan?")


def test_prerequisite_is_offered_first() -> None:
    here = stage(morning(after=("basics",)), flow("basics", {"say": "a", "text": "All of it."}))
    (first,) = here.write("start morning")
    assert first.text == "First comes “Basics”. Shall we begin it?"
    here.tap("Basics")
    assert texts(here.write("start morning")) == ["When shall I say good morning?"]


def test_later_start_with_another_question_open_replaces_it() -> None:
    here = stage(morning(), flow("evening", ASK, schedule=Schedule(Weekly((time(20),)))))
    here.write("start morning")
    assert texts(here.write("start evening"))[-1].startswith("When shall I come with “Evening”?")
    here.write("8:15")
    here.tap("Yes")
    assert [(one.workflow, one.schedule) for one in here.state.enrolments] == [("evening", {"at": ["20:15"]})]
    assert [one.workflow for one in here.state.executions] == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Cron("30 7 * * 1-5"), "Every weekday at 07:30"),
        (Once(local=datetime.fromisoformat("2026-12-24T18:00")), "On December 24, 2026 at 18:00"),
        (Weekly((time(8), time(20))), "Every day at 08:00 and 20:00"),
    ],
)
def test_rule_whose_time_is_the_authors_is_only_confirmed(rule: Rule, words: str) -> None:
    here = stage(morning(rule))
    (confirm,) = here.write("start morning")
    assert confirm.text.startswith(f"{words}, Paris time. Right?")
    assert "Other time" not in titles(confirm)
    here.tap("Yes")
    assert here.state.enrolments


def test_rule_that_is_over_is_told_and_leaves_nothing() -> None:
    here = stage(morning(Once(local=datetime.fromisoformat("2020-01-01T08:00"))))
    here.write("start morning")
    assert texts(here.tap("Yes"))[0] == "That moment has passed, so nothing is planned."
    assert (here.state.enrolments, here.timers) == ((), {})


def test_date_of_ones_own_is_asked() -> None:
    here = stage(morning(FromDate((time(9),), "birthday", (-1,), yearly=True)))
    assert texts(here.write("start morning")) == [
        "From which date shall I count for “Morning”? For instance 24 December 1990."
    ]
    assert texts(here.write("the 99th"))[0].startswith("I need a date")
    here.write("5 May 1990")
    here.write("9:00")
    here.tap("Yes")
    assert due(here) == "2026-05-04 09:00"


@pytest.mark.parametrize(
    ("rule", "first"),
    [(EveryDays((time(9, 30),), 3), "2026-03-02 09:30"), (Monthly((time(9, 30),), 31), "2026-03-31 09:30")],
)
def test_other_rules_are_planned_from_the_day_of_enrolling(rule: Rule, first: str) -> None:
    here = stage(morning(rule))
    here.write("start morning")
    here.write("9:30")
    here.tap("Yes")
    assert due(here) == first


@pytest.mark.parametrize(("language", "yes"), [("de", "Ja"), ("es", "Sí"), ("hi", "हाँ"), ("ar", "نعم")])
def test_enrolling_works_in_every_language(language: str, yes: str) -> None:
    here = stage(language=language)
    here.write("start morning")
    (confirm,) = here.write("7:30")
    assert "07:30" in confirm.text
    assert titles(confirm)[0] == yes
    here.tap(yes)
    assert due(here) == "2026-03-03 07:30"


# -- changing --------------------------------------------------------------------------------


def enrolled(*workflows: Workflow, **fields: str) -> Stage:
    here = stage(*workflows, **fields)
    here.write("start morning")
    here.write("7:30")
    here.tap("Yes")
    here.said.clear()
    return here


def test_schedule_shows_what_comes_with_a_button_for_each() -> None:
    here = enrolled()
    (shown,) = here.write("/schedule")
    assert shown.text == "This comes by itself:\n• Morning: every day at 07:30 – next Tue 3 Mar, 07:30"
    assert titles(shown) == ["Morning", "Quiet hours", "Daily limit"]
    (one,) = here.tap("Morning")
    assert titles(one) == ["Change", "Let it rest", "End it", "Quiet hours"]


def test_schedule_of_nobody_offers_what_can_come() -> None:
    here = stage()
    (shown,) = here.write("/schedule")
    assert titles(shown) == ["Morning", "Quiet hours", "Daily limit"]
    assert texts(here.tap("Morning")) == ["When shall I say good morning?"]


def test_settings_tell_what_comes_and_when_it_is_quiet() -> None:
    (shown,) = enrolled().write("/settings")
    assert "By itself: Morning: every day at 07:30 – next Tue 3 Mar, 07:30" in shown.text
    assert "Quiet hours: 22:00–07:00" in shown.text
    assert "When I write" in titles(shown)


def test_change_of_the_time_plans_anew() -> None:
    here = enrolled()
    here.write("/schedule morning change")
    here.tap("Other time")
    here.write("9:45")
    here.tap("Yes")
    assert due(here) == "2026-03-02 09:45"
    assert len(here.state.enrolments) == 1


def test_change_of_the_time_on_the_same_day_never_comes_twice() -> None:
    here = enrolled()
    here.wait(days=1)
    here.write("the plan")
    here.write("/schedule morning at 12:00")
    assert due(here) == "2026-03-04 12:00"


@pytest.mark.parametrize(("button", "back"), [("One day", "2026-03-04"), ("One week", "2026-03-10")])
def test_rest_for_a_while(button: str, back: str) -> None:
    here = enrolled()
    here.write("/schedule morning rest")
    (shown,) = here.tap(button)
    assert due(here) == f"{back} 07:30"
    assert "rests" in shown.text
    here.tap("Resume")
    assert due(here) == "2026-03-03 07:30"


def test_rest_until_a_date_in_plain_words() -> None:
    here = enrolled()
    here.write("/schedule morning rest")
    here.tap("Until a day")
    assert texts(here.write("yesterday"))[0].startswith("I need a day after today")
    here.write("16 March 2026")
    assert due(here) == "2026-03-16 07:30"
    assert here.wait(days=13) == []


def test_end_leaves_nothing_behind() -> None:
    here = enrolled()
    (told,) = here.write("/schedule morning end")
    assert told.text == "Good. “Morning” no longer comes by itself."
    assert (here.state.enrolments, here.timers) == ((), {})
    assert here.wait(days=3) == []


def test_leaving_and_enrolling_again_does_not_come_twice_on_one_date() -> None:
    here = enrolled()
    here.wait(days=1)
    here.write("the plan")
    here.write("/schedule morning end")
    here.write("start morning")
    here.write("23:00")
    here.tap("Yes")
    assert due(here) == "2026-03-04 23:00"


@pytest.mark.parametrize("words", ["/schedule morning at soon", "/schedule morning fly", "/schedule nothing end"])
def test_schedule_with_wrong_words_shows_what_there_is(words: str) -> None:
    here = enrolled()
    before = here.state.enrolments
    assert "Morning: every day at 07:30" in here.write(words)[0].text
    assert here.state.enrolments == before


# -- pacing ----------------------------------------------------------------------------------


def late(here: Stage, days: int) -> None:
    for _ in range(days):
        here.wait(seconds=(here.timers["enrolment:morning"] - here.now).total_seconds())
        here.wait(minutes=60)
        here.write("the plan")


def test_offer_of_a_later_time_is_taken() -> None:
    here = enrolled()
    late(here, 5)
    (told,) = here.tap("Yes")
    assert told.text.startswith("Morning: every day at 08:30 – next")
    assert due(here) == "2026-03-08 08:30"


def test_offer_that_is_refused_does_not_come_back_for_a_good_while() -> None:
    here = enrolled()
    late(here, 5)
    (told,) = here.tap("Keep 07:30")
    assert told.text == "Good, it stays: every day at 07:30."
    here.said.clear()
    late(here, 55)
    assert not any("usually" in text for text in texts(here.said))
    late(here, 8)
    assert any("usually" in text for text in texts(here.said))


def test_question_after_three_missed_leads_to_another_time() -> None:
    here = enrolled()
    here.wait(days=4)
    assert texts(here.tap("Other time"))[-1] == "When shall I say good morning?"
    here.write("18:00")
    here.tap("Yes")
    assert due(here) == "2026-03-07 18:00"


# -- quiet hours and the limit ---------------------------------------------------------------


def test_quiet_hours_are_shown_changed_and_ended() -> None:
    here = enrolled()
    assert here.write("/quiet")[0].text.startswith("Quiet hours: 22:00–07:00.")
    here.tap("Change")
    here.write("23:15")
    here.write("6:00")
    assert here.write("/quiet")[0].text.startswith("Quiet hours: 23:15–06:00.")
    assert here.tap("None")[0].text == "You have no quiet hours."


def test_quiet_hours_that_cover_a_time_say_so_and_can_be_overridden() -> None:
    here = enrolled()
    here.write("/quiet")
    here.tap("Change")
    here.write("22:00")
    said = here.write("09:00")
    assert "“Morning” at 07:30 falls into your quiet hours now." in texts(said)[-1]
    assert titles(said[-1]) == ["Come all the same", "Change"]
    assert [one.explicit for one in here.state.enrolments] == [False]
    here.tap("Come all the same")
    assert [one.explicit for one in here.state.enrolments] == [True]
    here.wait(seconds=(here.timers["enrolment:morning"] - here.now).total_seconds())
    assert f"{to_local(here.now, 'Europe/Paris'):%H:%M}" == "07:30"
    assert len(here.nudges) == 1


def test_quiet_hours_that_somebody_has_chosen_are_not_touched_by_enrolling() -> None:
    here = enrolled(quiet_from="20:00", quiet_until="05:00")
    assert here.state.person.profile["quiet_from"] == "20:00"


def test_limit_is_chosen() -> None:
    here = enrolled()
    here.write("/limit")
    here.write("/limit")
    assert len(here.state.executions) == 1
    here.tap("Once")
    assert here.state.person.profile["nudges_a_day"] == "1"


def test_travel_while_paused_plans_by_the_new_clock() -> None:
    here = enrolled()
    here.write("pause")
    here.write("/timezone")
    here.write("/schedule")
    here.wait(days=2)
    here.write("resume")
    assert due(here) == "2026-03-05 07:30"
