"""Inputs: how words become a name, a number, a date, an address, a sum of money.

One file for each type of input, with one function `read(words, reading) -> Answer`; `amount`, which
only outcomes use, returns a value and its currency. May import `core` only. A new type is one file
and one line in the table below.
"""

from conversations.inputs import amount, clock_time, date, email, name, number, phone, text, zone
from conversations.inputs.answer import Answer, Reading, ReadInput, Refused

INPUTS: dict[str, ReadInput] = {
    "text": text.read,
    "name": name.read,
    "number": number.read,
    "date": date.read,
    "time": clock_time.read,
    "email": email.read,
    "phone": phone.read,
    "zone": zone.read,
}

__all__ = ["INPUTS", "Answer", "ReadInput", "Reading", "Refused", "amount"]
