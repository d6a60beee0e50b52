import pytest
from pydantic import ValidationError

from conversations import facts
from conversations.steps.branch import Branch
from tests.unit.conversations.stage import Stage, flow, texts

CODE = {"choose": "niche", "text": "Where?", "options": {"design": "Design", "code": "Code"}}


def branching(**branch: str) -> Stage:
    steps = (CODE, {"branch": "licence", **branch}, {"say": "next_one", "text": "Below."}, {"end": "e"})
    stage = Stage(
        flow("f", *steps, {"say": "licence", "text": "Licence."}, {"end": "e2"}, {"say": "other", "text": "Other."})
    )
    stage.write("/start f")
    return stage


@pytest.mark.parametrize(
    ("branch", "chosen", "said"),
    [
        ({"when": 'niche == "code"'}, "code", ["Licence."]),
        ({"when": 'niche == "code"'}, "design", ["Below."]),
        ({"when": 'niche == "code"', "otherwise": "other"}, "design", ["Other."]),
        ({}, "design", ["Licence."]),
        ({"when": "missing == null"}, "design", ["Licence."]),
    ],
)
def test_branch_goes_where_its_condition_says(branch: dict[str, str], chosen: str, said: list[str]) -> None:
    assert texts(branching(**branch).write(chosen)) == said


@pytest.mark.parametrize("condition", ["niche > 3", "nothing.there", "1 / 0 == 1", '"text"'])
def test_branch_condition_that_cannot_be_judged_counts_as_false_and_leaves_a_fact(condition: str) -> None:
    stage = branching(when=condition)
    assert texts(stage.write("code")) == ["Below."]
    assert stage.fact(facts.CONDITION_FAILED) == {"step": "to_licence", "condition": condition}


@pytest.mark.parametrize("fields", [{"otherwise": "b"}, {"next": "b"}, {"when": "niche =="}, {"when": "x" * 501}])
def test_branch_document_that_makes_no_sense_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Branch.model_validate({"branch": "a", **fields})
