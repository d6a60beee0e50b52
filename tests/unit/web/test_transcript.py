"""Reading a conversation in pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from core.history import HistoryEntry, Thread
from web.transcript import PAGE, Transcript

AT = datetime(2026, 11, 2, tzinfo=UTC)


class Past:
    """A history of a given length that counts how it is read."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.reads = 0

    async def since(self, thread: Thread, after: int, limit: int) -> Sequence[HistoryEntry]:
        assert thread == Thread("web", "default", "me", "me")
        self.reads += 1
        return [HistoryEntry(seq, False, AT) for seq in range(after + 1, min(self.length, after + limit) + 1)]

    async def seen(self, thread: Thread, seq: int) -> None:
        raise AssertionError("reading gives no receipt")


@pytest.mark.parametrize(
    "length", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1, 3 * PAGE, 999, 1000, 10_000, 123_457]
)
async def test_recent_brings_the_end_in_few_reads(length: int) -> None:
    past = Past(length)
    entries, more = await Transcript(past, "default", "me").recent()
    shown = [entry.seq for entry in entries]
    assert shown == list(range(length - len(shown) + 1, length + 1))
    assert min(length, PAGE) <= len(shown) <= 3 * PAGE
    assert more == (len(shown) < length)
    assert past.reads <= 25


@pytest.mark.parametrize(
    ("seq", "first", "last", "more"),
    [(301, 201, 300, True), (101, 1, 100, False), (51, 1, 50, False), (1, 1, 0, False), (0, 1, 0, False)],
)
async def test_before_brings_the_page_that_ends_there(seq: int, first: int, last: int, more: bool) -> None:
    entries, older = await Transcript(Past(500), "default", "me").before(seq)
    assert [entry.seq for entry in entries] == list(range(first, last + 1))
    assert older is more


@pytest.mark.parametrize(("seq", "known"), [(0, True), (1, True), (500, True), (501, False), (9000, False)])
async def test_knows(seq: int, known: bool) -> None:
    assert await Transcript(Past(500), "default", "me").knows(seq) is known
