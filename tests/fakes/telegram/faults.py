"""What goes wrong on demand, and Telegram's own rates."""

import time
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.telegram.messages import Refused


class Kind(StrEnum):
    """How a call fails."""

    REFUSE = "refuse"
    HANG = "hang"
    RESET = "reset"


@dataclass(slots=True)
class Fault:
    """One failure that waits for its calls."""

    kind: Kind
    method: str
    chat: int | None
    times: int
    after: int
    """How many calls pass unharmed first."""
    error: Refused | None = None
    seconds: float = 0.0
    acted: bool = False
    """Whether the call is carried out nevertheless: the person sees it, the caller learns nothing."""


class Faults:
    """Failures in the order they were asked for; each meets the next calls that match it."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def throttle(
        self, retry_after: int = 1, *, method: str = "", chat: int | None = None, times: int = 1, after: int = 0
    ) -> None:
        error = Refused(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
        self._add(Fault(Kind.REFUSE, method, chat, times, after, error))

    def fail(
        self, status: int = 502, *, method: str = "", chat: int | None = None, times: int = 1, after: int = 0
    ) -> None:
        self._add(Fault(Kind.REFUSE, method, chat, times, after, Refused(status, "Bad Gateway")))

    def refuse(
        self, code: int, description: str, *, method: str = "", chat: int | None = None, times: int = 1, after: int = 0
    ) -> None:
        self._add(Fault(Kind.REFUSE, method, chat, times, after, Refused(code, description)))

    def hang(
        self,
        seconds: float = 3600.0,
        *,
        method: str = "",
        chat: int | None = None,
        times: int = 1,
        after: int = 0,
        acted: bool = False,
    ) -> None:
        self._add(Fault(Kind.HANG, method, chat, times, after, seconds=seconds, acted=acted))

    def reset(
        self, *, method: str = "", chat: int | None = None, times: int = 1, after: int = 0, acted: bool = True
    ) -> None:
        self._add(Fault(Kind.RESET, method, chat, times, after, acted=acted))

    def clear(self) -> None:
        self.waiting.clear()

    def next(self, method: str, chat: int | None) -> Fault | None:
        """Return the failure that a call meets, if any."""
        for fault in self.waiting:
            if fault.method in ("", method) and fault.chat in (None, chat):
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def _add(self, fault: Fault) -> None:
        self.waiting.append(fault)


@dataclass(slots=True)
class Limits:
    """Telegram's rates, in messages; `float("inf")` lifts one."""

    chat_per_second: float = 1.0
    chat_burst: int = 5
    group_per_minute: float = 20.0
    bot_per_second: float = 30.0
    refused: int = 0
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, token: str, chat: int) -> None:
        """Count a message; raises 429 where it is one too many."""
        now = time.monotonic()
        bounds = [(f"bot {token}", self.bot_per_second, 1.0), (f"chat {token} {chat}", float(self.chat_burst), None)]
        if chat < 0:
            bounds.append((f"group {token} {chat}", self.group_per_minute, 60.0))
        for name, most, window in bounds:
            seconds = self.chat_burst / self.chat_per_second if window is None else window
            times = self._sent.setdefault(name, deque())
            while times and now - times[0] >= seconds:
                times.popleft()
            if len(times) >= most:
                self.refused += 1
                wait = max(1, round(seconds - (now - times[0])))
                raise Refused(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        for name, _, _ in bounds:
            self._sent[name].append(now)
