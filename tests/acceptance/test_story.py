"""From hello to a summary that names the amount, over every way in which Telegram and Sunup can be joined."""

from pathlib import Path

from tests.acceptance.program import PARTS
from tests.acceptance.story import live_through
from tests.acceptance.town import patient, town

pytestmark = patient


async def test_story_over_webhook_is_lived_and_kept(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await live_through(here, here.person("Asha"))
        assert {attempt.status for attempt in here.bot.updates.attempts} == {200}
        assert set(here.bot.commands) == {"", "en", "de", "es", "hi", "ar"}
        assert {command["command"] for command in here.bot.commands["hi"]} >= {"help", "menu", "today", "stop"}


async def test_story_over_long_polling_is_lived_and_kept(tmp_path: Path) -> None:
    async with town(tmp_path, webhook=False) as here:
        await live_through(here, here.person("Asha"), niche="Design")
        assert here.bot.webhook is None
        assert "getUpdates" in {method for method, _ in here.bot.calls}


async def test_story_on_postgresql_and_redis_with_separate_parts(
    tmp_path: Path, postgres_database_url: str, redis_url: str
) -> None:
    settings = {"DATABASE_URL": postgres_database_url, "REDIS_URL": redis_url}
    async with town(tmp_path, settings=settings, parts=(*PARTS, "worker 2")) as here:
        await live_through(here, here.person("Asha"))
        assert not (here.program.data / "sunup.db").exists()
