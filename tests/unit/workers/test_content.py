"""What a file is, as a table over its bytes."""

import pytest

from core.media import MediaKind
from tests.unit.workers import samples
from workers.content import UNKNOWN, type_of

IMAGE, DOCUMENT, VOICE, VIDEO, OTHER = (
    MediaKind.IMAGE,
    MediaKind.DOCUMENT,
    MediaKind.VOICE,
    MediaKind.VIDEO,
    MediaKind.OTHER,
)

KNOWN = [
    ("jpeg", samples.picture("JPEG"), IMAGE, "image/jpeg"),
    ("png", samples.picture("PNG"), IMAGE, "image/png"),
    ("gif", samples.picture("GIF"), IMAGE, "image/gif"),
    ("webp", samples.picture("WEBP"), IMAGE, "image/webp"),
    ("avif", samples.picture("AVIF"), IMAGE, "image/avif"),
    ("heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", IMAGE, "image/heic"),
    ("heic by its second brand", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mif1heic", IMAGE, "image/heic"),
    ("heic by its third brand", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00iso2heic", IMAGE, "image/heic"),
    *((f"heic as {brand.decode()}", samples.iso(brand), IMAGE, "image/heic") for brand in samples.HEIC_BRANDS),
    ("avif of several pictures", samples.iso(b"avis"), IMAGE, "image/avif"),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", DOCUMENT, "application/pdf"),
    (
        "docx",
        samples.office("word/"),
        DOCUMENT,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("xlsx", samples.office("xl/"), DOCUMENT, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (
        "pptx",
        samples.office("ppt/"),
        DOCUMENT,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("text", "Zürich, 4 € – ok\n".encode(), DOCUMENT, "text/plain"),
    ("ogg opus", samples.opus(3), VOICE, "audio/ogg"),
    ("wav", samples.wav(1), VOICE, "audio/wav"),
    ("webm recording", samples.webm(b"A_OPUS"), VOICE, "audio/webm"),
    *((f"webm with {codec.decode()}", samples.webm(codec), VOICE, "audio/webm") for codec in samples.WEBM_SOUNDS),
    ("webm film", samples.webm(b"V_VP9") + b"A_OPUS", VIDEO, "video/webm"),
    *((f"webm with {codec.decode()}", samples.webm(codec), VIDEO, "video/webm") for codec in samples.WEBM_FILMS),
    ("ogg film", b"OggS" + bytes(24) + b"\x80theora" + bytes(40), VIDEO, "video/ogg"),
    ("m4a", samples.mp4(b"soun", brand=b"M4A "), VOICE, "audio/mp4"),
    ("mp4 film", samples.mp4(b"vide"), VIDEO, "video/mp4"),
    ("mp3 with a tag", b"ID3\x04\x00\x00\x00\x00\x00\x00", VOICE, "audio/mpeg"),
    ("mp3 without a tag", b"\xff\xfb\x90\x64" + bytes(100), VOICE, "audio/mpeg"),
    ("aac", b"\xff\xf1\x50\x80" + bytes(20), VOICE, "audio/aac"),
    ("amr", b"#!AMR\n" + bytes(20), VOICE, "audio/amr"),
]

UNKNOWNS = [
    ("nothing", b""),
    ("one byte", b"\xff"),
    ("ten bytes", b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09"),
    ("html", b"<!DOCTYPE html><html><script>alert(1)</script>"),
    ("html after spaces", b"\xef\xbb\xbf \n <HTML>"),
    ("html by a comment", b"<!-- --><script>"),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">'),
    ("svg after xml", b'<?xml version="1.0"?><svg>'),
    ("zip of anything", samples.archive()),
    ("zip that is cut off", samples.office("word/")[:40]),
    ("program", b"\x7fELF" + bytes(60)),
    ("text with a zero in it", b"hello\x00world"),
    ("text that is no UTF-8", b"caf\xe9 au lait"),
    ("riff of something else", b"RIFF\x00\x00\x00\x00AVI LIST"),
    ("riff cut off", b"RIFF\x00\x00"),
    ("matroska without codecs", b"\x1aE\xdf\xa3" + bytes(30)),
    ("mp4 without tracks", b"\x00\x00\x00\x18ftypisom" + bytes(30)),
    ("matroska of an unknown codec", samples.webm(b"V_OTHER")),
    ("mp4 that only has the word for film in it", samples.iso(b"isom") + b"vide"),
    ("set bits that are no frame", b"\xff\xff\xff\xff"),
    ("mp3 of no version", b"\xff\xea\x90\x64" + bytes(20)),
    ("mp3 of another layer", b"\xff\xfd\x90\x64" + bytes(20)),
    ("mp3 of no bit rate", b"\xff\xfb\xf0\x64" + bytes(20)),
    ("mp3 of no sampling rate", b"\xff\xfb\x9c\x64" + bytes(20)),
    ("mp3 that begins a byte late", b"A\xfb\x90\x64" + bytes(20)),
]


@pytest.mark.parametrize(("data", "kind", "mime"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_type_of_known_content(data: bytes, kind: MediaKind, mime: str) -> None:
    found = type_of(data)
    assert (found.kind, found.mime) == (kind, mime)


@pytest.mark.parametrize("data", [row[1] for row in UNKNOWNS], ids=[row[0] for row in UNKNOWNS])
def test_type_of_unknown_content(data: bytes) -> None:
    assert type_of(data) is UNKNOWN


@pytest.mark.parametrize("data", [row[1] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_type_of_any_beginning_of_a_file_never_fails(data: bytes) -> None:
    for length in range(min(len(data), 80)):
        type_of(data[:length])
