"""Somebody who talks to the program, whatever the provider."""

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from tests.fakes.reading import Readable


class Talker(Protocol):
    """What every fake's person can do; each may do more, and take more than this."""

    name: str

    @property
    def messages(self) -> Sequence[Readable]:
        """What their chat shows, oldest first."""
        ...

    def say(self, text: str) -> Coroutine[Any, Any, object]:
        """Write a message."""
        ...

    def tap(self, title: str) -> Coroutine[Any, Any, object]:
        """Tap the newest button of this title; raises AssertionError where there is none."""
        ...

    def upload(self, data: bytes, *, name: str = ..., mime: str = ..., text: str = ...) -> Coroutine[Any, Any, object]:
        """Send a file with some words."""
        ...

    def reads(self, matching: str, timeout: float = ...) -> Coroutine[Any, Any, Readable]:
        """Wait for a message after the last one that was read; raises AssertionError where it is late."""
        ...
