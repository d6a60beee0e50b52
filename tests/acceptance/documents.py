"""Workflows that exist for the tests alone."""

from pathlib import Path

from tests.acceptance.program import Program

LONG = """\
workflow: parrot
title: The parrot
listed: false
steps:
  - ask: words
    text: What shall I repeat?
  - end: repeated
    text: |-
      One: {{ words }}
      Two: {{ words }}
tests:
  - It repeats: |
      > start parrot
      < What shall I repeat?
      > two words
      < One: two words
        Two: two words
      (completed)
"""
HASTY = """\
workflow: hasty
title: The hasty one
listed: false
steps:
  - ask: colour
    text: Which colour is it today?
    remind: 2s
    give_up: 6s
tests:
  - It is answered: |
      > start hasty
      < Which colour is it today?
      > blue
      (completed)
"""
NAP = """\
workflow: nap
title: A short nap
listed: false
steps:
  - wait: nap
    text: I close my eyes for a moment.
    for: 2s
  - ask: dream
    text: What did you dream of meanwhile?
tests:
  - It wakes up: |
      > start nap
      < I close my eyes for a moment.
      (2 seconds pass)
      < What did you dream of meanwhile?
      > of the sea
      (completed)
"""


def publish(program: Program, *documents: str) -> None:
    """Publish documents as their author would."""
    folder: Path = program.folder / "documents"
    folder.mkdir(exist_ok=True)
    for number, document in enumerate(documents):
        (folder / f"{number}.yaml").write_text(document)
    done = program.run("workflows", "publish", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
