"""Fitting: which workflows suit a person best, by what they said of themselves."""

from collections.abc import Sequence

from conversations.workflow import Workflow
from core.people import Person


def fitting(person: Person, workflows: Sequence[Workflow]) -> list[Workflow]:
    """Return workflows with those first that match most of the person's goal, market and skill level."""
    return sorted(workflows, key=lambda workflow: -_matches(person.profile, workflow))


def _matches(profile: dict[str, str], workflow: Workflow) -> int:
    audience = workflow.audience
    wishes = ((audience.goal, "goal"), (audience.market, "market"), ((audience.level,), "skill_level"))
    return sum(profile[field] in wanted for wanted, field in wishes if profile.get(field))
