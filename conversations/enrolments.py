"""Enrolments: a person's standing relations to workflows, and what is kept beside them.

Plain values that are part of the dialogue's state. An example of the stored form:

    {"enrolments": [{"workflow": "morning_page", "schedule": {"at": ["07:30"], "days": [1, 2, 3, 4, 5]},
        "explicit": false, "paused_until": null, "due_at": "2026-03-03T06:30:00+00:00", "last": "2026-03-02T07:30",
        "asked_at": "2026-03-02T06:30:02+00:00", "began_at": null, "delays": [12, 64], "missed": 0,
        "offers_from": null}],
     "standing": {"completed": ["welcome"], "last": {"page!completed:welcome": "2026-03-02"},
        "day": "2026-03-02", "nudges": 2, "heard_at": null}}
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import orjson

from core.schedules import Cron, Occasion, Once, Rule, from_plain, replan, to_plain

TIMER = "enrolment:"
"""What the key of an enrolment's one timer begins with; the workflow's name follows."""
DELAYS_KEPT = 5
COMPLETED_KEPT = 200
LAST_KEPT = 40


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person's standing relation to a workflow.

    Args:
        workflow: Name of the workflow; a person is enrolled in it once.
        schedule: When it begins, by their clock: a settled rule in its plain form.
        explicit: They asked for this time although it lies in their quiet hours.
        paused_until: Nothing comes before; None for no pause.
        due_at: The moment that the rule names next; None while nothing is planned, because everything is held.
        last: What the last firing stood for, said or skipped, as `core.schedules.Occasion` writes it; empty before.
        asked_at: When the last nudge was said, while it has no answer.
        began_at: When they began by themselves, as long as no firing was skipped for it.
        delays: Minutes from the last nudges to their answers, the newest last.
        missed: Nudges without an answer, in a row.
        offers_from: Before this moment no other time is offered.
    """

    workflow: str
    schedule: dict[str, Any]
    explicit: bool = False
    paused_until: datetime | None = None
    due_at: datetime | None = None
    last: str = ""
    asked_at: datetime | None = None
    began_at: datetime | None = None
    delays: tuple[int, ...] = ()
    missed: int = 0
    offers_from: datetime | None = None

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return _rule(orjson.dumps(self.schedule))

    @property
    def last_occasion(self) -> Occasion | None:
        """What the last firing stood for."""
        return Occasion.parse(self.last) if self.last else None

    @property
    def timer_key(self) -> str:
        """Key of the timer that fires it."""
        return f"{TIMER}{self.workflow}"

    def planned(self, zone: str, now: datetime) -> "Enrolment":
        """Return the enrolment with its next moment in a zone; never one of a local date that it has had."""
        after = max(now, self.paused_until) if self.paused_until else now
        return replace(self, due_at=replan(self.rule, zone, after, self.last_occasion))

    def key_of(self, occasion: Occasion) -> str:
        """Return the rule that a firing is kept under: the workflow, and which time of the day after the first."""
        rule = self.rule
        first = isinstance(rule, Once) or rule.times[0] == occasion.time
        return self.workflow if first else f"{self.workflow}#{occasion.time:%H:%M}"

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Enrolment":
        """Read the stored form."""
        for name in ("paused_until", "due_at", "asked_at", "began_at", "offers_from"):
            if plain[name]:
                plain[name] = datetime.fromisoformat(plain[name])
        plain["delays"] = tuple(plain["delays"])
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of a person for nudges, beside their enrolments.

    Args:
        completed: Workflows that they have completed, the newest last.
        last: What rules without an enrolment stood for last: the local date on which a trigger acted, empty while it
            waits for a silence; the occasion of a workflow that was left.
        day: The local date on which the last nudge was said.
        nudges: How many were said on it.
        heard_at: When they wrote last, where a trigger asks for it.
    """

    completed: tuple[str, ...] = ()
    last: dict[str, str] = field(default_factory=dict)
    day: str = ""
    nudges: int = 0
    heard_at: datetime | None = None

    def __bool__(self) -> bool:
        """Return whether there is anything to keep."""
        return self is not NOTHING and self != NOTHING

    def said_on(self, day: date) -> int:
        """Return how many nudges were said on a local date."""
        return self.nudges if self.day == day.isoformat() else 0

    def with_nudge(self, day: date) -> "Standing":
        """Return the same after one more nudge."""
        return replace(self, day=day.isoformat(), nudges=self.said_on(day) + 1)

    def with_completed(self, workflow: str) -> "Standing":
        """Return the same after a workflow was completed."""
        others = (name for name in self.completed if name != workflow)
        return replace(self, completed=(*others, workflow)[-COMPLETED_KEPT:])

    def with_last(self, rule: str, what: str) -> "Standing":
        """Return the same after a rule without an enrolment has stood for something."""
        others = {name: last for name, last in self.last.items() if name != rule}
        newest = [*others.items(), (rule, what)][-LAST_KEPT:]
        return replace(self, last=dict(newest))

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Standing":
        """Read the stored form."""
        heard_at = plain["heard_at"] and datetime.fromisoformat(plain["heard_at"])
        return cls(**{**plain, "completed": tuple(plain["completed"]), "heard_at": heard_at})


@dataclass(frozen=True, slots=True)
class Pending:
    """A nudge of this turn, recorded at its end, when it is known whether anything was said.

    Args:
        rule: What it is kept under.
        date: The local date that it stands for.
        reason: What is to be told of it; mostly empty.
    """

    rule: str
    date: date
    reason: str = ""


NOTHING = Standing()
"""What is kept of most people."""


def only_time(rule: Rule) -> time | None:
    """Return the time of day of a rule that has just one which a person may choose."""
    if isinstance(rule, Once | Cron) or len(rule.times) > 1:
        return None
    return rule.times[0]


def with_time(rule: Rule, at: time) -> Rule:
    """Return a rule that comes at another time of the day."""
    return rule if isinstance(rule, Once | Cron) else replace(rule, times=(at,))


def plain_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as an enrolment keeps it."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(to_plain(rule)))
    return plain


def joined(ones: tuple[Enrolment, ...], others: tuple[Enrolment, ...]) -> tuple[Enrolment, ...]:
    """Return the enrolments of two dialogues that become one; in what both have, the first has the say.

    Each keeps the later of what the two stood for, so that nothing comes twice on one local date.
    """
    theirs = {one.workflow: one for one in others}
    mine = tuple(
        replace(one, last=max(one.last, theirs[one.workflow].last)) if one.workflow in theirs else one for one in ones
    )
    taken = {one.workflow for one in ones}
    return (*mine, *(one for one in others if one.workflow not in taken))


def joined_standing(one: Standing, other: Standing) -> Standing:
    """Return what is kept of two dialogues that become one."""
    merged = one
    for workflow in other.completed:
        if workflow not in one.completed:
            merged = merged.with_completed(workflow)
    same_day = other.nudges if other.day == one.day else 0
    heard = [moment for moment in (one.heard_at, other.heard_at) if moment]
    return replace(
        merged,
        last={**other.last, **one.last},
        day=max(one.day, other.day),
        nudges=one.nudges + same_day if one.day >= other.day else other.nudges,
        heard_at=max(heard, default=None),
    )


@lru_cache(maxsize=4096)
def _rule(plain: bytes) -> Rule:
    return from_plain(orjson.loads(plain))
