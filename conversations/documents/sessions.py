"""Sessions: whether what a step saves in the daily session is what belongs there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from conversations.documents.problems import Problem, listing
from conversations.steps.ask import Ask
from conversations.steps.choose import Choose

if TYPE_CHECKING:
    from conversations.documents.checks import Document

_RATINGS = tuple(str(rating) for rating in range(1, 11))
_OPTIONS = {"session.action_completed": ("yes", "no"), "session.discipline_rating": _RATINGS}
"""The values that a choose may save in a field."""


def check(document: "Document") -> Iterator[Problem]:
    """Yield the steps whose answers a daily session could not keep."""
    for place, step in enumerate(document.steps):
        field = getattr(step, "save", None)
        if field not in _OPTIONS:
            continue
        line = document.line(place, "save")
        if isinstance(step, Choose):
            for value in [value for value in step.options if value not in _OPTIONS[field]]:
                told = f"`{value}` cannot be kept as {field}"
                yield Problem(
                    document.line(place, "options", value), told, f"it is one of {listing(_OPTIONS[field], 'or')}"
                )
        elif field == "session.action_completed":
            cure = "make it a choose with the options yes and no"
            yield Problem(line, f"`save: {field}` keeps yes or no, and an ask takes any words", cure)
        elif isinstance(step, Ask) and (step.type, step.least, step.most) != ("number", 1, 10):
            cure = "add the lines type: number, least: 1 and most: 10"
            yield Problem(line, f"`save: {field}` keeps a number from 1 to 10", cure)
