"""number: a figure, whole or with a part."""

from decimal import Decimal

from babel.numbers import format_decimal

from conversations.inputs.answer import Answer, Reading, Refused
from conversations.inputs.figures import find_figures
from conversations.inputs.folded import folded
from conversations.inputs.language import locale_of
from conversations.inputs.spelled import in_figures

_LARGEST = 10**15
"""What a float still holds exactly."""


def read(words: str, reading: Reading) -> Answer:
    """Read the one figure in the words: `12`, `12.5`, `1,250.50`, `1.250,50`, `1,20,000`, `4.5k`, `20%`, `१२`, `three`.

    Returns:
        An int where it is whole, else a float.

    Raises:
        Refused: `need_number`, `one_figure`, `number_too_small` or `number_too_large`.
    """
    figures = find_figures(in_figures(folded(words), reading.language), reading.language)
    if not figures:
        raise Refused("need_number")
    if len(figures) > 1:
        raise Refused("one_figure")
    value = figures[0].value
    if reading.least is not None and value < Decimal(str(reading.least)):
        raise Refused("number_too_small", least=spoken_number(reading.least, reading.language))
    most = _LARGEST if reading.most is None else min(float(_LARGEST), reading.most)
    if value > Decimal(str(most)):
        raise Refused("number_too_large", most=spoken_number(most, reading.language))
    if value < -_LARGEST:
        raise Refused("number_too_small", least=spoken_number(-_LARGEST, reading.language))
    whole = value == value.to_integral_value()
    return Answer(int(value) if whole else float(value), spoken_number(value, reading.language))


def spoken_number(value: Decimal | float, language: str) -> str:
    """Return "12.5" or "12,500" as the language writes it; four figures stay together, for they may be a year."""
    grouped = abs(float(value)) >= 10_000
    return format_decimal(value, locale=locale_of(language), decimal_quantization=False, group_separator=grouped)
