import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from sunup import keys
from sunup.settings import Settings, read_settings

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("SUNUP_DATA_DIR", str(tmp_path / "data"))
    return read_settings(None)


def with_variables(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"SUNUP_{name}", value)
    return read_settings(None)


def test_master_key_embedded_is_made_once_for_its_owner_alone(embedded: Settings) -> None:
    first = keys.ensure_master_key(embedded)
    path = embedded.data_dir / "master.key"
    assert len(first) == 32
    assert keys.ensure_master_key(embedded) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_master_key_of_processes_that_start_together_is_one(embedded: Settings) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: keys.ensure_master_key(embedded), range(64)))
    assert len(set(made)) == 1


def test_master_key_that_lost_the_race_gives_way(embedded: Settings) -> None:
    first = keys.ensure_master_key(embedded)
    keys._keep_new_key(embedded.data_dir / "master.key")
    assert keys.ensure_master_key(embedded) == first


def test_master_key_set_is_used_and_not_kept(monkeypatch: pytest.MonkeyPatch, embedded: Settings) -> None:
    assert keys.ensure_master_key(with_variables(monkeypatch, MASTER_KEY=KEY)) == bytes(range(32))
    assert not embedded.data_dir.exists()


def test_master_key_missing_on_postgresql_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = with_variables(monkeypatch, DATABASE_URL="postgresql://h/sunup")
    with pytest.raises(ConfigurationError, match=r"SUNUP_MASTER_KEY must be set .*openssl rand -base64 32"):
        keys.ensure_master_key(settings)


@pytest.mark.parametrize("kept", [b"", b"not base64!", b"c2hvcnQ="])
def test_master_key_kept_but_damaged_is_never_replaced(embedded: Settings, kept: bytes) -> None:
    path = embedded.data_dir / "master.key"
    path.parent.mkdir()
    path.write_bytes(kept)
    with pytest.raises(ConfigurationError, match="restore that file from a backup"):
        keys.ensure_master_key(embedded)
    assert path.read_bytes() == kept


def test_telegram_secret_set_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert keys.telegram_secret(with_variables(monkeypatch, TELEGRAM_SECRET="s3cret")) == "s3cret"


def test_telegram_secret_unset_is_the_same_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = keys.telegram_secret(with_variables(monkeypatch, TELEGRAM_TOKEN="42:abc", MASTER_KEY=KEY))
    assert secret == keys.telegram_secret(read_settings(None))
    assert len(secret) == 64
    assert secret.isalnum()


def test_telegram_secret_differs_by_bot_and_by_master_key(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        keys.telegram_secret(with_variables(monkeypatch, TELEGRAM_TOKEN=token, MASTER_KEY=key))
        for token in ("42:abc", "43:abc")
        for key in (KEY, base64.b64encode(bytes(32)).decode())
    }
    assert len(secrets) == 4


def test_telegram_secret_without_token_names_the_setting(embedded: Settings) -> None:
    with pytest.raises(ConfigurationError, match="SUNUP_TELEGRAM_TOKEN must be set"):
        keys.telegram_secret(embedded)
