import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer
from tests.unit.conversations.inputs.reading import read


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12", 12),
        ("12.0", 12),
        ("12.5", 12.5),
        ("12,5", 12.5),
        (".5", 0.5),
        ("12.", 12),
        ("007", 7),
        ("1,250.50", 1250.5),
        ("1.250,50", 1250.5),
        ("1 250", 1250),
        ("1\u202f250,5", 1250.5),
        ("1'250", 1250),
        ("1’250.5", 1250.5),
        ("10 000 000", 10_000_000),
        ("1,20,000", 120_000),
        ("1,25,000.50", 125_000.5),
        ("1.250.000", 1_250_000),
        ("4.5k", 4500),
        ("5 K", 5000),
        ("2 lakh", 200_000),
        ("1.5 crore", 15_000_000),
        ("3 million", 3_000_000),
        ("٤٥٠٠", 4500),
        ("٤٬٥٠٠٫٥", 4500.5),
        ("१२", 12),
        ("१,२०,०००", 120_000),
        ("１２", 12),
        ("-5", -5),
        ("−3", -3),
        ("20%", 20),
        ("about 12 years", 12),
        ("0.125", 0.125),
        ("1250.125", 1250.125),
        ("twelve", 12),
        ("about twenty-five", 25),
        ("none", 0),
        ("two hundred", 200),
        ("2½", 2.5),
    ],
)
def test_read_number_in_any_spelling(words: str, value: float) -> None:
    answer = read("number", words)
    assert isinstance(answer, Answer)
    assert (answer.value, type(answer.value), answer.sure) == (value, type(value), True)


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "1,250", 1250),
        ("en", "1.250", 1.25),
        ("de", "1.250", 1250),
        ("de", "1,250", 1.25),
        ("es", "1.250", 1250),
        ("es-MX", "1,250", 1250),
        ("hi", "1,250", 1250),
        ("ar", "1,250", 1250),
        ("fr", "1,250", 1.25),
        ("xx", "1,250", 1250),
        ("de", "0.125", 0.125),
    ],
)
def test_read_number_language_decides_what_one_mark_means(language: str, words: str, value: float) -> None:
    answer = read("number", words, language)
    assert isinstance(answer, Answer)
    assert answer.value == value


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", "need_number"),
        ("a dozen", "need_number"),
        ("one moment", "need_number"),
        ("two or three", "need_number"),
        ("nan", "need_number"),
        ("inf", "need_number"),
        ("v2", "need_number"),
        ("1e5", "need_number"),
        ("1.2.3", "need_number"),
        ("1,2.5,3", "need_number"),
        ("²", "number_too_small"),
        ("3 5", "one_figure"),
        ("5-10", "one_figure"),
        ("9" * 30, "number_too_large"),
        ("9" * 4000, "need_number"),
        ("-" + "9" * 30, "number_too_small"),
    ],
)
def test_read_number_that_is_none_is_refused(words: str, refusal: str) -> None:
    assert read("number", words, least=3 if words == "²" else None) == refusal


def test_read_number_out_of_bounds_is_refused() -> None:
    assert read("number", "0", least=0.5) == "number_too_small"
    assert read("number", "11", most=10) == "number_too_large"
    assert read("number", "10", least=10, most=10) == Answer(10, "10")


@pytest.mark.parametrize(
    ("words", "language", "label"), [("2026", "en", "2026"), ("120000", "hi", "1,20,000"), ("12.5", "de", "12,5")]
)
def test_read_number_label_is_the_persons_own(words: str, language: str, label: str) -> None:
    answer = read("number", words, language)
    assert isinstance(answer, Answer)
    assert answer.label == label


@given(words=st.text(), language=st.sampled_from(["en", "de", "hi", "ar", "zz", ""]))
def test_read_number_any_words_give_a_finite_number_or_a_refusal(words: str, language: str) -> None:
    answer = read("number", words, language)
    assert isinstance(answer, str) or math.isfinite(float(answer.value))


@given(value=st.integers(-(10**15), 10**15))
def test_read_number_whole_one_is_itself(value: int) -> None:
    answer = read("number", str(value))
    assert isinstance(answer, Answer)
    assert answer.value == value
