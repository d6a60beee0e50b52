"""The floor of everything outbound: a bare aiohttp client that posts the same bodies with the same concurrency.

python -m bench.posting PORT MESSAGES
"""

import asyncio
import sys
from collections.abc import Iterator
from itertools import islice

import aiohttp
import orjson

from bench.dialogue import FIRST_PERSON
from bench.shelf import Shelf
from bench.site import CONNECTIONS, TOKEN
from bench.walk import NOW, Walker
from bots.telegram.adapter import CAPABILITIES
from bots.telegram.render import render
from conversations.effects import Say
from conversations.engine import Engine
from core.ids import MessageId
from core.messages import OutboundMessage


def bodies() -> Iterator[bytes]:
    """Yield the JSON bodies that the product sends to one person, without end."""
    walker = Walker(Engine(Shelf()))
    while True:
        event = walker.event()
        turn = walker.engine.advance(walker.state, event, NOW)
        walker.state = turn.state
        for effect in turn.effects:
            if isinstance(effect, Say):
                message = OutboundMessage(MessageId(event.id), "telegram", "default", str(FIRST_PERSON), effect.content)
                yield from (orjson.dumps(call.params) for call in render(message, CAPABILITIES))


async def post(port: int, messages: int) -> None:
    """Post so many messages, each worker one after another."""
    waiting = list(islice(bodies(), messages))
    url = f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage"
    headers = {"content-type": "application/json"}

    async def work(session: aiohttp.ClientSession) -> None:
        while waiting:
            async with session.post(url, data=waiting.pop(), headers=headers) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(work(session) for _ in range(CONNECTIONS)))


def main() -> None:
    """Post as the command line says."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(post(int(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
