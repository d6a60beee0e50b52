"""Recordings: how long they are, as their container says, or by their frames. Pure."""

from workers import audio_frames

LONGEST_SECONDS = 24 * 3600
_OPUS_RATE = 48_000
_TAIL = 128 * 1024


def seconds_of(data: bytes, mime: str, claimed: int) -> int:
    """Return a recording's duration in whole seconds, at least 1 for one that has any.

    Args:
        data: The file.
        mime: Its type, judged by content.
        claimed: What the channel said; taken where the container says nothing.
    """
    readers = {
        "audio/ogg": _ogg,
        "audio/wav": _wav,
        "audio/mp4": _mp4,
        "audio/amr": audio_frames.amr,
        "audio/aac": audio_frames.aac,
        "audio/mpeg": audio_frames.mp3,
    }
    reader = readers.get(mime)
    # A container that was written as a stream may say 0.
    found = (reader(data) if reader else None) or float(max(claimed, 0))
    return min(max(round(found), 1 if found > 0 else 0), LONGEST_SECONDS)


def _ogg(data: bytes) -> float | None:
    """Read the position of the last page. Source: RFC 3533, 6; RFC 7845, 4: Opus always counts 48,000 a second."""
    if b"OpusHead" not in data[:512]:
        return None
    start = data.index(b"OpusHead")
    skipped = int.from_bytes(data[start + 10 : start + 12], "little")
    tail = data[-_TAIL:]
    last = tail.rfind(b"OggS")
    if last < 0 or len(tail) < last + 14:
        return None
    position = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True)
    return max(position - skipped, 0) / _OPUS_RATE


def _wav(data: bytes) -> float | None:
    """Divide the length of the samples by the bytes a second."""
    place, rate = 12, 0
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if name == b"fmt ":
            rate = int.from_bytes(data[place + 16 : place + 20], "little")
        if name == b"data":
            # A recorder that was cut off leaves a size that is too large.
            return min(size, len(data) - place - 8) / rate if rate else None
        place += 8 + size + size % 2
    return None


def _mp4(data: bytes) -> float | None:
    """Read the movie header. Source: ISO 14496-12, 8.2.2; a fragmented file says 0 there."""
    place = data.find(b"mvhd")
    if place < 0 or len(data) < place + 36:
        return None
    wide = data[place + 4] == 1
    first = place + (24 if wide else 16)
    scale = int.from_bytes(data[first : first + 4], "big")
    length = int.from_bytes(data[first + 4 : first + (12 if wide else 8)], "big")
    return length / scale if scale and length else None
