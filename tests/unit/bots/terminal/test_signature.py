"""The seal of a typed line."""

import pytest

from bots.adapter import Request
from bots.terminal.signature import HEADER, check_seal, seal
from core.errors import Forged

KEY = b"k" * 32


def request(body: bytes, seal: str | None = None) -> Request:
    return Request("POST", "/terminal", {} if seal is None else {HEADER: seal}, body=body)


def test_line_typed_here_is_let_in() -> None:
    sealed = request(b"line", seal=seal(b"line", KEY))

    check_seal(sealed, KEY)

    assert sealed.headers[HEADER] == seal(b"line", KEY)


@pytest.mark.parametrize(
    "forged",
    [
        request(b"line"),
        request(b"line", seal=""),
        request(b"line", seal=seal(b"line", b"x" * 32)),
        request(b"other", seal=seal(b"line", KEY)),
        request(b"line", seal="ünïcode"),
        request(b"line", seal="\udcff"),
    ],
    ids=["missing", "empty", "other key", "other line", "no hex", "half a character"],
)
def test_line_from_elsewhere_is_refused(forged: Request) -> None:
    with pytest.raises(Forged):
        check_seal(forged, KEY)
