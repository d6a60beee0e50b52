import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer
from tests.unit.conversations.inputs.reading import read


@pytest.mark.parametrize(
    ("words", "fields", "value"),
    [
        ("+91 98765 43210", {}, "+919876543210"),
        ("+91-98765-43210", {"country": "DE"}, "+919876543210"),
        ("98765 43210", {"country": "in"}, "+919876543210"),
        ("98765 43210", {"zone": "Asia/Kolkata"}, "+919876543210"),
        ("98765 43210", {"language": "en-IN"}, "+919876543210"),
        ("0171 1234567", {"country": "DE"}, "+491711234567"),
        ("٠١٠٠١٢٣٤٥٦٧", {"country": "EG"}, "+201001234567"),
        ("९८७६५४३२१०", {"country": "IN"}, "+919876543210"),
    ],
)
def test_read_phone_in_any_spelling(words: str, fields: dict[str, Any], value: str) -> None:
    answer = read("phone", words, **fields)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, True)


@pytest.mark.parametrize("words", ["919876543210", "0091 98765 43210"])
def test_read_phone_without_its_plus_is_read_back(words: str) -> None:
    assert read("phone", words) == Answer("+919876543210", "+91 98765 43210", sure=False)


@pytest.mark.parametrize(
    "words", ["", "12", "hello", "+", "+999999999999", "9876543210", "1" * 61, "+91 98765 43210" * 9]
)
def test_read_phone_that_is_none_is_refused(words: str) -> None:
    assert read("phone", words) == "need_phone"


def test_read_phone_does_without_the_table_of_places() -> None:
    assert "phonenumbers.geocoder" not in sys.modules


@given(words=st.text(), country=st.sampled_from(["", "IN", "DE", "??", "zz"]))
def test_read_phone_any_words_give_a_number_or_a_refusal(words: str, country: str) -> None:
    answer = read("phone", words, country=country)
    assert answer == "need_phone" if isinstance(answer, str) else str(answer.value).startswith("+")
