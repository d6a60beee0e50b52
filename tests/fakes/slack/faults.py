"""What goes wrong on demand, and Slack's own rates."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Unpack

from tests.fakes import faults
from tests.fakes.faults import Which
from tests.fakes.slack.errors import Refused

TIERS = {
    "chat.postMessage": 600,
    "chat.update": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "users.info": 100,
    "views.open": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "files.info": 100,
    "auth.test": 600,
    "apps.connections.open": 1,
}
"""Calls a minute that each method takes for one workspace: its tier, or "several hundred" for messages."""


class Faults(faults.Faults):
    """Failures as Slack words them; a call goes by the name of its method, a download is `file`."""

    def throttle(self, retry_after: int = 1, **which: Unpack[Which]) -> None:
        """Answer 429."""
        self._refuse(Refused("ratelimited", status=429, retry_after=retry_after), which)

    def fail(self, status: int = 503, **which: Unpack[Which]) -> None:
        """Answer that the server is broken."""
        self._refuse(Refused("service_unavailable", status=status), which)

    def refuse(self, error: str, **which: Unpack[Which]) -> None:
        """Answer any other error, with status 200."""
        self._refuse(Refused(error), which)


@dataclass(slots=True)
class Limits:
    """Slack's rates.

    Args:
        channel_burst: Messages to one channel at once; then one a second.
        per_minute: Calls a minute of each method for one workspace.
    """

    channel_burst: int = 5
    per_minute: dict[str, int] = field(default_factory=lambda: dict(TIERS))
    refused: int = 0
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, team: str, method: str, channel: str) -> None:
        """Count a call; raises 429 where it is one too many."""
        bounds = [(f"{team} {method}", self.per_minute.get(method, 100), 60.0)]
        if method == "chat.postMessage":
            bounds.append((f"{team} {channel}", self.channel_burst, float(self.channel_burst)))
        now = time.monotonic()
        for name, most, seconds in bounds:
            times = self._calls.setdefault(name, deque())
            while times and now - times[0] >= seconds:
                times.popleft()
            if len(times) >= most:
                self.refused += 1
                wait = max(1, round(seconds - (now - times[0])))
                raise Refused("ratelimited", status=429, retry_after=wait)
        for name, *_ in bounds:
            self._calls[name].append(now)
