"""Pictures for platforms, over a real socket: who has an address sees one picture, and it can do nothing there."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from core.ids import MediaId
from core.media import MediaKind
from storage import tables
from storage.media import SHOWN, NewFile
from sunup.composition import found
from sunup.files import Files
from sunup.pictures import VALID, Pictures
from sunup.settings import Settings
from tests.integration.edge import Clock
from tests.integration.storage.desk import Desk, text

PUBLIC = "https://chat.example.org"
ORIGINAL, COPY = b"the original, with where it was taken", b"\xff\xd8\xff the copy that is shown"
Client = TestClient[web.Request, web.Application]


@dataclass
class Gallery:
    """One installation that keeps pictures."""

    desk: Desk
    files: Files
    clock: Clock
    pictures: Pictures

    def keep(self, copies: dict[str, bytes]) -> MediaId:
        """Keep somebody's file."""
        [person] = self.desk.rows(tables.people)
        seal = self.desk.sealer.seal_of(person.id, person.data_key)
        file = NewFile(MediaKind.IMAGE, "image/jpeg", ORIGINAL, copies=copies)
        return self.files.media.keep(person.id, uuid4(), seal, file).id

    def path(self, picture: MediaId) -> str:
        return self.pictures.url_of(picture).removeprefix(PUBLIC)


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    foundation, clock = found(Settings(_env_file=None, data_dir=tmp_path)), Clock()
    desk = Desk(foundation.settings.database_url, sealer=foundation.sealer)
    desk.take(text("1", "hello"))
    yield Gallery(desk, Files(foundation), clock, Pictures(b"k" * 32, PUBLIC, clock))
    desk.close()
    foundation.database.close()


@pytest.fixture
async def client(gallery: Gallery) -> AsyncIterator[Client]:
    app = web.Application()
    gallery.pictures.add_to(app, gallery.files)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_address_shows_the_copy_of_its_picture_in_which_nothing_can_run(gallery: Gallery, client: Client) -> None:
    async with client.get(gallery.path(gallery.keep({SHOWN: COPY}))) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/jpeg", COPY)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_address_that_is_over_forged_or_of_no_picture_is_not_found(gallery: Gallery, client: Client) -> None:
    picture, other = gallery.keep({SHOWN: COPY}), gallery.keep({SHOWN: COPY})
    path = gallery.path(picture)
    paths = [path[:-1] + ("0" if path[-1] != "0" else "1"), path.replace(str(picture), str(other)), "/pictures/x"]
    paths += [gallery.path(MediaId(uuid4())), gallery.path(gallery.keep({})), "/pictures/%ED%A0%80.1.%ED%A0%80"]
    for one in paths:
        async with client.get(one) as answer:
            assert answer.status == 404
    gallery.clock.ahead = VALID + timedelta(seconds=1)
    async with client.get(path) as answer:
        assert answer.status == 404


async def test_picture_of_somebody_who_was_forgotten_is_not_found(gallery: Gallery, client: Client) -> None:
    path = gallery.path(gallery.keep({SHOWN: COPY}))
    [person] = gallery.desk.rows(tables.people)
    gallery.files.media.remove_of(person.id)
    async with client.get(path) as answer:
        assert answer.status == 404
