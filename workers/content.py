"""Content: what a file is, judged by its bytes and never by its name or by what anybody claims. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass

from core.media import MediaKind


@dataclass(frozen=True, slots=True)
class ContentType:
    """What a file is.

    Args:
        kind: As the dialogue knows it.
        mime: Its type.
        decoder: Pillow's name of the decoder that may open it; empty where none may.
    """

    kind: MediaKind
    mime: str
    decoder: str = ""


UNKNOWN = ContentType(MediaKind.OTHER, "application/octet-stream")

_JPEG = ContentType(MediaKind.IMAGE, "image/jpeg", "JPEG")
_PNG = ContentType(MediaKind.IMAGE, "image/png", "PNG")
_GIF = ContentType(MediaKind.IMAGE, "image/gif", "GIF")
_WEBP = ContentType(MediaKind.IMAGE, "image/webp", "WEBP")
_AVIF = ContentType(MediaKind.IMAGE, "image/avif", "AVIF")
_HEIC = ContentType(MediaKind.IMAGE, "image/heic")
_PDF = ContentType(MediaKind.DOCUMENT, "application/pdf")
_TEXT = ContentType(MediaKind.DOCUMENT, "text/plain")

_BEGINNINGS = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"%PDF-", _PDF),
    (b"fLaC", ContentType(MediaKind.VOICE, "audio/flac")),
    (b"#!AMR", ContentType(MediaKind.VOICE, "audio/amr")),
    (b"ID3", ContentType(MediaKind.VOICE, "audio/mpeg")),
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_MOST_NAMES = 10_000
"""Entries of an archive that are looked at."""
_HEAD = 4096
_MARKUP = re.compile(
    rb"^(\xef\xbb\xbf)?\s*<(!doctype|!--|\?xml|html|head|body|svg|script|iframe|[a-z]+[\s>])", re.IGNORECASE
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def type_of(data: bytes) -> ContentType:
    """Return what a file is; `UNKNOWN` where that cannot be told, and for markup, which browsers would run."""
    for beginning, found in _BEGINNINGS:
        if data.startswith(beginning):
            return found
    return _boxed(data) or _zipped(data) or _mpeg_audio(data) or _text(data) or UNKNOWN


def _boxed(data: bytes) -> ContentType | None:
    """Judge containers, which hold one thing or another."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _WEBP
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return ContentType(MediaKind.VOICE, "audio/wav")
    if data[:4] == b"OggS":
        return _ogg(data[:_HEAD])
    if data[:4] == b"\x1aE\xdf\xa3":
        return _matroska(data[:_HEAD])
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    return None


def _ogg(head: bytes) -> ContentType:
    if b"\x80theora" in head:
        return ContentType(MediaKind.VIDEO, "video/ogg")
    return ContentType(MediaKind.VOICE, "audio/ogg")


def _matroska(head: bytes) -> ContentType:
    """Judge WebM by the codecs that it names; what a browser records by voice has no picture in it."""
    if b"V_" in head and any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")):
        return ContentType(MediaKind.VIDEO, "video/webm")
    if b"A_OPUS" in head or b"A_VORBIS" in head or b"A_PCM" in head or b"A_AAC" in head:
        return ContentType(MediaKind.VOICE, "audio/webm")
    return UNKNOWN


def _iso_media(data: bytes) -> ContentType:
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, length, 4))]
    if any(brand in _AVIF_BRANDS for brand in brands):
        return _AVIF
    if any(brand in _HEIC_BRANDS for brand in brands):
        return _HEIC
    if b"vide" in data and b"hdlr" in data:
        return ContentType(MediaKind.VIDEO, "video/mp4")
    if b"soun" in data:
        return ContentType(MediaKind.VOICE, "audio/mp4")
    return UNKNOWN


def _zipped(data: bytes) -> ContentType | None:
    """Judge an archive by the names in it; nothing is unpacked."""
    if data[:4] != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:_MOST_NAMES]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        for folder, mime in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return ContentType(MediaKind.DOCUMENT, mime)
    return UNKNOWN


def _mpeg_audio(data: bytes) -> ContentType | None:
    """Judge MP3 and AAC without a tag by the first bits of a frame.

    Source: ISO 11172-3, 2.4.1.3: eleven set bits, then version, layer, bit rate and sampling rate.
    """
    if len(data) < 4 or data[0] != 0xFF:
        return None
    if data[1] & 0xF6 == 0xF0:
        return ContentType(MediaKind.VOICE, "audio/aac")
    valid = data[1] & 0xE0 == 0xE0 and data[1] & 0x18 != 0x08 and data[1] & 0x06 == 0x02
    if valid and data[2] & 0xF0 != 0xF0 and data[2] & 0x0C != 0x0C:
        return ContentType(MediaKind.VOICE, "audio/mpeg")
    return None


def _text(data: bytes) -> ContentType | None:
    if not data or _MARKUP.match(data[:_HEAD]) or _CONTROL.search(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _TEXT
