"""How the adapter downloads what people send."""

import traceback

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.adapter import Fetched
from bots.whatsapp.adapter import WhatsAppAdapter
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from tests.integration.whatsapp.conftest import SmallTwilio, reset

PATH = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def picture(url: str, mime: str = "image/jpeg") -> Attachment:
    return Attachment(MediaKind.IMAGE, url, mime)


async def test_fetch_brings_the_original_bytes_with_credentials(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", PATH, web.Response(body=b"\xff\xd8", content_type="image/png"))

    assert await adapter.fetch(picture(twilio.url + PATH), 100) == Fetched(b"\xff\xd8", "image/jpeg")
    assert twilio.asked[0].authorization.startswith("Basic ")


async def test_fetch_without_a_claimed_type_takes_the_servers(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", PATH, web.Response(body=b"%PDF", content_type="application/pdf"))

    assert (await adapter.fetch(picture(twilio.url + PATH, ""), 100)).mime == "application/pdf"


@pytest.mark.parametrize("status", [302, 307])
async def test_fetch_redirect_carries_no_credentials_even_to_the_same_host(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, status: int
) -> None:
    twilio.prepare("GET", PATH, web.Response(status=status, headers={"Location": "/cdn/ME1"}))
    twilio.prepare("GET", "/cdn/ME1", web.Response(body=b"\xff\xd8"))

    assert (await adapter.fetch(picture(twilio.url + PATH), 100)).data == b"\xff\xd8"
    assert [bool(one.authorization) for one in twilio.asked] == [True, False]


async def test_fetch_redirect_to_another_port_of_the_configured_host_is_followed_without_credentials(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    network = SmallTwilio()
    network.prepare("GET", "/ME1", web.Response(body=b"\xff\xd8"))
    app = web.Application()
    app.router.add_get("/{path:.*}", network.answer)
    async with TestServer(app) as server:
        twilio.prepare("GET", PATH, web.Response(status=302, headers={"Location": str(server.make_url("/ME1"))}))

        assert (await adapter.fetch(picture(twilio.url + PATH), 100)).data == b"\xff\xd8"

    assert [one.authorization for one in network.asked] == [""]


async def test_fetch_from_another_port_of_the_configured_host_carries_no_credentials(
    twilio: SmallTwilio, adapter: WhatsAppAdapter
) -> None:
    app = web.Application()
    app.router.add_get("/{path:.*}", twilio.answer)
    async with TestServer(app) as server:
        await adapter.fetch(picture(str(server.make_url("/ME1"))), 100)

    assert [one.authorization for one in twilio.asked] == [""]


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost/x",
        "http://127.0.0.2/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]/x",
        "file:///etc/passwd",
        "http://[",
    ],
)
async def test_fetch_redirect_to_a_private_place_is_not_followed(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, location: str
) -> None:
    twilio.prepare("GET", PATH, web.Response(status=302, headers={"Location": location}))

    with pytest.raises((errors.MediaRejected, errors.ChannelUnavailable)):
        await adapter.fetch(picture(twilio.url + PATH), 100)

    assert len(twilio.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "http://127.0.0.2/x", "http://10.0.0.1/x", "https://[::1]/x", "file:///etc/passwd", "http://["],
)
async def test_fetch_hostile_address_is_never_called(adapter: WhatsAppAdapter, url: str) -> None:
    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(picture(url), 100)

    assert raised.value.reason == "unavailable"


async def test_fetch_larger_than_allowed_is_refused(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", PATH, web.Response(body=bytes(3 * 2**20)), web.Response(body=bytes(16 * 2**20 + 1)))

    with pytest.raises(errors.MediaRejected) as asked:
        await adapter.fetch(picture(twilio.url + PATH), 2 * 2**20)
    with pytest.raises(errors.MediaRejected) as whatsapps:
        await adapter.fetch(picture(twilio.url + PATH), MAX_MEDIA_BYTES)

    assert [(one.value.reason, one.value.detail) for one in (asked, whatsapps)] == [
        ("too_large", {"limit": "2 MB"}),
        ("too_large", {"limit": "16 MB"}),
    ]


@pytest.mark.parametrize("status", [404, 410, 400])
async def test_fetch_file_that_is_gone_is_unavailable(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, status: int
) -> None:
    twilio.prepare("GET", PATH, web.Response(status=status))

    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(picture(twilio.url + PATH), 100)

    assert raised.value.reason == "unavailable"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_fetch_from_a_twilio_in_trouble_is_tried_again(
    twilio: SmallTwilio, adapter: WhatsAppAdapter, status: int
) -> None:
    twilio.prepare("GET", PATH, web.Response(status=status))

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.fetch(picture(twilio.url + PATH), 100)

    assert raised.value.code == str(status)


async def test_fetch_that_breaks_off_is_tried_again(twilio: SmallTwilio, adapter: WhatsAppAdapter) -> None:
    twilio.prepare("GET", PATH, reset, reset, web.Response(body=b"\xff\xd8"))

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.fetch(picture(twilio.url + PATH), 100)

    assert "very-secret" not in "".join(traceback.format_exception(raised.value))
    assert (await adapter.fetch(picture(twilio.url + PATH), 100)).data == b"\xff\xd8"
