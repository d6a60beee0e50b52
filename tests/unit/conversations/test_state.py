from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from conversations.state import Connection, Execution, Menu, State, Wake
from core.executions import ExecutionStatus
from core.ids import ConversationId, ExecutionId
from core.people import Person
from tests.unit.conversations.stage import MONDAY

EXECUTION = Execution(
    id=ExecutionId(UUID(int=7)),
    workflow="prompt_selling",
    version=3,
    status=ExecutionStatus.IN_PROGRESS,
    step=1,
    visit=2,
    tries=1,
    data={"unsure": {"value": "Asia/Kolkata", "label": "x"}, "jobs": 2},
    answers={"niche": "design", "price": 12.5, "count": 3, "proof": None},
    labels={"niche": "Design"},
    steps_completed=1,
    started_at=MONDAY,
    asked_at=MONDAY.replace(microsecond=123_456),
    wakes=(Wake("tip0", MONDAY), Wake("remind", MONDAY)),
)


CHAT = Connection(ConversationId(UUID(int=9)), "telegram", "default")


@pytest.mark.parametrize(
    "state",
    [
        State(),
        State(met=True, stopped=True, hinted=True),
        State(blocked=True, paused=True),
        State(reply_until=MONDAY, reported={"zone": "Asia/Dubai", "language": ""}, tries=(MONDAY, MONDAY)),
        State(connections=(CHAT, replace(CHAT, reply_until=MONDAY, closed=True)), chosen=CHAT.id),
        State(menu=Menu(("/today", "/start selling"), CHAT.id)),
        State(menu=Menu(("/today",))),
        State(Person("آشا 🌅", "ar", "Asia/Dubai", {"goal": "save_time"}), met=True, executions=(EXECUTION, EXECUTION)),
    ],
)
def test_state_reads_the_same_from_json(state: State) -> None:
    assert State.from_json(state.to_json()) == state


@pytest.mark.parametrize("stored", [b"", b"null", b"[]", b"{}", b'{"person": 5}', b"\xff"])
def test_state_that_is_none_is_an_error(stored: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        State.from_json(stored)


def test_state_of_somebody_with_one_chat_reads_in_the_release_before() -> None:
    known = {"person", "met", "stopped", "blocked", "hinted", "paused", "executions"}
    assert orjson.loads(State(executions=(EXECUTION,)).to_json()).keys() == known


def test_state_of_eight_executions_stays_small() -> None:
    assert len(State(executions=(EXECUTION,) * 8).to_json()) < 8_000
