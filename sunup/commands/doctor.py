"""doctor: says what is configured, what answers, what is missing and how to mend it.

Exit code 0: nothing is broken; 1: something is.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import orjson
import typer
from rich.console import Console

from core import errors
from sunup.commands.speech import say
from sunup.commands.standing import quiet_settings
from sunup.doctor.finding import Finding, Mark, broken

_STYLES = {Mark.FINE: None, Mark.WARNING: "yellow", Mark.BROKEN: "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")] = False,
) -> None:
    """Say what is configured, what answers, what is missing and how to mend it; changes nothing."""
    findings = asyncio.run(_examine())
    if as_json:
        sys.stdout.write(as_text(findings))
    else:
        _print(findings)
    if any(finding.mark is Mark.BROKEN for finding in findings):
        raise typer.Exit(1)


async def _examine() -> list[Finding]:
    try:
        settings = quiet_settings()
    except errors.ConfigurationError as error:
        # A wrong setting is what somebody asks the doctor about, so it is a finding here and no end.
        return [broken("settings", str(error), "nothing else was looked at")]
    from sunup.doctor.examination import examine  # late: it brings Telegram's library along

    return await examine(settings)


def as_text(findings: Sequence[Finding]) -> str:
    """Return findings as JSON.

    {"healthy": false, "findings": [{"name": "queue", "mark": "broken", "finding": "…", "cure": "…"}]}
    """
    healthy = all(finding.mark is not Mark.BROKEN for finding in findings)
    plain = {"healthy": healthy, "findings": findings}
    return orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _print(findings: Sequence[Finding]) -> None:
    console = Console(soft_wrap=True)
    for finding in findings:
        say(console, str(finding), _STYLES[finding.mark])
