"""The scene: one turn under construction.

A turn starts from an immutable state and ends in one. In between, steps and commands work on a
scene: they say things, plan wake-ups, finish, jump. `Scene.turn()` closes it. Nothing here reaches
the outside; what a turn wants done there becomes an effect.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from babel import Locale
from babel.numbers import format_decimal

from conversations import effects, facts, limits, phrases, protocol
from conversations.duration import in_words
from conversations.enrolments import Pending
from conversations.fitting import fitting
from conversations.inputs.language import locale_of
from conversations.run import Run
from conversations.state import Connection, Execution, Menu, State, Wake
from conversations.text import Text
from conversations.windows import before_closing
from conversations.words import plain_words
from conversations.workflow import Library, TriggerKind, Workflow
from core.executions import ExecutionStatus, Metric
from core.ids import ConversationId, ExecutionId, MediaId
from core.messages import Button, Content, Form, InboundMessage, OnUnknown, Place, Priority
from core.people import Person
from core.streaks import day_end

_MOMENT = attrgetter("due_at")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to.

    Args:
        state: The dialogue after it.
        effects: What is to be done outside, in order.
    """

    state: State
    effects: tuple[effects.Effect, ...]


class Scene:
    """One turn under construction.

    Args:
        state: The dialogue before the turn.
        library: The published workflows.
        event_id: Id of the event; the first execution that it starts takes it as its own.
        now: The moment of the turn.
        priority: How urgently what is said goes out.

    Attributes:
        message: What came in; None where it was no message that led to the turn.
        here: The conversation that it came in through; None where nothing is stored.
        by_admin: Whether an admin sent it.
        expires_at: From when on what is said is not worth sending; None for what its priority says.
        heeds_quiet: Whether what is said waits for the end of quiet hours.
        nudge: What this turn says because of time or an event, if it does.
        happened: What may begin a workflow, each with its value.
        purpose: What is said is for this, where nobody just wrote; empty for an answer.
        place: Where it is shown.
    """

    def __init__(self, state: State, library: Library, event_id: UUID, *, now: datetime, priority: Priority) -> None:
        self.state = state
        self.library = library
        self.event_id = event_id
        self.now = now
        self.priority = priority
        self.person: Person = state.person
        self.met = state.met
        self.stopped = state.stopped
        self.blocked = state.blocked
        self.hinted = state.hinted
        self.paused = state.paused
        self.reply_until = state.reply_until
        self.reported = state.reported
        self.connections: tuple[Connection, ...] = state.connections
        self.chosen = state.chosen
        self.tries = state.tries
        self.menu = state.menu
        self.enrolments = state.enrolments
        self.standing = state.standing
        self.protocol = state.protocol
        self.broadcasting = state.broadcasting
        self.message: InboundMessage | None = None
        self.here: ConversationId | None = None
        self.by_admin = False
        self.expires_at: datetime | None = None
        self.heeds_quiet = False
        self.nudge: Pending | None = None
        self.happened: list[tuple[TriggerKind, str]] = []
        self.purpose = ""
        self.place = Place.CHAT
        self.muted = False
        self._lead = ""
        self._was_held = self.held
        self._timers: dict[ExecutionId, datetime | None] = {}
        self._order = {execution.id: place for place, execution in enumerate(state.executions)}
        self.parked: list[Execution] = list(state.executions)
        self.run: Run | None = None
        self.effects: list[effects.Effect] = []
        self._timer_before: datetime | None = None
        self._progress: tuple[ExecutionStatus, int] | None = None
        self._entered = 0
        self._values: dict[str, Any] | None = None

    @property
    def held(self) -> bool:
        """Whether timers wait: the person stopped, paused or blocked us."""
        return self.stopped or self.paused or self.blocked

    # -- saying ------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language that the person is spoken to in."""
        return self.person.language

    @property
    def locale(self) -> Locale:
        """The same for formatting of dates, numbers and money; English where it is unknown."""
        return locale_of(self.person.language)

    def say(self, text: str, buttons: tuple[Button, ...] = (), title: str = "", **more: Any) -> None:
        """Say something, with further fields of `Content`; silence is kept towards who stopped or blocked us."""
        if self.blocked or self.muted or not text:
            return
        if self._lead:
            text, self._lead = f"{self._lead}\n\n{text}", ""
        unknown = OnUnknown.SEND_AGAIN if self.priority is Priority.REPLY else OnUnknown.GIVE_UP
        content = Content(text, title, buttons, purpose=self.purpose, place=self.place, **more)
        said = effects.Say(content, self.priority, unknown, self.expires_at, self.heeds_quiet)
        self.effects.append(said)
        if buttons and self.place is Place.CHAT:
            self.menu = Menu.of(buttons, self.here)

    def phrase(self, key: str, /, **values: object) -> str:
        """Return one of Sunup's own sentences in the person's language."""
        return phrases.phrase(self.person.language, key, **values)

    def counted(self, key: str, count: Decimal) -> str:
        """Return Sunup's own words for a number of things, such as "3 customers", in the person's language."""
        form, figure = self.locale.plural_form(count), format_decimal(count, locale=self.locale)
        return phrases.counted(self.person.language, key, form, figure)

    def say_phrase(self, key: str, /, **values: object) -> None:
        """Say one of Sunup's own sentences."""
        self.say(self.phrase(key, **values))

    def words(self, text: Text) -> str:
        """Return a workflow's text in the person's language with its values put in."""
        default = self.run.workflow.language if self.run else "en"
        template = text.template(self.person.language, default)
        return template.render(self.values if template.names else {})

    def lead_in(self, key: str, /, **values: object) -> None:
        """Say one of Sunup's own sentences above what is said next, in one message; alone where nothing follows."""
        self.flush_lead()
        self._lead = self.phrase(key, **values)

    def flush_lead(self) -> None:
        """Say a sentence that waits for company, which did not come."""
        lead, self._lead = self._lead, ""
        self.say(lead)

    def prompt(self, text: str, buttons: tuple[Button, ...] = (), *, form: Form | None = None) -> None:
        """Ask what the current step asks, with its place in the workflow above it."""
        self.menu = None
        self.say(text, buttons, self.progress(), form=form)

    def progress(self) -> str:
        """Return "Step 2 of 5 · Sell three prompt packs", or nothing for a workflow of one step."""
        run = self.open_run()
        total = run.steps_total
        if total < 2 or not run.workflow.listed:
            return ""
        place = min(run.steps_completed + 1, total)
        title = run.workflow.title.template(self.person.language, run.workflow.language).render({})
        return self.phrase("progress", place=place, total=total, title=title)

    def choice(self, title: str, value: str) -> Button:
        """Make a button whose tap comes back to the current question with this value."""
        return Button(title, f"{self.open_run().token}:{value}")

    def form(self) -> Form:
        """Make a form in which the current question is answered at length, where the channel has any."""
        write, send, close = (self.phrase(f"button_{name}") for name in ("write", "send", "close"))
        return Form(write, f"{self.open_run().token}:", send, close)

    def choices(self, *keys: str) -> tuple[Button, ...]:
        """Make buttons titled with Sunup's own words `button_KEY`, each with KEY as its value."""
        return tuple(self.choice(self.phrase(f"button_{key}"), key) for key in keys)

    def spoken(self, duration: timedelta) -> str:
        """Return "45 minutes" or "2 hours, 30 minutes" in the person's language: the two largest units."""
        return in_words(int(duration.total_seconds()), self.person.language)

    def command_button(self, name: str, argument: str = "") -> Button:
        """Make a button that gives a command, titled with Sunup's own words `button_NAME`."""
        return Button(self.phrase(f"button_{name}"), f"/{name} {argument}".rstrip())

    def suggestions(self) -> tuple[Button, ...]:
        """Make buttons for what could be done next: workflows that fit the person, but not this one again."""
        here = self.run.workflow.name if self.run else ""
        others = [one for one in fitting(self.person, self.library.listed()) if one.name != here]
        titles = ((one.title.template(self.language, one.language).render({}), one.name) for one in others[:3])
        return tuple(Button(title, f"/start {name}") for title, name in titles)

    def means(self, text: str, word: str) -> bool:
        """Return whether a person's words mean one of Sunup's own, such as `skip`, in their language."""
        return phrases.means(self.person.language, plain_words(text), word)

    # -- knowing -----------------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Any]:
        """What texts can put in: the person's own words first, then what is known of them."""
        run = self.run
        return {**self.facts_for_conditions(), **(run.labels if run else {}), "name": self._name()}

    def facts_for_conditions(self) -> dict[str, Any]:
        """What conditions judge: what is known of the person, and the answers of this execution."""
        run = self.run
        return {**protocol.values(self), **self.facts_of_person(), **(run.answers if run else {})}

    def facts_of_person(self) -> dict[str, Any]:
        """Return what is known of the person, by the names of `PROFILE_FIELDS`."""
        person = self.person
        return {**person.profile, "language": person.language, "zone": person.zone, "name": person.name}

    def _name(self) -> str:
        answered = self.run.answers.get("name") if self.run else None
        return str(answered or self.person.name)

    def open_run(self) -> Run:
        """Return the execution that is being talked about; steps are only called with one."""
        if self.run is None:
            raise LookupError("no execution is open in this turn")
        return self.run

    # -- recording ---------------------------------------------------------------------------

    def record(self, kind: str, /, **data: Any) -> None:
        """Append a fact to the history."""
        self.effects.append(effects.RecordFact(kind, self.run.id if self.run else None, data))

    def record_outcome(self, metric: Metric, value: Decimal, currency: str, proof: str | None) -> None:
        """Append a measured result of the execution."""
        self.happened.append((TriggerKind.OUTCOME, metric.value))
        kept = MediaId(UUID(proof)) if proof else None
        self.effects.append(effects.RecordOutcome(self.open_run().id, metric, value, currency, kept))

    def change_person(self, **changes: str) -> None:
        """Remember what the person said of themselves: fields of `Person`, or of their profile."""
        # English is what everybody begins with, so only a note tells that somebody chose it.
        if said := [key for key in changes if key == "language" or key in self.reported]:
            self.reported = {**self.reported, **dict.fromkeys(said, "")}
        self.learn(**changes)

    def learn(self, **changes: str) -> None:
        """Remember something of the person, whoever said it."""
        own = {key: value for key, value in changes.items() if key in ("name", "language", "zone")}
        rest = {key: value for key, value in changes.items() if key not in own}
        profile = {**self.person.profile, **rest} if rest else self.person.profile
        protocol.move(self, own.get("zone", ""))
        self.person = replace(self.person, **own, profile=profile)
        self.record(facts.PROFILE_CHANGED, fields=sorted(changes))

    def start_job(self, kind: str, /, **payload: Any) -> None:
        """Have slow work done for the current step."""
        run = self.open_run()
        count = run.data["jobs"] = int(run.data.get("jobs", 0)) + 1
        self.effects.append(effects.StartJob(kind, f"{run.job_key}:{count}", payload))

    # -- waiting -----------------------------------------------------------------------------

    def wake(self, kind: str, after: timedelta) -> None:
        """Ask to be woken at this step, `after` from now; the same kind is planned anew."""
        self.wake_at(kind, self.now + after)

    def wake_at(self, kind: str, moment: datetime) -> None:
        """Ask to be woken at this step at a moment; the same kind is planned anew."""
        run = self.open_run()
        if kind == "remind":
            moment = before_closing(moment, self.reply_until, self.now)
        run.wakes = [wake for wake in run.wakes if wake.kind != kind]
        run.wakes.append(Wake(kind, moment))
        run.wakes.sort(key=_MOMENT)

    def plan_patience(self) -> None:
        """Count reminders and giving up from now on; called at every sign of life."""
        run = self.open_run()
        step = run.current
        if not step.asks:
            return
        run.asked_at = self.now
        run.data.pop("reminded", None)
        self.wake("remind", step.remind or run.workflow.remind)
        self.wake_at("give_up", self._giving_up(step.give_up or run.workflow.give_up))

    def _giving_up(self, after: timedelta) -> datetime:
        run, moment = self.open_run(), self.now + after
        return min(moment, day_end(run.started_at, self.person.zone)) if run.workflow.ends_with_day else moment

    # -- moving ------------------------------------------------------------------------------

    def finish(self, value: object = None, label: str | None = None, *, skipped: bool = False) -> None:
        """End the current step and go on.

        Args:
            value: What was answered, a plain JSON value; None keeps no answer.
            label: How it reads in the person's language, where that differs.
            skipped: Whether the person passed it over.
        """
        run = self.open_run()
        step = run.current
        if value is not None:
            run.answers[step.name] = value
            if label is not None:
                run.labels[step.name] = label
        if step.asks:
            run.steps_completed += 1
            kind = facts.STEP_SKIPPED if skipped else facts.STEP_COMPLETED
            self.record(kind, step=step.name, value=value)
            run.status = ExecutionStatus.IN_PROGRESS
        self.go(step.next)

    def go(self, name: str | None) -> None:
        """Go to a step by name, or to the one below; entering happens when the current step returns."""
        run = self.open_run()
        run.step = run.workflow.index[name] if name else run.step + 1
        run.data = {"moved": True}

    def complete(self) -> None:
        """End the execution as completed."""
        name = self.open_run().workflow.name
        self.standing = self.standing.with_completed(name)
        self.happened.append((TriggerKind.COMPLETED, name))
        self._end(ExecutionStatus.COMPLETED, facts.EXECUTION_COMPLETED)

    def abandon(self, reason: str) -> None:
        """End the execution as abandoned."""
        self.happened.append((TriggerKind.ABANDONED, self.open_run().workflow.name))
        self._end(ExecutionStatus.ABANDONED, facts.EXECUTION_ABANDONED, reason=reason)

    def _end(self, status: ExecutionStatus, fact: str, **data: Any) -> None:
        run = self.open_run()
        run.status = status
        run.wakes = []
        self.record(fact, workflow=run.workflow.name, version=run.version, **data)

    # -- executions --------------------------------------------------------------------------

    def load(self, execution: Execution) -> bool:
        """Take an execution up to be talked about; return whether its workflow is still there."""
        workflow = self.library.version(execution.workflow, execution.version)
        self.parked = [other for other in self.parked if other.id != execution.id]
        if workflow is None or execution.step >= len(workflow.steps):
            self._lose(execution)
            return False
        self.run = Run(execution, workflow)
        due_at = execution.wakes[0].due_at if execution.wakes and not self._was_held else None
        self._timer_before = self._timers.get(execution.id, due_at)
        self._progress = (execution.status, execution.steps_completed)
        return True

    def begin(self, workflow: Workflow) -> None:
        """Open a new execution of a workflow; the caller has put the last one aside."""
        identity = self.event_id if self._entered == 0 else UUID(int=self.event_id.int ^ self._entered)
        fresh = Execution(
            id=ExecutionId(identity),
            workflow=workflow.name,
            version=workflow.version,
            status=ExecutionStatus.STARTED,
            step=0,
            visit=0,
            tries=0,
            data={"moved": True},
            answers={},
            labels={},
            steps_completed=0,
            started_at=self.now,
            asked_at=self.now,
        )
        self._entered += 1
        self.run = Run(fresh, workflow)
        self._timer_before = None
        self._progress = None
        self.record(facts.EXECUTION_STARTED, workflow=workflow.name, version=workflow.version)

    def put_aside(self) -> None:
        """Close the execution that is being talked about: keep it if it is open, record where it stands."""
        run = self.run
        if run is None:
            return
        self._keep(run)
        if run.status.open:
            self.parked.append(run.freeze())
        self.run = None

    def timer_was_taken(self) -> None:
        """Note that the loaded execution's timer has fired and is gone."""
        self._timer_before = None

    def timers_were_lost(self) -> None:
        """Note that no execution has its timer, whatever the dialogue says."""
        self._was_held = True

    def touch_all(self, *, new_patience: bool) -> None:
        """Set or clear the timer of every open execution after `held` has changed, keeping their order."""
        for execution in list(self.parked):
            if self.load(execution):
                if new_patience:
                    self._forget_what_is_late()
                    self.plan_patience()
                self.put_aside()

    def _forget_what_is_late(self) -> None:
        """Drop tips and timers that came due in a silence; the end of a wait still counts."""
        run = self.open_run()
        if run.current.asks:
            run.wakes = [wake for wake in run.wakes if wake.due_at > self.now]

    def keep_order(self) -> None:
        """Let the execution that was talked about last stay so; for a turn in which nothing was said."""
        self.put_aside()
        self.parked.sort(key=lambda execution: self._order.get(execution.id, limits.OPEN_EXECUTIONS))

    def _keep(self, run: Run) -> None:
        due_at = run.wakes[0].due_at if run.wakes and not self.held else None
        if due_at != self._timer_before:
            timer = effects.SetTimer(run.timer_key, due_at) if due_at else effects.ClearTimer(run.timer_key)
            self.effects.append(timer)
            self._timers[run.id] = due_at
        if (run.status, run.steps_completed) != self._progress:
            ended_at = None if run.status.open else self.now
            self.effects.append(
                effects.KeepExecution(
                    run.id,
                    run.workflow.name,
                    run.version,
                    run.status,
                    run.steps_completed,
                    run.steps_total,
                    run.started_at,
                    ended_at,
                )
            )

    def _lose(self, execution: Execution) -> None:
        """End an execution whose version cannot be found; only a damaged database leads here."""
        lost = effects.RecordFact(facts.WORKFLOW_MISSING, execution.id, {"workflow": execution.workflow})
        which, done = (execution.id, execution.workflow, execution.version), execution.steps_completed
        kept = effects.KeepExecution(
            *which, ExecutionStatus.ABANDONED, done, done, execution.started_at, ended_at=self.now
        )
        self.effects += [lost, kept, effects.ClearTimer(f"execution:{execution.id}")]

    def turn(self) -> Turn:
        """Close the scene."""
        self.flush_lead()
        self.put_aside()
        while len(self.parked) > limits.OPEN_EXECUTIONS:
            self._drop_oldest()
        state = State(
            person=self.person,
            met=self.met,
            stopped=self.stopped,
            blocked=self.blocked,
            hinted=self.hinted,
            paused=self.paused,
            executions=tuple(self.parked),
            reply_until=self.reply_until,
            reported=self.reported,
            connections=self.connections,
            chosen=self.chosen,
            tries=self.tries,
            menu=self.menu,
            enrolments=self.enrolments,
            standing=self.standing,
            protocol=self.protocol,
            broadcasting=self.broadcasting,
        )
        return Turn(state, tuple(self.effects))

    def _drop_oldest(self) -> None:
        if self.load(self.parked[0]):
            self.abandon("too_many_open")
            self.record(facts.LIMIT_REACHED, limit="open_executions")
            self.put_aside()
