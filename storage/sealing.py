"""Sealing: personal content can be read only while its person's data key exists.

AES-256-GCM with a data key for each person; the data key itself is sealed ("wrapped") under a
master key and kept in the person's row. What is sealed names its place as associated data, so that
a sealed value moved to another row or person does not open. Stored form:

    sealed    = nonce (12 bytes) + ciphertext and tag
    wrapped   = length of the key id (1 byte) + key id + sealed data key
"""

import os
from collections import deque
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import errors

_NONCE = 12
_NONCES = 256
"""How many are drawn together; a call into the system for each would cost more than the sealing itself."""


class Unsealable(errors.SunupError):
    """A sealed value does not open: its key was destroyed, or it was moved or changed."""


class MasterKeyMissing(Unsealable):
    """It was sealed under another master key; configure SUNUP_MASTER_KEY as before."""


class _Nonces:
    """Random nonces, each given once, also to threads that ask at the same moment and to a forked process."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        os.register_at_fork(after_in_child=self._waiting.clear)

    def new(self) -> bytes:
        while True:
            try:
                return self._waiting.popleft()
            except IndexError:
                drawn = os.urandom(_NONCE * _NONCES)
                self._waiting.extend(drawn[start : start + _NONCE] for start in range(0, len(drawn), _NONCE))


_nonces = _Nonces()


class Seal:
    """One key, ready for use."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, content: bytes, place: bytes) -> bytes:
        """Seal content for one place, for instance `b"state"`."""
        nonce = _nonces.new()
        return nonce + self._cipher.encrypt(nonce, content, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what was sealed for this place.

        Raises:
            Unsealable: It was not sealed with this key for this place.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise Unsealable from error


class Sealer:
    """Makes and opens the data keys of people.

    Args:
        master: The master key, 32 bytes, that new keys are wrapped under.
        older: Earlier master keys, so that what they wrapped still opens.
    """

    def __init__(self, master: bytes, older: tuple[bytes, ...] = ()) -> None:
        self._masters = {_key_id(key): Seal(key) for key in (master, *older)}
        self._key_id = _key_id(master)
        self._opened = lru_cache(maxsize=20_000)(self._unwrap)

    def new_key(self, owner: UUID) -> bytes:
        """Make a data key and return it wrapped, as it is stored with its owner."""
        wrapped = self._masters[self._key_id].close(os.urandom(32), owner.bytes)
        return bytes([len(self._key_id)]) + self._key_id + wrapped

    def seal_of(self, owner: UUID, wrapped: bytes | None) -> Seal:
        """Return a person's seal.

        Raises:
            Unsealable: The data key was destroyed.
            MasterKeyMissing: Its master key is not configured.
        """
        if not wrapped:
            raise Unsealable
        return self._opened(owner, wrapped)

    def seal_for_once(self, owner: UUID, wrapped: bytes | None) -> Seal:
        """Return a person's seal as `seal_of` does, and keep it not: people of a wave come by once a day.

        Twenty thousand of them would take 50 MB, and the place of those who write.
        """
        if not wrapped:
            raise Unsealable
        return self._unwrap(owner, wrapped)

    def _unwrap(self, owner: UUID, wrapped: bytes) -> Seal:
        length = wrapped[0]
        master = self._masters.get(bytes(wrapped[1 : 1 + length]))
        if master is None:
            raise MasterKeyMissing
        return Seal(master.open(bytes(wrapped[1 + length :]), owner.bytes))

    def close(self, content: bytes, place: bytes) -> bytes:
        """Seal what belongs to no person, for instance credentials and dead letters."""
        return self._key_id + self._masters[self._key_id].close(content, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what `close` sealed.

        Raises:
            MasterKeyMissing: Its master key is not configured.
            Unsealable: It was moved or changed.
        """
        master = self._masters.get(bytes(sealed[:8]))
        if master is None:
            raise MasterKeyMissing
        return master.open(bytes(sealed[8:]), place)


def _key_id(key: bytes) -> bytes:
    """Return eight bytes that name a key and tell nothing of it."""
    return sha256(b"sunup key id" + key).digest()[:8]
