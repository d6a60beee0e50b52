"""What goes wrong on demand, and Twilio's own rates."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Unpack

from tests.fakes import faults
from tests.fakes.faults import Which
from tests.fakes.twilio.errors import Refused


class Faults(faults.Faults):
    """Failures as Twilio words them; a call is named `create`, `list`, `fetch`, `media`, `account` or `content`."""

    def throttle(self, code: int = 20429, **which: Unpack[Which]) -> None:
        """Answer 429; nothing was done, and nothing says for how long to wait."""
        self._refuse(Refused(429, code), which)

    def fail(self, status: int = 503, **which: Unpack[Which]) -> None:
        """Answer that the server is broken."""
        self._refuse(Refused(status, 20500 if status == 500 else 20503, "Service unavailable"), which)

    def refuse(self, code: int, status: int = 400, **which: Unpack[Which]) -> None:
        """Answer any other error."""
        self._refuse(Refused(status, code), which)


@dataclass(slots=True)
class Limits:
    """Twilio's rates, in messages; a message above them is refused with 429.

    Args:
        pair_burst: To one recipient within `pair_seconds`; more is 63018.
        pair_seconds: See there.
        sender_per_second: From one sender; more is 20429.
    """

    pair_burst: int = 45
    pair_seconds: float = 6.0
    sender_per_second: int = 80
    refused: int = 0
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, sender: str, recipient: str) -> None:
        """Count a message; raises 429 where it is one too many."""
        now = time.monotonic()
        bounds = (
            (sender, self.sender_per_second, 1.0, 20429),
            (f"{sender} {recipient}", self.pair_burst, self.pair_seconds, 63018),
        )
        for name, most, seconds, code in bounds:
            times = self._sent.setdefault(name, deque())
            while times and now - times[0] >= seconds:
                times.popleft()
            if len(times) >= most:
                self.refused += 1
                raise Refused(429, code)
        for name, *_ in bounds:
            self._sent[name].append(now)
