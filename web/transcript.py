"""One person's conversation, read in pages."""

from collections.abc import Sequence

from bots.web import parse
from web.ports import History, HistoryEntry, Thread

PAGE = 100
"""Entries read at once, and the fewest that a fresh page shows where there are that many."""


class Transcript:
    """Reads what was said between us and one person, and nobody else's words.

    Args:
        history: Where it is kept.
        account: Our account on the channel.
        address: The person.
    """

    def __init__(self, history: History, account: str, address: str) -> None:
        self._history = history
        self._thread = Thread(parse.CHANNEL, account, address, address)

    async def after(self, seq: int, limit: int = PAGE) -> Sequence[HistoryEntry]:
        """Return the first entries after `seq`, in order."""
        return await self._history.since(self._thread, seq, limit)

    async def before(self, seq: int) -> tuple[Sequence[HistoryEntry], bool]:
        """Return up to a page of entries before `seq`, in order, and whether there are still older ones."""
        start = max(0, seq - 1 - PAGE)
        entries = [entry for entry in await self.after(start) if entry.seq < seq]
        return entries, start > 0

    async def recent(self) -> tuple[Sequence[HistoryEntry], bool]:
        """Return the newest entries, at least a page of them where there are, and whether there are older ones."""
        first = await self.after(0)
        if len(first) < PAGE:
            return first, False
        start = max(0, await self._near_end(first[-1].seq) - PAGE)
        return await self.after(start, 3 * PAGE), start > 0

    async def knows(self, seq: int) -> bool:
        """Tell whether the conversation has come as far as `seq`; a database put back to earlier has not."""
        return seq == 0 or bool(await self.after(seq - 1, 1))

    async def seen(self, seq: int) -> None:
        """Note that the person has everything up to `seq` in front of their eyes."""
        await self._history.seen(self._thread, seq)

    async def _near_end(self, known: int) -> int:
        """Return a `seq` at most a page before the last one.

        Numbers rise by one, so leaps that double find the end of ten thousand messages in about ten small reads.
        """
        leap = PAGE
        while entries := await self.after(known + leap, 1):
            known, leap = entries[0].seq, leap * 2
        beyond = known + leap
        while beyond - known > PAGE:
            middle = (known + beyond) // 2
            entries = await self.after(middle, 1)
            known, beyond = (entries[0].seq, beyond) if entries else (known, middle)
        return known
