"""The examples in the documentation are documents that can be published."""

import re
from pathlib import Path

import pytest

from conversations.documents import check_workflow, run_transcripts

DOCS = Path(__file__).parents[2] / "docs"
_WHOLE = re.MULTILINE | re.DOTALL
EXAMPLES = [
    pytest.param(block, id=f"{page.stem}-{place}")
    for page in sorted(DOCS.rglob("*.md"))
    for place, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), _WHOLE))
    if re.search(r"^workflow:", block, re.MULTILINE)
]


def test_documentation_has_a_whole_example() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_of_the_documentation_passes_its_check_and_its_transcripts(example: str) -> None:
    checked = check_workflow(example)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.workflow is not None
    results = run_transcripts(checked.workflow, example)
    assert results
    assert [(result.title, str(result.failure)) for result in results if result.failure] == []
