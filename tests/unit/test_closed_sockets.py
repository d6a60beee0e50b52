import asyncio
import socket

import pytest


@pytest.mark.parametrize("act", ["connect", "connect_ex"])
def test_socket_connection_in_a_unit_test_is_refused(act: str) -> None:
    with socket.socket() as plain, pytest.raises(AssertionError, match="move it to tests/integration"):
        getattr(plain, act)(("127.0.0.1", 9))


async def test_socket_connection_by_the_event_loop_is_refused() -> None:
    with pytest.raises(AssertionError, match="move it to tests/integration"):
        await asyncio.open_connection("127.0.0.1", 9)


async def test_socket_of_the_event_loop_itself_works() -> None:
    assert await asyncio.to_thread(lambda: "woken") == "woken"
