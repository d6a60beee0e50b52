"""The daily protocol in a dialogue: a whole day, late nights, travel, breaks, commands, jobs."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from conversations import effects
from conversations.linking import joined
from conversations.state import Connection, State
from conversations.workflow import Trigger, TriggerKind
from core.ids import ConversationId
from core.media import Attachment, MediaKind
from core.messages import Content, InboundKind
from core.people import Person
from core.sessions import DailyProtocol, DailySession
from core.zones import local_moment
from tests.unit.conversations.stage import MEDIA, Stage, flow, texts, titles

MORNING = flow(
    "morning_protocol",
    {"end": "already", "text": "Done already: day {{ day }}.", "when": "morning_done", "suggest": False},
    {"say": "back", "text": "Welcome back.", "when": "away >= 7"},
    {"affirm": "words", "text": "Write them.", "when": 'affirmations == ""', "optional": True},
    {"recite": "recording", "text": "Read aloud:"},
    {"mark": "morning", "text": "Day {{ day }}, streak {{ streak }}.", "when": "recording != null"},
    {"album": "vision", "text": "Look."},
    {"offer": "bold", "text": "Which one?"},
    {"end": "bye", "text": "Today: {{ bold }}.", "suggest": False},
)
EVENING = flow(
    "evening_review",
    {"choose": "did", "text": "Did you: {{ action }}?", "options": {"yes": "Yes", "no": "No"},
     "save": "session.action_completed", "when": 'action != ""'},
    {"choose": "rate", "text": "1 to 10?", "options": {str(n): str(n) for n in range(1, 11)},
     "save": "session.discipline_rating"},
    {"ask": "win", "text": "Win?", "optional": True, "save": "session.biggest_win"},
    {"mark": "evening", "text": "Streak {{ streak }}."},
)  # fmt: skip
WEEK = flow(
    "weekly_summary",
    {"summary": "week", "text": "{{ week_mornings }}, {{ week_actions }}, {{ week_average }}", "empty": "Quiet."},
)
BOARD = flow("vision_board", {"board": "pictures", "text": "Send one."})
ALOUD = "I finish what I begin."


class Days(Stage):
    """A person who lives days of the protocol."""

    def __init__(self, zone: str = "Asia/Kolkata", **more: Any) -> None:
        super().__init__(MORNING, EVENING, WEEK, BOARD, person=Person(name="Asha", zone=zone, **more))

    def at(self, day: date, hour: int, minute: int = 0) -> "Days":
        self.now = local_moment(day, hour, minute, self.state.person.zone)
        return self

    @property
    def memory(self) -> DailyProtocol:
        assert self.state.protocol is not None
        return self.state.protocol

    @property
    def sessions(self) -> list[DailySession]:
        """Daily sessions as they were kept, the newest of each date."""
        kept = {one.session.date: one.session for one in self.kept if isinstance(one, effects.KeepSession)}
        return list(kept.values())

    def send_voice(self) -> list[Content]:
        """Send a voice note, which passes."""
        voice = Attachment(MediaKind.VOICE, "ref", seconds=40)
        self.receive(InboundKind.MEDIA, attachments=(voice,))
        return self.finish_job(kind="voice", seconds=40)

    def morning(self) -> list[Content]:
        said = self.write("/start morning_protocol")
        if "Write them." in texts(said)[-1]:
            self.write(ALOUD)
        return self.send_voice()


@pytest.fixture
def days() -> Days:
    return Days().at(date(2026, 3, 2), 5, 30)


def test_whole_day_is_kept_step_by_step(days: Days) -> None:
    assert texts(days.morning())[0] == "Your recording is kept (40 seconds).\n\nDay 1, streak 1."
    days.write("Call my sister")
    days.at(date(2026, 3, 2), 20)
    assert texts(days.write("/start evening_review")) == ["Did you: Call my sister?"]
    days.tap("Yes")
    days.tap("8")
    assert texts(days.write("she laughed")) == ["Streak 1."]
    (day,) = days.sessions
    assert (day.date, day.recording, day.recording_seconds) == (date(2026, 3, 2), MEDIA, 40)
    assert (day.action, day.action_id, day.action_completed) == ("Call my sister", "", True)
    assert (day.rating, day.biggest_win, day.affirmations_version) == (8, "she laughed", 1)
    assert day.morning_completed_at is not None
    assert day.evening_completed_at == days.now
    assert texts(days.write("/start morning_protocol")) == ["Done already: day 1."]


def test_first_write_makes_a_member_who_is_not_listed_and_gets_a_number(days: Days) -> None:
    days.write("/start morning_protocol")
    assert days.state.protocol is None
    days.write(ALOUD)
    assert [one for one in days.kept if isinstance(one, effects.KeepMember)] == [effects.KeepMember(listed=False)]
    job = next(one for one in days.jobs if one.kind == "number_member")
    assert days.finish_job(job.key, number=47) == []
    assert days.memory.number == 47
    assert "Member 047" in texts(days.write("/protocol"))[0]


@pytest.mark.parametrize("result", [{"number": "x"}, {}, {"number": None}])
def test_number_that_is_none_changes_nothing(days: Days, result: dict[str, Any]) -> None:
    days.write("/start morning_protocol")
    days.write(ALOUD)
    job = next(one for one in days.jobs if one.kind == "number_member")
    assert days.finish_job(job.key, **result) == []
    assert days.memory.number == 0


def test_days_in_a_row_make_a_streak_and_a_repair_day_keeps_it(days: Days) -> None:
    said: list[str] = []
    for place in (*range(7), 8):
        days.at(date(2026, 3, 2) + timedelta(days=place), 5, 30)
        said = texts(days.morning())
        days.write("something bold")
    assert "Day 8, streak 8." in said[0]
    member = [one for one in days.kept if isinstance(one, effects.KeepMember)][-1]
    assert (member.streak, member.alive_until) == (8, date(2026, 3, 11))


def test_missed_week_is_met_with_a_welcome(days: Days) -> None:
    days.morning()
    days.write("something bold")
    days.at(date(2026, 3, 10), 5, 30)
    assert texts(days.write("/start morning_protocol"))[0] == "Welcome back."


def test_evening_without_a_morning_asks_for_no_action(days: Days) -> None:
    days.at(date(2026, 3, 2), 20)
    assert texts(days.write("/start evening_review")) == ["1 to 10?"]
    days.tap("4")
    assert texts(days.write("skip")) == ["Streak 0."]
    (day,) = days.sessions
    assert (day.rating, day.morning_completed_at, day.biggest_win) == (4, None, "")


# -- dates -----------------------------------------------------------------------------------


def test_morning_after_midnight_counts_for_the_day_before_and_the_next_one_for_its_own(days: Days) -> None:
    days.at(date(2026, 3, 3), 1, 30).morning()
    days.write("something bold")
    days.at(date(2026, 3, 3), 5, 30).morning()
    days.write("something bold")
    assert [one.date for one in days.sessions] == [date(2026, 3, 2), date(2026, 3, 3)]
    assert days.memory.standing(days.now, "Asia/Kolkata").current == 2


def test_recording_sent_before_three_counts_although_its_check_ends_after(days: Days) -> None:
    days.at(date(2026, 3, 3), 2, 59).write("/start morning_protocol")
    days.write(ALOUD)
    days.receive(InboundKind.MEDIA, attachments=(Attachment(MediaKind.VOICE, "ref"),))
    days.at(date(2026, 3, 3), 3, 4)
    days.finish_job()
    days.write("something bold")
    (day,) = days.sessions
    assert (day.date, day.action) == (date(2026, 3, 2), "something bold")
    assert day.morning_completed_at is not None


def test_recording_of_the_next_day_counts_for_that_day_however_old_the_question(days: Days) -> None:
    days.write("/start morning_protocol")
    days.write(ALOUD)
    days.at(date(2026, 3, 3), 10)
    days.send_voice()
    assert list(days.memory.done) == [date(2026, 3, 3)]


def test_evening_review_answered_after_midnight_is_of_the_day_it_was_asked_for(days: Days) -> None:
    days.at(date(2026, 3, 2), 23, 50).write("/start evening_review")
    days.at(date(2026, 3, 3), 9)
    days.tap("6")
    days.write("skip")
    assert [(one.date, one.rating) for one in days.sessions] == [(date(2026, 3, 2), 6)]


def test_flight_over_the_date_line_costs_no_streak() -> None:
    stage = Days("Pacific/Honolulu").at(date(2026, 11, 19), 6)
    zone = flow("timezone", {"ask": "zone", "text": "Where?", "type": "zone", "save": "zone"}, listed=False)
    stage.shelf.publish(zone)
    for day in (19, 20):
        stage.at(date(2026, 11, day), 6).morning()
        stage.write("something bold")
    stage.at(date(2026, 11, 21), 7)  # in the air; it lands on the 22nd
    stage.write("/timezone")
    stage.write("Auckland")
    assert stage.state.person.zone == "Pacific/Auckland"
    assert list(stage.memory.excused) == [date(2026, 11, 21)]
    assert "streak 3." in texts(stage.at(date(2026, 11, 22), 20).morning())[0]


def test_first_zone_of_a_person_excuses_nothing(days: Days) -> None:
    stage = Days("").at(date(2026, 3, 2), 12)
    stage.morning()
    stage.shelf.publish(flow("timezone", {"ask": "zone", "text": "Where?", "type": "zone", "save": "zone"}))
    stage.write("something bold")
    stage.write("/timezone")
    stage.write("Auckland")
    assert not stage.memory.excused


# -- the week ----------------------------------------------------------------------------------


def test_week_has_a_chart_and_words(days: Days) -> None:
    days.morning()
    days.write("something bold")
    days.write("/start evening_review")
    days.tap("Yes")
    days.tap("8")
    days.write("skip")
    assert days.write("/start weekly_summary") == []
    job = days.jobs[-1]
    assert job.payload["days"][-1] == ("2026-03-02", True, 8, True)
    assert (len(job.payload["days"]), job.payload["mirrored"]) == (7, False)
    (said,) = days.finish_job()
    assert (said.text, str(said.image)) == ("1, 1, 8.0", MEDIA)


@pytest.mark.parametrize("refused", ["unavailable", ""], ids=["failed", "never came"])
def test_week_without_its_chart_still_has_its_words(days: Days, refused: str) -> None:
    days.morning()
    days.write("something bold")
    days.write("/start weekly_summary")
    said = days.finish_job(refused=refused) if refused else days.wait(minutes=20)
    assert [(one.text, one.image) for one in said] == [("1, 0, –", None)]


def test_week_runs_from_the_right_for_who_reads_from_there() -> None:
    stage = Days(language="ar").at(date(2026, 3, 2), 5, 30)
    stage.morning()
    stage.write("شيء جريء")
    stage.write("/start weekly_summary")
    assert stage.jobs[-1].payload["mirrored"] is True


def test_week_of_nothing_is_a_kind_word(days: Days) -> None:
    (said,) = days.write("/start weekly_summary")
    assert (said.text, titles(said)) == ("Quiet.", ["Morning protocol"])


# -- commands ----------------------------------------------------------------------------------


def test_protocol_before_it_was_begun_says_what_it_is(days: Days) -> None:
    (said,) = days.write("/protocol")
    assert said.text.startswith("You have not begun the daily protocol yet.")
    assert titles(said) == ["Morning protocol", "Affirmations"]
    assert days.state.protocol is None


def test_protocol_says_where_the_person_stands(days: Days) -> None:
    days.morning()
    days.write("something bold")
    (said,) = days.write("streak")
    assert "Day 1 · streak: 1 (longest: 1)" in said.text
    assert "last 90 days: 1.11 %" in said.text
    assert titles(said) == ["Evening review", "Affirmations", "Vision board", "Leaderboard"]


def test_affirmations_before_there_are_any_help_to_write_three(days: Days) -> None:
    (said,) = days.write("/affirmations")
    assert "Three good ones begin with “I”" in said.text
    assert titles(said) == ["Affirmations"]


def test_empty_board_says_what_it_is_for(days: Days) -> None:
    (said,) = days.write("/board")
    assert (said.album, titles(said)) == ((), ["Change"])


def test_board_takes_eight_pictures_and_a_ninth_replaces_one(days: Days) -> None:
    days.write("/start vision_board")
    for place in range(8):
        days.send(caption=f"picture {place}")
        days.finish_job()
    days.send(caption="the ninth")
    (said,) = days.finish_job(media="01930000-0000-7000-8000-000000000009")
    assert said.text.startswith("There are 8 pictures already.")
    assert len(days.memory.board) == 8
    days.tap("3")
    assert [one.caption for one in days.memory.board][1:4] == ["picture 1", "the ninth", "picture 3"]
    days.write("done")
    (shown,) = days.write("/board")
    assert [one.caption for one in shown.album][2] == "the ninth"


def test_leaderboard_shows_rows_and_asks_who_is_not_on_it(days: Days) -> None:
    days.write("/leaderboard")
    (said,) = days.finish_job(rows=[["آشا", 47, 12], ["", 0, 3]])
    assert said.text.split("\n")[:3] == ["Streaks right now:", "1. \u2068آشا · 047\u2069 – 12", "2. \u2068–\u2069 – 3"]
    assert "You are not on it." in said.text
    assert titles(said) == ["Join"]
    assert texts(days.write("/leaderboard join")) == ["You are on the leaderboard now."]
    (said,) = days.finish_job(rows=[])
    assert (said.text, titles(said)) == ("Nobody is on the leaderboard right now.", ["Leave"])
    days.write("/leaderboard leave")
    assert days.memory.listed is False


def test_leaderboard_that_cannot_be_read_says_so(days: Days) -> None:
    days.write("/leaderboard")
    assert texts(days.finish_job(refused="unavailable")) == [
        "I can't read the leaderboard just now. Please try again in a minute."
    ]


# -- triggers and companions ---------------------------------------------------------------------


def test_streak_that_is_reached_and_one_that_breaks_begin_workflows(days: Days) -> None:
    reached = flow("cheer", {"say": "it", "text": "Two!"}, triggers=(Trigger(TriggerKind.STREAK, "2"),))
    broken = flow("comfort", {"say": "it", "text": "It broke."}, triggers=(Trigger(TriggerKind.STREAK, "broken"),))
    days.shelf.publish(reached)
    days.shelf.publish(broken)
    days.morning()
    days.write("something bold")
    days.at(date(2026, 3, 3), 5, 30)
    days.morning()
    said = days.write("something bold")
    said += days.wait(minutes=1)
    assert "Two!" in texts(said)
    moment = days.timers["protocol:streak"]
    assert moment == local_moment(date(2026, 3, 5), 3, 0, "Asia/Kolkata")
    said = days.wait(hours=48)
    assert texts(said).count("It broke.") == 1
    assert isinstance(moment, datetime)


def test_linked_people_have_one_protocol(days: Days) -> None:
    days.morning()
    here, there = (Connection(ConversationId(days.event_id()), name, "default") for name in ("web", "telegram"))
    whole = joined(days.state, replace(State(), protocol=None), here, there)
    assert whole.protocol == joined(State(), days.state, here, there).protocol == days.memory
