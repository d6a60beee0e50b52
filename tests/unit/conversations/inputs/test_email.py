import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer
from tests.unit.conversations.inputs.reading import read


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("a@b.co", "a@b.co"),
        ("Asha@EXAMPLE.com", "Asha@example.com"),
        (" <asha.k+x@mail.example.in>. ", "asha.k+x@mail.example.in"),
        ("mailto:a@b.co", "a@b.co"),
        ("ü@münchen.de", "ü@münchen.de"),
        ("आशा@उदाहरण.भारत", "आशा@उदाहरण.भारत"),
        ("a@ｂ.co", "a@b.co"),
    ],
)
def test_read_email_address(words: str, value: str) -> None:
    assert read("email", words) == Answer(value)


def test_read_email_among_other_words_is_read_back() -> None:
    assert read("email", "you reach me at a@b.co.") == Answer("a@b.co", sure=False)


@pytest.mark.parametrize(
    "words",
    ["", "asha", "a@b", "a@@b.co", "@b.co", "a@", "a..b@c.de", ".a@b.co", "a.@b.co", "a@b..co", "a@-b.co", "a@b-.co",
     "a@b.123", "a@b.c", "a@b.co, c@d.co", "a" * 65 + "@b.co", "a@" + "b" * 64 + ".co", "a@" + "b." * 130 + "co",
     "a b@", "a@b_c.de", "\x00@b.co"],
)  # fmt: skip
def test_read_email_that_is_none_is_refused(words: str) -> None:
    assert read("email", words) == "need_email"


@given(words=st.text() | st.emails())
def test_read_email_any_words_give_one_at_sign_or_a_refusal(words: str) -> None:
    answer = read("email", words)
    assert answer == "need_email" if isinstance(answer, str) else str(answer.value).count("@") == 1
