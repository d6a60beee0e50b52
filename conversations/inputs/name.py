"""name: how a person wants to be called."""

import re

from conversations.inputs.answer import Answer, Reading
from conversations.inputs.text import clean
from conversations.inputs.text import read as read_text

_GREETING = r"(?:(?:hi|hello|hey|hallo|hola|नमस्ते|namaste|مرحبا)[,! ]+)?"
_BEFORE = (
    r"my name(?:'s| is)|the name(?:'s| is)|i am|i'm|im|(?:you can )?call me|it's|this is|"
    r"ich hei(?:ß|ss)e|mein name ist|ich bin|nenn mich|me llamo|mi nombre es|soy|ll[aá]mame|"
    r"मेरा नाम|मैं|mera naam?|main|اسمي|إسمي|أنا|انا|نادني|ناديني"
)
_BEHIND = r"(?: (?:है|हूँ|हूं|hai|hoon|hun))?"
_INTRODUCED = re.compile(
    rf"^{_GREETING}(?:{_BEFORE})[:,]? (?P<name>[^,.!\n;]+?){_BEHIND}(?:[,.!;।].*)?$", re.IGNORECASE
)


def read(words: str, reading: Reading) -> Answer:
    """Take a name without the words that introduce it: "My name is Asha." is Asha.

    Raises:
        Refused: `need_words`, `text_too_short` or `text_too_long`.
    """
    plain = clean(words)
    found = _INTRODUCED.match(plain.replace("’", "'"))
    return read_text(found["name"].strip() if found else plain, reading)
