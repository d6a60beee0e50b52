import string
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.timetable import PERIODS, WORDS, days_in_words, describe
from core.schedules import WEEKDAYS, WEEKEND, Cron, EveryDays, FromDate, Monthly, Once, Rule, Weekly
from tests.unit.core.schedules.test_firing import rules

SEVEN = (time(7, 30),)
LANGUAGES = sorted(WORDS)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Weekly(SEVEN), "every day at 07:30"),
        (Weekly(SEVEN, WEEKDAYS), "every weekday at 07:30"),
        (Weekly((time(9), time(20)), WEEKEND), "every Saturday and Sunday at 09:00 and 20:00"),
        (Weekly(SEVEN, frozenset({1, 5})), "every Monday and Friday at 07:30"),
        (EveryDays(SEVEN, 1), "every day at 07:30"),
        (EveryDays(SEVEN, 3), "every 3 days at 07:30"),
        (Monthly(SEVEN, 15), "on day 15 of each month at 07:30"),
        (Monthly(SEVEN, 31), "on day 31 of each month (or the last one) at 07:30"),
        (Monthly(SEVEN, -1), "on the last day of each month at 07:30"),
        (Monthly(SEVEN, -2), "1 day before the last day of each month at 07:30"),
        (FromDate(SEVEN, date(1990, 5, 1), yearly=True), "every year on May 1 at 07:30"),
        (FromDate(SEVEN, date(2026, 5, 1)), "on May 1, 2026 at 07:30"),
        (FromDate(SEVEN, "wedding_day", (-7, 0)), "7 days before and on the day: on wedding day at 07:30"),
        (Cron("30 7 * * mon-fri"), "every weekday at 07:30"),
        (Cron("*/15 9-17 * * *"), "every day, 36 times from 09:00 to 17:45"),
        (Cron("30 7 1 * *"), "on day 1 of each month at 07:30"),
        (Cron("30 7 31 * *"), "by the rule “30 7 31 * *”"),
        (Cron("30 7 1 * mon"), "by the rule “30 7 1 * mon”"),
        (Cron("30 7 * 6 *"), "by the rule “30 7 * 6 *”"),
        (Once(local=datetime(2026, 12, 24, 18)), "on December 24, 2026 at 18:00"),  # noqa: DTZ001 - what a clock shows
    ],
)
def test_describe_in_english(rule: Rule, words: str) -> None:
    assert describe(rule, "en") == words


@pytest.mark.parametrize(
    ("language", "rule", "words"),
    [
        ("de", Weekly(SEVEN, WEEKDAYS), "montags bis freitags um 07:30"),
        ("de-CH", EveryDays(SEVEN, 3), "alle 3 Tage um 07:30"),
        ("es", Weekly(SEVEN), "todos los días a las 07:30"),
        ("es", Monthly(SEVEN, -1), "el último día de cada mes a las 07:30"),
        ("hi", Weekly(SEVEN), "हर दिन 07:30 बजे"),
        ("hi", Weekly(SEVEN, frozenset({1, 3})), "हर सोमवार और बुधवार को 07:30 बजे"),
        ("ar", Weekly(SEVEN), "كل يوم الساعة 07:30"),
        ("ar", EveryDays(SEVEN, 2), "كل يومين الساعة 07:30"),
        ("ar", EveryDays(SEVEN, 11), "كل 11 يومًا الساعة 07:30"),
        ("fr", Weekly(SEVEN), "every day at 07:30"),
        ("fr", Weekly(SEVEN, frozenset({1})), "every Monday at 07:30"),
    ],
)
def test_describe_in_a_persons_language(language: str, rule: Rule, words: str) -> None:
    assert describe(rule, language) == words


def test_describe_a_moment_of_everybody_as_the_persons_clock_shows_it() -> None:
    rule = Once(at=datetime(2026, 12, 24, 18, tzinfo=UTC))
    assert describe(rule, "en", "Asia/Kolkata") == "on December 24, 2026 at 23:30"
    assert describe(rule, "en") == "on December 24, 2026 at 18:00"


@given(rule=rules, language=st.sampled_from([*LANGUAGES, "zz", ""]))
def test_describe_any_rule_in_any_language(rule: Rule, language: str) -> None:
    words = describe(rule, language)
    assert words.strip() == words
    assert "{" not in words
    assert len(words) < 400


def test_days_in_words_are_those_of_the_week() -> None:
    assert days_in_words(frozenset({7, 6}), "de") == "samstags und sonntags"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_the_same_in_every_language_with_the_same_places(language: str) -> None:
    def places(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence)} - {None}

    assert {key: places(sentence) for key, sentence in WORDS[language].items()} == {
        key: places(sentence) for key, sentence in WORDS["en"].items()
    }
    assert PERIODS.keys() == WORDS.keys()
    assert "other" in PERIODS[language]
