"""What a file is by its first bytes, and what it may be called."""

import pytest

from web import content_types

TYPES = [
    (b"\x89PNG\r\n\x1a\n....", "image/png"),
    (b"\xff\xd8\xff\xe0....", "image/jpeg"),
    (b"GIF89a....", "image/gif"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"\x00\x00\x00\x1cftypavif", "image/avif"),
    (b"\x1aE\xdf\xa3....", "audio/webm"),
    (b"OggS....", "audio/ogg"),
    (b"\x00\x00\x00\x1cftypM4A ", "audio/mp4"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    (b"RIFF\x00\x00\x00\x00AVI LIST", content_types.UNKNOWN),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_types.UNKNOWN),
    (b"<!doctype html>", content_types.UNKNOWN),
    (b"%PDF-1.7", content_types.UNKNOWN),
    (b"", content_types.UNKNOWN),
]


@pytest.mark.parametrize(("data", "kind"), TYPES)
def test_type_of(data: bytes, kind: str) -> None:
    assert content_types.type_of(data) == kind


@pytest.mark.parametrize(
    ("claimed", "safe"),
    [
        ("page.png", "page.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\proof.pdf", "proof.pdf"),
        ('a"b\r\nSet-Cookie: x.png', "abSet-Cookie x.png"),
        ("श्याम.pdf", "श्याम.pdf"),
        ("....", "file"),
        ("", "file"),
        ("x" * 300, "x" * 120),
    ],
)
def test_safe_name(claimed: str, safe: str) -> None:
    assert content_types.safe_name(claimed) == safe
