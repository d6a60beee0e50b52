"""Schedule: when a workflow begins by itself, and what happens that begins it."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from conversations import workflow
from conversations.documents.one_or_several import OneOrSeveral
from conversations.duration import Duration, format_duration
from conversations.step import StepName
from conversations.text import Text
from core.executions import Metric
from core.schedules import CatchUp, read_rule
from core.schedules.catch_up import GRACE

_LONGEST_GRACE = timedelta(days=1)
_WHEN = ("at", "days", "every", "start", "day", "from", "offsets", "yearly", "cron", "on")

Only = TypeVar("Only")


class Schedule(BaseModel):
    """When a workflow begins by itself; what a person prefers goes ahead of it.

    Attributes:
        at: Time of the day by the person's clock, or several.
        days: Days of the week, for instance weekdays, weekends, mon-fri or [mon, wed, fri]; every day else.
        every: Days from one to the next, for instance 3 days or 2 weeks.
        start: The first day of `every`; the day on which a person enrols else.
        day: Day of the month, 1 to 31, or -1 for the last; the last one of a shorter month.
        from_: Written `from`: a date, or the name of one that a person is asked for, such as birthday.
        offsets: Days before (negative) and after the date of `from`.
        yearly: Whether the date of `from` comes again each year.
        cron: Five fields, for instance "30 7 * * 1-5".
        on: One single moment, for instance 2026-12-24T18:00.
        ask: The question for the time that a person prefers, for instance "When shall I say good morning?".
        grace: How much later it may still come, for instance after an outage; at most a day.
        missed: What becomes of times that were missed: the latest if it is within the grace, or none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    at: OneOrSeveral[str] | None = None
    days: OneOrSeveral[str | int] | None = None
    every: str | None = None
    start: str | None = None
    day: int | None = None
    from_: Annotated[str | None, Field(alias="from")] = None
    offsets: OneOrSeveral[int] | None = None
    yearly: bool | None = None
    cron: str | None = None
    on: str | None = None
    ask: Text | None = None
    grace: Duration = GRACE
    missed: Literal["latest", "none"] = "latest"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.grace > _LONGEST_GRACE:
            raise ValueError("grace is more than a day; after that the next one comes anyway, so write at most 1d")
        read_rule(self._written())
        return self

    def _written(self) -> dict[str, Any]:
        written = {name: getattr(self, "from_" if name == "from" else name) for name in _WHEN}
        days = self.days
        if days is not None and len(days) == 1 and isinstance(days[0], str):
            written["days"] = days[0]
        return {name: value for name, value in written.items() if value is not None}

    def schedule(self) -> workflow.Schedule:
        """Return the same as the engine knows it."""
        return workflow.Schedule(read_rule(self._written()), self.ask, self.grace, CatchUp(self.missed))


class Trigger(BaseModel):
    """Something that happens and begins a workflow; one of these, and perhaps a delay.

    Attributes:
        joined: Whether it begins for everybody who is new; also written as the one word joined.
        completed: The workflow that was completed.
        abandoned: The workflow that was given up.
        silent: How long a person has written nothing.
        outcome: What was measured, or any.
        streak: How many days in a row were reached, or broken.
        tag: The tag that a person was given.
        delay: How long after it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    joined: Literal[True] | None = None
    completed: StepName | None = None
    abandoned: StepName | None = None
    silent: Duration | None = None
    outcome: Metric | Literal["any"] | None = None
    streak: Annotated[int, Field(ge=1, le=10_000)] | Literal["broken"] | None = None
    tag: StepName | None = None
    delay: Duration | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        named = [kind for kind in workflow.TriggerKind if getattr(self, kind) is not None]
        if len(named) != 1:
            kinds = ", ".join(workflow.TriggerKind)
            raise ValueError(f"a trigger is one of {kinds}, not {len(named)} of them; write - completed: welcome")
        if self.silent and self.delay:
            raise ValueError("silent says itself how long, and delay says it once more; leave delay out")
        return self

    def trigger(self) -> workflow.Trigger:
        """Return the same as the engine knows it."""
        kind = next(kind for kind in workflow.TriggerKind if getattr(self, kind) is not None)
        value = getattr(self, kind)
        if isinstance(value, timedelta):
            return workflow.Trigger(kind, format_duration(value), value)
        words = "" if value is True else str(value)
        return workflow.Trigger(kind, words, self.delay or timedelta())


def _spelled_out(value: Any) -> Any:
    """Let an author write the one word `joined`."""
    return {"joined": True} if value == "joined" else value


Triggers = OneOrSeveral[Annotated[Trigger, BeforeValidator(_spelled_out)]]
