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


def test_crowd_lets_each_person_take_their_turns_in_order() -> None:
    crowd = Crowd(people=8, connections=2, first=100)
    turns = crowd.turns(0, 6, 0) + crowd.turns(0, 6, 6)
    assert [turn for person, turn in turns if person == 101] == [0, 1, 2]
    assert len(set(turns)) == 12


def test_crowd_parts_share_nobody() -> None:
    crowd = Crowd(people=8, connections=2)
    people = [{person for person, _ in crowd.turns(part, 20, 0)} for part in (0, 1)]
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
