"""The chat's page in a real browser, between doubles and a responder with a script."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from core.messages import Content, InboundKind
from tests.acceptance.web_page import Opened, photo, screenshot, sunrise, write
from tests.integration.web_doubles import ChatDouble, coach, start_chat

pytestmark = pytest.mark.browser


def kinds(double: ChatDouble) -> list[InboundKind]:
    return [message.kind for message in double.conversations.taken]


async def bubbles(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator("#log .bubble > p:last-child").all_inner_texts()]


async def test_first_visit_invites_and_sends_nothing_by_itself(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await expect(page.get_by_role("heading", name="Good to see you.")).to_be_visible()
    await screenshot(page, "welcome-desk-light")
    assert double.conversations.taken == []

    await page.get_by_role("button", name="Hello").click()

    await expect(page.get_by_text("Where did your prompts help")).to_be_visible()
    await expect(page.locator("#welcome")).to_be_hidden()
    assert [message.text for message in double.conversations.taken] == ["Hello"]


async def test_type_then_tap_marks_the_chosen_button_and_disables_the_rest(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    design = page.get_by_role("button", name="Design")
    await expect(design).to_be_enabled()
    await screenshot(page, "buttons-desk-light")

    await design.click()

    await expect(page.get_by_text("Put your twenty best prompts")).to_be_visible()
    await expect(design).to_be_disabled()
    await expect(design).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name="Code")).to_be_disabled()
    tapped = double.conversations.taken[1]
    assert (tapped.kind, tapped.payload, tapped.text) == (InboundKind.TAP, "design", "Design")


async def test_typed_title_counts_as_its_button_and_a_number_does_not(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    double.conversations.respond = lambda said: coach(said) if said.text == "hello" else []
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await write(page, "1")
    await expect(page.get_by_text("1", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await write(page, "copywriting")
    await expect(page.get_by_role("button", name="Copywriting")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name="Design")).to_be_disabled()


async def test_note_in_between_leaves_the_buttons_open(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await write(page, "note: call Asha")
    await expect(page.get_by_text("Noted.")).to_be_visible()
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()

    await write(page, "hello again")

    await expect(page.get_by_role("button", name="Design")).to_have_count(2)
    await expect(page.get_by_role("button", name="Design").first).to_be_disabled()
    await expect(page.get_by_role("button", name="Design").last).to_be_enabled()


async def test_words_of_people_are_never_markup_and_addresses_can_be_followed(
    double: ChatDouble, opened: Opened
) -> None:
    page = await opened()
    await write(page, "note <img src=x onerror=alert(1)> see https://example.org/a_(b), and www.example.com.")
    await expect(page.get_by_text("Noted.")).to_be_visible()
    assert await page.locator("#log img").count() == 0
    links = page.locator("#log a")
    assert [await link.get_attribute("href") for link in await links.all()] == [
        "https://example.org/a_(b)",
        "https://www.example.com",
    ]


async def test_reload_keeps_history_draft_and_buttons(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await page.locator("#text").fill("half a thou")
    before = await bubbles(page)

    await page.reload()

    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    assert await bubbles(page) == before
    await expect(page.locator("#text")).to_have_value("half a thou")
    assert len(double.conversations.taken) == 1


async def test_photo_is_looked_at_sent_with_its_words_and_opens_larger(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await page.get_by_role("button", name="Add a photo or a file").click()
    await screenshot(page, "attach-desk-light")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Photo", exact=True).click()
    await (await chooser.value).set_files(photo("page.png"))
    await expect(page.get_by_role("button", name="Remove page.png")).to_be_visible()
    await screenshot(page, "tray-desk-light")

    await write(page, "my page")

    await expect(page.get_by_text("Great shot.")).to_be_visible()
    sent = double.conversations.taken[1]
    assert (sent.kind, sent.text, sent.attachments[0].name) == (InboundKind.MEDIA, "my page", "page.png")
    assert [fetched.data for fetched in double.shelf.files.values()] == [sunrise()]
    await page.reload()
    picture = page.get_by_role("button", name="Open the picture larger")
    await expect(picture).to_be_visible()
    await page.wait_for_function("document.querySelector('.picture img').naturalWidth === 900")
    await screenshot(page, "photo-desk-light")
    await picture.click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.wait_for_function("document.querySelector('#viewer-image').naturalWidth === 900")
    await screenshot(page, "viewer-desk")
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_be_hidden()


async def test_pasted_picture_and_dropped_file_land_in_the_tray(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.evaluate(
        """() => {
          const carry = (name, type, text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name, { type }));
            return data;
          };
          const clipboardData = carry("pasted.png", "image/png", "x");
          const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
          document.getElementById("text").dispatchEvent(paste);
          const dataTransfer = carry("list.pdf", "application/pdf", "%PDF");
          dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.get_by_role("button", name="Remove pasted.png")).to_be_visible()
    await page.get_by_role("button", name="Remove pasted.png").click()
    await page.locator("#send").click()
    await expect(page.get_by_text("Thank you, I kept your file.")).to_be_visible()
    attachment = double.conversations.taken[0].attachments[0]
    assert (attachment.name, attachment.kind.value, attachment.mime) == ("list.pdf", "document", "application/pdf")


async def test_file_too_large_is_refused_before_it_travels(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(20 * 2 ** 20 + 1)], "film.mov", { type: "video/quicktime" }));
          dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.get_by_role("alert")).to_contain_text("“film.mov” is larger than 20 MB.")
    await screenshot(page, "notice-desk-light")
    assert double.shelf.files == {}


async def test_upload_can_be_cancelled_and_what_waits_behind_it_goes_out(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.route("**/chat/upload", lambda _route: asyncio.sleep(0))
    await page.locator("#file-photo").set_input_files(photo("slow.png"))
    await page.locator("#send").click()
    await write(page, "hello")
    await expect(page.locator("progress")).to_be_visible()
    await screenshot(page, "uploading-desk-light")
    assert double.conversations.taken == []

    async with page.expect_event("requestfailed") as aborted:
        await page.get_by_role("button", name="Cancel").click()

    assert (await aborted.value).url.endswith("/chat/upload")
    await expect(page.get_by_text("Where did your prompts help")).to_be_visible()
    assert kinds(double) == [InboundKind.TEXT]


async def test_voice_is_recorded_listened_to_and_sent(double: ChatDouble, opened: Opened) -> None:
    page = await opened(permissions=["microphone"])
    await page.get_by_role("button", name="Record a voice message").click()
    await expect(page.get_by_role("timer")).to_have_text("0:01")
    await screenshot(page, "recording-desk-light")
    await page.get_by_role("button", name="Finish the recording").click()
    await page.get_by_role("button", name="Listen").click()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await screenshot(page, "review-desk-light")

    await page.locator("#record-send").click()

    await expect(page.get_by_text("I heard you.")).to_be_visible()
    voice = double.conversations.taken[0].attachments[0]
    assert (voice.kind.value, voice.seconds >= 1, voice.mime) == ("voice", True, "audio/webm;codecs=opus")
    (kept,) = double.shelf.files.values()
    assert (kept.data[:4], len(kept.data)) == (b"\x1aE\xdf\xa3", voice.size)
    await page.reload()
    await page.get_by_role("button", name="Listen").click()
    await expect(page.locator(".player time")).not_to_have_text("0:00")
    await screenshot(page, "voice-desk-light")


async def test_recording_discarded_leaves_nothing(double: ChatDouble, opened: Opened) -> None:
    page = await opened(permissions=["microphone"])
    await page.get_by_role("button", name="Record a voice message").click()
    await page.get_by_role("button", name="Discard the recording").click()
    await expect(page.locator("#composer")).to_be_visible()
    assert (double.shelf.files, double.conversations.taken) == ({}, [])


async def test_microphone_denied_is_said_in_words(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.evaluate(
        """() => {
          const denied = () => Promise.reject(new DOMException("no", "NotAllowedError"));
          Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: denied });
        }"""
    )
    await page.get_by_role("button", name="Record a voice message").click()
    await expect(page.get_by_role("alert")).to_contain_text("The microphone is blocked for this page.")


async def test_offline_words_wait_over_a_reload_and_go_out_exactly_once(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    assert double.stop is not None
    await double.stop()
    await expect(page.locator("#line")).to_have_attribute("data-state", "connecting")
    await write(page, "note one")
    await write(page, "note two")
    await expect(page.locator("#banner")).to_contain_text("What you write is kept")
    await expect(page.locator(".message.waiting")).to_have_count(2)
    await screenshot(page, "away-desk-light")

    again = await start_chat(double=double, port=double.port)
    double.stop = again.stop
    await page.reload()

    await expect(page.get_by_text("Noted.")).to_have_count(2)
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(page.locator(".message.waiting")).to_have_count(0)
    assert [message.text for message in double.conversations.taken] == ["hello", "note one", "note two"]
    assert await page.get_by_text("note one", exact=True).count() == 1


async def test_network_gone_shows_offline_and_comes_back_by_itself(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.context.set_offline(True)
    await expect(page.locator("#line")).to_have_attribute("data-state", "offline")
    await write(page, "hello")
    await expect(page.get_by_text("Waiting for the line")).to_be_visible()
    await expect(page.locator("#banner")).to_contain_text("You are offline.")
    assert double.conversations.taken == []

    await page.context.set_offline(False)

    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    assert [message.text for message in double.conversations.taken] == ["hello"]
    await expect(page.locator("#line")).to_have_attribute("data-state", "online")


async def test_database_away_keeps_the_message_and_sends_it_once_later(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    double.conversations.away = True
    await write(page, "hello")
    await expect(page.locator("#banner")).to_contain_text("Sunup is out of reach")

    double.conversations.away = False

    await expect(page.get_by_role("button", name="Design")).to_be_enabled(timeout=10_000)
    await expect(page.locator("#banner")).to_be_hidden()
    assert [message.text for message in double.conversations.taken] == ["hello"]


async def test_two_pages_of_one_person_show_the_same(double: ChatDouble, opened: Opened) -> None:
    first = await opened()
    second = await opened(first.context)
    await write(first, "hello")
    await second.get_by_role("button", name="Code").click()
    await expect(first.get_by_text("Put your twenty best prompts")).to_be_visible()
    await expect(first.get_by_role("button", name="Code")).to_have_attribute("aria-pressed", "true")
    assert await bubbles(first) == await bubbles(second)
    assert kinds(double) == [InboundKind.TEXT, InboundKind.TAP]


async def test_message_too_long_stays_in_the_box_with_the_reason(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await write(page, "x" * 8001)
    await expect(page.get_by_role("alert")).to_contain_text("8001 characters")
    await expect(page.locator("#text")).to_have_value("x" * 8001)
    assert double.conversations.taken == []


async def test_many_messages_at_once_all_arrive_in_order(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    for number in range(24):
        await write(page, f"note {number}")
    await expect(page.get_by_text("Noted.")).to_have_count(24, timeout=15_000)
    assert [message.text for message in double.conversations.taken] == [f"note {number}" for number in range(24)]


async def test_photo_taken_offline_goes_out_once_with_the_line(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    await page.context.set_offline(True)
    await page.locator("#file-photo").set_input_files(photo("page.png"))
    await page.locator("#send").click()
    await write(page, "hello")
    await expect(page.locator(".message.waiting")).to_have_count(2)

    await page.context.set_offline(False)

    await expect(page.get_by_text("Great shot.")).to_be_visible(timeout=10_000)
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    assert kinds(double) == [InboundKind.MEDIA, InboundKind.TEXT]
    assert len(double.shelf.files) == 1


async def test_voice_is_recorded_while_the_button_is_held(double: ChatDouble, opened: Opened) -> None:
    page = await opened(permissions=["microphone"])
    await page.get_by_role("button", name="Record a voice message").hover()
    await page.mouse.down()
    await expect(page.get_by_role("timer")).to_have_text("0:01")
    await page.mouse.up()
    await page.locator("#record-send").click()
    await expect(page.get_by_text("I heard you.")).to_be_visible()
    assert kinds(double) == [InboundKind.MEDIA]


async def test_earlier_messages_come_on_demand_and_the_newest_are_a_tap_away(
    double: ChatDouble, opened: Opened
) -> None:
    page = await opened()
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    address = double.conversations.taken[0].address
    for number in range(400):
        double.conversations.say(address, Content(f"Day {number}"))
    await page.reload()
    await expect(page.get_by_text("Day 399")).to_be_in_viewport()
    await expect(page.get_by_text("Day 100", exact=True)).to_have_count(0)

    while await page.locator("#earlier").is_visible():
        before = await page.locator(".message").count()
        await page.locator("#earlier").click()
        await expect(page.locator(".message")).not_to_have_count(before)

    assert await page.locator(".message").count() == 403
    assert (await bubbles(page))[0] == "hello"
    await page.get_by_role("button", name="To the newest message").click()
    await expect(page.get_by_text("Day 399")).to_be_in_viewport()
    await expect(page.locator("#down")).to_be_hidden()


async def test_message_refused_for_good_says_why_and_can_be_edited(double: ChatDouble, opened: Opened) -> None:
    page = await opened()
    refused = {"type": "say", "id": "6f1c0a9b-e2d7-4c55-8a11-0123456789ab", "text": "x" * 8001}
    await page.evaluate(
        "frame => localStorage.setItem('sunup.pending.' + frame.id, JSON.stringify({id: frame.id, at: 2, frame}))",
        refused,
    )
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("Not sent. This message has 8001 characters")
    await write(page, "hello")
    await expect(page.get_by_role("button", name="Design")).to_be_enabled()
    await page.get_by_role("button", name="Edit").click()
    await expect(page.locator("#text")).to_have_value("x" * 8001)
    await page.reload()
    await expect(page.locator(".failed")).to_have_count(0)
