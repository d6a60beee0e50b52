from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.inputs import Answer, places
from core.zones import to_local, zone_names
from tests.unit.conversations.inputs.reading import SATURDAY, read


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "Asia/Kolkata", "Asia/Kolkata"),
        ("en", "asia/calcutta", "Asia/Kolkata"),
        ("en", "US/Pacific", "America/Los_Angeles"),
        ("en", "UTC", "Etc/UTC"),
        ("en", "kolkata", "Asia/Kolkata"),
        ("en", "New York", "America/New_York"),
        ("en", "london!", "Europe/London"),
        ("en", "Singapore", "Asia/Singapore"),
        ("en", "sao paulo", "America/Sao_Paulo"),
        ("en", "Mumbai", "Asia/Kolkata"),
        ("en", "Bangalore", "Asia/Kolkata"),
        ("en", "San Francisco", "America/Los_Angeles"),
        ("en", "Washington", "America/New_York"),
        ("en", "Beijing", "Asia/Shanghai"),
        ("en", "Rio", "America/Sao_Paulo"),
        ("en", "Barcelona", "Europe/Madrid"),
        ("en", "Milan", "Europe/Rome"),
        ("de", "Köln", "Europe/Berlin"),
        ("de", "münchen", "Europe/Berlin"),
        ("de", "Kairo", "Africa/Cairo"),
        ("hi", "मुंबई", "Asia/Kolkata"),
        ("ar", "القاهرة", "Africa/Cairo"),
        ("ar", "ابوظبي", "Asia/Dubai"),
        ("ar", "الدوحة", "Asia/Qatar"),
        ("hi", "मुम्बई", "Asia/Kolkata"),
        ("es", "Quito", "America/Guayaquil"),
        ("es", "Cali", "America/Bogota"),
        ("zz", "Paris", "Europe/Paris"),
        # IANA's Pacific/Samoa is American Samoa, a day away from the country that people call so.
        ("en", "Samoa", "Pacific/Apia"),
        ("en", "Pacific/Samoa", "Pacific/Pago_Pago"),
        ("en", "American Samoa", "Pacific/Pago_Pago"),
        ("en", "Hawaii", "Pacific/Honolulu"),
        ("en", "Bali", "Asia/Makassar"),
        ("de", "Mailand", "Europe/Rome"),
    ],
)
def test_read_zone_by_its_name_or_a_city_is_sure(language: str, words: str, value: str) -> None:
    answer = read("zone", words, language)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, True)


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "India", "Asia/Kolkata"),
        ("de", "Indien", "Asia/Kolkata"),
        ("hi", "भारत", "Asia/Kolkata"),
        ("ar", "مصر", "Africa/Cairo"),
        ("en", "Germany", "Europe/Berlin"),
        ("en", "USA", "America/New_York"),
        ("es", "Estados Unidos", "America/New_York"),
        ("en", "Canada", "America/Toronto"),
        ("en", "UTC+5:30", "Asia/Kolkata"),
        ("en", "+05:30", "Asia/Kolkata"),
        ("en", "+0530", "Asia/Kolkata"),
        ("en", "5.5", "Asia/Kolkata"),
        ("en", "GMT-3", "America/Sao_Paulo"),
        ("en", "utc -8", "America/Los_Angeles"),
        ("en", "IST", "Asia/Kolkata"),
        ("en", "cet", "Europe/Berlin"),
        ("en", "PST", "America/Los_Angeles"),
        ("en", "Eastern time", "America/New_York"),
        ("en", "pacific time", "America/Los_Angeles"),
        ("en", "I live in Berlin", "Europe/Berlin"),
        ("en", "New York, USA", "America/New_York"),
        ("en", "Delhi, India", "Asia/Kolkata"),
    ],
)
def test_read_zone_by_less_than_a_city_is_read_back(language: str, words: str, value: str) -> None:
    answer = read("zone", words, language)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.sure) == (value, False)


@pytest.mark.parametrize(
    "words",
    ["", "nowhere", "no", "north", "South",
     "../etc/passwd", "Asia/../../etc/passwd", "/etc/localtime", "Etc/../x", "Asia/Kolkata\x00",
     "UTC+15", "UTC-13", "+3:15", "UTC+5:75", "UTC+4:90", "99", "x" * 5000, "Berlin or Tokyo", "https://example.com"],
)  # fmt: skip
def test_read_zone_that_is_none_is_refused(words: str) -> None:
    assert read("zone", words) == "need_zone"


def test_read_zone_label_shows_what_a_clock_there_shows() -> None:
    assert read("zone", "Mumbai") == Answer("Asia/Kolkata", "Asia/Kolkata (14:05)")


def test_read_zone_offset_means_the_present_one() -> None:
    summer = read("zone", "UTC+2", now=SATURDAY - timedelta(days=150))
    winter = read("zone", "UTC+2", now=SATURDAY)
    assert isinstance(summer, Answer)
    assert isinstance(winter, Answer)
    assert summer.value == "Europe/Berlin"
    assert winter.value != "Europe/Berlin"


def test_places_name_zones_that_exist() -> None:
    named = {*places.CITIES, *places.MAIN_ZONES.values(), *places.ABBREVIATIONS.values(), *places.RENAMED.values()}
    assert named | set(places.LIKELY_BY_OFFSET) <= zone_names()


def test_places_hold_each_city_once() -> None:
    cities = [city.strip() for names in places.CITIES.values() for city in names.split(",")]
    assert sorted(set(cities)) == sorted(cities)


@given(quarters=st.integers(-48, 56))
def test_read_zone_offset_gives_a_zone_that_has_it_or_a_refusal(quarters: int) -> None:
    offset = timedelta(minutes=15 * quarters)
    minutes = abs(quarters) * 15
    answer = read("zone", f"UTC{'-' if quarters < 0 else '+'}{minutes // 60}:{minutes % 60:02}")
    if isinstance(answer, Answer):
        assert to_local(SATURDAY, str(answer.value)).utcoffset() == offset
    else:
        assert offset not in {to_local(SATURDAY, zone).utcoffset() for zone in zone_names()}


@given(words=st.text(), language=st.sampled_from(["en", "de", "hi", "ar", "zz"]))
def test_read_zone_any_words_give_a_zone_or_a_refusal(words: str, language: str) -> None:
    answer = read("zone", words, language)
    assert answer == "need_zone" if isinstance(answer, str) else answer.value in zone_names()
