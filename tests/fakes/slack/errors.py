"""What Slack says when it says no: almost always with status 200."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The server says no.

    Args:
        error: Slack's word for it.
        messages: What is wrong in detail, as `response_metadata` tells it.
        status: Of the answer; 200 for every ordinary error.
        retry_after: Seconds, for 429.
        more: Further fields of the answer.
    """

    def __init__(
        self, error: str, messages: Sequence[str] = (), *, status: int = 200, retry_after: int = 0, **more: str
    ) -> None:
        super().__init__(f"{error} {' '.join(messages)}".strip())
        self.error = error
        self.messages = list(messages)
        self.status = status
        self.retry_after = retry_after
        self.more = more

    def as_json(self) -> Json:
        """Return the body of the answer."""
        metadata = {"response_metadata": {"messages": self.messages}} if self.messages else {}
        return {"ok": False, "error": self.error, **self.more, **metadata}
