"""Durations, read from containers and never trusted further than a day."""

import pytest

from tests.unit.workers import samples
from workers.recordings import LONGEST_SECONDS, seconds_of

MP3 = b"\xff\xfb\x90\x00" + bytes(413)
"""A frame of 128 kilobits at 44,100 samples a second."""
MP3_AT_24_KHZ = b"\xff\xf3\x84\x00" + bytes(188)
"""A frame of 64 kilobits at 24,000 samples a second."""


def adts(frames: int) -> bytes:
    """Return AAC of 16,000 samples a second, in frames of 100 bytes."""
    return (b"\xff\xf1\x60\x00\x0c\x80\x00" + bytes(93)) * frames


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
        (samples.opus(0), "audio/ogg", 4, 4),
        (b"#!AMR\n" + (b"\x3c" + bytes(31)) * 250 + (b"\x44" + bytes(5)) * 50, "audio/amr", 99, 6),
        (b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * 100, "audio/amr", 99, 2),
        (b"#!AMR\n", "audio/amr", 4, 4),
        (adts(5 * 16_000 // 1_024 + 1), "audio/aac", 99, 5),
        (adts(3) + b"\xff", "audio/aac", 0, 1),
        (b"\xff\xf1\xfc\x00\x00\x00\x00", "audio/aac", 4, 4),
        (MP3 * 230, "audio/mpeg", 99, 6),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + MP3 * 230, "audio/mpeg", 99, 6),
        (MP3_AT_24_KHZ * 250, "audio/mpeg", 99, 6),
        (b"\xff\xfb\xf0\x00" * 100, "audio/mpeg", 4, 4),
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
