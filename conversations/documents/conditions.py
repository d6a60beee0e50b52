"""Conditions: whether what a `when` compares can ever be so."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from conversations.condition import FUNCTIONS, Condition
from conversations.documents.problems import Problem, Severity, listing, nearest
from conversations.steps.choose import Choose
from core.people import Goal, Market, SkillLevel

if TYPE_CHECKING:
    from conversations.documents.checks import Document

_BOUND = re.compile(r"\.(?:all|exists|exists_one|filter|map)\(\s*(\w+)\s*,")
_QUOTED = r"""["']([^"']*)["']"""
_COMPARED = re.compile(rf"(?<![\w.])(\w+)\s*[=!]=\s*{_QUOTED}")
_AMONG = re.compile(r"(?<![\w.])(\w+)\s+in\s+\[([^\]]*)\]")
_PROFILE = {"goal": Goal, "market": Market, "skill_level": SkillLevel}


def check(document: "Document") -> Iterator[Problem]:
    """Yield what is wrong with the conditions of a document."""
    known = document.known_names()
    options = _options(document)
    for place, step in enumerate(document.steps):
        if step.when is None:
            continue
        line = document.line(place, "when")
        yield from _names(step.when, known, document, line)
        for name in sorted(step.when.functions - FUNCTIONS):
            told = f"a condition cannot do `{name}`; it can do {listing(sorted(FUNCTIONS))}"
            yield Problem(line, told, nearest(name, FUNCTIONS) if "?" in nearest(name, FUNCTIONS) else "")
        for name, value in _comparisons(step.when.source):
            if name in options and value not in options[name]:
                told = f"`{value}` is not an option of `{name}`, so this never fits"
                yield Problem(line, told, nearest(value, options[name]), Severity.WARNING)


def _names(condition: Condition, known: set[str], document: "Document", line: int) -> Iterator[Problem]:
    bound = set(_BOUND.findall(condition.source))
    for name in sorted(condition.names - known - bound):
        told = f"`{name}` in the condition is neither a step with an answer nor something known of the person"
        yield Problem(line, told, _perhaps_a_value(name, document) or nearest(name, known))


def _perhaps_a_value(name: str, document: "Document") -> str:
    """A word without quotes is a name in CEL; authors mean the value of an option."""
    values = {value for step in document.steps if isinstance(step, Choose) for value in step.options}
    return f'put a value into quotes: "{name}"' if name in values else ""


def _options(document: "Document") -> dict[str, list[str]]:
    """Return the values that a name can have, for names that have a few only."""
    names = {step.name for step in document.steps}
    known = {name: [one.value for one in values] for name, values in _PROFILE.items() if name not in names}
    return known | {step.name: list(step.options) for step in document.steps if isinstance(step, Choose)}


def _comparisons(source: str) -> Iterator[tuple[str, str]]:
    yield from _COMPARED.findall(source)
    for name, values in _AMONG.findall(source):
        yield from ((name, value) for value in re.findall(_QUOTED, values))
