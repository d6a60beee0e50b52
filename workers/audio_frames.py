"""Audio frames: how long recordings are that say it nowhere, by counting what they are made of. Pure.

Phones forward such files on WhatsApp, whose announcement holds no duration.
"""

from collections.abc import Callable
from typing import Final

Frame = tuple[int, float]
"""Bytes of a frame, and seconds that it lasts."""

_AMR: Final = (b"#!AMR\n", (13, 14, 16, 18, 20, 21, 27, 32, 6))
_AMR_WIDE: Final = (b"#!AMR-WB\n", (18, 24, 33, 37, 41, 47, 51, 59, 61, 6))
"""Bytes of a frame by its mode, its head included. Source: RFC 4867, 5.3; 3GPP TS 26.101 and 26.201."""
_AMR_SECONDS: Final = 0.02
_AAC_RATES: Final = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
    7_350,
)
_AAC_SAMPLES: Final = 1_024
_MP3_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MP3_KILOBITS: Final = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By whether it is MPEG-1. Source: ISO 11172-3, 2.4.2.3, and ISO 13818-3, for layer III."""


def amr(data: bytes) -> float | None:
    """Return the seconds of an AMR recording; None for what is none."""
    for head, sizes in (_AMR, _AMR_WIDE):
        if data.startswith(head):

            def frame(place: int, sizes: tuple[int, ...] = sizes) -> Frame | None:
                mode = data[place] >> 3 & 15
                return (sizes[mode] if mode < len(sizes) else 1, _AMR_SECONDS)

            return _counted(data, len(head), frame)
    return None


def aac(data: bytes) -> float | None:
    """Return the seconds of AAC in ADTS; None for what is none. Source: ISO 13818-7, 6.2."""

    def frame(place: int) -> Frame | None:
        head = data[place : place + 7]
        if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
            return None
        rate, size = head[2] >> 2 & 15, (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return (size, _AAC_SAMPLES / _AAC_RATES[rate]) if rate < len(_AAC_RATES) else None

    return _counted(data, 0, frame)


def mp3(data: bytes) -> float | None:
    """Return the seconds of an MP3; None for what is none, or another layer of MPEG."""

    def frame(place: int) -> Frame | None:
        head = data[place : place + 4]
        if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
            return None
        version, bits, sampling, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
        if version not in _MP3_RATES or sampling == 3 or not 1 <= bits <= 14:
            return None
        rate, samples = _MP3_RATES[version][sampling], 1_152 if version == 3 else 576
        return samples // 8 * _MP3_KILOBITS[version == 3][bits] * 1_000 // rate + padding, samples / rate

    return _counted(data, _behind_tag(data), frame)


def _behind_tag(data: bytes) -> int:
    """Return where the sound begins. Source: ID3v2.4, 3.1: four bytes of seven bits each say how long a tag is."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _counted(data: bytes, place: int, frame: Callable[[int], Frame | None]) -> float | None:
    """Add up frame after frame, until what follows is none."""
    seconds = 0.0
    while place < len(data) and (found := frame(place)) is not None and found[0] > 0:
        place += found[0]
        seconds += found[1]
    return seconds or None
