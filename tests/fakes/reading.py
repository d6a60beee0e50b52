"""What a chat shows, and somebody who reads it."""

import asyncio
import re
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Readable(Protocol):
    """Something that a chat shows."""

    @property
    def text(self) -> str:
        """The words that a person sees."""
        ...

    @property
    def titles(self) -> list[str]:
        """What stands on its buttons."""
        ...


ShownT = TypeVar("ShownT", bound=Readable)


class Screen(Generic[ShownT]):
    """What a chat shows, oldest first."""

    def __init__(self) -> None:
        self.shown: list[ShownT] = []
        self.changed = asyncio.Condition()

    def show(self, message: ShownT) -> None:
        """Show one message more."""
        self.shown.append(message)
        self.notify()

    def notify(self) -> None:
        """Tell readers that something has changed."""
        asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()


class Reader(Generic[ShownT]):
    """Somebody who reads a screen from top to bottom.

    Args:
        name: Who, for the sentence of a failure.
        screen: What they look at.
    """

    def __init__(self, name: str, screen: Screen[ShownT]) -> None:
        self.name = name
        self.screen = screen
        self._read = 0

    async def reads(
        self,
        matching: "str | re.Pattern[str] | Callable[[ShownT], bool] | None" = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - the word that every test expects
    ) -> ShownT:
        """Wait for a message after the last one that was read.

        Args:
            matching: Words it holds, a pattern found in it, or a judgement; None for any.
            timeout: Seconds to wait.

        Raises:
            AssertionError: It did not come; says what came instead.
        """
        try:
            async with asyncio.timeout(timeout), self.screen.changed:
                while (place := self._find(matching)) is None:
                    await self.screen.changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.name} did not read {matching!r} within {timeout} s, but {self._unread()}"
            ) from None
        self._read = place + 1
        return self.screen.shown[place]

    async def reads_nothing(self, seconds: float = 0.3) -> None:
        """Wait a while; raises AssertionError where a message came after the last one that was read."""
        await asyncio.sleep(seconds)
        if self._unread():
            raise AssertionError(f"{self.name} read {self._unread()}")

    def _unread(self) -> list[str]:
        return [each.text for each in self.screen.shown[self._read :]]

    def _find(self, matching: "str | re.Pattern[str] | Callable[[ShownT], bool] | None") -> int | None:
        for place in range(self._read, len(self.screen.shown)):
            if _matches(self.screen.shown[place], matching):
                return place
        return None


def _matches(shown: ShownT, matching: "str | re.Pattern[str] | Callable[[ShownT], bool] | None") -> bool:
    if matching is None:
        return True
    if isinstance(matching, str):
        return matching in shown.text
    if isinstance(matching, re.Pattern):
        return matching.search(shown.text) is not None
    return matching(shown)
