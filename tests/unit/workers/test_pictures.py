"""Pictures: bombs are seen before they go off, and nothing but the picture is shown."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import MediaRejected
from tests.unit.workers import samples
from workers import pictures
from workers.pictures import SHOWN_SIDE, THUMBNAIL_SIDE, read_picture


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_read_picture_turns_it_upright_and_strips_everything() -> None:
    photo = samples.photo((40, 20), orientation=6)
    assert b"secret" in photo
    picture = read_picture(photo, "JPEG")
    assert (picture.width, picture.height) == (20, 40)
    for data in (picture.shown, picture.thumbnail):
        image = opened(data)
        assert image.size == (20, 40)
        assert image.getexif() == {}
        assert not {"comment", "xmp", "exif", "icc_profile"} & set(image.info)
        assert b"ecret" not in data


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_read_picture_of_another_sort_is_turned_and_stripped_too(form: str) -> None:
    exif, text = Image.Exif(), PngInfo()
    exif[0x0112], exif[0x010F] = 6, "Secret camera"
    text.add_text("Comment", "secret words")
    telling = samples.picture(form, exif=exif, xmp=b"<x>secret</x>", icc_profile=b"secret colours", pnginfo=text)
    assert b"ecret" in telling
    picture = read_picture(telling, form)
    assert (picture.width, picture.height) == opened(picture.shown).size == (20, 40)
    assert not any(b"ecret" in data for data in (picture.shown, picture.thumbnail))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("PNG", "I;16"),
        ("GIF", "P"),
        ("WEBP", "RGBA"),
        ("JPEG", "CMYK"),
        ("AVIF", "RGB"),
    ],
)
def test_read_picture_of_every_sort(form: str, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (30, 10)).save(out, form)
    picture = read_picture(out.getvalue(), form)
    assert (opened(picture.shown).format, opened(picture.shown).mode, picture.width) == ("JPEG", "RGB", 30)


def test_read_picture_shows_transparency_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(read_picture(out.getvalue(), "PNG").shown).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_read_picture_shows_what_is_not_transparent(mode: str) -> None:
    half = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    half.paste((90, 90, 90, 255), (0, 0, 10, 10))
    out = io.BytesIO()
    half.convert(mode).save(out, "PNG")
    shown = opened(read_picture(out.getvalue(), "PNG").shown)
    grey, clear = shown.getpixel((2, 5)), shown.getpixel((17, 5))
    assert isinstance(grey, tuple)
    assert max(abs(part - 90) for part in grey) < 8
    assert clear == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_read_picture_of_any_orientation_is_as_large_as_it_is_shown(orientation: int) -> None:
    picture = read_picture(samples.photo((40, 20), orientation), "JPEG")
    assert opened(picture.shown).size == (picture.width, picture.height) == ((40, 20) if orientation < 5 else (20, 40))


def test_read_picture_large_one_is_shown_smaller() -> None:
    picture = read_picture(samples.picture("JPEG", (5000, 2500)), "JPEG")
    assert (picture.width, picture.height) == (5000, 2500)
    assert max(opened(picture.shown).size) == SHOWN_SIDE
    assert max(opened(picture.thumbnail).size) == THUMBNAIL_SIDE


@pytest.mark.parametrize("side", [7_100, 20_000])
def test_read_picture_bomb_is_refused_before_it_is_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = samples.bomb(side)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was decoded"))
    with pytest.raises(MediaRejected) as refusal:
        read_picture(bomb, "PNG")
    assert refusal.value.reason == "too_many_pixels"


def test_read_picture_endless_animation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_FRAMES", 3)
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (50 * number, 0, 0)) for number in range(5)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(MediaRejected) as refusal:
        read_picture(out.getvalue(), "GIF")
    assert refusal.value.reason == "too_many_pixels"


@pytest.mark.parametrize(
    ("data", "decoder"),
    [
        (samples.picture("JPEG", (400, 400))[:-200], "JPEG"),
        (samples.picture("PNG", (400, 400))[:60], "PNG"),
        (b"\xff\xd8\xff\xe0 and no more", "JPEG"),
        (samples.picture("PNG"), "JPEG"),
        (samples.picture("PNG"), ""),
    ],
    ids=["jpeg cut off", "png cut off", "jpeg of words", "another decoder's", "no decoder"],
)
def test_read_picture_broken_one_is_unreadable(data: bytes, decoder: str) -> None:
    with pytest.raises(MediaRejected) as refusal:
        read_picture(data, decoder)
    assert refusal.value.reason == "unreadable"
