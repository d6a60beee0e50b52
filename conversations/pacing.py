"""Pacing: a person who answers late is asked later, and one who misses three in a row whether to change the time.

Nothing changes by itself: what is found is offered, can be refused, and does not come back for a good while.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from conversations import facts
from conversations.enrolments import DELAYS_KEPT, Enrolment, only_time
from core.messages import Button
from core.nudges import quiet_hours_of

if TYPE_CHECKING:
    from conversations.scene import Scene
    from conversations.workflow import Workflow

MOST_MISSED: Final = 3
"""Nudges without an answer, in a row, after which a person is asked about the time."""
EACH_LATE: Final = timedelta(minutes=30)
"""Every one of the last answers came at least so late, or it is no habit."""
MOSTLY_LATE: Final = timedelta(minutes=45)
LARGEST_SHIFT: Final = timedelta(hours=4)
_STEP: Final = timedelta(minutes=15)
NOT_BEFORE: Final = timedelta(days=14)
"""How long after an offer that nobody answered there is no other."""
REFUSED_FOR: Final = timedelta(days=60)
"""How long after one that was refused there is none."""


def asked(enrolment: Enrolment, now: datetime) -> Enrolment:
    """Return an enrolment after a nudge was said; the last one was missed if it still has no answer."""
    return replace(enrolment, asked_at=now, missed=enrolment.missed + (enrolment.asked_at is not None))


def answered(enrolment: Enrolment, now: datetime) -> Enrolment:
    """Return an enrolment after its nudge was answered."""
    delay = now - (enrolment.asked_at or now)
    delays = (*enrolment.delays, max(0, delay // timedelta(minutes=1)))
    return replace(enrolment, asked_at=None, missed=0, delays=delays[-DELAYS_KEPT:])


def refused(enrolment: Enrolment, now: datetime) -> Enrolment:
    """Return an enrolment after its person wants to keep the time."""
    return replace(enrolment, missed=0, delays=(), offers_from=now + REFUSED_FOR)


def is_missed_often(enrolment: Enrolment, now: datetime) -> bool:
    """Return whether it is time to ask about the time."""
    return enrolment.missed >= MOST_MISSED and _may_offer(enrolment, now)


def _may_offer(enrolment: Enrolment, now: datetime) -> bool:
    return enrolment.offers_from is None or now >= enrolment.offers_from


def later(enrolment: Enrolment, now: datetime) -> tuple[timedelta, time] | None:
    """Return by how much a person regularly answers late, and the time of day that would fit; None for no offer."""
    at = only_time(enrolment.rule)
    if at is None or len(enrolment.delays) < DELAYS_KEPT or not _may_offer(enrolment, now):
        return None
    usual = timedelta(minutes=median(enrolment.delays))
    if timedelta(minutes=min(enrolment.delays)) < EACH_LATE or usual < MOSTLY_LATE:
        return None
    shift = min(round(usual / _STEP) * _STEP, LARGEST_SHIFT)
    shifted = datetime.combine(now.date(), at) + shift
    # Behind midnight it would belong to another day, and be another thing altogether.
    return (shift, shifted.time()) if shifted.date() == now.date() else None


def offer_later(scene: "Scene", workflow: str) -> None:
    """Offer a later time to whoever regularly answers a workflow's nudges late."""
    enrolment = next((one for one in scene.enrolments if one.workflow == workflow), None)
    found = later(enrolment, scene.now) if enrolment else None
    before = only_time(enrolment.rule) if enrolment else None
    if enrolment is None or found is None or before is None:
        return
    shift, at = found
    hours = quiet_hours_of(scene.person)
    if hours is not None and hours.hold_time(at):
        return
    yes = Button(scene.phrase("button_yes"), f"/schedule {enrolment.workflow} at {at:%H:%M}")
    scene.say(
        scene.phrase("pacing_later", shift=scene.spoken(shift), before=f"{before:%H:%M}", after=f"{at:%H:%M}"),
        (yes, _keep_button(scene, enrolment)),
    )
    scene.record(facts.TIME_OFFERED, workflow=enrolment.workflow, time=f"{at:%H:%M}")
    offered = replace(enrolment, delays=(), offers_from=scene.now + NOT_BEFORE)
    scene.enrolments = tuple(offered if one.workflow == workflow else one for one in scene.enrolments)


def ask_about_time(scene: "Scene", enrolment: Enrolment, workflow: "Workflow") -> Enrolment:
    """Ask whoever has missed some in a row whether another time would be better; return the enrolment after it."""
    title = workflow.title.template(scene.language, workflow.language).render({})
    now = Button(scene.phrase("button_begin"), f"/start {workflow.name}")
    other = Button(scene.phrase("button_other_time"), f"/schedule {workflow.name} change time")
    words = scene.phrase("pacing_missed", title=title, count=enrolment.missed)
    scene.say(words, (now, other, _keep_button(scene, enrolment)))
    scene.record(facts.TIME_OFFERED, workflow=enrolment.workflow, missed=enrolment.missed)
    return replace(enrolment, offers_from=scene.now + NOT_BEFORE)


def _keep_button(scene: "Scene", enrolment: Enrolment) -> Button:
    at = only_time(enrolment.rule)
    title = scene.phrase("button_keep_time", time=f"{at:%H:%M}") if at else scene.phrase("button_keep")
    return Button(title, f"/schedule {enrolment.workflow} keep")
