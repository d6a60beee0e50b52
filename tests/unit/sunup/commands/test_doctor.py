"""The doctor's manners: every probe is heard, none hangs, and the exit code says whether anything is broken."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest

from core import errors
from sunup.commands.doctor import as_text
from sunup.doctor.finding import Finding, Mark, broken, fine, warning
from sunup.doctor.probing import in_thread, probe_all


async def hang() -> Sequence[Finding]:
    await asyncio.sleep(60)
    return ()


async def hang_in_thread() -> Sequence[Finding]:
    await in_thread(lambda: time.sleep(2))
    return ()


async def fail() -> Sequence[Finding]:
    raise ValueError("holds a secret")


async def refuse() -> Sequence[Finding]:
    return await in_thread(_refuse)


def _refuse() -> Sequence[Finding]:
    raise errors.ConfigurationError("SUNUP_X must be set.")


async def answer() -> Sequence[Finding]:
    return [fine("database", "answers")]


async def test_probes_that_fail_or_hang_hide_no_other() -> None:
    began = time.monotonic()

    found = await probe_all(
        {"a": hang, "b": hang_in_thread, "c": fail, "d": refuse, "e": answer}, timedelta(seconds=0.2)
    )

    assert time.monotonic() - began < 1.5
    assert [str(one) for one in found] == [
        "✗ a: no answer within 0.2 seconds – see that it runs and can be reached from here",
        "✗ b: no answer within 0.2 seconds – see that it runs and can be reached from here",
        "✗ c: could not be looked at (ValueError) – the log says more",
        "✗ d: SUNUP_X must be set.",
        "✓ database: answers",
    ]


async def test_database_that_is_away_is_named() -> None:
    async def away() -> Sequence[Finding]:
        raise errors.StorageUnavailable

    (found,) = await probe_all({"database": away})

    assert found == broken("database", "the database does not answer", "start it, or correct SUNUP_DATABASE_URL")


@pytest.mark.parametrize(
    ("findings", "healthy"),
    [
        ([fine("a", "x"), warning("b", "y", "z")], True),
        ([fine("a", "x"), broken("b", "y", "z")], False),
        ([], True),
    ],
)
def test_json_says_whether_all_is_well(findings: list[Finding], healthy: bool) -> None:
    assert orjson.loads(as_text(findings))["healthy"] is healthy


def test_json_holds_every_finding() -> None:
    plain = orjson.loads(as_text([Finding("queue", Mark.BROKEN, "does not answer", "start it")]))

    assert plain["findings"] == [{"name": "queue", "mark": "broken", "finding": "does not answer", "cure": "start it"}]
