"""Engine: `Engine.advance` alone on one core, over a workflow that ships, with its state in memory.

Floor: writing the same states out as JSON and reading them back, which every stored turn does as well.
"""

import time
from collections.abc import Sequence

import psutil

from bench.dialogue import ANSWERS
from bench.figures import Bar, Figure, middle
from bench.rounds import Rounds
from bench.shelf import Shelf
from bench.site import Site
from bench.walk import Walker
from conversations.engine import Engine
from conversations.state import State

TURNS = Bar(20_000)
_PEOPLE = 100


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between turns and round trips; by CPU time, so that a busy machine does not count against either."""
    engine = Engine(Shelf())
    walkers = [Walker(engine, person) for person in range(_PEOPLE)]
    _walk(walkers)
    turns, trips = [], []
    for _ in range(rounds.count):
        turns.append(_turns_a_second(walkers, rounds.seconds / 2))
        trips.append(_trips_a_second(walkers, rounds.seconds / 4))
    memory = psutil.Process().memory_info().rss / 2**20
    return [Figure("engine.turns", middle(turns), "turns/s", middle(trips), TURNS, memory)]


def _walk(walkers: Sequence[Walker]) -> float:
    """Let everybody walk through the workflow once; return the CPU seconds that the engine took."""
    spent = 0.0
    for _ in ANSWERS:
        events = [walker.event() for walker in walkers]
        started = time.process_time()
        for walker, event in zip(walkers, events, strict=True):
            walker.answer(event)
        spent += time.process_time() - started
    return spent


def _turns_a_second(walkers: Sequence[Walker], seconds: float) -> float:
    turns, spent = 0, 0.0
    while spent < seconds:
        spent += _walk(walkers)
        turns += len(walkers) * len(ANSWERS)
    return turns / spent


def _trips_a_second(walkers: Sequence[Walker], seconds: float) -> float:
    for walker in walkers:
        walker.answer(walker.event())  # in the middle of the workflow, where there is something to write
    states = [walker.state for walker in walkers]
    trips, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for state in states:
            State.from_json(state.to_json())
        trips += len(states)
    for walker in walkers:
        for _ in range(len(ANSWERS) - 1):
            walker.answer(walker.event())
    return trips / spent
