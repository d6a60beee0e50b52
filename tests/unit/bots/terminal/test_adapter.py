"""The terminal as an adapter: the contract of every channel, on a screen."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from bots.adapter import Adapter
from bots.terminal.adapter import Shown, TerminalAdapter
from bots.terminal.parse import Typed
from bots.terminal.render import Line, Tone
from core import errors
from core.ids import MessageId
from core.media import Attachment, MediaKind
from core.messages import Button, Content, DeliveryStatus, OutboundMessage, SendReceipt

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


class Glass:
    def __init__(self) -> None:
        self.shown: list[Shown] = []

    async def show(self, shown: Shown) -> None:
        self.shown.append(shown)


@pytest.fixture
def glass() -> Glass:
    return Glass()


@pytest.fixture
def adapter(glass: Glass) -> TerminalAdapter:
    return TerminalAdapter(glass.show)


def message(content: Content, tap_id: str = "") -> OutboundMessage:
    return OutboundMessage(MessageId(UUID(int=1)), "terminal", "default", "asha", content, tap_id=tap_id, seq=7)


def test_adapter_is_one_like_all_others(adapter: TerminalAdapter) -> None:
    channel: Adapter = adapter

    assert (channel.channel, channel.account) == ("terminal", "default")


def test_line_takes_the_road_of_every_request(adapter: TerminalAdapter) -> None:
    request = adapter.request(Typed("k1", "asha", "hello"))

    adapter.verify(request, NOW)

    assert [one.text for one in adapter.parse(request)] == ["hello"]
    assert adapter.acknowledge(request).status == 204


def test_empty_line_is_no_message(adapter: TerminalAdapter) -> None:
    assert adapter.parse(adapter.request(Typed("k1", "asha", " "))) == []


def test_line_of_another_terminal_is_forged(adapter: TerminalAdapter, glass: Glass) -> None:
    with pytest.raises(errors.Forged):
        adapter.verify(TerminalAdapter(glass.show).request(Typed("k1", "asha", "hello")), NOW)


async def test_send_shows_words_and_choices(adapter: TerminalAdapter, glass: Glass) -> None:
    buttons = (Button("Yes", "y"), Button("No", "n"))

    receipt = await adapter.send(message(Content("Ready?", buttons=buttons)))

    assert receipt == SendReceipt(("7",), DeliveryStatus.DELIVERED)
    assert glass.shown[0].lines[0] == Line("Ready?", Tone.TEXT)
    assert glass.shown[0].buttons == buttons


async def test_send_of_an_answer_to_a_tap_shows_nothing(adapter: TerminalAdapter, glass: Glass) -> None:
    await adapter.send(message(Content(""), tap_id="t1"))

    assert glass.shown == []


async def test_send_to_a_closed_terminal_is_tried_again_later() -> None:
    async def show(shown: Shown) -> None:
        raise BrokenPipeError

    with pytest.raises(errors.ChannelUnavailable):
        await TerminalAdapter(show).send(message(Content("Ready?")))


async def test_fetch_reads_the_file(adapter: TerminalAdapter, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    file.write_bytes(b"bytes")

    fetched = await adapter.fetch(Attachment(MediaKind.IMAGE, str(file), name="page.png"), 5)

    assert (fetched.data, fetched.name) == (b"bytes", "page.png")


async def test_fetch_of_too_much_is_refused(adapter: TerminalAdapter, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    file.write_bytes(b"bytes!")

    with pytest.raises(errors.MediaRejected) as refused:
        await adapter.fetch(Attachment(MediaKind.IMAGE, str(file)), 5)

    assert refused.value.reason == "too_large"


@pytest.mark.parametrize("name", ["gone.png", ""], ids=["no file", "a folder"])
async def test_fetch_of_nothing_is_refused(adapter: TerminalAdapter, tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.MediaRejected) as refused:
        await adapter.fetch(Attachment(MediaKind.IMAGE, str(tmp_path / name)), 5)

    assert refused.value.reason == "unavailable"
