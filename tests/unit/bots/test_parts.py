"""The parts of a message, one after another."""

import pytest

from bots.parts import send_each
from core import errors


async def test_send_each_in_order_and_names_what_each_shows() -> None:
    made: list[str] = []

    async def send_one(call: str) -> str:
        made.append(call)
        return call.upper()

    assert (await send_each("abc", send_one)).external_ids == ("A", "B", "C")
    assert made == ["a", "b", "c"]


async def test_send_each_leaves_out_what_shows_nothing_that_lasts() -> None:
    async def send_one(call: str) -> str:
        return ""

    assert (await send_each("a", send_one)).external_ids == ()


async def test_send_each_stops_at_a_failure_that_names_what_is_out() -> None:
    made: list[str] = []

    async def send_one(call: str) -> str:
        made.append(call)
        if call == "c":
            raise errors.ChannelThrottled
        return call.upper()

    with pytest.raises(errors.ChannelThrottled) as raised:
        await send_each("abcd", send_one)

    assert (raised.value.external_ids, made) == (("A", "B"), ["a", "b", "c"])
