from uuid import UUID

import pytest

from conversations import facts, limits, phrases
from conversations.commands import COMMANDS, MENU_COMMANDS
from conversations.phrases import SENTENCES
from core.ids import ConversationId
from core.messages import InboundKind
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts, titles

ASKING = flow(
    "asking",
    {"ask": "q", "text": "Which?"},
    {"ask": "r", "text": "And?"},
    title={"en": "Ask twice", "de": "Zwei Fragen"},
)
DOING = flow("doing", {"do": "d", "text": "Do it."}, summary=None)
HIDDEN = flow("timezone", {"ask": "zone", "text": "Where are you?", "type": "zone", "save": "zone"}, listed=False)
TONGUE = flow(
    "language",
    {
        "choose": "language",
        "text": "Which language?",
        "options": {"en": "English", "de": "Deutsch"},
        "save": "language",
    },
    listed=False,
)


def stage_with(*, person: Person | None = None) -> Stage:
    return Stage(ASKING, DOING, HIDDEN, TONGUE, person=person)


def test_help_answers_always_and_leaves_the_question_open() -> None:
    stage = stage_with()
    stage.write("/start asking")
    for word in ("/help", "help", "Help!", "?", "/help@sunup_bot", "/nonsense", "\u200e/help"):
        (said,) = stage.write(word)
        assert said.text == phrases.phrase("en", "help"), word
        assert titles(said)[0] == "Continue"
    assert texts(stage.tap("Continue")) == ["Which?"]


def test_menu_shows_what_can_be_done() -> None:
    assert titles(stage_with().write("/menu")[0]) == ["Workflows", "Today", "Settings", "Help"]


def test_workflows_lists_what_is_published_with_a_button_each() -> None:
    (said,) = stage_with().write("list")
    assert said.text == "Here is what you can start:\n• Ask twice\n• Doing"
    assert [button.payload for button in said.buttons] == ["/start asking", "/start doing"]


def test_workflows_where_there_are_none_says_so() -> None:
    assert texts(Stage().write("/workflows")) == [phrases.phrase("en", "no_workflows")]


@pytest.mark.parametrize(
    "words", ["/start asking", "start asking", "Start ask twice", "/START Asking", "start zwei fragen"]
)
def test_start_by_name_or_title_in_any_language_begins_it(words: str) -> None:
    assert texts(stage_with().write(words)) == ["Which?"]


def test_start_of_an_unknown_workflow_shows_the_list() -> None:
    (said,) = texts(stage_with().write("/start " + "x" * 500))
    assert said.startswith(phrases.phrase("en", "no_such_workflow", name="x" * 60))
    assert "Ask twice" in said


def test_start_of_the_workflow_one_is_in_asks_again_instead_of_beginning_anew() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("one")
    assert texts(stage.write("/start asking")) == ["And?"]
    assert stage.facts.count(facts.EXECUTION_STARTED) == 1


def test_start_of_another_workflow_keeps_the_place_in_the_first_and_comes_back_to_it() -> None:
    stage = stage_with()
    stage.write("/start asking")
    said = texts(stage.write("/start doing"))
    assert said == [phrases.phrase("en", "parked", title="Ask twice"), "Do it."]
    assert texts(stage.write("done")) == [f"{phrases.phrase('en', 'back_to', title='Ask twice')}\n\nWhich?"]


def test_start_words_that_name_no_workflow_are_an_answer_to_an_open_question() -> None:
    stage = stage_with()
    stage.write("/start asking")
    assert texts(stage.write("start with the logo")) == ["And?"]


def test_today_names_what_is_open_and_how_far_it_is() -> None:
    stage = stage_with()
    assert texts(stage.write("today")) == [phrases.phrase("en", "today_empty")]
    stage.write("/start asking")
    stage.write("one")
    assert texts(stage.write("/today")) == ["This is open:\n• Ask twice – step 2 of 2"]


def test_note_is_kept_with_the_step_it_belongs_to() -> None:
    stage = stage_with()
    assert texts(stage.write("/note")) == [phrases.phrase("en", "note_how")]
    stage.write("/note Ana wants a call")
    assert stage.fact(facts.NOTE_TAKEN) == {"note": "Ana wants a call"}
    stage.write("/start asking")
    assert texts(stage.write("/note Line one\nline two")) == [phrases.phrase("en", "noted")]
    assert stage.fact(facts.NOTE_TAKEN) == {"note": "Line one\nline two", "step": "q"}
    assert stage.run.step == 0


def test_note_of_ten_thousand_characters_is_cut_and_said_to_be() -> None:
    stage = stage_with()
    said = texts(stage.write("/note " + "x" * 10_000))
    assert said == [phrases.phrase("en", "noted_cut", limit=limits.ANSWER_CHARACTERS)]
    assert len(stage.fact(facts.NOTE_TAKEN)["note"]) == limits.ANSWER_CHARACTERS


def test_pause_holds_reminders_and_resume_goes_on() -> None:
    stage = stage_with()
    stage.write("/start asking")
    (said,) = stage.write("/pause")
    assert (said.text, titles(said)) == (phrases.phrase("en", "paused"), ["Resume"])
    assert stage.wait(days=30) == []
    assert texts(stage.tap("Resume")) == [f"{phrases.phrase('en', 'resumed')}\n\nWhich?"]
    assert len(stage.wait(days=1)) == 1


def test_pause_said_twice_is_one_fact() -> None:
    stage = stage_with()
    stage.write("pause")
    stage.write("pause")
    assert stage.facts.count(facts.PAUSED) == 1


def test_pause_still_answers_a_person_who_writes() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("/pause")
    assert texts(stage.write("one")) == ["And?"]
    assert stage.timers == {}


def test_resume_with_nothing_open() -> None:
    stage = stage_with()
    assert texts(stage.write("resume")) == [phrases.phrase("en", "nothing_open")]
    stage.write("pause")
    (said,) = stage.write("resume")
    assert said.text == f"{phrases.phrase('en', 'resumed')}\n\n{phrases.phrase('en', 'menu')}"
    assert titles(said) == ["Workflows", "Today", "Settings", "Help"]


def test_continue_with_nothing_open_says_so() -> None:
    assert texts(stage_with().write("continue")) == [phrases.phrase("en", "nothing_open")]


def test_settings_show_what_is_known() -> None:
    (said,) = stage_with(person=Person(name="Asha", language="de", zone="Europe/Berlin")).write("/settings")
    known = "Name: Asha\nSprache: Deutsch\nZeitzone: Europe/Berlin\nErinnerungen: an\nChats: Terminal"
    assert said.text == known
    (unknown,) = stage_with(person=Person()).write("/settings")
    nothing = "Name: not known yet\nLanguage: English\nTime zone: not known yet\nReminders: on\nChats: Terminal"
    assert unknown.text == nothing
    assert titles(unknown) == ["Time zone", "Language", "Pause", "Stop", "Connect a chat", "When I write"]


def test_timezone_and_language_are_asked_by_their_workflows_and_come_back() -> None:
    stage = stage_with()
    stage.write("/start asking")
    assert texts(stage.write("/timezone")) == ["Where are you?"]
    assert texts(stage.write("Lisbon")) == [f"{phrases.phrase('en', 'back_to', title='Ask twice')}\n\nWhich?"]
    assert stage.state.person.zone == "Europe/Lisbon"
    stage.write("/language")
    assert texts(stage.tap("Deutsch"))[0].startswith(phrases.phrase("de", "back_to", title="Zwei Fragen"))


def test_timezone_without_its_workflow_says_so() -> None:
    assert texts(Stage().write("/timezone")) == [phrases.phrase("en", "no_such_workflow", name="timezone")]


def test_every_command_of_the_menu_exists() -> None:
    assert set(MENU_COMMANDS) <= set(COMMANDS)
    assert [name for name in MENU_COMMANDS if f"command_{name}" not in SENTENCES["en"]] == []


@pytest.mark.parametrize("language", ["en", "de", "es", "hi", "ar"])
def test_every_command_answers_in_every_language(language: str) -> None:
    for name in COMMANDS:
        stage = stage_with(person=Person(language=language))
        stage.write("/start asking")
        assert stage.write(f"/{name}") != [], name


@pytest.mark.parametrize(
    ("language", "words", "key"),
    [("en", "Hi!", "hello"), ("en", "thank you 🙏", "thanks"), ("en", "bye", "bye"), ("de", "Danke!", "thanks"),
     ("es", "buenos días", "hello"), ("hi", "शुक्रिया", "thanks"), ("hi", "namaste", "hello"), ("ar", "شكرًا", "thanks")],
)  # fmt: skip
def test_pleasantries_with_nothing_open_are_answered_in_kind(language: str, words: str, key: str) -> None:
    stage = stage_with(person=Person(name="Asha", language=language))
    (said,) = stage.write(words)
    assert said.text.startswith(phrases.phrase(language, f"reply_{key}", name=stage_name(language)))
    assert len(titles(said)) == 4


def stage_name(language: str) -> str:
    return phrases.phrase(language, "called", name="Asha")


def test_arabic_greeting_has_an_arabic_comma() -> None:
    stage = Stage(ASKING, person=Person(name="ليلى", language="ar"), met=False)
    assert stage.write("مرحبا")[0].text.startswith("مرحبًا، ليلى!")


@pytest.mark.parametrize("words", ["asking", "Ask twice", "ask twice!", "zwei fragen"])
def test_name_or_title_typed_with_nothing_open_begins_the_workflow(words: str) -> None:
    assert texts(stage_with().write(words)) == ["Which?"]


def test_stop_offers_the_way_back_as_a_button() -> None:
    stage = stage_with()
    assert titles(stage.write("stop")[0]) == ["Start"]
    assert titles(stage.write("hello?")[0]) == ["Start"]
    assert phrases.phrase("en", "started_again") in texts(stage.tap("Start"))[0]


@pytest.mark.parametrize("words", ["Detener", "baja", "रुकें", "band karo", "توقف", "Abbestellen!"])
def test_stop_in_any_language_ends_messages_also_in_a_question_and_before_a_language_is_known(words: str) -> None:
    stage = stage_with()
    stage.write("asking")
    stage.write(words)
    assert stage.state.stopped
    assert stage.write("hello?")[0].buttons[0].title == "Start"


def test_stop_in_another_language_that_is_an_option_is_chosen() -> None:
    options = {"low": "Bass", "high": "Alto"}
    stage = Stage(
        flow("voices", {"choose": "v", "text": "Which?", "options": options}, {"say": "s", "text": "{{ v }}."})
    )
    stage.write("/start voices")
    assert texts(stage.write("alto")) == ["Alto."]
    assert not stage.state.stopped


@pytest.mark.parametrize("words", ["cancel", "quit", "exit"])
def test_way_out_of_a_question_shows_the_menu_and_keeps_the_place(words: str) -> None:
    stage = stage_with()
    stage.write("/start doing")
    (said,) = stage.write(words)
    assert titles(said)[0] == "Continue"


# -- menus are answered by their numbers -----------------------------------------------------


def answers(stage: Stage) -> list[object]:
    return [record.data["value"] for record in stage.records if record.kind == facts.STEP_COMPLETED]


@pytest.mark.parametrize(
    ("menu", "number", "answer"),
    [
        ("/menu", "2", phrases.phrase("en", "today_empty")),
        ("/menu", " 1. ", "Here is what you can start:\n• Ask twice\n• Doing"),
        ("/workflows", "1", "Which?"),
        ("/settings", "1", "Where are you?"),
        ("/menu", "४", phrases.phrase("en", "help")),
        ("what now", "4", phrases.phrase("en", "help")),
    ],
)
def test_number_of_a_choice_answers_the_menu_that_was_shown_last(menu: str, number: str, answer: str) -> None:
    stage = stage_with()
    stage.write(menu)
    assert texts(stage.write(number)) == [answer]


def test_number_goes_to_the_menu_that_was_shown_in_the_middle_of_a_question() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("/menu")
    assert texts(stage.write("3")) == [phrases.phrase("en", "today") + "\n• Ask twice – step 1 of 2"]
    assert stage.run.answers == {}


def test_number_goes_to_the_question_once_that_was_asked_again() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("/menu")
    stage.write("/continue")
    assert texts(stage.write("3")) == ["And?"]
    stage.write("/menu")
    stage.wait(days=1)
    stage.write("4")
    assert answers(stage) == ["3", "4"]


def test_number_that_the_menu_does_not_have_is_an_answer_to_the_question() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("/menu")
    assert texts(stage.write("2500")) == ["And?"]
    stage.write("2")
    assert answers(stage) == ["2500", "2"]


def test_number_goes_to_the_question_where_the_menu_was_shown_in_another_chat_or_beside_it() -> None:
    stage = stage_with()
    stage.here = ConversationId(UUID(int=1))
    stage.write("/start asking")
    stage.write("/menu")
    stage.here = ConversationId(UUID(int=2))
    assert texts(stage.write("2")) == ["And?"]
    stage.receive(InboundKind.HOME)
    stage.write("3")
    assert answers(stage) == ["2", "3"]


def test_number_after_a_wrong_answer_goes_to_the_question() -> None:
    stage = Stage(flow("selling", {"ask": "price", "text": "What is the price?", "type": "number"}))
    stage.write("/start selling")
    stage.write("/menu")
    stage.write("a lot")
    stage.write("2")
    assert answers(stage) == [2]


def test_number_brings_back_who_stopped_only_by_the_choice_that_says_so() -> None:
    stage = stage_with()
    stage.write("stop")
    assert stage.write("2") != []
    assert stage.state.stopped
    stage.write("1")
    assert not stage.state.stopped
