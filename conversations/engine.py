"""The engine: what one event means for a person's dialogue. Pure and total."""

from datetime import datetime

from conversations import (
    broadcast_answers,
    enrolments,
    explaining,
    facts,
    limits,
    linking,
    nudging,
    pacing,
    protocol,
    protocol_commands,
    purposes,
    routing,
    scheduling,
    triggers,
)
from conversations.condition import ConditionFailed
from conversations.effects import Say
from conversations.events import (
    ChatParted,
    Event,
    JobFinished,
    MessageReceived,
    PeopleLinked,
    SignalRaised,
    TimerFired,
)
from conversations.run import Run
from conversations.scene import Scene, Turn
from conversations.state import Execution, State
from conversations.workflow import Library, TriggerKind
from core.messages import Button, Priority


class Engine:
    """Advances dialogues.

    Args:
        library: The published workflows; the same library, state, event and moment make the same turn.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        """Return the dialogue after an event, and what is to be done outside.

        Args:
            state: The dialogue before it; `State()` for a stranger.
            event: What happened.
            now: The moment of the turn, aware, in UTC.
        """
        priority = Priority.NUDGE if isinstance(event, TimerFired) else Priority.REPLY
        scene = Scene(state, self._library, event.id, now=now, priority=priority)
        # What a person did not just ask for is not said to one who stopped; the dialogue goes on in silence.
        scene.muted = state.stopped and not _is_asked_for(event)
        scene.purpose = purposes.NUDGE if isinstance(event, (TimerFired, SignalRaised)) else ""
        match event:
            case MessageReceived(message=message, conversation_id=here, by_admin=by_admin):
                scene.message, scene.here, scene.by_admin = message, here, by_admin
                routing.receive(scene, message)
            case PeopleLinked():
                linking.linked(scene, event)
            case ChatParted():
                linking.parted(scene, event)
            case TimerFired(key=protocol.STREAK_TIMER):
                protocol.look_at_streak(scene)
            case TimerFired(key=key) if key.startswith(enrolments.TIMER):
                nudging.fire(scene, key)
            case TimerFired(key=key, due_at=due_at) if key.startswith(triggers.TIMER):
                triggers.fire(scene, key, due_at)
            case TimerFired():
                _fire(scene, event)
            case JobFinished():
                _finish_job(scene, event)
            case SignalRaised():
                if event.name.startswith(triggers.TAG):
                    scene.happened.append((TriggerKind.TAG, event.name.removeprefix(triggers.TAG)))
                _deliver(scene, event)
        _walk(scene)
        if not any(isinstance(effect, Say) for effect in scene.effects):
            scene.keep_order()
        _plan_ahead(scene)
        return scene.turn()


def _plan_ahead(scene: Scene) -> None:
    """Plan what follows from the turn by itself; nothing for most."""
    if scene.met and not scene.state.met:
        scene.happened.append((TriggerKind.JOINED, ""))
    if scene.happened:
        triggers.plan(scene)
    if scene.enrolments:
        scheduling.tell_what_quiet_covers(scene)
        nudging.keep_plans(scene)
    if scene.nudge is not None:
        nudging.close(scene)


def _is_asked_for(event: Event) -> bool:
    match event:
        case MessageReceived():
            return True
        case PeopleLinked(gave=gave):
            return not gave
        case ChatParted(here=here):
            return here
        case _:
            return False


def _walk(scene: Scene) -> None:
    """Enter steps until the person has something to do, the workflow ends, or a limit is reached."""
    entered, walking = 0, scene.run
    while (run := scene.run) is not None:
        if run is not walking:
            entered, walking = 0, run
        if not run.status.open:
            _after_the_end(scene)
        elif not run.data.get("moved"):
            return
        elif run.step >= len(run.workflow.steps):
            scene.complete()
        else:
            entered += 1
            _enter(scene, run, entered)


def _enter(scene: Scene, run: Run, entered: int) -> None:
    run.visit += 1
    run.tries = 0
    run.data = {}
    run.wakes = []
    if entered > limits.STEPS_IN_A_TURN or run.visit > limits.VISITS_IN_AN_EXECUTION:
        limit = "steps_in_a_turn" if entered > limits.STEPS_IN_A_TURN else "visits_in_an_execution"
        scene.record(facts.LIMIT_REACHED, limit=limit, step=run.current.name)
        scene.say_phrase("workflow_broken", title=scene.words(run.workflow.title))
        scene.abandon("limit_reached")
        return
    if not holds(scene, run):
        run.current.pass_by(scene)
        return
    if scene.purpose:
        scene.purpose = run.purpose
    scene.plan_patience()
    run.current.enter(scene)


def holds(scene: Scene, run: Run) -> bool:
    """Judge the current step's `when`; a condition that cannot be judged counts as false and leaves a fact."""
    condition = run.current.when
    if condition is None:
        return True
    try:
        return condition.holds(scene.facts_for_conditions())
    except ConditionFailed:
        scene.record(facts.CONDITION_FAILED, step=run.current.name, condition=condition.source)
        return False


def _after_the_end(scene: Scene) -> None:
    """Put an ended execution away, tell those who wait for it, and come back to what was left open."""
    run = scene.open_run()
    ended, by_hand = run, scene.priority is Priority.REPLY
    scene.put_aside()
    signal = SignalRaised(scene.event_id, f"{ended.status.value}.{ended.workflow.name}")
    if _deliver(scene, signal):
        return
    if by_hand and scene.enrolments:
        pacing.offer_later(scene, ended.workflow.name)
    if by_hand and scene.parked and scene.load(scene.parked[-1]):
        scene.record(facts.EXECUTION_RESUMED)
        left = scene.open_run()
        scene.lead_in("back_to", title=scene.words(left.workflow.title))
        scene.plan_patience()
        left.current.ask_again(scene)


def _fire(scene: Scene, event: TimerFired) -> None:
    execution = next((one for one in scene.parked if f"execution:{one.id}" == event.key), None)
    if execution is None or scene.held or not scene.load(execution):
        return
    scene.timer_was_taken()
    run = scene.open_run()
    nudging.put_reminders_off(scene)
    kind = _due(run, scene.now)
    if kind is None:
        return
    scene.purpose = _PURPOSES.get(kind.rstrip("0123456789"), purposes.NUDGE)
    if kind == "give_up":
        _give_up(scene, run)
    elif kind == "remind":
        _remind(scene, run)
    else:
        run.current.wake(scene, kind)


_PURPOSES = {
    "give_up": purposes.GAVE_UP,
    "remind": purposes.REMINDER,
    "timer": purposes.TIMER,
    "tip": purposes.TIP,
}
"""What is said when a wake of a kind comes due, is for; the kinds of tips are counted."""


def _due(run: Run, now: datetime) -> str | None:
    """Take the due wakes off the plan and return the kind to act on, if any.

    After an outage many are due at once, and a person should then hear one thing, not a burst: giving up goes
    before a reminder, that before a step's timer and tips, and of those only the newest counts. What ends a wait is
    the moment that came first.
    """
    due = [wake.kind for wake in run.wakes if wake.due_at <= now]
    run.wakes = [wake for wake in run.wakes if wake.due_at > now]
    for kind in ("give_up", "remind"):
        if kind in due:
            return kind
    if not due:
        return None
    return due[-1] if run.current.asks else due[0]


def _give_up(scene: Scene, run: Run) -> None:
    if run.workflow.ends_with_day:
        scene.abandon("day_over")  # yesterday's question would be in the way of today's
        return
    title = scene.words(run.workflow.title)
    again = (Button(title, f"/start {run.workflow.name}"),)
    scene.say(scene.phrase("gave_up", title=title, name=run.workflow.name), again)
    scene.abandon("no_answer")


def _remind(scene: Scene, run: Run) -> None:
    count = int(run.data.get("reminded", 0)) + 1
    scene.record(facts.REMINDER_SENT, step=run.current.name, count=count)
    nudging.count_reminder(scene)
    scene.lead_in("reminder", title=scene.words(run.workflow.title))
    run.current.ask_again(scene)
    run.data["reminded"] = count
    if count < limits.REMINDERS:
        scene.wake("remind", (run.current.remind or run.workflow.remind) * 2**count)


def _finish_job(scene: Scene, event: JobFinished) -> None:
    if linking.asked_for(event):
        linking.answered(scene, event)
        return
    if explaining.asked_for(event):
        explaining.answered(scene, event)
        return
    if broadcast_answers.asked_for(event):
        broadcast_answers.answered(scene, event)
        return
    if protocol_commands.job_finished(scene, event):
        return
    identity, _, rest = event.key.partition(":")
    visit = rest.partition(":")[0]
    for execution in scene.parked:
        if str(execution.id) == identity and str(execution.visit) == visit and scene.load(execution):
            scene.open_run().current.job_finished(scene, event)
            return


def _deliver(scene: Scene, event: SignalRaised) -> bool:
    """Give a signal to the newest execution whose step waits for it; return whether there was one."""
    for execution in reversed(scene.parked):
        if _waits_for(scene, execution, event.name) and scene.load(execution):
            scene.open_run().current.signal_raised(scene, event)
            return True
    return False


def _waits_for(scene: Scene, execution: Execution, signal: str) -> bool:
    workflow = scene.library.version(execution.workflow, execution.version)
    if workflow is None or execution.step >= len(workflow.steps):
        return False
    return workflow.steps[execution.step].waits_for(signal)
