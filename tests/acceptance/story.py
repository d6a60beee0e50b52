"""The story that the product is for: from hello through selling prompts to a summary that names the amount."""

import io
from decimal import Decimal
from hashlib import sha256

from PIL import Image, ImageDraw

from tests.acceptance.records import Records
from tests.acceptance.town import Guest, Town

SUMMARY = "₹4,500 from three sales"
CAMERA = "Acceptance Camera"


def photograph() -> bytes:
    """Return a JPEG that tells, as a phone's does, which camera took it and where."""
    picture = Image.new("RGB", (1200, 800), "#f2b880")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 100, 1100, 300), fill="#ffffff")
    draw.ellipse((450, 350, 750, 650), fill="#c8503a")
    exif = picture.getexif()
    exif[0x010F] = CAMERA
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def recording() -> bytes:
    """Return the beginning of an Ogg file with Opus in it."""
    head = b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
    page = b"OggS\x00\x02" + bytes(8) + b"\x01\x00\x00\x00" + bytes(8) + b"\x01" + bytes([len(head)]) + head
    return page + bytes(400)


async def be_welcomed(guest: Guest) -> None:
    """Say hello and answer what is asked."""
    await guest.says("hello", f"Hello, {guest.person.name}! I'm Sunup.", "What shall I call you?")
    await guest.says(f"{guest.person.name} of the acceptance street", "Which city do you live in")
    await guest.says("Mumbai", "Asia/Kolkata", "What matters most to you right now?")
    await guest.taps("Earn money", "And what do you do?")
    await guest.taps("I freelance", "How far are you with AI tools?")
    await guest.taps("I use them weekly", "That is all I need")


async def sell_prompts(guest: Guest, photo: bytes, niche: str) -> None:
    """Sell three prompt packs, with every detour that people take."""
    await guest.says("start prompt_selling", "Where did your prompts help a paying client most?")
    await guest.taps(niche, f"Put your twenty best {niche} prompts into one document.")
    await guest.says("stuck", "Five prompts that you used this week")
    await guest.says("I have eleven so far, from the bakery's brief", "Noted.")
    await guest.taps("Done", "Send a screenshot of the page where it is on sale.")
    await guest.says("it is online since yesterday evening", "Please send a picture or a document.")
    await guest.person.send_voice(recording(), seconds=4)
    await guest.reads("Got it.", "I can't take that kind of file here. Please send a picture or a document.")
    await guest.person.send_photo(photo, caption="my little shop on the web")
    await guest.reads("Got it.", "Kept, thank you.")
    if niche == "Code":
        await guest.reads("Code needs one line more.")
        await guest.taps("Done")
    await guest.reads("What did the first three sales bring?")
    await guest.says("4500", SUMMARY)


async def live_through(town: Town, guest: Guest, niche: str = "Code") -> None:
    """Live the whole story, and find it kept.

    Args:
        town: Where.
        guest: Who.
        niche: What they write prompts for; only code needs the fifth step.
    """
    photo = photograph()
    await be_welcomed(guest)
    await sell_prompts(guest, photo, niche)
    await town.quiet()
    find_kept(town.records, guest, photo, steps=5 if niche == "Code" else 4)


def find_kept(records: Records, guest: Guest, photo: bytes, steps: int) -> None:
    """Assert that everything of the story stands in the database."""
    person = records.person(guest.person.id)
    [execution] = records.executions(person, "prompt_selling")
    counted = (execution.status, execution.steps_completed, execution.steps_total)
    assert counted == ("completed", steps, steps)
    assert execution.ended_at is not None
    [outcome] = records.outcomes(person)
    assert (outcome.metric, outcome.value, outcome.currency) == ("revenue", Decimal(4500), "INR")
    assert outcome.execution_id == execution.id
    [welcome] = records.executions(person, "welcome")
    assert welcome.status == "completed"
    [kept] = records.media(person)
    assert (kept.kind, kept.sha256, kept.size) == ("image", sha256(photo).hexdigest(), len(photo))
    assert records.original(person, kept.id) == photo
    shown = records.picture(person, kept.id)
    assert CAMERA.encode() in photo
    assert CAMERA.encode() not in shown
    assert not Image.open(io.BytesIO(shown)).getexif()
    assert records.said(person, inbound=False) == guest.plain_texts
    assert set(records.keys().values()) == {1}
