"""People who write, wait for the answer at a Bot API server of their own, and write again after a while.

    python -m bench.people PORT

A process of its own, so that one clock tells both moments. It reads one order (a JSON line) after the other:

    {"port": 8080, "people": 100, "first": 0, "seconds": 5.0, "pause": 0.5}
    {"replies": 893, "lost": 0, "p50_ms": 9.1, "p99_ms": 31.4}
"""

import asyncio
import sys
import time
from array import array
from dataclasses import dataclass, field

import orjson

from bench.dialogue import FIRST_PERSON
from bench.figures import percentile
from bench.load import is_whole
from bench.telegram import Answerer, Counted
from bench.walk import replies
from bench.wires import telegram

_LONGEST_WAIT = 20.0
"""Seconds after which a reply counts as lost."""
_REPLIES = replies(2000)
"""How many messages everybody has got after 0, 1, 2 … turns."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What to do.

    Args:
        port: Of the web process, on the loopback.
        people: How many write.
        first: Number of the first one.
        seconds: How long they write.
        pause: Seconds between a turn's last reply and the next turn.
    """

    port: int
    people: int
    first: int
    seconds: float
    pause: float


@dataclass(slots=True)
class Heard(Counted):
    """What was sent, told at once to whoever waits for it in a chat."""

    ears: dict[str, "asyncio.Queue[float]"] = field(default_factory=dict)

    def add(self, chat: str, now: float) -> None:
        """Count one message and tell of it."""
        Counted.add(self, chat, now)
        if chat in self.ears:
            self.ears[chat].put_nowait(now)


class Person:
    """Somebody who writes.

    Args:
        number: Which one.
    """

    def __init__(self, number: int) -> None:
        self.ear: asyncio.Queue[float] = asyncio.Queue()
        self.waits: array[float] = array("d")
        self.lost = 0
        self._number = number
        self._turn = 0

    async def talk(self, order: Talk, late: float) -> None:
        """Take turns until the time is over, beginning `late` seconds after the others."""
        reader, writer = await asyncio.open_connection("127.0.0.1", order.port)
        deadline = time.monotonic() + order.seconds
        await asyncio.sleep(late)
        while (sent_at := time.monotonic()) < deadline:
            writer.write(telegram(self._number, self._turn))
            for _ in range(_REPLIES[self._turn + 1] - _REPLIES[self._turn]):
                await self._hear(sent_at)
            await _answered(reader)
            self._turn += 1
            await asyncio.sleep(order.pause)
        writer.close()

    async def _hear(self, sent_at: float) -> None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                self.waits.append(await self.ear.get() - sent_at)
        except TimeoutError:
            self.lost += 1


async def _answered(reader: asyncio.StreamReader) -> None:
    """Read the answer to a webhook request."""
    data = b""
    while not is_whole(data):
        piece = await reader.read(65536)
        if not piece:
            raise ConnectionError("the web process closed a connection")
        data += piece


class Town:
    """Everybody who has talked yet, so that nobody repeats themselves.

    Args:
        heard: What was sent to them.
    """

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._people: dict[int, Person] = {}

    async def talk(self, order: Talk) -> dict[str, object]:
        """Let people talk, and return how long their replies took."""
        talking = []
        for place in range(order.people):
            person = self._people.setdefault(order.first + place, Person(order.first + place))
            self._heard.ears[str(FIRST_PERSON + order.first + place)] = person.ear
            person.waits, person.lost = array("d"), 0
            # Each begins at another moment of the pause, or all of them would write at once for ever.
            talking.append((person, order.pause * place / order.people))
        await asyncio.gather(*(person.talk(order, late) for person, late in talking))
        waits = [wait for person, _ in talking for wait in person.waits]
        return {
            "replies": len(waits),
            "lost": sum(person.lost for person, _ in talking),
            "p50_ms": 1000 * percentile(waits, 0.5),
            "p99_ms": 1000 * percentile(waits, 0.99),
        }


async def serve(port: int) -> None:
    """Serve the Bot API, and carry out orders until there are no more."""
    loop, heard = asyncio.get_running_loop(), Heard()
    town = Town(heard)
    await loop.create_server(lambda: Answerer(heard), "127.0.0.1", port, backlog=1024)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        found = await town.talk(Talk(**orjson.loads(line)))
        sys.stdout.write(orjson.dumps(found).decode() + "\n")
        sys.stdout.flush()


def main() -> None:
    """Serve on the port of the command line."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
