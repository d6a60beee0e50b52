"""Bold actions: the library is whole in every language, and offers grow with the person and never repeat soon."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.action_words import WORDS
from core.actions import LIBRARY, Action, Category, Tried, level, offers

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def days(*done: tuple[bool | None, int | None]) -> list[Tried]:
    return [Tried("", TODAY - (len(done) - place) * DAY, was, rating) for place, (was, rating) in enumerate(done)]


def test_library_has_sixty_actions_fifteen_in_each_category_from_mild_to_bold() -> None:
    assert Counter(one.category for one in LIBRARY.values()) == dict.fromkeys(Category, 15)
    assert all(1 <= one.difficulty <= 10 for one in LIBRARY.values())
    for category in Category:
        reach = sorted(one.difficulty for one in LIBRARY.values() if one.category is category)
        assert (reach[0], reach[-1] >= 9) == (1, True)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_action_has_words_in_every_language(language: str) -> None:
    assert WORDS[language].keys() == LIBRARY.keys()
    titles = [title for title, _ in WORDS[language].values()]
    assert len(set(titles)) == 60
    for title, description in WORDS[language].values():
        assert 3 <= len(title) <= 60
        assert 3 <= len(description) <= 70
        assert not title.endswith((".", "।"))
        assert description[-1] in ".।”»?؟"


@pytest.mark.parametrize("language", [language for language in WORDS if language != "en"])
def test_words_are_translated(language: str) -> None:
    assert [name for name in LIBRARY if WORDS[language][name] == WORDS["en"][name]] == []


def test_hindi_speaks_politely() -> None:
    familiar = re.compile(r"(रखो|करो|जाओ|बताओ|भेजो|लिखो)(?!\w)")
    assert [name for name, words in WORDS["hi"].items() if familiar.search(" ".join(words))] == []


def test_words_of_a_language_that_is_not_shipped_are_english() -> None:
    action = LIBRARY["water_first"]
    assert action.words("fr") == action.words("en") == WORDS["en"]["water_first"]
    assert action.words("de-CH") == WORDS["de"]["water_first"]


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([], 3.0),
        (days((None, None)), 3.0),
        (days((True, 6)), 3.5),
        (days((True, 7)), 4.0),
        (days((False, 9)), 2.5),
        (days(*[(True, 10)] * 10), 10.0),
        (days(*[(False, 1)] * 10), 1.0),
    ],
)
def test_level_grows_with_what_is_done_and_waits_where_it_is_not(tried: list[Tried], expected: float) -> None:
    assert level(tried) == expected


def test_offers_of_the_first_day_are_mild_and_of_three_categories() -> None:
    for seed in map(str, range(50)):
        found = offers([], (), TODAY, seed)
        assert len({one.category for one in found}) == len(found) == 3
        assert max(one.difficulty for one in found) <= 6


def test_offers_grow_with_the_person() -> None:
    def mean(tried: list[Tried]) -> float:
        return sum(one.difficulty for seed in range(30) for one in offers(tried, (), TODAY, str(seed))) / 90

    assert mean(days(*[(False, 2)] * 6)) + 1 < mean([]) < mean(days(*[(True, 9)] * 6)) - 2


def test_offers_go_first_to_the_categories_that_were_tried_least() -> None:
    tried = [Tried("water_first", TODAY - 40 * DAY), Tried("walk_half_an_hour", TODAY - 39 * DAY)]
    assert Category.HEALTH not in {one.category for one in offers(tried, (), TODAY, "x")}


def test_offers_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    assert offers([], (), TODAY, "x") == offers([], (), TODAY, "x")
    assert len({offers([], (), TODAY, str(seed)) for seed in range(20)}) > 10


@settings(max_examples=40, deadline=None)
@given(
    choices=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 10), st.integers(0, 3)), max_size=120)
)
def test_nothing_that_was_chosen_comes_again_within_five_weeks(choices: list[tuple[int, bool, int, int]]) -> None:
    tried: list[Tried] = []
    chosen_on: dict[str, date] = {}
    today = TODAY
    for pick, done, rating, pause in choices:
        today += (1 + pause) * DAY
        found: tuple[Action, ...] = offers(tried, (), today, str(today))
        assert len({one.id for one in found}) == 3
        for one in found:
            assert one.id not in chosen_on or today - chosen_on[one.id] >= timedelta(weeks=5)
        chosen_on[found[pick].id] = today
        tried.append(Tried(found[pick].id, today, done, rating))


def test_offers_never_run_out_however_many_were_shown() -> None:
    assert len(offers([], set(LIBRARY), TODAY, "x")) == 3
