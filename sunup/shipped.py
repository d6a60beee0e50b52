"""The workflows that ship with the product, published on the first start and renewed with each release."""

from importlib import resources

from storage.workflows import Publications

BY = "sunup"


def shipped_sources() -> list[str]:
    """Return the documents, by file name."""
    folder = resources.files("sunup") / "workflows"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return [file.read_text(encoding="utf-8") for file in files]


def publish_shipped(publications: Publications) -> None:
    """Publish them; a workflow that somebody has published under the same name since is left alone.

    Raises:
        StorageUnavailable: The database does not answer.
    """
    for source in shipped_sources():
        publications.publish(source, BY, shipped=True)
