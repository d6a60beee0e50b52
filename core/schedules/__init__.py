"""Schedules: rules of local time, and the moments at which they come true.

`rules` are the values, `firing` turns them into moments, `catch_up` decides what becomes of moments that were
missed, `written` reads and writes rules as plain values, `cron` reads cron's five fields. Imports `core` only.
A new kind of rule is a dataclass in `rules.py` with `times` and `first_day`, and a form in `written.py`.
"""

from core.schedules.catch_up import CatchUp, Due, Firing, due
from core.schedules.firing import Occasion, next_fire, occasion, replan
from core.schedules.rules import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Cron,
    EveryDays,
    FromDate,
    Monthly,
    Once,
    Rule,
    Weekly,
    settle,
)
from core.schedules.written import from_plain, read_rule, to_plain

__all__ = [
    "EVERY_DAY",
    "WEEKDAYS",
    "WEEKEND",
    "CatchUp",
    "Cron",
    "Due",
    "EveryDays",
    "Firing",
    "FromDate",
    "Monthly",
    "Occasion",
    "Once",
    "Rule",
    "Weekly",
    "due",
    "from_plain",
    "next_fire",
    "occasion",
    "read_rule",
    "replan",
    "settle",
    "to_plain",
]
