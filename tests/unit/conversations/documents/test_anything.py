"""Whatever a file holds, reading it ends in a workflow or in problems, and in nothing else."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.documents import check_workflow, load_workflow
from conversations.documents.play import play
from core import errors

FOLDER = Path(__file__).parents[4] / "sunup" / "workflows"
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))]
SIGNS = st.sampled_from("\n\t :-|>[]{}\"'#&*!%@`,?\\~<()…")
PIECES = st.one_of(SIGNS, st.text(max_size=5), st.sampled_from(["yes", "null", "1e9", "{{ x }}", "\u200f", "😀"]))


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    """Return a shipped document with a few places cut out, doubled or overwritten."""
    source = draw(st.sampled_from(SHIPPED))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(source)))
        end = min(len(source), start + draw(st.integers(0, 40)))
        source = source[:start] + draw(st.one_of(PIECES, st.just(source[start:end] * 2))) + source[end:]
    return source


def _assert_workflow_or_error(source: str | bytes) -> None:
    checked = check_workflow(source)
    assert (checked.workflow is None) == bool(checked.errors)
    for problem in checked.problems:
        assert problem.line >= 0
        assert problem.message
    try:
        assert load_workflow(source) is not None
    except errors.WorkflowError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, and each is looked at


@given(st.one_of(st.text(max_size=300), st.text(alphabet=SIGNS, max_size=60), st.binary(max_size=100)))
@example("a: &a [*a, *a]")
@example("? [a]\n: b")
@example("steps: [[]]\nworkflow: 5\ntitle: {1: {2: 3}}")
@example("{steps: [{branch: [], when: [], id: {}}], tests: [{~: ~}], for: [[[]]]}")
@example("workflow: a\ntitle: A\nsteps: [{choose: a, text: A, options: {a: {en: []}}, tips: 5}]")
def test_any_text_ends_in_a_workflow_or_a_workflow_error(source: str | bytes) -> None:
    _assert_workflow_or_error(source)


@settings(max_examples=60)
@given(_damaged())
def test_any_damage_to_a_document_ends_in_a_workflow_or_a_workflow_error(source: str) -> None:
    _assert_workflow_or_error(source)


@settings(max_examples=30)
@given(_damaged())
def test_any_transcript_that_is_read_passes_or_fails_as_a_transcript(source: str) -> None:
    checked = check_workflow(source)
    if checked.workflow is None:
        return
    for script in checked.scripts:
        try:
            play(script, checked.workflow)
        except errors.TranscriptFailed as failure:
            assert failure.line > 0  # noqa: PT017 - either outcome is right, and each is looked at


@pytest.mark.parametrize("nested", ["[" * 5_000, "{a: " * 5_000, "- " * 5_000, "? " * 5_000])
def test_deep_nesting_is_refused_at_once(nested: str) -> None:
    assert [problem.message for problem in check_workflow(nested).errors] == ["this is nested more than 24 levels deep"]
