"""The page's files: one version for all, and nothing from elsewhere."""

import ast
import re
from pathlib import Path

from conversations import phrases
from conversations.words import plain_words
from web.assets import FOLDER, Assets

TEXTS = {path.relative_to(FOLDER).as_posix(): path.read_text() for path in FOLDER.rglob("*.*")}
LANGUAGES = ("en", "de", "es", "hi", "ar")


def dictionary(language: str) -> dict[str, str]:
    """Return a language's words; their file is an object of plain strings, one to a line."""
    lines = re.findall(r'^  (\w+): (".*"),$', TEXTS[f"words/{language}.js"], re.MULTILINE)
    return {key: ast.literal_eval(value) for key, value in lines}


def test_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("one")
    (tmp_path / "app.js").write_text("one")
    before = Assets(tmp_path).version
    assert Assets(tmp_path).version == before
    (tmp_path / "app.js").write_text("two")
    assert Assets(tmp_path).version != before


def test_files_ask_nothing_of_other_hosts() -> None:
    named = {host for text in TEXTS.values() for host in re.findall(r"https?://([\w.]+)", text)}
    assert named == {"www.w3.org"}  # the name of SVG, which nobody fetches


def test_page_holds_no_script_and_no_style_of_its_own() -> None:
    page = TEXTS["index.html"]
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert not re.findall(r"<style|\sstyle=|\son\w+=", page)


def test_scripts_never_make_markup_out_of_text() -> None:
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [name for name, text in TEXTS.items() if dangerous.search(text)] == []


def test_every_language_has_every_word_with_the_same_values() -> None:
    english = dictionary("en")
    assert len(english) > 50
    for language in LANGUAGES:
        words = dictionary(language)
        assert words.keys() == english.keys(), language
        for key, text in words.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), (language, key)


def test_every_word_that_the_page_uses_is_in_the_dictionary() -> None:
    english = dictionary("en")
    attributes = re.findall(r'data-(?:word|label|placeholder)="(\w+)"', TEXTS["index.html"])
    calls = [key for text in TEXTS.values() for key in re.findall(r'\bsay\("(\w+)"', text)]
    labels = [key for text in TEXTS.values() for key in re.findall(r'\blabel\(\w+, "(\w+)"', text)]
    wanted = {*attributes, *calls, *labels} - {"theme"}
    assert wanted <= english.keys()


def test_first_words_that_the_page_offers_are_understood() -> None:
    for language in LANGUAGES:
        words = dictionary(language)
        assert phrases.command_for(language, plain_words(words["chip_workflows"])) == "workflows", language
        assert phrases.command_for(language, plain_words(words["chip_what"])) == "help", language
        assert phrases.courtesy(language, plain_words(words["chip_hello"])) == "hello", language


def test_first_words_are_in_the_language_of_the_page() -> None:
    assert {language for language in LANGUAGES if dictionary(language)["chip_workflows"] == "Workflows"} == {"en", "de"}
