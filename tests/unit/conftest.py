"""Unit tests meet no network: a connection is refused before it leaves the process."""

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection but Unix sockets, with which the event loop talks to itself."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"a unit test tried to connect to {address}; move it to tests/integration")
        connect(self, address)

    def refuse_ex(self: socket.socket, address: Any) -> int:
        refuse(self, address)
        return 0

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse_ex)
