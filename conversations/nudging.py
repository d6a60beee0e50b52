"""Nudging: what is said because of time or an event, and why it is not said.

Whatever comes due is judged here, once; a reason against it is recorded instead. When it is said, the next moment has
been planned in the same turn. The sender judges quiet hours once more, since sending may take long.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from conversations import facts, pacing
from conversations.effects import ClearTimer, KeepNudge, Say, SetTimer
from conversations.enrolments import TIMER, Enrolment, Pending
from conversations.scene import Scene
from conversations.state import Execution, Wake
from conversations.workflow import Schedule, Workflow
from core.nudges import QUEUED, SKIPPED, Reason, most_a_day, quiet_hours_of
from core.schedules import CatchUp, Due, Firing, due
from core.schedules.catch_up import GRACE, PUNCTUAL
from core.zones import to_local

_IN_THE_MIDDLE: Final = timedelta(hours=1)
"""How long after their last sign of life a person is not asked again what is open."""
_MOST_LATE: Final = 31
"""Missed firings of one outage that are recorded, the newest."""


# -- enrolling -------------------------------------------------------------------------------


def find(scene: Scene, workflow: str) -> Enrolment | None:
    """Return a person's enrolment in a workflow."""
    return next((one for one in scene.enrolments if one.workflow == workflow), None)


def enrol(scene: Scene, workflow: str, schedule: dict[str, object], *, explicit: bool) -> Enrolment:
    """Enrol a person, or change when it comes; a local date that was had is not had again.

    Args:
        scene: The turn.
        workflow: Name of the workflow.
        schedule: A settled rule in its plain form.
        explicit: They asked for this time although it lies in their quiet hours.
    """
    before = find(scene, workflow)
    kept = before.last if before else scene.standing.last.get(workflow, "")
    fresh = Enrolment(workflow, schedule, explicit, last=kept, began_at=before.began_at if before else None)
    fact = facts.ENROLMENT_CHANGED if before else facts.ENROLLED
    scene.record(fact, workflow=workflow, schedule=schedule)
    planned = fresh if scene.held else fresh.planned(scene.person.zone, scene.now)
    keep(scene, planned, timer_was=before.due_at if before else None)
    return planned


def leave(scene: Scene, enrolment: Enrolment) -> None:
    """End an enrolment."""
    _remove(scene, enrolment)
    scene.effects.append(ClearTimer(enrolment.timer_key))
    if enrolment.last:
        # Whoever comes back on the same day does not hear the same thing once more.
        scene.standing = scene.standing.with_last(enrolment.workflow, enrolment.last)
    scene.record(facts.ENROLMENT_LEFT, workflow=enrolment.workflow)


def pause(scene: Scene, enrolment: Enrolment, until: datetime | None) -> None:
    """Let nothing come before a moment, or again from now on."""
    paused = replace(enrolment, paused_until=until, asked_at=None, missed=0)
    planned = paused if scene.held else paused.planned(scene.person.zone, scene.now)
    scene.record(facts.ENROLMENT_CHANGED, workflow=enrolment.workflow, paused_until=until)
    keep(scene, planned, timer_was=enrolment.due_at)


def keep(scene: Scene, enrolment: Enrolment, *, timer_was: datetime | None) -> None:
    """Put an enrolment in its place, and set its timer where that is another than before."""
    others = [enrolment if one.workflow == enrolment.workflow else one for one in scene.enrolments]
    known = any(one.workflow == enrolment.workflow for one in scene.enrolments)
    scene.enrolments = tuple(others) if known else (*others, enrolment)
    if enrolment.due_at == timer_was:
        return
    if enrolment.due_at is not None:
        scene.effects.append(SetTimer(enrolment.timer_key, enrolment.due_at))
    else:
        scene.effects.append(ClearTimer(enrolment.timer_key))


def keep_plans(scene: Scene) -> None:
    """Plan anew what a turn has changed: the person lives in another zone, or is there again after a silence."""
    if scene.held:
        return
    moved = scene.person.zone != scene.state.person.zone
    for enrolment in scene.enrolments:
        if moved or enrolment.due_at is None:
            planned = enrolment.planned(scene.person.zone, scene.now)
            keep(scene, planned, timer_was=enrolment.due_at)
            if planned.due_at is None:
                _remove(scene, planned)


def _remove(scene: Scene, enrolment: Enrolment) -> None:
    scene.enrolments = tuple(one for one in scene.enrolments if one.workflow != enrolment.workflow)


def take_timers_over(scene: Scene) -> None:
    """Set the timer of every enrolment, after two dialogues have become one."""
    for enrolment in scene.enrolments:
        keep(scene, replace(enrolment, due_at=None), timer_was=None)
    keep_plans(scene)


# -- what a person does ----------------------------------------------------------------------


def answered(scene: Scene) -> None:
    """Note that a person has answered in the workflow that is being talked about."""
    enrolment = find(scene, scene.open_run().workflow.name)
    if enrolment is not None and enrolment.asked_at is not None:
        _replace(scene, pacing.answered(enrolment, scene.now))


def begun(scene: Scene, workflow: str) -> None:
    """Note that a person has begun a workflow by themselves."""
    enrolment = find(scene, workflow)
    if enrolment is not None:
        _replace(scene, replace(enrolment, began_at=scene.now, asked_at=None, missed=0))


def _replace(scene: Scene, enrolment: Enrolment) -> None:
    keep(scene, enrolment, timer_was=enrolment.due_at)


def lacks(scene: Scene, workflow: Workflow) -> str:
    """Return a workflow that has to be completed before this one, and was not; empty where there is none."""
    done = scene.standing.completed
    return next((name for name in workflow.after if name not in done and scene.library.current(name)), "")


# -- what comes due --------------------------------------------------------------------------


def fire(scene: Scene, key: str) -> None:
    """Act on the timer of an enrolment."""
    enrolment = find(scene, key.removeprefix(TIMER))
    if enrolment is None or enrolment.due_at is None:
        return
    workflow = scene.library.current(enrolment.workflow)
    schedule = (workflow.schedule if workflow else None) or Schedule(enrolment.rule)
    found = due(
        enrolment.rule,
        scene.person.zone,
        enrolment.due_at,
        scene.now,
        last=enrolment.last_occasion,
        grace=schedule.grace,
        catch_up=schedule.catch_up,
    )
    minds = workflow is not None and not enrolment.explicit and not workflow.ignores_quiet
    quiet_until = ends_of_quiet(scene) if minds and found.act and not scene.held else None
    if found.act and quiet_until is not None and quiet_until - found.act.fired_at < allowed(schedule):
        _rest(scene, enrolment, found, quiet_until)
        return
    newest = found.act or (found.late[-1] if found.late else None)
    if newest is None and scene.now < enrolment.due_at:
        scene.effects.append(SetTimer(enrolment.timer_key, enrolment.due_at))
        return
    _drop(scene, enrolment, found.late, Reason.LATE)
    passed = replace(enrolment, last=str(newest.occasion) if newest else enrolment.last, due_at=found.next_at)
    if found.act is None:
        _go_on(scene, passed)
        return
    reason = _reason(scene, passed, found.act, workflow) or (Reason.QUIET if quiet_until else "")
    if reason or workflow is None:
        _skip(scene, passed, found.act, reason)
    else:
        _say(scene, passed, found.act, workflow, minds_quiet=minds)


def allowed(schedule: Schedule) -> timedelta:
    """Return how late a nudge may come."""
    return schedule.grace if schedule.catch_up is CatchUp.LATEST else min(schedule.grace, PUNCTUAL)


def _rest(scene: Scene, enrolment: Enrolment, found: Due, until: datetime) -> None:
    """Let a nudge wait for the end of quiet hours; what is planned stays what the rule names, only the timer moves."""
    _drop(scene, enrolment, found.late, Reason.LATE)
    last = str(found.late[-1].occasion) if found.late else enrolment.last
    due_at = found.act.fired_at if found.act else enrolment.due_at
    keep(scene, replace(enrolment, due_at=due_at, last=last), timer_was=due_at)
    scene.effects.append(SetTimer(enrolment.timer_key, until))


def _drop(scene: Scene, enrolment: Enrolment, firings: Iterable[Firing], reason: str) -> None:
    for firing in list(firings)[-_MOST_LATE:]:
        scene.effects.append(KeepNudge(enrolment.key_of(firing.occasion), firing.occasion.date, SKIPPED, reason))


def _go_on(scene: Scene, enrolment: Enrolment) -> None:
    """Keep an enrolment after a firing, with its next timer; one that never comes again has ended."""
    if enrolment.due_at is None:
        _remove(scene, enrolment)
        return
    if scene.held:
        # Whoever stopped is not woken every day to find that out: one record tells it, and the return plans anew.
        enrolment = replace(enrolment, due_at=None)
    elif enrolment.paused_until and enrolment.paused_until > scene.now:
        enrolment = enrolment.planned(scene.person.zone, scene.now)
    keep(scene, enrolment, timer_was=None)


def _skip(scene: Scene, enrolment: Enrolment, firing: Firing, reason: str) -> None:
    _drop(scene, enrolment, [firing], reason)
    if reason == Reason.ALREADY_TODAY:
        enrolment = replace(enrolment, began_at=None)
    _go_on(scene, enrolment)


def _reason(scene: Scene, enrolment: Enrolment, firing: Firing, workflow: Workflow | None) -> str:
    """Return why a nudge is not said; empty where it is."""
    if held := why_held(scene):
        return held
    if enrolment.paused_until is not None and firing.fired_at < enrolment.paused_until:
        return Reason.PAUSED
    if workflow is None:
        return Reason.GONE
    if lacks(scene, workflow):
        return Reason.PREREQUISITE
    if _began_on(scene, enrolment, firing.occasion.date):
        return Reason.ALREADY_TODAY
    if _is_in_the_middle(scene, workflow.name):
        return Reason.OPEN_ALREADY
    return Reason.CAP if is_enough(scene) else ""


def why_held(scene: Scene) -> str:
    """Return why nothing at all is said to a person by itself; empty where it may be."""
    if scene.stopped:
        return Reason.STOPPED
    if scene.blocked:
        return Reason.BLOCKED
    return Reason.PAUSED if scene.paused else ""


def _began_on(scene: Scene, enrolment: Enrolment, day: date) -> bool:
    began_at = enrolment.began_at
    return began_at is not None and local_date(began_at, scene) == day


def _is_in_the_middle(scene: Scene, workflow: str) -> bool:
    execution = _open(scene, workflow)
    if execution is None:
        return False
    version = scene.library.version(execution.workflow, execution.version)
    waits = version is not None and execution.step < len(version.steps) and not version.steps[execution.step].asks
    return waits or scene.now - execution.asked_at < _IN_THE_MIDDLE


def _open(scene: Scene, workflow: str) -> Execution | None:
    return next((one for one in scene.parked if one.workflow == workflow), None)


def is_enough(scene: Scene) -> bool:
    """Return whether a person had as many nudges on this day as they want."""
    most = most_a_day(scene.person)
    return most is not None and scene.standing.said_on(today(scene)) >= most


def today(scene: Scene) -> date:
    """Return the person's local date."""
    return local_date(scene.now, scene)


def local_date(moment: datetime, scene: Scene) -> date:
    """Return the date that the person's calendar shows at a moment."""
    return to_local(moment, scene.person.zone).date()


def ends_of_quiet(scene: Scene) -> datetime | None:
    """Return when the quiet hours end that it is now; None where it is none."""
    hours = quiet_hours_of(scene.person)
    return hours.end_after(scene.now) if hours and hours.hold(scene.now) else None


def _say(scene: Scene, enrolment: Enrolment, firing: Firing, workflow: Workflow, *, minds_quiet: bool) -> None:
    """Begin the workflow, ask again what is open in it, or ask whether another time would be better."""
    schedule = workflow.schedule or Schedule(enrolment.rule)
    scene.expires_at = max(firing.fired_at + schedule.grace, scene.now + PUNCTUAL)
    scene.heeds_quiet = minds_quiet and quiet_hours_of(scene.person) is not None
    asked = pacing.asked(enrolment, scene.now)
    scene.nudge = Pending(enrolment.key_of(firing.occasion), firing.occasion.date)
    if pacing.is_missed_often(asked, scene.now):
        asked = pacing.ask_about_time(scene, asked, workflow)
        scene.nudge = replace(scene.nudge, reason=Reason.ASKED_ABOUT_TIME)
    else:
        speak(scene, workflow)
    _go_on(scene, asked)


def speak(scene: Scene, workflow: Workflow) -> None:
    """Begin a workflow, or ask again what is open in it."""
    execution = _open(scene, workflow.name)
    if execution is None:
        scene.begin(workflow)
    elif scene.load(execution):
        scene.purpose = scene.open_run().purpose
        scene.plan_patience()
        scene.open_run().current.ask_again(scene)


def close(scene: Scene) -> None:
    """Record the nudge of this turn, now that it is known whether anything was said."""
    pending = scene.nudge
    if pending is None:
        return
    if any(isinstance(effect, Say) for effect in scene.effects):
        scene.standing = scene.standing.with_nudge(today(scene))
        scene.effects.append(KeepNudge(pending.rule, pending.date, QUEUED, pending.reason))
    else:
        scene.effects.append(KeepNudge(pending.rule, pending.date, SKIPPED, Reason.NOTHING_TO_SAY))


# -- reminders of open questions -------------------------------------------------------------


def put_reminders_off(scene: Scene) -> None:
    """Let a reminder that comes due in quiet hours, or on a day that had enough, wait; steps' own timers do not.

    Giving up has its time, or today's question would meet yesterday's; only what is said of it waits for the morning.
    """
    run, end = scene.open_run(), ends_of_quiet(scene)
    due_kinds = {wake.kind for wake in run.wakes if wake.due_at <= scene.now}
    if "give_up" in due_kinds:
        scene.heeds_quiet, scene.expires_at = end is not None, end + GRACE if end else None
    elif "remind" in due_kinds:
        until = end or (scene.now + timedelta(days=1) if is_enough(scene) else None)
        if until is not None:
            wakes = [one for one in run.wakes if one.kind != "remind"]
            run.wakes = sorted([*wakes, Wake("remind", until)], key=lambda wake: wake.due_at)
        else:
            scene.heeds_quiet = quiet_hours_of(scene.person) is not None


def count_reminder(scene: Scene) -> None:
    """Count a reminder among the nudges of a day, where somebody wants to have them counted."""
    if most_a_day(scene.person) is not None:
        scene.standing = scene.standing.with_nudge(today(scene))
