import pytest

from conversations.inputs import Answer
from conversations.inputs.text import clean
from tests.unit.conversations.inputs.reading import read


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("  hello ", "hello"),
        ("line one\r\nline two\rthree", "line one\nline two\nthree"),
        ("nul\x00 bell\x07 escape\x1b", "nul bell escape"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud83d pair", "half  pair"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("क्‍ष", "क्‍ष"),
        ("آشا", "آشا"),
        ("<b>bold</b> {{ name }}", "<b>bold</b> {{ name }}"),
    ],
)
def test_read_text_keeps_what_people_read(words: str, value: str) -> None:
    assert read("text", words) == Answer(value)


@pytest.mark.parametrize("words", ["", " \n\t ", "\x00", "\u200b\u200f"])
def test_read_text_of_nothing_is_refused(words: str) -> None:
    assert read("text", words) == "need_words"


def test_read_text_out_of_bounds_is_refused() -> None:
    assert read("text", "ab", least=3) == "text_too_short"
    assert read("text", "abcd", most=3) == "text_too_long"
    assert read("text", " abc ", least=3, most=3) == Answer("abc")


def test_clean_is_the_same_a_second_time() -> None:
    once = clean(" a\u202eb\r\n ")
    assert once == "ab"
    assert clean(once) == once
