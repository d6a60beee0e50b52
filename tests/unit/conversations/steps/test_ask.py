from typing import Any

import pytest
from pydantic import ValidationError

from conversations import facts, limits, phrases
from conversations.steps.ask import Ask
from core.executions import ExecutionStatus
from core.media import MediaKind
from core.messages import Form, InboundKind
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts, titles


def asking(**fields: Any) -> Stage:
    stage = Stage(flow("f", {"ask": "q", "text": "Which?", **fields}, {"say": "s", "text": "Got {{ q }}."}))
    stage.write("/start f")
    return stage


def test_ask_words_are_kept_and_the_workflow_goes_on() -> None:
    stage = asking()
    assert texts(stage.write("  my answer ")) == ["Got my answer."]
    assert stage.fact(facts.STEP_COMPLETED) == {"step": "q", "value": "my answer"}
    assert stage.statuses == {"f": ExecutionStatus.COMPLETED}


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("number", "1,250.50", "Got 1250.5."),
        ("number", "१२", "Got 12."),
        ("date", "24.12.2026", "Got December 24, 2026."),
        ("date", "tomorrow", "Got March 3, 2026."),
        ("email", "asha@EXAMPLE.com", "Got asha@example.com."),
        ("phone", "98765 43210", "Got +91 98765 43210."),
        ("zone", "Mumbai", "Got Asia/Kolkata (13:30)."),
    ],
)
def test_ask_typed_answer_is_read_and_shown_in_the_persons_way(kind: str, words: str, said: str) -> None:
    assert texts(asking(type=kind).write(words)) == [said]


@pytest.mark.parametrize("kind", ["number", "date", "email", "phone", "zone"])
def test_ask_answer_not_understood_is_asked_again_politely(kind: str) -> None:
    stage = asking(type=kind)
    refusal = phrases.phrase("en", f"need_{kind}")
    assert texts(stage.write("purple?")) == [refusal]
    assert texts(stage.write("purple!")) == [f"{refusal}\n\nWhich?"]
    assert stage.fact(facts.ANSWER_REFUSED) == {"step": "q", "reason": f"need_{kind}"}
    assert stage.run.tries == 2


def test_ask_number_out_of_bounds_is_told_the_bound() -> None:
    stage = asking(type="number", least=1, most=10)
    assert texts(stage.write("0")) == [phrases.phrase("en", "number_too_small", least="1")]
    assert texts(stage.write("11"))[0].startswith(phrases.phrase("en", "number_too_large", most="10"))
    assert texts(stage.write("10")) == ["Got 10."]


def test_ask_own_words_for_a_second_try_replace_ours() -> None:
    stage = asking(type="number", retry="Just a figure.")
    assert texts(stage.write("x")) == ["Just a figure."]
    assert texts(stage.write("y")) == ["Just a figure."]


@pytest.mark.parametrize("text", ["", "   ", "\u200f", "\x00\x07"])
def test_ask_nothing_to_read_is_told_that_words_are_needed(text: str) -> None:
    assert texts(asking().write(text)) == [phrases.phrase("en", "need_words")]


def test_ask_sticker_or_photo_is_told_that_words_are_needed() -> None:
    stage = asking()
    assert texts(stage.receive(InboundKind.OTHER)) == [phrases.phrase("en", "need_words")]
    assert texts(stage.send(MediaKind.IMAGE, "caption"))[0].startswith(phrases.phrase("en", "need_words"))
    assert stage.run.visit == 1


def test_ask_answer_of_ten_thousand_characters_is_cut_and_said_to_be() -> None:
    stage = asking()
    (said,) = texts(stage.write("x" * 10_000))
    cut = phrases.phrase("en", "noted_cut", limit=limits.ANSWER_CHARACTERS)
    assert said == f"{cut}\n\nGot {'x' * limits.ANSWER_CHARACTERS}."


def test_ask_command_word_that_is_not_reserved_is_an_answer() -> None:
    assert texts(asking().write("today")) == ["Got today."]


@pytest.mark.parametrize("word", ["help", "Menu", "?", "STOP"])
def test_ask_reserved_word_goes_ahead_of_the_answer(word: str) -> None:
    stage = asking()
    stage.write(word)
    assert facts.STEP_COMPLETED not in stage.facts
    assert stage.run.workflow == "f"


def test_ask_optional_offers_a_skip_by_button_and_by_word() -> None:
    stage = asking(optional=True)
    assert titles(stage.said[-1]) == ["Skip"]
    assert texts(stage.tap("Skip")) == ["Got ."]
    other = asking(optional=True)
    assert texts(other.write("skip it")) == ["Got ."]
    assert facts.STEP_SKIPPED in other.facts


def test_ask_saved_answer_changes_the_person() -> None:
    stage = asking(type="email", save="email")
    stage.write("a@b.co")
    assert stage.state.person.profile == {"email": "a@b.co"}
    assert stage.fact(facts.PROFILE_CHANGED) == {"fields": ["email"]}


# -- answers that are not sure -------------------------------------------------------------------


def test_ask_unsure_answer_is_read_back_and_kept_after_yes() -> None:
    stage = asking(type="zone", save="zone")
    (question,) = stage.write("Germany")
    assert question.text == "Europe/Berlin (09:00) – is that right?"
    assert titles(question) == ["Yes", "No"]
    assert stage.state.person.zone == "Asia/Kolkata"
    assert texts(stage.tap("Yes")) == ["Got Europe/Berlin (09:00)."]
    assert stage.state.person.zone == "Europe/Berlin"


def test_ask_unsure_answer_is_kept_after_a_tap_without_a_title() -> None:
    stage = asking(type="zone")
    stage.write("Germany")
    assert texts(stage.press(stage.buttons[-2].payload)) == ["Got Europe/Berlin (09:00)."]


def test_ask_unsure_answer_is_dropped_after_no() -> None:
    stage = asking(type="zone")
    stage.write("Germany")
    assert texts(stage.write("nope")) == ["Which?"]
    assert texts(stage.write("Mumbai")) == ["Got Asia/Kolkata (13:30)."]


def test_ask_unsure_answer_gives_way_to_another_one() -> None:
    stage = asking(type="zone")
    stage.write("Germany")
    assert texts(stage.write("Lisbon")) == ["Got Europe/Lisbon (08:00)."]


def test_ask_unsure_answer_survives_a_sticker() -> None:
    stage = asking(type="zone")
    stage.write("Germany")
    stage.receive(InboundKind.OTHER)
    assert texts(stage.write("yes")) == ["Got Europe/Berlin (09:00)."]


def test_ask_yes_tapped_after_the_answer_was_withdrawn_asks_again() -> None:
    stage = asking(type="zone")
    stage.write("Germany")
    stage.write("no")
    assert texts(stage.tap("Yes")) == ["Which?"]


def test_ask_yes_in_the_persons_language_is_understood() -> None:
    stage = Stage(flow("f", {"ask": "q", "text": "Wo?", "type": "zone"}), person=Person(language="de"))
    stage.write("/start f")
    stage.write("Indien")
    stage.write("Stimmt!")
    assert stage.fact(facts.STEP_COMPLETED)["value"] == "Asia/Kolkata"


@pytest.mark.parametrize(
    "fields", [{"least": 5, "most": 1}, {"type": "date", "least": 1}, {"type": "colour"}, {"save": "password"}]
)
def test_ask_document_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Ask.model_validate({"ask": "q", "text": "Which?", **fields})


# -- forms -------------------------------------------------------------------------------------


def test_ask_for_words_offers_a_form_whose_words_are_the_answer() -> None:
    stage = asking(optional=True)
    form = stage.said[-1].form
    assert form == Form("Write it", f"{stage.run.id.hex[-10:]}.{stage.run.visit:x}:", "Send", "Close")
    assert texts(stage.press(form.payload, "many\nwords")) == ["Got many\nwords."]
    assert [tap.text for tap in stage.taps] == [""]


def test_ask_refuses_words_of_a_form_as_it_does_others_and_offers_it_again() -> None:
    stage = asking(least=10)
    first = stage.said[-1].form
    assert first is not None
    again = stage.press(first.payload, "too few")[-1].form
    assert again == first
    assert texts(stage.press(first.payload, "words in plenty")) == ["Got words in plenty."]


def test_ask_takes_a_command_in_a_form_for_words() -> None:
    stage = asking()
    form = stage.said[-1].form
    assert form is not None
    assert texts(stage.press(form.payload, "stop")) == ["Got stop."]


def test_ask_answered_already_says_so_to_a_form_that_was_left_open() -> None:
    stage = asking()
    form = stage.said[-1].form
    assert form is not None
    stage.write("first")
    assert stage.press(form.payload, "second") == []
    assert stage.taps[-1].text == phrases.phrase("en", "tap_stale")


@pytest.mark.parametrize("kind", ["name", "number", "date", "email", "phone", "zone"])
def test_ask_for_less_than_many_words_offers_no_form(kind: str) -> None:
    assert asking(type=kind).said[-1].form is None


def test_ask_to_confirm_offers_no_form() -> None:
    stage = asking(type="date")
    stage.write("01/02/2026")
    assert stage.said[-1].form is None
