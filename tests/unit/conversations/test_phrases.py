import re
import string

import pytest
from babel import Locale

from conversations import phrases
from conversations.commands import COMMANDS
from conversations.phrases import COMMAND_WORDS, COUNTED, COURTESIES, REFUSING, SENTENCES, WORDS
from conversations.words import plain_words

LANGUAGES = sorted(SENTENCES)


def places(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_the_same_in_every_language_with_the_same_places(language: str) -> None:
    sentences = SENTENCES[language]
    assert {key: places(sentence) for key, sentence in sentences.items()} == {
        key: places(sentence) for key, sentence in SENTENCES["en"].items()
    }
    assert all(sentence.strip(" ") and len(sentence) < 600 for sentence in sentences.values())


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_sentences_are_translated(language: str) -> None:
    same = {key for key, sentence in SENTENCES[language].items() if sentence == SENTENCES["en"][key]}
    buttons = {"button_pause", "button_workflows", "button_no", "button_start"}
    names = {"channel_telegram", "channel_whatsapp", "channel_slack", "channel_terminal", "settings_chats"}
    assert same <= {"timer", "called"} | buttons | names


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_the_same_commands_in_every_language(language: str) -> None:
    named = re.findall(r"/[a-z]+", SENTENCES[language]["help"])
    assert sorted(named) == sorted(re.findall(r"/[a-z]+", SENTENCES["en"]["help"]))
    assert all(name[1:] in COMMANDS for name in named)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", [WORDS, COMMAND_WORDS, COURTESIES], ids=["words", "commands", "courtesies"])
def test_words_mean_one_thing_in_a_language_and_in_english(
    language: str, table: dict[str, dict[str, tuple[str, ...]]]
) -> None:
    meanings: dict[str, set[str]] = {}
    for source in {"en", language}:
        for meaning, words in table[source].items():
            for word in words:
                meanings.setdefault(word, set()).add(meaning)
    assert {word: several for word, several in meanings.items() if len(several) > 1} == {}
    assert table[language].keys() == table["en"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", [WORDS, COMMAND_WORDS, COURTESIES], ids=["words", "commands", "courtesies"])
def test_words_are_written_as_they_compare(language: str, table: dict[str, dict[str, tuple[str, ...]]]) -> None:
    written = [word for words in table[language].values() for word in words]
    assert [plain_words(word) for word in written] == written


def test_commands_all_have_words_except_note_which_needs_more() -> None:
    known = {name for name, command in COMMANDS.items() if not command.admin}
    assert set(COMMAND_WORDS["en"]) == known - {"note"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_understood_when_their_title_is_typed(language: str) -> None:
    """On a channel without buttons, people type what they read."""
    sentences = SENTENCES[language]
    for word in WORDS["en"]:
        assert phrases.means(language, plain_words(sentences[f"button_{word}"]), word), word
    for command in COMMAND_WORDS["en"]:
        if f"button_{command}" in sentences:
            assert phrases.command_for(language, plain_words(sentences[f"button_{command}"])) == command


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "command"), [("stopped", "start"), ("stopped_hint", "start"), ("paused", "resume")])
def test_sentence_quotes_a_word_that_does_what_it_says(language: str, key: str, command: str) -> None:
    quoted = re.search("[“„«](.+?)[”“»]", SENTENCES[language][key])
    assert quoted is not None
    assert phrases.command_for(language, quoted[1]) == command


@pytest.mark.parametrize("language", ["fr", "", "zz-ZZ", "en-IN"])
def test_phrase_in_a_language_that_is_not_shipped_is_english(language: str) -> None:
    assert phrases.phrase(language, "noted") == SENTENCES["en"]["noted"]
    assert phrases.command_for(language, "stop") == "stop"


def test_phrase_in_a_regional_language_is_that_of_its_base() -> None:
    assert phrases.phrase("de-CH", "noted") == SENTENCES["de"]["noted"]


def test_phrase_that_a_language_lacks_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, "de", {})
    assert phrases.phrase("de", "noted") == SENTENCES["en"]["noted"]


def test_phrase_value_with_braces_is_put_in_as_it_is() -> None:
    assert phrases.phrase("en", "no_such_workflow", name="{limit}") == "I don't know “{limit}”."


def test_phrase_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrases.phrase("de", "no_such_sentence")


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_words_have_a_form_for_every_number(language: str) -> None:
    assert COUNTED[language].keys() == COUNTED["en"].keys()
    assert all("other" in forms for forms in COUNTED[language].values())
    assert {form for forms in COUNTED[language].values() for form in forms} <= {"one", "other"} | set(
        Locale.parse(language).plural_form.tags
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_courtesy_is_no_command_and_every_one_is_answered(language: str) -> None:
    for key, spoken in COURTESIES[language].items():
        assert f"reply_{key}" in SENTENCES[language]
        assert [words for words in spoken if phrases.command_for(language, words)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_refuse_are_written_as_they_compare(language: str) -> None:
    assert [plain_words(word) for word in REFUSING[language]] == list(REFUSING[language])


def test_arabic_slash_has_a_mark_of_direction_before_it() -> None:
    """Without it, a line that runs from the right shows "workflows/"."""
    assert [key for key, sentence in SENTENCES["ar"].items() if re.search("(?<!\u200e)/[a-z]", sentence)] == []


def test_hindi_speaks_in_the_same_polite_form_throughout() -> None:
    familiar = re.compile(r"(रखो|करो|जाओ|बताओ|भेजो|लिखो)(?!\w)")
    assert [key for key, sentence in SENTENCES["hi"].items() if familiar.search(sentence)] == []
