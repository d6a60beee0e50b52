"""States in memory: the dialogues of people who wrote a moment ago, which need not be unsealed and read again."""

from threading import Lock
from uuid import UUID

from conversations.state import State

_MOST = 2_000
"""People; a state takes a few kilobytes."""


class States:
    """The newest states, each beside the sealed bytes that it was written as.

    Nothing here can be out of date: a state counts only for the very bytes that the database just gave.
    """

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[bytes, State]] = {}
        self._lock = Lock()

    def find(self, person_id: UUID, sealed: bytes) -> State | None:
        """Return the state that was written as these bytes; None where it is not at hand."""
        kept = self._kept.get(person_id)
        return kept[1] if kept is not None and kept[0] == sealed else None

    def keep(self, person_id: UUID, sealed: bytes, state: State) -> None:
        """Remember a state; the one that was written longest ago is forgotten for it."""
        with self._lock:
            self._kept.pop(person_id, None)
            self._kept[person_id] = (sealed, state)
            if len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
