import asyncio

import pytest

from bench import people
from bench.dialogue import FIRST_PERSON
from bench.people import Heard, Person, Talk, Town
from bench.wires import telegram

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Written:
    """A connection to a web process that keeps what is written and answers when it is told."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.reader = asyncio.StreamReader()

    def write(self, data: bytes) -> None:
        self.requests.append(data)

    def close(self) -> None:
        self.reader.feed_eof()


@pytest.fixture
async def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    wire = Written()

    async def connect(host: str, port: int) -> tuple[asyncio.StreamReader, Written]:
        return wire.reader, wire

    monkeypatch.setattr(asyncio, "open_connection", connect)
    return wire


def test_message_is_counted_and_told_to_whoever_waits() -> None:
    heard = Heard()
    ear = heard.ears["7"] = asyncio.Queue()
    heard.add("7", 2.0)
    heard.add("8", 3.0)
    assert (heard.messages, heard.chats, ear.get_nowait(), ear.empty()) == (2, {"7": 1, "8": 1}, 2.0, True)


async def test_person_waits_for_every_reply_and_goes_on_where_they_left_off(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_REPLIES", [0, 2, 3])
    person = Person(5)
    for turn, replies in ((0, 2), (1, 1)):
        for _ in range(replies):
            person.ear.put_nowait(float("inf"))
        written.reader.feed_data(OK)
        await person.talk(Talk(1, 1, 5, seconds=0.001, pause=0.01), 0)
        assert written.requests[-1] == telegram(5, turn)
        written.reader = asyncio.StreamReader()
    assert len(person.waits) == 3
    assert person.lost == 0


async def test_reply_that_never_comes_is_lost(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_LONGEST_WAIT", 0.01)
    monkeypatch.setattr(people, "_REPLIES", [0, 1])
    heard = Heard()
    written.reader.feed_data(OK)
    found = await Town(heard).talk(Talk(1, 1, 0, seconds=0.001, pause=0.01))
    assert (found["replies"], found["lost"], found["p99_ms"]) == (0, 1, 0.0)
    assert list(heard.ears) == [str(FIRST_PERSON)]
