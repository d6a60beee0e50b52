from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer
from tests.unit.conversations.inputs.reading import SATURDAY, read


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "2026-12-24", "2026-12-24"),
        ("en", "2026/12/24", "2026-12-24"),
        ("en", "24.12.2026", "2026-12-24"),
        ("en", "24/12/2026", "2026-12-24"),
        ("en", "11/12/2026", "2026-12-11"),
        ("en-US", "11/12/2026", "2026-11-12"),
        ("en-US", "11.12.2026", "2026-12-11"),
        ("en-US", "24/12/2026", "2026-12-24"),
        ("en", "12/24/2026", "2026-12-24"),
        ("en", "24.12.", "2026-12-24"),
        ("en", "20/11", "2027-11-20"),
        ("en", "21/11", "2026-11-21"),
        ("en", "1.1.70", "1970-01-01"),
        ("en", "1.1.30", "2030-01-01"),
        ("en", "24 December", "2026-12-24"),
        ("en", "Dec 24", "2026-12-24"),
        ("en", "December 24th, 2027", "2027-12-24"),
        ("en", "the 24th of December", "2026-12-24"),
        ("en", "24 dec 26", "2026-12-24"),
        ("en", "Thursday, 24 December", "2026-12-24"),
        ("de", "24. Dezember", "2026-12-24"),
        ("de", "am 3. März 2027", "2027-03-03"),
        ("de", "29.2.", "2028-02-29"),
        ("es", "24 de diciembre de 2026", "2026-12-24"),
        ("es", "5 mar", "2027-03-05"),
        ("hi", "24 दिसंबर", "2026-12-24"),
        ("hi", "२४/१२/२०२६", "2026-12-24"),
        ("ar", "24 ديسمبر", "2026-12-24"),
        ("ar", "٢٤/١٢/٢٠٢٦", "2026-12-24"),
        ("en", "Today", "2026-11-21"),
        ("en", "tomorrow!", "2026-11-22"),
        ("en", "yesterday", "2026-11-20"),
        ("de", "heute", "2026-11-21"),
        ("de", "übermorgen", "2026-11-23"),
        ("de", "gestern", "2026-11-20"),
        ("es", "hoy", "2026-11-21"),
        ("es", "mañana", "2026-11-22"),
        ("es", "manana", "2026-11-22"),
        ("es", "pasado mañana", "2026-11-23"),
        ("hi", "आज", "2026-11-21"),
        ("ar", "غداً", "2026-11-22"),
        ("ar", "اليوم", "2026-11-21"),
        ("en", "Friday", "2026-11-27"),
        ("en", "sat", "2026-11-28"),
        ("de", "Montag", "2026-11-23"),
        ("es", "miercoles", "2026-11-25"),
        ("es", "mar", "2026-11-24"),
        ("hi", "शुक्रवार", "2026-11-27"),
        ("ar", "الجمعة", "2026-11-27"),
        ("de", "Friday", "2026-11-27"),
        ("en", "24-Dec-2026", "2026-12-24"),
        ("en", "this friday", "2026-11-27"),
        ("en", "in 3 days", "2026-11-24"),
        ("en", "in two weeks", "2026-12-05"),
        ("en", "a week from now", "2026-11-28"),
        ("de", "in 3 Tagen", "2026-11-24"),
        ("de", "in einer Woche", "2026-11-28"),
        ("de", "Sonnabend", "2026-11-28"),
        ("es", "en 3 días", "2026-11-24"),
        ("es", "dentro de una semana", "2026-11-28"),
        ("es", "el lunes que viene", "2026-11-23"),
        ("hi", "3 दिन में", "2026-11-24"),
        ("hi", "एक हफ़्ते बाद", "2026-11-28"),
        ("ar", "بعد 3 أيام", "2026-11-24"),
        ("ar", "بعد أسبوع", "2026-11-28"),
        ("ar", "24 كانون الأول", "2026-12-24"),
    ],
)
def test_read_date_in_any_spelling(language: str, words: str, value: str) -> None:
    answer = read("date", words, language)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, True)


@pytest.mark.parametrize("words", ["कल", "परसों", "kal"])
def test_read_date_hindi_word_for_both_sides_of_today_is_read_back(words: str) -> None:
    answer = read("date", words, "hi")
    assert isinstance(answer, Answer)
    assert not answer.sure


@pytest.mark.parametrize(
    "words",
    ["", "soon", "31.2.", "31.2.2027", "30.02.2028", "0.1.2026", "99", "1/1/0001", "2026-13-01", "32 December", "may",
     "December", "dec 2026", "24 25 26", "-1-1-1", "1.1.99999", "9" * 5000, "24.12.2026 at 9",
     "3 days ago", "in a while", "in 99999 days"],
)  # fmt: skip
def test_read_date_that_is_none_is_refused(words: str) -> None:
    assert read("date", words) == "need_date"


def test_read_date_today_is_the_persons_own() -> None:
    late = SATURDAY + timedelta(hours=4)
    east = read("date", "today", zone="Pacific/Kiritimati", now=late)
    west = read("date", "today", zone="Pacific/Pago_Pago", now=SATURDAY)
    assert isinstance(east, Answer)
    assert isinstance(west, Answer)
    assert (east.value, west.value) == ("2026-11-22", "2026-11-20")


@pytest.mark.parametrize(
    ("language", "label"), [("en", "December 24, 2026"), ("de", "24. Dezember 2026"), ("hi", "24 दिसंबर 2026")]
)
def test_read_date_label_is_the_persons_own(language: str, label: str) -> None:
    assert read("date", "2026-12-24", language) == Answer("2026-12-24", label)


@given(day=st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_read_date_iso_is_itself(day: date) -> None:
    answer = read("date", day.isoformat())
    assert isinstance(answer, Answer)
    assert answer.value == day.isoformat()


@given(words=st.text(), language=st.sampled_from(["en", "en-US", "de", "es", "hi", "ar", "zz"]))
def test_read_date_any_words_give_a_date_or_a_refusal(words: str, language: str) -> None:
    answer = read("date", words, language)
    assert answer == "need_date" if isinstance(answer, str) else date.fromisoformat(str(answer.value)).year >= 1900
