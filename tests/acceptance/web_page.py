"""What the tests of the page share: a browser on the page, and how a person uses it."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, FilePayload, Page, async_playwright, expect

from tests.integration.web_doubles import ChatDouble

FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}

Opened = Callable[..., Awaitable[Page]]


@asynccontextmanager
async def pages(double: ChatDouble, chromium: str) -> AsyncIterator[Opened]:
    """Start a browser whose pages open the chat; an error in the page's own code fails the test.

    Each page has a context of its own unless one is given; `options` are those of a context.
    """
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)

        async def open_page(context: BrowserContext | None = None, **options: Any) -> Page:
            settings: Any = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/London", **options}
            context = context or await browser.new_context(**settings)
            page = await context.new_page()
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)
            await page.goto(double.url)
            await expect(page.locator("#line")).to_have_attribute("data-state", "online")
            return page

        yield open_page
        await browser.close()
    assert faults == []


def screenshot(page: Page, name: str) -> Awaitable[object]:
    """Keep a picture of the page where `SUNUP_TEST_SHOTS` says; nowhere without it."""
    folder = os.environ.get("SUNUP_TEST_SHOTS")
    if not folder:
        return asyncio.sleep(0)
    return page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def sunrise(size: tuple[int, int] = (900, 600)) -> bytes:
    """Return a PNG that looks like a sunrise."""
    picture = Image.new("RGB", size, "#ffb26b")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((size[0] // 3, size[1] // 4, 2 * size[0] // 3, size[1]), fill="#fff1c4")
    draw.rectangle((0, 2 * size[1] // 3, *size), fill="#c8503a")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def photo(name: str) -> list[FilePayload]:
    """Return a picture as a person picks it."""
    return [{"name": name, "mimeType": "image/png", "buffer": sunrise()}]


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")
