"""What a person sees of what the adapter sends."""

from dataclasses import replace
from uuid import UUID

import pytest

from bots.adapter import Adapter, Fetched
from bots.telegram.adapter import TelegramAdapter
from core import errors
from core.ids import MediaId
from core.messages import Button, DeliveryStatus, Picture, SendReceipt
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.pictures import Pictures
from tests.integration.telegram.messages import PICTURE, PNG, TOKEN, message


def test_adapter_fulfils_the_contract(adapter: TelegramAdapter) -> None:
    contract: Adapter = adapter

    assert (contract.channel, contract.account) == ("telegram", "default")


async def test_send_plain_text_arrives_as_written(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "1 < 2 & *so* on"))

    shown = await asha.reads()
    assert (shown.text, shown.html, shown.entities) == ("1 < 2 & *so* on", "", [])
    assert receipt == SendReceipt((str(shown.message_id),), DeliveryStatus.WIRED)


async def test_send_title_is_shown_bold_and_escaped(adapter: TelegramAdapter, asha: Person) -> None:
    await adapter.send(message(asha, "Is 1 < 2 & 3 > 2?", title="Step 2 of 5 <b>"))

    shown = await asha.reads()
    assert (shown.text, shown.bold) == ("Step 2 of 5 <b>\nIs 1 < 2 & 3 > 2?", ["Step 2 of 5 <b>"])


async def test_send_buttons_come_back_as_taps(adapter: TelegramAdapter, asha: Person) -> None:
    buttons = (Button("Yes", "y"), Button("No", "n"), Button("Tell me more about it first", "more"))
    await adapter.send(message(asha, "Ready?", buttons=buttons))

    shown = await asha.reads("Ready?")
    assert shown.title_rows == [["Yes", "No"], ["Tell me more about it first"]]
    tap = await asha.tap("No")
    assert tap.answers == 0


async def test_send_more_buttons_than_telegram_takes_become_numbers(adapter: TelegramAdapter, asha: Person) -> None:
    buttons = tuple(Button(f"Choice {place}", f"c{place}") for place in range(1, 102))
    await adapter.send(message(asha, "Which?", buttons=buttons))

    shown = await asha.reads("Which?")
    assert shown.rows == []
    assert shown.text.splitlines()[2] == "1. Choice 1"
    assert shown.text.splitlines()[-1] == "101. Choice 101"


async def test_send_long_text_arrives_whole_with_buttons_on_the_last_part(
    adapter: TelegramAdapter, asha: Person
) -> None:
    text = "\n\n".join(f"{number} " + "word " * 200 for number in range(9)).strip()
    receipt = await adapter.send(message(asha, text, buttons=(Button("Go on", "go"),)))

    assert len(receipt.external_ids) == len(asha.messages) == 3
    assert [shown.titles for shown in asha.messages] == [[], [], ["Go on"]]
    assert " ".join(" ".join(shown.text for shown in asha.messages).split()) == " ".join(text.split())


async def test_send_emoji_are_counted_as_telegram_counts(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "🌞" * 2100))

    assert len(receipt.external_ids) == 2
    assert "".join(shown.text for shown in asha.messages) == "🌞" * 2100


async def test_send_resumes_after_the_parts_that_went_out(adapter: TelegramAdapter, asha: Person) -> None:
    text = "a" * 4000 + "\n\n" + "b" * 4000 + "\n\n" + "c" * 4000
    receipt = await adapter.send(message(asha, text, parts_sent=2))

    assert [shown.text[0] for shown in asha.messages] == ["c"]
    assert len(receipt.external_ids) == 1


async def test_send_partial_failure_names_the_parts_that_went_out(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.fail(502, after=1)
    sent = message(asha, "a" * 4000 + "\n\n" + "b" * 4000)

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.send(sent)

    assert raised.value.external_ids == (str(asha.messages[0].message_id),)
    rest = await adapter.send(replace(sent, parts_sent=1))
    assert rest.external_ids == (str(asha.messages[1].message_id),)
    assert [shown.text[0] for shown in asha.messages] == ["a", "b"]


async def test_send_picture_carries_short_words_as_its_caption(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(
        message(asha, "Look & see", title="Offer", image=PICTURE, buttons=(Button("Nice", "n"),))
    )

    shown = await asha.reads()
    assert (shown.photo, shown.text, shown.bold, shown.titles) == (PNG, "Offer\nLook & see", ["Offer"], ["Nice"])
    assert receipt.external_ids == (str(shown.message_id),)


async def test_send_picture_with_long_words_goes_ahead_of_them(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "word " * 300, image=PICTURE, buttons=(Button("Nice", "n"),)))

    assert [(bool(shown.photo), len(shown.text), shown.titles) for shown in asha.messages] == [
        (True, 0, []),
        (False, 1499, ["Nice"]),
    ]
    assert len(receipt.external_ids) == 2


async def test_send_after_its_picture_went_out_does_not_send_it_again(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    telegram.faults.fail(500, method="sendMessage")
    sent = message(asha, "word " * 300, image=PICTURE)
    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.send(sent)
    pictures.kept.clear()

    await adapter.send(replace(sent, parts_sent=len(raised.value.external_ids)))

    assert [bool(shown.photo) for shown in asha.messages] == [True, False]


HOUSE = MediaId(UUID(int=8))
ALBUM = (Picture(PICTURE, "A desk of my own"), Picture(HOUSE))


async def test_send_album_arrives_together_and_the_words_after_it(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    pictures.kept[HOUSE] = Fetched(PNG + b"house", "image/png")

    receipt = await adapter.send(message(asha, "This is where you are going.", album=ALBUM))

    shown = [await asha.reads() for _ in range(3)]
    assert [(one.text, one.photo) for one in shown] == [
        ("A desk of my own", PNG), ("", PNG + b"house"), ("This is where you are going.", b""),
    ]  # fmt: skip
    assert [name for name, _ in telegram.bot(TOKEN).calls] == ["sendMediaGroup", "sendMessage"]
    assert receipt.external_ids == (str(shown[0].message_id), str(shown[2].message_id))


async def test_send_album_goes_on_after_what_is_out_already(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    pictures.kept[HOUSE] = Fetched(PNG, "image/png")

    await adapter.send(message(asha, "Look", album=ALBUM, parts_sent=1))

    assert [name for name, _ in telegram.bot(TOKEN).calls] == ["sendMessage"]


async def test_send_album_without_a_picture_that_is_gone(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    await adapter.send(message(asha, "Look", album=ALBUM))

    assert [name for name, _ in telegram.bot(TOKEN).calls] == ["sendPhoto", "sendMessage"]
    assert (await asha.reads()).text == "A desk of my own"


async def test_send_album_of_a_store_that_is_down_is_tried_again(
    adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    pictures.down = True

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(asha, "Look", album=ALBUM))

    assert asha.messages == []


@pytest.mark.parametrize("kept", [None, Fetched(bytes(51 * 1024 * 1024))], ids=["gone", "larger than Telegram takes"])
async def test_send_without_its_picture_still_says_the_words(
    adapter: TelegramAdapter, asha: Person, pictures: Pictures, kept: Fetched | None
) -> None:
    pictures.kept = {} if kept is None else {PICTURE: kept}

    await adapter.send(message(asha, "Look", image=PICTURE))

    shown = await asha.reads()
    assert (shown.text, shown.photo) == ("Look", b"")


async def test_send_large_picture_goes_out_as_a_file(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    pictures.kept = {PICTURE: Fetched(bytes(11 * 1024 * 1024), "image/png")}

    await adapter.send(message(asha, "Look", image=PICTURE))

    assert [name for name, _ in telegram.bot(TOKEN).calls] == ["sendDocument"]
    assert (await asha.reads()).text == "Look"


async def test_send_picture_that_is_no_photo_to_telegram_goes_out_as_a_file(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")

    await adapter.send(message(asha, "Look", title="Day 1", image=PICTURE))

    shown = await asha.reads()
    assert [name for name, _ in telegram.bot(TOKEN).calls] == ["sendPhoto", "sendDocument"]
    assert (shown.photo, shown.bold) == (PNG, ["Day 1"])


async def test_send_picture_with_unreadable_markup_goes_out_with_plain_words(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.refuse(400, "Bad Request: can't parse entities: Unsupported start tag")

    await adapter.send(message(asha, "Look", title="Day 1", image=PICTURE))

    shown = await asha.reads()
    assert (shown.text, shown.photo, shown.bold) == ("Day 1\nLook", PNG, [])


async def test_send_picture_of_a_store_that_is_down_is_tried_again(
    adapter: TelegramAdapter, asha: Person, pictures: Pictures
) -> None:
    pictures.down = True

    with pytest.raises(errors.ChannelUnavailable):
        await adapter.send(message(asha, "Look", image=PICTURE))

    assert asha.messages == []


async def test_send_unreadable_markup_goes_out_once_more_as_plain_text(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.refuse(400, "Bad Request: can't parse entities: Unsupported start tag")

    await adapter.send(message(asha, "1 < 2", title="Sums", buttons=(Button("Yes", "y"),)))

    shown = await asha.reads()
    assert (shown.text, shown.bold, shown.titles) == ("Sums\n1 < 2", [], ["Yes"])


async def test_send_without_markup_refused_as_unreadable_goes_out_once_more(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.refuse(400, "Bad Request: can't parse entities: Can't find end of the entity")

    await adapter.send(message(asha, "1 < 2"))

    assert (await asha.reads()).text == "1 < 2"


async def test_send_markup_refused_twice_is_rejected(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    telegram.faults.refuse(400, "Bad Request: can't parse entities: Unsupported start tag", times=2)

    with pytest.raises(errors.MessageRejected):
        await adapter.send(message(asha, "1 < 2", title="Sums"))

    assert len(telegram.bot(TOKEN).calls) == 2


async def test_send_tap_answer_ends_the_spinner_with_a_notice(adapter: TelegramAdapter, asha: Person) -> None:
    await adapter.send(message(asha, "Ready?", buttons=(Button("Yes", "y"),)))
    tap = await asha.tap("Yes")

    receipt = await adapter.send(message(asha, "n" * 300, tap_id=tap.id))

    assert receipt == SendReceipt()
    assert await tap.answered() == "n" * 199 + "…"
    assert len(asha.messages) == 1


async def test_send_tap_answer_without_words_only_ends_the_spinner(adapter: TelegramAdapter, asha: Person) -> None:
    await adapter.send(message(asha, "Ready?", buttons=(Button("Yes", "y"),)))
    tap = await asha.tap("Yes")

    await adapter.send(message(asha, "", tap_id=tap.id))

    assert (await tap.answered(), tap.answers) == ("", 1)


async def test_send_tap_answer_too_late_is_done_with(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    await adapter.send(message(asha, "Ready?", buttons=(Button("Yes", "y"),)))
    tap = await asha.tap("Yes")
    telegram.bot(TOKEN).age_taps()

    receipt = await adapter.send(message(asha, "Too late", tap_id=tap.id))

    assert (receipt, tap.answers) == (SendReceipt(), 0)
    assert [name for name, _ in telegram.bot(TOKEN).calls].count("answerCallbackQuery") == 1


async def test_send_into_a_forum_topic_stays_there(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person
) -> None:
    forum = telegram.group("Team", forum=True)
    await asha.say("hi", group=forum, thread=5)

    await adapter.send(replace(message(asha, "Hello, topic"), chat=f"{forum.id}:5"))

    assert [(shown.text, shown.thread) for shown in forum.messages] == [("Hello, topic", 5)]


async def test_edit_replaces_words_and_buttons(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "One", buttons=(Button("A", "a"),)))

    await adapter.edit(message(asha, "Two", title="New"), receipt.external_ids[0])

    assert [(shown.text, shown.bold, shown.titles, shown.edits) for shown in asha.messages] == [
        ("New\nTwo", ["New"], [], 1)
    ]


async def test_edit_to_the_same_words_is_done_with(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "One"))

    await adapter.edit(message(asha, "One"), receipt.external_ids[0])

    assert [(shown.text, shown.edits) for shown in asha.messages] == [("One", 0)]


async def test_edit_longer_than_one_message_is_rejected(adapter: TelegramAdapter, asha: Person) -> None:
    receipt = await adapter.send(message(asha, "One"))

    with pytest.raises(errors.MessageRejected):
        await adapter.edit(message(asha, "x" * 5000), receipt.external_ids[0])


async def test_show_typing_reaches_the_chat(adapter: TelegramAdapter, asha: Person) -> None:
    await adapter.show_typing(str(asha.id))

    assert asha.chat.typing == 1
