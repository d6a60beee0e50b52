"""What goes wrong on demand, the same for every provider: a call is refused, hangs, or loses its connection."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack


class Kind(StrEnum):
    """How a call fails."""

    REFUSE = "refuse"
    HANG = "hang"
    RESET = "reset"


class Which(TypedDict, total=False):
    """Which calls a failure meets.

    Args:
        method: Name of the call; any where it is left out.
        chat: The chat that it is about; any where it is left out.
        times: How many calls meet it, one by default.
        after: How many calls pass unharmed first.
    """

    method: str
    chat: object
    times: int
    after: int


@dataclass(slots=True)
class Fault:
    """One failure that waits for its calls."""

    kind: Kind
    method: str = ""
    chat: str = ""
    times: int = 1
    after: int = 0
    error: Exception | None = None
    seconds: float = 0.0
    acted: bool = False
    """Whether the call is carried out nevertheless: the person sees it, the caller learns nothing."""


class Faults:
    """Failures in the order they were asked for; each meets the next calls that match it."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def hang(self, seconds: float = 3600.0, *, acted: bool = False, **which: Unpack[Which]) -> None:
        """Let calls wait for their answer."""
        self._add(Fault(Kind.HANG, seconds=seconds, acted=acted), which)

    def reset(self, *, acted: bool = True, **which: Unpack[Which]) -> None:
        """Cut the connection of calls."""
        self._add(Fault(Kind.RESET, acted=acted), which)

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()

    def next(self, method: str, chat: object = None) -> Fault | None:
        """Return the failure that a call meets, if any."""
        place = "" if chat is None else str(chat)
        for fault in self.waiting:
            if fault.method in ("", method) and fault.chat in ("", place):
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def _refuse(self, error: Exception, which: Which) -> None:
        self._add(Fault(Kind.REFUSE, error=error), which)

    def _add(self, fault: Fault, which: Which) -> None:
        chat = which.get("chat")
        fault.method = which.get("method", "")
        fault.chat = "" if chat is None else str(chat)
        fault.times, fault.after = which.get("times", 1), which.get("after", 0)
        self.waiting.append(fault)
