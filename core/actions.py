"""Bold actions: the library, and which three of it are offered to whom.

Sixty actions of ours, fifteen in each category, each doable within a day by anybody, and bold only towards oneself:
nobody else is pressed, tricked or embarrassed by any of them, and none asks for money, danger or harm. Their words
stand in `core/action_words/`, one file for each language. A new action is one line below and one in each of those.

Difficulty goes from 1, which anybody dares on the first day, to 10, which is remembered for a year.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from core.action_words import WORDS

TRIED_AGAIN_AFTER: Final = timedelta(weeks=5)
"""So long an action that was chosen is not offered again; also how long what was tried counts."""
SHOWN_AGAIN_AFTER: Final = timedelta(days=4)
"""So long one that was offered and not chosen is not offered again."""
OFFERS: Final = 3
_FIRST_LEVEL, _LEAST, _MOST = 3.0, 1.0, 10.0
_COUNTED: Final = 10
"""The last actions that tell how far somebody has come."""
_GOOD_DAY: Final = 7
"""From this rating of their discipline on, a person is ready for a little more."""


class Category(StrEnum):
    """Of which part of life an action is. Source: seed 004, violent_actions_library."""

    BUSINESS = "business"
    PERSONAL = "personal"
    RELATIONSHIP = "relationship"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the library.

    Args:
        id: Its name, which never changes.
        category: Of which part of life it is.
        difficulty: 1 to 10.
    """

    id: str
    category: Category
    difficulty: int

    def words(self, language: str) -> tuple[str, str]:
        """Return the action and its description in a language; English where it is not shipped."""
        return WORDS.get(language.partition("-")[0], WORDS["en"])[self.id]


@dataclass(frozen=True, slots=True)
class Tried:
    """An action that a person took on.

    Args:
        action: Its id; empty for one in their own words.
        day: For which date.
        done: Whether they did it; None while they have not said.
        rating: How they rated their discipline on that date, 1 to 10; None while they have not.
    """

    action: str
    day: date
    done: bool | None = None
    rating: int | None = None


_TABLE: Final[Mapping[Category, Sequence[tuple[str, int]]]] = {
    Category.BUSINESS: (
        ("thank_a_customer", 1), ("ask_why_they_chose_you", 2), ("finish_the_oldest_task", 2),
        ("share_one_lesson", 3), ("answer_the_hard_mail", 3), ("ask_for_a_testimonial", 4),
        ("call_an_old_client", 4), ("write_to_five_people", 5), ("ask_for_an_introduction", 5),
        ("show_unfinished_work", 6), ("say_no_to_a_job", 6), ("name_your_full_price", 7),
        ("ask_for_the_sale", 7), ("write_to_someone_you_admire", 8), ("launch_before_ready", 10),
    ),
    Category.PERSONAL: (
        ("clear_one_drawer", 1), ("write_a_page_by_hand", 1), ("learn_ten_words", 2),
        ("phone_off_for_an_hour", 2), ("rise_an_hour_early", 3), ("read_thirty_pages", 3),
        ("list_your_fears", 4), ("give_something_away", 4), ("no_screens_tonight", 5),
        ("a_day_without_complaint", 6), ("go_alone", 6), ("look_at_your_money", 7),
        ("say_your_goal_aloud", 7), ("let_a_habit_rest", 8), ("do_the_postponed_thing", 9),
    ),
    Category.RELATIONSHIP: (
        ("thank_someone", 1), ("ask_and_only_listen", 2), ("praise_three_people", 2),
        ("call_instead_of_text", 3), ("eat_without_phones", 3), ("invite_someone", 4),
        ("write_a_real_letter", 4), ("talk_to_a_neighbour", 5), ("ask_for_help", 5),
        ("ask_how_you_can_be_better", 6), ("set_a_kind_boundary", 7), ("call_somebody_lost", 7),
        ("say_what_you_feel", 8), ("apologise_first", 8), ("forgive_in_writing", 9),
    ),
    Category.HEALTH: (
        ("water_first", 1), ("stretch_ten_minutes", 1), ("walk_half_an_hour", 2),
        ("breathe_slowly", 2), ("no_sugar_today", 3), ("cook_from_scratch", 3),
        ("lights_out_by_ten", 4), ("take_every_stair", 4), ("try_a_new_movement", 5),
        ("sunrise_outside", 5), ("ten_thousand_steps", 6), ("train_with_someone", 6),
        ("cool_end_of_the_shower", 7), ("book_the_check_up", 8), ("sign_up_for_an_event", 9),
    ),
}  # fmt: skip

LIBRARY: Final[Mapping[str, Action]] = {
    name: Action(name, category, difficulty) for category, listed in _TABLE.items() for name, difficulty in listed
}
"""Every action, by its id."""


def level(tried: Sequence[Tried]) -> float:
    """Return how bold an action fits a person now, 1 to 10: it grows with what they do, and waits where they do not.

    It begins at 3. Each action that was done adds half a step, a whole one where they rated that day 7 or more; each
    that was not done takes half a step back. Actions of which nobody has said anything count for nothing.
    """
    found = _FIRST_LEVEL
    for one in [one for one in tried if one.done is not None][-_COUNTED:]:
        good = one.rating is not None and one.rating >= _GOOD_DAY
        found += (1.0 if good else 0.5) if one.done else -0.5
        found = min(_MOST, max(_LEAST, found))
    return found


def offers(tried: Sequence[Tried], shown: Collection[str], today: date, seed: str) -> tuple[Action, ...]:
    """Return three actions for a day, each of another category: one milder, one that fits, one bolder.

    Args:
        tried: What the person took on lately; the categories that they took on least go first.
        shown: Actions offered in the last days, which are not offered again yet.
        today: The date; what was tried less than five weeks before it is not offered again.
        seed: Decides among actions that fit equally; the same one gives the same three.
    """
    taken = {one.action for one in tried if one.day > today - TRIED_AGAIN_AFTER and one.day != today}
    rested = [one for one in LIBRARY.values() if one.id not in taken]
    fresh = [one for one in rested if one.id not in shown]
    free = fresh if len(fresh) >= OFFERS else rested
    recent = [LIBRARY[one.action].category for one in tried if one.action in LIBRARY]
    categories = sorted(Category, key=lambda one: (recent.count(one), _chance(seed, one)))
    wanted = level(tried)
    chosen: list[Action] = []
    for category, aim in zip(categories, (wanted - 1.5, wanted, wanted + 1.5), strict=False):
        of_it = [one for one in free if one.category is category] or [one for one in free if one not in chosen]
        nearest = min(abs(one.difficulty - aim) for one in of_it)
        fitting = [one for one in of_it if abs(one.difficulty - aim) <= nearest + 1]
        chosen.append(min(fitting, key=lambda one: _chance(seed, one.id)))
    return tuple(chosen)


def _chance(seed: str, name: str) -> bytes:
    return sha256(f"{seed}:{name}".encode()).digest()
