import orjson

from bench.dialogue import ANSWERS, Crowd, update
from bench.shelf import Shelf
from bench.walk import NOW, Walker, replies
from bots.telegram.parse import parse_update
from conversations.effects import Effect, KeepExecution, RecordOutcome
from conversations.engine import Engine
from core.executions import ExecutionStatus


def test_update_is_one_that_the_adapter_reads() -> None:
    message = parse_update(update(7, 1), account="default", bot_id="100")[0]
    assert (message.chat, message.text, message.private) == ("700000007", "Nadia", True)


def test_crowd_lets_each_person_answer_in_order_and_nobody_twice_with_one_key() -> None:
    crowd = Crowd(people=8, connections=2, first=100)
    first, then = crowd.bodies(0, 6, 0), crowd.bodies(0, 6, 6)
    told = [orjson.loads(body) for body in first + then]
    texts = [one["message"]["text"] for one in told if one["message"]["chat"]["id"] == 700_000_101]
    assert texts == list(ANSWERS[:3])
    assert len({one["update_id"] for one in told}) == 12


def test_crowd_parts_share_nobody() -> None:
    crowd = Crowd(people=8, connections=2)
    people = [{orjson.loads(body)["message"]["chat"]["id"] for body in crowd.bodies(part, 20, 0)} for part in (0, 1)]
    assert len(people[0]) == len(people[1]) == 4
    assert not people[0] & people[1]


def test_walk_comes_to_the_end_of_the_workflow_with_an_outcome() -> None:
    walker = Walker(Engine(Shelf()))
    effects: list[Effect] = []
    for _ in ANSWERS:
        turn = walker.engine.advance(walker.state, walker.event(), NOW)
        walker.state = turn.state
        effects += turn.effects
    kept = [effect.status for effect in effects if isinstance(effect, KeepExecution)]
    assert kept[-1] is ExecutionStatus.COMPLETED
    assert any(isinstance(effect, RecordOutcome) for effect in effects)
    assert walker.state.executions == ()


def test_replies_counts_what_the_engine_says_also_in_later_walks() -> None:
    turns = 3 * len(ANSWERS) + 4
    walker = Walker(Engine(Shelf()))
    said = [walker.answer(walker.event()) for _ in range(turns)]
    assert replies(turns) == [sum(said[:turn]) for turn in range(turns + 1)]
    assert all(said), "every answer of a walk gets at least one reply"
