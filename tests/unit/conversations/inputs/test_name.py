import pytest

from conversations.inputs import Answer
from tests.unit.conversations.inputs.reading import read


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Asha", "Asha"),
        ("Asha Rao", "Asha Rao"),
        ("My name is Asha.", "Asha"),
        ("I’m Asha, nice to meet you", "Asha"),
        ("call me Jo", "Jo"),
        ("Hi, I am Sam!", "Sam"),
        ("Ich heiße Jürgen", "Jürgen"),
        ("Me llamo Lucía", "Lucía"),
        ("मेरा नाम आशा है", "आशा"),
        ("मैं आशा हूँ", "आशा"),
        ("mera naam Asha hai", "Asha"),
        ("اسمي ليلى", "ليلى"),
        ("أنا ليلى", "ليلى"),
        ("Soyinka", "Soyinka"),
        ("I'm", "I'm"),
        ("Asha 🌸", "Asha 🌸"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
    ],
)
def test_read_name_leaves_the_introduction_out(words: str, name: str) -> None:
    answer = read("name", words)
    assert isinstance(answer, Answer)
    assert answer.value == name


def test_read_name_is_measured_without_its_introduction() -> None:
    answer = read("name", "my name is Asha", most=4)
    assert isinstance(answer, Answer)
    assert read("name", "Ashaa", most=4) == "text_too_long"
    assert read("name", " \n ") == "need_words"
