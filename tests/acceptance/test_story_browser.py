"""The story in a real browser, on the whole program: the page that a stranger opens after one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Browser, FilePayload, Page, async_playwright, expect

from storage import tables
from tests.acceptance.program import PATIENCE, Program
from tests.acceptance.records import Records
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import patient
from tests.acceptance.web_page import DESK, FLAGS, PHONE, screenshot, write

pytestmark = [patient, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SCREENS = {"desk": DESK, "phone": PHONE}
WAIT = PATIENCE * 1000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> AsyncIterator[Program]:
    """A program without any setting at all but where it keeps its things."""
    program = Program(tmp_path_factory.mktemp("browser"), {})
    program.start()
    try:
        await program.ready()
        yield program
        assert await program.stop() == {"serve": 0}
        assert program.faults_in_log(["my little shop", "twenty best"]) == []
    finally:
        program.end()


@asynccontextmanager
async def opened(program: Program, chromium: str, screen: str, scheme: str) -> AsyncIterator[Page]:
    """Open the page in a browser of its own; a fault in the page's code fails the test."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
        settings: Any = {
            "viewport": SCREENS[screen],
            "color_scheme": scheme,
            "locale": "en-IN",
            "timezone_id": "Asia/Kolkata",
            "device_scale_factor": 2,
        }
        context = await browser.new_context(**settings)
        page = await context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        await page.goto(program.url)
        await expect(page.locator("#line")).to_have_attribute("data-state", "online", timeout=WAIT)
        yield page
        await browser.close()
    assert faults == []


async def sees(page: Page, words: str) -> None:
    """Wait until the newest bubble that holds these words is in view."""
    await expect(page.locator("#log").get_by_text(words).last).to_be_visible(timeout=WAIT)


async def tap(page: Page, title: str, words: str) -> None:
    await page.locator("#log").get_by_role("button", name=title, exact=True).last.click()
    await sees(page, words)


async def sell_prompts(page: Page, photo: bytes, name: str) -> None:
    """Say hello, sell three prompt packs, and take pictures on the way."""
    await write(page, "hello")
    await sees(page, "What shall I call you?")
    await screenshot(page, f"story-welcome-{name}")
    await write(page, "start prompt_selling")
    await sees(page, "Where did your prompts help")
    await tap(page, "Design", "Put your twenty best Design prompts")
    await screenshot(page, f"story-step-{name}")
    await write(page, "stuck")
    await sees(page, "Five prompts that you used this week")
    await tap(page, "Done", "Send a screenshot of the page")
    await page.locator("#file-photo").set_input_files(FilePayload(name="shop.jpg", mimeType="image/jpeg", buffer=photo))
    await expect(page.get_by_role("button", name="Remove shop.jpg")).to_be_visible()
    await write(page, "my little shop")
    await sees(page, "Kept, thank you.")
    await sees(page, "What did the first three sales bring?")
    await write(page, "4500")
    await sees(page, SUMMARY)
    await screenshot(page, f"story-summary-{name}")


@pytest.mark.parametrize(
    ("screen", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")]
)
async def test_stranger_gets_from_hello_to_the_summary(
    program: Program, chromium: str, screen: str, scheme: str
) -> None:
    photo = photograph()
    records = Records(program)
    before = records.count(tables.people)
    async with opened(program, chromium, screen, scheme) as page:
        await sell_prompts(page, photo, f"{screen}-{scheme}")
        await page.reload()
        await sees(page, SUMMARY)
        picture = page.locator("#log .picture img").last
        await picture.scroll_into_view_if_needed()
        await expect(picture).not_to_have_js_property("naturalWidth", 0, timeout=WAIT)
    assert records.count(tables.people) == before + 1
    newest = sa.select(tables.people.c.id).order_by(tables.people.c.created_at.desc()).limit(1)
    person = records.rows(newest)[0].id
    [execution] = records.executions(person, "prompt_selling")
    assert (execution.status, execution.steps_completed) == ("completed", 4)
    [outcome] = records.outcomes(person)
    assert (outcome.metric, outcome.value, outcome.currency) == ("revenue", Decimal(4500), "INR")
    [kept] = records.media(person)
    assert kept.sha256 == sha256(photo).hexdigest()
    records.close()


async def test_next_moment_brings_what_would_come_tomorrow(program: Program, chromium: str) -> None:
    async with opened(program, chromium, "phone", "light") as page:
        await write(page, "start prompt_selling")
        await expect(page.get_by_text("Where did your prompts help").last).to_be_visible()
        await expect(page.locator("#clock")).to_be_hidden()

        await page.get_by_role("button", name="Go to the next moment").click()

        await expect(page.get_by_text("Still there?").last).to_be_visible()
        await expect(page.locator("#clock")).to_contain_text("Here it is")
        await screenshot(page, "clock-phone-light")
