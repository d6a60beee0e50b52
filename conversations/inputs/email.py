"""email: an e-mail address."""

import re
import unicodedata

from conversations.inputs.answer import Answer, Reading, Refused

_LOCAL = r"[^\s@\"'<>(),:;\\\[\]]{1,64}"
_ADDRESS = re.compile(rf"(?<![^\s<(,:;]){_LOCAL}@[^\s@\"'<>(),:;\\\[\]]{{3,253}}")
_LONGEST = 254
"""Source: RFC 5321, 4.5.3.1.3, a path of 256 octets with its angle brackets."""


def read(words: str, reading: Reading) -> Answer:
    """Find the one address in the words; its domain is put in small letters, and with words around it is read back.

    Whether somebody reads mail there, only a mail can tell: the check is for slips of the finger.

    Raises:
        Refused: `need_email`.
    """
    plain = unicodedata.normalize("NFKC", words).replace("mailto:", " ")
    found = [address.rstrip(".-_!?।") for address in _ADDRESS.findall(plain)]
    if len(found) != 1 or plain.count("@") != 1:
        raise Refused("need_email")
    local, _, domain = found[0].rpartition("@")
    domain = domain.lower()
    if not _is_local_part(local) or not _is_domain(domain) or len(f"{local}@{domain}".encode()) > _LONGEST:
        raise Refused("need_email")
    return Answer(f"{local}@{domain}", sure=plain.strip(" <>.,;").count(" ") == 0)


def _is_local_part(local: str) -> bool:
    return local.isprintable() and not local.startswith(".") and not local.endswith(".") and ".." not in local


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or len(labels[-1]) < 2:
        return False
    return all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    """Return whether the DNS can be asked for it: letters, digits, inner hyphens, at most 63 octets when encoded."""
    letters = all(character == "-" or unicodedata.category(character)[0] in "LMN" for character in label)
    if not letters or label.startswith("-") or label.endswith("-"):
        return False
    try:
        return 0 < len(label.encode("idna")) <= 63
    except UnicodeError:
        return False
