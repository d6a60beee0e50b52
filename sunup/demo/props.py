"""Props: the files that the person of the demo sends, made when they are needed."""

import io
import math
import struct
import wave
from pathlib import Path

from PIL import Image, ImageDraw

_PAPER, _INK, _SUN = "#fffaf4", "#2a1c12", "#e8651c"
_RATE = 16_000
_SPOKEN_SECONDS = 42


def prop(folder: Path, name: str) -> Path:
    """Return a file of this name in a folder, made there if need be.

    Raises:
        KeyError: The stage has no such prop.
    """
    path = folder / name
    if not path.exists():
        path.write_bytes(_MADE[name]())
    return path


def _page() -> bytes:
    """Draw a page with three packs on sale."""
    picture = Image.new("RGB", (960, 600), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 960, 90), fill=_SUN)
    for place in range(3):
        left = 60 + place * 290
        draw.rounded_rectangle((left, 150, left + 250, 520), 18, outline=_INK, width=3)
        draw.ellipse((left + 65, 190, left + 185, 310), fill=_SUN)
        for line in range(3):
            draw.line((left + 40, 360 + line * 36, left + 210 - line * 30, 360 + line * 36), fill=_INK, width=8)
    return _png(picture)


def _horizon() -> bytes:
    """Draw a house by the sea at sunrise."""
    picture = Image.new("RGB", (960, 600), "#ffd9a8")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((600, 180, 820, 400), fill="#fff1c4")
    draw.rectangle((0, 330, 960, 600), fill="#3f7f93")
    draw.polygon([(120, 330), (240, 230), (360, 330)], fill="#8c3b1b")
    draw.rectangle((150, 330, 330, 450), fill=_PAPER)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _voice() -> bytes:
    """Hum for as long as five affirmations take."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(_RATE)
        second = b"".join(
            struct.pack("<h", int(6000 * math.sin(math.tau * 180 * sample / _RATE))) for sample in range(_RATE)
        )
        recording.writeframes(second * _SPOKEN_SECONDS)
    return buffer.getvalue()


_MADE = {"page.png": _page, "horizon.png": _horizon, "voice.wav": _voice}
