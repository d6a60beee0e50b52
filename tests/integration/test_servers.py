"""The servers that the tests stand on do what the tests believe of them."""

import psycopg
import pytest
import redis
import sqlalchemy

from sunup.settings import read_settings
from tests.servers import PostgresServer, fresh_database


def test_database_url_is_empty_and_taken_by_the_settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNUP_DATABASE_URL", database_url)
    engine = sqlalchemy.create_engine(read_settings(None).database_url)
    try:
        assert sqlalchemy.inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE kept (n integer)"))
        assert sqlalchemy.inspect(engine).get_table_names() == ["kept"]
    finally:
        engine.dispose()


def test_fresh_database_is_dropped_with_connections_open(postgres_url: str) -> None:
    with fresh_database(postgres_url) as url:
        connection = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill])
def test_postgres_server_comes_back_with_its_data(postgres_server: PostgresServer, end: object) -> None:
    with psycopg.connect(postgres_server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert callable(end)
    end(postgres_server)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_server.url)
    postgres_server.start()
    with psycopg.connect(postgres_server.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_redis_url_is_an_empty_server(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "over")


def test_redis_url_is_empty_again_for_the_next_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.get("left") is None
