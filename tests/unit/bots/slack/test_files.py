"""Where our token may go."""

import pytest

from bots.slack.files import is_own

API_URL = "https://slack.com/api"

OWN = {
    "files": "https://files.slack.com/files-pri/T1-F1/page.png",
    "the base itself": "https://slack.com/x",
    "with a port": "https://files.slack.com:443/x",
    "capitals": "https://Files.Slack.com/x",
    "an organisation's": "https://acme.enterprise.slack.com/files/x",
}
FOREIGN = {
    "another domain": "https://evil.example/x",
    "a longer name": "https://notslack.com/x",
    "a name in front": "https://files.slack.com.evil.example/x",
    "credentials in front": "https://files.slack.com@evil.example/x",
    "credentials of ours": "https://a:b@files.slack.com/x",
    "a backslash": "https://evil.example\\@files.slack.com/x",
    "a backslash within the name": "https://evil.example\\.slack.com/x",
    "no TLS": "http://files.slack.com/x",
    "another port": "https://files.slack.com:8443/x",
    "no port": "https://files.slack.com:port/x",
    "another scheme": "ftp://files.slack.com/x",
    "a file": "file:///etc/passwd",
    "foreign letters": "https://files.ѕlack.com/x",
    "brackets": "https://[files.slack.com/x",
    "the CDN": "https://a.slack-edge.com/x",
    "nothing": "",
}


@pytest.mark.parametrize("url", OWN.values(), ids=OWN)
def test_token_goes_to_slacks_own_hosts(url: str) -> None:
    assert is_own(url, API_URL)


@pytest.mark.parametrize("url", FOREIGN.values(), ids=FOREIGN)
def test_token_goes_nowhere_else(url: str) -> None:
    assert not is_own(url, API_URL)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8123/files/x", True),
        ("http://127.0.0.1:8124/files/x", False),
        ("http://localhost:8123/files/x", False),
        ("https://127.0.0.1:8123/files/x", False),
    ],
)
def test_token_goes_to_the_configured_host_and_port(url: str, expected: bool) -> None:
    assert is_own(url, "http://127.0.0.1:8123/api") == expected
