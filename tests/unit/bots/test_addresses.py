"""Where a stranger's link may lead us."""

import pytest

from bots.addresses import HostRefused, is_public, origin, refuse_stranger

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fd00:ec2::254",
    "localhost",
    "",
    "1.2.3",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "149.154.167.220", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://files.example/a",
        "ftp://files.example:80/a",
        "file:///etc/passwd",
        "gopher://files.example/",
        "//files.example/a",
        "https://files.example:8443/a",
        "http://files.example:22/",
        "http://files.example:99999/",
        "http://user:secret@files.example/",
        "http://@files.example/",
        "http://",
        "http:///path",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/latest/meta-data",
        "http://2130706433/",
        "http://127.1/",
        "http://127。0。0。1/",
        "http://169．254｡169。254/latest/meta-data",
        "http://①②⑦.0.0.1/",
        "http://[::1%25lo]/",
    ],
)
def test_refuse_stranger_that_may_not_be_looked_up(url: str) -> None:
    with pytest.raises(HostRefused) as raised:
        refuse_stranger(url)

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    ["http://files.example/a", "https://files.example:443/a?b=1", "https://8.8.8.8/", "http://[2001:4860::1]:80/"],
)
def test_refuse_stranger_lets_plain_links_pass(url: str) -> None:
    refuse_stranger(url)

    assert origin(url)[2] in (80, 443)


def test_origin_is_scheme_host_and_port() -> None:
    assert origin("HTTPS://API.Example/bot") == origin("https://api.example:443/other") == ("https", "api.example", 443)
