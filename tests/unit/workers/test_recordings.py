"""Durations, read from containers and never trusted further than a day."""

import pytest

from tests.unit.workers import samples
from workers.recordings import LONGEST_SECONDS, seconds_of


@pytest.mark.parametrize(
    ("data", "mime", "claimed", "expected"),
    [
        (samples.opus(12), "audio/ogg", 99, 12),
        (samples.opus(0.2), "audio/ogg", 0, 1),
        (samples.wav(3), "audio/wav", 99, 3),
        (samples.wav(3)[:-16_000], "audio/wav", 99, 2),
        (samples.wav(3).replace(b"data", b"LIST\x03\x00\x00\x00odd\x00data"), "audio/wav", 99, 3),
        (samples.mp4(b"soun", 7), "audio/mp4", 99, 7),
        (samples.mp4(b"soun", 7, wide=True), "audio/mp4", 99, 7),
        (samples.mp4(b"soun", 0), "audio/mp4", 5, 5),
        (b"ID3", "audio/mpeg", 42, 42),
        (b"ID3", "audio/mpeg", -5, 0),
        (b"ID3", "audio/mpeg", 10**9, LONGEST_SECONDS),
        (b"OggS", "audio/ogg", 4, 4),
        (b"OggSOpusHead", "audio/ogg", 4, 4),
        (b"RIFF\x00\x00\x00\x00WAVEdata", "audio/wav", 4, 4),
        (b"mvhd", "audio/mp4", 4, 4),
    ],
)
def test_seconds_of(data: bytes, mime: str, claimed: int, expected: int) -> None:
    assert seconds_of(data, mime, claimed) == expected
