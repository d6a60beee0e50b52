from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from conversations.condition import Condition, ConditionFailed


@pytest.mark.parametrize(
    ("source", "values", "verdict"),
    [
        ('niche == "code"', {"niche": "code"}, True),
        ('niche == "code"', {}, False),
        ("niche == null", {}, True),
        ("price > 500", {"price": 501.5}, True),
        ("price > 500", {"price": 500}, False),
        (
            'goal in ["earn_money", "save_time"] && level != "beginner"',
            {"goal": "save_time", "level": "advanced"},
            True,
        ),
        ('name.startsWith("A") || false', {"name": "Asha"}, True),
    ],
)
def test_condition_holds(source: str, values: dict[str, Any], verdict: bool) -> None:
    assert Condition(source).holds(values) is verdict


@pytest.mark.parametrize(
    ("source", "values"),
    [("a > 3", {"a": "x"}), ("a > 3", {}), ("1 / a == 1", {"a": 0}), ("a", {"a": 1}), ("a.b", {"a": {}}),
     ("size(a) > 1", {"a": "\ud800"}), ("a + a > 0", {"a": 2**62})],
)  # fmt: skip
def test_condition_that_cannot_be_judged_fails(source: str, values: dict[str, Any]) -> None:
    with pytest.raises(ConditionFailed):
        Condition(source).holds(values)


@pytest.mark.parametrize("source", ["", "a ==", "import os", "a; b", "(" * 200, "x" * 501, "__import__('os')("])
def test_condition_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="condition"):
        Condition(source)


def test_condition_of_hostile_depth_or_pattern_ends_quickly() -> None:
    assert Condition("a.matches('(a+)+$')").holds({"a": "a" * 5000 + "!"}) is False


def test_condition_reads_from_a_document_as_a_string_only() -> None:
    adapter = TypeAdapter(Condition)
    assert adapter.validate_python("a == 1").names == {"a"}
    with pytest.raises(ValidationError, match="a condition is an expression"):
        adapter.validate_python(5)
