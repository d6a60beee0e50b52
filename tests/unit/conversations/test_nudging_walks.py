"""Walks: whatever happens, nothing comes twice for one date, in quiet hours, or more often than a person wants."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.documents.loader import load_workflow
from conversations.effects import KeepNudge, Say
from conversations.enrolments import Enrolment, plain_rule
from conversations.events import TimerFired
from conversations.scene import Turn
from conversations.workflow import Schedule, Trigger, TriggerKind
from core.messages import InboundKind, Priority
from core.nudges import QUEUED, most_a_day, quiet_hours_of
from core.people import Person
from core.schedules import CatchUp, Cron, EveryDays, Monthly, Rule, Weekly
from core.zones import to_local
from sunup.shipped import shipped_sources
from tests.unit.conversations.stage import Stage, flow

ZONES = (
    *("Asia/Kolkata", "Europe/Paris", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Apia"),
    *("Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns"),
)
SHIPPED = [load_workflow(source) for source in shipped_sources() if "\nworkflow: enrolment\n" in source]
START = datetime.fromisoformat("2026-03-25T09:00:00+00:00")  # the clocks change within days, in one zone or another
GRACE = timedelta(hours=2)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
several = st.lists(clocks, min_size=1, max_size=3).map(tuple)
rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Weekly, several, st.frozensets(st.integers(1, 7), min_size=1)),
    st.builds(Weekly, several),
    st.builds(EveryDays, several, st.integers(1, 4), st.just(START.date())),
    st.builds(Monthly, several, st.sampled_from((1, 28, 31, -1))),
    st.sampled_from((Cron("30 7 * * 1-5"), Cron("*/20 6-22 * * *"))),
)
hours = st.integers(1, 60)
deeds = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 3_000)),
    st.tuples(st.just("outage"), st.integers(1, 8_000)),
    st.tuples(st.just("clock"), st.integers(-10, 10)),
    st.tuples(st.just("move"), st.sampled_from(ZONES)),
    st.tuples(st.just("again"), st.integers(0, 2)),
    st.tuples(
        st.just("say"),
        st.sampled_from(
            (
                *("done", "stop", "start", "pause", "resume", "start one", "start two", "/schedule one at 06:45"),
                *("/schedule one rest week", "/schedule one resume", "/schedule one end", "/schedule two keep"),
                *("/quiet off", "yes", "9:15", "weekdays at 8", "/schedule one change", "/settings"),
            )
        ),
    ),
    st.tuples(st.just("kind"), st.sampled_from((InboundKind.BLOCKED, InboundKind.UNBLOCKED))),
)


class Watched(Stage):
    """A stage that looks at every turn."""

    def __init__(self, *workflows: Any, **fields: Any) -> None:
        super().__init__(*workflows, **fields)
        self.seen: Counter[tuple[str, str]] = Counter()
        self.explicit: set[str] = set()

    def apply(self, turn: Turn) -> list[Any]:
        queued = [one for one in turn.effects if isinstance(one, KeepNudge) and one.result == QUEUED]
        says = [one for one in turn.effects if isinstance(one, Say) and one.priority is Priority.NUDGE]
        assert len(queued) <= 1, "a burst"
        for kept in (one for one in turn.effects if isinstance(one, KeepNudge)):
            self.seen[(kept.rule, kept.date.isoformat())] += 1
            assert self.seen[(kept.rule, kept.date.isoformat())] == 1, "twice for one local date"
        person = turn.state.person
        if queued:
            self.judge(queued[0], person, explicit=any(not one.quiet for one in says))
            most = most_a_day(person)
            day = to_local(self.now, person.zone).date()
            assert most is None or turn.state.standing.said_on(day) <= most, "more than a person wants"
        state = turn.state
        held = state.stopped or state.paused or state.blocked
        for one in state.enrolments:
            assert one.due_at is not None or held, "nothing is planned"
            planned = self.timers.get(one.timer_key)
            assert one.due_at is None or planned is not None or any_timer(turn, one.timer_key), "nothing wakes it"
        return super().apply(turn)

    def judge(self, kept: KeepNudge, person: Person, *, explicit: bool) -> None:
        hours_of_quiet = quiet_hours_of(person)
        enrolment = next((one for one in self.state.enrolments if kept.rule.startswith(one.workflow)), None)
        asked_for = enrolment is not None and enrolment.explicit
        if hours_of_quiet is not None and not asked_for and "!" not in kept.rule:
            assert not hours_of_quiet.hold(self.now), "in quiet hours"
            assert not explicit, "the sender would not mind the quiet hours"


def any_timer(turn: Turn, key: str) -> bool:
    return any(getattr(effect, "key", "") == key and hasattr(effect, "due_at") for effect in turn.effects)


@settings(max_examples=80, deadline=None)
@given(
    first=rules,
    second=rules,
    catch_up=st.sampled_from(CatchUp),
    profile=st.fixed_dictionaries(
        {},
        optional={
            "quiet_from": st.sampled_from(("22:00", "00:00", "06:30", "junk", "off")),
            "quiet_until": st.sampled_from(("07:00", "23:59", "06:30")),
            "nudges_a_day": st.sampled_from(("0", "1", "2", "any")),
        },
    ),
    zone=st.sampled_from((*ZONES, "")),
    explicit=st.booleans(),
    walk=st.lists(deeds, max_size=25),
)
def test_walk_through_travel_outages_pauses_and_late_answers(
    first: Rule,
    second: Rule,
    catch_up: CatchUp,
    profile: dict[str, str],
    zone: str,
    walk: list[tuple[str, Any]],
    *,
    explicit: bool,
) -> None:
    ask = {"ask": "a", "text": "How is it?", "give_up": "20h", "remind": "3h"}
    one = flow("one", ask, schedule=Schedule(first, grace=GRACE, catch_up=catch_up))
    two = flow("two", ask, {"say": "b", "text": "Well."}, schedule=Schedule(second, grace=GRACE))
    after = flow("after", {"say": "c", "text": "And?"}, triggers=(Trigger(TriggerKind.COMPLETED, "two"),))
    stage = Watched(one, two, after, *SHIPPED, person=Person(name="Asha", zone=zone, profile=profile))
    stage.now = START
    stage.state = replace(stage.state, reported={"zone": zone} if zone else {})
    enrolments = [
        Enrolment(name, plain_rule(rule), explicit=explicit).planned(zone, stage.now)
        for name, rule in (("one", first), ("two", second))
    ]
    stage.state = replace(stage.state, enrolments=tuple(enrolments))
    stage.timers = {one.timer_key: one.due_at for one in enrolments if one.due_at}
    for deed, value in walk:
        go(stage, deed, value)
    stage.wait(days=3)


def go(stage: Watched, deed: str, value: Any) -> None:
    match deed:
        case "wait":
            stage.wait(minutes=value)
        case "outage":
            stage.outage(minutes=value)
        case "clock":
            stage.now += timedelta(minutes=value)
        case "move":
            stage.receive(InboundKind.PROFILE, zone=value)
        case "again":
            key = f"enrolment:{('one', 'two', 'three')[value]}"
            kept = stage.timers.get(key)
            stage.advance(TimerFired(stage.event_id(), key, stage.now))
            if kept is not None:
                stage.timers.setdefault(key, kept)
        case "say":
            stage.write(value)
        case _:
            stage.receive(value)
