"""Files on the chat's page that a browser cannot show, or must not run."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.acceptance.web_page import Opened, write
from tests.integration.web_doubles import ChatDouble

pytestmark = pytest.mark.browser

HEIC: FilePayload = {
    "name": "shop.heic",
    "mimeType": "image/heic",
    "buffer": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(400),
}
SCRIPTED = b'<svg xmlns="http://www.w3.org/2000/svg" onload="top.ran = true"><script>top.ran = true</script></svg>'
SVG: FilePayload = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": SCRIPTED}


async def test_picture_that_the_browser_cannot_show_stays_as_a_file(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await page.locator("#file-photo").set_input_files([HEIC])
    await page.locator("#send").click()
    await expect(page.locator(".message.mine a.file")).to_contain_text("shop.heic")
    await expect(page.get_by_text("no longer here")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".message.mine a.file")).to_contain_text("shop.heic")


async def test_script_in_a_picture_never_runs(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await page.locator("#file-photo").set_input_files([SVG])
    await page.locator("#send").click()
    await expect(page.locator(".message.mine img, .message.mine a.file").last).to_be_visible()
    await page.reload()
    await expect(page.locator(".message.mine").last).to_be_visible()
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.ran === undefined")
