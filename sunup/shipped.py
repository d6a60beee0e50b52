"""The workflows that ship with the product, published on the first start and renewed with each release."""

from hashlib import sha256
from importlib import resources

from storage.digests import current_digests
from sunup.composition import Foundation

BY = "sunup"


def shipped_sources() -> list[str]:
    """Return the documents, by file name."""
    folder = resources.files("sunup") / "workflows"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return [file.read_text(encoding="utf-8") for file in files]


def publish_shipped(foundation: Foundation) -> None:
    """Publish them; a workflow that somebody has published under the same name since is left alone.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    # Reading a document and what reads it costs half a second; at most starts every one is current already.
    current = current_digests(foundation.database)
    for source in shipped_sources():
        if sha256(source.encode()).hexdigest() not in current:
            foundation.publications.publish(source, BY, shipped=True)
