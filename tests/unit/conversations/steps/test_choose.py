import pytest

from conversations import facts, phrases
from core.messages import InboundKind
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts, titles

OPTIONS = {
    "design": "Design",
    "copy": "Copywriting",
    "code": "Code",
    "today": "Today",
    "other": {"en": "Something else", "de": "Anderes"},
}
FLOW = flow(
    "f",
    {"choose": "niche", "text": {"en": "Where?", "de": "Wo?"}, "options": OPTIONS, "save": "market"},
    {"say": "s", "text": "So {{ niche }}."},
    {"say": "t", "text": "Code!", "when": 'niche == "code"'},
)


def choosing(language: str = "en") -> Stage:
    stage = Stage(FLOW, person=Person(language=language))
    stage.write("/start f")
    return stage


def test_choose_offers_a_button_for_each_option_in_order() -> None:
    stage = choosing()
    assert titles(stage.said[-1]) == ["Design", "Copywriting", "Code", "Today", "Something else"]
    assert all(len(button.payload.encode()) <= 64 for button in stage.buttons)


@pytest.mark.parametrize("words", ["Code", "code", " CODE! ", "3", "3.", "٣", "३", "cod", "\u200fCode", "Code\ufe0f"])
def test_choose_title_value_number_or_beginning_is_understood(words: str) -> None:
    stage = choosing()
    assert texts(stage.write(words)) == ["So Code.", "Code!"]
    assert stage.state.person.profile == {"market": "code"}


@pytest.mark.parametrize("words", ["co", "0", "6", "0200", "-1", "purple", "c", "", "²²", "9" * 5000])
def test_choose_words_that_mean_no_option_or_two_are_asked_again(words: str) -> None:
    stage = choosing()
    (said,) = stage.write(words)
    assert said.text == phrases.phrase("en", "choose_one")
    assert titles(said)[0] == "Design"
    assert stage.fact(facts.ANSWER_REFUSED) == {"step": "niche", "reason": "choose_one"}


def test_choose_tapped_button_is_taken_once_and_the_second_tap_changes_nothing() -> None:
    stage = choosing()
    payload = stage.buttons[2].payload
    assert texts(stage.press(payload)) == ["So Code.", "Code!"]
    before = stage.state
    assert stage.press(payload) == []
    assert stage.state == before
    assert stage.taps[-1].text == phrases.phrase("en", "tap_stale")


def test_choose_forged_value_is_not_taken() -> None:
    stage = choosing()
    token = stage.buttons[0].payload.partition(":")[0]
    assert texts(stage.press(f"{token}:admin")) == [phrases.phrase("en", "choose_one")]


def test_choose_option_goes_ahead_of_a_command_of_the_same_name() -> None:
    assert texts(choosing().write("today")) == ["So Today."]


def test_choose_command_word_that_is_no_option_stays_a_command() -> None:
    stage = choosing()
    assert "Language:" in stage.write("settings")[0].text
    assert stage.run.visit == 1


def test_choose_in_another_language_shows_and_understands_its_titles() -> None:
    stage = choosing("de-CH")
    assert titles(stage.said[-1])[-1] == "Anderes"
    assert texts(stage.write("anderes")) == ["So Anderes."]


def test_choose_sticker_is_asked_to_choose() -> None:
    assert texts(choosing().receive(InboundKind.OTHER)) == [phrases.phrase("en", "choose_one")]


@pytest.mark.parametrize("words", ["code please", "I'd say code", "Code 👍", "the code one"])
def test_choose_title_among_a_few_other_words_is_understood(words: str) -> None:
    assert texts(choosing().write(words)) == ["So Code.", "Code!"]


@pytest.mark.parametrize("words", ["not code", "code or design", "no code", "is code a good idea?", "decode",
                                   "code is what my brother does all day long"])  # fmt: skip
def test_choose_words_that_only_mention_an_option_are_asked_again(words: str) -> None:
    assert texts(choosing().write(words)) == [phrases.phrase("en", "choose_one")]


def test_choose_words_that_refuse_are_asked_again_in_other_languages() -> None:
    assert texts(choosing("de").write("nicht code")) == [phrases.phrase("de", "choose_one")]
    assert texts(choosing("de").write("code bitte"))[0] == "So Code."
