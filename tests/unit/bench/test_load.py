import asyncio
import time

import pytest

from bench.dialogue import Crowd
from bench.load import Caller, Run, is_whole, summary
from bench.wires import telegram, whatsapp

YES = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
NO = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Wire(asyncio.Transport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True


def caller_of(run: Run) -> tuple[Caller, Wire]:
    caller, wire = Caller(run, Crowd(4, 2), 0, sent=0, ready=1), Wire()
    caller.connection_made(wire)
    return caller, wire


@pytest.mark.parametrize(
    ("data", "whole"),
    [(YES, True), (YES[:-1], False), (YES[:20], False), (NO, True), (b"HTTP/1.1 204 No Content\r\n\r\n", True)],
)
def test_answer_is_whole_when_its_body_is_there(data: bytes, whole: bool) -> None:
    assert is_whole(data) is whole


async def test_caller_writes_what_its_crowd_says_on_its_channel() -> None:
    for channel, wire in (("telegram", telegram), ("whatsapp", whatsapp)):
        caller, written = Caller(Run(time.perf_counter() + 60, 1), Crowd(4, 2, 8, channel), 1, sent=2, ready=1), Wire()
        caller.connection_made(written)
        caller.begin()
        assert written.written == [wire(10, 1)]


async def test_caller_sends_the_next_request_after_each_answer_until_none_is_left() -> None:
    run = Run(time.perf_counter() + 60, left=3)
    caller, wire = caller_of(run)
    caller.begin()
    for answer in (YES[:15], YES[15:], NO, YES):
        caller.data_received(answer)
    assert len(wire.written) == 3
    assert wire.closed
    assert caller.done.done()
    assert summary(run, 2.0) | {"p50_ms": 0, "p99_ms": 0} == {
        "requests": 3,
        "failed": 1,
        "seconds": 2.0,
        "rate": 1.5,
        "p50_ms": 0,
        "p99_ms": 0,
    }


async def test_caller_stops_at_the_deadline() -> None:
    run = Run(time.perf_counter() - 1, left=100)
    caller, wire = caller_of(run)
    caller.begin()
    assert wire.written == []
    assert caller.done.done()


async def test_connection_that_breaks_off_counts_as_failed() -> None:
    run = Run(time.perf_counter() + 60, left=100)
    caller, _ = caller_of(run)
    caller.begin()
    caller.connection_lost(ConnectionResetError())
    assert run.failed == 1
    assert caller.done.done()
