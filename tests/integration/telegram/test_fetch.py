"""How the adapter downloads what people send."""

import traceback

import pytest

from bots.adapter import Fetched
from bots.telegram.adapter import TelegramAdapter
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import TOKEN


async def test_fetch_brings_the_original_bytes(telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person) -> None:
    await asha.send_document(b"%PDF-1.7", name="offer.pdf")
    ref = next(iter(telegram.bot(TOKEN).files))

    fetched = await adapter.fetch(
        Attachment(MediaKind.DOCUMENT, ref, mime="application/pdf", name="offer.pdf"), MAX_MEDIA_BYTES
    )

    assert fetched == Fetched(b"%PDF-1.7", "application/pdf", "offer.pdf")


LARGE = 3 * 1024 * 1024
TOO_LARGE = {
    "the message says so": (LARGE, None, LARGE, []),
    "the file's place says so": (LARGE, None, 0, ["getFile"]),
    "Telegram does not serve it": (4, 21 * 1024 * 1024, 0, ["getFile"]),
    "only its bytes say so": (LARGE, 5, 0, ["getFile", "file"]),
}


@pytest.mark.parametrize(("size", "claimed", "announced", "calls"), TOO_LARGE.values(), ids=TOO_LARGE)
async def test_fetch_larger_than_allowed_is_refused_as_early_as_it_shows(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    asha: Person,
    size: int,
    claimed: int | None,
    announced: int,
    calls: list[str],
) -> None:
    await asha.send_document(bytes(size), size=claimed or 0)
    ref = next(iter(telegram.bot(TOKEN).files))

    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(Attachment(MediaKind.DOCUMENT, ref, size=announced), 2 * 1024 * 1024)

    assert (raised.value.reason, raised.value.detail) == ("too_large", {"limit": "2 MB"})
    assert [name for name, _ in telegram.bot(TOKEN).calls] == calls


async def test_fetch_file_that_is_gone_is_unavailable(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    await asha.send_document(b"%PDF")
    ref = next(iter(telegram.bot(TOKEN).files))
    telegram.faults.refuse(404, "Not Found", method="file")
    with pytest.raises(errors.MediaRejected) as gone:
        await adapter.fetch(Attachment(MediaKind.DOCUMENT, ref), MAX_MEDIA_BYTES)
    telegram.faults.refuse(400, "Bad Request: invalid file_id", method="getFile")
    with pytest.raises(errors.MediaRejected) as unknown:
        await adapter.fetch(Attachment(MediaKind.DOCUMENT, "nonsense"), MAX_MEDIA_BYTES)

    assert (gone.value.reason, unknown.value.reason) == ("unavailable", "unavailable")
    assert "secret" not in "".join(traceback.format_exception(gone.value))


@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_fetch_from_a_broken_telegram_is_tried_again(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, method: str
) -> None:
    await asha.send_document(b"%PDF")
    attachment = Attachment(MediaKind.DOCUMENT, next(iter(telegram.bot(TOKEN).files)))
    telegram.faults.fail(method=method)
    telegram.faults.reset(method=method, acted=False, times=2)  # aiohttp itself tries a GET once more
    telegram.faults.throttle(method=method)
    while telegram.faults.waiting:
        with pytest.raises(errors.ChannelUnavailable) as raised:
            await adapter.fetch(attachment, MAX_MEDIA_BYTES)
        assert "secret" not in "".join(traceback.format_exception(raised.value))

    assert (await adapter.fetch(attachment, MAX_MEDIA_BYTES)).data == b"%PDF"
