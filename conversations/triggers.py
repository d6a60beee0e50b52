"""Triggers: what happens in a turn and begins a workflow, planned as a timer of its own.

Nobody sweeps over all people: each happening plans its timer in the turn in which it happens, at once or after the
trigger's delay. A silence has one timer, set when a person writes; if they have written since, it is put off when it
comes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from conversations import nudging, scheduling
from conversations.effects import KeepNudge, SetTimer
from conversations.enrolments import Pending
from conversations.scene import Scene
from conversations.workflow import Trigger, TriggerKind, Workflow
from core.nudges import SKIPPED, Reason, quiet_hours_of

TIMER: Final = "trigger:"
"""What the key of a trigger's timer begins with."""
TAG: Final = "tag."
"""What the name of a signal begins with that gives a person a tag."""
_OLDEST: Final = timedelta(days=1)
"""How late a trigger may still act, after an outage."""
_DEEDS: Final = frozenset({TriggerKind.JOINED, TriggerKind.COMPLETED, TriggerKind.ABANDONED, TriggerKind.OUTCOME})
"""What a person does themselves: what follows it at once comes in quiet hours too, since they are there."""


def plan(scene: Scene) -> None:
    """Plan what this turn's happenings begin."""
    for kind, value in scene.happened:
        for workflow, trigger in scene.library.triggered(kind):
            if trigger.value in ("", "any", value):
                scene.effects.append(SetTimer(trigger.timer_in(workflow.name), scene.now + trigger.delay))


def hear(scene: Scene) -> None:
    """Note that the person has written, where a trigger waits for their silence."""
    silences = scene.library.triggered(TriggerKind.SILENT)
    if not silences:
        return
    standing = scene.standing
    for workflow, trigger in silences:
        rule = trigger.key_in(workflow.name)
        acted_on = standing.last.get(rule)
        if acted_on is None or _has_acted(acted_on, standing.heard_at, scene):
            scene.effects.append(SetTimer(trigger.timer_in(workflow.name), scene.now + trigger.delay))
        if acted_on is None:
            scene.standing = scene.standing.with_last(rule, "")
    scene.standing = replace(scene.standing, heard_at=scene.now)


def _has_acted(acted_on: str, heard_at: datetime | None, scene: Scene) -> bool:
    """Return whether the timer of a silence is gone: it has acted since the person wrote last."""
    if not acted_on or heard_at is None:
        return False
    return acted_on >= nudging.local_date(heard_at, scene).isoformat()


def fire(scene: Scene, key: str, due_at: datetime) -> None:
    """Act on the timer of a trigger."""
    found = next(_of_key(scene, key), None)
    if found is None:
        return
    workflow, trigger = found
    heard_at = scene.standing.heard_at
    if trigger.kind is TriggerKind.SILENT and heard_at is not None and heard_at + trigger.delay > scene.now:
        scene.effects.append(SetTimer(key, heard_at + trigger.delay))
        return
    rule, today = trigger.key_in(workflow.name), nudging.today(scene)
    if scene.standing.last.get(rule) == today.isoformat():
        return
    end = nudging.ends_of_quiet(scene)
    reason = _reason(scene, workflow, due_at)
    if not reason and end is not None and not _ignores_quiet(workflow, trigger):
        scene.effects.append(SetTimer(key, end))
        return
    scene.standing = scene.standing.with_last(rule, today.isoformat())
    if reason:
        scene.effects.append(KeepNudge(rule, today, SKIPPED, reason))
        return
    scene.nudge = Pending(rule, today)
    scene.heeds_quiet = not _ignores_quiet(workflow, trigger) and quiet_hours_of(scene.person) is not None
    if workflow.schedule is not None and nudging.find(scene, workflow.name) is None:
        scheduling.ask_when(scene, workflow)
    else:
        nudging.speak(scene, workflow)


def _of_key(scene: Scene, key: str) -> Iterator[tuple[Workflow, Trigger]]:
    workflow = scene.library.current(key.split(":")[1])
    for trigger in workflow.triggers if workflow else ():
        if workflow is not None and trigger.timer_in(workflow.name) == key:
            yield workflow, trigger


def _ignores_quiet(workflow: Workflow, trigger: Trigger) -> bool:
    return workflow.ignores_quiet or (not trigger.delay and trigger.kind in _DEEDS)


def _reason(scene: Scene, workflow: Workflow, due_at: datetime) -> str:
    if (held := nudging.why_held(scene)) or nudging.lacks(scene, workflow):
        return held or Reason.PREREQUISITE
    if scene.now - due_at > _OLDEST:
        return Reason.LATE
    if any(one.workflow == workflow.name for one in scene.parked):
        return Reason.OPEN_ALREADY
    return Reason.CAP if nudging.is_enough(scene) else ""
