"""JSON of Telegram's: halves of surrogate pairs are read and written, and everything else is judged strictly."""

import pytest

from bots.telegram.plain_json import read_json, write_json

HALF = {"text": "half \ud83d", "whole": "🎉"}


def test_half_of_a_surrogate_pair_survives_the_way_there_and_back() -> None:
    written = write_json(HALF)
    assert written.isascii()
    assert read_json(written) == HALF


def test_whole_characters_are_written_as_they_are() -> None:
    assert write_json({"a": "🎉"}) == '{"a":"🎉"}'.encode()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"a":NaN}', b'{"a":"\\ud83d","b":Infinity}', b"[" * 100_000, b"<html>"]
)
def test_what_is_no_json_is_refused_with_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whose words may quote the body and are shown to nobody
        read_json(body)


def test_what_json_does_not_know_is_not_written() -> None:
    with pytest.raises(TypeError):
        write_json({"a": object()})
