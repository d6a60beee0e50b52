"""The workflows that ship with the product: whole, tested, and come out as their transcripts say."""

import re
from pathlib import Path

import pytest

from conversations.documents import check_workflow
from conversations.documents.play import play
from conversations.documents.script import Script
from conversations.workflow import Workflow

FOLDER = Path(__file__).parents[2] / "sunup" / "workflows"
DOCUMENTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
DAILY = ("evening_review", "morning_protocol")
"""For everybody, and measured by the days that they are kept."""
UNLISTED = (
    "affirmations",
    "daily_limit",
    "enrolment",
    "language",
    "quiet_hours",
    "timezone",
    "vision_board",
    "weekly_summary",
    "welcome",
)
FIVE_LANGUAGES = {"en", "de", "es", "hi", "ar"}


def _scripts() -> list[tuple[str, Script]]:
    return [(name, script) for name, source in DOCUMENTS.items() for script in check_workflow(source).scripts]


def _workflow(name: str) -> Workflow:
    workflow = check_workflow(DOCUMENTS[name]).workflow
    assert workflow is not None
    return workflow


@pytest.mark.parametrize(("name", "script"), _scripts(), ids=lambda one: getattr(one, "title", one))
def test_shipped_transcript_comes_out_as_written(name: str, script: Script) -> None:
    # Raises TranscriptFailed, which shows what came instead.
    play(script, _workflow(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shipped_document_has_no_problem_and_is_called_like_its_file(name: str) -> None:
    checked = check_workflow(DOCUMENTS[name])
    assert [str(problem) for problem in checked.problems] == []
    assert _workflow(name).name == name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shipped_document_has_a_summary_hours_and_at_least_three_transcripts(name: str) -> None:
    workflow = _workflow(name)
    assert workflow.summary is not None
    assert workflow.hours > 0
    assert len(check_workflow(DOCUMENTS[name]).scripts) >= 3
    assert workflow.listed == (name not in UNLISTED)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shipped_document_speaks_five_languages(name: str) -> None:
    """Without a warning, a title in five languages means that every text has them; see the check of documents."""
    assert _workflow(name).title.languages == FIVE_LANGUAGES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shipped_arabic_has_a_mark_of_direction_before_a_slash(name: str) -> None:
    """Without it, a line that runs from the right shows "timezone/"."""
    texts = [text for step in _workflow(name).steps for text in step.texts()]
    arabic = [str(text.template("ar", "en").parts) for text in texts if "ar" in text.languages]
    assert [words for words in arabic if re.search(r"(?<!\\u200e)/[a-z]", words)] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in (*UNLISTED, *DAILY)])
def test_listed_document_says_for_whom_it_is_and_ends_with_a_measured_outcome(name: str) -> None:
    workflow = _workflow(name)
    assert workflow.audience.goal
    assert workflow.audience.market
    assert workflow.audience.level
    assert "outcome" in [step.kind for step in workflow.steps]


def test_shipped_documents_are_those_that_people_find_the_daily_ones_and_what_commands_use() -> None:
    listed = {"client_followup", "prompt_selling", "resume_generator", "whatsapp_bot"}
    assert set(DOCUMENTS) == listed | set(DAILY) | set(UNLISTED)
