"""A workflow as the engine runs it: one published version, read and checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from zlib import crc32

from conversations.step import Step
from conversations.text import Text
from core.schedules import CatchUp, Rule
from core.schedules.catch_up import GRACE

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
class Schedule:
    """When a workflow begins by itself for those who are enrolled.

    Args:
        rule: By their own clock; not settled, and only what is offered to them.
        ask: The question for the time that they prefer; None for Sunup's own.
        grace: How much later it may still come.
        catch_up: What becomes of times that were missed.
    """

    rule: Rule
    ask: Text | None = None
    grace: timedelta = GRACE
    catch_up: CatchUp = CatchUp.LATEST


class TriggerKind(StrEnum):
    """What may happen that begins a workflow."""

    JOINED = "joined"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    SILENT = "silent"
    OUTCOME = "outcome"
    STREAK = "streak"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that happens and begins a workflow.

    Args:
        kind: What.
        value: Of what: a workflow, a metric or `any`, days in a row or `broken`, a tag; empty for the others.
        delay: How long after it; for `silent` how long nothing was heard.
    """

    kind: TriggerKind
    value: str = ""
    delay: timedelta = timedelta()

    def key_in(self, workflow: str) -> str:
        """Return the rule that what it begins is kept under."""
        return f"{workflow}!{self.kind.value}" + (f":{self.value}" if self.value else "")

    def timer_in(self, workflow: str) -> str:
        """Return the key of the timer that begins it; a key has 80 characters at most."""
        return f"trigger:{workflow}:{self.kind.value}:{crc32(self.value.encode()):08x}"


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
        ends_with_day: Whether what is left open ends in silence with the person's day, at three o'clock in the night.
        schedule: When it begins by itself; None where it never does.
        after: Workflows that a person has to have completed before.
        triggers: What happens that begins it.
        ignores_quiet: Whether it comes in a person's quiet hours too.
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
    ends_with_day: bool = False
    schedule: Schedule | None = None
    after: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    ignores_quiet: bool = False
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


def by_trigger(workflows: Iterable[Workflow]) -> dict[TriggerKind, list[tuple[Workflow, Trigger]]]:
    """Return what each kind of happening begins; kinds that begin nothing are left out."""
    found: dict[TriggerKind, list[tuple[Workflow, Trigger]]] = {}
    for workflow in workflows:
        for trigger in workflow.triggers:
            found.setdefault(trigger.kind, []).append((workflow, trigger))
    return found


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

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        """Return what a kind of happening begins, among the current versions, in a stable order."""
        ...
