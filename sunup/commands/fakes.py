"""fakes: providers that run on this machine, for trying a channel without an account."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from core import errors

if TYPE_CHECKING:
    from tests.fakes.offers import Offer


def fakes(
    channels: Annotated[
        list[str] | None,
        typer.Argument(help="telegram, slack or whatsapp; all of them where none is named.", metavar="CHANNEL..."),
    ] = None,
    port: Annotated[
        int, typer.Option(help="Port of the first; the others follow. 0 takes free ones.", min=0, max=65533)
    ] = 8081,
    program: Annotated[str, typer.Option(help="Where Sunup listens.")] = "http://127.0.0.1:8080",
) -> None:
    """Start fake providers and say what to tell Sunup. Each has a page to talk on as a person. Ctrl-C ends them."""
    try:
        # Late, and named nowhere else in the product: they are servers to be talked to, never a part of it.
        from tests.fakes import offers
    except ImportError:
        raise errors.ConfigurationError(
            "The fakes are hidden by a folder `tests` of this place; call the command from another one."
        ) from None
    unknown = [name for name in channels or () if name not in offers.OFFERS]
    if unknown:
        raise errors.ConfigurationError(f"there is no fake {unknown[0]!r}; there are {', '.join(offers.OFFERS)}.")
    names = list(dict.fromkeys(channels or offers.OFFERS))
    ports = {name: port and port + place for place, name in enumerate(names)}
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(offers.serve(ports, program.rstrip("/"), _tell))
    except OSError as error:
        raise errors.ConfigurationError(f"{error.strerror}; choose other ports with --port.") from None


def _tell(offers: "list[Offer]") -> None:
    typer.echo("Everything here stays on this machine. Talk as a person at\n")
    for offer in offers:
        typer.echo(f"  {offer.channel:<10} {offer.page}")
    typer.echo("\nStart Sunup with these lines in its .env:\n")
    settings = {name: value for offer in offers for name, value in offer.settings.items()}
    for name, value in settings.items():
        typer.echo(f"{name}={value}")
    typer.echo("\nCtrl-C ends them; what was said is forgotten then.")
