import orjson
import pytest

from bench.telegram import Counted, answer, request_end


def call(method: str, body: bytes = b"{}") -> bytes:
    return b"POST /bot1:x/%b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (method.encode(), len(body), body)


def test_send_is_answered_and_counted_for_its_chat() -> None:
    counted = Counted()
    answers = [
        answer(call("sendMessage", orjson.dumps({"chat_id": chat, "text": "hi"})), counted) for chat in (7, 7, 8)
    ]
    told = orjson.loads(answers[-1].partition(b"\r\n\r\n")[2])
    assert told["ok"] is True
    assert told["result"]["message_id"] == 3
    assert (counted.messages, counted.chats) == (3, {"7": 2, "8": 1})


@pytest.mark.parametrize(("method", "result"), [("setWebhook", True), ("setMyCommands", True)])
def test_everything_else_is_agreed_to_and_not_counted(method: str, result: object) -> None:
    counted = Counted()
    told = orjson.loads(answer(call(method), counted).partition(b"\r\n\r\n")[2])
    assert told == {"ok": True, "result": result}
    assert counted.messages == 0


def test_reset_forgets_what_was_counted() -> None:
    counted = Counted(messages=5, chats={"7": 5})
    answer(call("reset"), counted)
    assert counted == Counted()


@pytest.mark.parametrize("missing", [1, 3, 20])
def test_request_that_has_not_arrived_whole_waits(missing: int) -> None:
    assert request_end(call("sendMessage", b'{"a":1}')[:-missing]) == 0


def test_request_ends_where_the_next_one_begins() -> None:
    first = call("getMe", b'{"a":1}')
    assert request_end(first + call("getMe")) == len(first)
