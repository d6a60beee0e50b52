"""How the chat's page looks and sounds: sizes, colours, languages, keyboard."""

import pytest
from playwright.async_api import Page, expect

from tests.acceptance.web_page import DESK, PHONE, SMALL_PHONE, Opened, photo, screenshot, write
from tests.integration.web_doubles import ChatDouble

pytestmark = pytest.mark.browser


async def converse(page: Page) -> None:
    """Live through a little of everything."""
    await write(page, "hello")
    await page.get_by_role("button", name="Copywriting").click()
    await expect(page.get_by_text("Then send me a screenshot")).to_be_visible()
    await page.locator("#file-photo").set_input_files(photo("page.png"))
    await page.locator("#send").click()
    await expect(page.get_by_text("Great shot.")).to_be_visible()
    await page.locator("#text").fill("hello")
    await page.locator("#send").click()
    await expect(page.get_by_role("button", name="Design").last).to_be_enabled()
    await page.wait_for_timeout(350)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "size"), [("desk", DESK), ("phone", PHONE), ("small", SMALL_PHONE)], ids=["desk", "phone", "small phone"]
)
async def test_page_fits_every_size_in_light_and_dark(
    double: ChatDouble, opened: Opened, scheme: str, name: str, size: dict[str, int]
) -> None:
    touch = name != "desk"
    page = await opened(viewport=size, color_scheme=scheme, has_touch=touch, is_mobile=touch, device_scale_factor=2)
    await screenshot(page, f"welcome-{name}-{scheme}")
    if touch:
        await page.locator("#text").fill("hello")
        await page.locator("#send").tap()
        await page.get_by_role("button", name="Copywriting").tap()
        await expect(page.get_by_text("Then send me a screenshot")).to_be_visible()
        await page.wait_for_timeout(350)
    else:
        await converse(page)
    await screenshot(page, f"chat-{name}-{scheme}")
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    sideways = await page.evaluate("document.getElementById('scroll').scrollWidth > innerWidth")
    box = await page.locator("#composer").bounding_box()
    assert not wide
    assert not sideways
    assert box is not None
    assert box["y"] + box["height"] <= size["height"]
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == ("rgb(23, 17, 13)" if scheme == "dark" else "rgb(255, 250, 244)")


async def test_theme_switch_is_kept_over_a_reload(double: ChatDouble, opened: Opened) -> None:
    page = await opened(color_scheme="light")
    await page.locator("#theme").click()
    await page.locator("#theme").click()
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 17, 13)"


async def test_arabic_page_runs_from_right_to_left(double: ChatDouble, opened: Opened) -> None:
    page = await opened(locale="ar-EG", viewport=PHONE)
    assert await page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    await screenshot(page, "welcome-phone-arabic")
    await write(page, "مرحبا، هذا رابط https://example.org")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await page.get_by_role("button", name="Design").click()
    await page.wait_for_timeout(350)
    await screenshot(page, "chat-phone-arabic")
    mine = await page.locator(".message.mine .bubble").first.bounding_box()
    assert mine is not None
    assert mine["x"] < 60


@pytest.mark.parametrize(
    ("locale", "word"),
    [("de-DE", "Schön, dass du da bist."), ("es-MX", "Qué bueno verte."), ("hi-IN", "आपसे मिलकर अच्छा लगा।")],
)
async def test_page_speaks_the_browsers_language(double: ChatDouble, opened: Opened, locale: str, word: str) -> None:
    page = await opened(locale=locale)
    await expect(page.get_by_role("heading", level=2)).to_have_text(word)


async def test_page_can_be_used_by_keyboard_and_read_aloud(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("hello")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("there")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    assert double.conversations.taken[0].text == "hello\nthere"
    tree = await page.locator("body").aria_snapshot()
    assert 'log "Conversation"' in tree
    assert 'group "Choices"' in tree
    await page.get_by_role("button", name="Design").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Put your twenty best prompts")).to_be_visible()
    await expect(page.locator("#text")).to_be_focused()


async def test_button_to_the_newest_lies_over_the_page_and_moves_nothing(double: ChatDouble, opened: Opened) -> None:
    page = await opened(viewport=SMALL_PHONE)
    for number in range(8):
        await write(page, f"note {number}")
    await expect(page.locator(".message:not(.mine)")).to_have_count(8)
    before = await page.locator("#composer").bounding_box()
    await page.locator("#scroll").evaluate("scroll => { scroll.scrollTop = 0; }")
    await expect(page.locator("#down")).to_be_visible()
    down = await page.locator("#down").bounding_box()
    assert down is not None
    assert await page.locator("#composer").bounding_box() == before
    assert abs(down["x"] + down["width"] / 2 - SMALL_PHONE["width"] / 2) < 2
