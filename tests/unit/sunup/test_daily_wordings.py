"""Daily wordings: whatever the daily loop says by itself has words in five languages that WhatsApp would take."""

import pytest

from bots.whatsapp.content import TEXT, content_request
from bots.whatsapp.interactive import QUICK_REPLY
from conversations import purposes
from conversations.documents import check_workflow
from conversations.inputs.text import clean
from sunup.daily_wordings import BODIES, Wording, daily_wordings
from sunup.shipped import shipped_sources
from sunup.wordings import draft

LANGUAGES = ["en", "de", "es", "hi", "ar"]
WORDINGS = daily_wordings()


def test_daily_wordings_are_those_of_the_shipped_documents_in_five_languages() -> None:
    checked = [check_workflow(source).workflow for source in shipped_sources()]
    daily = [workflow for workflow in checked if workflow and workflow.schedule]
    named = {step.template for workflow in daily for step in workflow.steps if step.template}
    assert set(BODIES) == named | {purposes.REMINDER, purposes.NUDGE}
    assert [one.language for one in WORDINGS] == LANGUAGES * len(BODIES)


@pytest.mark.parametrize("one", WORDINGS, ids=lambda one: f"{one.purpose} {one.language}")
def test_daily_wording_is_one_that_the_platform_would_take(one: Wording) -> None:
    made = draft(one.purpose, one.language, one.body, one.buttons)
    assert made.name == f"sunup_{one.purpose}"
    # The words leave room for the longest message, and a template without buttons shows choices as numbers.
    assert ("{{question}}" in one.body) == bool(one.buttons) == (QUICK_REPLY in content_request(made)["types"])
    assert ("{{text}}" in one.body) == (TEXT in content_request(made)["types"])
    assert clean(one.body) == one.body


def test_daily_wordings_have_the_buttons_of_their_steps() -> None:
    titles = {(one.purpose, one.language): [button.title for button in one.buttons] for one in WORDINGS}
    assert titles["morning", "en"] == ["I'm ready", "In half an hour", "Not today"]
    assert titles["evening", "de"] == ["Getan", "Heute nicht"]
    assert titles["rating", "ar"] == [str(place) for place in range(1, 11)]
    [week] = next(one.buttons for one in WORDINGS if (one.purpose, one.language) == ("weekly", "es"))
    assert (week.title, week.payload) == ("Tu semana", "/start weekly_summary")
