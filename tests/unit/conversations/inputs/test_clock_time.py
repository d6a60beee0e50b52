import re
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer, Refused, clock_time
from tests.unit.conversations.inputs.reading import reading

LANGUAGES = ["en", "de", "es", "hi", "ar", "zz"]


def read(words: str, language: str = "en", *, evening: bool = False) -> Answer | str:
    try:
        return clock_time.read(words, reading(language), evening=evening)
    except Refused as refusal:
        return refusal.phrase


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "7:30", "07:30"),
        ("en", "07:30", "07:30"),
        ("en", "7.30", "07:30"),
        ("en", "7.30 pm", "19:30"),
        ("en", "7:30pm", "19:30"),
        ("en", "7:30 p.m.", "19:30"),
        ("en", "7:30 a.m.", "07:30"),
        ("en", "7", "07:00"),
        ("en", "7 pm", "19:00"),
        ("en", "19", "19:00"),
        ("en", "730", "07:30"),
        ("en", "0730", "07:30"),
        ("en", "1930", "19:30"),
        ("en", "7 30", "07:30"),
        ("en", "7h30", "07:30"),
        ("en", "7h", "07:00"),
        ("en", "half past seven", "07:30"),
        ("en", "Half seven", "07:30"),
        ("en", "quarter to eight", "07:45"),
        ("en", "a quarter past 7 in the evening", "19:15"),
        ("en", "ten past seven", "07:10"),
        ("en", "twenty-five to eight", "07:35"),
        ("en", "twenty five to eight pm", "19:35"),
        ("en", "10 minutes to 8", "07:50"),
        ("en", "seven thirty", "07:30"),
        ("en", "seven forty five", "07:45"),
        ("en", "seven oh five", "07:05"),
        ("en", "at seven o'clock in the morning", "07:00"),
        ("en", "noon", "12:00"),
        ("en", "at midnight", "00:00"),
        ("en", "12 noon", "12:00"),
        ("en", "12 am", "00:00"),
        ("en", "12:30 pm", "12:30"),
        ("en", "11 at night", "23:00"),
        ("en", "3 at night", "03:00"),
        ("en", "24:00", "00:00"),
        ("en", "-7", "07:00"),
        ("de", "um halb acht", "07:30"),
        ("de", "halb 8 abends", "19:30"),
        ("de", "viertel nach sieben", "07:15"),
        ("de", "Viertel vor acht", "07:45"),
        ("de", "viertel acht", "07:15"),
        ("de", "dreiviertel acht", "07:45"),
        ("de", "fünf vor halb acht", "07:25"),
        ("de", "fünf nach halb acht", "07:35"),
        ("de", "19 Uhr 30", "19:30"),
        ("de", "7 Uhr", "07:00"),
        ("de", "7:30 Uhr", "07:30"),
        ("de", "sieben Uhr dreißig", "07:30"),
        ("de", "zwanzig Uhr fünfzehn", "20:15"),
        ("de", "um sieben Uhr morgens", "07:00"),
        ("de", "Mitternacht", "00:00"),
        ("de", "12 Uhr mittags", "12:00"),
        ("de", "neunzehn Uhr", "19:00"),
        ("de", "fünfundzwanzig nach sieben", "07:25"),
        ("es", "siete y media", "07:30"),
        ("es", "a las siete y media de la tarde", "19:30"),
        ("es", "las 8 menos cuarto", "07:45"),
        ("es", "cuarto para las ocho", "07:45"),
        ("es", "siete y cuarto", "07:15"),
        ("es", "siete y treinta y cinco", "07:35"),
        ("es", "ocho menos veinte de la noche", "19:40"),
        ("es", "7:30 de la mañana", "07:30"),
        ("es", "mediodía", "12:00"),
        ("es", "a las 7 en punto", "07:00"),
        ("es", "veintiuna horas", "21:00"),
        ("es", "las diez de la noche", "22:00"),
        ("hi", "सुबह साढ़े सात बजे", "07:30"),
        ("hi", "साढ़े सात", "07:30"),
        ("hi", "सवा सात बजे", "07:15"),
        ("hi", "पौने आठ बजे", "07:45"),
        ("hi", "शाम सात बजे", "19:00"),
        ("hi", "रात के दस बजे", "22:00"),
        ("hi", "७:३०", "07:30"),
        ("hi", "subah saadhe saat baje", "07:30"),
        ("hi", "7 बजकर 10 मिनट", "07:10"),
        ("hi", "आठ बजने में दस मिनट", "07:50"),
        ("hi", "दोपहर के 2 बजे", "14:00"),
        ("hi", "दोपहर 12 बजे", "12:00"),
        ("ar", "السابعة والنصف", "07:30"),
        ("ar", "الساعة السابعة والنصف صباحاً", "07:30"),
        ("ar", "٧:٣٠", "07:30"),
        ("ar", "الثامنة إلا ربع", "07:45"),
        ("ar", "الثامنة إلا ربعاً مساءً", "19:45"),
        ("ar", "السابعة والربع", "07:15"),
        ("ar", "السابعة والثلث", "07:20"),
        ("ar", "السابعة وعشر دقائق", "07:10"),
        ("ar", "السابعة والنصف وخمس دقائق", "07:35"),
        ("ar", "السابعة والنصف إلا خمس دقائق", "07:25"),
        ("ar", "7 مساء", "19:00"),
        ("ar", "7:30 ص", "07:30"),
        ("ar", "الثانية عشرة ظهرا", "12:00"),
        ("ar", "منتصف الليل", "00:00"),
        ("ar", "سبعة ونصف", "07:30"),
        ("ar", "الواحدة ظهرا", "13:00"),
        ("de", "half past seven", "07:30"),
        ("zz", "half past seven", "07:30"),
    ],
)
def test_read_clock_time(language: str, words: str, value: str) -> None:
    assert read(words, language) == Answer(value)


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "12", "12:00"),
        ("en", "1:30", "01:30"),
        ("en", "quarter to one", "12:45"),
        ("hi", "डेढ़ बजे", "01:30"),
        ("hi", "ढाई बजे", "02:30"),
    ],
)
def test_read_clock_time_that_may_be_of_the_afternoon_is_read_back(language: str, words: str, value: str) -> None:
    assert read(words, language) == Answer(value, sure=False)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "25:00"),
        ("en", "7:60"),
        ("en", "7:5"),
        ("en", "19:30 am"),
        ("en", "7 or 8"),
        ("en", "whenever"),
        ("en", ""),
        ("en", "tomorrow"),
        ("en", "13 past 7 past 8"),
        ("de", "mittags"),
        ("en", "7 am or 7 pm"),
        ("en", "half"),
        ("en", "quarter seven"),
        ("en", "7:30:15"),
        ("en", "77 past 7"),
        ("en", "13 midnight"),
        ("de", "halb"),
        ("hi", "साढ़े"),
        ("ar", "و"),
    ],
)
def test_read_clock_time_that_is_none_is_refused(language: str, words: str) -> None:
    assert read(words, language) == "need_time"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("8", "20:00"),
        ("half past eight", "20:30"),
        ("08:00", "08:00"),
        ("8 am", "08:00"),
        ("20", "20:00"),
        ("12", "00:00"),
        ("noon", "12:00"),
    ],
)
def test_read_clock_time_of_an_evening(words: str, value: str) -> None:
    assert read(words, evening=True) == Answer(value)


@given(clock=st.times(), language=st.sampled_from(LANGUAGES), separator=st.sampled_from([":", ".", "h", " : "]))
def test_read_clock_time_of_two_figures_each_is_itself(clock: time, language: str, separator: str) -> None:
    answer = read(f"{clock:%H}{separator}{clock:%M}", language)
    assert isinstance(answer, Answer)
    assert answer.value == f"{clock:%H:%M}"


@given(words=st.text() | st.text(alphabet="0123456789:. hpamhalbyund"), language=st.sampled_from(LANGUAGES))
def test_read_clock_time_any_words_give_a_time_or_a_refusal(words: str, language: str) -> None:
    answer = read(words, language)
    assert (
        answer == "need_time" if isinstance(answer, str) else re.fullmatch("[012][0-9]:[0-5][0-9]", str(answer.value))
    )


def test_read_clock_time_of_a_long_text_is_refused() -> None:
    assert read("7 " * 5000) == "need_time"
