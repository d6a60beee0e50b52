"""The drivers themselves, with the providers' own libraries as judges; no program runs here."""

from urllib.parse import parse_qsl

import pytest
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from bots.registry import CHANNELS
from tests.conformance.driver import Post
from tests.conformance.drivers import ALL, WITHOUT_PROVIDER
from tests.conformance.slack import SlackDriver
from tests.conformance.telegram import TelegramDriver
from tests.conformance.whatsapp import WhatsAppDriver
from tests.fakes.telegram.updates import HEADER, Webhook
from tests.fakes.twilio.webhooks import HEADER as PROOF

PROGRAM = "http://127.0.0.1:8080"


def test_every_channel_with_a_provider_has_a_driver() -> None:
    assert set(CHANNELS) - WITHOUT_PROVIDER <= set(ALL)
    assert {driver().channel for driver in ALL.values()} == set(ALL)


@pytest.mark.parametrize("channel", ALL)
def test_driver_connects_by_settings_that_carry_its_secrets(channel: str) -> None:
    driver = ALL[channel]()
    before = driver.connect(PROGRAM)
    assert before["SUNUP_PUBLIC_URL"] == PROGRAM
    driver.revoke()
    driver.renew()
    after = driver.connect(PROGRAM)
    assert [name for name in before if before[name] != after[name]]
    assert {secret for secret in driver.secrets() if secret} & set(after.values())


async def test_slack_driver_proves_as_the_official_verifier_wants() -> None:
    driver = SlackDriver()
    asha = driver.person("Asha")
    genuine = driver.genuine(asha, "hello")
    stale = driver.stale(genuine)
    assert stale is not None
    verifier = SignatureVerifier(driver.slack.app.signing_secret)

    def is_valid(post: Post) -> bool:
        return verifier.is_valid_request(post.body, post.headers)

    assert all(map(is_valid, [genuine, *list(driver.foreign(asha, "hello"))[1:]]))
    assert all(is_valid(post) for post in driver.malformed() if post.body != b"\xff\xfe")
    assert not any(map(is_valid, [driver.forged(genuine), driver.unproven(genuine), stale]))


async def test_whatsapp_driver_proves_as_the_official_validator_wants() -> None:
    driver = WhatsAppDriver()
    driver.connect(PROGRAM)
    asha = driver.person("Asha")
    genuine = driver.genuine(asha, "hello & <b>")
    validator = RequestValidator(driver.account.auth_token)

    def is_valid(post: Post) -> bool:
        form = dict(parse_qsl(post.body.decode(), keep_blank_values=True))
        return bool(validator.validate(PROGRAM + post.path, form, post.headers.get(PROOF, "")))

    forged, other, elsewhere, json = driver.foreign(asha, "hello")
    assert all(map(is_valid, [genuine, other, elsewhere, *driver.malformed()]))
    assert not any(map(is_valid, [driver.forged(genuine), driver.unproven(genuine), forged]))
    assert validator.validate(PROGRAM + json.path, {}, json.headers[PROOF])


async def test_telegram_driver_proves_with_the_secret_of_the_webhook() -> None:
    driver = TelegramDriver()
    driver.bot.updates.set_webhook(Webhook("http://127.0.0.1:9/", "the-secret"))
    genuine = driver.genuine(driver.person("Asha"), "hello")
    assert genuine.headers[HEADER] == "the-secret"
    assert driver.forged(genuine).headers[HEADER] != "the-secret"
    assert HEADER not in driver.unproven(genuine).headers
