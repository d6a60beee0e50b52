"""Files on the chat's page that a browser cannot show, or must not run."""

from uuid import UUID

import pytest
from playwright.async_api import FilePayload, expect

from bots.adapter import Fetched
from core.ids import MediaId
from core.messages import Content, Picture
from tests.acceptance.web_page import SMALL_PHONE, Opened, screenshot, sunrise, write
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


async def test_picture_that_loads_late_leaves_the_newest_words_in_sight(double: ChatDouble, opened: Opened) -> None:
    page = await opened(viewport=SMALL_PHONE)
    for number in range(8):
        await write(page, f"note {number}")
    await expect(page.locator(".message:not(.mine)")).to_have_count(8)
    await page.evaluate("document.getElementById('scroll').scrollTop -= 40")
    await page.wait_for_timeout(200)
    # In one frame the browser tells of a scroll and finds that a picture has become larger meanwhile.
    await page.evaluate(
        "document.getElementById('scroll').scrollTop += 20;"
        "[...document.querySelectorAll('.message .bubble')].at(-2).style.paddingBottom = '400px'"
    )
    await page.wait_for_timeout(300)
    rest = "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)"
    assert await page.evaluate(f"{rest}(document.getElementById('scroll'))") < 2
    await page.mouse.move(100, 300)
    await page.mouse.wheel(0, -300)
    await page.wait_for_timeout(300)
    await expect(page.locator("#down")).to_be_visible()
    assert await page.evaluate(f"{rest}(document.getElementById('scroll'))") > 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_album_stands_together_with_its_captions_and_opens(
    double: ChatDouble, opened: Opened, scheme: str
) -> None:
    page = await opened(viewport=SMALL_PHONE, color_scheme=scheme)
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    (address,) = double.conversations.entries
    album = tuple(
        Picture(MediaId(UUID(int=place)), caption) for place, caption in enumerate(("Our house", "", "بيتنا"))
    )
    for one in album:
        double.shelf.pictures[address, one.media] = Fetched(sunrise(), "image/png")
    double.conversations.say(address, Content("This is where you are going.", album=album))
    await double.announcer.announce(address)
    pictures = page.locator(".album .picture img")
    await expect(pictures).to_have_count(3)
    await expect(page.locator(".album figcaption")).to_have_text(["Our house", "بيتنا"])
    boxes = [await pictures.nth(place).bounding_box() for place in range(3)]
    assert all(box and box["width"] >= 90 and box["x"] + box["width"] <= 320 for box in boxes)
    await screenshot(page, f"album-{scheme}")
    await pictures.first.click()
    await expect(page.locator("#viewer-image")).to_be_visible()
