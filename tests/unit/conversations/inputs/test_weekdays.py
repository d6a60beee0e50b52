import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer, Refused, weekdays
from core.schedules import EVERY_DAY
from tests.unit.conversations.inputs.reading import reading

LANGUAGES = ["en", "de", "es", "hi", "ar", "zz"]


def read(words: str, language: str = "en", country: str = "") -> Answer | str:
    try:
        return weekdays.read(words, reading(language, country=country))
    except Refused as refusal:
        return refusal.phrase


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "every day", "1,2,3,4,5,6,7"),
        ("en", "Weekdays!", "1,2,3,4,5"),
        ("en", "on weekdays", "1,2,3,4,5"),
        ("en", "Mon-Fri", "1,2,3,4,5"),
        ("en", "Mon – Fri", "1,2,3,4,5"),
        ("en", "monday to friday", "1,2,3,4,5"),
        ("en", "Mon, Wed and Fri", "1,3,5"),
        ("en", "Mondays and Thursdays", "1,4"),
        ("en", "mo/we/fr", "1,3,5"),
        ("en", "Tues & Thurs", "2,4"),
        ("en", "weekends", "6,7"),
        ("en", "weekdays and Saturday", "1,2,3,4,5,6"),
        ("en", "every day except Sunday", "1,2,3,4,5,6"),
        ("en", "except Sundays", "1,2,3,4,5,6"),
        ("en", "Fri-Mon", "1,5,6,7"),
        ("en", "only on Sunday", "7"),
        ("de", "jeden Tag", "1,2,3,4,5,6,7"),
        ("de", "täglich", "1,2,3,4,5,6,7"),
        ("de", "werktags", "1,2,3,4,5"),
        ("de", "Mo-Fr", "1,2,3,4,5"),
        ("de", "montags, mittwochs und freitags", "1,3,5"),
        ("de", "von Montag bis Freitag", "1,2,3,4,5"),
        ("de", "am Wochenende", "6,7"),
        ("de", "jeden Tag außer Sonntag", "1,2,3,4,5,6"),
        ("de", "Di und Do", "2,4"),
        ("es", "todos los días", "1,2,3,4,5,6,7"),
        ("es", "de lunes a viernes", "1,2,3,4,5"),
        ("es", "lunes, miércoles y viernes", "1,3,5"),
        ("es", "L-V", "1,2,3,4,5"),
        ("es", "los sábados", "6"),
        ("es", "fines de semana", "6,7"),
        ("es", "entre semana", "1,2,3,4,5"),
        ("es", "todos los días menos el domingo", "1,2,3,4,5,6"),
        ("hi", "हर दिन", "1,2,3,4,5,6,7"),
        ("hi", "रोज़", "1,2,3,4,5,6,7"),
        ("hi", "सोमवार से शुक्रवार", "1,2,3,4,5"),
        ("hi", "सोमवार से शुक्रवार तक", "1,2,3,4,5"),
        ("hi", "सोमवार, बुधवार और शुक्रवार को", "1,3,5"),
        ("hi", "somvar se shukravar", "1,2,3,4,5"),
        ("hi", "हर दिन रविवार को छोड़कर", "1,2,3,4,5,6"),
        ("hi", "गुरुवार", "4"),
        ("hi", "मंगलवार और इतवार", "2,7"),
        ("ar", "كل يوم", "1,2,3,4,5,6,7"),
        ("ar", "من الأحد إلى الخميس", "1,2,3,4,7"),
        ("ar", "الاثنين والأربعاء والجمعة", "1,3,5"),
        ("ar", "الإثنين", "1"),
        ("ar", "كل يوم ما عدا الجمعة", "1,2,3,4,6,7"),
        ("zz", "weekdays", "1,2,3,4,5"),
    ],
)
def test_read_weekdays(language: str, words: str, value: str) -> None:
    answer = read(words, language)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, True)


@pytest.mark.parametrize(
    ("language", "country", "words", "value"),
    [
        ("ar", "", "أيام العمل", "1,2,3,4,7"),
        ("ar", "", "نهاية الأسبوع", "5,6"),
        ("en", "EG", "weekends", "5,6"),
        ("ar", "EG", "weekdays", "1,2,3,4,7"),
    ],
)
def test_read_weekdays_where_the_weekend_is_earlier_is_read_back(
    language: str, country: str, words: str, value: str
) -> None:
    answer = read(words, language, country)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, False)


def test_read_weekdays_of_an_arab_country_with_a_western_weekend() -> None:
    answer = read("أيام العمل", "ar", "MA")
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == ("1,2,3,4,5", True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "sometimes"),
        ("en", ""),
        ("en", "3 times a week"),
        ("en", "every day except every day"),
        ("en", "Mon-"),
        ("en", "to"),
        ("en", "and"),
        ("en", "except"),
        ("en", "every day except Sunday except Monday"),
        ("en", "Mon or Tue"),
        ("en", "not Monday"),
        ("en", "8"),
        ("hi", "को छोड़कर"),
    ],
)
def test_read_weekdays_that_are_none_is_refused(language: str, words: str) -> None:
    assert read(words, language) == "need_days"


def test_read_weekdays_label_is_in_plain_words() -> None:
    assert read("Mon, Wed", "de") == Answer("1,3", "jeden Montag und Mittwoch")


def test_days_of_an_answer() -> None:
    assert weekdays.days_of("1,3,7") == {1, 3, 7}


signs = st.lists(st.sampled_from(["mon", "-", "to", "fri", "except", "every day", ",", "x"])).map(" ".join)


@given(words=st.text() | signs, language=st.sampled_from(LANGUAGES))
def test_read_weekdays_any_words_give_days_or_a_refusal(words: str, language: str) -> None:
    answer = read(words, language)
    assert answer == "need_days" if isinstance(answer, str) else weekdays.days_of(str(answer.value)) <= EVERY_DAY
