"""The load generator: many people at once over raw keep-alive connections, as cheap as a client can be.

A process of its own. It reads one order (a JSON line) after the other and answers each with one line:

    {"port": 8080, "crowd": "web", "people": 1024, "connections": 64, "seconds": 4.0}
    {"requests": 9312, "failed": 0, "seconds": 4.01, "rate": 2322.2, "p50_ms": 26.1, "p99_ms": 41.0}

Every crowd goes on where its last order left it, so that its people never repeat themselves.
"""

import asyncio
import sys
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import orjson

from bench.dialogue import Crowd
from bench.figures import percentile
from bench.wires import WIRES

_FIRST_GUESS = 16_000
_REFILL = 64
_STALLED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Order:
    """What to send.

    Args:
        port: Of the server, on the loopback.
        crowd: Name of the crowd; a new name is a new crowd.
        people: How many it has.
        connections: How many of them write at the same moment.
        seconds: How long.
        requests: Most requests; 0 for as many as the time allows.
        first: Number of its first person.
        channel: Where they write.
    """

    port: int
    crowd: str
    people: int
    connections: int
    seconds: float
    requests: int = 0
    first: int = 0
    channel: str = "telegram"


@dataclass(slots=True)
class Run:
    """One order while it is carried out."""

    deadline: float
    left: int
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    failed: int = 0


class Caller(asyncio.Protocol):
    """One connection: sends a request, waits for its answer, sends the next.

    Args:
        run: What all connections of an order share.
        crowd: Who writes, and where.
        part: Which part of the crowd writes here.
        sent: How many requests this part has sent before.
        ready: How many requests to prepare.
    """

    def __init__(self, run: Run, crowd: Crowd, part: int, *, sent: int, ready: int) -> None:
        self.sent = sent
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._run = run
        self._crowd = crowd
        self._part = part
        self._next: list[bytes] = []
        self._buffer = b""
        self._started = 0.0
        self._transport: asyncio.Transport | None = None
        self._prepare(ready)

    def begin(self) -> None:
        """Send the first request; called when all connections stand."""
        self._send()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        # uvloop's transports have the methods of asyncio's and not their class.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take an answer, or a piece of one."""
        if self._buffer:
            data = self._buffer + data
        if not is_whole(data):
            self._buffer = data
            return
        self._buffer = b""
        self._run.latencies.append(time.perf_counter() - self._started)
        if not data.startswith(b"HTTP/1.1 200"):
            self._run.failed += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection that the server closed in the middle."""
        if not self.done.done():
            self._run.failed += 1
            self.done.set_result(None)

    def _send(self) -> None:
        now = time.perf_counter()
        if now >= self._run.deadline or not self._run.left:
            self._finish()
            return
        self._run.left -= 1
        if not self._next:
            self._prepare(_REFILL)
        self.sent += 1
        self._started = now
        if self._transport is not None:
            self._transport.write(self._next.pop())

    def _prepare(self, count: int) -> None:
        """Make the next requests ahead of time; they are taken from the end of the list."""
        wire = WIRES[self._crowd.channel]
        self._next = [wire(*turn) for turn in reversed(self._crowd.turns(self._part, count, self.sent))]

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        if self._transport is not None:
            self._transport.close()


def is_whole(data: bytes) -> bool:
    """Return whether an HTTP answer has arrived to its end."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return False
    head = data[:head_end].lower()
    start = head.find(b"content-length:")
    length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
    return len(data) >= head_end + 4 + length


class Generator:
    """Carries orders out and remembers how far each crowd has come."""

    def __init__(self) -> None:
        self._sent: dict[str, list[int]] = {}
        self._guess: dict[str, float] = {}

    async def carry_out(self, order: Order) -> dict[str, object]:
        """Return what came of an order."""
        crowd = Crowd(order.people, order.connections, order.first, order.channel)
        sent = self._sent.setdefault(order.crowd, [0] * order.connections)
        run = Run(float("inf"), order.requests or sys.maxsize)
        expected = order.requests or self._guess.get(order.crowd, _FIRST_GUESS) * order.seconds * 1.3
        ready = min(20_000, int(expected / order.connections) + 1)
        callers = [Caller(run, crowd, part, sent=sent[part], ready=ready) for part in range(order.connections)]
        loop = asyncio.get_running_loop()
        for caller in callers:
            await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", order.port)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        started = time.perf_counter()
        run.deadline = started + order.seconds
        for caller in callers:
            caller.begin()
        await _finish(callers, run)
        seconds = time.perf_counter() - started
        self._sent[order.crowd] = [caller.sent for caller in callers]
        self._guess[order.crowd] = len(run.latencies) / seconds
        return summary(run, seconds) | {"sent": self._sent[order.crowd]}


async def _finish(callers: Sequence[Caller], run: Run) -> None:
    """Wait for every connection; give up when no answer has come for long, so that nobody waits for ever."""
    waiting = [caller.done for caller in callers]
    while waiting:
        before = len(run.latencies)
        _, pending = await asyncio.wait(waiting, timeout=_STALLED_SECONDS)
        if pending and len(run.latencies) == before:
            raise TimeoutError(f"{len(pending)} connections got no answer")
        waiting = list(pending)


def summary(run: Run, seconds: float) -> dict[str, object]:
    """Return the figures of a run."""
    return {
        "requests": len(run.latencies),
        "failed": run.failed,
        "seconds": seconds,
        "rate": len(run.latencies) / seconds,
        "p50_ms": 1000 * percentile(run.latencies, 0.5),
        "p99_ms": 1000 * percentile(run.latencies, 0.99),
    }


def main() -> None:
    """Carry out orders until there are no more."""
    import uvloop

    generator = Generator()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            found = runner.run(generator.carry_out(Order(**orjson.loads(line))))
            sys.stdout.write(orjson.dumps(found).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
