"""What a file is, by its first bytes: nothing that a browser could run is ever served as what it claims to be."""

from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1aE\xdf\xa3", "audio/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"iso5": "audio/mp4",
    b"isom": "audio/mp4",
    b"mp42": "audio/mp4",
}


def type_of(data: bytes) -> str:
    """Return the type of a picture or recording that browsers show safely, else `application/octet-stream`."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], UNKNOWN)
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], UNKNOWN)
    return UNKNOWN


def safe_name(claimed: str) -> str:
    """Return a claimed file name without folders, quotes and control characters; `file` where nothing is left."""
    name = PurePosixPath(claimed.replace("\\", "/")).name
    kept = "".join(character for character in name if character.isprintable() and character not in '"<>|*?:')
    return kept.strip(" .")[:120] or "file"
