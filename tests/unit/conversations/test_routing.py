import pytest

from conversations import facts, phrases
from core.executions import ExecutionStatus
from core.messages import InboundKind
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts

ASKING = flow("asking", {"ask": "q", "text": "Which?"}, {"ask": "r", "text": "And?"})
CHOOSING = flow(
    "choosing",
    {"choose": "c", "text": "Where?", "options": {"a": "Here", "b": "There"}},
    {"say": "s", "text": "So {{ c }}."},
)


# -- stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "STOP"), ("en", "/stop"), ("en", "Unsubscribe."), ("de", "Stopp!"), ("de", "abmelden"), ("es", "¡Alto!"),
     ("es", "baja"), ("hi", "रुको"), ("hi", "band karo"), ("ar", "توقف"), ("ar", "إيقاف"),
     ("de", "stop"), ("fr", "stop")],
)  # fmt: skip
def test_stop_in_the_persons_language_stops_in_the_middle_of_a_question(language: str, word: str) -> None:
    stage = Stage(ASKING, person=Person(language=language))
    stage.write("/start asking")
    assert texts(stage.write(word)) == [phrases.phrase(language, "stopped")]
    assert stage.state.stopped
    assert stage.timers == {}
    assert stage.wait(days=30) == []


def test_stop_holds_until_start_and_goes_on_where_it_was() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.write("stop")
    assert texts(stage.write("hi")) == [phrases.phrase("en", "stopped_hint")]
    assert stage.write("are you there?") == []
    assert stage.write("/workflows") == []
    assert stage.send() == []
    assert texts(stage.write("start")) == [f"{phrases.phrase('en', 'started_again')}\n\nWhich?"]
    assert texts(stage.write("this")) == ["And?"]


def test_stop_said_twice_is_answered_once() -> None:
    stage = Stage(ASKING)
    stage.write("stop")
    assert stage.write("stop") == []
    assert stage.facts.count(facts.STOPPED) == 1


def test_stop_by_a_stranger_is_obeyed() -> None:
    stage = Stage(ASKING, met=False)
    assert texts(stage.write("stop")) == [phrases.phrase("en", "stopped")]
    assert stage.state.stopped


def test_stop_then_help_answers_and_stays_stopped() -> None:
    stage = Stage(ASKING)
    stage.write("stop")
    assert stage.write("help") != []
    assert stage.state.stopped


def test_stop_tap_on_an_old_question_ends_its_spinner_and_hints_once() -> None:
    stage = Stage(CHOOSING)
    stage.write("/start choosing")
    stage.write("stop")
    assert texts(stage.tap("Here")) == [phrases.phrase("en", "stopped_hint")]
    assert stage.tap("Here") == []
    assert stage.press("0000000000.1:a") == []
    assert len(stage.taps) == 3
    assert stage.run.step == 0


def test_stop_lets_a_finished_job_and_a_signal_go_by_in_silence() -> None:
    waiting = flow("w", {"wait": "w", "event": "paid"}, {"ask": "q", "text": "Paid. Which?"})
    stage = Stage(waiting)
    stage.write("/start w")
    stage.write("stop")
    assert stage.signal("paid") == []
    assert texts(stage.write("start"))[-1].endswith("Paid. Which?")


def test_start_after_stop_ends_a_pause_too() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.write("/pause")
    stage.write("stop")
    stage.write("start")
    assert not stage.state.paused
    assert len(stage.timers) == 1


# -- taps ----------------------------------------------------------------------------------------


def test_tap_for_a_parked_execution_brings_it_back() -> None:
    stage = Stage(ASKING, CHOOSING)
    stage.write("/start choosing")
    stage.write("/start asking")
    assert stage.run.workflow == "asking"
    said = texts(stage.tap("There"))
    assert said == ["So There.", f"{phrases.phrase('en', 'back_to', title='Asking')}\n\nWhich?"]
    assert stage.statuses["choosing"] is ExecutionStatus.COMPLETED


@pytest.mark.parametrize("payload", ["0000000000.1:a", ":", "", "a", "x" * 200, "\u202e:a", "0000000000.zz:b"])
def test_tap_with_somebody_elses_token_changes_nothing(payload: str) -> None:
    stage = Stage(CHOOSING)
    stage.write("/start choosing")
    before = stage.state
    assert stage.press(payload) == []
    assert stage.state == before
    assert stage.taps[-1].text == phrases.phrase("en", "tap_stale")


def test_tap_on_an_earlier_visit_of_the_same_question_is_stale() -> None:
    loop = flow("loop", {"choose": "c", "text": "Where?", "options": {"a": "Here"}, "next": "c"})
    stage = Stage(loop)
    stage.write("/start loop")
    first = stage.buttons[0].payload
    stage.press(first)
    assert stage.run.visit == 2
    stage.press(first)
    assert stage.run.visit == 2


def test_tap_of_a_command_in_the_middle_of_a_question_leaves_the_question_open() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.press("/help", "Help")
    assert texts(stage.write("this")) == ["And?"]


# -- other things that come in -------------------------------------------------------------------


def test_edit_never_runs_a_step_again() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    before = stage.state
    assert stage.receive(InboundKind.EDIT, text="another answer") == []
    assert stage.state == before
    assert stage.facts[-1] == facts.MESSAGE_EDITED


def test_moved_changes_nothing() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    before = stage.state
    assert stage.receive(InboundKind.MOVED, moved_to="9") == []
    assert stage.state == before


def test_blocked_holds_timers_and_unblocked_brings_them_back() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    assert stage.receive(InboundKind.BLOCKED) == []
    assert stage.timers == {}
    assert stage.receive(InboundKind.BLOCKED) == []
    assert stage.facts.count(facts.BLOCKED) == 1
    assert stage.wait(days=30) == []
    assert stage.receive(InboundKind.UNBLOCKED) == []
    assert len(stage.timers) == 1
    assert texts(stage.wait(days=1)) == [f"{phrases.phrase('en', 'reminder', title='Asking')}\n\nWhich?"]


def test_group_that_shut_us_out_says_nothing_of_the_chat_of_two() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    assert stage.receive(InboundKind.BLOCKED, private=False) == []
    assert not stage.state.blocked
    assert len(stage.timers) == 1
    assert facts.BLOCKED not in stage.facts


def test_group_that_lets_us_in_again_reaches_who_had_no_other_chat() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking", private=False)
    stage.receive(InboundKind.BLOCKED)
    assert (stage.state.blocked, stage.timers) == (True, {})
    stage.receive(InboundKind.UNBLOCKED, private=False)
    assert (stage.state.blocked, len(stage.timers)) == (False, 1)


def test_message_from_a_person_who_had_blocked_us_counts_as_unblocked() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.receive(InboundKind.BLOCKED)
    assert texts(stage.write("this")) == ["And?"]
    assert facts.UNBLOCKED in stage.facts


def test_stop_from_a_person_who_had_blocked_us_leaves_no_timer() -> None:
    stage = Stage(ASKING)
    stage.write("/start asking")
    stage.receive(InboundKind.BLOCKED)
    stage.write("stop")
    assert stage.timers == {}


# -- strangers -----------------------------------------------------------------------------------


def test_stranger_is_greeted_by_name_and_offered_the_menu() -> None:
    stage = Stage(ASKING, person=Person(), met=False)
    said = texts(stage.write("hi", name="Asha\u202e\n", language="de-DE"))
    assert said == [phrases.phrase("de", "hello", name=", Asha"), phrases.phrase("de", "menu")]
    assert stage.state.person == Person(name="Asha", language="de-DE")
    assert texts(stage.write("what now")) == [phrases.phrase("de", "not_understood")]


def test_stranger_begins_with_the_welcome_where_there_is_one() -> None:
    stage = Stage(flow("welcome", {"ask": "name", "text": "Your name?"}), person=Person(), met=False)
    assert texts(stage.write("hi"))[1:] == ["Your name?"]


def test_stranger_with_a_deep_link_is_greeted_and_starts_that_workflow() -> None:
    stage = Stage(ASKING, flow("welcome", {"ask": "name", "text": "Your name?"}), person=Person(), met=False)
    assert texts(stage.write("/start asking"))[1:] == ["Which?"]


def test_stranger_with_a_stale_deep_link_is_greeted() -> None:
    stage = Stage(ASKING, person=Person(), met=False)
    assert texts(stage.write("/start gone")) == [phrases.phrase("en", "hello", name=""), phrases.phrase("en", "menu")]


def test_what_a_channel_reports_changes_nothing_of_a_person_who_is_known() -> None:
    stage = Stage(ASKING, person=Person(language="de"), met=True)
    stage.write("hallo", name="Asha B.", language="en", zone="Europe/Berlin")
    assert stage.state.person == Person(language="de")


def test_what_a_stranger_has_said_of_themselves_counts_more_than_what_the_channel_reports() -> None:
    stage = Stage(ASKING, person=Person(zone="Asia/Kolkata"), met=False)
    stage.write("hi", name="Asha", language="de", zone="Europe/Berlin")
    assert stage.state.person == Person(name="Asha", zone="Asia/Kolkata")


@pytest.mark.parametrize("language", ["xx", "e", "\x00", "zh-Hant-TW", "x" * 300, "en_US"])
def test_stranger_with_an_odd_language_is_greeted_all_the_same(language: str) -> None:
    stage = Stage(ASKING, person=Person(), met=False)
    assert len(stage.write("hi", name="A", language=language)) == 2
    assert stage.write("/settings") != []


def test_sticker_where_nothing_is_open_gets_a_hint() -> None:
    assert texts(Stage(ASKING).receive(InboundKind.OTHER)) == [phrases.phrase("en", "not_understood")]
