"""A Bot API server that agrees to everything, as cheaply as a server can, and counts what it was told to send.

    python -m bench.telegram PORT

`GET /count` tells `{"messages": 20000, "first_at": 12.5, "last_at": 19.1, "chats": {"700000001": 10}}`, with moments
of the machine's monotonic clock; `POST /reset` forgets all of it.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import cast

import orjson

_ME = {"id": 100, "is_bot": True, "first_name": "Sunup", "username": "sunup_bench_bot"}
_SENDS = frozenset({b"sendMessage", b"sendPhoto", b"sendDocument"})


@dataclass(slots=True)
class Counted:
    """What was sent.

    Args:
        messages: How many.
        first_at: When the first one came.
        last_at: When the last one came.
        chats: How many came for each chat.
    """

    messages: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    chats: dict[str, int] = field(default_factory=dict)

    def add(self, chat: str, now: float) -> None:
        """Count one message."""
        self.messages += 1
        self.first_at = self.first_at or now
        self.last_at = now
        self.chats[chat] = self.chats.get(chat, 0) + 1


class Answerer(asyncio.Protocol):
    """One connection to the server.

    Args:
        counted: What all connections share.
    """

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        # uvloop's transports have the methods of asyncio's and not their class.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that has arrived whole."""
        self._buffer += data
        while self._transport is not None and (end := request_end(self._buffer)):
            whole, self._buffer = self._buffer[:end], self._buffer[end:]
            self._transport.write(answer(whole, self._counted))


def request_end(data: bytes) -> int:
    """Return where the first request ends; 0 while it has not arrived whole."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return 0
    head = data[:head_end].lower()
    start = head.find(b"content-length:")
    length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
    end = head_end + 4 + length
    return end if len(data) >= end else 0


def answer(request: bytes, counted: Counted) -> bytes:
    """Return the answer to one request, and count it."""
    path = request.split(b" ", 2)[1]
    method = path.rpartition(b"/")[2]
    if method in _SENDS:
        chat = orjson.loads(request.partition(b"\r\n\r\n")[2])["chat_id"]
        counted.add(str(chat), time.monotonic())
        return _response({"ok": True, "result": {"message_id": counted.messages, "date": 1, "chat": {"id": chat}}})
    if method == b"count":
        return _response(counted)
    if method == b"reset":
        counted.__init__()  # type: ignore[misc]  # everybody holds this very object
        return _response({})
    return _response({"ok": True, "result": _ME if method == b"getMe" else True})


def _response(content: object) -> bytes:
    body = orjson.dumps(content)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def serve(port: int) -> None:
    """Serve until killed."""
    counted = Counted()
    await asyncio.get_running_loop().create_server(lambda: Answerer(counted), "127.0.0.1", port, backlog=1024)
    await asyncio.Event().wait()


def main() -> None:
    """Serve on the port of the command line."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
