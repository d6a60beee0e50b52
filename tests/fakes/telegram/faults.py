"""What goes wrong on demand, and Telegram's own rates."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Unpack

from tests.fakes import faults
from tests.fakes.faults import Which
from tests.fakes.telegram.messages import Refused


class Faults(faults.Faults):
    """Failures as Telegram words them."""

    def throttle(self, retry_after: int = 1, **which: Unpack[Which]) -> None:
        """Answer 429."""
        error = Refused(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
        self._refuse(error, which)

    def fail(self, status: int = 502, **which: Unpack[Which]) -> None:
        """Answer that the server is broken."""
        self._refuse(Refused(status, "Bad Gateway"), which)

    def refuse(self, code: int, description: str, **which: Unpack[Which]) -> None:
        """Answer any other error."""
        self._refuse(Refused(code, description), which)


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
