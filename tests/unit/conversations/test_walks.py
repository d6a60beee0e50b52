"""Random walks: whatever comes, in whatever order, the engine answers, forgets nothing and stays within its limits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import event, given, settings
from hypothesis import strategies as st

from conversations import limits
from conversations.effects import ClearTimer, KeepExecution, RecordOutcome, Say, SetTimer
from conversations.events import (
    ChatParted,
    Event,
    JobFinished,
    MessageReceived,
    PeopleLinked,
    SignalRaised,
    TimerFired,
)
from conversations.limits import TEXT_CHARACTERS
from conversations.scene import Turn
from conversations.state import Connection, State
from core.ids import ConversationId
from core.media import Attachment, MediaKind
from core.messages import InboundKind, InboundMessage
from core.people import Person
from tests.unit.conversations.stage import MEDIA, Stage, flow

RICH = flow(
    "rich",
    {"say": "hello", "text": {"en": "Hello {{ name | you }}", "de": "Hallo {{ name | du }}"}},
    {"ask": "who", "text": "Who?", "least": 2, "save": "name"},
    {
        "choose": "niche",
        "text": "Where?",
        "options": {"design": "Design", "code": "Code", "today": "Today"},
        "save": "market",
    },
    {"branch": "tail", "when": 'niche == "code" && missing > 3', "otherwise": "place"},
    {"ask": "place", "text": "Which place?", "type": "zone", "save": "zone", "optional": True},
    {"do": "pack", "text": "Write {{ niche }}.", "timer": "45m", "tips": {"10m": "One.", "20m": "Two."}},
    {"wait": "rest", "until": "02:30", "event": "paid", "skippable": True, "text": "Rest."},
    {"proof": "page", "text": "Show.", "accept": ["image"], "optional": True},
    {"outcome": "revenue", "text": "How much?", "currency": "INR", "proof": "optional"},
    {"ask": "age", "text": "How old?", "type": "number", "when": "revenue > 100"},
    {"ask": "day", "text": "Which day?", "type": "date"},
    {"branch": "niche", "when": 'niche == "today"', "id": "again"},
    {"end": "tail", "text": "Bye {{ revenue }} {{ age }}."},
    title={"en": "Rich", "de": "Reich"},
)
LOOP = flow("loop", {"say": "a", "text": "Round."}, {"branch": "a"})
PATIENT = flow("patient", {"wait": "w", "event": "completed.rich"}, {"ask": "q", "text": "After?", "type": "email"})
LANGUAGE = flow(
    "language", {"choose": "l", "text": "?", "options": {"de": "D", "ar": "A"}, "save": "language"}, listed=False
)
DAILY = flow(
    "daily",
    {"affirm": "words", "text": "Write.", "optional": True, "when": 'affirmations == "" || day > 2'},
    {"recite": "recording", "text": "Read."},
    {"mark": "morning", "text": "Day {{ day }}, {{ streak }} of {{ longest }}.", "when": "recording != null"},
    {"album": "vision", "text": "Look."},
    {"offer": "bold", "text": "Which?"},
    {"choose": "did", "text": "{{ action }}?", "options": {"yes": "Y", "no": "N"}, "save": "session.action_completed"},
    {"choose": "rate", "text": "How?", "options": {"1": "1", "9": "9"}, "save": "session.discipline_rating"},
    {"ask": "win", "text": "Win?", "save": "session.biggest_win"},
    {"mark": "evening"},
    {"board": "pictures", "text": "Send one."},
    {"summary": "week", "text": "{{ week_mornings }} {{ week_average }}", "empty": "Quiet."},
)
MANY = [flow(f"f{number}", {"ask": "q", "text": "Which?", "type": "phone"}) for number in range(10)]
ALL = (RICH, LOOP, PATIENT, LANGUAGE, DAILY, *MANY)

LIKELY = [
    "stop", "start", "help", "/menu", "pause", "resume", "today", "settings", "/language", "/note x", "/continue",
    "/start daily", "/protocol", "/affirmations", "/affirmations 1", "/board", "/leaderboard", "/leaderboard join",
    "others", "keep it", "remove one", "change words", "back", "8", "call my sister",
    "start rich", "/start loop", "/start patient", "/timezone", *[f"/start {workflow.name}" for workflow in MANY],
    "code", "today", "design", "2", "done", "skip", "stuck", "yes", "no", "4500", "₹2 lakh", "12", "Mumbai", "Germany",
    "/link", "/link K7QD-M2PX", "link k7qd m2px", "/unlink", "/unlink 0000000001", "/reminders", "/reminders last",
    "tomorrow", "31.2.", "a@b.co", "+91 98765 43210", "go on", "Asha", "", "x" * 10_000, "\ud800", "\x00", "{{ name }}",
]  # fmt: skip

ACTS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(LIKELY) | st.text(max_size=60)),
    st.tuples(st.just("tap"), st.integers(0, 10_000)),
    st.tuples(st.just("press"), st.text(max_size=30)),
    st.tuples(st.just("send"), st.sampled_from(list(MediaKind))),
    st.tuples(st.just("receive"), st.sampled_from([InboundKind.OTHER, InboundKind.EDIT, InboundKind.MOVED])),
    st.tuples(st.just("receive"), st.sampled_from([InboundKind.BLOCKED, InboundKind.UNBLOCKED])),
    st.tuples(st.just("fire"), st.integers(0, 10_000)),
    st.tuples(st.just("pass"), st.integers(1, 20 * 24 * 60)),
    st.tuples(st.just("job"), st.tuples(st.integers(0, 10_000), st.sampled_from(["", "empty", "moon"]))),
    st.tuples(
        st.just("odd job"), st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3)
    ),
    st.tuples(st.just("signal"), st.sampled_from(["paid", "completed.rich", "abandoned.loop", "", "nothing"])),
    st.tuples(st.just("receive"), st.sampled_from([InboundKind.HOME, InboundKind.PROFILE])),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("linked"), st.booleans()),
    st.tuples(st.just("parted"), st.booleans()),
)
CHATS = tuple(
    Connection(ConversationId(UUID(int=number)), channel, "default")
    for number, channel in enumerate(("telegram", "whatsapp", "web"), 1)
)


class Walk:
    """A person, a provider and a clock that do what they like."""

    def __init__(self, person: Person, chats: tuple[Connection, ...] = ()) -> None:
        self.stage = Stage(*ALL, person=person, met=False)
        self.stage.state = replace(self.stage.state, connections=chats)
        self.fired: list[str] = []
        self.here: ConversationId | None = CHATS[0].id

    def do(self, act: tuple[str, Any]) -> None:
        kind, value = act
        if kind == "pass":
            self.stage.now += timedelta(minutes=value)
            return
        if kind == "move":
            self.here = CHATS[value].id
            return
        happened = self._event(kind, value)
        if isinstance(happened, MessageReceived):
            happened = replace(happened, conversation_id=self.here)
        before = self.stage.state
        turn = self.stage.engine.advance(before, happened, self.stage.now)
        assert turn == self.stage.engine.advance(before, happened, self.stage.now)
        assert State.from_json(turn.state.to_json()) == turn.state
        check(before, happened, turn)
        self.stage.state = turn.state
        self.stage.apply(turn)

    def _event(self, kind: str, value: Any) -> Event:
        stage, identity = self.stage, self.stage.event_id()
        match kind:
            case "write":
                return message(identity, InboundKind.TEXT, text=value)
            case "tap" if stage.buttons:
                button = stage.buttons[value % len(stage.buttons)]
                return message(identity, InboundKind.TAP, text=button.title, payload=button.payload, tap_id="t")
            case "press" | "tap":
                return message(identity, InboundKind.TAP, payload=str(value))
            case "send":
                return message(
                    identity, InboundKind.MEDIA, attachments=(Attachment(value, "r"), Attachment(value, "s"))
                )
            case "receive":
                told = {"name": "Asha", "zone": "Asia/Dubai", "language": "ar"} if value is InboundKind.PROFILE else {}
                return message(identity, value, **told)
            case "linked":
                ended = tuple(execution.id for execution in stage.state.executions[:1])
                return PeopleLinked(identity, value, CHATS[1], ended if value else ())
            case "parted":
                return ChatParted(identity, CHATS[1], value)
            case "fire":
                self.fired = list(dict.fromkeys([*self.fired, *stage.timers, "execution:nobody"]))
                return TimerFired(identity, self.fired[value % len(self.fired)], stage.now)
            case "job" if stage.jobs:
                place, reason = value
                found: dict[str, Any] = {"reason": reason} if reason else {"media": MEDIA, "kind": "image"}
                return JobFinished(identity, stage.jobs[place % len(stage.jobs)].key, not reason, found)
            case "odd job" if stage.jobs:
                return JobFinished(identity, stage.jobs[-1].key, bool(len(value) % 2), value)
            case "signal":
                return SignalRaised(identity, value)
            case _:
                return JobFinished(identity, "nobody:1:1", True, {})


def message(identity: UUID, kind: InboundKind, **fields: Any) -> MessageReceived:
    window = timedelta(hours=24) if identity.int % 3 == 0 else None
    said = InboundMessage(str(identity), "terminal", "default", "p", "p", kind, reply_window=window, **fields)
    return MessageReceived(identity, said)


def timers_set(turn: Turn) -> set[str]:
    """Return the timers that a turn leaves set, of those it touched."""
    touched = {effect.key: effect for effect in turn.effects if isinstance(effect, SetTimer | ClearTimer)}
    return {key for key, effect in touched.items() if isinstance(effect, SetTimer)}


def check(before: State, happened: Event, turn: Turn) -> None:
    """Hold a turn to what is promised of every turn."""
    said = [effect for effect in turn.effects if isinstance(effect, Say)]
    direct = isinstance(happened, MessageReceived) and happened.message.kind in (
        InboundKind.TEXT, InboundKind.TAP, InboundKind.MEDIA, InboundKind.OTHER, InboundKind.HOME
    )  # fmt: skip
    asked_for = isinstance(happened, PeopleLinked) and not happened.gave
    if before.stopped or before.blocked:
        here = isinstance(happened, ChatParted) and happened.here
        assert direct or asked_for or here or not said, "something was said to one who wanted silence"
    if isinstance(happened, TimerFired | SignalRaised):
        assert all(effect.content.purpose for effect in said), "a template could not be chosen"
    if isinstance(happened, MessageReceived | JobFinished):
        assert not any(effect.content.purpose for effect in said)
    if isinstance(happened, TimerFired):
        assert len({effect.content.text for effect in said}) <= limits.STEPS_IN_A_TURN
    assert len(said) <= limits.STEPS_IN_A_TURN + 5
    assert all(0 < len(effect.content.text) <= 2 * TEXT_CHARACTERS for effect in said)
    assert all(len(button.payload.encode()) <= 64 for effect in said for button in effect.content.buttons)
    state = turn.state
    assert len(state.executions) <= limits.OPEN_EXECUTIONS
    assert len({execution.id for execution in state.executions}) == len(state.executions)
    for execution in state.executions:
        assert execution.status.open
        assert execution.visit <= limits.VISITS_IN_AN_EXECUTION
        assert list(execution.wakes) == sorted(execution.wakes, key=lambda wake: wake.due_at)
    if state.stopped or state.paused or state.blocked:
        assert timers_set(turn) == set(), "a timer was set in a silence"
    kept = [effect.id for effect in turn.effects if isinstance(effect, KeepExecution)]
    assert len(kept) == len(set(kept))
    assert all(effect.value >= 0 for effect in turn.effects if isinstance(effect, RecordOutcome))


PEOPLE = st.builds(
    Person,
    name=st.sampled_from(["", "Asha", "آشا"]),
    language=st.sampled_from(["en", "de", "es", "hi", "ar", "fr", "xx", ""]),
    zone=st.sampled_from(["", "Asia/Kolkata", "Europe/Berlin", "Nowhere/At_all"]),
)


@settings(max_examples=150)
@given(person=PEOPLE, acts=st.lists(ACTS, max_size=60))
def test_any_walk_keeps_every_promise(person: Person, acts: list[tuple[str, Any]]) -> None:
    walk = Walk(person)
    for act in acts:
        walk.do(act)
    event(f"{len(walk.stage.state.executions)} open at the end")


@settings(max_examples=150)
@given(person=PEOPLE, acts=st.lists(ACTS, min_size=25, max_size=80))
def test_any_walk_that_starts_in_the_rich_workflow_keeps_every_promise(
    person: Person, acts: list[tuple[str, Any]]
) -> None:
    walk = Walk(person)
    for act in (("write", "/start patient"), ("write", "/start rich"), *acts):
        walk.do(act)
    event(walk.stage.run.workflow if walk.stage.state.executions else "nothing open")


@settings(max_examples=150)
@given(acts=st.lists(ACTS, min_size=25, max_size=80), chats=st.integers(2, 3))
def test_any_walk_through_several_chats_keeps_every_promise(acts: list[tuple[str, Any]], chats: int) -> None:
    walk = Walk(Person(), CHATS[:chats])
    state = walk.stage.state
    for act in (("write", "/start rich"), *acts):
        walk.do(act)
        state = walk.stage.state
        assert {one.id for one in state.connections} == {one.id for one in CHATS[:chats]}
        assert state.blocked <= all(one.closed for one in state.connections)
        assert state.chosen is None or state.chosen in {one.id for one in state.connections}
    event(f"{sum(one.closed for one in state.connections)} closed")


@settings(max_examples=150)
@given(acts=st.lists(ACTS, max_size=40))
def test_any_walk_can_be_ended_by_stop_and_taken_up_by_start(acts: list[tuple[str, Any]]) -> None:
    walk = Walk(Person())
    for act in (("write", "/start rich"), *acts):
        walk.do(act)
    walk.do(("write", "stop"))
    silent = walk.stage.state
    assert silent.stopped
    assert walk.stage.timers == {}
    walk.do(("write", "start"))
    after = walk.stage.state
    assert not after.stopped
    waits = [execution for execution in after.executions if execution.wakes]
    assert len(walk.stage.timers) == len(waits)
