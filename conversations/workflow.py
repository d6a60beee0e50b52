"""A workflow as the engine runs it: one published version, read and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from conversations.step import Step
from conversations.text import Text

WELCOME = "welcome"
"""Name of the workflow that a stranger begins with."""


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a workflow is; an empty field means everybody.

    Args:
        goal: Goals that it serves.
        market: Markets that it fits.
        level: The skill level that it asks for.
    """

    goal: tuple[str, ...] = ()
    market: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """One immutable version of a workflow.

    Args:
        name: What it is called in commands, for instance `prompt_selling`.
        version: Counted from 1; never reused.
        title: What people read.
        summary: One line that makes them want it; may be missing.
        language: The language of texts that are given without one.
        audience: For whom it is.
        hours: How long it takes a person, in hours.
        remind: Default for steps.
        give_up: Default for steps.
        listed: Whether `/workflows` shows it.
        steps: In the order of the document.
        index: Place of each step by name.
    """

    name: str
    version: int
    title: Text
    steps: tuple[Step, ...]
    summary: Text | None = None
    language: str = "en"
    audience: Audience = field(default_factory=Audience)
    hours: float = 0
    remind: timedelta = timedelta(days=1)
    give_up: timedelta = timedelta(days=7)
    listed: bool = True
    index: dict[str, int] = field(init=False)
    asks_left: tuple[int, ...] = field(init=False)
    """For each step, the most steps that may still ask something of the person, itself included."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {step.name: place for place, step in enumerate(self.steps)})
        object.__setattr__(self, "asks_left", _asks_left(self.steps, self.index))


def _asks_left(steps: tuple[Step, ...], index: dict[str, int]) -> tuple[int, ...]:
    """Count along the longest way from each step to an end; a way that leads in a circle counts once round."""
    counted: dict[int, int] = {}
    on_the_way: set[int] = set()

    def count(place: int) -> int:
        if place >= len(steps) or place in on_the_way:
            return 0
        if place not in counted:
            on_the_way.add(place)
            step = steps[place]
            onward = [index[target] for target in step.targets() if target in index]
            onward += [place + 1] if step.falls_through() else []
            counted[place] = step.asks + max((count(other) for other in onward), default=0)
            on_the_way.discard(place)
        return counted[place]

    return tuple(count(place) for place in range(len(steps)))


class Library(Protocol):
    """The published workflows, as of one moment."""

    def current(self, name: str) -> Workflow | None:
        """Return the version that a new execution takes; None where there is no such workflow."""
        ...

    def version(self, name: str, version: int) -> Workflow | None:
        """Return one version, also one that is no longer current; None where there is none."""
        ...

    def listed(self) -> Sequence[Workflow]:
        """Return the current versions that people may choose from, in a stable order."""
        ...
