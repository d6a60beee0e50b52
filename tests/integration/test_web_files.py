"""Files of the web chat over real sockets: taken in, and given back to their owner alone."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image

from bots.adapter import Fetched
from core.ids import MediaId
from core.media import MAX_MEDIA_BYTES
from tests.integration.web_doubles import ChatDouble, start_chat
from tests.integration.web_page import Page, address_in, browser


@pytest.fixture
async def double() -> AsyncIterator[ChatDouble]:
    double = await start_chat()
    yield double
    assert double.stop is not None
    await double.stop()


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(buffer, "PNG")
    return buffer.getvalue()


async def test_upload_of_a_foreign_page_is_refused(double: ChatDouble) -> None:
    async with (
        browser(double) as page,
        page.http.post(double.url + "/chat/upload", data=png(), headers={"Origin": "https://evil.example"}) as answer,
    ):
        assert answer.status == 403
    assert double.shelf.files == {}


async def test_upload_then_media_frame_reaches_intake_and_only_its_owner_reads_it(double: ChatDouble) -> None:
    async with browser(double) as mine, browser(double) as other:
        await mine.send(type="hello", after=0)
        ref = await upload(mine, double, png(), "image/png")
        await mine.send(type="media", id=str(uuid4()), ref=ref, kind="image", mime="image/png", name="a.png", size=9)
        await mine.hear("accepted")
        attachment = double.conversations.taken[0].attachments[0]
        assert attachment.ref == f"{address_in(mine.http)}/{ref}"
        shown = await mine.hear("message")
        assert isinstance(shown["attachments"], list)
        url = double.url + shown["attachments"][0]["url"]

        async with mine.http.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, png())
            assert answer.content_type == "image/png"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Content-Disposition"].startswith("inline")
        async with other.http.get(url) as answer:
            assert answer.status == 404
        async with aiohttp.ClientSession() as nobody, nobody.get(url) as answer:
            assert answer.status == 404


async def upload(page: Page, double: ChatDouble, data: bytes, mime: str, name: str = "a.png") -> str:
    headers = {"Origin": double.url, "Content-Type": mime, "X-File-Name": name}
    async with page.http.post(double.url + "/chat/upload", data=io.BytesIO(data), headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        body = await answer.json()
        return str(body["ref"])


@pytest.mark.parametrize(
    ("data", "claimed"),
    [(b"<html><script>alert(1)</script>", "text/html"), (b"<svg onload='alert(1)'/>", "image/svg+xml"), (b"%PDF", "")],
)
async def test_upload_that_a_browser_could_run_is_only_ever_a_download(
    double: ChatDouble, data: bytes, claimed: str
) -> None:
    async with browser(double) as page:
        ref = await upload(page, double, data, claimed or "application/pdf", "x%22%0D%0A%2F..%2Fevil.html")
        async with page.http.get(f"{double.url}/chat/media/{ref}") as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''evil.html"


async def test_picture_is_shown_to_the_person_whose_it_is(double: ChatDouble) -> None:
    async with browser(double) as mine, browser(double) as other:
        media = MediaId(uuid4())
        double.shelf.pictures[address_in(mine.http), media] = Fetched(png(), "image/png")
        url = f"{double.url}/chat/picture/{media}?size=small"
        async with mine.http.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
        async with other.http.get(url) as answer:
            assert answer.status == 404
        async with mine.http.get(f"{double.url}/chat/picture/{'-' * 36}") as answer:
            assert answer.status == 404


async def test_upload_too_big_is_refused_in_words(double: ChatDouble) -> None:
    async with (
        browser(double) as page,
        page.http.post(
            double.url + "/chat/upload", data=io.BytesIO(b"x" * (MAX_MEDIA_BYTES + 1)), headers={"Origin": double.url}
        ) as answer,
    ):
        assert answer.status == 413
        assert "20 MB" in (await answer.json())["why"]
    assert double.shelf.files == {}


async def test_upload_that_announces_its_size_is_refused_before_it_travels(double: ChatDouble) -> None:
    async with browser(double) as page:
        cookie = "; ".join(f"{cookie.key}={cookie.value}" for cookie in page.http.cookie_jar)
        reader, writer = await asyncio.open_connection("127.0.0.1", double.port)
        head = f"POST /chat/upload HTTP/1.1\r\nHost: {double.url[7:]}\r\nOrigin: {double.url}\r\n"
        writer.write(f"{head}Cookie: {cookie}\r\nContent-Length: {MAX_MEDIA_BYTES + 1}\r\n\r\n".encode())
        async with asyncio.timeout(5):
            status = await reader.readline()
        writer.close()
        await writer.wait_closed()
    assert status == b"HTTP/1.1 413 Request Entity Too Large\r\n"


async def test_upload_too_big_without_a_length_is_cut_off(double: ChatDouble) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b"x" * 2**20

    async with (
        browser(double) as page,
        page.http.post(double.url + "/chat/upload", data=endless(), headers={"Origin": double.url}) as answer,
    ):
        assert answer.status == 413
    assert double.shelf.files == {}


async def test_upload_just_at_the_limit_is_taken(double: ChatDouble) -> None:
    async with browser(double) as page:
        await upload(page, double, b"x" * MAX_MEDIA_BYTES, "application/zip")
    assert len(double.shelf.files) == 1


@pytest.mark.parametrize(
    ("prepare", "status"),
    [
        (lambda double: setattr(double.shelf, "away", True), 503),
        (lambda double: None, 400),
    ],
    ids=["storage away", "empty"],
)
async def test_upload_that_cannot_be_kept_says_why(
    double: ChatDouble, prepare: Callable[[ChatDouble], None], status: int
) -> None:
    prepare(double)
    body = png() if status == 503 else b""
    async with (
        browser(double) as page,
        page.http.post(double.url + "/chat/upload", data=body, headers={"Origin": double.url}) as answer,
    ):
        assert answer.status == status
        assert (await answer.json())["why"]


async def test_upload_without_a_session_is_refused(double: ChatDouble) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(double.url + "/chat/upload", data=png(), headers={"Origin": double.url}) as answer,
    ):
        assert answer.status == 401
