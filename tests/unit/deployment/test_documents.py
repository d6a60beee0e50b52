"""What the documents promise is there: every link leads somewhere, every workflow in them is right."""

import re
from pathlib import Path

import pytest

from conversations.documents import check_workflow, load_workflow, run_transcripts
from tests.unit.deployment.commands import commands

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PACKAGES = ("api", "bots", "conversations", "core", "storage", "sunup", "web", "webhooks", "workers")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
COMMAND = re.compile(r"(?:`|^|/bin/)sunup ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
WORKFLOW = re.compile(r"^```yaml\n(workflow: .+?)^```", re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    headings = HEADING.findall(document.read_text())
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_document_links_lead_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text()):
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if "://" not in link and (not target.exists() or (anchor and anchor not in anchors(target))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_document_workflows_pass_their_check_and_their_tests(document: Path) -> None:
    for source in WORKFLOW.findall(document.read_text()):
        assert check_workflow(source).problems == ()
        results = run_transcripts(load_workflow(source), source)
        assert results
        assert [result.failure for result in results if result.failure] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_are_named_are_commands_of_the_program(document: Path) -> None:
    known = commands()
    groups = {one.partition(" ")[0] for one in known if " " in one}
    wrong = [
        f"{first} {second}".strip()
        for first, second in COMMAND.findall(document.read_text(encoding="utf-8"))
        if (first if first not in groups else f"{first} {second}".strip()) not in known | groups
    ]
    assert wrong == []
