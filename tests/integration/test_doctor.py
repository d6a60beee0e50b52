"""`sunup doctor`: what is configured, what answers, what is missing, and how to mend it."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.messages import InboundKind, InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.accounts import AccountStatus
from storage.turns import Arrival
from sunup.doctor.examination import examine
from sunup.doctor.finding import Finding, Mark
from sunup.shipped import shipped_sources
from tests.fakes.telegram import FakeTelegram
from tests.integration.command_line import Installation, lines

TOKEN = "100:" + "a-very-secret-token-of-a-bot-0123456"
HELLO = InboundMessage("k1", "web", "default", "a" * 32, "a" * 32, InboundKind.TEXT, "hello")


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, database_url, monkeypatch)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


def of(findings: list[Finding], name: str) -> Finding:
    """Return the worst finding of a name."""
    order = list(Mark)
    return max((one for one in findings if one.name == name), key=lambda one: order.index(one.mark))


async def look(here: Installation, seconds: float = 5) -> list[Finding]:
    return await examine(here.settings, timedelta(seconds=seconds))


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def meet(here: Installation) -> None:
    """Have somebody write."""
    foundation = here.foundation()
    arrival = Arrival(foundation.accounts.id_of("web", "default"), HELLO)
    with foundation.database.write() as connection:
        foundation.turns.take(connection, [arrival], foundation.clock.now())
    foundation.database.close()


async def test_installation_that_is_well_has_nothing_broken(here: Installation, redis_url: str) -> None:
    here.set("REDIS_URL", redis_url)
    here.make_database(*shipped_sources())
    meet(here)

    findings = await look(here)

    assert {one.mark for one in findings} == {Mark.FINE}, [str(one) for one in findings]
    names = [one.name for one in findings]
    assert names[:3] == ["settings", "data folder", "disk"]
    wanted = {"master key", "queue", "database", "schema", "sealing", "workflows", "outbox", "timers", "jobs"}
    assert wanted <= set(names)
    assert "opens what is stored" in of(findings, "sealing").finding


async def test_settings_are_named_and_never_told(here: Installation) -> None:
    here.set("TELEGRAM_SECRET", "not-to-be-told")
    here.make_database()

    findings = await look(here)

    assert "SUNUP_TELEGRAM_SECRET" in of(findings, "settings").finding
    told = " ".join(str(one) for one in findings)
    assert "not-to-be-told" not in told
    assert base64.b64encode(b"m" * 32).decode() not in told


async def test_looking_changes_nothing(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Installation(tmp_path, sqlite_database_url, monkeypatch)
    monkeypatch.delenv("SUNUP_MASTER_KEY")

    findings = await look(fresh)

    assert files(tmp_path) == []
    assert all(one.mark is not Mark.BROKEN for one in findings)
    assert "none yet" in of(findings, "database").finding
    assert "none yet" in of(findings, "master key").finding


async def test_schema_behind_is_broken(here: Installation) -> None:
    foundation = here.foundation()
    foundation.database.ping()
    foundation.database.close()

    findings = await look(here)

    assert str(of(findings, "schema")).endswith("run `sunup db upgrade`")
    assert of(findings, "schema").mark is Mark.BROKEN


async def test_other_master_key_is_broken(here: Installation) -> None:
    here.make_database()
    meet(here)
    here.set("MASTER_KEY", base64.b64encode(b"x" * 32).decode())

    found = of(await look(here), "sealing")

    assert (found.mark, found.finding) == (Mark.BROKEN, "this master key does not open what is stored")


async def test_what_waits_too_long_is_a_warning(here: Installation) -> None:
    here.make_database()
    meet(here)
    ago, person = datetime.now(UTC) - timedelta(hours=2), UUID(int=1)
    late: dict[str, Any] = {"person_id": person, "key": "x", "due_at": ago}
    here.change(lambda connection: connection.execute(sa.update(tables.outbox).values(created_at=ago)))
    here.change(lambda connection: connection.execute(tables.timers.insert(), late))
    foundation = here.foundation()
    foundation.dead_letters.bury(Undigested("webhook", "nonsense", "telegram", "default"), b"{}")
    account = foundation.accounts.id_of("web", "default")
    foundation.accounts.set_status(account, AccountStatus.PAUSED, "moving house")
    foundation.database.close()

    findings = await look(here)

    assert "the oldest for 2 h" in of(findings, "outbox").finding
    assert of(findings, "outbox").cure == "see that `sunup send` runs"
    assert of(findings, "timers").cure == "see that `sunup schedule` runs"
    assert of(findings, "jobs").mark is Mark.FINE
    assert "1 that nobody" in of(findings, "dead letters").finding
    assert "moving house" in of(findings, "account web default").finding
    assert of(findings, "workflows").mark is Mark.WARNING


async def test_queue_that_is_away_is_broken(here: Installation) -> None:
    here.set("REDIS_URL", "redis://127.0.0.1:1")
    here.make_database()

    assert of(await look(here), "queue").cure == "start it, or correct SUNUP_REDIS_URL"


@asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """A server that takes connections and says nothing."""
    held: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        for writer in held:
            writer.close()
        server.close()
        await server.wait_closed()


async def test_servers_that_say_nothing_hang_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with silence() as port:
        here = Installation(tmp_path, f"postgresql://nobody@127.0.0.1:{port}/none", monkeypatch)
        here.set("REDIS_URL", f"redis://127.0.0.1:{port}")
        here.set("TELEGRAM_TOKEN", TOKEN)
        here.set("TELEGRAM_API_URL", f"http://127.0.0.1:{port}")
        here.set("HTTP_PORT", str(port))
        began = time.monotonic()

        findings = await look(here, 0.4)

        assert time.monotonic() - began < 4
        names = ("queue", "database", "schema", "web process", "telegram default")
        assert {of(findings, name).mark for name in names} == {Mark.BROKEN}
        assert of(findings, "disk").mark is Mark.FINE


async def test_bot_that_polls_is_fine(here: Installation, telegram: FakeTelegram) -> None:
    here.make_database()
    telegram.bot(TOKEN, username="sunup_bot")
    here.set("TELEGRAM_TOKEN", TOKEN)
    here.set("TELEGRAM_API_URL", telegram.api_url)

    found = of(await look(here), "telegram default")

    assert (found.mark, found.finding) == (Mark.FINE, "@sunup_bot answers; long polling; nothing waits")


async def test_bot_whose_webhook_is_missing_is_a_warning(here: Installation, telegram: FakeTelegram) -> None:
    here.make_database()
    telegram.bot(TOKEN)
    here.set("TELEGRAM_TOKEN", TOKEN)
    here.set("TELEGRAM_API_URL", telegram.api_url)
    here.set("PUBLIC_URL", "https://sunup.example")

    found = of(await look(here), "telegram default")

    assert found.mark is Mark.WARNING
    assert found.finding == "has no webhook"
    assert "https://sunup.example/webhooks/telegram" in found.cure


async def test_bot_whose_token_is_refused_is_broken_and_another_is_fine(
    here: Installation, telegram: FakeTelegram
) -> None:
    here.make_database()
    telegram.bot("200:another-secret-token", username="support_bot")
    here.set("TELEGRAM_TOKEN", TOKEN)
    here.set("TELEGRAM_API_URL", telegram.api_url)
    foundation = here.foundation()
    foundation.accounts.put("telegram", "support", {"token": "200:another-secret-token", "secret": "s"})
    foundation.database.close()

    findings = await look(here)

    assert of(findings, "telegram default").finding == "Telegram refuses the token"
    assert "@support_bot" in of(findings, "telegram support").finding
    assert TOKEN not in " ".join(str(one) for one in findings)


def test_command_ends_with_0_when_nothing_is_broken(here: Installation) -> None:
    here.make_database()

    result = here.run("doctor")

    assert result.exit_code == 0
    assert any(line.startswith("✓ database: ") for line in lines(result))


def test_command_ends_with_1_when_something_is_broken(here: Installation) -> None:
    here.set("REDIS_URL", "redis://127.0.0.1:1")
    here.make_database()

    result = here.run("doctor", "--json")

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["healthy"] is False
    assert {"name", "mark", "finding", "cure"} == set(told["findings"][0])


def test_wrong_setting_is_a_finding(here: Installation) -> None:
    here.set("HTTP_PORT", "many")

    result = here.run("doctor")

    assert result.exit_code == 1
    assert lines(result)[0].startswith("✗ settings: SUNUP_HTTP_PORT is 'many' but must be a whole number.")
