"""The walk without any server: what the engine makes of the dialogue, turn by turn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from bench.dialogue import ANSWERS, update
from bench.shelf import Shelf
from bots.telegram.parse import parse_update
from conversations.effects import Say
from conversations.engine import Engine
from conversations.events import MessageReceived
from conversations.state import State

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(slots=True)
class Walker:
    """One person who plays the dialogue over and over.

    Args:
        engine: The engine under test.
        person: Their number.
        state: Their dialogue.
        turn: How many turns they have behind them.
    """

    engine: Engine
    person: int = 0
    state: State = State()  # noqa: RUF009 - frozen, so everybody may share it
    turn: int = 0

    def event(self) -> MessageReceived:
        """Return what they say next."""
        body = update(self.person, self.turn)
        message = parse_update(body, account="default", bot_id="100")[0]
        self.turn += 1
        return MessageReceived(UUID(int=self.person << 40 | self.turn), message)

    def answer(self, event: MessageReceived) -> int:
        """Let the engine take an event, and return how many messages come back."""
        turn = self.engine.advance(self.state, event, NOW + timedelta(seconds=self.turn))
        self.state = turn.state
        return sum(isinstance(effect, Say) for effect in turn.effects)


def replies(turns: int) -> list[int]:
    """Return how many messages a person has got after 0, 1, 2 … turns of the dialogue."""
    walker = Walker(Engine(Shelf()))
    # The hello of the first turn comes once; from the second walk on, all walks are alike.
    known = [walker.answer(walker.event()) for _ in range(min(turns, 2 * len(ANSWERS)))]
    walk = known[len(ANSWERS) :]
    later = [walk[turn % len(ANSWERS)] for turn in range(turns - len(known))]
    return list(accumulate([*known, *later], initial=0))
