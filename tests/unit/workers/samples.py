"""Files of every kind, made here so that none has to be kept."""

import io
import struct
import zipfile

from PIL import Image, TiffImagePlugin

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
WEBM_SOUNDS = (b"A_VORBIS", b"A_PCM/INT/LIT", b"A_AAC")
WEBM_FILMS = (b"V_VP8", b"V_AV1", b"V_MPEG4/ISO/AVC")


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "red").save(out, form, **more)
    return out.getvalue()


def photo(size: tuple[int, int] = (40, 20), orientation: int = 6) -> bytes:
    """Return a JPEG lying on its side, with a place, a camera, a comment and XMP in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (TiffImagePlugin.IFDRational(52), TiffImagePlugin.IFDRational(31), 0.0)})
    out = io.BytesIO()
    Image.new("RGB", size, "blue").save(
        out, "JPEG", exif=exif, comment=b"secret comment", xmp=b"<x:xmpmeta>secret</x:xmpmeta>"
    )
    return out.getvalue()


def office(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}document.xml", "<w/>")
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.exe", "x")
    return out.getvalue()


def opus(seconds: float) -> bytes:
    """Return an Ogg file as a phone records it: a head, and a last page that counts 48,000 a second."""
    head = b"OpusHead" + bytes([1, 1]) + struct.pack("<HIHB", 312, 48_000, 0, 0)
    return _page(0, head) + _page(int(seconds * 48_000) + 312, b"\x00" * 40)


def _page(position: int, content: bytes) -> bytes:
    return b"OggS\x00\x00" + struct.pack("<qIIIB", position, 1, 0, 0, 1) + bytes([len(content)]) + content


def wav(seconds: float) -> bytes:
    data = b"\x00" * int(seconds * 16_000)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        8000,
        16_000,
        2,
        16,
        b"data",
        len(data),
    )
    return head + data


def mp4(handler: bytes, seconds: int = 0, brand: bytes = b"isom", *, wide: bool = False) -> bytes:
    """Return a film or a recording; a wide one counts its time in 64 bits."""
    narrow = bytes(12) + struct.pack(">II", 1000, seconds * 1000)
    movie = b"mvhd" + (b"\x01" + bytes(19) + struct.pack(">IQ", 1000, seconds * 1000) if wide else narrow) + bytes(80)
    return struct.pack(">I4s4sI", 16, b"ftyp", brand, 0) + b"moov" + movie + b"hdlr" + bytes(8) + handler


def iso(brand: bytes) -> bytes:
    """Return the beginning of an ISO media file that has a brand and a common one."""
    return struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 0, b"iso2")


def webm(codec: bytes) -> bytes:
    return b"\x1aE\xdf\xa3" + b"\x42\x82\x84webm" + bytes(40) + b"\x86" + codec + bytes(100)


def bomb(side: int = 20_000) -> bytes:
    """Return a small PNG that says it is huge."""
    return picture("PNG", (side, side), "1")
