"""What the suite needs to know of a channel: a driver is everything about a provider that a test cannot guess.

A new channel brings one file beside this one with a class that fits `Driver`, and one line in `drivers.py`; see
`docs/how-to/add-a-channel.md`.
"""

from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from tests.fakes.faults import Faults
from tests.fakes.talking import Talker


@dataclass(frozen=True, slots=True)
class Post:
    """A request that somebody sends to the program without the fake.

    Args:
        path: Of the webhook, for instance `/webhooks/telegram`.
        body: As it travels.
        headers: With the proof, if there is one.
    """

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Driver(Protocol):
    """One provider's fake, driven by the suite."""

    channel: str
    """As the registry calls it."""

    longest_said: int
    """How many characters people can say at once."""

    method: str
    """The call that writes to a person, as the fake's faults name it."""

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand."""
        ...

    # -- life --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the fake."""
        ...

    async def stop(self) -> None:
        """Stop it."""
        ...

    def connect(self, program: str) -> dict[str, str]:
        """Deliver to a program, and return its settings; also after `renew`."""
        ...

    def is_connected(self) -> bool:
        """Whether what people say now reaches the program, as far as the provider knows."""
        ...

    # -- people ------------------------------------------------------------------------------

    def person(self, name: str) -> Talker:
        """Return somebody who talks to the program, and has done nothing yet."""
        ...

    def address(self, talker: Talker) -> str:
        """Return their address as the adapter is to call it."""
        ...

    def chat(self, talker: Talker) -> object:
        """Return what `faults` calls the chat with them."""
        ...

    def calls(self, talker: Talker) -> int:
        """Return how often the program has tried to write to them, with or without success."""
        ...

    async def settled(self, seconds: float) -> None:
        """Wait until everything that was said has been delivered."""
        ...

    # -- what goes wrong ---------------------------------------------------------------------

    def repeat(self, times: int) -> None:
        """Deliver each of the next messages twice."""
        ...

    def reversed(self) -> AbstractAsyncContextManager[None]:
        """Deliver what is said inside last first."""
        ...

    def throttle(self, talker: Talker, seconds: int) -> float:
        """Refuse the next message to somebody as one too many.

        Args:
            talker: Who.
            seconds: How long the provider asks to wait, where it says so at all.

        Returns:
            How long it asks to wait; 0 where it says nothing.
        """
        ...

    def fail(self, talker: Talker, times: int) -> None:
        """Answer the next messages to somebody as a broken server does: nothing was done."""
        ...

    def revoke(self) -> None:
        """Make the program's credentials worthless."""
        ...

    def renew(self) -> None:
        """Make new ones."""
        ...

    def secrets(self) -> Iterable[str]:
        """Return what must never stand in a log."""
        ...

    # -- requests without the fake -----------------------------------------------------------

    def genuine(self, talker: Talker, text: str) -> Post:
        """Return what the provider would send if somebody said this; the fake does not send it."""
        ...

    def forged(self, post: Post) -> Post:
        """Return it with a wrong proof."""
        ...

    def unproven(self, post: Post) -> Post:
        """Return it without any proof."""
        ...

    def malformed(self) -> Collection[Post]:
        """Return requests that are proven and are none of the provider's: 400 is right for each, and so is 401."""
        ...

    def foreign(self, talker: Talker, text: str) -> Collection[Post]:
        """Return requests that are right for somebody else's account: nothing of them may be taken in."""
        ...

    def stale(self, post: Post) -> Post | None:
        """Return it with a proof from long ago; None where the provider's proofs have no time in them."""
        ...
