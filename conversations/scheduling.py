"""Scheduling: `/schedule` shows when workflows come by themselves, and changes, pauses and ends it.

What takes more than a tap is asked by the small unlisted workflow `enrolment`, whose one step is
`conversations/steps/enrol.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from babel.dates import format_datetime, get_timezone_location

from conversations import facts, nudging, pacing
from conversations.enrolments import Enrolment, only_time, plain_rule, with_time
from conversations.scene import Scene
from conversations.timetable import describe
from conversations.workflow import Workflow
from core.messages import Button
from core.nudges import quiet_hours_of
from core.schedules import Rule, settle
from core.zones import to_local

ENROLMENT: Final = "enrolment"
"""Name of the small workflow that asks when another one is to come."""
QUIET: Final = "quiet_hours"
LIMIT: Final = "daily_limit"
_PAUSES: Final = {"day": 1, "week": 7, "month": 30}
_OFF: Final = "off"
"""What stands in the profile of a person who wants no quiet hours."""


# -- beginning -------------------------------------------------------------------------------


def begin(scene: Scene, workflow: Workflow) -> None:
    """Begin a workflow that a person asks for; where it comes by itself, ask first when."""
    first = scene.library.current(nudging.lacks(scene, workflow))
    if first is not None:
        title = _title(scene, first)
        scene.say(scene.phrase("enrol_first", title=title), (Button(title, f"/start {first.name}"),))
    elif workflow.schedule is not None and nudging.find(scene, workflow.name) is None:
        ask_when(scene, workflow)
    else:
        nudging.begun(scene, workflow.name)
        scene.begin(workflow)


def ask_when(scene: Scene, workflow: Workflow, stage: str = "") -> None:
    """Ask a person when a workflow is to come.

    Where nothing can ask, as on the stage of a workflow's transcripts, its author's time is taken.
    """
    asking = scene.library.current(ENROLMENT)
    if asking is None:
        _take_authors_time(scene, workflow)
        nudging.begun(scene, workflow.name)
        scene.begin(workflow)
        return
    for left in [one for one in scene.parked if one.workflow == ENROLMENT]:
        if scene.load(left):
            scene.abandon("asked_anew")
            scene.put_aside()
    scene.begin(asking)
    scene.open_run().answers.update(workflow=workflow.name, **({"stage": stage} if stage else {}))


def _take_authors_time(scene: Scene, workflow: Workflow) -> None:
    rule = settle(workflow.schedule.rule, nudging.today(scene)) if workflow.schedule else None
    if rule is not None:
        nudging.enrol(scene, workflow.name, plain_rule(rule), explicit=False)


def subject(scene: Scene) -> tuple[Workflow, Rule] | None:
    """Return the workflow that the open question is about, and its rule for this person; None where it is gone."""
    workflow = scene.library.current(str(scene.open_run().answers.get("workflow", "")))
    if workflow is None:
        return None
    enrolment = nudging.find(scene, workflow.name)
    if enrolment is not None:
        return workflow, enrolment.rule
    return (workflow, workflow.schedule.rule) if workflow.schedule else None


def title_of_subject(scene: Scene) -> str:
    """Return what the workflow is called that the open question is about."""
    found = subject(scene)
    return _title(scene, found[0]) if found else ""


# -- saying ----------------------------------------------------------------------------------


def in_words(scene: Scene, rule: Rule) -> str:
    """Return "every day at 07:30" in the person's language."""
    return describe(rule, scene.language, scene.person.zone)


def place(scene: Scene) -> str:
    """Return "Paris" for the person's zone, in their language."""
    zone = scene.person.zone
    try:
        return get_timezone_location(zone, locale=scene.locale, return_city=True)
    except LookupError:
        return zone.rpartition("/")[2].replace("_", " ")


def spoken(scene: Scene, moment: datetime) -> str:
    """Return "Tue 3 Mar, 07:30" as the person's clock and language have it."""
    return format_datetime(to_local(moment, scene.person.zone), "EEE d MMM, HH:mm", locale=scene.locale)


def quiet_in_words(scene: Scene) -> str:
    """Return "22:00–07:00"; empty where the person has no quiet hours."""
    profile = scene.person.profile
    start, end = profile.get("quiet_from", ""), profile.get("quiet_until", "")
    return f"{start}–{end}" if start and end and _OFF not in (start, end) else ""


def say_next(scene: Scene, enrolment: Enrolment, workflow: Workflow, more: str = "") -> None:
    """Say when a workflow comes next."""
    due_at = enrolment.due_at
    said = scene.phrase("enrol_done", moment=spoken(scene, due_at)) if due_at else scene.phrase("enrol_held")
    now = Button(scene.phrase("button_begin"), f"/start {workflow.name}")
    scene.say(f"{said}\n{more}".rstrip(), (now, scene.command_button("schedule")))


def lines(scene: Scene) -> list[str]:
    """Return a line for each workflow that comes by itself."""
    return [_line(scene, one) for one in scene.enrolments]


def _line(scene: Scene, enrolment: Enrolment) -> str:
    workflow = scene.library.current(enrolment.workflow)
    title = _title(scene, workflow) if workflow else enrolment.workflow
    words = {"title": title, "when": in_words(scene, enrolment.rule)}
    if scene.held or enrolment.due_at is None:
        return scene.phrase("schedule_line_held", **words)
    if enrolment.paused_until and enrolment.paused_until > scene.now:
        return scene.phrase("schedule_line_paused", **words, moment=spoken(scene, enrolment.due_at))
    return scene.phrase("schedule_line", **words, moment=spoken(scene, enrolment.due_at))


def _title(scene: Scene, workflow: Workflow) -> str:
    return workflow.title.template(scene.language, workflow.language).render({})


# -- the command -----------------------------------------------------------------------------


def show(scene: Scene, argument: str) -> None:
    """Show what comes by itself, or do with one of it what a button asks for."""
    name, _, wanted = argument.partition(" ")
    enrolment = nudging.find(scene, name)
    if enrolment is None:
        _show_all(scene)
        return
    action, _, value = wanted.partition(" ")
    act = _ACTIONS.get(action, _show_one)
    act(scene, enrolment, value)


def _show_all(scene: Scene) -> None:
    more = tuple(scene.command_button(name) for name in ("quiet", "limit"))
    if scene.enrolments:
        named = [(one, scene.library.current(one.workflow)) for one in scene.enrolments]
        buttons = tuple(
            Button(_title(scene, workflow) if workflow else one.workflow, f"/schedule {one.workflow}")
            for one, workflow in named
        )
        told = "\n".join([scene.phrase("schedule"), *(f"• {line}" for line in lines(scene))])
        scene.say(told, (*buttons, *more))
        return
    offered = [one for one in scene.library.listed() if one.schedule is not None]
    buttons = tuple(Button(_title(scene, one), f"/start {one.name}") for one in offered[:5])
    scene.say(scene.phrase("schedule_none"), (*buttons, *more))


def _show_one(scene: Scene, enrolment: Enrolment, value: str) -> None:
    rests = enrolment.paused_until is not None and enrolment.paused_until > scene.now
    actions = ("change", "resume" if rests else "rest", "end")
    buttons = tuple(_button(scene, enrolment, action) for action in actions)
    scene.say(_line(scene, enrolment), (*buttons, scene.command_button("quiet")))


def _button(scene: Scene, enrolment: Enrolment, action: str, value: str = "") -> Button:
    title = scene.phrase(f"button_{action}_{value}" if value else f"button_{action}")
    return Button(title, f"/schedule {enrolment.workflow} {action} {value}".rstrip())


def _change(scene: Scene, enrolment: Enrolment, value: str) -> None:
    workflow = scene.library.current(enrolment.workflow)
    if workflow is None:
        _show_one(scene, enrolment, "")
        return
    nudging.keep(scene, replace(enrolment, missed=0), timer_was=enrolment.due_at)
    ask_when(scene, workflow, value if value == "time" else "")


def _move(scene: Scene, enrolment: Enrolment, value: str) -> None:
    """Take the time that was offered."""
    try:
        at = time.fromisoformat(value)
    except ValueError:
        _show_one(scene, enrolment, "")
        return
    rule = with_time(enrolment.rule, at.replace(second=0, microsecond=0, tzinfo=None))
    moved = nudging.enrol(scene, enrolment.workflow, plain_rule(rule), explicit=False)
    scene.say(_line(scene, moved), (_button(scene, moved, "change"),))


def _keep(scene: Scene, enrolment: Enrolment, value: str) -> None:
    """Keep the time although another was offered."""
    kept = pacing.refused(enrolment, scene.now)
    nudging.keep(scene, kept, timer_was=enrolment.due_at)
    scene.record(facts.TIME_REFUSED, workflow=enrolment.workflow)
    scene.say(scene.phrase("schedule_kept", when=in_words(scene, enrolment.rule)))


def _insist(scene: Scene, enrolment: Enrolment, value: str) -> None:
    """Let it come in quiet hours too."""
    nudging.keep(scene, replace(enrolment, explicit=True), timer_was=enrolment.due_at)
    scene.say(scene.phrase("schedule_kept", when=in_words(scene, enrolment.rule)))


def _rest(scene: Scene, enrolment: Enrolment, value: str) -> None:
    days = _PAUSES.get(value)
    workflow = scene.library.current(enrolment.workflow)
    if days is not None:
        pause_until(scene, enrolment.workflow, scene.now + timedelta(days=days))
    elif value == "date" and workflow is not None:
        ask_when(scene, workflow, "until")
    else:
        buttons = tuple(_button(scene, enrolment, "rest", key) for key in (*_PAUSES, "date"))
        scene.say(scene.phrase("schedule_rest"), buttons)


def pause_until(scene: Scene, workflow: str, until: datetime) -> None:
    """Let nothing of a workflow come before a moment, and say so."""
    enrolment = nudging.find(scene, workflow)
    if enrolment is None:
        _show_all(scene)
        return
    nudging.pause(scene, enrolment, until)
    paused = nudging.find(scene, workflow) or enrolment
    scene.say(_line(scene, paused), (_button(scene, paused, "resume"),))


def _resume(scene: Scene, enrolment: Enrolment, value: str) -> None:
    nudging.pause(scene, enrolment, None)
    _show_one(scene, nudging.find(scene, enrolment.workflow) or enrolment, "")


def _end(scene: Scene, enrolment: Enrolment, value: str) -> None:
    workflow = scene.library.current(enrolment.workflow)
    title = _title(scene, workflow) if workflow else enrolment.workflow
    nudging.leave(scene, enrolment)
    back = (Button(title, f"/start {enrolment.workflow}"),) if workflow else ()
    scene.say(scene.phrase("schedule_ended", title=title), back)


_ACTIONS: Final[dict[str, Callable[[Scene, Enrolment, str], None]]] = {
    "change": _change,
    "at": _move,
    "keep": _keep,
    "insist": _insist,
    "rest": _rest,
    "resume": _resume,
    "end": _end,
}


def settings(scene: Scene) -> list[str]:
    """Return what `/settings` says of it: nothing for a person who has no use for it."""
    told = [scene.phrase("settings_comes", what=line) for line in lines(scene)]
    hours = quiet_in_words(scene)
    return [*told, scene.phrase("settings_quiet", hours=hours)] if hours else told


# -- quiet hours -----------------------------------------------------------------------------


def quiet(scene: Scene, argument: str) -> None:
    """Show the quiet hours, or end them; what else they are is asked by a workflow of its own."""
    if argument == _OFF:
        scene.change_person(quiet_from=_OFF, quiet_until=_OFF)
    hours = quiet_in_words(scene)
    told = scene.phrase("quiet", hours=hours) if hours else scene.phrase("quiet_none")
    change = Button(scene.phrase("button_change"), f"/start {QUIET}")
    off = (Button(scene.phrase("button_none"), f"/quiet {_OFF}"),) if hours else ()
    scene.say(told, (change, *off))


def limit(scene: Scene, argument: str) -> None:
    """Ask how many messages a day may come by themselves."""
    asking = scene.library.current(LIMIT)
    if asking is None:
        scene.say_phrase("no_such_workflow", name=LIMIT)
    else:
        nudging.speak(scene, asking)


def tell_what_quiet_covers(scene: Scene) -> None:
    """Tell a person who has changed their quiet hours what falls into them from now on, and offer to let it come."""
    if scene.person is scene.state.person:
        return
    hours, before = quiet_hours_of(scene.person), quiet_hours_of(scene.state.person)
    if hours is None or (before is not None and (before.start, before.end) == (hours.start, hours.end)):
        return
    for enrolment in scene.enrolments:
        at, workflow = only_time(enrolment.rule), scene.library.current(enrolment.workflow)
        if at is None or workflow is None or workflow.ignores_quiet or enrolment not in scene.state.enrolments:
            continue
        if hours.hold_time(at):
            nudging.keep(scene, replace(enrolment, explicit=False), timer_was=enrolment.due_at)
            words = scene.phrase("quiet_covers", title=_title(scene, workflow), time=f"{at:%H:%M}")
            insist = Button(scene.phrase("button_insist"), f"/schedule {enrolment.workflow} insist")
            scene.say(words, (insist, _button(scene, enrolment, "change")))
