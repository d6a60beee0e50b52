"""Sealing: what is personal opens for its person, in its place, with its master key, and in no other way."""

import os
from uuid import uuid4

import pytest

from storage.sealing import MasterKeyMissing, Seal, Sealer, Unsealable

OLD, NEW = b"o" * 32, b"n" * 32


def test_seal_opens_what_it_closed_in_the_same_place() -> None:
    seal = Seal(b"k" * 32)
    assert seal.open(seal.close(b"secret", b"state"), b"state") == b"secret"


def test_seal_hides_the_content_and_never_looks_the_same_twice() -> None:
    seal = Seal(b"k" * 32)
    one, two = seal.close(b"secret" * 10, b"state"), seal.close(b"secret" * 10, b"state")
    assert b"secret" not in one
    assert one[:12] != two[:12]
    assert one != two


@pytest.mark.parametrize(
    ("sealed", "place"),
    [
        pytest.param(Seal(b"k" * 32).close(b"secret", b"state"), b"message", id="moved to another place"),
        pytest.param(Seal(b"x" * 32).close(b"secret", b"state"), b"state", id="another key"),
        pytest.param(Seal(b"k" * 32).close(b"secret", b"state")[:-1], b"state", id="cut"),
        pytest.param(bytes(40), b"state", id="made up"),
        pytest.param(b"", b"state", id="empty"),
    ],
)
def test_seal_refuses(sealed: bytes, place: bytes) -> None:
    with pytest.raises(Unsealable):
        Seal(b"k" * 32).open(sealed, place)


def test_sealer_gives_each_person_a_key_of_their_own() -> None:
    sealer, one, two = Sealer(NEW), uuid4(), uuid4()
    key = sealer.new_key(one)
    sealed = sealer.seal_of(one, key).close(b"secret", b"state")
    assert sealer.seal_of(one, key).open(sealed, b"state") == b"secret"
    with pytest.raises(Unsealable):
        sealer.seal_of(two, sealer.new_key(two)).open(sealed, b"state")


def test_sealer_refuses_a_key_that_was_moved_to_another_person() -> None:
    sealer = Sealer(NEW)
    with pytest.raises(Unsealable):
        sealer.seal_of(uuid4(), sealer.new_key(uuid4()))


@pytest.mark.parametrize("destroyed", [None, b""])
def test_sealer_refuses_a_destroyed_key(destroyed: bytes | None) -> None:
    with pytest.raises(Unsealable):
        Sealer(NEW).seal_of(uuid4(), destroyed)


@pytest.mark.parametrize("broken", [b"\x08", b"\xff" * 80, b"\x00", b"\x08" + bytes(7)])
def test_sealer_refuses_a_broken_key(broken: bytes) -> None:
    with pytest.raises(Unsealable):
        Sealer(NEW).seal_of(uuid4(), broken)


def test_sealer_opens_what_an_older_master_key_wrapped_and_wraps_with_the_newest() -> None:
    person = uuid4()
    before, after = Sealer(OLD), Sealer(NEW, (OLD,))
    key = before.new_key(person)
    sealed = before.seal_of(person, key).close(b"secret", b"state")
    assert after.seal_of(person, key).open(sealed, b"state") == b"secret"
    assert after.open(before.close(b"letter", b"place"), b"place") == b"letter"
    assert Sealer(NEW).seal_of(person, after.new_key(person))
    assert Sealer(NEW).open(after.close(b"letter", b"place"), b"place") == b"letter"


def test_sealer_names_the_cure_for_another_master_key() -> None:
    person = uuid4()
    with pytest.raises(MasterKeyMissing, match="SUNUP_MASTER_KEY as before"):
        Sealer(NEW).seal_of(person, Sealer(OLD).new_key(person))
    with pytest.raises(MasterKeyMissing, match="SUNUP_MASTER_KEY as before"):
        Sealer(NEW).open(Sealer(OLD).close(b"letter", b"place"), b"place")


def test_sealed_values_name_their_master_key_without_telling_it() -> None:
    sealed = Sealer(NEW).close(b"letter", b"place")
    assert sealed[:8] == Sealer(NEW).close(b"other", b"place")[:8]
    assert NEW[:8] not in sealed


def test_a_forked_process_never_uses_a_nonce_of_its_parent() -> None:
    seal = Seal(b"k" * 32)
    seal.close(b"", b"drawn together with those that follow")
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, b"".join(seal.close(b"", b"here")[:12] for _ in range(20)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 240)
    os.close(reading)
    os.close(writing)
    ours = {seal.close(b"", b"here")[:12] for _ in range(20)}
    assert len(theirs) == 240
    assert len(ours) == 20
    assert not ours & {theirs[start : start + 12] for start in range(0, 240, 12)}
