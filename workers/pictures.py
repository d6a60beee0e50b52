"""Pictures: read with care, and made anew so that nothing but the picture is shown.

The original is kept as it came, because it is the proof. What people are shown is a copy without EXIF and
GPS, turned the right way up, and no larger than a screen.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps

from core.errors import MediaRejected

MOST_PIXELS = 50_000_000
MOST_FRAMES = 1_000
SHOWN_SIDE = 2048
THUMBNAIL_SIDE = 320
_QUALITY = 85

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be shown.

    Args:
        width: Of the original, turned the right way up, in pixels.
        height: Of the original, turned the right way up, in pixels.
        shown: A JPEG of at most `SHOWN_SIDE` pixels a side, without metadata.
        thumbnail: A JPEG of at most `THUMBNAIL_SIDE` pixels a side, without metadata.
    """

    width: int
    height: int
    shown: bytes
    thumbnail: bytes


def read_picture(data: bytes, decoder: str) -> Picture:
    """Read a picture.

    Args:
        data: The original bytes.
        decoder: Pillow's name of the only decoder that may touch them; empty where there is none.

    Raises:
        MediaRejected: `too_many_pixels`, or `unreadable`.
    """
    if not decoder:
        raise MediaRejected("unreadable")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _read(data, decoder)
        except MediaRejected:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise MediaRejected("too_many_pixels") from None
        except Exception as error:  # noqa: BLE001 - decoders raise whatever hostile bytes make them raise
            raise MediaRejected("unreadable", {"error": type(error).__name__}) from None


def _read(data: bytes, decoder: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=(decoder,)) as image:
        # The header alone has been read; nothing was decoded yet.
        if image.width * image.height > MOST_PIXELS:
            raise MediaRejected("too_many_pixels")
        if getattr(image, "n_frames", 1) > MOST_FRAMES:
            raise MediaRejected("too_many_pixels")
        image.verify()
    with Image.open(io.BytesIO(data), formats=(decoder,)) as image:
        width, height = image.size
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # Source: EXIF 2.32, tag Orientation
        # A JPEG can be decoded at a fraction of its size, which saves nine tenths of the memory of a large photo.
        image.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))
        shown = _plain(image)
        thumbnail = shown.copy()
        thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        if turned:
            width, height = height, width
        return Picture(width, height, _jpeg(shown), _jpeg(thumbnail))


def _plain(image: Image.Image) -> Image.Image:
    """Return the first frame the right way up, on white, small enough to be shown, with no metadata left."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    return upright.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    image.info = {}  # the encoder would take comments and XMP along from here
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
