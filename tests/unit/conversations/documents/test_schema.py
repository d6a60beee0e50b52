"""The JSON Schema: the committed one is the generated one, and it agrees with the loader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conversations.documents import check_workflow, workflow_schema
from conversations.documents.source import read_source
from conversations.steps import STEP_KINDS
from sunup.commands.workflows import schema_text

ROOT = Path(__file__).parents[4]
SHIPPED = sorted((ROOT / "sunup" / "workflows").glob("*.yaml"))
REFERENCE = ROOT / "docs" / "reference" / "workflow-document.md"


def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(workflow_schema())


def _document(**changes: Any) -> dict[str, Any]:
    return {"workflow": "a", "title": "A", "steps": [{"say": "hello", "text": "Hello"}], **changes}


def test_workflow_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(workflow_schema())


def test_committed_schema_is_the_generated_one() -> None:
    # After a change of a step: sunup workflows schema > docs/workflow.schema.json
    assert (ROOT / "docs" / "workflow.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_workflow_schema_takes_the_shipped_documents(path: Path) -> None:
    plain = read_source(path.read_bytes()).plain
    assert [error.message for error in _validator().iter_errors(plain)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_documents_name_the_committed_schema(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == ROOT / "docs" / "workflow.schema.json"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"steps": []}, id="no steps"),
        pytest.param({"title": 5}, id="title a number"),
        pytest.param({"sumary": "x"}, id="unknown field"),
        pytest.param({"workflow": "Bad Name"}, id="bad name"),
        pytest.param({"for": {"goal": "get_rich"}}, id="unknown goal"),
        pytest.param({"remind": "tomorrow"}, id="bad duration"),
        pytest.param({"steps": [{"aks": "a", "text": "A"}]}, id="unknown kind"),
        pytest.param({"steps": [{"say": "a", "ask": "b", "text": "A"}]}, id="two kinds"),
        pytest.param({"steps": [{"do": "a", "text": "A", "timr": "5m"}]}, id="unknown field of a step"),
        pytest.param({"steps": [{"do": "a"}]}, id="text missing"),
        pytest.param({"steps": [{"choose": "a", "text": "A", "options": {}}]}, id="no options"),
        pytest.param({"steps": [{"choose": "a", "text": "A", "options": {"a b": "x"}}]}, id="bad option"),
        pytest.param({"steps": [{"do": "a", "text": "A", "tips": {"soon": "x"}}]}, id="bad tip"),
        pytest.param({"tests": [{"a": "x", "b": "y"}]}, id="test with two titles"),
    ],
)
def test_workflow_schema_refuses_what_the_loader_refuses(broken: dict[str, Any]) -> None:
    document = _document(**broken)
    assert not _validator().is_valid(document)
    assert check_workflow(json.dumps(document)).errors


def test_workflow_schema_takes_the_smallest_document() -> None:
    assert _validator().is_valid(_document())


def test_workflow_schema_has_a_sentence_for_every_field() -> None:
    schema = workflow_schema()
    parts = [schema, schema["$defs"]["For"], *(schema["$defs"][f"step_{kind}"] for kind in STEP_KINDS)]
    silent = [(part["description"], name) for part in parts for name, field in part["properties"].items()
              if "description" not in field]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_reference_page_tells_every_field(kind: str) -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    _, _, rest = page.partition(f"\n### `{kind}`\n")
    section = rest.partition("\n### ")[0] + page.partition("\n## Every step\n")[2].partition("\n## ")[0]
    fields = workflow_schema()["$defs"][f"step_{kind}"]["properties"]
    assert [name for name in fields if f"`{name}`" not in section] == []


def test_reference_page_tells_every_field_of_the_header() -> None:
    page = REFERENCE.read_text(encoding="utf-8").partition("\n## Every step\n")[0]
    fields = [*workflow_schema()["properties"], *workflow_schema()["$defs"]["For"]["properties"]]
    assert [name for name in fields if f"`{name}`" not in page] == []
