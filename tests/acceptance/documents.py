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
CHOICES = """\
workflow: choices
title: The choices
listed: false
steps:
  - choose: weather
    text: How is the weather?
    options: {sun: Sunny, rain: Rainy}
  - choose: day
    text: Which day suits you?
    options: {mon: Monday, tue: Tuesday, wed: Wednesday, thu: Thursday, fri: Friday}
  - choose: month
    text: Which month was it?
    options:
      jan: January
      feb: February
      mar: March
      apr: April
      may: May
      jun: June
      jul: July
      aug: August
      sep: September
      oct: October
      nov: November
      dec: December
  - choose: plan
    text: What will you do with what is left of the year?
    options:
      rest: Rest until I am myself again
      write: Write the book at last
  - end: chosen
    text: "{{ weather }}, {{ day }}, {{ month }}, {{ plan }}"
tests:
  - Everything is chosen: |
      > start choices
      < How is the weather? [Sunny] [Rainy]
      > [Sunny]
      < Which day suits you?
      > [Tuesday]
      < Which month was it?
      > [December]
      < What will you do with what is left of the year?
      > 2
      < Sunny, Tuesday, December, Write the book at last
      (completed)
"""
NUMBERS = """\
workflow: numbers
title: The numbers
listed: false
steps:
  - choose: number
    text: Which of these seven is it?
    options: {one: One, two: Two, three: Three, four: Four, five: Five, six: Six, seven: Seven}
  - end: chosen
    text: It is {{ number }}.
tests:
  - A number is enough: |
      > start numbers
      < Which of these seven is it?
      > 6
      < It is Six.
      (completed)
"""
DISTANT = """\
workflow: distant
title: The distant one
listed: false
steps:
  - ask: planet
    text: Which planet do you see tonight?
    remind: 4s
    give_up: 1h
tests:
  - It is answered: |
      > start distant
      < Which planet do you see tonight?
      > Mars
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
