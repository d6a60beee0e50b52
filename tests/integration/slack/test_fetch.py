"""How the adapter downloads what people send."""

import traceback

import pytest
import structlog

from bots.adapter import Fetched
from bots.slack.adapter import SlackAdapter
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from tests.integration.slack.counterpart import Counterpart, Reply
from tests.integration.slack.messages import BEARER, PNG

PAGE = b"<!DOCTYPE html><html><head><title>Slack</title></head></html>"


def attachment(slack: Counterpart, path: str = "page.png", *, size: int = 0) -> Attachment:
    ref = path if "://" in path or path.startswith("F0") else f"{slack.root}/files/{path}"
    return Attachment(MediaKind.IMAGE, ref, "image/png", size, "page.png")


async def test_fetch_brings_the_original_bytes_with_our_token(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.files["page.png"] = Reply(PNG, headers={"Content-Type": "image/png"})

    assert await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES) == Fetched(PNG, "image/png", "page.png")
    assert slack.asked[0].authorization == BEARER


LOGIN_PAGES = {
    "by its type": Reply(b"Sign in", headers={"Content-Type": "text/html; charset=utf-8"}),
    "by its beginning": Reply(PAGE, headers={"Content-Type": "application/octet-stream"}),
    "by its beginning after blanks": Reply(b"\xef\xbb\xbf \n<HTML lang=en>", headers={"Content-Type": "image/png"}),
}


@pytest.mark.parametrize("reply", LOGIN_PAGES.values(), ids=LOGIN_PAGES)
async def test_fetch_login_page_in_place_of_a_file_is_no_file(
    slack: Counterpart, adapter: SlackAdapter, reply: Reply
) -> None:
    slack.files["page.png"] = reply
    with structlog.testing.capture_logs() as events, pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)

    assert raised.value.reason == "unavailable"
    assert "files:read" in events[0]["why"]


async def test_fetch_redirected_to_the_login_page_is_no_file(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.files["page.png"] = Reply(b"", 302, {"Location": "/files/login"})
    slack.files["login"] = Reply(PAGE, headers={"Content-Type": "text/html"})

    with pytest.raises(errors.MediaRejected):
        await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)


async def test_fetch_redirect_never_carries_the_token_even_to_the_same_host(
    slack: Counterpart, adapter: SlackAdapter
) -> None:
    slack.files["page.png"] = Reply(b"", 302, {"Location": f"{slack.root}/files/moved.png"})
    slack.files["moved.png"] = Reply(PNG, headers={"Content-Type": "image/png"})

    assert (await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)).data == PNG
    assert [one.authorization for one in slack.asked] == [BEARER, ""]


async def test_fetch_redirect_to_a_private_stranger_is_not_followed(
    slack: Counterpart, elsewhere: Counterpart, adapter: SlackAdapter
) -> None:
    stranger = elsewhere.root.replace("127.0.0.1", "localhost")
    slack.files["page.png"] = Reply(b"", 302, {"Location": f"{stranger}/files/page.png"})

    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)

    assert (raised.value.reason, elsewhere.asked) == ("unavailable", [])


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "http://a:b@localhost/x", "http://[::1]/x"]
)
async def test_fetch_from_where_slack_keeps_nothing_is_refused(
    slack: Counterpart, adapter: SlackAdapter, url: str
) -> None:
    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(attachment(slack, url), MAX_MEDIA_BYTES)

    assert raised.value.reason == "unavailable"


async def test_fetch_never_shows_the_token_to_a_stranger(
    slack: Counterpart, elsewhere: Counterpart, adapter: SlackAdapter
) -> None:
    stranger = elsewhere.root.replace("127.0.0.1", "localhost")
    with pytest.raises(errors.MediaRejected):
        await adapter.fetch(attachment(slack, f"{stranger}/files/page.png"), MAX_MEDIA_BYTES)

    assert elsewhere.asked == []


async def test_fetch_from_another_port_of_the_configured_host_carries_no_token(
    slack: Counterpart, elsewhere: Counterpart, adapter: SlackAdapter
) -> None:
    place = f"{elsewhere.root}/files/page.png"
    elsewhere.files["page.png"] = Reply(PNG, headers={"Content-Type": "image/png"})
    slack.files["page.png"] = Reply(b"", 302, {"Location": place})

    for url in ("page.png", place):
        assert (await adapter.fetch(attachment(slack, url), MAX_MEDIA_BYTES)).data == PNG
    assert [one.authorization for one in elsewhere.asked] == ["", ""]


@pytest.mark.parametrize(("size", "announced", "asked"), [(3 * 2**20, 3 * 2**20, 0), (3 * 2**20, 0, 1)])
async def test_fetch_larger_than_allowed_is_refused_as_early_as_it_shows(
    slack: Counterpart, adapter: SlackAdapter, size: int, announced: int, asked: int
) -> None:
    slack.files["page.png"] = Reply(bytes(size), headers={"Content-Type": "image/png"})

    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(attachment(slack, size=announced), 2 * 2**20)

    assert (raised.value.reason, raised.value.detail, len(slack.asked)) == ("too_large", {"limit": "2 MB"}, asked)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_fetch_file_that_is_gone_is_unavailable(slack: Counterpart, adapter: SlackAdapter, status: int) -> None:
    slack.files["page.png"] = Reply(b"gone", status)

    with pytest.raises(errors.MediaRejected) as raised:
        await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)

    assert raised.value.reason == "unavailable"
    assert "secret" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("reply", [Reply(b"", 500), Reply(b"", 429), Reply(reset=True)], ids=["500", "429", "reset"])
async def test_fetch_from_a_broken_slack_is_tried_again(
    slack: Counterpart, adapter: SlackAdapter, reply: Reply
) -> None:
    slack.files["page.png"] = reply

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.fetch(attachment(slack), MAX_MEDIA_BYTES)

    assert "secret" not in "".join(traceback.format_exception(raised.value))


async def test_fetch_another_organisations_file_asks_where_it_is(slack: Counterpart, adapter: SlackAdapter) -> None:
    slack.files["far.png"] = Reply(PNG, headers={"Content-Type": "image/png"})
    slack.reply("files.info", Reply({"ok": True, "file": {"url_private_download": f"{slack.root}/files/far.png"}}))

    assert (await adapter.fetch(attachment(slack, "F024FAR"), MAX_MEDIA_BYTES)).data == PNG
    assert slack.asked[0].params == {"file": "F024FAR"}


ASKING: dict[str, tuple[Reply, type[errors.SunupError]]] = {
    "file_not_found": (Reply({"ok": False, "error": "file_not_found"}), errors.MediaRejected),
    "no address": (Reply({"ok": True, "file": {}}), errors.MediaRejected),
    "missing_scope": (Reply({"ok": False, "error": "missing_scope"}), errors.MediaRejected),
    "throttled": (Reply({"ok": False, "error": "ratelimited"}, 429), errors.ChannelUnavailable),
    "internal_error": (Reply({"ok": False, "error": "internal_error"}), errors.ChannelUnavailable),
}


@pytest.mark.parametrize(("reply", "kind"), ASKING.values(), ids=ASKING)
async def test_fetch_file_whose_place_is_not_told_is_classified(
    slack: Counterpart, adapter: SlackAdapter, reply: Reply, kind: type[errors.SunupError]
) -> None:
    slack.reply("files.info", reply)

    with pytest.raises(kind):
        await adapter.fetch(attachment(slack, "F024FAR"), MAX_MEDIA_BYTES)
