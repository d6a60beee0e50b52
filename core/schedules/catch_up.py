"""Catch-up: what becomes of firings whose moment passed while nothing ran."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.schedules.firing import Occasion, occasion, replan
from core.schedules.rules import Rule

PUNCTUAL: Final = timedelta(minutes=15)
"""How late a firing still counts as on time: a wave of a million people takes minutes."""

GRACE: Final = timedelta(hours=2)
"""How late a firing may be acted on, where nobody says otherwise."""

_LOOKED_BACK: Final = timedelta(days=31)
_TICK = timedelta(microseconds=1)


class CatchUp(StrEnum):
    """What becomes of firings that were missed.

    `latest`: the newest of them is acted on if it is within its grace. `none`: none of them.
    """

    LATEST = "latest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Firing:
    """A moment at which a rule comes true, and what it stands for.

    Args:
        occasion: The local date and time that the rule names.
        fired_at: The moment, aware UTC.
    """

    occasion: Occasion
    fired_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now.

    Args:
        act: The one firing to act on; None where there is none.
        late: Firings that are dropped, oldest first, to be recorded with the reason `late`; those of the last
            31 days.
        next_at: When the rule comes true next; None: never again.
    """

    act: Firing | None
    late: tuple[Firing, ...]
    next_at: datetime | None


def due(
    rule: Rule,
    zone: str,
    planned_at: datetime,
    now: datetime,
    *,
    last: Occasion | None = None,
    grace: timedelta = GRACE,
    catch_up: CatchUp = CatchUp.LATEST,
) -> Due:
    """Decide what is to be done about a planned firing, however much later it is by now.

    At most one firing is acted on, whatever was missed; nothing that the last occasion already stood for comes again,
    so a clock that goes back and forth does no harm.

    Args:
        rule: A settled rule.
        zone: IANA name.
        planned_at: The moment that was planned, as `next_fire` or `replan` gave it.
        now: Aware. Before `planned_at` nothing is due.
        last: What the last firing stood for, acted on or dropped; None before the first.
        grace: How late the newest missed firing may be acted on.
        catch_up: Whether firings that are more than a quarter of an hour late are made good at all.
    """
    allowed = grace if catch_up is CatchUp.LATEST else min(grace, PUNCTUAL)
    missed: list[Firing] = []
    moment = replan(rule, zone, max(planned_at, now - _LOOKED_BACK) - _TICK, last)
    while moment is not None and moment <= now:
        missed.append(Firing(occasion(rule, zone, moment), moment))
        moment = replan(rule, zone, moment, last)
    act = missed.pop() if missed and now - missed[-1].fired_at <= allowed else None
    return Due(act, tuple(missed), moment)
