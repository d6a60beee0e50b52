"""To whom the account's credentials go when a file is fetched."""

from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from bots.transport import DOWNLOAD_TIMEOUT, Answer, Transport
from bots.whatsapp.api import TwilioApi

API = "http://127.0.0.1:8181"
BASES = (API, "https://content.twilio.com")


class Downloads(Transport):
    """Notes what is to be downloaded, and with what."""

    def __init__(self) -> None:
        super().__init__()
        self.trusted: Collection[str] = ()
        self.headers: Mapping[str, str] | None = None

    async def download(
        self,
        url: str,
        limit: int,
        *,
        trusted: Collection[str] = (),
        hosts: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        within: timedelta = DOWNLOAD_TIMEOUT,
    ) -> Answer:
        assert set(hosts) == {"127.0.0.1"}
        self.trusted, self.headers = trusted, headers
        return Answer(200, b"\x89PNG", {})


async def credentials_for(url: str) -> str:
    transport = Downloads()
    api = TwilioApi("AC00000000000000000000000000000001", "secret-token", BASES, transport)
    await api.download(url, 100)
    assert (transport.headers is None) is (url not in transport.trusted and not url.startswith(f"{API}/"))
    return (transport.headers or {}).get("authorization", "")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "https://mcs.us1.twilio.com/v1/Services/IS1/Media/ME1",
        "https://twilio.com/media",
        f"{API}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
    ],
)
async def test_credentials_go_to_twilio_and_to_the_configured_base(url: str) -> None:
    assert (await credentials_for(url)).startswith("Basic ")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/api.twilio.com/",
        "https://api.twilio.com.evil.example/x",
        "https://eviltwilio.com/x",
        "https://twilio.com",
        "https://api.twilio.com@evil.example/x",
        "https://user@api.twilio.com/x",
        "https://evil.example\\@api.twilio.com/x",
        "https://evil.example#@api.twilio.com/x",
        "https://evil.example?@api.twilio.com/x",
        "http://api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com。evil.example/x",
        "https://media.twiliocdn.com/x",
        "http://127.0.0.1:81811/x",
        "http://127.0.0.1:8181@evil.example/x",
        "http://127.0.0.1/x",
        "ftp://api.twilio.com/x",
        "",
    ],
)
async def test_credentials_go_to_nobody_else(url: str) -> None:
    assert await credentials_for(url) == ""
