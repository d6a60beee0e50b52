"""Wording: an approved template says what a message says, and nothing that its platform refuses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Button, Content
from storage.templates import Template
from workers.wording import LONGEST, NOBODY, NOTHING, fill, places

BODY = "Hello {{1}}, {{2}}: {{3}} Answer to go on."


def template(body: str = BODY, *variables: str) -> Template:
    return Template("reminder", "en", "HX1", body, variables or ("name", "title", "text"))


def test_fill_puts_name_title_and_text_in_their_places() -> None:
    use = fill(template(), Content("Is it on sale?", "Step 2 of 5"), "Asha")
    assert use.external_id == "HX1"
    assert use.variables == {"1": "Asha", "2": "Step 2 of 5", "3": "Is it on sale?"}


def test_fill_keeps_choices_as_numbers_that_can_be_answered() -> None:
    use = fill(
        template("So: {{1}} Bye.", "text"), Content("Done?", buttons=(Button("Yes", "y"), Button("No", "n"))), ""
    )
    assert use.variables == {"1": "Done? 1. Yes 2. No"}


def test_fill_leaves_choices_out_where_the_template_has_buttons_of_its_own() -> None:
    content = Content("Done?", buttons=(Button("Yes", "y"), Button("No", "n")))
    assert fill(template("So: {{1}} Bye.", "question"), content, "").variables == {"1": "Done?"}


def test_fill_of_nothing_leaves_no_place_empty() -> None:
    assert fill(template(), Content("It is."), "").variables == {"1": NOBODY, "2": NOTHING, "3": "It is."}


def test_fill_gives_a_value_even_to_a_place_that_nobody_knows() -> None:
    assert fill(template("A {{1}} b {{2}} c.", "text"), Content("x"), "").variables == {"1": "x", "2": NOTHING}


def test_fill_uses_names_where_the_platform_has_names() -> None:
    use = fill(template("Hi {{name}}, {{ text }} Bye, {{name}}!", "name", "text"), Content("it waits."), "Asha")
    assert use.variables == {"name": "Asha", "text": "it waits."}


@pytest.mark.parametrize("text", ["two\nlines", "a\ttab", "four    blanks", "nul\x00byte", " \r\n around \u2028 "])
def test_fill_puts_everything_on_one_line(text: str) -> None:
    value = fill(template("So: {{1}} Bye.", "text"), Content(text), "").variables["1"]
    assert not re.search(r"[\x00-\x1f\x7f\u2028]| {2}|^ | $", value)


def test_fill_keeps_letters_that_are_joined_by_what_cannot_be_seen() -> None:
    family = "👩\u200d👩\u200d👧 क\u094d\u200dष"
    assert fill(template("So: {{1}} Bye.", "text"), Content(family), "").variables["1"] == family


@given(st.text(max_size=3000), st.text(max_size=200), st.text(max_size=1500))
def test_fill_stays_within_what_the_platform_takes(text: str, title: str, name: str) -> None:
    body = "Hello {{1}}, {{2}}: {{3}} Answer to go on."
    values = fill(template(body), Content(text, title), name).variables
    whole = re.sub(r"\{\{(\d)\}\}", lambda hole: values[hole[1]], body)
    assert len(whole) <= LONGEST
    assert all(values.values())


def test_places_are_named_once_in_their_order() -> None:
    assert places("{{2}} {{1}} {{2}} {{name}}") == ("2", "1", "name")
